// Package serverpackage is hosting_dcim_package: the hardware packages of a TopLink DCIM, which WHMCS's products name.
package serverpackage

import (
	"context"
	"errors"
	"fmt"
	"strings"

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
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/dcimobject"
)

const noun = "DCIM package"

// NewResource makes the resource.
func NewResource() resource.Resource { return &serverPackage{} }

type serverPackage struct {
	clients *resourcekit.Clients
}

var (
	_ resource.ResourceWithConfigure   = (*serverPackage)(nil)
	_ resource.ResourceWithIdentity    = (*serverPackage)(nil)
	_ resource.ResourceWithImportState = (*serverPackage)(nil)
	_ resource.ResourceWithModifyPlan  = (*serverPackage)(nil)
)

func (r *serverPackage) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dcim_package"
}

func (r *serverPackage) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	const unmanaged = " Left out, it is not managed."
	resp.Schema = schema.Schema{
		MarkdownDescription: "A hardware package of a TopLink DCIM (Users > Packages): what a product in WHMCS names, and what servers are bound to. How many of its servers are in use is told by the data source `hosting_dcim_package`.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, MarkdownDescription: "The DCIM's id of the package.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"name":          resourcekit.RequiredName("Name of the package; the module option `package` of a product in WHMCS names it."),
			"memory_gb":     resourcekit.OptionalCount("Memory in GB; `0` = not stated." + unmanaged),
			"ip_count":      resourcekit.OptionalCount("Number of IP addresses; `0` = not stated." + unmanaged),
			"cpu_name":      resourcekit.OptionalString("Name of the CPU; empty = not stated." + unmanaged),
			"cpu_count":     resourcekit.OptionalCount("Number of CPUs; `0` = not stated." + unmanaged),
			"uplink_mbps":   resourcekit.OptionalCount("Uplink port in Mbps; `0` = not stated." + unmanaged),
			"downlink_mbps": resourcekit.OptionalCount("Downlink port in Mbps; `0` = not stated." + unmanaged),
			"disks": hardwareList("Disks, in the DCIM's order and words; `[]` = none."+unmanaged, map[string]schema.Attribute{
				"type": resourcekit.RequiredName("Kind of disk, such as `SSD`."), "interface": wordOrNothing("Interface, such as `NVMe`."),
				"size": wordOrNothing("Size, such as `480 GB`."),
			}),
			"pci_devices": hardwareList("PCI devices, in the DCIM's order and words; `[]` = none."+unmanaged, map[string]schema.Attribute{
				"model": wordOrNothing("Model, such as `NVIDIA L40S`."), "type": resourcekit.RequiredName("Kind of device, such as `GPU`."),
			}),
			"collect_hardware_information": resourcekit.OptionalBool("Let the DCIM collect hardware information automatically." + unmanaged),
			"allow_duplicate_name": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Make the package even when another one has the same name. By default that is refused, with the `import` block that adopts the existing one. Default: `false`. Only looked at on creation.",
			},
		},
	}
}

func hardwareList(description string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Optional: true, Computed: true, MarkdownDescription: description,
		NestedObject:  schema.NestedAttributeObject{Attributes: attributes},
		Validators:    []validator.List{listvalidator.NoNullValues(), listvalidator.SizeAtMost(64)},
		PlanModifiers: []planmodifier.List{listplanmodifier.UseStateForUnknown()},
	}
}

func wordOrNothing(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, Default: stringdefault.StaticString(""), MarkdownDescription: description + " Default: not stated.",
	}
}

func (r *serverPackage) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = dcimobject.IdentitySchema("the package")
}

func (r *serverPackage) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	if clients, ok := resourcekit.FromProviderData(req.ProviderData, &resp.Diagnostics); ok {
		r.clients = clients
	}
}

func (r *serverPackage) client(diags *diag.Diagnostics) (*dcim.Client, bool) {
	client, more := r.clients.DCIM.Get(noun)
	diags.Append(more...)
	return client, !more.HasError()
}

// ModifyPlan asks the DCIM whether the name is taken. A DCIM that cannot be asked is a warning.
func (r *serverPackage) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.clients == nil {
		return
	}
	system := r.clients.DCIM
	if system.Client == nil {
		if !system.Unknown {
			resp.Diagnostics.AddError("Unable to reach the system of this "+noun, system.Missing)
		}
		return
	}
	if !req.State.Raw.IsNull() {
		return
	}
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() || plan.Name.IsUnknown() || plan.AllowDuplicateName.ValueBool() {
		return
	}
	packages, err := system.Client.ListPackages(ctx)
	if err != nil {
		resp.Diagnostics.AddWarning("The DCIM could not check the planned package", "The plan was made without asking the DCIM whether the name is taken: "+resourcekit.Sentence(err.Error())+" The apply will tell.")
		return
	}
	var ids []string
	for _, p := range packages {
		if p.Name == plan.Name.ValueString() {
			ids = append(ids, p.ID)
		}
	}
	if len(ids) > 0 {
		// Not an error yet: the apply may be about to destroy that very package, which a resource cannot see.
		resp.Diagnostics.AddAttributeWarning(path.Root("name"), "A package of this name exists",
			existsDetail(plan.Name.ValueString(), ids)+" Unless this apply destroys that package first, creating this one will be refused.")
	}
}

