package whmcs

import (
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

const (
	fullAccess = "full"
	readAccess = "read-only"

	defaultSystemURL = "https://billing.example.com/"
)

// readActions are the actions that the read-only role allows.
var readActions = []string{
	"terraformread", "whmcsdetails", "getadmindetails", "getcurrencies", "getservers", "getproducts",
	"getconfigurationvalue",
}

// Seed returns an installation with currencies, email templates, two server modules and one product that Terraform
// does not manage.
func Seed(options Options) *State {
	key, _ := hex.DecodeString(system.RandomHex(32))
	s := &State{
		Tables: map[string]*Table{},
		Settings: map[string]string{
			"CompanyName": "Example Hosting", "Charset": "utf-8", "Template": "twenty-one", "Version": whmcsCanonical,
			"ActiveAddonModules": "legacy_tool",
			"ModuleHooks":        "samplevps", "CurrencyAutoUpdateExchangeRates": "on", "CurrencyAutoUpdateProductPrices": "",
		},
		Terraform:     map[string]string{"pepper": system.RandomHex(32), "installation": system.NewUUID()},
		Responses:     map[string]StoredResponse{},
		Modules:       []string{"samplevps", topLinkModule},
		Credentials:   map[string]APICredential{},
		EncryptionKey: key,
	}
	s.Settings["SystemURL"] = options.SystemURL
	if options.SystemURL == "" {
		s.Settings["SystemURL"] = defaultSystemURL
	}
	s.Terraform["installation_system_url"] = s.Settings["SystemURL"]
	s.Insert("tblcurrencies", Row{"code": "USD", "prefix": "$", "suffix": " USD", "format": "1", "rate": "1.00000",
		"default": "1"})
	s.Insert("tblcurrencies", Row{"code": "INR", "prefix": "₹", "suffix": " INR", "format": "2", "rate": "83.12500",
		"default": "0"})
	s.Insert("tblcurrencies", Row{"code": "EUR", "prefix": "€", "suffix": " EUR", "format": "3", "rate": "0.92000",
		"default": "0"})
	s.Insert("tblclients", Row{
		"firstname": "Canary-Firstname", "lastname": "Canary-Lastname", "companyname": "Canary-Company",
		"email": "canary@customer.example", "currency": "1",
	})
	for _, name := range []string{"Dedicated/VPS Server Welcome Email", "Other Product/Service Welcome Email",
		"Service Termination Email"} {
		s.Insert("tblemailtemplates", Row{"type": "product", "name": name, "language": "", "custom": "0", "disabled": "0"})
	}
	s.Insert("tblemailtemplates", Row{"type": "invoice", "name": "Invoice Created", "language": "", "custom": "0",
		"disabled": "0"})
	for _, name := range []string{"Full Administrator", "Sales Operator", "Support &amp; Abuse"} {
		s.Insert("tbladminroles", Row{"name": name})
	}
	// This addon module is active, but its files do not exist.
	for setting, value := range map[string]string{"version": "2.0", "access": "1,3", "token": "legacy-token"} {
		s.Insert(addonTable, Row{"module": "legacy_tool", "setting": setting, "value": value})
	}
	// The admin area stored this name, therefore with an entity.
	legacy := s.Insert("tblproductgroups", Row{"name": "Legacy &amp; Co", "slug": "legacy-co", "hidden": "0",
		"order": "1"})
	s.addProduct(legacy, "Legacy VPS", "10.00")
	if options.Size > 0 {
		bulk := s.Insert("tblproductgroups", Row{"name": "Bulk", "slug": "bulk", "hidden": "0", "order": "2"})
		for n := range options.Size {
			s.addProduct(bulk, fmt.Sprintf("Bulk product %05d", n+1), "5.00")
		}
	}
	s.addCredential(fullAccess, options.Credential, nil)
	s.addCredential(readAccess, options.ReadOnlyCredential, readActions)
	return s
}

func (s *State) addCredential(name string, wanted Credential, actions []string) {
	if wanted.Identifier == "" || wanted.Secret == "" {
		wanted = Credential{Identifier: system.RandomHex(16), Secret: system.RandomHex(16)}
	}
	s.Credentials[wanted.Identifier] = APICredential{Secret: wanted.Secret, Admin: "admin", Actions: actions, Name: name}
}

func (s *State) credential(name string) Credential {
	for _, identifier := range sortedKeys(s.Credentials) {
		if s.Credentials[identifier].Name == name {
			return Credential{Identifier: identifier, Secret: s.Credentials[identifier].Secret}
		}
	}
	return Credential{}
}

// applyOptions overrides a loaded state with the given options.
func (s *State) applyOptions(options Options) {
	if options.SystemURL != "" {
		s.Settings["SystemURL"] = options.SystemURL
	}
	s.Terraform["pinned_installation"] = options.Installation
	s.postPay = options.PostPay
	for _, single := range []*kind{&solusvm2BillingKind, &landingPageKind} {
		if s.Row(single.table, singleID) == nil {
			s.Insert(single.table, Row{})
		}
	}
	for name, wanted := range map[string]Credential{fullAccess: options.Credential,
		readAccess: options.ReadOnlyCredential} {
		if former := s.credential(name); wanted.Identifier != "" && wanted.Secret != "" && wanted != former {
			actions := s.Credentials[former.Identifier].Actions
			delete(s.Credentials, former.Identifier)
			s.addCredential(name, wanted, slices.Clone(actions))
		}
	}
}

// addProduct adds a recurring product of the sample module with a monthly price in every currency.
func (s *State) addProduct(groupID, name, monthly string) string {
	id := s.Insert("tblproducts", Row{
		"gid": groupID, "name": entity.encode(name), "type": "server", "paytype": "recurring", "servertype": "samplevps",
		"configoption1": "small",
		"hidden":        "0", "order": "0", "allowqty": "0",
	})
	taken := func(slug string) bool { return false }
	s.Insert("tblproducts_slugs", Row{"product_id": id, "group_id": groupID, "slug": system.Slug(name, "product", taken),
		"active": "1"})
	for currency := range int64(len(s.Table("tblcurrencies").Rows)) {
		record := Row{"type": "product", "relid": id, "currency": text(currency + 1)}
		for _, cycle := range cycles {
			record[cycle.name], record[cycle.fee] = cycleOff, "0.00"
		}
		record["monthly"] = monthly
		s.Insert("tblpricing", record)
	}
	return id
}
