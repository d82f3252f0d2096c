// Package servergroup is hosting_whmcs_server_group: the servers from which WHMCS chooses one for a new service.
package servergroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return whmcsobject.New(whmcsobject.Definition[model, whmcs.ServerGroup]{
		Name:           "whmcs_server_group",
		Noun:           "server group",
		Kind:           whmcs.KindServerGroup,
		Schema:         resourceSchema,
		Key:            func(m *model) whmcs.Values { return whmcs.Values{"name": m.Name.ValueString()} },
		DuplicateNames: true,
		Values:         values,
		Fill:           fill,
		InUseRemedy:    "Terraform destroys a group before it updates the products that leave it. Put the group's block back, apply, so that the products change, then remove it and apply again.",
	})
}

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "A server group: the servers among which WHMCS chooses when it provisions a product.",
		Attributes: map[string]schema.Attribute{
			"name": resourcekit.Text(kinds.ServerGroup.Name,
				"Name of the group."),
			"fill_type": resourcekit.Text(kinds.ServerGroup.FillType,
				"How WHMCS chooses a server: `least_full` takes the least full one; `fill_default_first` fills the module's default server first, then the next least used. Defaults to `least_full` when the server group is created. If removed, the current value is kept."),
			"server_ids": resourcekit.OptionalStringSet(
				"Ids of the servers in the group. A server that is destroyed leaves its groups by itself. Defaults to `[]` when the server group is created. If removed, the current value is kept.",
				resourcekit.ID()),
		},
	}
}
