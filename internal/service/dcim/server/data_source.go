// Package server holds the data sources of the servers of the DCIM. Servers are hardware, so there is no resource.
package server

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
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
	packageID := exactly("bound to the package with this id, or without a package if `\"\"`")
	packageID.Validators = []validator.String{resourcekit.IDOrNone()}
	power := exactly("whose power status is `on`, `off` or `unknown`")
	power.Validators = []validator.String{stringvalidator.OneOf("on", "off", "unknown")}
	return resourcekit.NewDataSource(resourcekit.DataSource[listModel]{
		Name: "dcim_servers",
		Schema: schema.Schema{
			MarkdownDescription: "The servers of a TopLink DCIM. A server must match all filters. If you bind the servers with `for_each`, select them by label, rack or model. Do not use `assigned` or an empty `package_id` for this selection, because every sale and every binding changes it.",
			Attributes: map[string]schema.Attribute{
				"label_regex": resourcekit.NameRegex("label"),
				"data_center": exactly("in this data centre, exactly"),
				"rack":        exactly("in this rack, exactly"),
				"model":       exactly("of this hardware model, exactly"),
				"package_id":  packageID,
				"assigned":    schema.BoolAttribute{Optional: true, MarkdownDescription: "Only those with a customer (`true`) or without one (`false`)."},
				"usage_type":  exactly("of this usage type, such as `rented` or `faulty`"),
				"power":       power,
				"servers":     resourcekit.ComputedList("The servers that match, in the DCIM's order.", shownAttributes()),
			},
		},
		Read: readList,
	})
}

func readList(ctx context.Context, clients *resourcekit.Clients, m *listModel) (diags diag.Diagnostics) {
	m.Servers, diags = resourcekit.Listing[dcim.Client, dcim.Server, shown]{
		System: clients.DCIM, What: "DCIM servers", List: list, Keep: m.matches, Show: show,
	}.Read(ctx)
	return diags
}

func list(ctx context.Context, client *dcim.Client) ([]dcim.Server, error) {
	return client.ListServers(ctx)
}

// matches reports whether a server passes every filter that is set.
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
	resourcekit.IDOrName(attributes, "The DCIM", "server", "servers", "label")
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
	found, diags := resourcekit.Lookup[dcim.Client, dcim.Server]{
		System: clients.DCIM, Owner: "The DCIM", Noun: "DCIM server", Plural: "servers", Attribute: "label", ID: m.ID, Name: m.Label, List: list,
		Get: func(ctx context.Context, client *dcim.Client, id string) (dcim.Server, error) {
			return client.GetServer(ctx, id)
		},
		Of: func(s dcim.Server) (id, name string) { return s.ID, s.Label },
	}.Read(ctx)
	if !diags.HasError() {
		*m = show(found)
	}
	return diags
}
