package kinds

// Host is the pattern of addresses. No codec touches them, and admin pages may print them as they are.
const (
	Host     = `^[\p{L}\p{M}\p{N}.:_/\[\]-]*$`
	hostHint = "must be an address: letters, digits and . : _ / [ ] -"
)

// slug is the pattern of a group's part of order form URLs.
const (
	slug     = `^[a-z0-9]+(-[a-z0-9]+)*$`
	slugHint = "must consist of lower-case letters, digits and single hyphens between them"
)

// domain is the pattern of subdomains and top-level domains.
const (
	domain     = `^\.[\p{L}\p{M}\p{N}.-]+$`
	domainHint = "must be domain names with a leading dot, such as .com: letters, digits, . and -"
)

// name is what an object is called.
var name = Field{Name: "name", Column: "name", Form: Text, Codec: Plain, Length: TextColumn, Required: true}

// nameIn is name in another column.
func nameIn(column string) Field {
	field := name
	field.Column = column
	return field
}

func plainText(name, column string) Field {
	return Field{Name: name, Column: column, Form: Text, Codec: Plain, Length: TextColumn}
}

func word(name, column string) Field {
	return Field{Name: name, Column: column, Form: Text, Length: TextColumn}
}

func boolean(name, column string) Field { return Field{Name: name, Column: column, Form: Boolean} }

func ticked(name, column string) Field {
	return Field{Name: name, Column: column, Form: Boolean, Ticked: true}
}

// count is a whole number of 0 or more.
func count(name, column string) Field {
	return Field{Name: name, Column: column, Form: Integer, Maximum: MaxInt}
}

// email is the name of an email template, stored as its id.
func email(name, column string) Field {
	return Field{Name: name, Column: column, Form: Text, Length: TextColumn, OwnCode: true, Note: "Name of a product email template. `\"\"` means none. A name without a template is `invalid`.", ColumnNote: "id in tblemailtemplates"}
}

// ProductGroup is a heading under which the order form presents products.
var ProductGroup = struct {
	Kind
	Name, Slug, Headline, Tagline, OrderFormTemplate, DisabledGateways, Hidden, Order Field
}{
	Kind: Kind{Name: "product_group", Table: "tblproductgroups", NaturalKey: []string{"name"}},

	Name: name,
	Slug: Field{
		Name: "slug", Column: "slug", Form: Text, Length: Varchar(128), Since: "8.0", Pattern: slug, Hint: slugHint, Computed: true,
		Note: "If omitted at creation, the companion makes it from the name. `invalid` if another group has it.",
	},
	Headline: plainText("headline", "headline"),
	Tagline:  plainText("tagline", "tagline"),
	OrderFormTemplate: Field{
		Name: "order_form_template", Column: "orderfrmtpl", Form: Text, Length: TextColumn, Pattern: `^[A-Za-z0-9_-]*$`,
		Hint: "must be the name of a template folder: letters, digits, - and _", Note: "`\"\"` means the system default.",
	},
	DisabledGateways: Field{
		Name: "disabled_gateways", Column: "disabledgateways", Form: TextSet, Separator: ",", Length: TextColumn, Pattern: `^[A-Za-z0-9_-]+$`,
		Hint: "must be names of gateway modules, without a comma: letters, digits, - and _",
	},
	Hidden: boolean("hidden", "hidden"),
	Order: Field{
		Name: "order", Column: "order", Form: Integer, Maximum: MaxInt, Computed: true, Note: "If omitted at creation, one more than the greatest order.",
	},
}