func (r *serverPackage) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	client, ok := r.client(&resp.Diagnostics)
	if !ok {
		return
	}
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	wanted, diags := plan.wanted(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	made, err := client.CreatePackage(ctx, wanted, plan.AllowDuplicateName.ValueBool())
	if err != nil {
		report(&resp.Diagnostics, "create", "", err)
		return
	}
	r.save(ctx, client, &plan, made, &resp.Diagnostics, func(m *model) {
		dcimobject.Save(ctx, client, m, made.ID, &resp.State, resp.Identity, resp.Private, &resp.Diagnostics)
	})
}

// save fills the planned model with what the DCIM has. What was written and came back otherwise is the DCIM's or the profile's doing: it is
// said, and the state has what was planned, so that the next plan shows the difference.
func (r *serverPackage) save(ctx context.Context, client *dcim.Client, plan *model, now dcim.Package, diags *diag.Diagnostics, save func(*model)) {
	var found model
	diags.Append(found.fill(ctx, now)...)
	for _, facet := range facets {
		planned := facet.of(plan)
		switch {
		case planned.IsUnknown():
			facet.take(plan, &found)
		case !planned.Equal(facet.of(&found)):
			diags.AddAttributeWarning(path.Root(facet.name), "The DCIM stored another value", fmt.Sprintf(
				"%s was written as %s, and the DCIM at %s answered with %s. Either it changes such values, or its wire profile spells the field otherwise (fields.package.%s).",
				facet.name, planned, client.Host(), facet.of(&found), facet.name))
		}
	}
	plan.ID = found.ID
	save(plan)
}

func (r *serverPackage) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	client, ok := r.client(&resp.Diagnostics)
	if !ok {
		return
	}
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	host, diags := dcimobject.RecallHost(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	importing, id := state.Name.IsNull(), state.ID.ValueString()
	// Set for a package that is gone too: the framework wants an identity after every read.
	dcimobject.SetIdentity(ctx, resp.Identity, client.Host(), id, &resp.Diagnostics)
	current, err := client.GetPackage(ctx, id)
	switch {
	case dcimobject.Gone(ctx, err, importing, client, host, noun, id, "List the packages with the data source hosting_dcim_packages.", &resp.State, &resp.Diagnostics):
		return
	case err != nil:
		report(&resp.Diagnostics, "read", id, err)
		return
	case !same(&state, current, client, host, &resp.Diagnostics):
		return
	}
	resp.Diagnostics.Append(state.fill(ctx, current)...)
	if importing {
		state.AllowDuplicateName = types.BoolValue(false)
	}
	dcimobject.Save(ctx, client, &state, id, &resp.State, resp.Identity, resp.Private, &resp.Diagnostics)
}

