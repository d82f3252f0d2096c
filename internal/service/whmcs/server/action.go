package server

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// NewAction makes the action that tests the connection of a server.
func NewAction() action.Action { return &testConnectionAction{} }

type testConnectionAction struct {
	clients *resourcekit.Clients
}

var _ action.ActionWithConfigure = (*testConnectionAction)(nil)

func (a *testConnectionAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_whmcs_test_connection"
}

func (a *testConnectionAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Runs the connection test of a server's module in WHMCS, as the button *Test Connection* does. " +
			"It changes nothing. The credential needs `TerraformWrite`, because the test runs the module's code.",
		Attributes: map[string]schema.Attribute{
			"server_id": schema.StringAttribute{
				Required: true, MarkdownDescription: "WHMCS's id of the server.", Validators: []validator.String{resourcekit.ID()},
			},
		},
	}
}

func (a *testConnectionAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	if clients, ok := resourcekit.FromProviderData(req.ProviderData, &resp.Diagnostics); ok {
		a.clients = clients
	}
}

// Invoke tests the connection with the stored values of the server.
func (a *testConnectionAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var serverID types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("server_id"), &serverID)...)
	client, diags := a.clients.WHMCS.Get("connection test")
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := serverID.ValueString()
	found, err := whmcs.CollectionOf[whmcs.Server](client, whmcs.KindServer).Get(ctx, id)
	switch {
	case err != nil:
		resp.Diagnostics.Append(resourcekit.ReadError("WHMCS server "+id, err)...)
		return
	case found.Row == nil:
		resp.Diagnostics.AddAttributeError(path.Root("server_id"), "WHMCS has no server with the id "+id,
			"The data source hosting_whmcs_servers lists the servers and their ids.")
		return
	}
	name := found.Row.Name + " (id " + id + ")"
	resp.SendProgress(action.InvokeProgressEvent{Message: "WHMCS tests the connection to " + found.Row.Hostname + " for the server " + name + "."})
	test, err := client.TestConnection(ctx, id, nil)
	if err != nil {
		resp.Diagnostics.AddError("The connection of the WHMCS server "+name+" was not tested", resourcekit.Sentence(err.Error()))
		return
	}
	if !test.Success {
		resp.Diagnostics.AddError("The connection test of the WHMCS server "+name+" failed",
			"The module "+found.Row.Module+" could not connect to "+found.Row.Hostname+": "+resourcekit.Sentence(test.Message)+
				" Check hostname, ip_address, port, secure, username and password. Check that the system accepts requests from the address of the WHMCS server.")
		return
	}
	resp.SendProgress(action.InvokeProgressEvent{Message: "The connection test of the server " + name + " passed."})
}
