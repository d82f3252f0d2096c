// Package productusage holds the data source of the services of WHMCS products. It has totals only, because data of
// customers must not enter a state.
package productusage

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

type model struct {
	NameRegex      types.String `tfsdk:"name_regex"`
	ProductGroupID types.String `tfsdk:"product_group_id"`
	ProductIDs     types.Set    `tfsdk:"product_ids"`
	Products       []element    `tfsdk:"products"`
}

type element struct {
	ID                string             `tfsdk:"id"`
	ProductGroupID    string             `tfsdk:"product_group_id"`
	Name              string             `tfsdk:"name"`
	Hidden            bool               `tfsdk:"hidden"`
	Retired           bool               `tfsdk:"retired"`
	Services          int64              `tfsdk:"services"`
	LiveServices      int64              `tfsdk:"live_services"`
	ServicesByStatus  map[string]int64   `tfsdk:"services_by_status"`
	NewestServiceDate *string            `tfsdk:"newest_service_date"`
	Revenue           map[string]revenue `tfsdk:"revenue"`
	AddonRevenue      map[string]revenue `tfsdk:"addon_revenue"`
}

type revenue struct {
	PerMonth       *string  `tfsdk:"per_month"`
	WithheldCycles []string `tfsdk:"withheld_cycles"`
}

// statuses are the statuses of services in WHMCS, in lower case.
var statuses = []string{"pending", "active", "suspended", "completed", "terminated", "cancelled", "fraud"}

// otherStatus counts the services of any other status.
const otherStatus = "other"

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[model]{
		Name: "whmcs_product_usage",
		Schema: schema.Schema{
			MarkdownDescription: "The services of WHMCS products: their number by status, the date of the newest one, and the " +
				"revenue per month. It shows totals only, no customer. It needs one request for each 500 products.",
			Attributes: map[string]schema.Attribute{
				"name_regex": resourcekit.NameRegex("name"),
				"product_group_id": schema.StringAttribute{
					Optional: true, MarkdownDescription: "Only those in this product group.",
					Validators: []validator.String{resourcekit.ID()},
				},
				"product_ids": schema.SetAttribute{
					Optional: true, ElementType: types.StringType,
					MarkdownDescription: "Only those with these ids. The read fails if one of them does not exist.",
					Validators:          []validator.Set{setvalidator.ValueStringsAre(resourcekit.ID())},
				},
				"products": resourcekit.ComputedList("The products that match, by ascending id.", map[string]schema.Attribute{
					"id":               resourcekit.ComputedString("WHMCS's id of the product."),
					"product_group_id": resourcekit.ComputedString("Id of its product group."),
					"name":             resourcekit.ComputedString("Name of the product."),
					"hidden":           resourcekit.ComputedBool("Whether it is hidden from the order form."),
					"retired": resourcekit.ComputedBool("Whether it is retired. A product that is neither hidden nor retired " +
						"is on sale."),
					"services":      resourcekit.ComputedInt("Number of its services with any status."),
					"live_services": resourcekit.ComputedInt("Number of its services that are not terminated, cancelled or marked as fraud."),
					"services_by_status": schema.MapAttribute{
						Computed: true, ElementType: types.Int64Type,
						MarkdownDescription: "Number of its services by status: `" + strings.Join(statuses, "`, `") + "`. Each of " +
							"these keys is always present. If there are services of another status, `" + otherStatus + "` is their number.",
					},
					"newest_service_date": resourcekit.ComputedString("Date of its newest service with any status, in the form " +
						"`YYYY-MM-DD`. Null if it has no services."),
					"revenue": computedRevenue("Recurring payments for its active and suspended services, by currency code. WHMCS " +
						"has taken discounts off. Taxes and addons are not included."),
					"addon_revenue": computedRevenue("Recurring payments for the active and suspended addons of its services, by " +
						"currency code. They are not part of `revenue`."),
				}),
			},
		},
		Read: read,
	})
}

