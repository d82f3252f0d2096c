package preflight

import "github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/preflight"

// checks are the names of all findings, in their order. A name never changes.
var checks = []string{
	preflight.Reachable, preflight.TLS, preflight.IPAllowed, preflight.Credential,
	checkPermissions, checkCompanion, checkVersion, checkWritable, checkWHMCSVersion,
	checkModuleFiles, checkConnection, checkDefaultServer,
	"opcache", "hooks_registered", "currency_recalculation", "currency_prices", "price_guards", "transactional_tables", "text_codecs", "operating_systems", checkStagingCopy, "not_managed",
	"core_tables", "four_byte_text", "strict_sql_mode", "encryption", "group_slugs", "product_slugs", "recommendations", "on_demand_renewals", "toplink_hash",
	"form_hooks", "local_api_connection",
}

const (
	checkPermissions   = "permissions"
	checkCompanion     = "companion"
	checkVersion       = "companion_version"
	checkWritable      = "companion_writable"
	checkWHMCSVersion  = "whmcs_version"
	checkModuleFiles   = "module_files"
	checkConnection    = "connection_test"
	checkDefaultServer = "default_server"
	checkStagingCopy   = "staging_copy"

	// operatorSettings is the finding of the companion that is part of the check companion_writable.
	operatorSettings = "operator_settings"
)

// remedies are the next steps for the findings of the companion, by code.
var remedies = map[string]string{
	"hooks_registered": "For a module: open one of its products in WHMCS's admin area, tab Module Settings, and save it, so that WHMCS registers the hooks. For the companion's own file: " +
		"run `terraform-provider-hosting companion --out DIR` and copy includes/hooks/terraform.php into WHMCS. Without this file, the role editor removes TerraformRead and TerraformWrite from a role when it saves the role.",
	"opcache": "Reload PHP (PHP-FPM or the web server) after each change of companion.local.php and after each upgrade of the companion. Or set opcache.validate_timestamps to 1 and " +
		"opcache.revalidate_freq to 0, or allow the companion's folder in opcache.restrict_api.",
	"currency_recalculation": "Switch off the automatic update of product prices (Automation Settings > Currency Auto Update Settings), or list only the default currency in prices. Otherwise " +
		"every run of WHMCS's cron job changes the prices that Terraform has set.",
	"currency_prices": "Give each of these sub-options a price in the named currency, or hide it. " +
		"Write whole amounts in a currency without decimals. If this is intended, list currency_prices in ignore_checks.",
	"transactional_tables": "For each of these tables run ALTER TABLE ... ENGINE=InnoDB ROW_FORMAT=DYNAMIC. Back up the database first. Switch on the maintenance mode of WHMCS while the statements run. " +
		"Until then, the companion reads these tables and refuses to write their objects.",
	"text_codecs": "Open the rows in WHMCS's admin area and save them, so that all are stored in the same form. Or set the form of the column in codecs of companion.local.php (entity, raw or html).",
	"operating_systems": "Open each of these products in WHMCS's admin area, tab Module Settings, and click \"synchronise system templates\". If the field has another name, set toplink.system_field in " +
		"companion.local.php.",
	checkStagingCopy: "If this WHMCS is a copy of another one, configure the provider for the right one. A state belongs to one installation. If this WHMCS has moved, set installation in companion.local.php to the id in the state. " +
		"Or configure the provider with the address in WHMCS's General Settings.",
	"core_tables":        "Check that the database of this WHMCS is complete. The companion cannot use tables that are missing.",
	"four_byte_text":     "Back up the database, then convert the database and its tables to utf8mb4. Or do not use emojis in names and descriptions.",
	"encryption":         "Check that the companion's files have this version. Check that the hash in WHMCS's configuration.php is the one that the database was created with.",
	"group_slugs":        "Slugs of product groups cannot be read or set. Check that the last upgrade of WHMCS was completed.",
	"product_slugs":      "Slugs of products cannot be read or set. Check that the last upgrade of WHMCS was completed.",
	"recommendations":    "The name of the table is assumed. Correct it in recommendations of companion.local.php, or omit recommended_product_ids.",
	"on_demand_renewals": "The name of the table is assumed. Correct it in on_demand_renewals of companion.local.php, or omit on_demand_renewal.",
	"toplink_hash":       "The form is assumed. Correct its names in toplink.hash_keys of companion.local.php, or use access_hash instead of toplink_dcim on these servers.",
	"form_hooks": "These hooks store fields that an administrator enters in a form, so the companion never runs them. After Terraform has created a product of such a module, open the product in WHMCS's admin area and " +
		"save it. For AddonConfigSave, save the product addon. Then list form_hooks in ignore_checks.",
	"local_api_connection": "A failed creation of a product can leave a hidden product in WHMCS. Look for it after a failed apply. A proxy in front of the database, such as ProxySQL, can cause a wrong count. " +
		"In that case, connect WHMCS to the database server directly.",
}

// generalRemedy is the next step for a finding that only a newer companion knows.
const generalRemedy = "This version of the provider does not know the check. Update the provider, or read about the check in the companion's PROTOCOL.md"
