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
		MarkdownDescription: "Post-pay billing of SolusVM 2 through WHMCS: what WHMCS's SolusVM 2 addon is connected to, the rules of post-pay, and what a token costs in each currency. " +
			"A WHMCS has these settings once, so use this resource once; the addon must be active (`hosting_whmcs_addon_module`). What is left out is not managed. " +
			"Where the closed addon keeps its settings is assumed; nothing is written to a place that it does not have, and the message then says how to correct the map in the companion's `companion.local.php`.",
		Attributes: map[string]schema.Attribute{
			// Terraform reserves the name connection. The addon calls it API connection.
			"api_connection": schema.SingleNestedAttribute{
				Optional: true,
				MarkdownDescription: "The connection of the addon to the SolusVM 2 panel. WHMCS itself tests the address and the key before anything is stored, then stores both and brings the panel's billing integration to this WHMCS, all of it or nothing. " +
					"A change made in WHMCS or in the panel's billing integration is noticed, and the next apply connects again.",
				PlanModifiers: append(resourcekit.RequiredParts("url"), oneKey{}),
				Attributes: map[string]schema.Attribute{
					"url": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "URL of the panel's web interface, such as `https://panel.example.com`; a trailing `/api/v1` is accepted. Required.",
						PlanModifiers:       []planmodifier.String{resourcekit.Changed{stringvalidator.RegexMatches(panelForm, "must be the http or https URL of the panel, without user, query and fragment")}, keepSameAddress{}},
					},
					"api_key": schema.StringAttribute{
						Optional: true, Sensitive: true,
						MarkdownDescription: "API token of an administrator of the panel (Account > API tokens; `hosting_solusvm2_api_token` makes one). Kept in state: use `api_key_wo` to avoid that. Either this or `api_key_wo`.",
						Validators:          append(keyValidators(), stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("api_key_wo"))),
					},
					"api_key_wo": schema.StringAttribute{
						Optional: true, Sensitive: true, WriteOnly: true,
						MarkdownDescription: "API token of an administrator, never kept in state or plan. Needs Terraform 1.11 or OpenTofu 1.11. Used on creation, when `api_key_wo_version` changes, and whenever the connection is made again.",
						Validators:          append(keyValidators(), stringvalidator.AlsoRequires(path.MatchRelative().AtParent().AtName("api_key_wo_version"))),
					},
					"api_key_wo_version": schema.Int64Attribute{
						Optional:            true,
						MarkdownDescription: "A number that you raise to have `api_key_wo` sent again, 1 or more. When the stored key was changed in WHMCS, the plan shows this attribute and the next apply connects again.",
						Validators:          []validator.Int64{int64validator.AtLeast(1), int64validator.AlsoRequires(path.MatchRelative().AtParent().AtName("api_key_wo"))},
					},
				},
			},
			"pre_pay": refusedMode("Pre-pay credit"),
			"retail":  refusedMode("Retail sale of virtual machines"),
			"token_prices": schema.MapAttribute{
				Optional: true, ElementType: resourcekit.DecimalType{},
				MarkdownDescription: "What one token costs, by currency code, as exact decimal text with up to 4 decimals, such as `{ USD = \"0.0125\" }`. The addon demands a price for every active currency: while prices are being changed, one that has none is an error. " +
					"Currencies left out are not managed. A new price of zero is refused unless `guards.allow_zero_price` is set, and `guards.max_price_change_percent` limits changes.",
				Validators:    []validator.Map{mapvalidator.NoNullValues(), tokenPrices{}},
				PlanModifiers: []planmodifier.Map{resourcekit.ChangedKeys{stringvalidator.RegexMatches(codeForm, "must be a currency code such as USD")}, tokenPrices{}, resourcekit.KeepEqualAmounts()},
			},
			"reconnect_triggers": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Any values; when one of them changes, the connection is made again with the same address and key, which writes the panel's billing integration anew. Needs `api_connection`.",
				Validators:          []validator.Map{mapvalidator.AlsoRequires(path.MatchRoot("api_connection"))},
			},
			"on_destroy": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(onDestroyKeep),
				MarkdownDescription: "What a destroy does: `keep` leaves every setting as it is; `disable_post_pay` switches post-pay off and leaves the rest. The panel's users and servers are not touched by either. Where the same destroy takes the API token away that WHMCS connects with, choose `disable_post_pay`: `keep` would leave post-pay on with a key that is dead. Default: `keep`.",
				Validators:          []validator.String{stringvalidator.OneOf(onDestroyKeep, onDestroyDisablePostPay)},
			},
			"landing_page_url": schema.StringAttribute{
				Computed: true, MarkdownDescription: "Where customers find the landing page while post-pay is enabled. The address is assumed; `companion.local.php` corrects it.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"connection_status": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "`connected`; `not_connected` when WHMCS holds no address or key; `integration_differs` when the panel's billing integration is not of this WHMCS, which the next apply repairs by connecting again. " +
					"The panel is asked where the provider's `solusvm2` is configured for the same one.",
				PlanModifiers: []planmodifier.String{planStatus{}},
			},
		},
		// A block, because Terraform drops a misspelt argument of a nested attribute without a word. A rule that is not
		// sent costs money: debtors would not be suspended.
		Blocks: map[string]schema.Block{"post_pay": schema.SingleNestedBlock{
			MarkdownDescription: "The rules of post-pay billing: customers use servers first and are invoiced on the first of the month. What is left out stays as it is.",
			Attributes: map[string]schema.Attribute{
				"enabled": schema.BoolAttribute{Optional: true, MarkdownDescription: "Offer post-pay: its landing page can be reached, and WHMCS adds \"Cloud Hosting\" to the menus of its client area."},
				"new_user_limit_group_id": resourcekit.Unmanaged(schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Id of the SolusVM 2 limit group that every new post-pay user gets (`hosting_solusvm2_limit_group`); empty = none. That the panel has it is checked while planning, where the provider's `solusvm2` is configured.",
					PlanModifiers:       []planmodifier.String{resourcekit.Changed{resourcekit.IDOrNone()}},
				}),
				"terms_url": resourcekit.Unmanaged(schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Absolute http or https URL of terms and conditions for post-pay; empty = none.",
					PlanModifiers:       []planmodifier.String{resourcekit.Changed{stringvalidator.UTF8LengthAtMost(2048), stringvalidator.RegexMatches(termsForm, "must be an absolute http or https URL, or empty")}},
				}),
				"invoice_grace_days":   days("Days that a customer has, from an invoice's creation, before it counts as overdue."),
				"lock_overdue_days":    days("Days after the due date before the SolusVM 2 user is locked: no new servers, projects or invitations."),
				"suspend_overdue_days": days("Days after the due date before the SolusVM 2 user is suspended: as locked, and servers are stopped and scheduled backups are off."),
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
// The attribute exists so that an error can say so. It accepts a value of any type.
func refusedMode(name string) schema.DynamicAttribute {
	return schema.DynamicAttribute{
		Optional:            true,
		MarkdownDescription: name + ": the vendor has announced this billing mode and it is not yet available, so anything here is refused.",
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
			string(u)+": the vendor of SolusVM 2 has announced this billing mode, and it is not yet available. Remove "+req.Path.String()+"; post-pay billing is configured with post_pay.")
	}
}

// oneKey demands the API key in one of its two forms, unless the state has the connection without it: WHMCS never shows
// the key, so an import has none. A validator of the attributes would refuse an unknown connection.
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
		resourcekit.AddAttributeError(&resp.Diagnostics, req.Path.AtName("api_key"), "No API key", "URL and API key of the panel are given together, as in the addon itself: set api_key, or api_key_wo with api_key_wo_version.")
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
			resourcekit.AddAttributeError(&resp.Diagnostics, at, "Invalid amount", fmt.Sprintf("The price %q has more than %d decimals, which is all that the addon keeps.", value, tokenScale))
		}
	}
}

// keepSameAddress plans the prior spelling of a panel's URL when the address is the same.
type keepSameAddress struct{}

func (keepSameAddress) Description(context.Context) string {
	return "the same address in another spelling is no change"
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
	return "a connection that is not in order is made again"
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
