package panelobject

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/coalesce"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// New makes the resource of a definition.
func New[C Client, M, R any](definition Definition[C, M, R]) resource.Resource {
	return &object[C, M, R]{def: definition}
}

type object[C Client, M, R any] struct {
	def     Definition[C, M, R]
	clients *resourcekit.Clients
}

var (
	_ resource.ResourceWithConfigure   = (*object[Client, struct{}, struct{}])(nil)
	_ resource.ResourceWithIdentity    = (*object[Client, struct{}, struct{}])(nil)
	_ resource.ResourceWithImportState = (*object[Client, struct{}, struct{}])(nil)
	_ resource.ResourceWithModifyPlan  = (*object[Client, struct{}, struct{}])(nil)
)

func (o *object[C, M, R]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + o.def.Name
}

func (o *object[C, M, R]) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = o.def.Schema
	resp.Schema.Attributes = resourcekit.WithNestedTypes(resp.Schema.Attributes)
}

func (o *object[C, M, R]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identitySchema(o.def.System.Name, o.def.Named)
}

func (o *object[C, M, R]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	if clients, ok := resourcekit.FromProviderData(req.ProviderData, &resp.Diagnostics); ok {
		o.clients = clients
	}
}

// call is what the functions of the definition work with.
func (o *object[C, M, R]) call(client C, diags *diag.Diagnostics) *Call[C, M] {
	return &Call[C, M]{Client: client, Diagnostics: diags, fail: func(verb, id string, err error) { o.def.report(diags, verb, id, err) }}
}

// client returns the panel's client, or the error that tells how to configure it.
func (o *object[C, M, R]) client(diags *diag.Diagnostics) (C, bool) {
	client, ok, _, missing := o.def.System.Reach(o.clients)
	if !ok {
		diags.AddError("Unable to reach the system of this "+o.def.Noun, missing)
	}
	return client, ok
}

// ModifyPlan runs the checks that ask the panel, where there is one to ask. What cannot be asked yet is left to the apply.
func (o *object[C, M, R]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if o.clients == nil {
		return
	}
	destroys := req.Plan.Raw.IsNull()
	client, ok, unknown, missing := o.def.System.Reach(o.clients)
	if !ok {
		if !unknown && !destroys {
			resp.Diagnostics.AddError("Unable to reach the system of this "+o.def.Noun, missing)
		}
		return
	}
	if o.def.CheckPlan == nil {
		return
	}
	c := o.call(client, &resp.Diagnostics)
	if !destroys {
		c.Plan = new(M)
		resp.Diagnostics.Append(req.Plan.Get(ctx, c.Plan)...)
	}
	if !req.State.Raw.IsNull() {
		c.Prior = new(M)
		resp.Diagnostics.Append(req.State.Get(ctx, c.Prior)...)
		c.recall(ctx, req.Private)
	}
	if !resp.Diagnostics.HasError() {
		o.def.CheckPlan(ctx, c)
	}
}

