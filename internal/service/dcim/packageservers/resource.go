// Package packageservers is hosting_dcim_package_servers: many servers of a TopLink DCIM that are bound to one package
// with the DCIM's bulk assignment.
package packageservers

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/panelobject"
)

// call is a call to the DCIM for one object.
type call = panelobject.Call[*dcim.Client, model]

// NewResource makes the resource.
func NewResource() resource.Resource {
	return panelobject.NewDCIM(panelobject.Definition[*dcim.Client, model, inventory]{
		Name: "dcim_package_servers", Noun: "DCIM package servers",
		NounWithArticle: "The servers of a package", ObjectReference: "the package",
		Schema:       resourceSchema(),
		Read:         func(ctx context.Context, c *dcim.Client, _ *model) (inventory, error) { return readInventory(ctx, c) },
		Absent:       absent,
		Same:         same,
		IdentityMark: func(m *model, now inventory) string { return now.mark(m) },
		Fill:         fill,
		CheckPlan:    checkPlan,
		Create:       create,
		Changed:      func(prior, plan *model) bool { return !plan.ServerIDs.Equal(prior.ServerIDs) },
		Update:       update,
		Delete:       remove,
	})
}

func resourceSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Binds many servers of a TopLink DCIM to a package (select servers › \"assign package\"). It sends as few requests as the DCIM allows. " +
			"It manages only the servers in `server_ids`. Several resources of this type and `hosting_dcim_server_binding` may share a package, each with different servers. " +
			"A server that already has the package is adopted. If a creation fails, the servers that it bound are unbound again. If an update fails, the state has the servers that are bound. " +
			"Binding a server offers it for sale. If a customer has a server, the server is changed only with `allow_assigned`. Destroying unbinds the servers that still have this package.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, MarkdownDescription: "The same as `package_id`. An import by this id adopts all servers that have the package.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"package_id": schema.StringAttribute{
				Required: true, MarkdownDescription: "Id of the package. Changing it unbinds all servers and binds them to the new package. Do not combine it with `create_before_destroy`, because a server has at most one package.",
				PlanModifiers: []planmodifier.String{resourcekit.Changed{resourcekit.ID()}, stringplanmodifier.RequiresReplace()},
			},
			// A list, because terraform-plugin-framework 1.19 compares the elements of a set pairwise. The time of a plan
			// would grow with the square of the number of servers.
			"server_ids": schema.ListAttribute{
				Required: true, ElementType: types.StringType,
				MarkdownDescription: "The DCIM's ids of the servers, at least one, without duplicates. The order does not matter. Select them with `hosting_dcim_servers` by label, rack or model. Do not select them by package or customer, because every binding and every sale changes the selection.",
				Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.NoNullValues(), once{}},
				PlanModifiers:       []planmodifier.List{resourcekit.Changed{resourcekit.ID()}, keepOrder{}},
			},
			"allow_assigned": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Bind and unbind servers even if customers have them. Apply this before you destroy the resource with such servers. Default: `false`.",
			},
		},
	}
}

// absent returns why the object does not exist, or "". It exists if at least one of its servers has the package.
func absent(m *model, now inventory) string {
	if len(now.bound(m)) == 0 {
		return fmt.Sprintf("No server of the DCIM has the package %s. List the packages with the data source hosting_dcim_packages.", m.ID.ValueString())
	}
	return ""
}

// same checks that the servers are those of the state. A DCIM at another host counts as the same DCIM only if all
// servers are as in the state. Otherwise the right DCIM may still have a missing server, so no server may be removed
// from the state.
func same(c *call, now inventory) bool {
	if !c.Moved() || now.mark(c.Prior) == c.Mark && len(now.bound(c.Prior)) == len(c.Prior.servers()) {
		return true
	}
	c.Diagnostics.AddError("The provider is connected to another DCIM", fmt.Sprintf(
		"The state belongs to the DCIM at %s. In the DCIM at %s, some servers of server_ids have another label, or do not have the package %s. Nothing was changed. "+
			"Correct the provider's configuration. If both hosts are the same DCIM, remove the resource from the state and import it.",
		c.Host, c.Client.Host(), c.Prior.ID.ValueString()))
	return false
}

func fill(ctx context.Context, m *model, now inventory, importing bool) diag.Diagnostics {
	bound := now.bound(m)
	m.PackageID = m.ID
	if importing {
		m.AllowAssigned = types.BoolValue(false)
	}
	return m.setServers(ctx, bound)
}
