// Package apikey is hosting_dcim_api_key: the system API keys with which WHMCS calls a TopLink DCIM.
package apikey

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/dcimobject"
)

// NewResource makes the resource.
func NewResource() resource.Resource { return &apiKey{} }

type apiKey struct {
	clients *resourcekit.Clients
}

var (
	_ resource.ResourceWithConfigure   = (*apiKey)(nil)
	_ resource.ResourceWithIdentity    = (*apiKey)(nil)
	_ resource.ResourceWithImportState = (*apiKey)(nil)
	_ resource.ResourceWithModifyPlan  = (*apiKey)(nil)
)

func (r *apiKey) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dcim_api_key"
}

func (r *apiKey) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A system API key of a TopLink DCIM: the KEY and secret with which WHMCS calls it. The DCIM shows the secret once, when the key is made, so it is kept in the state: protect the state accordingly.",
		Attributes: map[string]schema.Attribute{
			"id":    schema.StringAttribute{Computed: true, MarkdownDescription: "The DCIM's id of the key.", PlanModifiers: keep},
			"label": resourcekit.RequiredName("Label of the key in the DCIM, such as `WHMCS`."),
			"ip_addresses": resourcekit.OptionalStringSet(
				"The only addresses that may call with this key: those of the WHMCS server. With none, the DCIM accepts any address. Default: none.",
				setvalidator.ValueStringsAre(ipAddress{})),
			"rotation_triggers": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Any values whose change replaces the key by a new one. With `lifecycle { create_before_destroy = true }` and `allow_duplicate_label = true` there is no moment without a working key.",
				PlanModifiers:       []planmodifier.Map{mapplanmodifier.RequiresReplace()},
			},
			"allow_duplicate_label": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Make the key even when another one has the same label. By default that is refused, with the `import` block that adopts the existing one. Default: `false`. Only looked at on creation.",
			},
			"key": schema.StringAttribute{
				Computed: true, MarkdownDescription: "The KEY: 64 hexadecimal characters, the user name of the WHMCS server.", PlanModifiers: keep,
			},
			"secret": schema.StringAttribute{
				Computed: true, Sensitive: true, PlanModifiers: keep,
				MarkdownDescription: "The secret: 64 hexadecimal characters, the password of the WHMCS server. Null after an import, because the DCIM never shows it again: replace the key (`rotation_triggers`) to have one.",
			},
		},
	}
}

func (r *apiKey) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = dcimobject.IdentitySchema("the key")
}

func (r *apiKey) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	if clients, ok := resourcekit.FromProviderData(req.ProviderData, &resp.Diagnostics); ok {
		r.clients = clients
	}
}

func (r *apiKey) client(diags *diag.Diagnostics) (*dcim.Client, bool) {
	client, more := r.clients.DCIM.Get("DCIM API key")
	diags.Append(more...)
	return client, !more.HasError()
}

// ModifyPlan asks the DCIM whether the label is taken. A DCIM that cannot be asked is a warning.
func (r *apiKey) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.clients == nil {
		return
	}
	system := r.clients.DCIM
	if system.Client == nil {
		if !system.Unknown {
			resp.Diagnostics.AddError("Unable to reach the system of this DCIM API key", system.Missing)
		}
		return
	}
	if !req.State.Raw.IsNull() {
		return
	}
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() || plan.Label.IsUnknown() || plan.AllowDuplicateLabel.ValueBool() {
		return
	}
	keys, err := system.Client.ListAPIKeys(ctx)
	if err != nil {
		resp.Diagnostics.AddWarning("The DCIM could not check the planned API key", "The plan was made without asking the DCIM whether the label is taken: "+resourcekit.Sentence(err.Error())+" The apply will tell.")
		return
	}
	var ids []string
	for _, key := range keys {
		if key.Label == plan.Label.ValueString() {
			ids = append(ids, key.ID)
		}
	}
	if len(ids) > 0 {
		// Not an error yet: the apply may be about to destroy that very key, which a resource cannot see.
		resp.Diagnostics.AddAttributeWarning(path.Root("label"), "An API key of this label exists",
			existsDetail(plan.Label.ValueString(), ids)+" Unless this apply destroys that key first, creating this one will be refused.")
	}
}

