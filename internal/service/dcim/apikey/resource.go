// Package apikey is hosting_dcim_api_key: the system API keys with which WHMCS calls a TopLink DCIM.
package apikey

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/address"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/panelobject"
)

// call is a call to the DCIM for one object.
type call = panelobject.Call[*dcim.Client, model]

// NewResource makes the resource.
func NewResource() resource.Resource {
	return panelobject.NewDCIM(panelobject.Definition[*dcim.Client, model, dcim.APIKey]{
		Name: "dcim_api_key", Noun: "DCIM API key", NounWithArticle: "An API key", ObjectReference: "the key",
		ListHint: "List them with the data source hosting_dcim_api_keys.",
		Schema:   resourceSchema(),
		Creation: panelobject.Creation{
			Noun: "key", Attribute: "label", NameVerb: "labelled", Place: "Settings > System API",
			Secret: "Its secret cannot be read any more.",
		},
		Read: func(ctx context.Context, c *dcim.Client, m *model) (dcim.APIKey, error) {
			return c.GetAPIKey(ctx, m.ID.ValueString())
		},
		Same:      same,
		Fill:      refresh,
		CheckPlan: checkPlan,
		Create:    create,
		Changed:   changed,
		Update:    update,
		Delete: func(ctx context.Context, c *call, now dcim.APIKey) error {
			return c.Client.DeleteAPIKey(ctx, now.ID)
		},
	})
}

func resourceSchema() schema.Schema {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	return schema.Schema{
		MarkdownDescription: "A system API key of a TopLink DCIM: the KEY and secret that WHMCS uses to call the DCIM. The DCIM shows the secret only once, when the key is created. Therefore the state contains the secret. Use a backend that encrypts the state.",
		Attributes: map[string]schema.Attribute{
			"id":           schema.StringAttribute{Computed: true, MarkdownDescription: "The DCIM's id of the key.", PlanModifiers: keep},
			"label":        resourcekit.RequiredName("Label of the key in the DCIM, such as `WHMCS`."),
			"ip_addresses": addresses(),
			"rotation_triggers": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Any values. If one of them changes, Terraform replaces the key. With `lifecycle { create_before_destroy = true }` and `allow_duplicate_label = true`, the old key works until the new one exists.",
				PlanModifiers:       []planmodifier.Map{mapplanmodifier.RequiresReplace()},
			},
			"allow_duplicate_label": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Create the key even if another one has the same label. Otherwise the creation fails, and the error shows the `import` block for the existing one. Used only on creation. Default: `false`.",
			},
			"key": schema.StringAttribute{
				Computed: true, MarkdownDescription: "The KEY: 64 hexadecimal characters. It is the user name of the WHMCS server.", PlanModifiers: keep,
			},
			"secret": schema.StringAttribute{
				Computed: true, Sensitive: true, PlanModifiers: keep,
				MarkdownDescription: "The secret: 64 hexadecimal characters. It is the password of the WHMCS server. Null after an import, because the DCIM never shows it again. To get a secret, replace the key (`rotation_triggers`).",
			},
		},
	}
}

func addresses() schema.SetAttribute {
	attribute := resourcekit.OptionalStringSet(
		"The only addresses that may use this key, usually those of the WHMCS server. If empty, the DCIM accepts any address. Another spelling of the same address is not a change. Defaults to `[]` when the key is created. If removed, the current value is kept.")
	attribute.PlanModifiers = append(attribute.PlanModifiers, resourcekit.KeepEqualAddress())
	return attribute
}

// checkAddresses refuses new addresses that the DCIM cannot compare with that of a caller. It compares whole addresses.
func checkAddresses(c *call) {
	if c.Plan == nil {
		return
	}
	var before []string
	if c.Prior != nil {
		before = c.Prior.addresses()
	}
	for _, text := range c.Plan.addresses() {
		if !slices.Contains(before, text) && !address.IsOne(text) {
			resourcekit.AddAttributeError(c.Diagnostics, path.Root("ip_addresses").AtSetValue(types.StringValue(text)), "Invalid IP address",
				fmt.Sprintf("%q is not an IP address. The DCIM accepts single addresses only. It accepts neither ranges nor host names.", text))
		}
	}
}

func changed(prior, plan *model) bool {
	return !plan.Label.Equal(prior.Label) || !plan.IPAddresses.Equal(prior.IPAddresses)
}

// operations returns the operations that a plan needs.
func operations(c *call) []string {
	create, remove := []string{"api_keys.list", "api_keys.create"}, []string{"api_keys.get", "api_keys.delete"}
	switch {
	case c.Plan == nil:
		return remove
	case c.Prior == nil:
		return create
	case !c.Plan.RotationTriggers.Equal(c.Prior.RotationTriggers):
		return append(create, remove...)
	case changed(c.Prior, c.Plan):
		return []string{"api_keys.get", "api_keys.update"}
	}
	return nil
}

