// Package addonmodule is hosting_whmcs_addon_module: an addon module of WHMCS that is active, who may use it, and its
// settings.
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

// What happens to the module when it leaves the configuration.
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
		MarkdownDescription: "An addon module of WHMCS (Configuration > System Settings > Addon Modules): creating this activates it. Its files must be in WHMCS's `modules/addons` already. " +
			"Destroying this leaves the module active unless `on_destroy` says otherwise: what deactivation does to the module's data is the module's own decision, and many drop their tables.",
		Attributes: map[string]schema.Attribute{
			"module": schema.StringAttribute{
				Required: true, MarkdownDescription: "Folder of the module in `modules/addons`, such as `solusvm2`. Another one replaces this object.",
				Validators:    []validator.String{stringvalidator.RegexMatches(folderPattern, "must be the name of a folder of modules/addons: letters, digits, - and _")},
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"version": schema.StringAttribute{
				Computed: true, MarkdownDescription: "Version of the module as WHMCS has it.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"admin_role_ids": schema.SetAttribute{
				Optional: true, Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Ids of the administrator role groups that may use the module (see `hosting_whmcs_admin_roles`). Give this or `admin_role_names`. If you give both, they must name the same role groups. Default: none at first, later what is there.",
				Validators:          []validator.Set{setvalidator.NoNullValues()},
				PlanModifiers:       []planmodifier.Set{resourcekit.Changed{resourcekit.ID()}, follows("admin_role_names")},
			},
			"admin_role_names": schema.SetAttribute{
				Optional: true, Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Names of the administrator role groups that may use the module, such as `Full Administrator`; each must be the name of one role group. Give this or `admin_role_ids`.",
				Validators:          []validator.Set{setvalidator.NoNullValues()},
				PlanModifiers:       []planmodifier.Set{resourcekit.Changed{resourcekit.NotBlank()}, follows("admin_role_ids")},
			},
			"settings": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Settings of the module that are no secrets, by the names that the module declares. Yes/no settings are `on` or empty. Settings not named here are left as they are. An import takes those that are known to be no secrets.",
				Validators:          settingsValidators(), PlanModifiers: newSettings,
			},
			"sensitive_settings": schema.MapAttribute{
				Optional: true, Sensitive: true, ElementType: types.StringType,
				MarkdownDescription: "Settings of the module that are secrets, such as passwords and keys, whatever type the module declares for them. Kept in state: use `sensitive_settings_wo` to avoid that. One that is changed in WHMCS is noticed and repaired. WHMCS never shows them again, so an import leaves them out.",
				Validators:          settingsValidators(), PlanModifiers: newSettings,
			},
			"sensitive_settings_wo": schema.MapAttribute{
				Optional: true, Sensitive: true, WriteOnly: true, ElementType: types.StringType,
				MarkdownDescription: "Secret settings that are never kept in state or plan. Needs Terraform 1.11 or OpenTofu 1.11. Sent on creation and when `sensitive_settings_wo_version` changes.",
				Validators:          append(settingsValidators(), mapvalidator.AlsoRequires(path.MatchRoot("sensitive_settings_wo_version"))), PlanModifiers: newSettings,
			},
			"sensitive_settings_wo_version": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "A number that you raise to have `sensitive_settings_wo` sent again, 1 or more. When one of them was changed in WHMCS, the plan shows this attribute and the next apply sends them again.",
				Validators:          []validator.Int64{int64validator.AtLeast(1), int64validator.AlsoRequires(path.MatchRoot("sensitive_settings_wo"))},
			},
			"on_destroy": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(onDestroyKeep),
				MarkdownDescription: "What a destroy does: `keep` leaves the module active with all its settings; `deactivate` deactivates it, which needs `allow_data_loss`. Default: `keep`.",
				Validators:          []validator.String{stringvalidator.OneOf(onDestroyKeep, onDestroyDeactivate)},
			},
			"allow_data_loss": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Accept that deactivation deletes what the module stored: its settings always, its tables if the module says so. Default: `false`.",
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

// checkRoles refuses role groups that are given by ids and by names, and differ. An import reads both.
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
	if !whmcsobject.StringsToSet(ctx, wanted).Equal(names) {
		resourcekit.AddAttributeError(w.Diagnostics, path.Root("admin_role_names"), "Two lists of role groups that differ",
			fmt.Sprintf("admin_role_ids are the role groups %q, and admin_role_names are others. Remove one of the two attributes.", wanted))
	}
}

func validateConfig(m *model) diag.Diagnostics {
	var diags diag.Diagnostics
	if m.OnDestroy.ValueString() == onDestroyDeactivate && !m.AllowDataLoss.IsUnknown() && !m.AllowDataLoss.ValueBool() {
		resourcekit.AddAttributeError(&diags, path.Root("on_destroy"), "Deactivation may delete data",
			"Deactivating an addon module deletes its settings, and many modules drop their tables with all that they hold. If that is meant, set allow_data_loss = true as well; to leave the module active, use on_destroy = \"keep\".")
	}
	seen := map[string]string{}
	for _, group := range []struct {
		attribute string
		settings  types.Map
	}{{"settings", m.Settings}, {"sensitive_settings", m.SensitiveSettings}, {"sensitive_settings_wo", m.SensitiveSettingsWO}} {
		for name := range group.settings.Elements() {
			if other, twice := seen[name]; twice {
				resourcekit.AddAttributeError(&diags, path.Root(group.attribute).AtMapKey(name), "A setting is given twice", "The setting "+name+" is in "+other+" too. Keep one of them.")
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
