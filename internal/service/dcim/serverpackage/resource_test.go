package serverpackage_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const (
	typeName = "hosting_dcim_package"
	address  = typeName + ".test"
)

// options: the DCIM has one stand-in, whatever WHMCS is.
var options = acctest.Options{SandboxOnly: "the object lives in the DCIM"}

// pack is a package resource with the attributes given.
func pack(extra ...string) string {
	return fmt.Sprintf("\nresource %q \"test\" {\n  name = \"E5-2680x2\"\n  %s\n}", typeName, strings.Join(extra, "\n  "))
}

const fullAttributes = `memory_gb     = 128
  ip_count      = 5
  cpu_name      = "Intel Xeon E5-2680 v4"
  cpu_count     = 2
  disks         = [{ type = "SSD", interface = "NVMe", size = "1.92 TB" }, { type = "HDD" }]
  pci_devices   = [{ model = "Intel X710-DA2", type = "Network" }]
  uplink_mbps   = 1000
  downlink_mbps = 10000
  collect_hardware_information = true`

// full is the package of fullAttributes as the DCIM has it.
var full = sandbox.Package{
	Name: "E5-2680x2", MemoryGB: 128, IPCount: 5, CPUName: "Intel Xeon E5-2680 v4", CPUCount: 2,
	Disks:      []map[string]string{{"type": "SSD", "interface": "NVMe", "size": "1.92 TB"}, {"type": "HDD", "interface": "", "size": ""}},
	PCIDevices: []map[string]string{{"model": "Intel X710-DA2", "type": "Network"}}, UplinkMbps: 1000, DownlinkMbps: 10000, CollectHardwareInformation: true,
}

// stored is the package of the state, as the DCIM has it.
func stored(env *acctest.Env, check func(sandbox.Package) error) resource.TestCheckFunc {
	return acctest.Check(address, func(id string) error {
		for _, p := range env.Sandbox.DCIM.Packages() {
			if strconv.FormatInt(p.ID, 10) == id {
				return check(p)
			}
		}
		return fmt.Errorf("the DCIM has no package %s", id)
	})
}

func is(t *testing.T, want sandbox.Package) func(sandbox.Package) error {
	return func(p sandbox.Package) error {
		want.ID = p.ID
		if !assert.ObjectsAreEqual(want, p) {
			return fmt.Errorf("the DCIM has %+v, want %+v", p, want)
		}
		return nil
	}
}

// change changes the newest package in the panel.
func change(env *acctest.Env, do func(*sandbox.Package)) {
	env.Sandbox.DCIM.Mutate(func(s *sandbox.DCIMState) { do(&s.Packages[len(s.Packages)-1]) })
}

func remove(env *acctest.Env) {
	env.Sandbox.DCIM.Mutate(func(s *sandbox.DCIMState) { s.Packages = s.Packages[:1] })
}

func TestAccPackage_lifecycle(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		var first string
		renamed := full
		renamed.Name = `E5 <&"' 🚀`
		emptied := sandbox.Package{Name: "E5-2680x2", Disks: []map[string]string{}, PCIDevices: []map[string]string{}}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config: env.Config(pack()),
					Check: resource.ComposeAggregateTestCheckFunc(
						acctest.SaveID(address, &first), stored(env, is(t, sandbox.Package{Name: "E5-2680x2"})),
						resource.TestCheckResourceAttr(address, "memory_gb", "0"), resource.TestCheckResourceAttr(address, "disks.#", "0"),
					),
				},
				{
					Config:           env.Config(pack(fullAttributes)),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            resource.ComposeAggregateTestCheckFunc(resource.TestCheckResourceAttrPtr(address, "id", &first), stored(env, is(t, full))),
				},
				{ResourceName: address, ImportState: true, ImportStateVerify: true},
				{
					Config:           env.Config(strings.Replace(pack(fullAttributes), `"E5-2680x2"`, `"E5 <&\"' 🚀"`, 1)),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            resource.ComposeAggregateTestCheckFunc(resource.TestCheckResourceAttrPtr(address, "id", &first), stored(env, is(t, renamed))),
				},
				// Drift is planned and repaired.
				{
					PreConfig: func() {
						change(env, func(p *sandbox.Package) { p.Name, p.MemoryGB, p.Disks = "by hand", 1, nil })
					},
					Config:           env.Config(pack(fullAttributes)),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            stored(env, is(t, full)),
				},
				// Left out is unmanaged.
				{Config: env.Config(pack()), ConfigPlanChecks: acctest.EmptyPlan()},
				// Empty is emptied.
				{
					Config:           env.Config(pack("memory_gb = 0", "ip_count = 0", `cpu_name = ""`, "cpu_count = 0", "disks = []", "pci_devices = []", "uplink_mbps = 0", "downlink_mbps = 0", "collect_hardware_information = false")),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check: stored(env, func(p sandbox.Package) error {
						p.Disks, p.PCIDevices = append([]map[string]string{}, p.Disks...), append([]map[string]string{}, p.PCIDevices...)
						return is(t, emptied)(p)
					}),
				},
				// Deleted behind Terraform: a new one is made.
				{
					PreConfig:        func() { remove(env) },
					Config:           env.Config(pack(fullAttributes)),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionCreate),
					Check:            stored(env, is(t, full)),
				},
			},
		})
		require.Len(t, env.Sandbox.DCIM.Packages(), 1, "destroy leaves nothing")
	})
}

