package product

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

func resourceSchema(context.Context) schema.Schema {
	attributes := map[string]schema.Attribute{
		"product_group_id": resourcekit.Reference(kinds.Product.ProductGroupID, "Id of the product group of the product."),
		"name": resourcekit.Text(kinds.Product.Name,
			"Name of the product, as customers see it."),
		"slug": resourcekit.Text(kinds.Product.Slug,
			"Part of the order form URL that names the product: letters, digits and `. _ ~ -`. If omitted on creation, WHMCS derives it from the name. Null on a WHMCS before 8.3, which has no slugs."),
		"type": resourcekit.Text(kinds.Product.Type,
			"Kind of product: `server` (dedicated or virtual server), `hostingaccount`, `reselleraccount` or `other`. While services are live, a change needs `allow_live_changes`. Defaults to `server` when the product is created. If removed, the current value is kept."),
		"description": resourcekit.Text(kinds.Product.Description,
			"Description on the order form. HTML is allowed. Defaults to `\"\"` when the product is created. If removed, the current value is kept."),
		"short_description": resourcekit.Text(kinds.Product.ShortDescription,
			"Short description for parts of the order form (WHMCS 8.2 and later). Defaults to `\"\"` when the product is created. If removed, the current value is kept."),
		"tagline": resourcekit.Text(kinds.Product.Tagline,
			"Tagline for parts of the order form (WHMCS 8.2 and later). Defaults to `\"\"` when the product is created. If removed, the current value is kept."),
		"color": resourcekit.Text(kinds.Product.Color,
			"Colour for parts of the order form, such as `#3366cc` (WHMCS 8.2 and later). Defaults to `\"\"` when the product is created. If removed, the current value is kept."),
		"hidden": resourcekit.Bool(kinds.Product.Hidden,
			"Hide the product from the order form. Direct links still work. A new product is created hidden, and becomes visible as the last step. Defaults to `false` when the product is created. If removed, the current value is kept."),
		"retired": resourcekit.Bool(kinds.Product.Retired,
			"Retire the product. It can no longer be ordered, and is at the end of the lists in the admin area. Defaults to `false` when the product is created. If removed, the current value is kept."),
		"featured": resourcekit.Bool(kinds.Product.Featured,
			"Mark the product as featured in its group (WHMCS 8 and later). Defaults to `false` when the product is created. If removed, the current value is kept."),
		"show_domain_options": resourcekit.Bool(kinds.Product.ShowDomainOptions,
			"Ask for a domain when the product is ordered. Defaults to `false` when the product is created. If removed, the current value is kept."),
		"tax": resourcekit.Bool(kinds.Product.Tax,
			"Charge tax on the product. Defaults to `false` when the product is created. If removed, the current value is kept."),
		"order": resourcekit.Int(kinds.Product.Order,
			"Sort order in the group, lowest first, 0 or more. Defaults to `0` when the product is created. If removed, the current value is kept."),

		"pay_type": required(resourcekit.NestedText(kinds.Product.PayType,
			"Payment type of the product: `free`, `one_time` or `recurring`. While services are live, a change needs `allow_live_changes`.")),
		"prices": resourcekit.Prices(whmcs.BillingCycles, "Prices by currency code, such as `USD`, then by billing cycle: `monthly`, `quarterly`, `semiannually`, `annually`, `biennially` or `triennially`, "+
			"or `one_time` for pay type `one_time`. A price is a decimal number as text, such as `\"2000.00\"`, for the whole cycle. Zero needs the provider's `guards.allow_zero_price`. "+
			"If a currency is listed, each cycle without a price in this currency is off. If a currency is not listed, customers cannot order a new product in this currency. "+
			"After the creation, Terraform does not manage a currency that is not listed. Existing services keep their price until WHMCS recalculates it."),
		"setup_fees": resourcekit.SetupFees(whmcs.BillingCycles, "Set-up fees by currency code, then by billing cycle, as decimal text. WHMCS charges the fee one time, with the first invoice. "+
			"Each fee needs a price of the same currency and cycle in `prices`. If `prices` lists a currency, each cycle that is not listed here has no set-up fee in this currency."),
		"allow_multiple_quantities": resourcekit.Text(kinds.Product.AllowMultipleQuantities,
			"Whether a customer may order the product in a quantity greater than one: `no`, `separate_services` (one service for each) or `combined` (one service with a quantity). A product with custom fields or configurable options must have `no`. Defaults to `no` when the product is created. If removed, the current value is kept."),
		"recurring_cycles_limit": resourcekit.Int(kinds.Product.RecurringCyclesLimit,
			"Number of invoices of a recurring product, 0 to 999. 0 means no limit. Defaults to `0` when the product is created. If removed, the current value is kept."),
		"auto_terminate_days": resourcekit.Int(kinds.Product.AutoTerminateDays,
			"Days after which WHMCS terminates the service automatically. 0 means never. Defaults to `0` when the product is created. If removed, the current value is kept."),
		"termination_email": resourcekit.Text(kinds.Product.TerminationEmail,
			"Name of the product email template for an automatic termination. Empty means none. Defaults to `\"\"` when the product is created. If removed, the current value is kept."),
		"prorata_billing": resourcekit.Bool(kinds.Product.ProrataBilling,
			"Bill pro rata up to a fixed day of the month. Defaults to `false` when the product is created. If removed, the current value is kept."),
		"prorata_date": resourcekit.Int(kinds.Product.ProrataDate,
			"Day of the month of pro-rata invoices, 1 to 31. 0 means not set. Defaults to `0` when the product is created. If removed, the current value is kept."),
		"prorata_charge_next_month": resourcekit.Int(kinds.Product.ProrataChargeNextMonth,
			"Day of the month from which an order is also charged for the next month, 1 to 31. 0 means not set. Defaults to `0` when the product is created. If removed, the current value is kept."),

		"auto_setup": resourcekit.Text(kinds.Product.AutoSetup,
			"Time of the automatic setup: `on_order` (at the order), `on_payment` (at the first payment), `on_accept` (when a pending order is accepted) or `never`. Defaults to `never` when the product is created. If removed, the current value is kept."),
		"module": resourcekit.Text(kinds.Product.Module,
			"System name of the server module that provisions the product, such as `toplink_dcim`. Empty means none. The module must be installed. While services are live, a change needs `allow_live_changes`. Defaults to `\"\"` when the product is created. If removed, the current value is kept."),
		"server_group_id": resourcekit.Reference(kinds.Product.ServerGroupID,
			"Id of the server group whose servers provision the product. Empty means none. Defaults to `\"\"` when the product is created. If removed, the current value is kept."),
		"module_options": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Settings of the module for this product, without secrets. A key is the name that the module declares for an option, such as `\"Data Center\"`. It may also be the name that WHMCS shows for the option, or its number, `1` to `24`. " +
				"The plan reads the options from the module, and checks names and choices. The code of a module can compute names or choices. A missing one is then only a warning in the plan, and the apply checks it again. Switches are `\"on\"` or `\"\"`. Set passwords in `sensitive_module_options`. " +
				"If the options cannot be read, options by number are accepted without a check. Options that are not listed keep their values. An import omits options that may be secrets, and a warning names them. " +
				"WHMCS reads these settings at every module call, so a change affects all live services immediately. While services are live, a change needs `module_options` in `allow_live_changes`.",
			Validators: optionsValidators(),
		},
		"sensitive_module_options": schema.MapAttribute{
			Optional: true, Sensitive: true, ElementType: types.StringType,
			MarkdownDescription: "Settings of the module that are secrets, such as passwords and keys. The type that the module declares does not matter. The keys are the same as in `module_options`. The values are kept in the state. To avoid that, use `sensitive_module_options_wo`. " +
				"After an apply with an option in this map, the companion no longer shows this option for any product of the module. If a secret is changed in WHMCS, the next apply restores it. An import omits secrets, and lists them in a warning.",
			Validators: optionsValidators(),
		},
		"sensitive_module_options_wo": schema.MapAttribute{
			Optional: true, Sensitive: true, WriteOnly: true, ElementType: types.StringType,
			MarkdownDescription: "Secret settings of the module that are not kept in the state or the plan. Needs Terraform 1.11 or OpenTofu 1.11. They are sent on creation, when `sensitive_module_options_wo_version` changes and when `module` changes.",
			Validators:          append(optionsValidators(), mapvalidator.AlsoRequires(path.MatchRoot("sensitive_module_options_wo_version"))),
		},
		"sensitive_module_options_wo_version": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "Version of `sensitive_module_options_wo`, 1 or more. Increase it to send the options again. If one of them was changed in WHMCS, the plan shows this attribute, and the next apply sends them again.",
			Validators:          []validator.Int64{int64validator.AtLeast(1), int64validator.AlsoRequires(path.MatchRoot("sensitive_module_options_wo"))},
		},
		"toplink_dcim": toplinkSchema(),
		"welcome_email": resourcekit.Text(kinds.Product.WelcomeEmail,
			"Name of the product email template for the setup of the product. Empty means none. Defaults to `\"\"` when the product is created. If removed, the current value is kept."),

		"stock_control": resourcekit.Bool(kinds.Product.StockControl,
			"Limit the sales to the number in stock. Defaults to `false` when the product is created. If removed, the current value is kept."),
		"initial_quantity": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "Number in stock when the product is created, 0 or more. Orders reduce the stock, so a later change of this value is ignored unless `manage_quantity` is set.",
			PlanModifiers:       []planmodifier.Int64{resourcekit.ChangedInt{Most: 2147483647}, onlyOnCreation{}},
		},
		"manage_quantity": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Keep the number in stock at `initial_quantity`. Every apply restores it. Default: `false`.",
		},

		"subdomains": resourcekit.TextList(kinds.Product.Subdomains,
			"Subdomains offered instead of a domain, each with a leading dot, such as `.example.net`. Defaults to `[]` when the product is created. If removed, the current value is kept."),
		"free_domain": resourcekit.Text(kinds.Product.FreeDomain,
			"Whether a domain is free with the product: `no`, `once` (the first registration) or `while_active` (renewals too). Defaults to `no` when the product is created. If removed, the current value is kept."),
		"free_domain_billing_cycles": resourcekit.TextSet(kinds.Product.FreeDomainBillingCycles,
			"Billing cycles that include the free domain, such as `annually`. Defaults to `[]` when the product is created. If removed, the current value is kept."),
		"free_domain_tlds": resourcekit.TextSet(kinds.Product.FreeDomainTLDs,
			"Top-level domains that are free, each with a leading dot, such as `.com`. Defaults to `[]` when the product is created. If removed, the current value is kept."),
		"configurable_options_upgrade": resourcekit.Bool(kinds.Product.ConfigurableOptionsUpgrade,
			"Let customers upgrade and downgrade configurable options. Defaults to `false` when the product is created. If removed, the current value is kept."),
		"upgrade_email": resourcekit.Text(kinds.Product.UpgradeEmail,
			"Name of the product email template after an upgrade. Empty means none. Defaults to `\"\"` when the product is created. If removed, the current value is kept."),
		"overages":  overagesSchema(),
		"affiliate": affiliateSchema(),
		"recommended_product_ids": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Ids of the products that the cart recommends together with this product, in order (WHMCS 8.8 and later). A creation can always set these ids. A later change works only if the companion knows where this WHMCS stores them.",
			Validators:          []validator.List{listvalidator.NoNullValues()},
			PlanModifiers:       []planmodifier.List{resourcekit.Changed{resourcekit.ID()}},
		},
		"upgrade_product_ids": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Ids of the products to which customers may upgrade or downgrade a service of this product. `[]` means none. If removed, the current value is kept. A deleted product is removed from this list. If two products are upgrades of each other, write one of the ids as text, because Terraform refuses circular references.",
			Validators:          []validator.Set{setvalidator.NoNullValues()},
			PlanModifiers:       []planmodifier.Set{resourcekit.Changed{resourcekit.ID()}},
		},
		"on_demand_renewal": renewalSchema(),
		"custom_fields":     customFieldsSchema(),

		"allow_live_changes": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Changes that are allowed while services of the product are live: any of `module`, `type`, `pay_type`, `module_options` (which covers `toplink_dcim` and the sensitive options). The plan then warns how many services are affected.",
			Validators:          []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(stringvalidator.OneOf("module", "type", "pay_type", "module_options"))},
		},
		"on_destroy": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(onDestroyDelete),
			MarkdownDescription: "Effect of a destroy. `delete` deletes the product. WHMCS refuses to delete a product that was sold. `retire` hides and retires the product and sets its stock to 0. `hide` hides the product. Default: `delete`.",
			Validators:          []validator.String{stringvalidator.OneOf(onDestroyDelete, onDestroyRetire, onDestroyHide)},
		},
	}
	return schema.Schema{
		MarkdownDescription: "A product in WHMCS, with its prices, the module that provisions it, and its automation.",
		Attributes:          attributes,
	}
}

