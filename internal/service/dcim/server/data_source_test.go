package server_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

func TestAccServers_dataSources(t *testing.T) {
	options := acctest.Options{SandboxOnly: "servers live in the DCIM", Sandbox: sandbox.Options{DCIM: sandbox.DCIMOptions{ExtraServers: 120}}} // more than a page
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		env.Sandbox.DCIM.Mutate(func(s *sandbox.DCIMState) { s.Servers[5].Label = s.Servers[4].Label })
		filters := map[string]struct{ filter, count string }{
			"all": {"", "142"}, "label": {`label_regex = "^FRA-C0[78]-"`, "7"}, "place": {`data_center = "Frankfurt"`, "10"}, "rack": {`rack = "FRA-C09"`, "3"},
			"model": {`model = "Dell PowerEdge R640"`, "7"}, "bound": {`package_id = "1"`, "3"}, "free": {`package_id = ""`, "139"},
			"sold": {"assigned = true", "4"}, "unsold": {"assigned = false", "138"}, "broken": {`usage_type = "faulty"`, "2"}, "rented": {`usage_type = "rented"`, "4"},
			"idle": {`usage_type = "idle"`, "136"}, "off": {`power = "off"`, "2"}, "unknown": {`power = "unknown"`, "1"}, "together": {"rack = \"BOM-A01\"\nassigned = true", "3"},
		}
		hcl := "data \"hosting_dcim_server\" \"id\" { id = \"101\" }\ndata \"hosting_dcim_server\" \"label\" { label = \"FRA-C09-03\" }"
		checks := []resource.TestCheckFunc{}
		for name, f := range filters {
			hcl += "\ndata \"hosting_dcim_servers\" \"" + name + "\" {\n" + f.filter + "\n}"
			checks = append(checks, resource.TestCheckResourceAttr("data.hosting_dcim_servers."+name, "servers.#", f.count))
		}
		for attribute, want := range map[string]string{
			"label": "BOM-A01-01", "power": "on", "assigned_user": "asha.rao", "assigned": "true", "usage_type": "rented", "data_center": "Mumbai", "rack": "BOM-A01",
			"model": "Supermicro 5019S-M", "cpu": "Intel Xeon E3-1230 v6", "memory_gb": "32", "disks.0.size": "480 GB", "pci_devices.#": "0", "ip_address": "198.18.0.102",
			"switch": "BOM-A01-sw1", "switch_port": "Gi1/0/6", "port_in_mbps": "1000", "port_out_mbps": "1000", "vlan": "120", "package_id": "1", "package_name": "Legacy E3",
		} {
			checks = append(checks, resource.TestCheckResourceAttr("data.hosting_dcim_server.id", attribute, want))
		}
		checks = append(checks,
			resource.TestCheckNoResourceAttr("data.hosting_dcim_server.id", "remark"),
			resource.TestCheckNoResourceAttr("data.hosting_dcim_server.label", "package_id"),
			resource.TestCheckResourceAttr("data.hosting_dcim_server.label", "pci_devices.0.model", "NVIDIA L40S"))
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(`data "hosting_dcim_servers" "bad" { power = "half" }`), ExpectError: acctest.Says("power", "must be one of")},
				{Config: env.Config(hcl), Check: resource.ComposeAggregateTestCheckFunc(checks...)},
				{Config: env.Config(`data "hosting_dcim_server" "bad" { label = "BOM-A01-05" }`), ExpectError: acctest.Says(`Unable to read DCIM server "BOM-A01-05"`, "The DCIM has 2 servers with this label", "105, 106")},
				{Config: env.Config(`data "hosting_dcim_server" "bad" { id = "4711" }`), ExpectError: acctest.Says("Unable to read DCIM server 4711")},
				{Config: env.Config(`data "hosting_dcim_servers" "all" {}`)},
			},
		})
	})
}