func (o *object[C, M, R]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	client, ok := o.client(&resp.Diagnostics)
	if !ok {
		return
	}
	c := o.call(client, &resp.Diagnostics)
	c.Plan = new(M)
	resp.Diagnostics.Append(req.Plan.Get(ctx, c.Plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if made, ok := o.def.Create(ctx, c); ok {
		o.save(ctx, c, c.Plan, o.mark(c.Plan, made), &resp.State, resp.Identity, resp.Private)
	}
}

func (o *object[C, M, R]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	client, ok := o.client(&resp.Diagnostics)
	if !ok {
		return
	}
	c := o.call(client, &resp.Diagnostics)
	c.Prior = new(M)
	resp.Diagnostics.Append(req.State.Get(ctx, c.Prior)...)
	importing := c.recall(ctx, req.Private)
	if resp.Diagnostics.HasError() {
		return
	}
	id := o.def.ID(c.Prior).ValueString()
	// Set for an object that is gone too: the framework wants an identity after every read.
	setIdentity(ctx, resp.Identity, client.Host(), id, &resp.Diagnostics)
	now, err := o.def.Read(ctx, client, c.Prior)
	switch {
	case errors.Is(err, transport.ErrNotFound):
		o.gone(ctx, c, importing, id, "The "+o.def.System.Name+" has no such object with the id "+id+". "+o.def.ListHint, &resp.State)
		return
	case err != nil:
		o.def.report(&resp.Diagnostics, "read", id, err)
		return
	case !o.same(c, now):
		return
	}
	if reason := o.absent(c.Prior, now); reason != "" {
		o.gone(ctx, c, importing, id, reason, &resp.State)
		return
	}
	resp.Diagnostics.Append(o.def.Fill(ctx, c.Prior, now, importing)...)
	o.save(ctx, c, c.Prior, o.mark(c.Prior, now), &resp.State, resp.Identity, resp.Private)
}

// gone removes an object that is not there from state, unless another panel said so: that says nothing about the right one. What is not there
// cannot be imported.
func (o *object[C, M, R]) gone(ctx context.Context, c *Call[C, M], importing bool, id, reason string, state *tfsdk.State) {
	switch {
	case importing:
		c.Diagnostics.AddError("Cannot import non-existent "+o.def.Noun, resourcekit.Sentence(reason))
	case !o.elsewhere(c, id):
		state.RemoveResource(ctx)
	}
}

func (o *object[C, M, R]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	client, ok := o.client(&resp.Diagnostics)
	if !ok {
		return
	}
	c := o.call(client, &resp.Diagnostics)
	c.Prior, c.Plan = new(M), new(M)
	resp.Diagnostics.Append(req.Plan.Get(ctx, c.Plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, c.Prior)...)
	c.recall(ctx, req.Private)
	if resp.Diagnostics.HasError() {
		return
	}
	if o.def.Changed != nil && !o.def.Changed(c.Prior, c.Plan) {
		// Only attributes that the panel does not know have changed. Nothing was read, so what is remembered of the panel stays.
		resp.Diagnostics.Append(resp.State.Set(ctx, c.Plan)...)
		setIdentity(ctx, resp.Identity, client.Host(), o.def.ID(c.Plan).ValueString(), &resp.Diagnostics)
		return
	}
	id := o.def.ID(c.Prior).ValueString()
	// The panel has no conditional write, so the values that the plan expected are compared just before it.
	now, err := o.def.Read(coalesce.Fresh(ctx), client, c.Prior)
	switch {
	case errors.Is(err, transport.ErrNotFound) && o.elsewhere(c, id):
		return
	case err != nil:
		o.def.report(&resp.Diagnostics, "update", id, err)
		return
	case !o.same(c, now):
		return
	}
	if changed, ok := o.def.Update(ctx, c, now); ok {
		o.save(ctx, c, c.Plan, o.mark(c.Plan, changed), &resp.State, resp.Identity, resp.Private)
	}
}

func (o *object[C, M, R]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	client, ok := o.client(&resp.Diagnostics)
	if !ok {
		return
	}
	c := o.call(client, &resp.Diagnostics)
	c.Prior = new(M)
	resp.Diagnostics.Append(req.State.Get(ctx, c.Prior)...)
	c.recall(ctx, req.Private)
	if resp.Diagnostics.HasError() {
		return
	}
	id := o.def.ID(c.Prior).ValueString()
	now, err := o.def.Read(coalesce.Fresh(ctx), client, c.Prior)
	if err == nil && !o.same(c, now) {
		return
	}
	if errors.Is(err, transport.ErrNotFound) || err == nil && o.absent(c.Prior, now) != "" {
		o.elsewhere(c, id) // else it is gone already: what a destroy wants
		return
	}
	if err == nil {
		err = o.def.Delete(ctx, c, now)
	}
	if errors.Is(err, transport.ErrNotFound) || errors.Is(err, transport.ErrUnconfirmed) {
		err = o.confirmGone(ctx, c, err)
	}
	if err != nil {
		o.def.report(&resp.Diagnostics, "delete", id, err)
	}
}

// confirmGone looks again before it is believed that there is nothing to delete any more: a gateway answers 404 in JSON too, a script that broke off
// nothing at all, and what is dropped from state by mistake stays behind. said is what the deletion was answered with.
func (o *object[C, M, R]) confirmGone(ctx context.Context, c *Call[C, M], said error) error {
	now, err := o.def.Read(ctx, c.Client, c.Prior)
	switch {
	case errors.Is(err, transport.ErrNotFound), err == nil && o.absent(c.Prior, now) != "":
		return nil
	case err == nil:
		return fmt.Errorf("%w. The %s still shows it: it was not deleted. Check what answers at %s, and apply again", said, o.def.System.Name, c.Client.Host())
	}
	return fmt.Errorf("%w. Whether it is gone could not be looked at: %w", said, err)
}

func (o *object[C, M, R]) same(c *Call[C, M], now R) bool {
	return o.def.Same == nil || o.def.Same(c, now)
}

func (o *object[C, M, R]) absent(m *M, now R) string {
	if o.def.Absent == nil {
		return ""
	}
	return o.def.Absent(m, now)
}

func (o *object[C, M, R]) mark(m *M, now R) string {
	if o.def.Mark == nil {
		return ""
	}
	return o.def.Mark(m, now)
}

// save sets state, private state and identity.
func (o *object[C, M, R]) save(ctx context.Context, c *Call[C, M], m *M, mark string, state *tfsdk.State, identity *tfsdk.ResourceIdentity, private privateWriter) {
	c.Diagnostics.Append(state.Set(ctx, m)...)
	remember(ctx, c.Client.Host(), mark, private, c.Diagnostics)
	setIdentity(ctx, identity, c.Client.Host(), o.def.ID(m).ValueString(), c.Diagnostics)
}