// TestAccPackage_importThenPlan: a configuration that states every facet has nothing to do after the import.
func TestAccPackage_importThenPlan(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		acctest.ImportThenPlan(t, env, pack(fullAttributes), address)
	})
}

func TestAccPackage_importByIdentity(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		existing := env.Sandbox.DCIM.AddPackage(full)
		p := env.Protocol(t)
		imported, diagnostics := p.Import(t, typeName, map[string]any{"id": strconv.FormatInt(existing.ID, 10)})
		require.Empty(t, acctest.Messages(diagnostics))
		require.Equal(t, "E5-2680x2", acctest.Text(t, p.State(t, imported)["name"]))
		for id, says := range map[string]string{"4711": "Cannot import non-existent DCIM package", "E5": "Invalid import id"} {
			_, diagnostics := p.Import(t, typeName, map[string]any{"id": id})
			require.Regexp(t, acctest.Says(says), strings.Join(acctest.Messages(diagnostics), "\n"))
		}
		_, diagnostics = p.Import(t, typeName, map[string]any{"id": "2", "installation": "elsewhere.example.com"})
		require.Regexp(t, acctest.Says("The provider is connected to another DCIM"), strings.Join(acctest.Messages(diagnostics), "\n"))
	})
}

// TestAccPackage_conflict: the write compares the values that the plan changes just before. Other values may have
// changed.
func TestAccPackage_conflict(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(pack("memory_gb = 64"))},
				{
					Config:           env.Config(pack("memory_gb = 128")),
					ConfigPlanChecks: acctest.BeforeApply(func() { change(env, func(p *sandbox.Package) { p.MemoryGB = 256 }) }),
					ExpectError:      acctest.Says("it was changed in the DCIM", "memory_gb to be 64, and the DCIM now has 256", "nothing was written"),
				},
				{
					PreConfig:        func() { change(env, func(p *sandbox.Package) { p.MemoryGB = 64 }) },
					Config:           env.Config(pack("memory_gb = 128")),
					ConfigPlanChecks: acctest.BeforeApply(func() { change(env, func(p *sandbox.Package) { p.IPCount = 9 }) }),
					Check: stored(env, func(p sandbox.Package) error {
						if p.IPCount != 9 || p.MemoryGB != 128 {
							return fmt.Errorf("the DCIM has %+v", p)
						}
						return nil
					}),
				},
				{
					Config:           env.Config(pack("memory_gb = 32")),
					ConfigPlanChecks: acctest.BeforeApply(func() { remove(env) }),
					ExpectError:      acctest.Says("Unable to update DCIM package", "The DCIM no longer has this object"),
				},
			},
		})
	})
}

func TestAccPackage_exists(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		existing := env.Sandbox.DCIM.AddPackage(full)
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config:      env.Config(pack()),
					ExpectError: acctest.Says("Unable to create DCIM package: it exists", "import {", "to = hosting_dcim_package.<NAME>", fmt.Sprintf("id = \"%d\"", existing.ID), "allow_duplicate_name = true"),
				},
				{Config: env.Config(pack("allow_duplicate_name = true"))},
			},
		})
		require.Len(t, env.Sandbox.DCIM.Packages(), 2, "the one that Terraform did not make stays")
	})
}

