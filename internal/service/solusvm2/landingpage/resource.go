// Package landingpage is hosting_solusvm2_landing_page: the template that replaces the landing page of post-pay
// billing.
package landingpage

import (
	"context"
	"fmt"
	"regexp"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// maxBytes is the size of the largest template that the companion writes.
const maxBytes = 256 << 10

// controls matches text without control characters other than tab, line feed and carriage return.
var controls = regexp.MustCompile(`^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$`)

type model struct {
	ID      types.String `tfsdk:"id"`
	Content types.String `tfsdk:"content"`
	Path    types.String `tfsdk:"path"`
}

// NewResource makes the resource.
func NewResource() resource.Resource {
	return whmcsobject.New(whmcsobject.Definition[model, whmcs.LandingPage]{
		Name:   "solusvm2_landing_page",
		Noun:   "landing page template",
		Kind:   whmcs.KindLandingPage,
		IDs:    whmcsobject.SingleIDs,
		Schema: resourceSchema,
		Key:    func(m *model) whmcs.Values { return whmcs.Values{"path": m.Path.ValueString()} },
		Values: func(m *model) whmcsobject.Fields {
			b := whmcsobject.NewBuilder()
			b.String("content", m.Content)
			return b.Fields()
		},
		Fill: func(_ context.Context, row *whmcs.LandingPage, m *model, _ whmcsobject.FillOptions) {
			m.Path, m.Content = types.StringValue(row.Path), types.StringPointerValue(row.Content)
		},
		Exists:    exists,
		CheckPlan: warnOfReplacement,
	})
}

// exists reports whether the row of the page is an object. WHMCS always has this row. A file that was removed in WHMCS
// while the companion manages it is drift. Without a file and without management, the object does not exist. An import
// needs the file, because an import without content cannot be written as configuration.
func exists(row *whmcs.LandingPage, importing bool) bool {
	return row.Present || row.Managed && !importing
}

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "The landing page of post-pay billing: a template file that WHMCS uses instead of the SolusVM 2 addon's template. Updates of the addon do not change this file. Start from a copy of `modules/addons/solusvm2/templates/post-pay/landing-page.tpl`. " +
			"The companion writes only this file of the client area's active template. The operator of WHMCS must allow it with `'landing_page' => true` in `companion.local.php`. WHMCS compiles the template to PHP. Therefore only the Smarty tags that the guide \"SolusVM 2 post-pay billing\" lists are accepted. " +
			"A destroy restores the previous file.",
		Attributes: map[string]schema.Attribute{
			"content": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Content of the template, usually `file(\"landing-page.tpl\")`. UTF-8 text of at most 256 KiB.",
				PlanModifiers: []planmodifier.String{resourcekit.Changed{
					stringvalidator.LengthAtLeast(1), templateText{}, stringvalidator.RegexMatches(controls, "must not contain control characters other than tab, line feed and carriage return"),
				}},
			},
			"path": schema.StringAttribute{
				Computed: true, MarkdownDescription: "Path of the file, below WHMCS's folder. If another template becomes active, the next apply writes the file to that template's folder.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
		},
	}
}

// templateText accepts UTF-8 of at most maxBytes.
type templateText struct{}

func (templateText) Description(context.Context) string         { return "must be a template" }
func (templateText) MarkdownDescription(context.Context) string { return "must be a template" }
func (templateText) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	text := req.ConfigValue.ValueString()
	if len(text) > maxBytes {
		resourcekit.AddAttributeError(&resp.Diagnostics, req.Path, "The template is too large", fmt.Sprintf("It has %d bytes. At most %d are allowed.", len(text), maxBytes))
	}
	if !utf8.ValidString(text) {
		resourcekit.AddAttributeError(&resp.Diagnostics, req.Path, "The template is not UTF-8", "Convert the file to UTF-8.")
	}
}

// warnOfReplacement warns that the creation replaces a template that WHMCS already has, which no plan has shown.
func warnOfReplacement(ctx context.Context, w *whmcsobject.Write[model]) {
	if w.Prior != nil || w.Client == nil {
		return
	}
	found, err := whmcs.CollectionOf[whmcs.LandingPage](w.Client, whmcs.KindLandingPage).Get(ctx, whmcs.SingleID)
	if err != nil || found.Row == nil || !found.Row.Present || found.Row.Content != nil && *found.Row.Content == w.Plan.Content.ValueString() {
		return // the validation of the whole write reports an unreachable WHMCS
	}
	w.Diagnostics.AddAttributeWarning(path.Root("content"), "The apply replaces an existing landing page", "WHMCS already has the file "+found.Row.Path+". The companion keeps a copy, and a destroy restores it. To review the change in a plan first, import the file:\n\n"+
		resourcekit.ImportBlock("hosting_solusvm2_landing_page", whmcs.SingleID))
}
