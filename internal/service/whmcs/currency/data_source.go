// Package currency is hosting_whmcs_currencies: the active currencies of a WHMCS.
package currency

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

type model struct {
	Codes      []string  `tfsdk:"codes"`
	Currencies []element `tfsdk:"currencies"`
}

type element struct {
	ID     types.String `tfsdk:"id"`
	Code   types.String `tfsdk:"code"`
	Prefix types.String `tfsdk:"prefix"`
	Suffix types.String `tfsdk:"suffix"`
	Format types.Int64  `tfsdk:"format"`
	Rate   types.String `tfsdk:"rate"`
}

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[model]{
		Name: "whmcs_currencies",
		Schema: schema.Schema{
			MarkdownDescription: "The active currencies of WHMCS. Uses only WHMCS's own action GetCurrencies, so it works without the companion.",
			Attributes: map[string]schema.Attribute{
				"codes": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The codes of all active currencies, such as `USD`. `prices` should list each of them."},
				"currencies": resourcekit.ComputedList("The currencies, in WHMCS's order.", map[string]schema.Attribute{
					"id":     resourcekit.ComputedString("WHMCS's id of the currency."),
					"code":   resourcekit.ComputedString("Code of the currency, such as `USD`."),
					"prefix": resourcekit.ComputedString("Text before an amount, such as `$`."),
					"suffix": resourcekit.ComputedString("Text after an amount, such as ` USD`."),
					"format": resourcekit.ComputedInt("Format of amounts: 1 `1234.56`, 2 `1,234.56`, 3 `1.234,56`, 4 `1,234`."),
					"rate":   resourcekit.ComputedString("Conversion rate to the default currency, as exact decimal text."),
				}),
			},
		},
		Read: read,
	})
}

func read(ctx context.Context, clients *resourcekit.Clients, m *model) diag.Diagnostics {
	client, diags := clients.WHMCS.Get("list of WHMCS currencies")
	if diags.HasError() {
		return diags
	}
	currencies, err := client.Currencies(ctx)
	if err != nil {
		return resourcekit.ReadError("WHMCS currencies", err)
	}
	m.Codes, m.Currencies = []string{}, []element{}
	for _, c := range currencies {
		format, err := strconv.ParseInt(string(c.Format), 10, 64)
		if err != nil {
			format = 1 // the default of WHMCS for a row without a format
		}
		m.Codes = append(m.Codes, string(c.Code))
		m.Currencies = append(m.Currencies, element{
			ID: types.StringValue(string(c.ID)), Code: types.StringValue(string(c.Code)), Prefix: types.StringValue(string(c.Prefix)),
			Suffix: types.StringValue(string(c.Suffix)), Format: types.Int64Value(format), Rate: types.StringValue(string(c.Rate)),
		})
	}
	return diags
}
