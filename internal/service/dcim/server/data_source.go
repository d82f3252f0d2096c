// Package server is the data sources of the DCIM's servers. Servers are bought and screwed in, not made by Terraform.
package server

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

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

type listModel struct {
	LabelRegex types.String `tfsdk:"label_regex"`
	DataCenter types.String `tfsdk:"data_center"`
	Rack       types.String `tfsdk:"rack"`
	Model      types.String `tfsdk:"model"`
	PackageID  types.String `tfsdk:"package_id"`
	Assigned   types.Bool   `tfsdk:"assigned"`
	UsageType  types.String `tfsdk:"usage_type"`
	Power      types.String `tfsdk:"power"`
	Servers    []shown      `tfsdk:"servers"`
}

// NewListDataSource makes the data source of the list.
func NewListDataSource() datasource.DataSource {
	exactly := func(what string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: "Only those " + what + "."}
	}
	packageID := exactly("bound to the package of this id; `\"\"` = those bound to none")
	packageID.Validators = []validator.String{resourcekit.IDOrNone()}
	power := exactly("whose power status is `on`, `off` or `unknown`")
	power.Validators = []validator.String{stringvalidator.OneOf("on", "off", "unknown")}
	return resourcekit.NewDataSource(resourcekit.DataSource[listModel]{
		Name: "dcim_servers",
		Schema: schema.Schema{
			MarkdownDescription: "The servers of a TopLink DCIM. Filters narrow the list together. To bind what is found with `for_each`, select by label, rack or model and never by `assigned` or by having no package: that changes with every sale and every binding.",
			Attributes: map[string]schema.Attribute{
				"label_regex": resourcekit.NameRegex("label"),
				"data_center": exactly("in this data centre, exactly"),
				"rack":        exactly("in this rack, exactly"),
				"model":       exactly("of this hardware model, exactly"),
				"package_id":  packageID,
				"assigned":    schema.BoolAttribute{Optional: true, MarkdownDescription: "Only those that a customer has (`true`) or that nobody has (`false`)."},
				"usage_type":  exactly("of this usage type, such as `rented` or `faulty`"),
				"power":       power,
				"servers":     resourcekit.ComputedList("The servers that match, in the DCIM's order.", shownAttributes()),
			},
		},
		Read: readList,
	})
}

func readList(ctx context.Context, clients *resourcekit.Clients, m *listModel) diag.Diagnostics {
	client, diags := clients.DCIM.Get("list of DCIM servers")
	if diags.HasError() {
		return diags
	}
	servers, err := client.ListServers(ctx)
	if err != nil {
		return resourcekit.ReadError("DCIM servers", err)
	}
	m.Servers = []shown{}
	for _, s := range servers {
		if m.matches(s) {
			m.Servers = append(m.Servers, show(s))
		}
	}
	return diags
}

// matches applies every filter that is set.
func (m *listModel) matches(s dcim.Server) bool {
	for value, filter := range map[*string]types.String{
		&s.DataCenter: m.DataCenter, &s.Rack: m.Rack, &s.Model: m.Model, &s.PackageID: m.PackageID, &s.UsageType: m.UsageType, &s.Power: m.Power,
	} {
		if !filter.IsNull() && filter.ValueString() != *value {
			return false
		}
	}
	return resourcekit.Matcher(m.LabelRegex)(s.Label) && (m.Assigned.IsNull() || m.Assigned.ValueBool() == s.Assigned())
}

// NewDataSource makes the data source of one server.
func NewDataSource() datasource.DataSource {
	attributes := shownAttributes()
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: "The DCIM's id of the server. Either this or `label`.",
		Validators: []validator.String{resourcekit.ID(), stringvalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("label"))},
	}
	attributes["label"] = schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "Label of the server, exactly. Either this or `id`; several servers of the label are an error."}
	return resourcekit.NewDataSource(resourcekit.DataSource[shown]{
		Name: "dcim_server",
		Schema: schema.Schema{
			MarkdownDescription: "One server of a TopLink DCIM.",
			Attributes:          attributes,
		},
		Read: readOne,
	})
}

func readOne(ctx context.Context, clients *resourcekit.Clients, m *shown) diag.Diagnostics {
	client, diags := clients.DCIM.Get("DCIM server")
	if diags.HasError() {
		return diags
	}
	if m.Label.IsNull() {
		s, err := client.GetServer(ctx, m.ID.ValueString())
		if err != nil {
			return resourcekit.ReadError("DCIM server "+m.ID.ValueString(), err)
		}
		*m = show(s)
		return diags
	}
	servers, err := client.ListServers(ctx)
	if err != nil {
		return resourcekit.ReadError("DCIM servers", err)
	}
	var found []dcim.Server
	var ids []string
	for _, s := range servers {
		if s.Label == m.Label.ValueString() {
			found, ids = append(found, s), append(ids, s.ID)
		}
	}
	if len(found) != 1 {
		diags.AddAttributeError(path.Root("label"), "No single server of this label", strings.TrimSpace(fmt.Sprintf(
			"The DCIM has %d servers labelled %q. Look one up by id instead. %s", len(found), m.Label.ValueString(), strings.Join(ids, ", "))))
		return diags
	}
	*m = show(found[0])
	return diags
}
