// Package addonmodule is hosting_whmcs_addon_module: an active addon module of WHMCS, its administrator role groups and
// its settings.
package addonmodule

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// Values of on_destroy.
const (
	onDestroyKeep       = "keep"
	onDestroyDeactivate = "deactivate"
)

// folderPattern matches the folder of a module. The companion refuses other names.
var folderPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return &addonModule{whmcsobject.New(whmcsobject.Definition[model, whmcs.AddonModule]{
		Name:   "whmcs_addon_module",
		Noun:   "addon module",
		Kind:   whmcs.KindAddonModule,
		Schema: resourceSchema,
		IDs: whmcsobject.IDs{
			Description: "The id is the name of its folder in modules/addons, such as solusvm2",
			Import:      "the name of its folder in modules/addons, such as solusvm2",
			Valid:       folderPattern.MatchString,
		},
		Key:            func(m *model) whmcs.Values { return whmcs.Values{"module": m.Module.ValueString()} },
		Values:         values,
		Fill:           fill,
		ValidateConfig: validateConfig,
		CheckPlan:      checkRoles,
		BeforeWrite:    addWriteOnly,
		KeepOnDestroy: func(m *model) whmcs.Values {
			if m.OnDestroy.ValueString() == onDestroyDeactivate {
				return nil
			}
			return whmcs.Values{}
		},
	})}
}

type addonModule struct {
	*whmcsobject.Resource[model, whmcs.AddonModule]
}

// ModifyPlan skips the checks of an update to another module, because the object is replaced. Terraform plans the
// creation again on its own.
func (r *addonModule) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if !req.Plan.Raw.IsNull() && !req.State.Raw.IsNull() {
		var planned, prior types.String
		resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("module"), &planned)...)
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("module"), &prior)...)
		if resp.Diagnostics.HasError() || !planned.Equal(prior) {
			return
		}
	}
	r.Resource.ModifyPlan(ctx, req, resp)
}

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "An addon module of WHMCS (Configuration > System Settings > Addon Modules). Creating this resource activates the module. Its files must already be in WHMCS's `modules/addons`. " +
			"Destroying this resource leaves the module active, unless `on_destroy` is `deactivate`. Many modules delete their tables when they are deactivated.",
		Attributes: map[string]schema.Attribute{
			"module": schema.StringAttribute{
				Required: true, MarkdownDescription: "Folder of the module in `modules/addons`, such as `solusvm2`. Changing this forces a new resource.",
				Validators:    []validator.String{stringvalidator.RegexMatches(folderPattern, "must be the name of a folder of modules/addons: letters, digits, - and _")},
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"version": schema.StringAttribute{
				Computed: true, MarkdownDescription: "Version of the module that WHMCS has stored.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"admin_role_ids": schema.SetAttribute{
				Optional: true, Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Ids of the administrator role groups that may use the module (see `hosting_whmcs_admin_roles`). Give this or `admin_role_names`. If you give both, they must name the same role groups. Defaults to `[]` on creation. If removed, the current value is kept.",
				Validators:          []validator.Set{setvalidator.NoNullValues()},
				PlanModifiers:       []planmodifier.Set{resourcekit.Changed{resourcekit.ID()}, follows("admin_role_names")},
			},
			"admin_role_names": schema.SetAttribute{
				Optional: true, Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Names of the administrator role groups that may use the module, such as `Full Administrator`. Each must be the name of exactly one role group. Give this or `admin_role_ids`.",
				Validators:          []validator.Set{setvalidator.NoNullValues()},
				PlanModifiers:       []planmodifier.Set{resourcekit.Changed{resourcekit.NotBlank()}, follows("admin_role_ids")},
			},
			"settings": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Settings of the module without secrets, by the names that the module declares. Yes/no settings are `on` or empty. Omitted settings are not managed. An import omits settings that may be secrets.",
				Validators:          settingsValidators(), PlanModifiers: newSettings,
			},
			"sensitive_settings": schema.MapAttribute{
				Optional: true, Sensitive: true, ElementType: types.StringType,
				MarkdownDescription: "Settings of the module that are secrets, such as passwords and keys. The type that the module declares does not matter. They are kept in the state. To avoid that, use `sensitive_settings_wo`. If a secret is changed in WHMCS, the next apply restores it. WHMCS never shows secrets, so an import omits them.",
				Validators:          settingsValidators(), PlanModifiers: newSettings,
			},
			"sensitive_settings_wo": schema.MapAttribute{
				Optional: true, Sensitive: true, WriteOnly: true, ElementType: types.StringType,
				MarkdownDescription: "Secret settings that are not kept in the state or the plan. Needs Terraform 1.11 or OpenTofu 1.11. Sent on creation and when `sensitive_settings_wo_version` changes.",
				Validators:          append(settingsValidators(), mapvalidator.AlsoRequires(path.MatchRoot("sensitive_settings_wo_version"))), PlanModifiers: newSettings,
			},
			"sensitive_settings_wo_version": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Version of `sensitive_settings_wo`, 1 or more. Increase it to send the settings again. If one of them was changed in WHMCS, the plan shows this attribute, and the next apply sends them again.",
				Validators:          []validator.Int64{int64validator.AtLeast(1), int64validator.AlsoRequires(path.MatchRoot("sensitive_settings_wo"))},
			},
			"on_destroy": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(onDestroyKeep),
				MarkdownDescription: "Effect of a destroy. `keep` leaves the module active with all its settings. `deactivate` deactivates it and needs `allow_data_loss`. Default: `keep`.",
				Validators:          []validator.String{stringvalidator.OneOf(onDestroyKeep, onDestroyDeactivate)},
			},
			"allow_data_loss": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Accept that a deactivation deletes data of the module. It always deletes the settings. The module may also delete its tables. Default: `false`.",
			},
		},
	}
}

