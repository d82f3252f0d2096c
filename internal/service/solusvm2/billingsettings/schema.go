package billingsettings

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// attributes are the attribute paths of the companion's fields whose names differ.
var attributes = map[string]string{
	"url": "api_connection.url", "api_key": "api_connection.api_key", "api_key_fingerprint": "api_connection.api_key_fingerprint", "integration_token": "api_connection", "post_pay_enabled": "post_pay.enabled",
	"new_user_limit_group_id": "post_pay.new_user_limit_group_id", "terms_url": "post_pay.terms_url", "invoice_grace_days": "post_pay.invoice_grace_days",
	"lock_overdue_days": "post_pay.lock_overdue_days", "suspend_overdue_days": "post_pay.suspend_overdue_days",
}

var (
	panelForm = regexp.MustCompile(`^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$`)
	keyForm   = regexp.MustCompile(`^[\x21-\x7e]+$`)
	termsForm = regexp.MustCompile(`^(https?://[A-Za-z0-9\[][^\s"<>\\^` + "`" + `{|}]*)?$`)
	codeForm  = regexp.MustCompile(`^[A-Za-z0-9]{1,10}$`)
)

// maxDays is the largest number of days that the settings of the addon hold.
const maxDays = 2147483647

// tokenScale is the number of decimal places of a token price (facts/runbooks B13: up to 4).
const tokenScale = 4

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Post-pay billing of SolusVM 2 through WHMCS. This resource manages the connection of the SolusVM 2 addon of WHMCS to a panel, the rules of post-pay, and the token prices. " +
			"A WHMCS has these settings only once, so use this resource only once. The addon must be active (`hosting_whmcs_addon_module`). Omitted settings are not managed. " +
			"The vendor does not document where the addon stores its settings, so the places are assumed. If the place of a setting does not exist, the companion does not write the setting. The error then shows how to correct the place in `companion.local.php`.",
		Attributes: map[string]schema.Attribute{
			// Terraform reserves the name connection. The addon calls it API connection.
			"api_connection": schema.SingleNestedAttribute{
				Optional: true,
				MarkdownDescription: "The connection of the addon to the SolusVM 2 panel. WHMCS first tests the address and the key. It then stores both and points the panel's billing integration to this WHMCS. If a step fails, nothing is changed. " +
					"If the connection is changed in WHMCS or in the panel's billing integration, the next apply connects again.",
				PlanModifiers: append(resourcekit.RequiredParts("url"), oneKey{}),
				Attributes: map[string]schema.Attribute{
					"url": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "URL of the panel's web interface, such as `https://panel.example.com`. A trailing `/api/v1` is accepted. Required.",
						PlanModifiers:       []planmodifier.String{resourcekit.Changed{stringvalidator.RegexMatches(panelForm, "must be the http or https URL of the panel, without user, query and fragment")}, keepSameAddress{}},
					},
					"api_key": schema.StringAttribute{
						Optional: true, Sensitive: true,
						MarkdownDescription: "API token of an administrator of the panel (Account > API tokens). `hosting_solusvm2_api_token` creates one. The token is kept in the state. To avoid that, set `api_key_wo` instead.",
						Validators:          append(keyValidators(), stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("api_key_wo"))),
					},
					"api_key_wo": schema.StringAttribute{
						Optional: true, Sensitive: true, WriteOnly: true,
						MarkdownDescription: "API token of an administrator, which is not kept in the state or the plan. Needs Terraform 1.11 or OpenTofu 1.11. Sent on creation, when `api_key_wo_version` changes, and whenever the connection is made again.",
						Validators:          append(keyValidators(), stringvalidator.AlsoRequires(path.MatchRelative().AtParent().AtName("api_key_wo_version"))),
					},
					"api_key_wo_version": schema.Int64Attribute{
						Optional:            true,
						MarkdownDescription: "Version of `api_key_wo`, 1 or more. Increase it to send the key again. If the key was changed in WHMCS, the plan shows this attribute, and the next apply connects again.",
						Validators:          []validator.Int64{int64validator.AtLeast(1), int64validator.AlsoRequires(path.MatchRelative().AtParent().AtName("api_key_wo"))},
					},
				},
			},
			"pre_pay": refusedMode("Pre-pay credit"),
			"retail":  refusedMode("Retail sale of virtual machines"),
			"token_prices": schema.MapAttribute{
				Optional: true, ElementType: resourcekit.DecimalType{},
				MarkdownDescription: "Price of one token, by currency code, as exact decimal text with up to 4 decimals, such as `{ USD = \"0.0125\" }`. The addon needs a price for every active currency. If you change prices and an active currency has no price, the plan fails. " +
					"Omitted currencies are not managed. A new price of zero needs `guards.allow_zero_price`. `guards.max_price_change_percent` limits changes.",
				Validators:    []validator.Map{mapvalidator.NoNullValues(), tokenPrices{}},
				PlanModifiers: []planmodifier.Map{resourcekit.ChangedKeys{stringvalidator.RegexMatches(codeForm, "must be a currency code such as USD")}, tokenPrices{}, resourcekit.KeepEqualAmounts()},
			},
			"reconnect_triggers": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Any values. If one of them changes, the connection is made again with the same address and key. That also writes the panel's billing integration again. Needs `api_connection`.",
				Validators:          []validator.Map{mapvalidator.AlsoRequires(path.MatchRoot("api_connection"))},
			},
			"on_destroy": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(onDestroyKeep),
				MarkdownDescription: "Effect of a destroy. `keep` leaves all settings unchanged. `disable_post_pay` switches post-pay off and leaves the other settings unchanged. With both values, the users and servers of the panel stay unchanged. If the same destroy deletes the API token of this connection, use `disable_post_pay`. Otherwise post-pay stays on with an invalid key. Default: `keep`.",
				Validators:          []validator.String{stringvalidator.OneOf(onDestroyKeep, onDestroyDisablePostPay)},
			},
			"landing_page_url": schema.StringAttribute{
				Computed: true, MarkdownDescription: "URL of the landing page while post-pay is enabled. The URL is assumed. It can be corrected in `companion.local.php`.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"connection_status": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "`connected`, `not_connected` or `integration_differs`. `not_connected` means that WHMCS has no address or no key. `integration_differs` means that the panel's billing integration does not point to this WHMCS. The next apply then connects again. " +
					"The provider checks the panel only if its block `solusvm2` contains the URL of the same panel.",
				PlanModifiers: []planmodifier.String{planStatus{}},
			},
		},
		// A block, because Terraform drops a misspelt argument of a nested attribute without a message. A rule that is not
		// sent costs money: debtors would not be suspended.
		Blocks: map[string]schema.Block{"post_pay": schema.SingleNestedBlock{
			MarkdownDescription: "The rules of post-pay billing. Customers use servers first, and WHMCS creates the invoice on the first day of the month. Omitted rules are not managed.",
			Attributes: map[string]schema.Attribute{
				"enabled": schema.BoolAttribute{Optional: true, MarkdownDescription: "Offer post-pay. Its landing page is then available, and WHMCS adds \"Cloud Hosting\" to the menus of its client area."},
				"new_user_limit_group_id": resourcekit.Unmanaged(schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Id of the SolusVM 2 limit group that every new post-pay user gets (`hosting_solusvm2_limit_group`). Empty means none. If the provider's `solusvm2` is configured, the plan checks that the panel has this group.",
					PlanModifiers:       []planmodifier.String{resourcekit.Changed{resourcekit.IDOrNone()}},
				}),
				"terms_url": resourcekit.Unmanaged(schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Absolute http or https URL of the terms and conditions for post-pay. Empty means none.",
					PlanModifiers:       []planmodifier.String{resourcekit.Changed{stringvalidator.UTF8LengthAtMost(2048), stringvalidator.RegexMatches(termsForm, "must be an absolute http or https URL, or empty")}},
				}),
				"invoice_grace_days":   days("Days from the creation of an invoice until it is overdue."),
				"lock_overdue_days":    days("Days from the due date until the SolusVM 2 user is locked. A locked user cannot create servers, projects or invitations."),
				"suspend_overdue_days": days("Days from the due date until the SolusVM 2 user is suspended. A suspended user is also locked, the servers are stopped, and scheduled backups are off."),
			},
		}},
	}
}

