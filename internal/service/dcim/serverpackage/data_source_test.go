package serverpackage_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

func TestAccPackages_dataSources(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		env.Sandbox.DCIM.AddPackage(full)
		env.Sandbox.DCIM.AddPackage(sandbox.Package{Name: "Twice"})
		env.Sandbox.DCIM.AddPackage(sandbox.Package{Name: "Twice"})
		const list, one = "data.hosting_dcim_packages.", "data.hosting_dcim_package."
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(`data "hosting_dcim_package" "bad" {}`), ExpectError: acctest.Says("No attribute specified when one (and only one)")},
				{
					Config: env.Config(`
data "hosting_dcim_packages" "all" {}
data "hosting_dcim_packages" "some" { name_regex = "^E5" }
data "hosting_dcim_package" "name" { name = "Legacy E3" }
data "hosting_dcim_package" "id" { id = "2" }`),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(list+"all", "packages.#", "4"),
						resource.TestCheckResourceAttr(list+"some", "packages.#", "1"),
						resource.TestCheckResourceAttr(list+"some", "packages.0.memory_gb", "128"),
						resource.TestCheckResourceAttr(list+"some", "packages.0.disks.0.size", "1.92 TB"),
						resource.TestCheckResourceAttr(list+"some", "packages.0.collect_hardware_information", "true"),
						resource.TestCheckResourceAttr(one+"name", "id", "1"),
						resource.TestCheckResourceAttr(one+"name", "used", "3"),
						resource.TestCheckResourceAttr(one+"name", "total", "3"),
						resource.TestCheckResourceAttr(one+"name", "available", "0"),
						resource.TestCheckResourceAttr(one+"id", "name", "E5-2680x2"),
						resource.TestCheckResourceAttr(one+"id", "pci_devices.0.model", "Intel X710-DA2"),
					),
				},
				{Config: env.Config(`data "hosting_dcim_package" "bad" { name = "Twice" }`), ExpectError: acctest.Says(`Unable to read DCIM package "Twice"`, "The DCIM has 2 packages with this name", "3, 4")},
				{Config: env.Config(`data "hosting_dcim_package" "bad" { name = "None" }`), ExpectError: acctest.Says(`Unable to read DCIM package "None"`, "The DCIM has no package with this name")},
				{Config: env.Config(`data "hosting_dcim_package" "bad" { id = "4711" }`), ExpectError: acctest.Says("Unable to read DCIM package 4711")},
				{Config: env.Config(`data "hosting_dcim_packages" "all" {}`)},
			},
		})
	})
}