func computedRevenue(description string) schema.MapNestedAttribute {
	return schema.MapNestedAttribute{
		Computed: true,
		MarkdownDescription: description + " Null unless the operator of WHMCS allows it with `'revenue' => true` in " +
			"`companion.local.php`. Also null if this WHMCS lacks a column of it.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"per_month": resourcekit.ComputedString("Average sum per month as exact decimal text, such as `1250.00`. The sum of " +
				"each billing cycle is divided by its months and rounded to two places. Null if all cycles are withheld."),
			"withheld_cycles": resourcekit.ComputedStrings("Billing cycles that `per_month` leaves out, because fewer than five " +
				"clients pay them. Their sums could show what one customer pays."),
		}},
	}
}

func read(ctx context.Context, clients *resourcekit.Clients, m *model) (diags diag.Diagnostics) {
	var ids, missing []string
	if diags = m.ProductIDs.ElementsAs(ctx, &ids, false); diags.HasError() {
		return diags
	}
	filter := whmcs.Values{}
	if !m.ProductGroupID.IsNull() {
		filter["product_group_id"] = m.ProductGroupID.ValueString()
	}
	matches := resourcekit.Matcher(m.NameRegex)
	const what = "WHMCS products with their services"
	var sumErr error
	m.Products, diags = resourcekit.Listing[whmcs.Client, whmcs.ProductImpact, element]{
		System: clients.WHMCS, What: what,
		List: func(ctx context.Context, client *whmcs.Client) (rows []whmcs.ProductImpact, err error) {
			if m.ProductIDs.IsNull() {
				return client.Impacts(ctx, filter)
			}
			rows, missing, err = client.ImpactsOf(ctx, ids)
			return rows, err
		},
		Keep: func(row whmcs.ProductImpact) bool {
			return matches(row.Name) && resourcekit.PassesText(m.ProductGroupID, row.ProductGroupID)
		},
		Show: func(row whmcs.ProductImpact) element {
			shown, err := newElement(row)
			if err != nil && sumErr == nil {
				sumErr = fmt.Errorf("product %s %q: %w", row.ID, row.Name, err)
			}
			return shown
		},
	}.Read(ctx)
	if sumErr != nil {
		diags.Append(resourcekit.ReadError(what, sumErr)...)
	}
	if len(missing) > 0 {
		diags.AddAttributeError(path.Root("product_ids"), "Unable to read "+what,
			"WHMCS has no product with the id "+strings.Join(missing, ", ")+". Remove it from product_ids. The data source "+
				"hosting_whmcs_products lists the ids.")
	}
	return diags
}

func newElement(row whmcs.ProductImpact) (element, error) {
	shown := element{
		ID: row.ID, ProductGroupID: row.ProductGroupID, Name: row.Name, Hidden: row.Hidden, Retired: row.Retired,
		ServicesByStatus: map[string]int64{}, NewestServiceDate: row.Impact.NewestServiceDate,
	}
	for _, status := range statuses {
		shown.ServicesByStatus[status] = 0
	}
	for _, s := range row.Impact.Services {
		status := strings.ToLower(s.Status)
		if _, known := shown.ServicesByStatus[status]; !known {
			status = otherStatus
		}
		shown.ServicesByStatus[status] += s.Count
		shown.Services += s.Count
		if s.Class() != whmcs.ServiceEnded {
			shown.LiveServices += s.Count
		}
	}
	var err error
	if shown.Revenue, err = newRevenue(row.Impact.Revenue); err == nil {
		shown.AddonRevenue, err = newRevenue(row.Impact.AddonRevenue)
	}
	return shown, err
}

// newRevenue returns the sums by currency, nil if WHMCS does not show them.
func newRevenue(sums []whmcs.Revenue) (map[string]revenue, error) {
	if sums == nil {
		return nil, nil
	}
	months, err := whmcs.Monthly(sums)
	shown := map[string]revenue{}
	for _, month := range months {
		shown[month.Currency] = revenue{
			PerMonth: (*string)(month.Amount), WithheldCycles: append([]string{}, month.Withheld...),
		}
	}
	return shown, err
}