func days(description string) schema.Int64Attribute {
	return schema.Int64Attribute{Optional: true, MarkdownDescription: description, PlanModifiers: []planmodifier.Int64{resourcekit.ChangedInt{Most: maxDays}}}
}

func keyValidators() []validator.String {
	return []validator.String{stringvalidator.LengthAtMost(4096), stringvalidator.RegexMatches(keyForm, "must be 1 to 4096 visible ASCII characters")}
}

// refusedMode is the attribute of a billing mode that the vendor has announced and not released (facts/runbooks B1).
// The attribute exists only for a clear error. It accepts a value of any type.
func refusedMode(name string) schema.DynamicAttribute {
	return schema.DynamicAttribute{
		Optional:            true,
		MarkdownDescription: name + ". The vendor has announced this billing mode, but it is not yet available. Every value is refused.",
		Validators:          []validator.Dynamic{unavailable(name)},
	}
}

type unavailable string

func (unavailable) Description(context.Context) string         { return "is not yet available" }
func (unavailable) MarkdownDescription(context.Context) string { return "is not yet available" }
func (u unavailable) ValidateDynamic(
	_ context.Context, req validator.DynamicRequest, resp *validator.DynamicResponse,
) {
	// An unknown value is validated again when it is known.
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() && !req.ConfigValue.IsUnderlyingValueNull() && !req.ConfigValue.IsUnderlyingValueUnknown() {
		resourcekit.AddAttributeError(&resp.Diagnostics, req.Path, "This billing mode is not yet available",
			string(u)+": the vendor of SolusVM 2 has announced this billing mode, but it is not yet available. Remove "+req.Path.String()+". Use post_pay to configure post-pay billing.")
	}
}

