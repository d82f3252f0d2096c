package packageservers

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type model struct {
	ID            types.String `tfsdk:"id"`
	PackageID     types.String `tfsdk:"package_id"`
	ServerIDs     types.List   `tfsdk:"server_ids"`
	AllowAssigned types.Bool   `tfsdk:"allow_assigned"`
}

// servers returns the known ids in server_ids, ordered by number, so that the same change is always sent in the same
// requests.
func (m *model) servers() []string {
	var ids []string
	for _, element := range m.ServerIDs.Elements() {
		if text, ok := element.(types.String); ok && !text.IsUnknown() {
			ids = append(ids, text.ValueString())
		}
	}
	slices.SortFunc(ids, byNumber)
	return ids
}

// allKnown reports whether all ids in server_ids are known.
func (m *model) allKnown() bool {
	return !m.ServerIDs.IsUnknown() && len(m.servers()) == len(m.ServerIDs.Elements())
}

// setServers sets server_ids. Ids that it has keep their order.
func (m *model) setServers(ctx context.Context, ids []string) diag.Diagnostics {
	place := map[string]int{}
	for i, element := range m.ServerIDs.Elements() {
		if text, ok := element.(types.String); ok {
			place[text.ValueString()] = i - len(m.ServerIDs.Elements()) // before new ids, which have the place 0
		}
	}
	ordered := slices.SortedFunc(slices.Values(ids), func(a, b string) int { return cmp.Or(cmp.Compare(place[a], place[b]), byNumber(a, b)) })
	list, diags := types.ListValueFrom(ctx, types.StringType, ordered)
	m.ServerIDs = list
	return diags
}

// byNumber orders ids, which are positive whole numbers without leading zeros.
func byNumber(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

// without returns the ids that are not in others.
func without(ids, others []string) []string {
	known := map[string]bool{}
	for _, id := range others {
		known[id] = true
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return known[id] })
}
