package productusage_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

const products = `
resource "hosting_whmcs_product_group" "shop" { name = "Shop" }
resource "hosting_whmcs_product" "sold" {
  product_group_id = hosting_whmcs_product_group.shop.id
  name             = "Sold <é>"
  pay_type         = "recurring"
  prices           = { USD = { monthly = "10.00" }, EUR = { monthly = "10.00" }, INR = { monthly = "800.00" } }
}
resource "hosting_whmcs_product" "unsold" {
  product_group_id = hosting_whmcs_product_group.shop.id
  name             = "Unsold"
  pay_type         = "free"
  hidden           = true
  retired          = true
  depends_on       = [hosting_whmcs_product.sold]
}`

func TestAccProductUsage_dataSource(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var sold string
		var services []string
		shown := func(name, key, value string) resource.TestCheckFunc {
			return resource.TestCheckResourceAttr("data.hosting_whmcs_product_usage."+name, key, value)
		}
		broken := func(arguments, path, says string) resource.TestStep {
			return resource.TestStep{
				Config:      env.Config(products, `data "hosting_whmcs_product_usage" "bad" { `+arguments+` }`),
				ExpectError: acctest.Says(path, says),
			}
		}
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: env.Config(products), Check: acctest.SaveID("hosting_whmcs_product.sold", &sold)},
			{
				PreConfig: func() {
					for i, status := range []string{"Active", "Active", "Suspended", "Pending", "Completed", "Terminated", "Cancelled", "Fraud"} {
						service := env.WHMCS.AddService(t, sold, "0", status)
						services = append(services, service)
						env.WHMCS.Set(t, "tblhosting", service, "regdate", fmt.Sprintf("2026-0%d-01", i+1))
					}
				},
				Config: env.ReadOnlyConfig(products, `
data "hosting_whmcs_product_usage" "all" {}
data "hosting_whmcs_product_usage" "group" { product_group_id = hosting_whmcs_product_group.shop.id }
data "hosting_whmcs_product_usage" "ids" { product_ids = [hosting_whmcs_product.unsold.id, hosting_whmcs_product.sold.id] }
data "hosting_whmcs_product_usage" "both" {
  product_ids = [hosting_whmcs_product.unsold.id, hosting_whmcs_product.sold.id]
  name_regex  = "^Unsold$"
}
data "hosting_whmcs_product_usage" "elsewhere" {
  product_ids      = [hosting_whmcs_product.unsold.id]
  product_group_id = "1"
}
data "hosting_whmcs_product_usage" "none" { product_ids = [] }`),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestMatchResourceAttr("data.hosting_whmcs_product_usage.all", "products.#", regexp.MustCompile("^[3-9]$")),
					shown("group", "products.#", "2"), shown("group", "products.0.name", "Sold <é>"), shown("group", "products.1.name", "Unsold"),
					resource.TestCheckResourceAttrPair("data.hosting_whmcs_product_usage.group", "products.0.id", "hosting_whmcs_product.sold", "id"),
					resource.TestCheckResourceAttrPair("data.hosting_whmcs_product_usage.group", "products.0.product_group_id", "hosting_whmcs_product_group.shop", "id"),
					shown("group", "products.0.hidden", "false"), shown("group", "products.0.retired", "false"),
					shown("group", "products.1.hidden", "true"), shown("group", "products.1.retired", "true"),
					shown("group", "products.0.services", "8"), shown("group", "products.0.live_services", "5"),
					shown("group", "products.0.services_by_status.%", "7"), shown("group", "products.0.services_by_status.active", "2"),
					shown("group", "products.0.services_by_status.suspended", "1"), shown("group", "products.0.services_by_status.pending", "1"),
					shown("group", "products.0.services_by_status.completed", "1"), shown("group", "products.0.services_by_status.terminated", "1"),
					shown("group", "products.0.services_by_status.cancelled", "1"), shown("group", "products.0.services_by_status.fraud", "1"),
					shown("group", "products.0.newest_service_date", "2026-08-01"),
					shown("group", "products.1.services", "0"), shown("group", "products.1.services_by_status.%", "7"),
					shown("group", "products.1.services_by_status.active", "0"),
					resource.TestCheckNoResourceAttr("data.hosting_whmcs_product_usage.group", "products.1.newest_service_date"),
					resource.TestCheckNoResourceAttr("data.hosting_whmcs_product_usage.group", "products.0.revenue.%"),
					resource.TestCheckNoResourceAttr("data.hosting_whmcs_product_usage.group", "products.0.addon_revenue.%"),
					shown("ids", "products.#", "2"), shown("ids", "products.0.services", "8"), shown("both", "products.#", "1"),
					shown("both", "products.0.name", "Unsold"), shown("elsewhere", "products.#", "0"), shown("none", "products.#", "0"),
				),
			},
			broken(`name_regex = "("`, "Invalid regular expression", "name_regex"),
			broken(`product_group_id = "Shop"`, "product_group_id", "must be an id"),
			broken(`product_ids = ["0"]`, "product_ids", "must be an id"),
			broken(`product_ids = ["1", "4711", "4712"]`, "Unable to read WHMCS products with their services", "no product with the id 4711, 4712"),
			{
				PreConfig: func() {
					for _, service := range services { // so that the product can be destroyed at the end
						env.WHMCS.Set(t, "tblhosting", service, "packageid", "4711")
					}
				},
				Config: env.Config(products),
			},
		}})
	})
}

