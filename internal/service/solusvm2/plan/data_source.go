// Package plan holds the data source of the plans of SolusVM 2 and their prices.
package plan

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

type model struct {
	NameRegex   types.String                   `tfsdk:"name_regex"`
	TokenPrices map[string]resourcekit.Decimal `tfsdk:"token_prices"`
	Plans       []shown                        `tfsdk:"plans"`
}

// shown is one plan. Tokens are whole numbers. Prices are exact decimal text.
type shown struct {
	ID                 types.String           `tfsdk:"id"`
	Name               types.String           `tfsdk:"name"`
	VirtualizationType types.String           `tfsdk:"virtualization_type"`
	IsVisible          types.Bool             `tfsdk:"is_visible"`
	VCPU               types.Int64            `tfsdk:"vcpu"`
	RAMBytes           types.Int64            `tfsdk:"ram_bytes"`
	DiskGiB            types.Int64            `tfsdk:"disk_gib"`
	TokensPerHour      types.Int64            `tfsdk:"tokens_per_hour"`
	TokensPerMonth     types.Int64            `tfsdk:"tokens_per_month"`
	IPTokensPerHour    types.Int64            `tfsdk:"ip_tokens_per_hour"`
	IPTokensPerMonth   types.Int64            `tfsdk:"ip_tokens_per_month"`
	HoursToCap         types.Int64            `tfsdk:"hours_to_cap"`
	Prices             map[string]priceObject `tfsdk:"prices"`
}

type priceObject struct {
	PerHour    types.String `tfsdk:"per_hour"`
	PerMonth   types.String `tfsdk:"per_month"`
	IPPerHour  types.String `tfsdk:"ip_per_hour"`
	IPPerMonth types.String `tfsdk:"ip_per_month"`
}

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[model]{
		Name: "solusvm2_plans",
		Schema: schema.Schema{
			MarkdownDescription: "The plans of SolusVM 2, with their price in tokens. With `token_prices`, the data source also " +
				"computes what each plan costs in each currency.",
			Attributes: map[string]schema.Attribute{
				"name_regex": resourcekit.NameRegex("name"),
				"token_prices": schema.MapAttribute{
					Optional: true, ElementType: resourcekit.DecimalType{},
					MarkdownDescription: "Price of one token by currency code, as exact decimal text, such as " +
						"`hosting_solusvm2_billing_settings.this.token_prices`. If omitted, `prices` is empty.",
					Validators: []validator.Map{mapvalidator.NoNullValues()},
				},
				"plans": resourcekit.ComputedList("The plans that match, in SolusVM 2's order.", attributes()),
			},
		},
		Read: read,
	})
}

func attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                  resourcekit.ComputedString("SolusVM 2's id of the plan."),
		"name":                resourcekit.ComputedString("Name of the plan."),
		"virtualization_type": resourcekit.ComputedString("`kvm` or `vz`."),
		"is_visible":          resourcekit.ComputedBool("Whether users can choose the plan."),
		"vcpu":                resourcekit.ComputedInt("Virtual CPUs."),
		"ram_bytes":           resourcekit.ComputedInt("Memory in bytes."),
		"disk_gib":            resourcekit.ComputedInt("Disk in GiB."),
		"tokens_per_hour":     resourcekit.ComputedInt("Tokens for one hour of a server with this plan."),
		"tokens_per_month": resourcekit.ComputedInt("Tokens for one month. A server costs no more than this in one month, " +
			"however many hours it exists."),
		"ip_tokens_per_hour":  resourcekit.ComputedInt("Tokens for one hour of one additional IP address."),
		"ip_tokens_per_month": resourcekit.ComputedInt("Tokens for one month of one additional IP address."),
		"hours_to_cap": resourcekit.ComputedInt("Hours after which a server has reached `tokens_per_month`, rounded up. " +
			"Null if the plan has no price per hour or per month."),
		"prices": schema.MapNestedAttribute{
			Computed: true,
			MarkdownDescription: "Prices of the plan by currency code: its tokens times the price of one token, exact and not " +
				"rounded, without tax.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"per_hour":     resourcekit.ComputedString("Price of one hour."),
				"per_month":    resourcekit.ComputedString("Price of one month. It is the highest price of the hours of one month."),
				"ip_per_hour":  resourcekit.ComputedString("Price of one hour of one additional IP address."),
				"ip_per_month": resourcekit.ComputedString("Price of one month of one additional IP address."),
			}},
		},
	}
}

func read(ctx context.Context, clients *resourcekit.Clients, m *model) (diags diag.Diagnostics) {
	matches := resourcekit.Matcher(m.NameRegex)
	m.Plans, diags = resourcekit.Listing[solusvm2.Client, solusvm2.Plan, shown]{
		System: clients.SolusVM2, What: "SolusVM 2 plans",
		List: func(ctx context.Context, client *solusvm2.Client) ([]solusvm2.Plan, error) { return client.Plans(ctx) },
		Keep: func(p solusvm2.Plan) bool { return matches(p.Name) },
		Show: show,
	}.Read(ctx)
	for i := range m.Plans {
		for _, code := range slices.Sorted(maps.Keys(m.TokenPrices)) {
			prices, err := m.Plans[i].pricesIn(decimal.Decimal(m.TokenPrices[code].ValueString()))
			if err != nil {
				diags.AddAttributeError(path.Root("token_prices").AtMapKey(code), "Unable to compute the prices of a plan",
					fmt.Sprintf("SolusVM 2 plan %q: its price in %s is not a decimal number in range: %s.",
						m.Plans[i].Name.ValueString(), code, err))
				return diags
			}
			m.Plans[i].Prices[code] = prices
		}
	}
	return diags
}

func show(p solusvm2.Plan) shown {
	s := shown{
		ID: types.StringValue(p.ID), Name: types.StringValue(p.Name),
		VirtualizationType: resourcekit.TextOrNull(p.VirtualizationType), IsVisible: types.BoolValue(p.IsVisible),
		VCPU: types.Int64Value(p.VCPU), RAMBytes: types.Int64Value(p.RAMBytes), DiskGiB: types.Int64Value(p.DiskGiB),
		TokensPerHour: types.Int64Value(p.TokensPerHour), TokensPerMonth: types.Int64Value(p.TokensPerMonth),
		IPTokensPerHour: types.Int64Value(p.IPTokensPerHour), IPTokensPerMonth: types.Int64Value(p.IPTokensPerMonth),
		Prices: map[string]priceObject{},
	}
	if p.TokensPerHour > 0 && p.TokensPerMonth > 0 {
		s.HoursToCap = types.Int64Value((p.TokensPerMonth-1)/p.TokensPerHour + 1)
	}
	return s
}

// pricesIn returns the prices of the plan in a currency. token is the price of one token.
func (s shown) pricesIn(token decimal.Decimal) (priceObject, error) {
	var prices priceObject
	for _, one := range []struct {
		to     *types.String
		tokens types.Int64
	}{
		{&prices.PerHour, s.TokensPerHour}, {&prices.PerMonth, s.TokensPerMonth},
		{&prices.IPPerHour, s.IPTokensPerHour}, {&prices.IPPerMonth, s.IPTokensPerMonth},
	} {
		price, err := token.Times(one.tokens.ValueInt64())
		if err != nil {
			return priceObject{}, err
		}
		*one.to = types.StringValue(string(price))
	}
	return prices, nil
}
