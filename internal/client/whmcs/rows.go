package whmcs

import "github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"

// The row types correspond to internal/companion/PROTOCOL.md, field by field. A pointer is a field that
// can be null: an empty reference, or a column that this WHMCS version does not have.

// ProductGroup is a row of tblproductgroups.
type ProductGroup struct {
	ID                string   `json:"id"`
	Name              string   `json:"name"`
	Slug              *string  `json:"slug"`
	Headline          *string  `json:"headline"`
	Tagline           *string  `json:"tagline"`
	OrderFormTemplate *string  `json:"order_form_template"`
	DisabledGateways  []string `json:"disabled_gateways"`
	Hidden            bool     `json:"hidden"`
	Order             int64    `json:"order"`
	Usage             *struct {
		Products int64 `json:"products"`
	} `json:"usage"`
}

// Nameserver is one of a server's up to five nameservers.
type Nameserver struct {
	Hostname  string `json:"hostname"`
	IPAddress string `json:"ip_address"`
}

// ToplinkServer contains the two settings that the TopLink module stores in the access hash.
type ToplinkServer struct {
	UsernamePrefix string `json:"username_prefix"`
	HostnameFormat string `json:"hostname_format"`
}

// Server is a row of tblservers.
type Server struct {
	ID                    string          `json:"id"`
	Name                  string          `json:"name"`
	Hostname              string          `json:"hostname"`
	IPAddress             string          `json:"ip_address"`
	AssignedIPAddresses   []string        `json:"assigned_ip_addresses"`
	MonthlyCost           decimal.Decimal `json:"monthly_cost"`
	NOC                   string          `json:"noc"`
	StatusAddress         string          `json:"status_address"`
	Nameservers           []Nameserver    `json:"nameservers"`
	MaxAccounts           int64           `json:"max_accounts"`
	Module                string          `json:"module"`
	Username              string          `json:"username"`
	PasswordFingerprint   string          `json:"password_fingerprint"`
	AccessHashFingerprint string          `json:"access_hash_fingerprint"`
	ToplinkDCIM           *ToplinkServer  `json:"toplink_dcim"`
	Secure                bool            `json:"secure"`
	Port                  *int64          `json:"port"`
	DefaultForModule      bool            `json:"default_for_module"`
	Disabled              bool            `json:"disabled"`
	ServerGroupIDs        []string        `json:"server_group_ids"`
}

// ServerGroup is a row of tblservergroups with its members.
type ServerGroup struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	FillType  string   `json:"fill_type"` // least_full or fill_default_first
	ServerIDs []string `json:"server_ids"`
	Usage     *struct {
		Products int64 `json:"products"`
		Addons   int64 `json:"addons"`
	} `json:"usage"`
}

// CyclePrice is the price of one billing cycle in one currency.
type CyclePrice struct {
	Price    decimal.Decimal `json:"price"`
	SetupFee decimal.Decimal `json:"setup_fee"`
}

// Pricing is keyed by currency code, then by billing cycle. Disabled cycles are absent.
type Pricing map[string]map[string]CyclePrice

// BillingCycles lists the keys of a currency's prices in WHMCS's order. A one-time product has only the
// first.
var BillingCycles = []string{"one_time", "monthly", "quarterly", "semiannually", "annually", "biennially",
	"triennially"}

// Overages contains the product's disk and bandwidth overage settings.
type Overages struct {
	Enabled        bool            `json:"enabled"`
	DiskUnit       string          `json:"disk_unit"` // MB, GB or TB
	BandwidthUnit  string          `json:"bandwidth_unit"`
	DiskLimit      int64           `json:"disk_limit"`
	BandwidthLimit int64           `json:"bandwidth_limit"`
	DiskPrice      decimal.Decimal `json:"disk_price"`
	BandwidthPrice decimal.Decimal `json:"bandwidth_price"`
}

// Affiliate is the product's affiliate commission.
type Affiliate struct {
	OneTime   bool            `json:"one_time"`
	PayType   string          `json:"pay_type"` // default, percentage, fixed or none
	PayAmount decimal.Decimal `json:"pay_amount"`
}