// TestProductUsage_check: Terraform itself evaluates the check of the example.
func TestProductUsage_check(t *testing.T) {
	example, err := os.ReadFile("../../../../examples/data-sources/hosting_whmcs_product_usage/data-source.tf")
	require.NoError(t, err)
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var sold, unsold, service string
		config := env.Config(strings.NewReplacer("hidden           = true", "", "retired          = true", "").Replace(products),
			strings.Replace(string(example), "{}", "{ product_group_id = hosting_whmcs_product_group.shop.id }", 1))
		step := func(change func(), status tfjson.CheckStatus, says string) resource.TestStep {
			return resource.TestStep{PreConfig: change, Config: config, ConfigStateChecks: []statecheck.StateCheck{checkResult{status, says}}}
		}
		resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{
				Config: env.Config(products),
				Check: resource.ComposeAggregateTestCheckFunc(
					acctest.SaveID("hosting_whmcs_product.sold", &sold), acctest.SaveID("hosting_whmcs_product.unsold", &unsold),
				),
			},
			step(func() {
				service = env.WHMCS.AddService(t, sold, "0", "Terminated")
				env.WHMCS.Set(t, "tblhosting", service, "regdate", "2020-01-31")
			}, tfjson.CheckStatusFail, "a year: Sold <é>."),
			step(func() {
				env.WHMCS.Set(t, "tblproducts", unsold, "hidden", "0")
				env.WHMCS.Set(t, "tblproducts", unsold, "retired", "0")
			},
				tfjson.CheckStatusFail, "a year: Sold <é>, Unsold."),
			step(func() { env.WHMCS.Set(t, "tblhosting", service, "domainstatus", "Active") }, tfjson.CheckStatusFail, "a year: Unsold."),
			step(func() {
				env.WHMCS.Set(t, "tblhosting", service, "packageid", "4711")
				env.WHMCS.Set(t, "tblproducts", sold, "retired", "1")
				env.WHMCS.Set(t, "tblproducts", unsold, "hidden", "1")
			}, tfjson.CheckStatusPass, ""),
		}})
	})
}

// checkResult expects a result of the example's check. A problem must end with the text.
type checkResult struct {
	status tfjson.CheckStatus
	says   string
}

func (c checkResult) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	for _, check := range req.State.Checks {
		if check.Address.ToDisplay != "check.unsold_products" {
			continue
		}
		var problems []string
		for _, instance := range check.Instances {
			for _, problem := range instance.Problems {
				problems = append(problems, problem.Message)
			}
		}
		if check.Status != c.status || !strings.HasSuffix(strings.Join(problems, "\n"), c.says) {
			resp.Error = fmt.Errorf("the status is %s, the problems are %q", check.Status, problems)
		}
		return
	}
	resp.Error = errors.New("the state has no result of the check")
}
