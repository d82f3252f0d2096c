// Package limitgroup is hosting_solusvm2_limit_group: the limits of users of SolusVM 2.
package limitgroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// shown is a limit group in the data sources.
type shown struct {
	ID                types.String `tfsdk:"id"`
	Name              types.String `tfsdk:"name"`
	MaxServers        types.Int64  `tfsdk:"max_servers"`
	MaxRunningServers types.Int64  `tfsdk:"max_running_servers"`
	MaxAdditionalIPs  types.Int64  `tfsdk:"max_additional_ips"`
}

func show(g solusvm2.LimitGroup) shown {
	return shown{
		ID: types.StringValue(g.ID), Name: types.StringValue(g.Name), MaxServers: types.Int64PointerValue(g.MaxServers),
		MaxRunningServers: types.Int64PointerValue(g.MaxRunningServers), MaxAdditionalIPs: types.Int64PointerValue(g.MaxAdditionalIPs),
	}
}

func shownAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                  resourcekit.ComputedString("SolusVM 2's id of the limit group."),
		"name":                resourcekit.ComputedString("Name of the limit group."),
		"max_servers":         resourcekit.ComputedInt("Maximum number of servers of a user. Null if there is no limit."),
		"max_running_servers": resourcekit.ComputedInt("Maximum number of running servers of a user. Null if there is no limit."),
		"max_additional_ips":  resourcekit.ComputedInt("Maximum number of additional IP addresses of a user. Null if there is no limit."),
	}
}

type listModel struct {
	NameRegex types.String `tfsdk:"name_regex"`
	Groups    []shown      `tfsdk:"limit_groups"`
}

// NewListDataSource makes the data source of the list.
func NewListDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[listModel]{
		Name: "solusvm2_limit_groups",
		Schema: schema.Schema{
			MarkdownDescription: "The limit groups of SolusVM 2 (Access > Limit groups).",
			Attributes: map[string]schema.Attribute{
				"name_regex":   resourcekit.NameRegex("name"),
				"limit_groups": resourcekit.ComputedList("The limit groups that match, in SolusVM 2's order.", shownAttributes()),
			},
		},
		Read: readList,
	})
}

func readList(ctx context.Context, clients *resourcekit.Clients, m *listModel) (diags diag.Diagnostics) {
	matches := resourcekit.Matcher(m.NameRegex)
	m.Groups, diags = resourcekit.Listing[solusvm2.Client, solusvm2.LimitGroup, shown]{
		System: clients.SolusVM2, What: "SolusVM 2 limit groups", List: listGroups, Show: show,
		Keep: func(g solusvm2.LimitGroup) bool { return matches(g.Name) },
	}.Read(ctx)
	return diags
}

func listGroups(ctx context.Context, client *solusvm2.Client) ([]solusvm2.LimitGroup, error) {
	return client.LimitGroups(ctx)
}

// NewDataSource makes the data source of one limit group.
func NewDataSource() datasource.DataSource {
	attributes := shownAttributes()
	resourcekit.IDOrName(attributes, "SolusVM 2", "limit group", "limit groups", "name")
	return resourcekit.NewDataSource(resourcekit.DataSource[shown]{
		Name: "solusvm2_limit_group",
		Schema: schema.Schema{
			MarkdownDescription: "One limit group of SolusVM 2 (Access > Limit groups).",
			Attributes:          attributes,
		},
		Read: readOne,
	})
}

func readOne(ctx context.Context, clients *resourcekit.Clients, m *shown) diag.Diagnostics {
	found, diags := resourcekit.Lookup[solusvm2.Client, solusvm2.LimitGroup]{
		System: clients.SolusVM2, Owner: "SolusVM 2", Noun: noun, Plural: "limit groups", Attribute: "name", ID: m.ID, Name: m.Name, List: listGroups,
		Get: func(ctx context.Context, client *solusvm2.Client, id string) (solusvm2.LimitGroup, error) {
			return client.LimitGroup(ctx, id)
		},
		Of: func(g solusvm2.LimitGroup) (id, name string) { return g.ID, g.Name },
	}.Read(ctx)
	if !diags.HasError() {
		*m = show(found)
	}
	return diags
}
