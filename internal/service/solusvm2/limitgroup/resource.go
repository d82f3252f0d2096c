package limitgroup

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/panelobject"
)

const (
	noun     = "SolusVM 2 limit group"
	maxLimit = 2147483647
)

// call is a call to SolusVM 2 for one object.
type call = panelobject.Call[*solusvm2.Client, model]

// NewResource makes the resource.
func NewResource() resource.Resource {
	return panelobject.NewSolusVM2(panelobject.Definition[*solusvm2.Client, model, solusvm2.LimitGroup]{
		Name: "solusvm2_limit_group", Noun: noun, NounWithArticle: "A limit group", ObjectReference: "the limit group",
		ListHint: "List them with the data source hosting_solusvm2_limit_groups.",
		Schema:   resourceSchema(),
		Creation: panelobject.Creation{Noun: "limit group", Attribute: "name", Place: "Access > Limit groups"},
		Read: func(ctx context.Context, c *solusvm2.Client, m *model) (solusvm2.LimitGroup, error) {
			return c.LimitGroup(ctx, m.ID.ValueString())
		},
		IdentityMark: func(_ *model, now solusvm2.LimitGroup) string { return now.Name },
		Same:         same,
		Fill:         refresh,
		CheckPlan:    checkPlan,
		Create:       create,
		Changed:      func(prior, plan *model) bool { return len(differences(prior, plan)) > 0 },
		Update:       update,
		Delete: func(ctx context.Context, c *call, now solusvm2.LimitGroup) error {
			return c.Client.DeleteLimitGroup(ctx, now.ID)
		},
	})
}

// attributes are the attributes whose fields have another name in the panel, by field.
var attributes = map[string]string{"vms": "max_servers", "running_vms": "max_running_servers", "additional_ips": "max_additional_ips"}

// fail turns a failure into diagnostics at the attributes of the fields that the panel complains of, such as
// "vms.limit".
func fail(c *call, verb, id string, err error) {
	var failure *solusvm2.Error
	if errors.As(err, &failure) {
		for i, field := range failure.Fields {
			name, _, _ := strings.Cut(field.Field, ".")
			if attribute, renamed := attributes[name]; renamed {
				failure.Fields[i].Field = attribute
			}
		}
	}
	c.Fail(verb, id, err)
}

func resourceSchema() schema.Schema {
	limit := func(what string) schema.Int64Attribute {
		return schema.Int64Attribute{
			Optional: true, MarkdownDescription: what + ", 0 or more. If omitted, there is no limit.",
			PlanModifiers: []planmodifier.Int64{resourcekit.ChangedInt{Most: maxLimit}},
		}
	}
	return schema.Schema{
		MarkdownDescription: "A limit group of SolusVM 2 (Access > Limit groups): limits for the servers and IP addresses of a user. The billing settings choose the limit group of new post-pay users. SolusVM 2 refuses to delete a limit group of users. " +
			"The vendor documents that the API can create and change limit groups. The form of these requests is assumed from other collections of the API.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, MarkdownDescription: "SolusVM 2's id of the limit group.", PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"name":                resourcekit.RequiredName("Name of the limit group."),
			"max_servers":         limit("Maximum number of servers of a user"),
			"max_running_servers": limit("Maximum number of running servers of a user"),
			"max_additional_ips":  limit("Maximum number of additional IP addresses of a user"),
			"allow_duplicate_name": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Create the limit group even if another one has the same name. Otherwise the creation fails, and the error shows the `import` block for the existing one. Used only on creation. Default: `false`.",
			},
		},
	}
}

type model struct {
	ID                 types.String `tfsdk:"id"`
	Name               types.String `tfsdk:"name"`
	MaxServers         types.Int64  `tfsdk:"max_servers"`
	MaxRunningServers  types.Int64  `tfsdk:"max_running_servers"`
	MaxAdditionalIPs   types.Int64  `tfsdk:"max_additional_ips"`
	AllowDuplicateName types.Bool   `tfsdk:"allow_duplicate_name"`
}

func (m *model) group() solusvm2.LimitGroup {
	return solusvm2.LimitGroup{
		ID: m.ID.ValueString(), Name: m.Name.ValueString(), MaxServers: m.MaxServers.ValueInt64Pointer(),
		MaxRunningServers: m.MaxRunningServers.ValueInt64Pointer(), MaxAdditionalIPs: m.MaxAdditionalIPs.ValueInt64Pointer(),
	}
}