// Server is a system that a module provisions on.
var Server = struct {
	Kind
	Name, Hostname, IPAddress, AssignedIPAddresses, MonthlyCost, NOC, StatusAddress, MaxAccounts, Module, Username, Secure, Port, DefaultForModule, Disabled Field
}{
	Kind: Kind{
		Name: "server", Table: "tblservers", NaturalKey: []string{"name"},
		Composite: []string{"nameservers", "password", "access_hash", "toplink_dcim", "server_group_ids"},
	},

	Name:      name,
	Hostname:  plainText("hostname", "hostname"),
	IPAddress: Field{Name: "ip_address", Column: "ipaddress", Form: Text, Length: TextColumn, Pattern: Host, Hint: hostHint},
	AssignedIPAddresses: Field{
		Name: "assigned_ip_addresses", Column: "assignedips", Form: TextList, Separator: "\n", Length: TextColumn, Pattern: Host, Hint: hostHint,
	},
	MonthlyCost:   Field{Name: "monthly_cost", Column: "monthlycost", Form: Decimal, Default: "0.00", Scale: 2, Digits: 16},
	NOC:           plainText("noc", "noc"),
	StatusAddress: plainText("status_address", "statusaddress"),
	MaxAccounts:   Field{Name: "max_accounts", Column: "maxaccounts", Form: Integer, Maximum: MaxInt, Default: 200},
	Module: Field{
		Name: "module", Column: "type", Form: Text, Length: TextColumn, Required: true, OwnCode: true, Pattern: `^[A-Za-z0-9_-]+$`,
		Hint: "must be the name of a module", Note: "The module must be installed.",
	},
	Username: plainText("username", "username"),
	Secure:   ticked("secure", "secure"),
	Port:     Field{Name: "port", Column: "port", Form: Integer, Minimum: 1, Maximum: 65535, Nullable: true},
	DefaultForModule: Field{
		Name: "default_for_module", Column: "active", Form: Boolean, OwnCode: true,
		Note: "If it becomes true, the module's other servers lose it. If the `module` of a default server changes, the server becomes the only default of the new module.",
	},
	Disabled: boolean("disabled", "disabled"),
}

// ServerGroup is a set of servers among which WHMCS chooses.
var ServerGroup = struct {
	Kind
	Name, FillType Field
}{
	Kind: Kind{Name: "server_group", Table: "tblservergroups", NaturalKey: []string{"name"}, Composite: []string{"server_ids"}},

	Name: name,
	FillType: Field{
		Name: "fill_type", Column: "filltype", Form: Choice, Default: "least_full", Words: []Stored{{"least_full", "1"}, {"fill_default_first", "2"}},
	},
}