func (r *apiKey) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	client, ok := r.client(&resp.Diagnostics)
	if !ok {
		return
	}
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	key, err := client.CreateAPIKey(ctx, plan.Label.ValueString(), plan.addresses(), plan.AllowDuplicateLabel.ValueBool())
	if err != nil {
		report(&resp.Diagnostics, "create", "", err)
		return
	}
	plan.fill(ctx, key)
	plan.Secret = types.StringValue(key.Secret)
	r.save(ctx, client, &plan, &resp.State, resp.Identity, resp.Private, &resp.Diagnostics)
}

func (r *apiKey) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	client, ok := r.client(&resp.Diagnostics)
	if !ok {
		return
	}
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	host, diags := dcimobject.RecallHost(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	importing := state.Label.IsNull()
	id := state.ID.ValueString()
	// Set for a key that is gone too: the framework wants an identity after every read.
	dcimobject.SetIdentity(ctx, resp.Identity, client.Host(), id, &resp.Diagnostics)
	key, err := client.GetAPIKey(ctx, id)
	if dcimobject.Gone(ctx, err, importing, client, host, "DCIM API key", id, "List them with the data source hosting_dcim_api_keys.", &resp.State, &resp.Diagnostics) {
		return
	}
	if err != nil {
		report(&resp.Diagnostics, "read", id, err)
		return
	}
	if !r.same(&state, key, client, &resp.Diagnostics) {
		return
	}
	state.fill(ctx, key)
	if importing {
		state.AllowDuplicateLabel = types.BoolValue(false)
	}
	r.save(ctx, client, &state, &resp.State, resp.Identity, resp.Private, &resp.Diagnostics)
}

func (r *apiKey) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	client, ok := r.client(&resp.Diagnostics)
	if !ok {
		return
	}
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	host, diags := dcimobject.RecallHost(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := state.ID.ValueString()
	if plan.Label.Equal(state.Label) && plan.IPAddresses.Equal(state.IPAddresses) {
		r.save(ctx, client, &plan, &resp.State, resp.Identity, resp.Private, &resp.Diagnostics)
		return
	}
	// The DCIM has no conditional write, so the values that the plan expected are compared just before it.
	current, err := client.GetAPIKey(ctx, id)
	if errors.Is(err, transport.ErrNotFound) && dcimobject.OtherDCIM(host, client, "DCIM API key", id, &resp.Diagnostics) {
		return
	}
	if err != nil {
		report(&resp.Diagnostics, "update", id, err)
		return
	}
	if !r.same(&state, current, client, &resp.Diagnostics) || !unchanged(ctx, &state, current, &resp.Diagnostics) {
		return
	}
	key, err := client.UpdateAPIKey(ctx, id, plan.Label.ValueString(), plan.addresses())
	if err != nil {
		report(&resp.Diagnostics, "update", id, err)
		return
	}
	plan.fill(ctx, key)
	r.save(ctx, client, &plan, &resp.State, resp.Identity, resp.Private, &resp.Diagnostics)
}

func (r *apiKey) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	client, ok := r.client(&resp.Diagnostics)
	if !ok {
		return
	}
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	host, diags := dcimobject.RecallHost(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := state.ID.ValueString()
	current, err := client.GetAPIKey(ctx, id)
	if errors.Is(err, transport.ErrNotFound) {
		dcimobject.OtherDCIM(host, client, "DCIM API key", id, &resp.Diagnostics)
		return
	}
	if err == nil {
		if !r.same(&state, current, client, &resp.Diagnostics) {
			return
		}
		err = client.DeleteAPIKey(ctx, id)
	}
	if err != nil && !errors.Is(err, transport.ErrNotFound) {
		report(&resp.Diagnostics, "delete", id, err)
	}
}

func (r *apiKey) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	dcimobject.Import(ctx, r.clients, "An API key", req, resp)
}

// same makes sure that the id still stands for the key in state. The KEY is random and never changes, so another one under the same
// id means another DCIM, and nothing may be written.
func (r *apiKey) same(state *model, current dcim.APIKey, client *dcim.Client, diags *diag.Diagnostics) bool {
	if state.Key.ValueString() == "" || current.Key == "" || state.Key.ValueString() == current.Key {
		return true
	}
	diags.AddError("Another DCIM answered", fmt.Sprintf(
		"Under the id %s the DCIM at %s has another API key (label %q) than the one in state. Nothing was changed. Point the provider at the right DCIM; or remove the resource from state.",
		current.ID, client.Host(), current.Label))
	return false
}