// oneKey requires the API key in one of its two forms, unless the state has the connection without a key. WHMCS never
// shows the key, so an import has none. A validator of the attributes would refuse an unknown connection.
type oneKey struct{}

func (oneKey) Description(context.Context) string         { return "must have api_key or api_key_wo" }
func (oneKey) MarkdownDescription(context.Context) string { return "must have api_key or api_key_wo" }
func (oneKey) PlanModifyObject(ctx context.Context, req planmodifier.ObjectRequest, resp *planmodifier.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	given := req.ConfigValue.Attributes()
	if !given["api_key"].IsNull() || !given["api_key_wo"].IsNull() {
		return
	}
	var prior, config model
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	before, after := prior.text("url"), config.text("url")
	imported := !prior.Connection.IsNull() && !prior.hasKey() && !after.IsUnknown() &&
		(panelURL(after.ValueString()) == panelURL(before.ValueString()) || resourcekit.SameJSON(after, before)) && config.ReconnectTriggers.Equal(prior.ReconnectTriggers)
	if !imported {
		resourcekit.AddAttributeError(&resp.Diagnostics, req.Path.AtName("api_key"), "The API key is missing", "The connection needs the URL and the API key of the panel. Set api_key, or api_key_wo with api_key_wo_version.")
	}
}

// tokenPrices validates the amounts of a map. The framework does not validate the elements of a map by their type.
type tokenPrices struct{}

func (tokenPrices) Description(context.Context) string         { return "must be prices" }
func (tokenPrices) MarkdownDescription(context.Context) string { return "must be prices" }
func (tokenPrices) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	for code, element := range req.ConfigValue.Elements() {
		if price, _ := element.(resourcekit.Decimal); price.IsKnown() {
			if _, err := decimal.Parse(price.ValueString()); err != nil {
				resourcekit.AddAttributeError(&resp.Diagnostics, req.Path.AtMapKey(code), "Invalid amount", fmt.Sprintf("The value %v.", err))
			}
		}
	}
}

// PlanModifyMap checks new and changed prices. The addon may hold others.
func (tokenPrices) PlanModifyMap(_ context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	for code, element := range req.ConfigValue.Elements() {
		price, _ := element.(resourcekit.Decimal)
		if stored := req.StateValue.Elements()[code]; !price.IsKnown() || stored != nil && price.Equal(stored) {
			continue
		}
		at, value := req.Path.AtMapKey(code), price.Decimal()
		switch {
		case value.IsNegative():
			resourcekit.AddAttributeError(&resp.Diagnostics, at, "Invalid amount", fmt.Sprintf("The price %q is negative.", value))
		case value.Scale() > tokenScale:
			resourcekit.AddAttributeError(&resp.Diagnostics, at, "Invalid amount", fmt.Sprintf("The price %q has too many decimals. The addon stores at most %d.", value, tokenScale))
		}
	}
}

// keepSameAddress plans the prior spelling of a panel's URL when the address is the same.
type keepSameAddress struct{}

func (keepSameAddress) Description(context.Context) string {
	return "the same address in another spelling is not a change"
}
func (k keepSameAddress) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }
func (keepSameAddress) PlanModifyString(
	_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse,
) {
	if !req.StateValue.IsNull() && !req.PlanValue.IsNull() && !req.PlanValue.IsUnknown() && panelURL(req.StateValue.ValueString()) == panelURL(req.PlanValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}

// planStatus plans an unknown status when the connection is made again, and otherwise the prior status.
type planStatus struct{}

func (planStatus) Description(context.Context) string {
	return "a connection whose status is not connected is made again"
}
func (p planStatus) MarkdownDescription(ctx context.Context) string { return p.Description(ctx) }
func (planStatus) PlanModifyString(
	ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse,
) {
	if req.State.Raw.IsNull() {
		return
	}
	var prior, plan model
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.PlanValue = req.StateValue
	if connects(&prior, &plan) {
		resp.PlanValue = types.StringUnknown()
	}
}