func (m *model) fill(g solusvm2.LimitGroup) {
	s := show(g)
	m.ID, m.Name, m.MaxServers, m.MaxRunningServers, m.MaxAdditionalIPs = s.ID, s.Name, s.MaxServers, s.MaxRunningServers, s.MaxAdditionalIPs
}

// facets returns the attributes that SolusVM 2 stores.
func (m *model) facets() map[string]attr.Value {
	return map[string]attr.Value{
		"name": m.Name, "max_servers": m.MaxServers, "max_running_servers": m.MaxRunningServers, "max_additional_ips": m.MaxAdditionalIPs,
	}
}

// differences returns the names of the facets in which two models differ.
func differences(a, b *model) map[string]bool {
	differ, others := map[string]bool{}, b.facets()
	for name, value := range a.facets() {
		if !value.Equal(others[name]) {
			differ[name] = true
		}
	}
	return differ
}

func checkPlan(ctx context.Context, c *call) {
	if c.Prior != nil || c.Plan.Name.IsUnknown() || c.Plan.AllowDuplicateName.ValueBool() {
		return
	}
	var ids []string
	groups, err := c.Client.LimitGroups(ctx)
	for _, g := range groups {
		if g.Name == c.Plan.Name.ValueString() {
			ids = append(ids, g.ID)
		}
	}
	c.WarnOfTakenName(c.Plan.Name.ValueString(), ids, err)
}

// same checks that the id still belongs to the limit group in the state. A new name on the same host is a rename. A new
// name on another host means another panel, in which another group has the same id.
func same(c *call, now solusvm2.LimitGroup) bool {
	if !c.Moved() || c.Mark == "" || c.Mark == now.Name {
		return true
	}
	c.Diagnostics.AddError("The provider is connected to another SolusVM 2 panel", fmt.Sprintf(
		"The state belongs to the panel at %s. Under the id %s the panel at %s has the limit group %q, and the state has %q. Nothing was changed. Correct the provider's configuration, or remove the resource from the state.",
		c.Host, now.ID, c.Client.Host(), now.Name, c.Mark))
	return false
}

func refresh(_ context.Context, m *model, now solusvm2.LimitGroup, importing bool) diag.Diagnostics {
	m.fill(now)
	if importing {
		m.AllowDuplicateName = types.BoolValue(false)
	}
	return nil
}

func create(ctx context.Context, c *call) (solusvm2.LimitGroup, bool) {
	made, err := c.Client.CreateLimitGroup(ctx, c.Plan.group(), c.Plan.AllowDuplicateName.ValueBool())
	if err != nil {
		fail(c, "create", "", err)
		return made, false
	}
	complete(c, made)
	return made, true
}

// complete sets the id of the planned model. It warns of values that the panel stored differently. The state gets the
// planned values, so that the next plan shows the difference.
func complete(c *call, now solusvm2.LimitGroup) {
	var found model
	found.fill(now)
	for name := range differences(c.Plan, &found) {
		c.Diagnostics.AddAttributeWarning(path.Root(name), "SolusVM 2 stored another value", fmt.Sprintf(
			"%s was written as %s. The panel returned %s.", name, c.Plan.facets()[name], found.facets()[name]))
	}
	c.Plan.ID = found.ID
}

func update(ctx context.Context, c *call, current solusvm2.LimitGroup) (solusvm2.LimitGroup, bool) {
	var now model
	now.fill(current)
	changes, drifted, ok := differences(c.Prior, c.Plan), differences(c.Prior, &now), true
	for name := range changes {
		if drifted[name] && !now.facets()[name].Equal(c.Plan.facets()[name]) {
			c.Conflict(current.ID, name, c.Prior.facets()[name].String(), now.facets()[name].String())
			ok = false
		}
	}
	// An update sends all values of the group. It would silently revert a value that was changed in the panel and that
	// the plan does not change.
	for name := range drifted {
		if !changes[name] {
			c.Conflict(current.ID, name, c.Prior.facets()[name].String(), now.facets()[name].String())
			ok = false
		}
	}
	if !ok {
		return current, false
	}
	changed, err := c.Client.UpdateLimitGroup(ctx, c.Plan.group())
	if err != nil {
		fail(c, "update", current.ID, err)
		return current, false
	}
	complete(c, changed)
	return changed, true
}
