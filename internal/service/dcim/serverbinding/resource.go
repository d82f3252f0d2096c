// Package serverbinding is hosting_dcim_server_binding: one server of a TopLink DCIM bound to one package.
package serverbinding

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/dcimobject"
)

const noun = "DCIM server binding"

// NewResource makes the resource.
func NewResource() resource.Resource { return &binding{} }

type binding struct {
	clients *resourcekit.Clients
}

var (
	_ resource.ResourceWithConfigure   = (*binding)(nil)
	_ resource.ResourceWithIdentity    = (*binding)(nil)
	_ resource.ResourceWithImportState = (*binding)(nil)
	_ resource.ResourceWithModifyPlan  = (*binding)(nil)
)

func (r *binding) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dcim_server_binding"
}

func (r *binding) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Binds one server of a TopLink DCIM to a package (server › detail › allocation › package). A server has at most one package. Binding puts hardware on sale, so a server that a customer has is touched only with `allow_assigned`. Destroying unbinds the server only if it still has this package.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, MarkdownDescription: "The same as `server_id`.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"server_id": schema.StringAttribute{
				Required: true, MarkdownDescription: "The DCIM's id of the server. Changing it replaces the binding.",
				Validators: []validator.String{resourcekit.ID()}, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"package_id": schema.StringAttribute{
				Required: true, MarkdownDescription: "Id of the package. Changing it binds the server anew, in place.",
				Validators: []validator.String{resourcekit.ID()},
			},
			"allow_assigned": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Bind and unbind the server even while a customer has it. Default: `false`. To destroy such a binding, apply this first.",
			},
		},
	}
}

func (r *binding) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = dcimobject.IdentitySchema("the server")
}

func (r *binding) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	if clients, ok := resourcekit.FromProviderData(req.ProviderData, &resp.Diagnostics); ok {
		r.clients = clients
	}
}

func (r *binding) client(diags *diag.Diagnostics) (*dcim.Client, bool) {
	client, more := r.clients.DCIM.Get(noun)
	diags.Append(more...)
	return client, !more.HasError()
}

// ModifyPlan looks at the server that is about to be bound, rebound or unbound. A DCIM that cannot be asked is a warning.
func (r *binding) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.clients == nil {
		return
	}
	system := r.clients.DCIM
	if system.Client == nil {
		if !system.Unknown && !req.Plan.Raw.IsNull() {
			resp.Diagnostics.AddError("Unable to reach the system of this "+noun, system.Missing)
		}
		return
	}
	var before, after *model
	if !req.State.Raw.IsNull() {
		before = &model{}
		resp.Diagnostics.Append(req.State.Get(ctx, before)...)
	}
	if !req.Plan.Raw.IsNull() {
		after = &model{}
		resp.Diagnostics.Append(req.Plan.Get(ctx, after)...)
	}
	if resp.Diagnostics.HasError() || after == nil || after.ServerID.IsUnknown() || after.AllowAssigned.IsUnknown() {
		return // a destruction is judged when it happens
	}
	if before != nil && before.PackageID.Equal(after.PackageID) && before.ServerID.Equal(after.ServerID) {
		return
	}
	id := after.ServerID.ValueString()
	server, err := system.Client.GetServer(ctx, id)
	switch {
	case errors.Is(err, transport.ErrNotFound):
		resp.Diagnostics.AddAttributeError(path.Root("server_id"), "No such server", "The DCIM has no server with the id "+id+". List them with the data source hosting_dcim_servers.")
	case err != nil:
		resp.Diagnostics.AddWarning("The DCIM could not check the planned binding", "The plan was made without looking at the server: "+resourcekit.Sentence(err.Error())+" The apply will tell.")
	default:
		admissible(server, after, "bind", &resp.Diagnostics)
		if before == nil && server.PackageID != "" && !after.PackageID.IsUnknown() && server.PackageID != after.PackageID.ValueString() {
			// Not an error yet: the apply may be about to unbind it first, which a resource cannot see.
			resp.Diagnostics.AddAttributeWarning(path.Root("server_id"), "The server has another package", bound(server)+" Unless this apply unbinds it first, binding it will be refused.")
		}
	}
}

// admissible refuses a server that a customer has, and warns of a faulty one.
func admissible(server dcim.Server, m *model, verb string, diags *diag.Diagnostics) bool {
	if server.Faulty() && verb == "bind" {
		diags.AddAttributeWarning(path.Root("server_id"), "The server is faulty", fmt.Sprintf("The DCIM marks the server %s (id %s) as faulty. Bound to a package it may be sold.", server.Label, server.ID))
	}
	if !server.Assigned() || m.AllowAssigned.ValueBool() {
		return true
	}
	who := "usage type " + server.UsageType
	if server.AssignedUser != "" {
		who = server.AssignedUser
	}
	diags.AddAttributeError(path.Root("server_id"), "A customer has the server", fmt.Sprintf(
		"The server %s (id %s) is assigned (%s), so the provider does not %s it. Nothing was changed. If that is meant, apply allow_assigned = true first.", server.Label, server.ID, who, verb))
	return false
}