// newSettings checks the names of new settings.
var newSettings = []planmodifier.Map{resourcekit.ChangedKeys{resourcekit.NotBlank()}}

func settingsValidators() []validator.Map {
	return []validator.Map{
		mapvalidator.NoNullValues(),
		mapvalidator.KeysAre(stringvalidator.NoneOf("version", "access")),
	}
}

// checkRoles refuses ids and names of role groups that differ. An import reads both.
func checkRoles(ctx context.Context, w *whmcsobject.Write[model]) {
	ids, names := w.Config.AdminRoleIDs, w.Config.AdminRoleNames
	if w.Client == nil || ids.IsNull() || names.IsNull() || ids.IsUnknown() || names.IsUnknown() ||
		w.Prior != nil && ids.Equal(w.Prior.AdminRoleIDs) && names.Equal(w.Prior.AdminRoleNames) {
		return
	}
	roles, err := whmcs.CollectionOf[whmcs.AdminRole](w.Client, whmcs.KindAdminRole).List(ctx, nil)
	if err != nil {
		return // the validation of the whole write reports an unreachable WHMCS
	}
	var wanted []string
	for _, role := range roles {
		if slices.ContainsFunc(ids.Elements(), types.StringValue(role.ID).Equal) {
			wanted = append(wanted, role.Name)
		}
	}
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	if !whmcsobject.StringsToSet(wanted).Equal(names) {
		resourcekit.AddAttributeError(w.Diagnostics, path.Root("admin_role_names"), "admin_role_ids and admin_role_names differ",
			fmt.Sprintf("The ids in admin_role_ids belong to the role groups %q, but admin_role_names has other names. Remove one of the two attributes.", wanted))
	}
}

func validateConfig(m *model) diag.Diagnostics {
	var diags diag.Diagnostics
	if m.OnDestroy.ValueString() == onDestroyDeactivate && !m.AllowDataLoss.IsUnknown() && !m.AllowDataLoss.ValueBool() {
		resourcekit.AddAttributeError(&diags, path.Root("on_destroy"), "Deactivation may delete data",
			"Deactivating an addon module deletes its settings. Many modules also delete their tables. If you want this, set allow_data_loss = true as well. To leave the module active, set on_destroy = \"keep\".")
	}
	seen := map[string]string{}
	for _, group := range []struct {
		attribute string
		settings  types.Map
	}{{"settings", m.Settings}, {"sensitive_settings", m.SensitiveSettings}, {"sensitive_settings_wo", m.SensitiveSettingsWO}} {
		for name := range group.settings.Elements() {
			if other, twice := seen[name]; twice {
				resourcekit.AddAttributeError(&diags, path.Root(group.attribute).AtMapKey(name), "A setting is given twice", "The setting "+name+" is also in "+other+". Remove one of them.")
			}
			seen[name] = group.attribute
		}
	}
	return diags
}

// addWriteOnly adds the write-only settings, which only the configuration holds, on creation and when their version
// changes.
func addWriteOnly(_ context.Context, w *whmcsobject.Write[model]) {
	version := w.Plan.SensitiveSettingsWOVersion
	if version.IsNull() || w.Prior != nil && version.Equal(w.Prior.SensitiveSettingsWOVersion) {
		return
	}
	settings, _ := w.Values["settings"].(whmcs.Facet)
	if settings == nil {
		settings = whmcs.Facet{}
		w.Values["settings"] = settings
	}
	for name, value := range w.Config.SensitiveSettingsWO.Elements() {
		settings[name] = secret(value)
	}
}
