// Package limitgroup is hosting_solusvm2_limit_group: what a user of SolusVM 2 may have at most.
package limitgroup

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// shown is a limit group as the data sources show it.
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
		"max_servers":         resourcekit.ComputedInt("Servers that a user may have; null = as many as they like."),
		"max_running_servers": resourcekit.ComputedInt("Servers that a user may have running at a time; null = as many as they like."),
		"max_additional_ips":  resourcekit.ComputedInt("Additional IP addresses that a user may have; null = as many as they like."),
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

func readList(ctx context.Context, clients *resourcekit.Clients, m *listModel) diag.Diagnostics {
	client, diags := clients.SolusVM2.Get("list of SolusVM 2 limit groups")
	if diags.HasError() {
		return diags
	}
	groups, err := client.LimitGroups(ctx)
	if err != nil {
		return resourcekit.ReadError("SolusVM 2 limit groups", err)
	}
	m.Groups = []shown{}
	matches := resourcekit.Matcher(m.NameRegex)
	for _, g := range groups {
		if matches(g.Name) {
			m.Groups = append(m.Groups, show(g))
		}
	}
	return diags
}

// NewDataSource makes the data source of one limit group.
func NewDataSource() datasource.DataSource {
	attributes := shownAttributes()
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: "SolusVM 2's id of the limit group. Either this or `name`.",
		Validators: []validator.String{resourcekit.ID(), stringvalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name"))},
	}
	attributes["name"] = schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: "Name of the limit group, exactly. Either this or `id`; several limit groups of the name are an error.",
	}
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
	client, diags := clients.SolusVM2.Get("SolusVM 2 limit group")
	if diags.HasError() {
		return diags
	}
	if m.Name.IsNull() {
		group, err := client.LimitGroup(ctx, m.ID.ValueString())
		if err != nil {
			return resourcekit.ReadError("SolusVM 2 limit group "+m.ID.ValueString(), err)
		}
		*m = show(group)
		return diags
	}
	groups, err := client.LimitGroups(ctx)
	if err != nil {
		return resourcekit.ReadError("SolusVM 2 limit groups", err)
	}
	var found []solusvm2.LimitGroup
	var ids []string
	for _, g := range groups {
		if g.Name == m.Name.ValueString() {
			found, ids = append(found, g), append(ids, g.ID)
		}
	}
	if len(found) != 1 {
		diags.AddAttributeError(path.Root("name"), "No single limit group of this name", strings.TrimSpace(fmt.Sprintf(
			"SolusVM 2 has %d limit groups named %q. Look one up by id instead. %s", len(found), m.Name.ValueString(), strings.Join(ids, ", "))))
		return diags
	}
	*m = show(found[0])
	return diags
}