func bound(server dcim.Server) string {
	return fmt.Sprintf("The server %s (id %s) has the package %q (id %s). To manage this binding, add\n\nimport {\n  to = hosting_dcim_server_binding.<NAME>\n  id = %q\n}\n\n",
		server.Label, server.ID, server.PackageName, server.PackageID, server.ID)
}

// assign binds the server, or unbinds it with "", when it still has the package expected.
func (r *binding) assign(ctx context.Context, client *dcim.Client, m *model, expected, target string, diags *diag.Diagnostics) bool {
	id := m.ServerID.ValueString()
	server, err := client.GetServer(ctx, id)
	if err != nil {
		dcimobject.Report(diags, noun, "write", id, err, "server_id", "package_id")
		return false
	}
	verb := "bind"
	if target == "" {
		verb = "unbind"
	}
	switch {
	case server.PackageID == target:
		return true
	case expected == "" && server.PackageID != "":
		diags.AddAttributeError(path.Root("server_id"), "Unable to create "+noun+" "+id+": the server has a package", bound(server)+"Or unbind it in the DCIM and apply again.")
		return false
	case server.PackageID != expected:
		dcimobject.Conflict(diags, noun, id, "package_id", fmt.Sprintf("%q", expected), fmt.Sprintf("%q", server.PackageID))
		return false
	case !admissible(server, m, verb, diags):
		return false
	}
	if err := client.AssignPackage(ctx, []string{id}, target); err != nil {
		dcimobject.Report(diags, noun, "write", id, err, "server_id", "package_id")
		return false
	}
	// The answer says nothing of the server: look.
	server, err = client.GetServer(ctx, id)
	if err != nil {
		diags.AddWarning("The binding could not be read back", "The DCIM accepted it. "+resourcekit.Sentence(err.Error()))
		return true
	}
	if server.PackageID != target {
		diags.AddError("The DCIM did not store the binding", fmt.Sprintf(
			"It accepted to give the server %s the package %q, and now shows %q. Look at operations.servers.assign_package and fields.server.package_id of the wire profile.", id, target, server.PackageID))
		return false
	}
	return true
}

func (r *binding) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	client, ok := r.client(&resp.Diagnostics)
	if !ok {
		return
	}
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() || !r.assign(ctx, client, &plan, "", plan.PackageID.ValueString(), &resp.Diagnostics) {
		return
	}
	plan.ID = plan.ServerID
	dcimobject.Save(ctx, client, &plan, plan.ID.ValueString(), &resp.State, resp.Identity, resp.Private, &resp.Diagnostics)
}

func (r *binding) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
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
	importing, id := state.PackageID.IsNull(), state.ID.ValueString()
	dcimobject.SetIdentity(ctx, resp.Identity, client.Host(), id, &resp.Diagnostics)
	server, err := client.GetServer(ctx, id)
	switch {
	case dcimobject.Gone(ctx, err, importing, client, host, noun, id, "List the servers with the data source hosting_dcim_servers.", &resp.State, &resp.Diagnostics):
		return
	case err != nil:
		dcimobject.Report(&resp.Diagnostics, noun, "read", id, err)
		return
	case server.PackageID == "" && importing:
		resp.Diagnostics.AddError("Cannot import non-existent "+noun, fmt.Sprintf("The server %s (id %s) has no package.", server.Label, id))
		return
	case server.PackageID == "":
		resp.State.RemoveResource(ctx)
		return
	}
	state.ServerID, state.PackageID = types.StringValue(id), types.StringValue(server.PackageID)
	if importing {
		state.AllowAssigned = types.BoolValue(false)
	}
	dcimobject.Save(ctx, client, &state, id, &resp.State, resp.Identity, resp.Private, &resp.Diagnostics)
}

func (r *binding) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	client, ok := r.client(&resp.Diagnostics)
	if !ok {
		return
	}
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !plan.PackageID.Equal(state.PackageID) && !r.assign(ctx, client, &plan, state.PackageID.ValueString(), plan.PackageID.ValueString(), &resp.Diagnostics) {
		return
	}
	dcimobject.Save(ctx, client, &plan, plan.ID.ValueString(), &resp.State, resp.Identity, resp.Private, &resp.Diagnostics)
}

func (r *binding) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	client, ok := r.client(&resp.Diagnostics)
	if !ok {
		return
	}
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := state.ServerID.ValueString()
	server, err := client.GetServer(ctx, id)
	if errors.Is(err, transport.ErrNotFound) || err == nil && server.PackageID != state.PackageID.ValueString() {
		return // it has another package by now: that binding is not this one
	}
	if err != nil {
		dcimobject.Report(&resp.Diagnostics, noun, "delete", id, err)
		return
	}
	r.assign(ctx, client, &state, state.PackageID.ValueString(), "", &resp.Diagnostics)
}

func (r *binding) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if id, ok := dcimobject.Import(ctx, r.clients, "A server binding", req, resp); ok {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("server_id"), id)...)
	}
}
