package whmcsobject

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// Resource is a Terraform resource with the common lifecycle.
type Resource[M, R any] struct {
	Clients *resourcekit.Clients // nil until the provider is configured

	def Definition[M, R]
}

var (
	_ resource.ResourceWithConfigure      = (*Resource[struct{}, struct{}])(nil)
	_ resource.ResourceWithIdentity       = (*Resource[struct{}, struct{}])(nil)
	_ resource.ResourceWithImportState    = (*Resource[struct{}, struct{}])(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource[struct{}, struct{}])(nil)
	_ resource.ResourceWithValidateConfig = (*Resource[struct{}, struct{}])(nil)
)

// New makes the resource of a definition.
func New[M, R any](definition Definition[M, R]) *Resource[M, R] {
	if definition.IDs.Valid == nil {
		definition.IDs = IDs{
			Description: "WHMCS's id of the " + definition.Noun,
			Import:      "WHMCS's id, a positive whole number such as 42",
			Valid:       resourcekit.IsID,
		}
	}
	return &Resource[M, R]{def: definition}
}

// Metadata sets the resource type.
func (r *Resource[M, R]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.def.Name
}

// Schema returns the schema of the resource.
func (r *Resource[M, R]) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.def.Schema(ctx)
	attributes := maps.Clone(resp.Schema.Attributes)
	attributes["id"] = schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: r.def.IDs.Description + ".",
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
	if r.def.DuplicateNames {
		attributes["allow_duplicate_name"] = schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Create the " + r.def.Noun + " even if another one has the same name. Otherwise the creation fails, and the error shows the `import` block for the existing one. Used only on creation. Default: `false`.",
		}
	}
	resp.Schema.Attributes = resourcekit.WithNestedTypes(attributes)
}

// IdentitySchema returns the schema of the identity: the id of the object and its installation.
func (r *Resource[M, R]) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"installation": identityschema.StringAttribute{OptionalForImport: true, Description: "The companion's UUID of the WHMCS installation. If omitted, any installation is accepted."},
		"id":           identityschema.StringAttribute{RequiredForImport: true, Description: r.def.IDs.Description + "."},
	}}
}

// Configure takes the clients out of the provider data.
func (r *Resource[M, R]) Configure(
	_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse,
) {
	if clients, ok := resourcekit.FromProviderData(req.ProviderData, &resp.Diagnostics); ok {
		r.Clients = clients
	}
}

// ValidateConfig runs the definition's ValidateConfig.
func (r *Resource[M, R]) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	if r.def.ValidateConfig == nil {
		return
	}
	var config M
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.def.ValidateConfig(&config)...)
	}
}

// ImportState puts the id of an import, given as text or in an identity, into the state. The following read fills the
// other attributes.
func (r *Resource[M, R]) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	id := req.ID
	private := &resourcekit.PrivateState{Imported: true}
	if id == "" && req.Identity != nil {
		var given identity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &given)...)
		id = given.ID.ValueString()
		private.Installation = given.Installation.ValueString()
	}
	if !r.def.IDs.Valid(id) {
		resp.Diagnostics.AddError("Invalid import id", r.nounWithArticle()+" is imported by "+r.def.IDs.Import+". Got: \""+id+"\".")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append(private.Save(ctx, resp.Private)...)
	setIdentity(ctx, resp.Identity, private.Installation, id, &resp.Diagnostics)
}

// Collection returns the collection of this kind, or adds an error with the missing settings of WHMCS.
func (r *Resource[M, R]) Collection(diags *diag.Diagnostics) (whmcs.Collection[R], bool) {
	client, more := r.Clients.WHMCS.Get("WHMCS " + r.def.Noun)
	diags.Append(more...)
	if client == nil {
		return whmcs.Collection[R]{}, false
	}
	return whmcs.CollectionOf[R](client, r.def.Kind), true
}

// identity names an object among all installations of WHMCS.
type identity struct {
	Installation types.String `tfsdk:"installation"` // optional in an import
	ID           types.String `tfsdk:"id"`
}

// setIdentity sets the identity of an object. An identity without an installation stays without it, because Terraform
// refuses an identity that changes. The identity has no installation if WHMCS did not report one at creation.
func setIdentity(ctx context.Context, to *tfsdk.ResourceIdentity, installation, id string, diags *diag.Diagnostics) {
	if to == nil {
		return // this Terraform has no identities
	}
	value, before := identity{Installation: types.StringNull(), ID: types.StringValue(id)}, identity{}
	exists := !to.Raw.IsNull()
	if exists {
		diags.Append(to.Get(ctx, &before)...)
	}
	if installation != "" && !(exists && before.Installation.IsNull()) {
		value.Installation = types.StringValue(installation)
	}
	diags.Append(to.Set(ctx, value)...)
}
