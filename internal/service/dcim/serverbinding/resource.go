// Package serverbinding is hosting_dcim_server_binding: one server of a TopLink DCIM bound to one package.
package serverbinding

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/coalesce"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/panelobject"
)

// call is a call to the DCIM for one object.
type call = panelobject.Call[*dcim.Client, model]

// NewResource makes the resource.
func NewResource() resource.Resource {
	return panelobject.NewDCIM(panelobject.Definition[*dcim.Client, model, dcim.Server]{
		Name: "dcim_server_binding", Noun: "DCIM server binding",
		NounWithArticle: "A server binding", ObjectReference: "the server",
		ListHint: "List the servers with the data source hosting_dcim_servers.",
		Schema:   resourceSchema(),
		Read: func(ctx context.Context, c *dcim.Client, m *model) (dcim.Server, error) {
			return c.GetServer(ctx, m.ID.ValueString())
		},
		Absent:       absent,
		Same:         panelobject.SameServer[model],
		IdentityMark: func(_ *model, now dcim.Server) string { return now.Label },
		Fill:         fill,
		CheckPlan:    checkPlan,
		Create:       create,
		Changed:      func(prior, plan *model) bool { return !plan.PackageID.Equal(prior.PackageID) },
		Update:       update,
		Delete:       remove,
	})
}

func resourceSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Binds one server of a TopLink DCIM to a package (server › detail › allocation › package). A server has at most one package. Binding a server offers it for sale. If a customer has the server, it is changed only with `allow_assigned`. Destroying unbinds the server only if it still has this package.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, MarkdownDescription: "The same as `server_id`.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"server_id": schema.StringAttribute{
				Required: true, MarkdownDescription: "The DCIM's id of the server. Changing it replaces the binding.",
				PlanModifiers: []planmodifier.String{resourcekit.Changed{resourcekit.ID()}, stringplanmodifier.RequiresReplace()},
			},
			"package_id": schema.StringAttribute{
				Required: true, MarkdownDescription: "Id of the package. Changing it gives the server the new package in place.",
				PlanModifiers: []planmodifier.String{resourcekit.Changed{resourcekit.ID()}},
			},
			"allow_assigned": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Bind and unbind the server even if a customer has it. Apply this before you destroy such a binding. Default: `false`.",
			},
		},
	}
}

// absent returns why there is no binding: the server has no package.
func absent(_ *model, now dcim.Server) string {
	if now.PackageID == "" {
		return "The server " + panelobject.ServerName(now) + " has no package."
	}
	return ""
}

func fill(_ context.Context, m *model, now dcim.Server, importing bool) diag.Diagnostics {
	m.ServerID, m.PackageID = types.StringValue(now.ID), types.StringValue(now.PackageID)
	if importing {
		m.AllowAssigned = types.BoolValue(false)
	}
	return nil
}

func create(ctx context.Context, c *call) (dcim.Server, bool) {
	c.Plan.ID = c.Plan.ServerID
	id, now, release := c.Plan.ServerID.ValueString(), dcim.Server{}, func() {}
	// Another resource of the same run may unbind the server.
	_, err := c.Client.WaitUntil(ctx, func() (free bool, err error) {
		unlock, _, err := c.Client.LockServers(ctx, []string{id})
		if err != nil {
			return false, err
		}
		now, err = c.Client.GetServer(coalesce.Fresh(ctx), id)
		if err != nil || now.PackageID != "" && now.PackageID != c.Plan.PackageID.ValueString() {
			unlock()
			return false, err
		}
		release = unlock
		return true, nil
	})
	defer release()
	if err != nil {
		c.Fail("write", id, err)
		return now, false
	}
	return assign(ctx, c, c.Plan, now, "", c.Plan.PackageID.ValueString())
}

func update(ctx context.Context, c *call, now dcim.Server) (dcim.Server, bool) {
	release, waited, err := c.Client.LockServers(ctx, []string{now.ID})
	if err == nil {
		defer release()
		if waited {
			now, err = c.Client.GetServer(coalesce.Fresh(ctx), now.ID)
		}
	}
	if err != nil {
		c.Fail("write", c.Prior.ID.ValueString(), err)
		return now, false
	}
	return assign(ctx, c, c.Plan, now, c.Prior.PackageID.ValueString(), c.Plan.PackageID.ValueString())
}

func remove(ctx context.Context, c *call, now dcim.Server) error {
	release, waited, err := c.Client.LockServers(ctx, []string{now.ID})
	if err != nil {
		return err
	}
	defer release()
	if waited {
		if now, err = c.Client.GetServer(coalesce.Fresh(ctx), now.ID); err != nil {
			return err
		}
	}
	if now.PackageID != c.Prior.PackageID.ValueString() {
		return nil // the server now has another package, which is another binding
	}
	if len(c.Client.TakeAdopted(c.Owner(), []string{now.ID}, now.PackageID)) == 0 {
		assign(ctx, c, c.Prior, now, now.PackageID, "")
	}
	return nil
}
