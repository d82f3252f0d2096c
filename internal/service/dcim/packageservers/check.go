package packageservers

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/dcimobject"
)

// change is what is about to be done to servers.
type change struct {
	add, remove []string // ids
	to          string   // the package of those to add; "" = not known yet
	from        string   // the package of those to remove
	// sold tells whether servers that customers have may be added, or removed.
	addSold, removeSold bool
}

// checkPlan looks at the servers that are about to be bound and unbound, with one list.
func checkPlan(ctx context.Context, c *dcimobject.Call[model]) {
	ch := planned(c.Prior, c.Plan)
	if len(ch.add)+len(ch.remove) == 0 {
		return
	}
	all, err := list(ctx, c.Client)
	if err != nil {
		dcimobject.Unchecked(c.Diagnostics, "servers of the package", "looking at the servers", err)
		return
	}
	if c.Prior != nil && !same(c, all) {
		return
	}
	ch.admissible(all, c.Diagnostics)
	if others := ch.elsewhere(all); len(others) > 0 {
		// Not an error yet: the apply may be about to unbind them first, which a resource cannot see.
		c.Diagnostics.AddAttributeWarning(path.Root("server_ids"), "Servers have another package",
			elsewhereDetail(others)+" Unless this apply unbinds them first, binding them will be refused.")
	}
}

// planned is the change of a plan as far as it is known.
func planned(prior, plan *model) change {
	var ch change
	if plan != nil {
		ch.add, ch.to, ch.addSold = plan.servers(), plan.PackageID.ValueString(), plan.AllowAssigned.ValueBool() || plan.AllowAssigned.IsUnknown()
	}
	if prior == nil {
		return ch
	}
	ch.remove, ch.from, ch.removeSold = prior.servers(), prior.PackageID.ValueString(), prior.AllowAssigned.ValueBool()
	if plan == nil || !plan.PackageID.Equal(prior.PackageID) {
		return ch // a destruction, alone or of a replacement
	}
	ch.add, ch.remove, ch.removeSold = without(ch.add, ch.remove), without(ch.remove, ch.add), ch.addSold
	if !plan.allKnown() {
		ch.remove = nil
	}
	return ch
}

// admissible refuses ids that the DCIM does not have and servers that customers have, and warns of faulty ones. A server that has the package
// already, or no longer has it, will not be written to, whoever has it.
func (ch change) admissible(all inventory, diags *diag.Diagnostics) bool {
	at, ok := path.Root("server_ids"), true
	if missing := all.unknown(ch.add); len(missing) > 0 {
		ok = false
		diags.AddAttributeError(at, "No such server", "The DCIM has no server with the id "+dcimobject.Some(missing)+". List them with the data source hosting_dcim_servers.")
	}
	dcimobject.WarnFaulty(diags, "server_ids", all.filter(ch.add, dcim.Server.Faulty)...)
	refuse := func(verb string, sold []dcim.Server) {
		if len(sold) == 0 {
			return
		}
		ok = false
		customers := make([]string, len(sold))
		for i, s := range sold {
			customers[i] = fmt.Sprintf("%s to %s", dcimobject.ServerName(s), dcimobject.Customer(s))
		}
		diags.AddAttributeError(at, "Customers have servers", fmt.Sprintf(
			"Servers that are assigned, so that the provider does not %s them: %s. Nothing was changed. If that is meant, apply allow_assigned = true first.", verb, dcimobject.Some(customers)))
	}
	if !ch.addSold {
		// While the package is not known, one that has a package may turn out to have the right one.
		refuse("bind", all.filter(ch.add, func(s dcim.Server) bool {
			return s.Assigned() && (s.PackageID == "" || ch.to != "" && s.PackageID != ch.to)
		}))
	}
	if !ch.removeSold {
		refuse("unbind", all.filter(ch.remove, func(s dcim.Server) bool { return s.Assigned() && s.PackageID == ch.from }))
	}
	return ok
}

// elsewhere are the servers to add that have another package, other than the one that this change takes from them.
func (ch change) elsewhere(all inventory) []dcim.Server {
	if ch.to == "" {
		return nil
	}
	freed := map[string]bool{}
	for _, id := range all.having(ch.remove, ch.from) {
		freed[id] = true
	}
	return all.filter(ch.add, func(s dcim.Server) bool { return s.PackageID != "" && s.PackageID != ch.to && !freed[s.ID] })
}

func elsewhereDetail(servers []dcim.Server) string {
	packages := make([]string, len(servers))
	for i, s := range servers {
		packages[i] = fmt.Sprintf("%s has %q (id %s)", dcimobject.ServerName(s), s.PackageName, s.PackageID)
	}
	return "A server has one package at most: " + dcimobject.Some(packages) + "."
}