// OnDemandRenewal contains the product's own early-renewal settings. The periods are in days.
type OnDemandRenewal struct {
	Override     bool  `json:"override"`
	Enabled      bool  `json:"enabled"`
	Monthly      int64 `json:"monthly"`
	Quarterly    int64 `json:"quarterly"`
	Semiannually int64 `json:"semiannually"`
	Annually     int64 `json:"annually"`
	Biennially   int64 `json:"biennially"`
	Triennially  int64 `json:"triennially"`
}

// ToplinkProduct contains the TopLink module's ten options by name.
type ToplinkProduct struct {
	ConnectionNode     string `json:"connection_node"`
	DataCenter         string `json:"data_center"`
	Package            string `json:"package"`
	SuspendAction      string `json:"suspend_action"`
	TerminateAction    string `json:"terminate_action"`
	ClientVNC          bool   `json:"client_vnc"`
	ClientPower        bool   `json:"client_power"`
	ClientReinstall    bool   `json:"client_reinstall"`
	ClientPortLimits   bool   `json:"client_port_limits"`
	ClientHardwareInfo bool   `json:"client_hardware_info"`
}

// SubOption is one choice of a configurable option. Its prices are added to the product's prices.
// Cycles without a price are absent.
type SubOption struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Order   int64   `json:"order"`
	Hidden  bool    `json:"hidden"`
	Pricing Pricing `json:"pricing"`
}

// ConfigurableOption is one option of a group.
type ConfigurableOption struct {
	ID              string               `json:"id"`
	Name            string               `json:"name"`
	Type            string               `json:"type"` // dropdown, radio, yes_no or quantity
	QuantityMinimum int64                `json:"quantity_minimum"`
	QuantityMaximum int64                `json:"quantity_maximum"`
	Order           int64                `json:"order"`
	Hidden          bool                 `json:"hidden"`
	SubOptions      map[string]SubOption `json:"sub_options"` // by id
}

// ConfigurableOptionGroup is a row of tblproductconfiggroups with its options and the products that offer them.
type ConfigurableOptionGroup struct {
	ID          string                        `json:"id"`
	Name        string                        `json:"name"`
	Description string                        `json:"description"`
	ProductIDs  []string                      `json:"product_ids"`
	Options     map[string]ConfigurableOption `json:"options"` // by id
}

// ProductAddon is a row of tbladdons with its prices. The columns of some fields were only seen in public modules, so
// that an installation may lack them.
type ProductAddon struct {
	ID              string   `json:"id"`
	Name            string   `json:"name"`
	Description     string   `json:"description"`
	ProductIDs      []string `json:"product_ids"`
	PayType         string   `json:"pay_type"` // free, one_time or recurring. An older installation may have other words
	Pricing         Pricing  `json:"pricing"`
	ShowOnOrderForm *bool    `json:"show_on_order_form"`
	Hidden          *bool    `json:"hidden"`
	Retired         *bool    `json:"retired"`
	Tax             *bool    `json:"tax"`
	WelcomeEmail    *string  `json:"welcome_email"`
	Order           *int64   `json:"order"`
	Usage           *struct {
		ServiceAddons int64 `json:"service_addons"`
	} `json:"usage"`
}

// PartIDs contains the ids of a part and of its own parts after a write, by the caller's keys.
type PartIDs struct {
	ID         string             `json:"id"`
	SubOptions map[string]PartIDs `json:"sub_options"`
}

// CustomField is an input field for customers who order a product.
type CustomField struct {
	ID              string   `json:"id"`
	Name            string   `json:"name"`
	Type            string   `json:"type"` // text, link, password, dropdown, tick_box or text_area
	Description     string   `json:"description"`
	Options         []string `json:"options"` // of a dropdown
	ValidationRegex string   `json:"validation_regex"`
	AdminOnly       bool     `json:"admin_only"`
	Required        bool     `json:"required"`
	ShowOnOrderForm bool     `json:"show_on_order_form"`
	ShowOnInvoice   bool     `json:"show_on_invoice"`
	Order           int64    `json:"order"`
}

// ProductUsage contains usage counters, which change without Terraform.
type ProductUsage struct {
	Services     int64 `json:"services"`
	LiveServices int64 `json:"live_services"` // any status but Terminated, Cancelled and Fraud
	Quantity     int64 `json:"quantity"`
}