func optionsValidators() []validator.Map {
	return []validator.Map{mapvalidator.NoNullValues(), mapvalidator.KeysAre(stringvalidator.LengthAtLeast(1))}
}

// required is the attribute of a field that this provider requires, although WHMCS has a default.
func required(attribute schema.StringAttribute) schema.StringAttribute {
	attribute.Optional, attribute.Computed, attribute.Required = false, false, true
	return attribute
}

func toplinkSchema() schema.SingleNestedAttribute {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description, PlanModifiers: []planmodifier.String{resourcekit.Changed{}}}
	}
	flag := func(description string) schema.BoolAttribute {
		return schema.BoolAttribute{Optional: true, MarkdownDescription: description}
	}
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "The TopLink DCIM module's settings by name, instead of numbers in `module_options`. Only with `module = \"toplink_dcim\"`. Omitted settings are not managed. The option number of each name is " +
			"assumed from the module's screen. It can be corrected in the companion's `companion.local.php`. While services are live, a change needs `module_options` in `allow_live_changes`." + resourcekit.MisspeltNames,
		Attributes: map[string]schema.Attribute{
			"connection_node":      text("Connection node."),
			"data_center":          text("Data center of the servers."),
			"package":              text("Package whose servers are sold: its name or id, as in the module's drop-down list."),
			"suspend_action":       text("Action for the server at a suspension, such as `close port`."),
			"terminate_action":     text("Action for the server at a termination, such as `power off`."),
			"client_vnc":           flag("Let customers use VNC/IPMI."),
			"client_power":         flag("Let customers switch the power on and off."),
			"client_reinstall":     flag("Let customers reinstall the system."),
			"client_port_limits":   flag("Show customers the port's limits."),
			"client_hardware_info": flag("Show customers the hardware."),
		},
	}
}