// Product is what customers order.
var Product = struct {
	Kind
	ProductGroupID, Name, Slug, Type, Description, ShortDescription, Tagline, Color                               Field
	Hidden, ShowDomainOptions, Retired, Tax, Featured, Order, PayType, AllowMultipleQuantities                    Field
	RecurringCyclesLimit, AutoTerminateDays, TerminationEmail, WelcomeEmail, UpgradeEmail                         Field
	ProrataBilling, ProrataDate, ProrataChargeNextMonth, AutoSetup, Module, ServerGroupID, StockControl, Quantity Field
	Subdomains, FreeDomain, FreeDomainBillingCycles, FreeDomainTLDs, ConfigurableOptionsUpgrade                   Field
}{
	Kind: Kind{
		Name: "product", Table: "tblproducts", NaturalKey: []string{"product_group_id", "name"},
		Composite: []string{
			"pricing", "module_options", "module_option_fingerprints", "toplink_dcim", "overages", "affiliate", "recommended_product_ids",
			"upgrade_product_ids", "on_demand_renewal", "custom_fields",
		},
	},

	ProductGroupID: Field{Name: "product_group_id", Column: "gid", Form: Reference, Target: "tblproductgroups", Required: true},
	Name:           name,
	// The slug is in the active row of another table.
	Slug: Field{
		Name: "slug", Form: Text, Length: Varchar(255), Since: "8.3", OwnCode: true, Computed: true,
		Pattern: `^[\p{L}\p{M}\p{N}._~-]+$`, Hint: "must consist of letters, digits and . _ ~ -",
		Note:       "Stored in the active row of the product (**seen**). If omitted at creation, AddProduct makes it. `invalid` if another product of the group has it.",
		ColumnNote: "tblproducts_slugs.slug",
	},
	Type: Field{
		Name: "type", Column: "type", Form: Choice, Default: "server",
		Words: []Stored{{"hostingaccount", "hostingaccount"}, {"reselleraccount", "reselleraccount"}, {"server", "server"}, {"other", "other"}},
	},
	Description:      Field{Name: "description", Column: "description", Form: Text, Codec: Markup, Length: TextColumn},
	ShortDescription: Field{Name: "short_description", Column: "short_description", Form: Text, Codec: Plain, Length: TextColumn, Since: "8.2"},
	Tagline:          Field{Name: "tagline", Column: "tagline", Form: Text, Codec: Plain, Length: Varchar(255), Since: "8.2"},
	Color: Field{
		Name: "color", Column: "color", Form: Text, Length: Varchar(100), Since: "8.2", Pattern: `^(#[0-9A-Fa-f]{6})?$`,
		Hint: "must be a hexadecimal colour such as #1a2b3c, or empty",
	},
	// A product is made hidden, so a new one always says whether it stays so.
	Hidden:            Field{Name: "hidden", Column: "hidden", Form: Boolean, Default: false},
	ShowDomainOptions: boolean("show_domain_options", "showdomainoptions"),
	Retired:           boolean("retired", "retired"),
	Tax:               boolean("tax", "tax"),
	Featured:          Field{Name: "featured", Column: "is_featured", Form: Boolean, Since: "8.0"},
	Order:             count("order", "order"),
	PayType: Field{
		Name: "pay_type", Column: "paytype", Form: Choice, Default: "free", Words: []Stored{{"free", "free"}, {"one_time", "onetime"}, {"recurring", "recurring"}},
	},
	AllowMultipleQuantities: Field{
		Name: "allow_multiple_quantities", Column: "allowqty", Form: Choice, Default: "no", Since: "8.0",
		Words: []Stored{{"no", "0"}, {"separate_services", "1"}, {"combined", "3"}},
	},
	RecurringCyclesLimit: Field{Name: "recurring_cycles_limit", Column: "recurringcycles", Form: Integer, Maximum: 999, Note: "0 means no limit."},
	AutoTerminateDays:    Field{Name: "auto_terminate_days", Column: "autoterminatedays", Form: Integer, Maximum: MaxInt, Note: "0 means never."},
	TerminationEmail:     email("termination_email", "autoterminateemail"),
	WelcomeEmail:         email("welcome_email", "welcomeemail"),
	UpgradeEmail:         email("upgrade_email", "upgradeemail"),
	ProrataBilling:       boolean("prorata_billing", "proratabilling"),
	ProrataDate:          Field{Name: "prorata_date", Column: "proratadate", Form: Integer, Maximum: 31, Note: "0 means not set."},
	ProrataChargeNextMonth: Field{
		Name: "prorata_charge_next_month", Column: "proratachargenextmonth", Form: Integer, Maximum: 31, Note: "0 means not set.",
	},
	AutoSetup: Field{
		Name: "auto_setup", Column: "autosetup", Form: Choice, Default: "never",
		Words: []Stored{{"on_order", "order"}, {"on_payment", "payment"}, {"on_accept", "on"}, {"never", ""}},
	},
	Module: Field{
		Name: "module", Column: "servertype", Form: Text, Length: TextColumn, OwnCode: true, Pattern: `^[A-Za-z0-9_-]*$`,
		Hint: "must be the name of a module", Note: "The module must be installed. `\"\"` means none.",
	},
	ServerGroupID: Field{Name: "server_group_id", Column: "servergroup", Form: Reference, Target: "tblservergroups", Nullable: true},
	StockControl:  boolean("stock_control", "stockcontrol"),
	Quantity:      count("quantity", "qty"),
	Subdomains: Field{
		Name: "subdomains", Column: "subdomain", Form: TextList, Separator: ",", Length: TextColumn, Pattern: domain, Hint: domainHint,
	},
	FreeDomain: Field{
		Name: "free_domain", Column: "freedomain", Form: Choice, Default: "no", Words: []Stored{{"no", ""}, {"while_active", "on"}, {"once", "once"}},
	},
	// How WHMCS spells the cycles is not documented, and public modules disagree (seen): what is stored is kept.
	FreeDomainBillingCycles: Field{
		Name: "free_domain_billing_cycles", Column: "freedomainpaymentterms", Form: TextSet, Separator: ",", Length: TextColumn, Pattern: `^[A-Za-z_-]+$`,
		Hint:  "must be billing cycles: letters, - and _",
		Known: []string{"one_time", "monthly", "quarterly", "semiannually", "annually", "biennially", "triennially"},
	},
	FreeDomainTLDs: Field{
		Name: "free_domain_tlds", Column: "freedomaintlds", Form: TextSet, Separator: ",", Length: TextColumn, Pattern: domain, Hint: domainHint,
	},
	ConfigurableOptionsUpgrade: boolean("configurable_options_upgrade", "configoptionsupgrade"),
}

