package serverbinding

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/coalesce"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/dcimobject"
)

// checkPlan looks at the server that is about to be unbound, alone or to be replaced, and at the one that is about to be bound or bound anew.
func checkPlan(ctx context.Context, c *dcimobject.Call[model]) {
	before, after := c.Prior, c.Plan
	if before != nil && (after == nil || !after.ServerID.Equal(before.ServerID)) {
		checkUnbinding(ctx, c)
	}
	if after == nil || after.ServerID.IsUnknown() || after.AllowAssigned.IsUnknown() ||
		before != nil && after.PackageID.Equal(before.PackageID) && after.ServerID.Equal(before.ServerID) {
		return
	}
	server, err := c.Client.GetServer(ctx, after.ServerID.ValueString())
	switch {
	case errors.Is(err, transport.ErrNotFound):
		c.Diagnostics.AddAttributeError(path.Root("server_id"), "No such server", "The DCIM has no server with the id "+after.ServerID.ValueString()+". List them with the data source hosting_dcim_servers.")
	case err != nil:
		dcimobject.Unchecked(c.Diagnostics, "binding", "looking at the server", err)
	default:
		checkBinding(c, server)
	}
}

func checkBinding(c *dcimobject.Call[model], server dcim.Server) {
	target := c.Plan.PackageID
	dcimobject.WarnFaulty(c.Diagnostics, "server_id", server)
	if server.PackageID != "" && (target.IsUnknown() || target.ValueString() == server.PackageID) {
		return // bound already, so that nothing will be written; or perhaps so
	}
	admissible(server, c.Plan, "bind", c.Diagnostics)
	if c.Prior == nil && server.PackageID != "" {
		// Not an error yet: the apply may be about to unbind it first, which a resource cannot see.
		c.Diagnostics.AddAttributeWarning(path.Root("server_id"), "The server has another package", bound(server)+" Unless this apply unbinds it first, binding it will be refused.")
	}
}

func checkUnbinding(ctx context.Context, c *dcimobject.Call[model]) {
	server, err := c.Client.GetServer(ctx, c.Prior.ServerID.ValueString())
	switch {
	case errors.Is(err, transport.ErrNotFound):
	case err != nil:
		dcimobject.Unchecked(c.Diagnostics, "unbinding", "looking at the server", err)
	case dcimobject.SameServer(c, server) && server.PackageID == c.Prior.PackageID.ValueString():
		admissible(server, c.Prior, "unbind", c.Diagnostics)
	}
}

// admissible refuses a server that a customer has.
func admissible(server dcim.Server, m *model, verb string, diags *diag.Diagnostics) bool {
	if !server.Assigned() || m.AllowAssigned.ValueBool() {
		return true
	}
	diags.AddAttributeError(path.Root("server_id"), "A customer has the server", fmt.Sprintf(
		"The server %s is assigned (%s), so the provider does not %s it. Nothing was changed. If that is meant, apply allow_assigned = true first.",
		dcimobject.ServerName(server), dcimobject.Customer(server), verb))
	return false
}

func bound(server dcim.Server) string {
	return fmt.Sprintf("The server %s has the package %q (id %s). To manage this binding, add\n\nimport {\n  to = hosting_dcim_server_binding.<NAME>\n  id = %q\n}\n\n",
		dcimobject.ServerName(server), server.PackageName, server.PackageID, server.ID)
}

// assign binds the server, or unbinds it with "", when it still has the package expected. It returns what the DCIM shows then.
func assign(ctx context.Context, c *dcimobject.Call[model], m *model, server dcim.Server, expected, target string) (dcim.Server, bool) {
	id, verb, diags := server.ID, "bind", c.Diagnostics
	if target == "" {
		verb = "unbind"
	} else {
		dcimobject.WarnFaulty(diags, "server_id", server)
	}
	switch {
	case server.PackageID == target:
		return server, true
	case expected == "" && server.PackageID != "":
		diags.AddAttributeError(path.Root("server_id"), "Unable to create "+noun+" "+id+": the server has a package", bound(server)+"Or unbind it in the DCIM and apply again.")
		return server, false
	case server.PackageID != expected:
		dcimobject.Conflict(diags, noun, id, "package_id", fmt.Sprintf("%q", expected), fmt.Sprintf("%q", server.PackageID))
		return server, false
	case !admissible(server, m, verb, diags):
		return server, false
	}
	assigned := c.Client.AssignPackage(ctx, []string{id}, target)
	unconfirmed := errors.Is(assigned, transport.ErrUnconfirmed)
	if assigned != nil && !unconfirmed {
		report(diags, id, assigned)
		return server, false
	}
	// The answer says nothing of the server: look.
	now, err := c.Client.GetServer(coalesce.Fresh(ctx), id)
	switch {
	case err != nil && unconfirmed:
		report(diags, id, fmt.Errorf("%w. What came of it could not be looked at: %w", assigned, err))
		return server, false
	case err != nil:
		diags.AddWarning("The binding could not be read back", "The DCIM accepted it. "+resourcekit.Sentence(err.Error()))
		return server, true
	}
	if now.PackageID != target {
		diags.AddError("The DCIM did not store the binding", fmt.Sprintf(
			"It accepted to give the server %s the package %q, and now shows %q. Look at operations.servers.assign_package and fields.server.package_id of the wire profile.", id, target, now.PackageID))
		return now, false
	}
	return now, true
}

func report(diags *diag.Diagnostics, id string, err error) {
	dcimobject.Report(diags, noun, "write", id, err, "server_id", "package_id")
}
