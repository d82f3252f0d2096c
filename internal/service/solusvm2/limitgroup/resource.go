package limitgroup

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/solusvm2object"
)

const (
	noun     = "SolusVM 2 limit group"
	typeName = "hosting_solusvm2_limit_group"
	maxLimit = 2147483647
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return solusvm2object.New(solusvm2object.Definition[model, solusvm2.LimitGroup]{
		Name: "solusvm2_limit_group", Noun: noun, Imported: "A limit group", Named: "the limit group",
		ListHint: "List them with the data source hosting_solusvm2_limit_groups.",
		Schema:   resourceSchema(),
		ID:       func(m *model) *types.String { return &m.ID },
		Read: func(ctx context.Context, c *solusvm2.Client, m *model) (solusvm2.LimitGroup, error) {
			return c.LimitGroup(ctx, m.ID.ValueString())
		},
		Mark:      func(_ *model, now solusvm2.LimitGroup) string { return now.Name },
		Same:      same,
		Fill:      refresh,
		CheckPlan: checkPlan,
		Create:    create,
		Changed:   func(prior, plan *model) bool { return len(differences(prior, plan)) > 0 },
		Update:    update,
		Delete: func(ctx context.Context, c *solusvm2object.Call[model], now solusvm2.LimitGroup) error {
			return c.Client.DeleteLimitGroup(ctx, now.ID)
		},
	}, solusvm2object.Words{Fields: map[string]string{
		"name": "name", "vms": "max_servers", "running_vms": "max_running_servers", "additional_ips": "max_additional_ips",
	}})
}

func resourceSchema() schema.Schema {
	limit := func(what string) schema.Int64Attribute {
		return schema.Int64Attribute{
			Optional: true, MarkdownDescription: what + ", 0 or more; `0` = none at all. Left out, as many as they like.",
			Validators: []validator.Int64{int64validator.Between(0, maxLimit)},
		}
	}
	return schema.Schema{
		MarkdownDescription: "A limit group of SolusVM 2 (Access > Limit groups): what a user may have at most. The billing settings name the one that new post-pay users are given. SolusVM 2 refuses to delete one that users have. " +
			"That limit groups can be made and changed through the API is documented; the shape of those calls is assumed to be that of its other collections.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, MarkdownDescription: "SolusVM 2's id of the limit group.", PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"name":                resourcekit.RequiredName("Name of the limit group."),
			"max_servers":         limit("Servers that a user may have"),
			"max_running_servers": limit("Servers that a user may have running at a time"),
			"max_additional_ips":  limit("Additional IP addresses that a user may have"),
			"allow_duplicate_name": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Make the limit group even when another one has the same name. By default that is refused, with the `import` block that adopts the existing one. Default: `false`. Only looked at on creation.",
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

// facets are the attributes that SolusVM 2 stores.
func (m *model) facets() map[string]attr.Value {
	return map[string]attr.Value{
		"name": m.Name, "max_servers": m.MaxServers, "max_running_servers": m.MaxRunningServers, "max_additional_ips": m.MaxAdditionalIPs,
	}
}

// differences are the names of the facets in which two models differ.
func differences(a, b *model) map[string]bool {
	differ, others := map[string]bool{}, b.facets()
	for name, value := range a.facets() {
		if !value.Equal(others[name]) {
			differ[name] = true
		}
	}
	return differ
}

func checkPlan(ctx context.Context, c *solusvm2object.Call[model]) {
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
	solusvm2object.CheckName(c.Diagnostics, typeName, "limit group", c.Plan.Name.ValueString(), ids, err, solusvm2object.Words{})
}

// same makes sure that the id still stands for the limit group in state. Another name alone is a rename; another name at another host is another
// panel, where the ids are the same and the groups are not.
func same(c *solusvm2object.Call[model], now solusvm2.LimitGroup) bool {
	if !c.Moved() || c.Mark == "" || c.Mark == now.Name {
		return true
	}
	c.Diagnostics.AddError("Another SolusVM 2 panel answered", fmt.Sprintf(
		"The state belongs to the panel at %s. Under the id %s the panel at %s has the limit group %q, and the state was made with %q. Nothing was changed. Point the provider at the right panel; or remove the resource from state.",
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

func create(ctx context.Context, c *solusvm2object.Call[model]) (solusvm2.LimitGroup, bool) {
	made, err := c.Client.CreateLimitGroup(ctx, c.Plan.group(), c.Plan.AllowDuplicateName.ValueBool())
	if err != nil {
		c.Fail("create", "", err)
		return made, false
	}
	complete(c, made)
	return made, true
}

// complete fills the planned model with what the panel has. What was written and came back otherwise is said, and the state has what was
// planned, so that the next plan shows the difference.
func complete(c *solusvm2object.Call[model], now solusvm2.LimitGroup) {
	var found model
	found.fill(now)
	for name := range differences(c.Plan, &found) {
		c.Diagnostics.AddAttributeWarning(path.Root(name), "SolusVM 2 stored another value", fmt.Sprintf(
			"%s was written as %s, and the panel answered with %s.", name, c.Plan.facets()[name], found.facets()[name]))
	}
	c.Plan.ID = found.ID
}

func update(ctx context.Context, c *solusvm2object.Call[model], current solusvm2.LimitGroup) (solusvm2.LimitGroup, bool) {
	var now model
	now.fill(current)
	changes, drifted, ok := differences(c.Prior, c.Plan), differences(c.Prior, &now), true
	for name := range changes {
		if drifted[name] && !now.facets()[name].Equal(c.Plan.facets()[name]) {
			solusvm2object.Conflict(c.Diagnostics, noun, current.ID, name, c.Prior.facets()[name].String(), now.facets()[name].String())
			ok = false
		}
	}
	// The panel takes a group as a whole: what somebody else changed and the plan does not would be put back unseen.
	for name := range drifted {
		if !changes[name] {
			solusvm2object.Conflict(c.Diagnostics, noun, current.ID, name, c.Prior.facets()[name].String(), now.facets()[name].String())
			ok = false
		}
	}
	if !ok {
		return current, false
	}
	changed, err := c.Client.UpdateLimitGroup(ctx, c.Plan.group())
	if err != nil {
		c.Fail("update", current.ID, err)
		return current, false
	}
	complete(c, changed)
	return changed, true
}