// unchanged compares what the plan was made from with what the DCIM has now.
func unchanged(ctx context.Context, state *model, current dcim.APIKey, diags *diag.Diagnostics) bool {
	var now model
	now.fill(ctx, current)
	ok := true
	if !now.Label.Equal(state.Label) {
		ok = false
		diags.AddAttributeError(path.Root("label"), conflictSummary(current.ID), conflictDetail("label", state.Label.String(), now.Label.String()))
	}
	if !now.IPAddresses.Equal(state.IPAddresses) {
		ok = false
		diags.AddAttributeError(path.Root("ip_addresses"), conflictSummary(current.ID), conflictDetail("ip_addresses", state.IPAddresses.String(), now.IPAddresses.String()))
	}
	return ok
}

func conflictSummary(id string) string {
	return "Unable to update DCIM API key " + id + ": it was changed in the DCIM"
}

func conflictDetail(field, expected, actual string) string {
	return fmt.Sprintf("The plan expected %s to be %s, and the DCIM now has %s. Someone changed it since the plan was made, so nothing was written. Run `terraform plan` again to see the change, then decide.", field, expected, actual)
}

func (r *apiKey) save(ctx context.Context, client *dcim.Client, m *model, state *tfsdk.State, id *tfsdk.ResourceIdentity, private dcimobject.PrivateWriter, diags *diag.Diagnostics) {
	dcimobject.Save(ctx, client, m, m.ID.ValueString(), state, id, private, diags)
}

// report turns a client failure into diagnostics.
func report(diags *diag.Diagnostics, verb, id string, err error) {
	summary := strings.TrimSpace("Unable to " + verb + " DCIM API key " + id)
	var exists *dcim.ExistsError
	var lost *dcim.LostCreateError
	var failure *dcim.Error
	switch {
	case errors.As(err, &exists):
		diags.AddAttributeError(path.Root("label"), summary+": it exists", existsDetail(exists.Label, exists.IDs))
	case errors.As(err, &lost):
		diags.AddError(summary+": the answer was lost", lostDetail(lost))
	case errors.As(err, &failure) && len(failure.Fields) > 0:
		for _, field := range failure.Fields {
			detail := resourcekit.Sentence("The DCIM would not accept this value: " + field.Message)
			if !slices.Contains([]string{"label", "ip_addresses"}, field.Field) {
				diags.AddError(summary+" ("+field.Field+")", detail)
				continue
			}
			diags.AddAttributeError(path.Root(field.Field), summary, detail)
		}
	case errors.Is(err, transport.ErrNotFound):
		diags.AddError(summary, "The DCIM no longer has this API key. Run `terraform plan` again: it will offer to make a new one.")
	default:
		diags.AddError(summary, resourcekit.Sentence(err.Error()))
	}
}

func existsDetail(label string, ids []string) string {
	return fmt.Sprintf("The DCIM already has an API key labelled %q (id %s). To manage it, add\n\nimport {\n  to = hosting_dcim_api_key.<NAME>\n  id = %q\n}\n\nIts secret cannot be read any more. To make another key of the same label, set allow_duplicate_label = true.",
		label, strings.Join(ids, ", "), ids[0])
}

func lostDetail(lost *dcim.LostCreateError) string {
	detail := resourcekit.Sentence(lost.Error()) + " The creation was not repeated, so as not to make two keys. "
	switch {
	case !lost.Listed:
		return detail + fmt.Sprintf("The DCIM could not be asked what it did: look under Settings > System API for a new key labelled %q, delete it, and apply again. Its secret cannot be recovered.", lost.Label)
	case len(lost.Suspects) == 0:
		return detail + "The DCIM has no new key of this label: it was not created. Apply again."
	}
	return detail + fmt.Sprintf("The DCIM now has a new key labelled %q with the id %s, whose secret cannot be recovered: delete it under Settings > System API, and apply again.", lost.Label, strings.Join(lost.Suspects, ", "))
}

// ipAddress accepts one IPv4 or IPv6 address, without a prefix length: the DCIM compares whole addresses.
type ipAddress struct{}

func (ipAddress) Description(context.Context) string         { return "must be an IP address" }
func (ipAddress) MarkdownDescription(context.Context) string { return "must be an IP address" }
func (ipAddress) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if address, err := netip.ParseAddr(req.ConfigValue.ValueString()); err != nil || address.Zone() != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid IP address", fmt.Sprintf("%q is not an IP address. The DCIM takes single addresses, no ranges and no host names.", req.ConfigValue.ValueString()))
	}
}