// CustomField is a question of a product that customers fill in when they order.
var CustomField = struct {
	Kind
	Name, Type, Description, Options, ValidationRegex, AdminOnly, Required, ShowOnOrderForm, ShowOnInvoice, Order Field
}{
	Kind: Kind{Name: "custom_field", Table: "tblcustomfields"},

	Name: nameIn("fieldname"),
	Type: Field{
		Name: "type", Column: "fieldtype", Form: Choice, Default: "text",
		Words: []Stored{
			{"text", "text"}, {"link", "link"}, {"password", "password"}, {"dropdown", "dropdown"}, {"tick_box", "tickbox"}, {"text_area", "textarea"},
		},
	},
	Description:     plainText("description", "description"),
	Options:         Field{Name: "options", Column: "fieldoptions", Form: TextList, Codec: Plain, Separator: ",", Length: TextColumn},
	ValidationRegex: plainText("validation_regex", "regexpr"),
	AdminOnly:       ticked("admin_only", "adminonly"),
	Required:        ticked("required", "required"),
	ShowOnOrderForm: ticked("show_on_order_form", "showorder"),
	ShowOnInvoice:   ticked("show_on_invoice", "showinvoice"),
	Order:           count("order", "sortorder"),
}

// ProductAddon is what customers order beside a product, such as an additional IP address.
var ProductAddon = struct {
	Kind
	Name, Description, PayType, ShowOnOrderForm, Hidden, Retired, Tax, WelcomeEmail, Order Field
}{
	Kind: Kind{
		Name: "product_addon", Table: "tbladdons", NaturalKey: []string{"name"}, Composite: []string{"product_ids", "pricing"},
	},

	Name:        name,
	Description: Field{Name: "description", Column: "description", Form: Text, Codec: Markup, Length: TextColumn},
	// Older installations may hold the word of a billing cycle or another case (seen). It is shown in lower case.
	PayType: Field{
		Name: "pay_type", Column: "billingcycle", Form: Choice, Default: "free", OwnCode: true,
		Words: []Stored{{"free", "free"}, {"one_time", "onetime"}, {"recurring", "recurring"}},
	},
	ShowOnOrderForm: boolean("show_on_order_form", "showorder"),
	// An addon is made hidden, as a product.
	Hidden:       Field{Name: "hidden", Column: "hidden", Form: Boolean, Default: false},
	Retired:      boolean("retired", "retired"),
	Tax:          boolean("tax", "tax"),
	WelcomeEmail: email("welcome_email", "welcomeemail"),
	Order:        Field{Name: "order", Column: "weight", Form: Integer, Maximum: MaxInt, Note: "1 = on top"},
}

