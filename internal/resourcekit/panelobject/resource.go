package panelobject

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/coalesce"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// Resource is a Terraform resource with the common lifecycle.
type Resource[C Client, M, R any] struct {
	def     Definition[C, M, R]
	system  system[C]
	clients *resourcekit.Clients
}

var (
	_ resource.ResourceWithConfigure   = (*Resource[Client, struct{}, struct{}])(nil)
	_ resource.ResourceWithIdentity    = (*Resource[Client, struct{}, struct{}])(nil)
	_ resource.ResourceWithImportState = (*Resource[Client, struct{}, struct{}])(nil)
	_ resource.ResourceWithModifyPlan  = (*Resource[Client, struct{}, struct{}])(nil)
)

func newResource[C Client, M, R any](definition Definition[C, M, R], s system[C]) *Resource[C, M, R] {
	definition.Schema.Attributes = resourcekit.WithNestedTypes(definition.Schema.Attributes)
	return &Resource[C, M, R]{def: definition, system: s}
}

// Metadata sets the resource type.
func (r *Resource[C, M, R]) Metadata(
	_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_" + r.def.Name
}

// Schema returns the schema of the resource.
func (r *Resource[C, M, R]) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.def.Schema
}

// IdentitySchema returns the schema of the identity: the id of the object and its installation.
func (r *Resource[C, M, R]) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identitySchema(r.system.name, r.def.ObjectReference)
}

// Configure takes the clients out of the provider data.
func (r *Resource[C, M, R]) Configure(
	_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse,
) {
	if clients, ok := resourcekit.FromProviderData(req.ProviderData, &resp.Diagnostics); ok {
		r.clients = clients
	}
}

// newCall decodes plan and state. They are nil if the request has none. If the panel is not configured, it adds an
// error and returns false.
func (r *Resource[C, M, R]) newCall(ctx context.Context, from request, diags *diag.Diagnostics) (*Call[C, M], bool) {
	client, configured, _, missing := r.system.client(r.clients)
	if !configured {
		diags.AddError("Unable to access the "+r.def.Noun, missing)
		return nil, false
	}
	c := &Call[C, M]{Client: client, Clients: r.clients, Diagnostics: diags, private: &resourcekit.PrivateState{}, messages: messages{
		system: r.system.name, short: r.system.short, fieldErrors: r.system.fieldErrors,
		typeName: "hosting_" + r.def.Name, noun: r.def.Noun, nounWithArticle: r.def.NounWithArticle,
		creation: r.def.Creation, schema: r.def.Schema,
	}}
	if from.plan != nil && !from.plan.Raw.IsNull() {
		c.Plan = new(M)
		diags.Append(from.plan.Get(ctx, c.Plan)...)
	}
	if from.state != nil && !from.state.Raw.IsNull() {
		c.Prior = new(M)
		diags.Append(from.state.Get(ctx, c.Prior)...)
		var id types.String
		diags.Append(from.state.GetAttribute(ctx, path.Root("id"), &id)...)
		private, more := resourcekit.LoadPrivateState(ctx, from.private)
		diags.Append(more...)
		c.id, c.private, c.Host, c.Mark = id.ValueString(), private, private.Installation, private.Mark
	}
	if c.private.Owner == "" {
		c.private.Owner = rand.Text()
	}
	return c, !diags.HasError()
}

// request holds what the framework's requests have in common.
type request struct {
	plan    *tfsdk.Plan
	state   *tfsdk.State
	private resourcekit.PrivateReader // set with state
}

// ModifyPlan runs the checks that send requests to the panel. The checks are skipped while the panel's settings are
// unknown. A destroy without a configured panel is not checked either.
func (r *Resource[C, M, R]) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if r.clients == nil {
		return // the provider is not configured yet
	}
	_, configured, unknown, _ := r.system.client(r.clients)
	if destroys := req.Plan.Raw.IsNull(); !configured && (unknown || destroys) {
		return
	}
	if c, ok := r.newCall(ctx, request{plan: &req.Plan, state: &req.State, private: req.Private}, &resp.Diagnostics); ok {
		r.def.CheckPlan(ctx, c)
	}
}

// Create creates the object and saves it in the state.
func (r *Resource[C, M, R]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	c, ok := r.newCall(ctx, request{plan: &req.Plan}, &resp.Diagnostics)
	if !ok {
		return
	}
	if made, ok := r.def.Create(ctx, c); ok {
		r.save(ctx, c, c.Plan, made, saveTarget{&resp.State, resp.Identity, resp.Private})
	}
}

func (r *Resource[C, M, R]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	c, ok := r.newCall(ctx, request{state: &req.State, private: req.Private}, &resp.Diagnostics)
	if !ok {
		return
	}
	// The framework demands an identity after every read, even when the object no longer exists.
	setIdentity(ctx, resp.Identity, c.Client.Host(), c.id, c.Diagnostics)
	now, err := r.def.Read(ctx, c.Client, c.Prior)
	switch {
	case errors.Is(err, transport.ErrNotFound):
		r.removeFromState(ctx, c, "The "+r.system.name+" has no such object with the id "+c.id+". "+r.def.ListHint, &resp.State)
		return
	case err != nil:
		c.Fail("read", c.id, err)
		return
	case !r.same(c, now):
		return
	}
	if reason := r.absent(c.Prior, now); reason != "" {
		r.removeFromState(ctx, c, reason, &resp.State)
		return
	}
	c.Diagnostics.Append(r.def.Fill(ctx, c.Prior, now, c.private.Imported)...)
	r.save(ctx, c, c.Prior, now, saveTarget{&resp.State, resp.Identity, resp.Private})
}