// TestAccPackage_inUse: a package that servers have is not deleted.
func TestAccPackage_inUse(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		bind := func(id int64) { env.Sandbox.DCIM.Mutate(func(s *sandbox.DCIMState) { s.Servers[3].PackageID = id }) }
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(pack()), Check: func(*terraform.State) error { bind(2); return nil }},
				{Config: env.Config(pack()), Destroy: true, ExpectError: acctest.Says("Unable to delete DCIM package 2: it is in use", "BOM-A01-04 (id 104)", "If this was a destroy, destroy again. Otherwise restore the block of the package and apply", "Nothing was changed")},
				{PreConfig: func() { bind(0) }, Config: env.Config(pack()), ConfigPlanChecks: acctest.EmptyPlan()},
			},
		})
	})
}

// TestAccPackage_lostAnswer: a creation whose response was lost is not repeated. The message names the package that it
// may have created.
func TestAccPackage_lostAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		fault sandbox.Fault
		made  int
		says  string
	}{
		"after":     {sandbox.Fault{Reset: true, AfterCommit: true}, 1, `new package named "E5-2680x2" with the id 2`},
		"truncated": {sandbox.Fault{Truncate: 20}, 1, `new package named "E5-2680x2" with the id 2`},
		"before":    {sandbox.Fault{Reset: true}, 0, "it was not created. Apply again."},
	} {
		t.Run(name, func(t *testing.T) {
			acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
				fault := c.fault
				fault.System, fault.Op, fault.Times = "dcim", "create", 1
				env.Sandbox.AddFault(fault)
				p := env.Protocol(t)
				planned, diagnostics := p.PlanChange(t, typeName, nil, map[string]any{"name": "E5-2680x2"})
				require.Empty(t, acctest.Messages(diagnostics))
				instance, diagnostics := p.Apply(t, planned)
				require.Nil(t, p.State(t, instance))
				require.Regexp(t, acctest.Says("the response was lost", "did not repeat the creation", c.says), strings.Join(acctest.Messages(diagnostics), "\n"))
				require.Len(t, env.Sandbox.DCIM.Packages(), 1+c.made)
				require.Equal(t, 1, env.Sandbox.Journal().Count("dcim", "create", ""))
			})
		})
	}
}

// TestAccPackage_misspeltProfile: one field that the DCIM spells otherwise fails with a message that names it.
func TestAccPackage_misspeltProfile(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		text := env.ProfileText(t)
		for name, c := range map[string]struct{ from, to, says string }{
			"answer":    {`"cpu_name": "`, `"cpu_name": "x`, "fields.package.cpu_name"},
			"name":      {`"cpu_name": `, `"cpu_namme": `, "fields.package.cpu_namme is not known"},
			"operation": {`"packages.create"`, `"packages.createe"`, "operations.packages.createe is not known"},
		} {
			require.Contains(t, text, c.from)
			key, secret := env.Sandbox.DCIM.AdminKey()
			p := acctest.NewProtocol(t, "test")
			messages := acctest.Messages(p.Configure(t, map[string]any{"dcim": map[string]any{
				"url": env.Sandbox.DCIM.URL(), "key": key, "secret": secret, "profile": strings.Replace(text, c.from, c.to, 1), "max_retries": 0,
			}}))
			if len(messages) == 0 {
				planned, _ := p.PlanChange(t, typeName, nil, map[string]any{"name": "E5-2680x2"})
				_, diagnostics := p.Apply(t, planned)
				messages = acctest.Messages(diagnostics)
			}
			require.Len(t, messages, 1, name)
			require.Contains(t, messages[0], c.says)
		}
	})
}

func TestAccPackage_complaint(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		planned, diagnostics := p.PlanChange(t, typeName, nil, map[string]any{"name": "E5", "disks": []any{map[string]any{"type": "SSD", "interface": strings.Repeat("x", 101)}}})
		require.Empty(t, acctest.Messages(diagnostics))
		_, diagnostics = p.Apply(t, planned)
		require.Equal(t, []string{"error at disks: Unable to create DCIM package: The DCIM does not accept this value: The interface of each of disks may not be greater than 100 characters.\n\nAttribute: disks"}, acctest.Messages(diagnostics))
	})
}

