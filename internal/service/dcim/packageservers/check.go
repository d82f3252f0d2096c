package packageservers

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/panelobject"
)

// change is a planned change of the packages of servers.
type change struct {
	add, remove []string // ids
	to          string   // the package of the servers to add, or "" if it is not known yet
	from        string   // the package of the servers to remove
	left        []string // servers that another binding took over, so that they are not unbound
	// addSold and removeSold say whether servers that customers have may be added, or removed.
	addSold, removeSold bool
}

// checkPlan checks the servers that are about to be bound and unbound. It reads one list.
func checkPlan(ctx context.Context, c *call) {
	ch := planned(c.Prior, c.Plan)
	if len(ch.add)+len(ch.remove) == 0 {
		return
	}
	needs := []string{"servers.list"}
	if len(ch.add) > 0 {
		needs = append(needs, "servers.assign_package")
	}
	if len(ch.remove) > 0 {
		needs = append(needs, "servers.unassign_package")
	}
	if !panelobject.HasOperations(c, needs...) {
		return
	}
	all, err := readInventory(ctx, c.Client)
	if err != nil {
		c.WarnUnchecked("servers of the package", "a check of the servers", err)
		return
	}
	if c.Prior != nil && !same(c, all) {
		return
	}
	ch.admissible(all, c.Diagnostics)
	if others := ch.elsewhere(all); len(others) > 0 {
		// A warning: the same apply may unbind them first, which a resource cannot see.
		c.Diagnostics.AddAttributeWarning(path.Root("server_ids"), "Servers have another package",
			elsewhereDetail(others)+" If this apply does not unbind them first, binding them will fail.")
	}
}

// planned returns the known part of the change of a plan.
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
		return ch // a destroy, which may be part of a replacement
	}
	ch.add, ch.remove, ch.removeSold = without(ch.add, ch.remove), without(ch.remove, ch.add), ch.addSold
	if !plan.allKnown() {
		ch.remove = nil
	}
	return ch
}

// leave excludes servers that another binding took over.
func (ch *change) leave(ids []string) { ch.remove, ch.left = without(ch.remove, ids), ids }

// admissible adds errors for ids that the DCIM does not have and for servers that customers have. It warns of faulty
// servers. A server that needs no write is never an error. Examples are a server to add that already has the package,
// and a server to remove that no longer has it.
func (ch change) admissible(all inventory, diags *diag.Diagnostics) bool {
	at, ok := path.Root("server_ids"), true
	if missing := all.unknown(ch.add); len(missing) > 0 {
		ok = false
		diags.AddAttributeError(at, "No such server", "The DCIM has no server with the id "+panelobject.ShortList(missing)+". List them with the data source hosting_dcim_servers.")
	}
	panelobject.WarnFaulty(diags, "server_ids", all.filter(ch.add, dcim.Server.Faulty)...)
	refuse := func(verb string, sold []dcim.Server) {
		if len(sold) == 0 {
			return
		}
		ok = false
		customers := make([]string, len(sold))
		for i, s := range sold {
			customers[i] = fmt.Sprintf("%s to %s", panelobject.ServerName(s), panelobject.Customer(s))
		}
		diags.AddAttributeError(at, "Customers have servers", fmt.Sprintf(
			"The provider does not %s servers that customers have: %s. Nothing was changed. If you want this change, first apply allow_assigned = true.", verb, panelobject.ShortList(customers)))
	}
	if !ch.addSold {
		// While the package is unknown, a server that has a package may have the right one.
		refuse("bind", all.filter(ch.add, func(s dcim.Server) bool {
			return s.Assigned() && (s.PackageID == "" || ch.to != "" && s.PackageID != ch.to)
		}))
	}
	if !ch.removeSold {
		refuse("unbind", all.filter(ch.remove, func(s dcim.Server) bool { return s.Assigned() && s.PackageID == ch.from }))
	}
	return ok
}

// elsewhere returns the servers to add that have another package, except a package that this change takes from them.
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
		packages[i] = fmt.Sprintf("%s has the package %s", panelobject.ServerName(s), panelobject.PackageName(s))
	}
	return "A server has one package at most: " + panelobject.ShortList(packages) + "."
}
