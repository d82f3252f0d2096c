package servergroup

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// warnOfModules warns of a group whose servers have several modules. WHMCS chooses a server of the group without
// looking at its module. The ids of servers of the same run are known in the apply only, so that the warning may
// appear there.
func warnOfModules(ctx context.Context, w *whmcsobject.Write[model]) {
	if w.Client == nil || len(w.Plan.ServerIDs.Elements()) < 2 || w.Prior != nil && w.Plan.ServerIDs.Equal(w.Prior.ServerIDs) {
		return
	}
	rows, err := whmcs.CollectionOf[whmcs.Server](w.Client, whmcs.KindServer).List(ctx, nil)
	if err != nil {
		return // the validation of the whole write reports an unreachable WHMCS
	}
	names := map[string][]string{} // of servers, by module
	for _, row := range rows {
		if slices.ContainsFunc(w.Plan.ServerIDs.Elements(), types.StringValue(row.ID).Equal) {
			names[row.Module] = append(names[row.Module], row.Name)
		}
	}
	if len(names) < 2 {
		return
	}
	var parts []string
	for _, module := range slices.Sorted(maps.Keys(names)) {
		parts = append(parts, fmt.Sprintf("%s (%s)", module, strings.Join(names[module], ", ")))
	}
	w.Diagnostics.AddAttributeWarning(path.Root("server_ids"), "The servers of the group "+w.Plan.Name.ValueString()+" have several modules", fmt.Sprintf(
		"A product has one module, and WHMCS may choose a server of another module for it. Modules: %s. Create one group for each module.", strings.Join(parts, ", ")))
}