func overagesSchema() schema.SingleNestedAttribute {
	unit := func(description string) schema.StringAttribute {
		return schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("MB"), MarkdownDescription: description + ": `MB`, `GB` or `TB`. Required if overages are enabled. Otherwise it defaults to `MB`.",
			PlanModifiers: []planmodifier.String{resourcekit.Changed{stringvalidator.OneOf("MB", "GB", "TB")}, resourcekit.KeepEmpty()},
		}
	}
	limit := func(description string) schema.Int64Attribute {
		return schema.Int64Attribute{
			Optional: true, Computed: true, Default: int64default.StaticInt64(0), MarkdownDescription: description + ". Required if overages are enabled. Otherwise it defaults to `0`.",
			PlanModifiers: []planmodifier.Int64{resourcekit.ChangedInt{Most: 2147483647}},
		}
	}
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Prices of disk space and bandwidth beyond the soft limits. If omitted, they are not managed.",
		Attributes: map[string]schema.Attribute{
			"enabled":         schema.BoolAttribute{Required: true, MarkdownDescription: "Bill overages."},
			"disk_unit":       unit("Unit of the disk space"),
			"bandwidth_unit":  unit("Unit of the bandwidth"),
			"disk_limit":      limit("Soft limit of the disk space, in `disk_unit`"),
			"bandwidth_limit": limit("Soft limit of the bandwidth, in `bandwidth_unit`"),
			"disk_price":      resourcekit.DefaultDecimal("Price of one unit of disk space above the limit, as decimal text. Required if overages are enabled.", "0.00"),
			"bandwidth_price": resourcekit.DefaultDecimal("Price of one unit of bandwidth above the limit, as decimal text. Required if overages are enabled.", "0.00"),
		},
	}
}

