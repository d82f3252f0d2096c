package acctest_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest/workspace"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// importEach imports one object, once for each odd text, after store has stored the text in it.
func importEach(t *testing.T, env *acctest.Env, typeName, id string, store func(n int, text string)) {
	t.Helper()
	for n, text := range oddTexts {
		store(n, text)
		requireListed(t, env, typeName, []string{id})
		by := []workspace.Generator{workspace.Terraform, workspace.OpenTofu}[n%2]
		t.Run(fmt.Sprintf("%d by %s", n, by), func(t *testing.T) { acctest.ImportGenerated(t, env, by, typeName+".x", id) })
	}
}

// activate activates an addon module.
func activate(t *testing.T, env *acctest.Env, module string) {
	t.Helper()
	env.Protocol(t).Do(t, "hosting_whmcs_addon_module", nil, map[string]any{"module": module})
}

// setAddonSetting stores a setting, whether the addon has it already or not.
func setAddonSetting(t *testing.T, env *acctest.Env, module, setting, value string) {
	t.Helper()
	if _, there := env.WHMCS.AddonSetting(t, module, setting); there {
		env.WHMCS.SetAddonSetting(t, module, setting, value)
		return
	}
	env.WHMCS.Insert(t, "tbladdonmodules", map[string]string{"module": module, "setting": setting, "value": value})
}

func TestImportGenerated_addonModule(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		activate(t, env, "sampleaddon")
		settings := []string{"version", "endpoint", "apikey", "verbose", "retention", "place", "footer", "of another version"}
		roles := []string{"", "1,3", "1", "3,x", "0", "9", "1,1", " 2 "}
		importEach(t, env, "hosting_whmcs_addon_module", "sampleaddon", func(n int, _ string) {
			for i, setting := range settings {
				setAddonSetting(t, env, "sampleaddon", setting, oddTexts[(n+i)%len(oddTexts)])
			}
			setAddonSetting(t, env, "sampleaddon", "access", roles[n%len(roles)])
			env.WHMCS.Set(t, "tbladminroles", "1", "name", oddTexts[(n+3)%len(oddTexts)])
		})
	})
}

func TestImportGenerated_billingSettings(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		activate(t, env, "solusvm2")
		keys := []string{"", env.WHMCS.Encrypt(t, "key"), "not encrypted"}
		addresses := append([]string{"https://panel.example.com", env.Sandbox.SolusVM2.URL(), "ftp://panel", "https://panel/api/v1/"}, oddTexts...)
		importEach(t, env, "hosting_solusvm2_billing_settings", "1", func(n int, text string) {
			for setting, value := range map[string]string{
				"url": addresses[n], "api_key": keys[n%len(keys)], "post_pay_terms_url": text, "post_pay_enabled": oddTicks[n%len(oddTicks)],
				"post_pay_limit_group_id": append([]string{"", "2", text}, oddIntegers...)[n%8], "post_pay_invoice_grace_days": oddIntegers[n%len(oddIntegers)],
				"post_pay_lock_overdue_days": oddIntegers[(n+1)%len(oddIntegers)], "post_pay_suspend_overdue_days": oddIntegers[(n+2)%len(oddIntegers)],
				"token_price_1": append([]string{"", "0.0125", "1", "-3.5", "0.00001", text}, oddAmounts...)[n%10], "token_price_2": "0",
			} {
				setAddonSetting(t, env, "solusvm2", setting, value)
			}
		})
	})
}

func TestImportGenerated_landingPage(t *testing.T) {
	options := acctest.Options{Sandbox: sandbox.Options{SafetySettings: &acctest.LandingPageSettings}, PHP: testhost.Options{CompanionLocal: acctest.LandingPageLocal}}
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		importEach(t, env, "hosting_solusvm2_landing_page", "1", func(_ int, text string) {
			env.WHMCS.WriteFile(t, "templates/twenty-one/modules/addons/solusvm2/post-pay/landing-page.tpl", text)
		})
	})
}

// panelOptions are of objects that live outside of WHMCS.
var panelOptions = acctest.Options{SandboxOnly: "the object lives in a panel"}

// oddNumbers are whole numbers that a panel can send.
var oddNumbers = []int64{0, -1, 1 << 40, 7}

// hardware are parts of which each text is odd.
func hardware(n int, keys ...string) []map[string]string {
	part, empty := map[string]string{}, map[string]string{}
	for i, key := range keys {
		part[key], empty[key] = oddTexts[(n+i)%len(oddTexts)], ""
	}
	return []map[string]string{part, empty}
}

