// Package usage holds the data source of the post-pay usage of SolusVM 2. It has totals only, because data of
// customers must not enter a state. The command "usage" of the binary reports by customer.
package usage

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

type model struct {
	Period   types.String `tfsdk:"period"`
	Timezone types.String `tfsdk:"timezone"`
	Servers  types.Int64  `tfsdk:"servers"`
	Users    types.Int64  `tfsdk:"users"`
	Tokens   types.Int64  `tfsdk:"tokens"`
	Plans    []*planTotal `tfsdk:"plans"`
}

type planTotal struct {
	Plan         types.String     `tfsdk:"plan"`
	Servers      int64            `tfsdk:"servers"`
	Tokens       int64            `tfsdk:"tokens"`
	TokensByType map[string]int64 `tfsdk:"tokens_by_type"`
}

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[model]{
		Name: "solusvm2_usage",
		Schema: schema.Schema{
			MarkdownDescription: "The post-pay usage of SolusVM 2 in one month: totals by plan. It shows no customer. For a report " +
				"by customer, run `terraform-provider-hosting usage`.",
			Attributes: map[string]schema.Attribute{
				"period": schema.StringAttribute{
					Required: true, MarkdownDescription: "Month in the form `YYYY-MM`, such as `2026-10`.",
					Validators: []validator.String{stringvalidator.RegexMatches(solusvm2.PeriodPattern, "must be a month such as 2026-10")},
				},
				"timezone": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Time zone in which the month starts and ends, such as `Asia/Kolkata`. Defaults to `UTC`.",
					Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				},
				"servers": resourcekit.ComputedInt("Virtual servers that have usage in this month, terminated ones too."),
				"users":   resourcekit.ComputedInt("Users that have usage in this month."),
				"tokens":  resourcekit.ComputedInt("Tokens of all servers."),
				"plans": resourcekit.ComputedList("Totals by plan, sorted by its name.", map[string]schema.Attribute{
					"plan": resourcekit.ComputedString("Name of the plan. Null for terminated servers, because SolusVM 2 no " +
						"longer shows their plan."),
					"servers": resourcekit.ComputedInt("Virtual servers."),
					"tokens":  resourcekit.ComputedInt("Tokens of the servers."),
					"tokens_by_type": schema.MapAttribute{
						Computed: true, ElementType: types.Int64Type,
						MarkdownDescription: "Tokens by SolusVM 2's type of the usage.",
					},
				}),
			},
		},
		Read: read,
	})
}

func read(ctx context.Context, clients *resourcekit.Clients, m *model) diag.Diagnostics {
	client, diags := clients.SolusVM2.Get("SolusVM 2 usage")
	if diags.HasError() {
		return diags
	}
	names, err := client.PlanNames(ctx)
	if err != nil {
		return resourcekit.ReadError("the plans of SolusVM 2 servers", err)
	}
	timezone := cmp.Or(m.Timezone.ValueString(), "UTC")
	var users, servers, tokens int64
	plans := map[string]*planTotal{}
	err = client.EachUsage(ctx, m.Period.ValueString(), timezone, func(user solusvm2.UserUsage) error {
		users++
		for _, server := range user.Servers {
			servers++
			tokens += server.Tokens
			total(plans, names[server.ID]).add(server)
		}
		return nil
	})
	if err != nil {
		return resourcekit.ReadError("SolusVM 2 usage of "+m.Period.ValueString(), err)
	}
	m.Users, m.Servers, m.Tokens = types.Int64Value(users), types.Int64Value(servers), types.Int64Value(tokens)
	m.Plans = []*planTotal{}
	for _, name := range slices.Sorted(maps.Keys(plans)) {
		m.Plans = append(m.Plans, plans[name])
	}
	return diags
}

// total returns the total of a plan. The name of an unknown plan is empty.
func total(plans map[string]*planTotal, name string) *planTotal {
	if plans[name] == nil {
		plans[name] = &planTotal{Plan: resourcekit.TextOrNull(name), TokensByType: map[string]int64{}}
	}
	return plans[name]
}

func (p *planTotal) add(server solusvm2.ServerUsage) {
	p.Servers++
	p.Tokens += server.Tokens
	for _, entry := range server.Entries {
		p.TokensByType[entry.Type] += entry.Tokens
	}
}
