// Package serverpackage is hosting_dcim_package: the hardware packages of a TopLink DCIM. Products of WHMCS refer to
// them by name.
package serverpackage

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/panelobject"
)

const noun = "DCIM package"

// call is a call to the DCIM for one object.
type call = panelobject.Call[*dcim.Client, model]

// NewResource makes the resource.
func NewResource() resource.Resource {
	return panelobject.NewDCIM(panelobject.Definition[*dcim.Client, model, dcim.Package]{
		Name: "dcim_package", Noun: noun, NounWithArticle: "A package", ObjectReference: "the package",
		ListHint: "List the packages with the data source hosting_dcim_packages.",
		Schema:   resourceSchema(),
		Creation: panelobject.Creation{Noun: "package", Attribute: "name", NameVerb: "named", Place: "Users > Packages"},
		Read: func(ctx context.Context, c *dcim.Client, m *model) (dcim.Package, error) {
			return c.GetPackage(ctx, m.ID.ValueString())
		},
		Same:      same,
		Fill:      refresh,
		CheckPlan: checkPlan,
		Create:    create,
		Update:    update,
		Delete:    remove,
	})
}

func resourceSchema() schema.Schema {
	const unmanaged = " If omitted, it is not managed."
	return schema.Schema{
		MarkdownDescription: "A hardware package of a TopLink DCIM (Users > Packages). Products in WHMCS contain the name of the package. Servers are bound to the package. The data source `hosting_dcim_package` shows the number of its servers in use.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, MarkdownDescription: "The DCIM's id of the package.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"name":          resourcekit.RequiredName("Name of the package. The module option `package` of a product in WHMCS refers to it."),
			"memory_gb":     resourcekit.OptionalCount("Memory in GB. `0` means not stated." + unmanaged),
			"ip_count":      resourcekit.OptionalCount("Number of IP addresses. `0` means not stated." + unmanaged),
			"cpu_name":      resourcekit.OptionalString("Name of the CPU. Empty means not stated." + unmanaged),
			"cpu_count":     resourcekit.OptionalCount("Number of CPUs. `0` means not stated." + unmanaged),
			"uplink_mbps":   resourcekit.OptionalCount("Uplink port in Mbps. `0` means not stated." + unmanaged),
			"downlink_mbps": resourcekit.OptionalCount("Downlink port in Mbps. `0` means not stated." + unmanaged),
			"disks": hardwareList("Disks, in the order and with the names of the DCIM. `[]` means none."+unmanaged, map[string]schema.Attribute{
				"type": resourcekit.NestedName("Kind of disk, such as `SSD`."), "interface": wordOrNothing("Interface, such as `NVMe`."),
				"size": wordOrNothing("Size, such as `480 GB`."),
			}),
			"pci_devices": hardwareList("PCI devices, in the order and with the names of the DCIM. `[]` means none."+unmanaged, map[string]schema.Attribute{
				"model": wordOrNothing("Model, such as `NVIDIA L40S`."), "type": resourcekit.NestedName("Kind of device, such as `GPU`."),
			}),
			"collect_hardware_information": resourcekit.OptionalBool("Let the DCIM collect hardware information automatically." + unmanaged),
			"allow_duplicate_name": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Create the package even if another one has the same name. Otherwise the creation fails, and the error shows the `import` block for the existing one. Used only on creation. Default: `false`.",
			},
		},
	}
}

func hardwareList(description string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Optional: true, Computed: true, MarkdownDescription: description + resourcekit.MisspeltNames,
		NestedObject:  schema.NestedAttributeObject{Attributes: attributes, PlanModifiers: resourcekit.RequiredParts("type")},
		Validators:    []validator.List{listvalidator.NoNullValues()},
		PlanModifiers: []planmodifier.List{shortList{}, listplanmodifier.UseStateForUnknown()},
	}
}

// maxHardware is the most disks, or PCI devices, of a package that the provider writes.
const maxHardware = 64

// shortList refuses a new list that is too long.
type shortList struct{}

func (shortList) Description(context.Context) string {
	return fmt.Sprintf("list must contain at most %d elements", maxHardware)
}
func (s shortList) MarkdownDescription(ctx context.Context) string { return s.Description(ctx) }
func (s shortList) PlanModifyList(ctx context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	if n := len(req.ConfigValue.Elements()); n > maxHardware && n != len(req.StateValue.Elements()) {
		resourcekit.AddAttributeError(&resp.Diagnostics, req.Path, "Invalid Attribute Value", fmt.Sprintf("Attribute %s %s, got: %d", req.Path, s.Description(ctx), n))
	}
}

func wordOrNothing(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, Default: stringdefault.StaticString(""), MarkdownDescription: description + " Default: not stated.",
		PlanModifiers: []planmodifier.String{resourcekit.Changed{resourcekit.Trimmed()}},
	}
}

// fitsProfile checks that the wire profile has the operations and the fields that the plan needs.
func fitsProfile(ctx context.Context, c *call) bool {
	switch {
	case c.Plan == nil:
		return panelobject.HasOperations(c, "packages.get", "servers.list", "packages.delete")
	case c.Prior == nil:
		if !panelobject.HasOperations(c, "packages.list", "packages.create") {
			return false
		}
	case !slices.ContainsFunc(facets, func(f facet) bool { return f.changes(c.Prior, c.Plan) }):
		return true
	default:
		if !panelobject.HasOperations(c, "packages.get", "packages.update") {
			return false
		}
	}
	known := *c.Plan
	for _, list := range []*types.List{&known.Disks, &known.PCIDevices} {
		if value, err := list.ToTerraformValue(ctx); err != nil || !value.IsFullyKnown() {
			*list = types.ListNull(list.ElementType(ctx))
		}
	}
	wanted, diags := known.wanted(ctx)
	c.Diagnostics.Append(diags...)
	return !diags.HasError() && panelobject.FitsProfile(c, c.Client.CheckPackage(wanted))
}

