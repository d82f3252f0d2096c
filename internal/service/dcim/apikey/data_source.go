package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

type listModel struct {
	LabelRegex types.String  `tfsdk:"label_regex"`
	APIKeys    []listElement `tfsdk:"api_keys"`
}

type listElement struct {
	ID          types.String `tfsdk:"id"`
	Label       types.String `tfsdk:"label"`
	IPAddresses []string     `tfsdk:"ip_addresses"`
	Key         types.String `tfsdk:"key"`
	LastCallAt  types.String `tfsdk:"last_call_at"`
	CreatedAt   types.String `tfsdk:"created_at"`
}

// NewDataSource makes the data source of the list.
func NewDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[listModel]{
		Name: "dcim_api_keys",
		Schema: schema.Schema{
			MarkdownDescription: "The system API keys of a TopLink DCIM, without their secrets.",
			Attributes: map[string]schema.Attribute{
				"label_regex": resourcekit.NameRegex("label"),
				"api_keys": resourcekit.ComputedList("The keys that match, in the DCIM's order.", map[string]schema.Attribute{
					"id":           resourcekit.ComputedString("The DCIM's id of the key."),
					"label":        resourcekit.ComputedString("Label of the key."),
					"ip_addresses": resourcekit.ComputedStrings("The only addresses that may use the key. If empty, any address may use it."),
					"key":          resourcekit.ComputedString("The KEY. Null if the DCIM does not list it."),
					"last_call_at": resourcekit.ComputedString("Time of the last use of the key, in the DCIM's format. Null if it was never used."),
					"created_at":   resourcekit.ComputedString("Time of the creation of the key, in the DCIM's format. Null if the DCIM does not report it."),
				}),
			},
		},
		Read: readList,
	})
}

func readList(ctx context.Context, clients *resourcekit.Clients, m *listModel) (diags diag.Diagnostics) {
	matches := resourcekit.Matcher(m.LabelRegex)
	m.APIKeys, diags = resourcekit.Listing[dcim.Client, dcim.APIKey, listElement]{
		System: clients.DCIM, What: "DCIM API keys",
		List: func(ctx context.Context, client *dcim.Client) ([]dcim.APIKey, error) { return client.ListAPIKeys(ctx) },
		Keep: func(key dcim.APIKey) bool { return matches(key.Label) },
		Show: show,
	}.Read(ctx)
	return diags
}

func show(key dcim.APIKey) listElement {
	addresses := key.IPAddresses
	if addresses == nil {
		addresses = []string{}
	}
	return listElement{
		ID: types.StringValue(key.ID), Label: types.StringValue(key.Label), IPAddresses: addresses, Key: resourcekit.TextOrNull(key.Key),
		LastCallAt: resourcekit.TextOrNull(key.LastCallAt), CreatedAt: resourcekit.TextOrNull(key.CreatedAt),
	}
}