func affiliateSchema() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Affiliate commission of this product. If omitted, it is not managed.",
		Attributes: map[string]schema.Attribute{
			"pay_type": schema.StringAttribute{
				Required: true, MarkdownDescription: "`default` (WHMCS's general setting), `percentage`, `fixed` or `none`.",
				PlanModifiers: []planmodifier.String{resourcekit.Changed{stringvalidator.OneOf("default", "percentage", "fixed", "none")}},
			},
			"pay_amount": resourcekit.DefaultDecimal("Percentage or fixed amount of the commission, as decimal text. Required with the pay types `percentage` and `fixed`.", "0.00"),
			"one_time": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Pay the commission once instead of for every payment. Required with the pay types `percentage` and `fixed`. Otherwise it defaults to `false`.",
			},
		},
	}
}

func renewalSchema() schema.SingleNestedAttribute {
	attributes := map[string]schema.Attribute{
		"enabled": schema.BoolAttribute{Required: true, MarkdownDescription: "Let customers renew early."},
	}
	for _, cycle := range whmcs.BillingCycles[1:] {
		attributes[cycle] = schema.Int64Attribute{
			Optional: true, Computed: true, Default: int64default.StaticInt64(0),
			MarkdownDescription: "Days before the due date from which a service billed " + cycle + " may be renewed, 0 or more. Default: `0`.",
			PlanModifiers:       []planmodifier.Int64{resourcekit.ChangedInt{Most: 9999}},
		}
	}
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "The product's settings for on-demand renewals (WHMCS 8.11 and later), which override the general settings. A creation can always set them. A later change works only if the companion knows where this WHMCS stores them." + resourcekit.MisspeltNames,
		Attributes:          attributes,
	}
}