// checkPlan refuses what the wire profile lacks. It warns when another package has the planned name, and when the
// plan deletes a package of live services.
func checkPlan(ctx context.Context, c *call) {
	if !fitsProfile(ctx, c) {
		return
	}
	if c.Plan == nil {
		warnOfSold(ctx, c)
		return
	}
	if c.Prior == nil || !c.Plan.Name.Equal(c.Prior.Name) {
		c.Clients.Run.PlansPackage(c.Plan.Name.ValueString())
	}
	if c.Prior != nil || c.Plan.Name.IsUnknown() || c.Plan.AllowDuplicateName.ValueBool() {
		return
	}
	packages, err := c.Client.ListPackages(ctx)
	var ids []string
	for _, p := range packages {
		if p.Name == c.Plan.Name.ValueString() {
			ids = append(ids, p.ID)
		}
	}
	c.WarnOfTakenName(c.Plan.Name.ValueString(), ids, err)
}

func create(ctx context.Context, c *call) (dcim.Package, bool) {
	wanted, diags := c.Plan.wanted(ctx)
	c.Diagnostics.Append(diags...)
	if diags.HasError() {
		return dcim.Package{}, false
	}
	made, err := c.Client.CreatePackage(ctx, wanted, c.Plan.AllowDuplicateName.ValueBool())
	if !panelobject.Accepted(c, "create", "", err) {
		return made, false
	}
	complete(ctx, c, made)
	return made, true
}

// complete fills the unknown attributes of the planned model from the DCIM's response. It warns of values that the DCIM
// stored differently. The state gets the planned values, so that the next plan shows the difference.
func complete(ctx context.Context, c *call, now dcim.Package) {
	var found model
	c.Diagnostics.Append(found.fill(ctx, now)...)
	for _, facet := range facets {
		planned := facet.of(c.Plan)
		switch {
		case planned.IsUnknown():
			facet.take(c.Plan, &found)
		case !planned.Equal(facet.of(&found)):
			c.Diagnostics.AddAttributeWarning(path.Root(facet.name), "The DCIM stored another value", fmt.Sprintf(
				"%s was written as %s. The DCIM at %s returned %s. Either the DCIM changes such values, or the wire profile is wrong. Check fields.package.%s of the profile.",
				facet.name, planned, c.Client.Host(), facet.of(&found), facet.name))
		}
	}
	c.Plan.ID = found.ID
}

func refresh(ctx context.Context, m *model, now dcim.Package, importing bool) diag.Diagnostics {
	if importing {
		m.AllowDuplicateName = types.BoolValue(false)
	}
	return m.fill(ctx, now)
}

func update(ctx context.Context, c *call, current dcim.Package) (dcim.Package, bool) {
	var now model
	c.Diagnostics.Append(now.fill(ctx, current)...)
	wanted, changed := now, false
	for _, facet := range facets {
		before, after, found := facet.of(c.Prior), facet.of(c.Plan), facet.of(&now)
		if after.IsUnknown() || after.Equal(before) {
			continue // the plan does not change it, so the current value of the DCIM is kept
		}
		changed = true
		facet.take(&wanted, c.Plan)
		if !found.Equal(before) && !found.Equal(after) {
			c.Conflict(current.ID, facet.name, before.String(), found.String())
		}
	}
	target, diags := wanted.wanted(ctx)
	c.Diagnostics.Append(diags...)
	if c.Diagnostics.HasError() {
		return current, false
	}
	if changed {
		var err error
		if current, err = c.Client.UpdatePackage(ctx, target); !panelobject.Accepted(c, "update", target.ID, err) {
			return current, false
		}
	}
	complete(ctx, c, current)
	return current, true
}

// remove deletes a package that no server has. It is unknown what the DCIM does with the servers of a deleted package.
func remove(ctx context.Context, c *call, now dcim.Package) error {
	var bound []dcim.Server
	// Another resource of the same run may unbind the servers.
	free, err := c.Client.WaitUntil(ctx, func() (bool, error) {
		servers, err := c.Client.ListServers(ctx)
		bound = slices.DeleteFunc(servers, func(s dcim.Server) bool { return s.PackageID != now.ID })
		return len(bound) == 0, err
	})
	if err != nil {
		return err
	}
	if free {
		if isSold(ctx, c, now) {
			return nil
		}
		return c.Client.DeletePackage(ctx, now.ID)
	}
	c.Diagnostics.AddError(c.Summary("delete", now.ID)+": it is in use", fmt.Sprintf(
		"%d servers have the package %q: %s. If this was a destroy, destroy again. Otherwise restore the block of the package and apply, so that the servers get another package or none. Then remove the block and apply again. "+
			"If Terraform does not manage a server, unbind it in the DCIM. Nothing was changed.",
		len(bound), now.Name, panelobject.ServerNames(bound)))
	return nil
}

// same checks that the id still belongs to the package in the state. A new name on the same host is a rename. A new
// name on another host means another DCIM, in which another package has the same id.
func same(c *call, now dcim.Package) bool {
	if !c.Moved() || c.Prior.Name.ValueString() == now.Name {
		return true
	}
	c.Diagnostics.AddError("The provider is connected to another DCIM", fmt.Sprintf(
		"The state belongs to the DCIM at %s. Under the id %s the DCIM at %s has the package %q, and the state has %s. Nothing was changed. Correct the provider's configuration, or remove the resource from the state.",
		c.Host, now.ID, c.Client.Host(), now.Name, c.Prior.Name))
	return false
}