func TestAccPackage_badInput(t *testing.T) {
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		acctest.BadInput(t, env, typeName, map[string]any{"name": "E5"}, []acctest.BadValue{
			{Name: "no name", Attributes: map[string]any{"name": nil}, Path: "name", Says: "Missing Configuration for Required Attribute"},
			{Name: "blank name", Attributes: map[string]any{"name": " "}, Path: "name", Says: "must not be empty"},
			{Name: "long name", Attributes: map[string]any{"name": strings.Repeat("x", 256)}, Path: "name", Says: "at most 255"},
			{Name: "negative memory", Attributes: map[string]any{"memory_gb": -1}, Path: "memory_gb", Says: "between 0 and"},
			{Name: "endless uplink", Attributes: map[string]any{"uplink_mbps": 1 << 40}, Path: "uplink_mbps", Says: "between 0 and"},
			{Name: "disk without a type", Attributes: map[string]any{"disks": []any{map[string]any{"size": "1 TB"}}}, Path: "disks[0].type", Says: "Missing Configuration"},
			{Name: "device without a type", Attributes: map[string]any{"pci_devices": []any{map[string]any{"type": ""}}}, Path: "pci_devices[0].type", Says: "must not be empty"},
			{Name: "second disk without a type", Attributes: map[string]any{"disks": []any{acctest.Unknown, map[string]any{"size": "1 TB"}}}, Path: "disks[1].type", Says: "Missing Configuration"},
			{Name: "null disk", Attributes: map[string]any{"disks": []any{nil}}, Path: "disks", Says: "null"},
		})
	})
}

// TestAccPackage_unknowns plans with values that are not known yet.
func TestAccPackage_unknowns(t *testing.T) {
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		for _, attributes := range []map[string]any{
			{"name": acctest.Unknown},
			{"name": "E5", "memory_gb": acctest.Unknown, "cpu_name": acctest.Unknown, "collect_hardware_information": acctest.Unknown},
			{"name": "E5", "disks": acctest.Unknown, "pci_devices": acctest.Unknown},
			{"name": "E5", "disks": []any{map[string]any{"type": acctest.Unknown, "size": acctest.Unknown}}},
			{"name": "E5", "disks": []any{acctest.Unknown, map[string]any{"type": "SSD"}}, "pci_devices": []any{acctest.Unknown}},
			{"name": "E5", "allow_duplicate_name": acctest.Unknown},
		} {
			require.Empty(t, acctest.Messages(p.Plan(t, typeName, attributes)), "%v", attributes)
		}
	})
}

// TestAccPackage_unknownObjects: disks and devices that other resources make, unknown as a whole while planning, are
// known when it counts.
func TestAccPackage_unknownObjects(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		made := `
resource "terraform_data" "disk" { input = { type = "SSD", interface = "NVMe", size = "1.92 TB" } }
resource "terraform_data" "device" { input = { type = "Network", model = "Intel X710-DA2" } }
`
		hcl := made + pack(`disks = [terraform_data.disk.output, { type = "HDD" }]`, "pci_devices = [terraform_data.device.output]")
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config: env.Config(hcl),
					Check:  stored(env, is(t, sandbox.Package{Name: full.Name, Disks: full.Disks, PCIDevices: full.PCIDevices})),
				},
				{Config: env.Config(hcl), ConfigPlanChecks: acctest.EmptyPlan()},
			},
		})
	})
}

// TestAccPackage_anotherDCIM: the same id at another host with another name is another package.
func TestAccPackage_anotherDCIM(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		made := env.Protocol(t).Do(t, typeName, nil, map[string]any{"name": "E5"})
		moved := acctest.NewProtocol(t, "test")
		key, secret := env.Sandbox.DCIM.AdminKey()
		require.Empty(t, acctest.Messages(moved.Configure(t, map[string]any{"dcim": map[string]any{
			"url": strings.Replace(env.Sandbox.DCIM.URL(), "127.0.0.1", "localhost", 1), "key": key, "secret": secret, "profile": env.ProfileText(t),
		}})))
		_, diagnostics := moved.Read(t, made)
		require.Empty(t, acctest.Messages(diagnostics), "the same package under another host name")
		change(env, func(p *sandbox.Package) { p.Name = "Other" })
		_, diagnostics = moved.Read(t, made)
		require.Regexp(t, acctest.Says("The provider is connected to another DCIM", "Nothing was changed"), strings.Join(acctest.Messages(diagnostics), "\n"))
		remove(env)
		_, diagnostics = moved.Read(t, made)
		require.Regexp(t, acctest.Says("The provider is connected to another DCIM", "Correct the provider's configuration"), strings.Join(acctest.Messages(diagnostics), "\n"))
	})
}
