package product

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// onlyOnCreation plans the prior value unless manage_quantity is true. Orders change the stock, so a later
// initial_quantity must not overwrite it.
type onlyOnCreation struct{}

func (onlyOnCreation) Description(context.Context) string {
	return "counts on creation only, unless manage_quantity is set"
}
func (m onlyOnCreation) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (onlyOnCreation) PlanModifyInt64(ctx context.Context, req planmodifier.Int64Request, resp *planmodifier.Int64Response) {
	if req.StateValue.IsNull() || req.PlanValue.IsNull() {
		return
	}
	var manage types.Bool
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("manage_quantity"), &manage)...)
	if !manage.IsUnknown() && !manage.ValueBool() {
		resp.PlanValue = req.StateValue
	}
}