// removeFromState removes an object that the panel does not have, unless it is another panel. An import of such an
// object is an error.
func (r *Resource[C, M, R]) removeFromState(ctx context.Context, c *Call[C, M], reason string, state *tfsdk.State) {
	switch {
	case c.private.Imported:
		c.Diagnostics.AddError("Cannot import non-existent "+r.def.Noun, resourcekit.Sentence(reason))
	case !c.reportOtherPanel(c.id):
		state.RemoveResource(ctx)
	}
}

// Update changes the object, unless its values in the panel differ from those that the plan expects.
func (r *Resource[C, M, R]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	c, ok := r.newCall(ctx, request{plan: &req.Plan, state: &req.State, private: req.Private}, &resp.Diagnostics)
	if !ok {
		return
	}
	if r.def.Changed != nil && !r.def.Changed(c.Prior, c.Plan) {
		// Only attributes that the panel does not know have changed. Nothing was read, so the private state stays as
		// it is.
		c.Diagnostics.Append(resp.State.Set(ctx, c.Plan)...)
		setIdentity(ctx, resp.Identity, c.Client.Host(), c.id, c.Diagnostics)
		return
	}
	// The panel has no conditional write, so the values that the plan expects are compared just before it.
	now, err := r.def.Read(coalesce.Fresh(ctx), c.Client, c.Prior)
	switch {
	case errors.Is(err, transport.ErrNotFound) && c.reportOtherPanel(c.id):
		return
	case err != nil:
		c.Fail("update", c.id, err)
		return
	case !r.same(c, now):
		return
	}
	if changed, ok := r.def.Update(ctx, c, now); ok {
		r.save(ctx, c, c.Plan, changed, saveTarget{&resp.State, resp.Identity, resp.Private})
	}
}

// Delete deletes the object, and reads it again when the response does not confirm the deletion.
func (r *Resource[C, M, R]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	c, ok := r.newCall(ctx, request{state: &req.State, private: req.Private}, &resp.Diagnostics)
	if !ok {
		return
	}
	now, err := r.def.Read(coalesce.Fresh(ctx), c.Client, c.Prior)
	if err == nil && !r.same(c, now) {
		return
	}
	if errors.Is(err, transport.ErrNotFound) || err == nil && r.absent(c.Prior, now) != "" {
		c.reportOtherPanel(c.id) // on the same panel, the object is already deleted
		return
	}
	if err == nil {
		err = r.def.Delete(ctx, c, now)
	}
	if errors.Is(err, transport.ErrNotFound) || errors.Is(err, transport.ErrUnconfirmed) {
		err = r.confirmDeleted(ctx, c, err)
	}
	if err != nil {
		c.Fail("delete", c.id, err)
	}
}

// confirmDeleted reads the object after a delete whose response was 404 or empty. said is the error of that delete. A
// gateway can send a 404 in JSON, and a broken script an empty response. Without this read, the state could lose an
// object that still exists.
func (r *Resource[C, M, R]) confirmDeleted(ctx context.Context, c *Call[C, M], said error) error {
	now, err := r.def.Read(ctx, c.Client, c.Prior)
	switch {
	case errors.Is(err, transport.ErrNotFound), err == nil && r.absent(c.Prior, now) != "":
		return nil
	case err == nil:
		return fmt.Errorf("%w. The %s still has the object, so it was not deleted. Check which server responds at %s, and apply again", said, r.system.name, c.Client.Host())
	}
	return fmt.Errorf("%w. The provider could not check whether the object is deleted: %w", said, err)
}

func (r *Resource[C, M, R]) same(c *Call[C, M], now R) bool {
	return r.def.Same == nil || r.def.Same(c, now)
}

func (r *Resource[C, M, R]) absent(m *M, now R) string {
	if r.def.Absent == nil {
		return ""
	}
	return r.def.Absent(m, now)
}

// saveTarget is where the outcome of a call is saved.
type saveTarget struct {
	state    *tfsdk.State
	identity *tfsdk.ResourceIdentity
	private  resourcekit.PrivateWriter
}

// save sets state, private state and identity to a model and what was read of its object.
func (r *Resource[C, M, R]) save(ctx context.Context, c *Call[C, M], m *M, now R, to saveTarget) {
	c.Diagnostics.Append(to.state.Set(ctx, m)...)
	private := &resourcekit.PrivateState{Installation: c.Client.Host(), Owner: c.private.Owner}
	if r.def.IdentityMark != nil {
		private.Mark = r.def.IdentityMark(m, now)
	}
	c.Diagnostics.Append(private.Save(ctx, to.private)...)
	var id types.String
	c.Diagnostics.Append(to.state.GetAttribute(ctx, path.Root("id"), &id)...)
	setIdentity(ctx, to.identity, c.Client.Host(), id.ValueString(), c.Diagnostics)
}