// checkPlan checks the wire profile and the addresses, and warns when another key has the planned label.
func checkPlan(ctx context.Context, c *call) {
	checkAddresses(c)
	if !panelobject.HasOperations(c, operations(c)...) {
		return
	}
	if c.Plan == nil || c.Prior != nil || c.Plan.Label.IsUnknown() || c.Plan.AllowDuplicateLabel.ValueBool() {
		return
	}
	keys, err := c.Client.ListAPIKeys(ctx)
	var ids []string
	for _, key := range keys {
		if key.Label == c.Plan.Label.ValueString() {
			ids = append(ids, key.ID)
		}
	}
	c.WarnOfTakenName(c.Plan.Label.ValueString(), ids, err)
}

func create(ctx context.Context, c *call) (dcim.APIKey, bool) {
	key, err := c.Client.CreateAPIKey(ctx, c.Plan.Label.ValueString(), c.Plan.addresses(), c.Plan.AllowDuplicateLabel.ValueBool())
	if !panelobject.Accepted(c, "create", "", err) {
		return key, false
	}
	complete(ctx, c, key)
	c.Plan.Secret = types.StringValue(key.Secret)
	return key, true
}

// complete fills the unknown attributes of the planned model from the DCIM's response. It warns of values that the DCIM
// stored differently. The state gets the planned values, so that the next plan shows the difference.
func complete(ctx context.Context, c *call, now dcim.APIKey) {
	planned := *c.Plan
	c.Plan.fill(ctx, now)
	warn := func(name string, wrote, found attr.Value) {
		c.Diagnostics.AddAttributeWarning(path.Root(name), "The DCIM stored another value", fmt.Sprintf(
			"%s was written as %s. The DCIM at %s returned %s. Either the DCIM changes such values, or the wire profile is wrong. Check fields.api_key.%s of the profile.",
			name, wrote, c.Client.Host(), found, name))
	}
	if !planned.Label.Equal(c.Plan.Label) {
		warn("label", planned.Label, c.Plan.Label)
		c.Plan.Label = planned.Label
	}
	if !planned.IPAddresses.IsUnknown() && !planned.IPAddresses.Equal(c.Plan.IPAddresses) {
		warn("ip_addresses", planned.IPAddresses, c.Plan.IPAddresses)
		c.Plan.IPAddresses = planned.IPAddresses
	}
}

func refresh(ctx context.Context, m *model, now dcim.APIKey, importing bool) diag.Diagnostics {
	m.fill(ctx, now)
	if importing {
		m.AllowDuplicateLabel = types.BoolValue(false)
	}
	return nil
}

func update(ctx context.Context, c *call, now dcim.APIKey) (dcim.APIKey, bool) {
	if !unchanged(ctx, c, now) {
		return now, false
	}
	key, err := c.Client.UpdateAPIKey(ctx, now.ID, c.Plan.Label.ValueString(), c.Plan.addresses())
	if !panelobject.Accepted(c, "update", now.ID, err) {
		return now, false
	}
	complete(ctx, c, key)
	return key, true
}

// same checks that the id still belongs to the key in the state. The KEY is random and never changes. Another KEY with
// the same id means another DCIM, in which nothing may be changed.
func same(c *call, now dcim.APIKey) bool {
	if c.Prior.Key.ValueString() == "" || now.Key == "" || c.Prior.Key.ValueString() == now.Key {
		return true
	}
	c.Diagnostics.AddError("The provider is connected to another DCIM", fmt.Sprintf(
		"Under the id %s the DCIM at %s has an API key (label %q) that is not the key in the state. Nothing was changed. Correct the provider's configuration, or remove the resource from the state.",
		now.ID, c.Client.Host(), now.Label))
	return false
}

// unchanged compares the prior state with what the DCIM has now, and reports differences as conflicts.
func unchanged(ctx context.Context, c *call, current dcim.APIKey) bool {
	now := model{IPAddresses: c.Prior.IPAddresses}
	now.fill(ctx, current)
	ok := true
	if !now.Label.Equal(c.Prior.Label) {
		ok = false
		c.Conflict(current.ID, "label", c.Prior.Label.String(), now.Label.String())
	}
	if !now.IPAddresses.Equal(c.Prior.IPAddresses) {
		ok = false
		c.Conflict(current.ID, "ip_addresses", c.Prior.IPAddresses.String(), now.IPAddresses.String())
	}
	return ok
}