// Product is a row of tblproducts with its prices.
type Product struct {
	ID                         string                 `json:"id"`
	ProductGroupID             string                 `json:"product_group_id"`
	Name                       string                 `json:"name"`
	Slug                       *string                `json:"slug"`
	Type                       string                 `json:"type"`
	Description                string                 `json:"description"`
	ShortDescription           *string                `json:"short_description"`
	Tagline                    *string                `json:"tagline"`
	Color                      *string                `json:"color"`
	Hidden                     bool                   `json:"hidden"`
	ShowDomainOptions          bool                   `json:"show_domain_options"`
	Retired                    bool                   `json:"retired"`
	Tax                        bool                   `json:"tax"`
	Featured                   *bool                  `json:"featured"`
	Order                      int64                  `json:"order"`
	PayType                    string                 `json:"pay_type"`
	Pricing                    Pricing                `json:"pricing"`
	AllowMultipleQuantities    *string                `json:"allow_multiple_quantities"`
	RecurringCyclesLimit       int64                  `json:"recurring_cycles_limit"`
	AutoTerminateDays          int64                  `json:"auto_terminate_days"`
	TerminationEmail           string                 `json:"termination_email"`
	WelcomeEmail               string                 `json:"welcome_email"`
	UpgradeEmail               string                 `json:"upgrade_email"`
	ProrataBilling             bool                   `json:"prorata_billing"`
	ProrataDate                int64                  `json:"prorata_date"`
	ProrataChargeNextMonth     int64                  `json:"prorata_charge_next_month"`
	AutoSetup                  string                 `json:"auto_setup"`
	Module                     string                 `json:"module"`
	ServerGroupID              *string                `json:"server_group_id"`
	ModuleOptions              map[string]string      `json:"module_options"`             // by option number, only non-empty ones
	ModuleOptionFingerprints   map[string]string      `json:"module_option_fingerprints"` // of secret options, by option number
	ToplinkDCIM                *ToplinkProduct        `json:"toplink_dcim"`
	StockControl               bool                   `json:"stock_control"`
	Quantity                   int64                  `json:"quantity"`
	Subdomains                 []string               `json:"subdomains"`
	FreeDomain                 string                 `json:"free_domain"`
	FreeDomainBillingCycles    []string               `json:"free_domain_billing_cycles"`
	FreeDomainTLDs             []string               `json:"free_domain_tlds"`
	ConfigurableOptionsUpgrade bool                   `json:"configurable_options_upgrade"`
	Overages                   *Overages              `json:"overages"`
	Affiliate                  *Affiliate             `json:"affiliate"`
	RecommendedProductIDs      []string               `json:"recommended_product_ids"` // nil when WHMCS does not store them
	UpgradeProductIDs          []string               `json:"upgrade_product_ids"`     // nil when WHMCS does not store them
	OnDemandRenewal            *OnDemandRenewal       `json:"on_demand_renewal"`
	CustomFields               map[string]CustomField `json:"custom_fields"` // by id
	Usage                      *ProductUsage          `json:"usage"`
}

// AddonModule is an active addon module. Its id is the module's name.
type AddonModule struct {
	ID           string   `json:"id"`
	Module       string   `json:"module"` // folder in modules/addons
	Version      string   `json:"version"`
	AdminRoleIDs []string `json:"admin_role_ids"`
	// AdminRoleNames are the names of these roles, without roles that no longer exist.
	AdminRoleNames []string `json:"admin_role_names"`
	// Settings contains the settings that are known not to be secrets, by the module's names.
	// SettingsFingerprints contains the fingerprints of all other settings.
	Settings             map[string]string `json:"settings"`
	SettingsFingerprints map[string]string `json:"settings_fingerprints"`
}

// AdminRole is a role group of administrators.
type AdminRole struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Module is the folder of a server or addon module.
type Module struct {
	ID          string `json:"id"`   // servers/<name> or addons/<name>
	Type        string `json:"type"` // server or addon
	Name        string `json:"name"`
	DisplayName string `json:"display_name"` // empty when the module's files do not contain it as plain text
	// Options is what a server module declares, without choices. It is nil if the companion does not know it: no write
	// has called the module, and its file does not show it.
	Options []ModuleOption `json:"options"`
}
