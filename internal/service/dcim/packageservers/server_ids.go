package packageservers

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// once refuses an id that a list has twice.
type once struct{}

func (once) Description(context.Context) string               { return "must have each id only once" }
func (o once) MarkdownDescription(ctx context.Context) string { return o.Description(ctx) }

func (once) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	ids := (&model{ServerIDs: req.ConfigValue}).servers()
	for i, id := range ids {
		if i > 0 && id == ids[i-1] {
			resourcekit.AddAttributeError(&resp.Diagnostics, req.Path, "A server is listed twice", fmt.Sprintf("The id %s is listed more than once. Remove the duplicate, or wrap the list in distinct(…).", id))
			return
		}
	}
}

// keepOrder plans the prior list when the configuration has the same ids in another order.
type keepOrder struct{}

func (keepOrder) Description(context.Context) string               { return "another order is not a change" }
func (k keepOrder) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

func (keepOrder) PlanModifyList(_ context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	before, planned := &model{ServerIDs: req.StateValue}, &model{ServerIDs: req.PlanValue}
	if !req.StateValue.IsNull() && planned.allKnown() && slices.Equal(before.servers(), planned.servers()) {
		resp.PlanValue = req.StateValue
	}
}