// ConfigurableOptionGroup is a set of options that products offer.
var ConfigurableOptionGroup = struct {
	Kind
	Name, Description Field
}{
	Kind: Kind{Name: "configurable_option_group", Table: "tblproductconfiggroups", NaturalKey: []string{"name"}, Composite: []string{"product_ids", "options"}},

	Name:        name,
	Description: plainText("description", "description"),
}

// ConfigurableOption is one option of a group.
var ConfigurableOption = struct {
	Kind
	Name, Type, QuantityMinimum, QuantityMaximum, Order, Hidden Field
}{
	Kind: Kind{Name: "configurable_option", Table: "tblproductconfigoptions", Composite: []string{"sub_options"}},

	Name: nameIn("optionname"),
	Type: Field{
		Name: "type", Column: "optiontype", Form: Choice, Default: "dropdown",
		Words: []Stored{{"dropdown", "1"}, {"radio", "2"}, {"yes_no", "3"}, {"quantity", "4"}},
	},
	QuantityMinimum: count("quantity_minimum", "qtyminimum"),
	QuantityMaximum: count("quantity_maximum", "qtymaximum"),
	Order:           count("order", "order"),
	Hidden:          boolean("hidden", "hidden"),
}

// ConfigurableSubOption is one choice that an option offers.
var ConfigurableSubOption = struct {
	Kind
	Name, Order, Hidden Field
}{
	Kind: Kind{Name: "configurable_sub_option", Table: "tblproductconfigoptionssub", Composite: []string{"pricing"}},

	Name:   nameIn("optionname"),
	Order:  count("order", "sortorder"),
	Hidden: boolean("hidden", "hidden"),
}

// Currency is a currency of WHMCS.
var Currency = struct {
	Kind
	Code, Prefix, Suffix, Format, Rate, Default Field
}{
	Kind: Kind{Name: "currency", Table: "tblcurrencies", NaturalKey: []string{"code"}, ReadOnly: true},

	Code:    word("code", "code"),
	Prefix:  plainText("prefix", "prefix"),
	Suffix:  plainText("suffix", "suffix"),
	Format:  Field{Name: "format", Column: "format", Form: Integer, Minimum: 1, Maximum: 4},
	Rate:    Field{Name: "rate", Column: "rate", Form: Decimal, Scale: 5, Digits: 10},
	Default: boolean("default", "default"),
}

// EmailTemplate is a template of WHMCS's emails.
var EmailTemplate = struct {
	Kind
	Name, Type, Language, Custom, Disabled Field
}{
	Kind: Kind{Name: "email_template", Table: "tblemailtemplates", NaturalKey: []string{"name"}, ReadOnly: true},

	Name:     plainText("name", "name"),
	Type:     word("type", "type"),
	Language: Field{Name: "language", Column: "language", Form: Text, Length: Varchar(32)},
	Custom:   boolean("custom", "custom"),
	Disabled: boolean("disabled", "disabled"),
}

// AdminRole is a role group of administrators.
var AdminRole = struct {
	Kind
	Name Field
}{
	Kind: Kind{Name: "admin_role", Table: "tbladminroles", NaturalKey: []string{"name"}, ReadOnly: true},

	Name: plainText("name", "name"),
}

// Unmanaged is a table of WHMCS with objects that no resource describes.
type Unmanaged struct {
	Table, Objects string
	// Column distinguishes objects: rows with the same value are one object. "" means that a row is an object.
	Column string
}

// AllUnmanaged are the tables that the evidence not_managed counts, in its order. A table leaves the list when a
// resource describes its objects. SettingsEvidence.php has the same list, and a contract test compares them.
var AllUnmanaged = []Unmanaged{
	{Table: "tblbundles", Objects: "product bundles"},
	{Table: "tblpromotions", Objects: "promotions"},
	{Table: "tbldomainpricing", Objects: "domain extensions with prices"},
	{Table: "tblpaymentgateways", Objects: "payment gateways", Column: "gateway"},
	{Table: "tbltax", Objects: "tax rules"},
	{Table: "tblemailtemplates", Objects: "e-mail templates"},
}
