// Package servergroup is hosting_whmcs_server_group: the servers from which WHMCS chooses one for a new service.
package servergroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

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
		KeepOnDestroy:  keepOnDestroy,
		ProductField:   "server_group_id",
		InUseRemedy: "Terraform deletes a group before it updates the products that leave the group. Restore the group's block and apply, so that the products change. Then remove the block and apply again. " +
			"A product that was sold cannot be deleted, even if all its services have ended. To remove the group of such a product from Terraform, restore the block with on_destroy = \"keep\", apply, and then remove the block.",
		CheckPlan: warnOfModules,
	})
}

// Values of on_destroy.
const (
	onDestroyDelete = "delete"
	onDestroyKeep   = "keep"
)

// keepOnDestroy leaves the group unchanged if on_destroy says so.
func keepOnDestroy(m *model) whmcs.Values {
	if m.OnDestroy.ValueString() == onDestroyKeep {
		return whmcs.Values{}
	}
	return nil
}

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "A server group: the servers among which WHMCS chooses when it provisions a product.",
		Attributes: map[string]schema.Attribute{
			"name": resourcekit.Text(kinds.ServerGroup.Name,
				"Name of the group."),
			"fill_type": resourcekit.Text(kinds.ServerGroup.FillType,
				"How WHMCS chooses a server. `least_full` takes the least full server. `fill_default_first` fills the module's default server first, then the next least used one. Defaults to `least_full` when the server group is created. If removed, the current value is kept."),
			"server_ids": resourcekit.OptionalStringSet(
				"Ids of the servers in the group. A destroyed server is removed from its groups automatically. Defaults to `[]` when the server group is created. If removed, the current value is kept.",
				resourcekit.ID()),
			"on_destroy": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(onDestroyDelete),
				MarkdownDescription: "Effect of a destroy. `delete` deletes the group. WHMCS refuses to delete it while products or product addons use it. `keep` leaves the group unchanged. Default: `delete`.",
				Validators:          []validator.String{stringvalidator.OneOf(onDestroyDelete, onDestroyKeep)},
			},
		},
	}
}