func TestImportGenerated_dcim(t *testing.T) {
	acctest.Each(t, panelOptions, func(t *testing.T, env *acctest.Env) {
		var keys, packages, bindings []string
		env.Sandbox.DCIM.Mutate(func(s *sandbox.DCIMState) {
			for n, text := range oddTexts {
				number := func(i int) int64 { return oddNumbers[(n+i)%len(oddNumbers)] }
				plausible := func(i int) int64 { return min(number(i), 4095) } // more memory or speed needs a unit in the profile
				s.APIKeys = append(s.APIKeys, sandbox.APIKey{ID: s.NextAPIKey, Label: text, IP: []string{"", "2001:DB8::1,2001:db8::1", "10.0.0.0/8", "host.example.net", " 192.0.2.1 ,,"}[n%5], Key: "k", Secret: "s"})
				s.Packages = append(s.Packages, sandbox.Package{
					ID: s.NextPackage, Name: text, MemoryGB: plausible(0), IPCount: number(1), CPUName: oddTexts[(n+1)%len(oddTexts)], CPUCount: number(2), UplinkMbps: plausible(3), DownlinkMbps: plausible(0),
					Disks: hardware(n, "type", "interface", "size"), PCIDevices: hardware(n, "model", "type"), CollectHardwareInformation: n%2 == 0,
				})
				keys, packages = append(keys, strconv.FormatInt(s.NextAPIKey, 10)), append(packages, strconv.FormatInt(s.NextPackage, 10))
				s.NextAPIKey++
				s.NextPackage++
			}
			for i := range s.Servers[:4] {
				s.Servers[i].PackageID, s.Servers[i].Label = s.NextPackage-1-int64(i%2), oddTexts[i]
				bindings = append(bindings, strconv.FormatInt(s.Servers[i].ID, 10))
			}
		})
		importAll(t, env, "hosting_dcim_api_key", keys)
		importAll(t, env, "hosting_dcim_package", packages)
		importAll(t, env, "hosting_dcim_server_binding", bindings)
		importAll(t, env, "hosting_dcim_package_servers", packages[len(packages)-2:])
	})
}

func TestImportGenerated_solusvm2(t *testing.T) {
	acctest.Each(t, panelOptions, func(t *testing.T, env *acctest.Env) {
		var groups, tokens []string
		env.Sandbox.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) {
			for n, text := range oddTexts {
				number := func(i int) int64 { return oddNumbers[(n+i)%len(oddNumbers)] }
				s.LimitGroups = append(s.LimitGroups, sandbox.PanelLimitGroup{ID: s.NextLimitGroup, Name: text, Servers: number(0), Running: number(1), AdditionalIPs: number(2)})
				id := fmt.Sprintf("token-%d", n)
				s.Tokens = append(s.Tokens, sandbox.PanelToken{ID: id, Name: text, UserID: int64(1 + n%3), Secret: id})
				groups, tokens = append(groups, strconv.FormatInt(s.NextLimitGroup, 10)), append(tokens, id)
				s.NextLimitGroup++
			}
		})
		importAll(t, env, "hosting_solusvm2_limit_group", groups)
		importAll(t, env, "hosting_solusvm2_api_token", tokens)
	})
}

// TestImportGenerated_kinds: each resource has a test in this file or in import_property_test.go.
func TestImportGenerated_kinds(t *testing.T) {
	require.Len(t, acctest.Schemas(t).ResourceSchemas(), 15, "add the new resource to the tests TestImportGenerated_…")
}

// TestImportGenerated_realFlag uses `terraform plan -generate-config-out` for one object of each kind that needs
// special care.
func TestImportGenerated_realFlag(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		activate(t, env, "sampleaddon")
		activate(t, env, "solusvm2")
		setAddonSetting(t, env, "sampleaddon", "access", "1,3")
		setAddonSetting(t, env, "solusvm2", "url", "https://panel.example.com")
		group := env.WHMCS.Insert(t, "tblproductgroups", oddFields(kinds.ProductGroup.Kind).rows(map[string]string{"headline": `{"a": 1}`, "slug": "Title_case.x"})[0])
		server := env.WHMCS.Insert(t, "tblservers", oddFields(kinds.Server.Kind).rows(map[string]string{
			"nameserver1": "", "nameserver1ip": "192.0.2.1", "nameserver2": "ns2.example.net", "nameserver2ip": "", "type": "", "accesshash": "", "password": "",
			"nameserver3": "", "nameserver3ip": "", "nameserver4": "", "nameserver4ip": "", "nameserver5": "", "nameserver5ip": "",
		})[0])
		field := map[string]string{"type": "product", "relid": "1", "fieldname": "", "description": "", "fieldtype": "", "regexpr": "", "fieldoptions": "", "adminonly": "", "required": "", "showorder": "", "showinvoice": ""}
		env.WHMCS.Insert(t, "tblcustomfields", field)
		options := env.WHMCS.Insert(t, "tblproductconfiggroups", map[string]string{"name": "", "description": ""})
		for _, name := range []string{"", "for", "Größe|Size"} {
			env.WHMCS.Insert(t, "tblproductconfigoptions", map[string]string{"gid": options, "optionname": name, "optiontype": ""})
		}
		for _, object := range [][2]string{
			{"hosting_whmcs_product_group", group}, {"hosting_whmcs_server", server}, {"hosting_whmcs_product", "1"}, {"hosting_whmcs_configurable_option_group", options},
			{"hosting_whmcs_addon_module", "sampleaddon"}, {"hosting_solusvm2_billing_settings", "1"},
		} {
			t.Run(object[0], func(t *testing.T) {
				resource.Test(t, resource.TestCase{
					ProtoV6ProviderFactories: acctest.Factories(),
					Steps: []resource.TestStep{{
						ResourceName: object[0] + ".x", ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: object[1], GenerateConfig: true,
						Config: env.Config(),
					}},
				})
			})
		}
	})
}
