package addonmodule

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

type model struct {
	ID                         types.String `tfsdk:"id"`
	Module                     types.String `tfsdk:"module"`
	Version                    types.String `tfsdk:"version"`
	AdminRoleIDs               types.Set    `tfsdk:"admin_role_ids"`
	AdminRoleNames             types.Set    `tfsdk:"admin_role_names"`
	Settings                   types.Map    `tfsdk:"settings"`
	SensitiveSettings          types.Map    `tfsdk:"sensitive_settings"`
	SensitiveSettingsWO        types.Map    `tfsdk:"sensitive_settings_wo"`
	SensitiveSettingsWOVersion types.Int64  `tfsdk:"sensitive_settings_wo_version"`
	OnDestroy                  types.String `tfsdk:"on_destroy"`
	AllowDataLoss              types.Bool   `tfsdk:"allow_data_loss"`
}

func values(m *model) whmcsobject.Fields {
	b := whmcsobject.NewBuilder()
	b.String("module", m.Module)
	b.StringSet("admin_role_ids", m.AdminRoleIDs)
	b.StringSet("admin_role_names", m.AdminRoleNames)
	settings := whmcs.Facet{}
	for i, group := range []types.Map{m.Settings, m.SensitiveSettings} {
		if group.IsUnknown() {
			b.Unknown("settings")
			return b.Fields()
		}
		for name, value := range group.Elements() {
			if value.IsUnknown() {
				b.Unknown("settings")
				return b.Fields()
			}
			settings[name] = plain(value)
			if i == 1 {
				settings[name] = secret(value)
			}
		}
	}
	if len(settings) > 0 {
		b.Set("settings", settings)
	}
	return b.Fields()
}

func plain(value attr.Value) string {
	text, _ := value.(types.String)
	return text.ValueString()
}

// secret is the wire form of a setting that WHMCS must never show. Most modules declare their secrets as ordinary text.
func secret(value attr.Value) map[string]any { return map[string]any{"secret": plain(value)} }

func fill(_ context.Context, row *whmcs.AddonModule, m *model, o whmcsobject.FillOptions) {
	m.Module = types.StringValue(row.Module)
	m.Version = types.StringValue(row.Version)
	m.AdminRoleIDs = whmcsobject.StringsToSet(row.AdminRoleIDs)
	m.AdminRoleNames = whmcsobject.StringsToSet(row.AdminRoleNames)
	if o.Import && len(row.Settings) > 0 {
		elements := map[string]attr.Value{}
		for name, value := range row.Settings {
			elements[name] = types.StringValue(value)
		}
		m.Settings = types.MapValueMust(types.StringType, elements)
	}
	if o.Import {
		m.OnDestroy, m.AllowDataLoss = types.StringValue(onDestroyKeep), types.BoolValue(false)
		warnOfHiddenSettings(row, o)
	}
	m.Settings = refreshed(row, m.Settings, o)
	m.SensitiveSettings = refreshed(row, m.SensitiveSettings, o)
	noticeWriteOnly(row, m, o)
}

// solusVM2Addon is the addon whose settings have a resource of their own.
const solusVM2Addon = "solusvm2"

// warnOfHiddenSettings warns of the settings that an import leaves out.
func warnOfHiddenSettings(row *whmcs.AddonModule, o whmcsobject.FillOptions) {
	if len(row.SettingsFingerprints) == 0 {
		return
	}
	remedy := "To manage them, add them to sensitive_settings."
	if row.Module == solusVM2Addon {
		remedy = "hosting_solusvm2_billing_settings manages the settings of this addon."
	}
	o.Diagnostics.AddAttributeWarning(path.Root("sensitive_settings"),
		fmt.Sprintf("The import of the addon module %s omits settings", row.Module), fmt.Sprintf(
			"WHMCS never shows these settings, because they are secrets or the module does not declare them: %s. %s",
			strings.Join(slices.Sorted(maps.Keys(row.SettingsFingerprints)), ", "), remedy))
}

// refreshed returns the current values of the settings in prior. WHMCS shows the fingerprint of a secret only. A
// secret that was changed in WHMCS is removed from the state, so that the plan shows it and the next apply repairs it.
func refreshed(row *whmcs.AddonModule, prior types.Map, o whmcsobject.FillOptions) types.Map {
	if prior.IsNull() {
		return prior
	}
	sent, _ := o.Sent["settings"].(whmcs.Facet)
	elements := map[string]attr.Value{}
	for name, value := range prior.Elements() {
		fingerprint, hidden := row.SettingsFingerprints[name]
		if !hidden {
			elements[name] = types.StringValue(row.Settings[name])
			continue
		}
		if _, isSent := sent[name]; o.AcceptSecret("settings."+name, fingerprint, isSent) {
			elements[name] = value
		}
	}
	return types.MapValueMust(types.StringType, elements)
}

// writeOnly is the prefix of the names of write-only settings among the fingerprints in private state.
const writeOnly = "settings_wo."

// noticeWriteOnly keeps the fingerprints of the write-only settings that were sent. It makes their version null when
// one of them was changed in WHMCS.
func noticeWriteOnly(row *whmcs.AddonModule, m *model, o whmcsobject.FillOptions) {
	sent, _ := o.Sent["settings"].(whmcs.Facet)
	for name := range sent {
		_, harmless := m.Settings.Elements()[name]
		_, kept := m.SensitiveSettings.Elements()[name]
		if !harmless && !kept {
			o.PrivateState.Fingerprints[writeOnly+name] = row.SettingsFingerprints[name]
		}
	}
	if o.Written {
		return
	}
	for field, accepted := range o.PrivateState.Fingerprints {
		if name, is := strings.CutPrefix(field, writeOnly); is && row.SettingsFingerprints[name] != accepted {
			m.SensitiveSettingsWOVersion = types.Int64Null()
			delete(o.PrivateState.Fingerprints, field)
		}
	}
}

// follows plans an attribute that has the same content as another attribute. It plans the prior value, or unknown if
// the other attribute changes.
func follows(other string) planmodifier.Set { return followsOther(other) }

type followsOther string

func (o followsOther) Description(context.Context) string {
	return "has the same content as " + string(o)
}

func (o followsOther) MarkdownDescription(ctx context.Context) string { return o.Description(ctx) }

func (o followsOther) PlanModifySet(ctx context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	if !req.ConfigValue.IsNull() || req.State.Raw.IsNull() {
		return
	}
	var wanted, had types.Set
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(string(o)), &wanted)...)
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root(string(o)), &had)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.PlanValue = req.StateValue
	if !wanted.IsNull() && !wanted.Equal(had) {
		resp.PlanValue = types.SetUnknown(types.StringType)
	}
}
