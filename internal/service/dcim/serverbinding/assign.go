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
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/panelobject"
)

// checkPlan checks the server that the plan unbinds, in a destroy or a replacement, and the server that gets a package.
func checkPlan(ctx context.Context, c *call) {
	before, after := c.Prior, c.Plan
	if !panelobject.HasOperations(c, operations(before, after)...) {
		return
	}
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
		c.WarnUnchecked("binding", "a check of the server", err)
	default:
		checkBinding(c, server)
	}
}

// operations returns the operations that a plan needs.
func operations(before, after *model) []string {
	const read, bind, unbind = "servers.get", "servers.assign_package", "servers.unassign_package"
	switch {
	case after == nil:
		return []string{read, unbind}
	case before == nil:
		return []string{read, bind}
	case !after.ServerID.Equal(before.ServerID):
		return []string{read, bind, unbind}
	case !after.PackageID.Equal(before.PackageID):
		return []string{read, bind}
	}
	return nil
}

func checkBinding(c *call, server dcim.Server) {
	target := c.Plan.PackageID
	panelobject.WarnFaulty(c.Diagnostics, "server_id", server)
	if server.PackageID != "" && (target.IsUnknown() || target.ValueString() == server.PackageID) {
		return // the server already has the package, or may have it
	}
	admissible(server, c.Plan, "bind", c.Diagnostics)
	if c.Prior == nil && server.PackageID != "" {
		// A warning: the same apply may unbind it first, which a resource cannot see.
		c.Diagnostics.AddAttributeWarning(path.Root("server_id"), "The server has another package", bound(server)+" If this apply does not unbind it first, binding it will fail.")
	}
}

func checkUnbinding(ctx context.Context, c *call) {
	server, err := c.Client.GetServer(ctx, c.Prior.ServerID.ValueString())
	switch {
	case errors.Is(err, transport.ErrNotFound):
	case err != nil:
		c.WarnUnchecked("unbinding", "a check of the server", err)
	case panelobject.SameServer(c, server) && server.PackageID == c.Prior.PackageID.ValueString():
		admissible(server, c.Prior, "unbind", c.Diagnostics)
	}
}

// admissible adds an error, and returns false, when a customer has the server.
func admissible(server dcim.Server, m *model, verb string, diags *diag.Diagnostics) bool {
	if !server.Assigned() || m.AllowAssigned.ValueBool() {
		return true
	}
	diags.AddAttributeError(path.Root("server_id"), "A customer has the server", fmt.Sprintf(
		"The server %s is assigned (%s), so the provider does not %s it. Nothing was changed. If you want this change, first apply allow_assigned = true.",
		panelobject.ServerName(server), panelobject.Customer(server), verb))
	return false
}

func bound(server dcim.Server) string {
	return fmt.Sprintf("The server %s has the package %s. To manage this binding, add\n\nimport {\n  to = hosting_dcim_server_binding.<NAME>\n  id = %q\n}\n\n",
		panelobject.ServerName(server), panelobject.PackageName(server), server.ID)
}

// assign gives the server the package target, or no package if target is "". The server must still have the package
// expected. assign returns the server after the change.
func assign(ctx context.Context, c *call, m *model, server dcim.Server, expected, target string) (dcim.Server, bool) {
	id, verb, diags := server.ID, "bind", c.Diagnostics
	if target == "" {
		verb = "unbind"
	} else {
		panelobject.WarnFaulty(diags, "server_id", server)
	}
	switch {
	case server.PackageID == target:
		c.Client.NoteAdopted(c.Owner(), []string{id}, target)
		return server, true
	case expected == "" && server.PackageID != "":
		diags.AddAttributeError(path.Root("server_id"), c.Summary("create", id)+": the server has a package",
			"If this run unbinds it elsewhere, apply again. "+bound(server)+"Or unbind it in the DCIM and apply again.")
		return server, false
	case server.PackageID != expected:
		c.Conflict(id, "package_id", fmt.Sprintf("%q", expected), fmt.Sprintf("%q", server.PackageID))
		return server, false
	case !admissible(server, m, verb, diags):
		return server, false
	}
	var assigned error
	if target == "" {
		assigned = c.Client.UnassignPackage(ctx, []string{id}, server.PackageID)
	} else {
		assigned = c.Client.AssignPackage(ctx, []string{id}, target)
	}
	unconfirmed := errors.Is(assigned, transport.ErrUnconfirmed)
	if assigned != nil && !unconfirmed {
		c.Fail("write", id, assigned)
		return server, false
	}
	// The response does not contain the server.
	now, err := c.Client.GetServer(coalesce.Fresh(ctx), id)
	switch {
	case err != nil && unconfirmed:
		c.Fail("write", id, fmt.Errorf("%w. The server could not be read after that: %w", assigned, err))
		return server, false
	case err != nil:
		diags.AddWarning("The binding could not be read back", "The DCIM accepted the request. "+resourcekit.Sentence(err.Error()))
		return server, true
	}
	if now.PackageID != target {
		diags.AddError("The DCIM did not store the binding", fmt.Sprintf(
			"The DCIM accepted the request to give the server %s the package %q, but it now has %q. Check operations.servers.assign_package and fields.server.package_id of the wire profile.", id, target, now.PackageID))
		return now, false
	}
	return now, true
}