func (r *serverPackage) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	client, ok := r.client(&resp.Diagnostics)
	if !ok {
		return
	}
	var plan, state, now model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	host, diags := dcimobject.RecallHost(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := state.ID.ValueString()
	// The DCIM has no conditional write, so the values that the plan expected are compared just before it.
	current, err := client.GetPackage(ctx, id)
	if err != nil {
		report(&resp.Diagnostics, "update", id, err)
		return
	}
	resp.Diagnostics.Append(now.fill(ctx, current)...)
	if !same(&state, current, client, host, &resp.Diagnostics) {
		return
	}
	wanted, changed := now, false
	for _, facet := range facets {
		before, after, found := facet.of(&state), facet.of(&plan), facet.of(&now)
		if after.IsUnknown() || after.Equal(before) {
			continue // what the plan does not change stays as it is, whoever made it so
		}
		changed = true
		facet.take(&wanted, &plan)
		if !found.Equal(before) && !found.Equal(after) {
			dcimobject.Conflict(&resp.Diagnostics, noun, id, facet.name, before.String(), found.String())
		}
	}
	target, diags := wanted.wanted(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if changed {
		if current, err = client.UpdatePackage(ctx, target); err != nil {
			report(&resp.Diagnostics, "update", id, err)
			return
		}
	}
	r.save(ctx, client, &plan, current, &resp.Diagnostics, func(m *model) {
		dcimobject.Save(ctx, client, m, id, &resp.State, resp.Identity, resp.Private, &resp.Diagnostics)
	})
}

func (r *serverPackage) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	client, ok := r.client(&resp.Diagnostics)
	if !ok {
		return
	}
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	host, diags := dcimobject.RecallHost(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := state.ID.ValueString()
	current, err := client.GetPackage(ctx, id)
	if errors.Is(err, transport.ErrNotFound) {
		dcimobject.OtherDCIM(host, client, "DCIM package", id, &resp.Diagnostics)
		return
	}
	if err == nil {
		if !same(&state, current, client, host, &resp.Diagnostics) || bound(ctx, client, current, &resp.Diagnostics) {
			return
		}
		err = client.DeletePackage(ctx, id)
	}
	if err != nil && !errors.Is(err, transport.ErrNotFound) {
		report(&resp.Diagnostics, "delete", id, err)
	}
}

// bound refuses to delete a package that servers have: what would become of them is not known.
func bound(ctx context.Context, client *dcim.Client, p dcim.Package, diags *diag.Diagnostics) bool {
	servers, err := client.ListServers(ctx)
	if err != nil {
		report(diags, "delete", p.ID, err)
		return true
	}
	var labels []string
	for _, s := range servers {
		if s.PackageID == p.ID {
			labels = append(labels, fmt.Sprintf("%s (id %s)", s.Label, s.ID))
		}
	}
	if len(labels) == 0 {
		return false
	}
	count := len(labels)
	if count > 10 {
		labels = append(labels[:10], fmt.Sprintf("and %d more", count-10))
	}
	diags.AddError("Unable to delete "+noun+" "+p.ID+": it is in use", fmt.Sprintf(
		"%d servers have the package %q: %s. Nothing was changed. Give them another package or none first: in the DCIM, or in Terraform, in an apply of its own when their package changes in the same configuration.",
		count, p.Name, strings.Join(labels, ", ")))
	return true
}

func (r *serverPackage) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	dcimobject.Import(ctx, r.clients, "A package", req, resp)
}

// same makes sure that the id still stands for the package in state. Another name alone is a rename; another name at another host is
// another DCIM, where the ids are the same and the packages are not.
func same(state *model, current dcim.Package, client *dcim.Client, host string, diags *diag.Diagnostics) bool {
	if host == "" || host == client.Host() || state.Name.ValueString() == current.Name {
		return true
	}
	diags.AddError("Another DCIM answered", fmt.Sprintf(
		"The state belongs to the DCIM at %s. Under the id %s the DCIM at %s has the package %q, and the state has %s. Nothing was changed. Point the provider at the right DCIM; or remove the resource from state.",
		host, current.ID, client.Host(), current.Name, state.Name))
	return false
}

// report turns a client failure into diagnostics.
func report(diags *diag.Diagnostics, verb, id string, err error) {
	summary := strings.TrimSpace("Unable to " + verb + " " + noun + " " + id)
	var exists *dcim.ExistsError
	var lost *dcim.LostCreateError
	switch {
	case errors.As(err, &exists):
		diags.AddAttributeError(path.Root("name"), summary+": it exists", existsDetail(exists.Label, exists.IDs))
	case errors.As(err, &lost):
		diags.AddError(summary+": the answer was lost", lostDetail(lost))
	default:
		dcimobject.Report(diags, noun, verb, id, err, facetNames()...)
	}
}

func importBlock(id string) string {
	return fmt.Sprintf("\n\nimport {\n  to = hosting_dcim_package.<NAME>\n  id = %q\n}\n\n", id)
}

func existsDetail(name string, ids []string) string {
	return fmt.Sprintf("The DCIM already has a package named %q (id %s). To manage it, add%sTo make another one of the same name, set allow_duplicate_name = true.",
		name, strings.Join(ids, ", "), importBlock(ids[0]))
}

func lostDetail(lost *dcim.LostCreateError) string {
	detail := resourcekit.Sentence(lost.Error()) + " The creation was not repeated, so as not to make two packages. "
	switch {
	case !lost.Listed:
		return detail + fmt.Sprintf("The DCIM could not be asked what it did: look under Users > Packages for a new package named %q, and import or delete it.", lost.Label)
	case len(lost.Suspects) == 0:
		return detail + "The DCIM has no new package of this name: it was not created. Apply again."
	}
	return detail + fmt.Sprintf("The DCIM now has a new package named %q with the id %s. To manage it, add%sOr delete it in the DCIM and apply again.",
		lost.Label, strings.Join(lost.Suspects, ", "), importBlock(lost.Suspects[0]))
}
