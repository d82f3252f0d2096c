package preflight

import "github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/preflight"

// checks are the names of all findings, in their order. A name never changes.
var checks = []string{
	preflight.Reachable, preflight.TLS, preflight.IPAllowed, preflight.Credential,
	checkPermissions, checkCompanion, checkVersion, checkWritable, checkWHMCSVersion,
	checkModuleFiles, checkConnection, checkDefaultServer,
	"opcache", "hooks_registered", "currency_recalculation", "currency_prices", "transactional_tables", "text_codecs", "operating_systems", checkStagingCopy, "not_managed",
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
	"hooks_registered": "For a module: open a product of it in WHMCS's admin area, tab Module Settings, and save, so that WHMCS notes its hooks. For the companion's own file: " +
		"copy includes/hooks/terraform.php, which `terraform-provider-hosting companion --out DIR` writes, into WHMCS; without it the role editor drops TerraformRead and TerraformWrite when a role is saved.",
	"opcache": "Reload PHP (PHP-FPM or the web server) after each change of companion.local.php and after each upgrade of the companion; or set opcache.validate_timestamps to 1 and " +
		"opcache.revalidate_freq to 0, or allow the companion's folder in opcache.restrict_api.",
	"currency_recalculation": "Switch off the automatic update of product prices (Automation Settings > Currency Auto Update Settings), or list only the default currency in prices: otherwise " +
		"every run of the cron changes what Terraform has set.",
	"currency_prices": "Give each of these sub-options a price in the named currency, or hide it. " +
		"Write whole amounts in a currency without decimals. List currency_prices in ignore_checks if this is meant.",
	"transactional_tables": "For each of these tables run ALTER TABLE ... ENGINE=InnoDB ROW_FORMAT=DYNAMIC. Back up the database first. Switch on the maintenance mode of WHMCS while the statements run. " +
		"Until then the companion reads these tables and refuses to write the kinds that they belong to.",
	"text_codecs": "Open the rows in WHMCS's admin area and save them, so that they are stored alike, or choose how the column is read in codecs of companion.local.php (entity, raw or html).",
	"operating_systems": "Open each of these products in WHMCS's admin area, tab Module Settings, and click \"synchronise system templates\". Where the field has another name, say so in toplink.system_field of " +
		"companion.local.php.",
	checkStagingCopy: "Is this a copy of another WHMCS? Then point the provider at the right one; state made for one is not applied to the other. Has this WHMCS moved? Then set installation in companion.local.php to the id " +
		"that the state knows, or configure the provider with the address in WHMCS's General Settings.",
	"core_tables":        "Check that the database of this WHMCS is complete; the companion can do nothing with what is missing.",
	"four_byte_text":     "Convert database and tables to utf8mb4 after a backup, or keep emojis out of names and descriptions.",
	"encryption":         "Check that the companion's files are those of this version, and that the hash in WHMCS's configuration.php is the one that the database was made with.",
	"group_slugs":        "Slugs of product groups cannot be read or set. Check that WHMCS's last upgrade ran to its end.",
	"product_slugs":      "Slugs of products cannot be read or set. Check that WHMCS's last upgrade ran to its end.",
	"recommendations":    "The name of the table is assumed: correct it in recommendations of companion.local.php, or leave recommended_product_ids out.",
	"on_demand_renewals": "The name of the table is assumed: correct it in on_demand_renewals of companion.local.php, or leave on_demand_renewal out.",
	"toplink_hash":       "The form is assumed: correct its names in toplink.hash_keys of companion.local.php, or use access_hash in place of toplink_dcim on these servers.",
	"form_hooks": "These hooks store fields that an administrator enters in a form, so the companion never runs them. After Terraform created a product of such a module, open the product in WHMCS's admin area and " +
		"press Save once. For AddonConfigSave do so with the product addon. Then list form_hooks in ignore_checks.",
	"local_api_connection": "A creation of a product that fails can leave a hidden product in WHMCS. Look for it after a failed apply. A proxy in front of the database, such as ProxySQL, can make this count " +
		"wrong: connect WHMCS to the database server itself.",
}

// generalRemedy is the next step for a finding that only a newer companion knows.
const generalRemedy = "This version of the provider does not know the check. Update the provider, or look into the companion's PROTOCOL.md"
