package product

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// checkSystems compares a product with other objects, in WHMCS and in the DCIM. Another object of the same run may
// still change these, so all findings are warnings.
func checkSystems(ctx context.Context, w *whmcsobject.Write[model]) {
	if w.Client == nil || w.Diagnostics.HasError() {
		return
	}
	prior := w.Prior
	if prior == nil {
		prior = &model{}
	}
	warnOfServerGroup(ctx, w, prior)
	warnOfPackage(ctx, w, prior)
}

// warnOfServerGroup warns of a server group that has no server of the product's module. The id of a group of the same
// run is known in the apply only, so that the warning may appear there.
func warnOfServerGroup(ctx context.Context, w *whmcsobject.Write[model], prior *model) {
	group, module := w.Plan.ServerGroupID.ValueString(), w.Plan.Module.ValueString()
	if group == "" || module == "" || w.Plan.ServerGroupID.Equal(prior.ServerGroupID) && w.Plan.Module.Equal(prior.Module) ||
		w.Clients.Run.IsServed(group, module) {
		return
	}
	found, err := whmcs.CollectionOf[whmcs.ServerGroup](w.Client, whmcs.KindServerGroup).Get(ctx, group)
	if err != nil || found.Row == nil {
		return // the validation of the whole write reports it
	}
	servers, err := whmcs.CollectionOf[whmcs.Server](w.Client, whmcs.KindServer).List(ctx, whmcs.Values{"module": module})
	if err != nil {
		return
	}
	if slices.ContainsFunc(servers, func(s whmcs.Server) bool { return slices.Contains(found.Row.ServerIDs, s.ID) }) {
		w.Clients.Run.ServesModule(group, module)
		return
	}
	w.Diagnostics.AddAttributeWarning(path.Root("server_group_id"), "The server group of the product "+w.Plan.Name.ValueString()+" has no server of its module", fmt.Sprintf(
		"The product has the module %s. No server of the group %s (id %s) has this module. If this run does not add one, WHMCS cannot provision the product.", module, found.Row.Name, group))
}

// warnOfPackage warns of a package that the configured DCIM does not have. WHMCS provisions no server of it.
func warnOfPackage(ctx context.Context, w *whmcsobject.Write[model], prior *model) {
	at, name := packageOf(w.Plan)
	if _, before := packageOf(prior); name == "" || name == before || w.Clients.DCIM.Client == nil || w.Client.HasWritten() || w.Clients.Run.HasPackage(name) {
		return
	}
	packages, err := w.Clients.DCIM.Client.ListPackages(ctx)
	if err != nil {
		w.Diagnostics.AddAttributeWarning(at, "The package of the product "+w.Plan.Name.ValueString()+" was not checked", "The provider could not read the packages of the DCIM: "+resourcekit.Sentence(err.Error()))
		return
	}
	if slices.ContainsFunc(packages, func(p dcim.Package) bool { return p.Name == name }) {
		return
	}
	names := make([]string, len(packages))
	for i, p := range packages {
		names[i] = strconv.Quote(p.Name)
	}
	known := "The DCIM has no packages."
	if len(names) > 0 {
		known = "Packages: " + strings.Join(names, ", ") + "."
	}
	w.Diagnostics.AddAttributeWarning(at, fmt.Sprintf("The package %[2]q of the product %[1]s is not in the DCIM", w.Plan.Name.ValueString(), name), fmt.Sprintf(
		"Orders of the product would get no server from the DCIM at %s. %s If this run creates the package, refer to it: package = hosting_dcim_package.<NAME>.name.", w.Clients.DCIM.Client.Host(), known))
}

// packageOption is the number of the package among the options of the TopLink module (facts/whmcs: guess).
const packageOption = "3"

// packageOf returns the package of the DCIM that a product names, or "", and the attribute that names it.
func packageOf(m *model) (at path.Path, name string) {
	if text, is := m.ToplinkDCIM.Attributes()["package"].(types.String); is {
		return path.Root("toplink_dcim").AtName("package"), text.ValueString()
	}
	if m.Module.ValueString() == "toplink_dcim" {
		for key, element := range m.ModuleOptions.Elements() {
			if text, is := element.(types.String); is && (key == packageOption || strings.EqualFold(key, "package")) {
				return path.Root("module_options").AtMapKey(key), text.ValueString()
			}
		}
	}
	return path.Empty(), ""
}
