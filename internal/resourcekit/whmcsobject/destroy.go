package whmcsobject

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
)

// lastingUses are the counters of uses that no other resource of a run can end: services, and what customers chose when
// they ordered them. A terminated service keeps its product, and it no longer needs its server.
var lastingUses = map[whmcs.Kind]struct{ counter, name string }{
	whmcs.KindProduct:      {"services", "services"},
	whmcs.KindServer:       {"live_services", "services"},
	whmcs.KindOptionGroup:  {"choices", "choices"},
	whmcs.KindProductAddon: {"service_addons", "service_addons"},
}

// checkDestroy refuses the plan of a destroy that WHMCS will refuse. Without it, the apply would first delete the
// objects that depend on this one. A failed read is not an error here, because the delete checks the same.
func (r *Resource[M, R]) checkDestroy(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	use, lasts := lastingUses[r.def.Kind]
	if !lasts || r.Clients == nil || r.Clients.WHMCS.Client == nil || r.Clients.WHMCS.Client.HasWritten() || !req.Plan.Raw.IsNull() {
		return
	}
	var m M
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || r.def.KeepOnDestroy != nil && r.def.KeepOnDestroy(&m) != nil {
		return
	}
	id := idOf(ctx, req.State, &resp.Diagnostics)
	usage, err := whmcs.CollectionOf[R](r.Clients.WHMCS.Client, r.def.Kind).Usage(ctx, id)
	if err != nil || usage[use.counter] == 0 {
		return
	}
	uses := []whmcs.Reference{{Kind: use.name, Count: int(usage[use.counter])}}
	resp.Diagnostics.AddError(r.Summary(Failure{Verb: "delete", ID: id})+": it is in use", r.inUseDetail(ctx, id, uses))
}

// inUseDetail names the users of the object, and the next step.
func (r *Resource[M, R]) inUseDetail(ctx context.Context, id string, references []whmcs.Reference) string {
	parts := make([]string, 0, len(references))
	for _, reference := range references {
		parts = append(parts, fmt.Sprintf("%s: %d", strings.ReplaceAll(reference.Kind, "_", " "), reference.Count))
	}
	detail := "Used by " + strings.Join(parts, ", ") + "."
	if r.def.ProductField != "" {
		detail += r.productsIn(ctx, id)
	}
	if r.def.InUseRemedy != "" {
		detail += " " + r.def.InUseRemedy
	}
	return detail
}

// maxNamedProducts limits the products that an error names.
const maxNamedProducts = 10

// productsIn names the products that refer to the object.
func (r *Resource[M, R]) productsIn(ctx context.Context, id string) string {
	products, err := whmcs.CollectionOf[whmcs.Product](r.Clients.WHMCS.Client, whmcs.KindProduct).
		List(ctx, whmcs.Values{r.def.ProductField: id})
	if err != nil || len(products) == 0 {
		return ""
	}
	var names []string
	for i, product := range products {
		if i == maxNamedProducts {
			names = append(names, fmt.Sprintf("and %d more", len(products)-i))
			break
		}
		name := fmt.Sprintf("%q (id %s)", product.Name, product.ID)
		if product.Retired {
			name = fmt.Sprintf("%q (id %s, retired)", product.Name, product.ID)
		}
		names = append(names, name)
	}
	return " Products: " + strings.Join(names, ", ") + "."
}
