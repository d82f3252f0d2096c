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
	ServerIDs     types.Set    `tfsdk:"server_ids"`
	AllowAssigned types.Bool   `tfsdk:"allow_assigned"`
}

// servers are the ids of server_ids that are known, in the order of numbers, so that the same change is always written in the same calls.
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

// allKnown tells whether servers are all that server_ids will hold.
func (m *model) allKnown() bool {
	return !m.ServerIDs.IsUnknown() && len(m.servers()) == len(m.ServerIDs.Elements())
}

func (m *model) setServers(ctx context.Context, ids []string) diag.Diagnostics {
	set, diags := types.SetValueFrom(ctx, types.StringType, ids)
	m.ServerIDs = set
	return diags
}

// byNumber orders ids, which are positive whole numbers without leading zeros.
func byNumber(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

// without are the ids that are not among others.
func without(ids, others []string) []string {
	known := map[string]bool{}
	for _, id := range others {
		known[id] = true
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return known[id] })
}
