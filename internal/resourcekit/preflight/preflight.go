// Package preflight holds the common part of the preflight data sources: findings, their order, ignored findings, and
// the findings about failed connections.
package preflight

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// The grades of certainty of the fact behind a check.
const (
	Documented = "documented" // by the vendor, or a property of the network
	Seen       = "seen"       // in the system's screens, databases or third-party clients
	Assumed    = "assumed"    // a guess, which can be corrected in one place
)

// Finding is the result of one check.
type Finding struct {
	Check  string `tfsdk:"check"`
	OK     bool   `tfsdk:"ok"`
	Grade  string `tfsdk:"grade"`
	Detail string `tfsdk:"detail"`
	Remedy string `tfsdk:"remedy"` // "" when OK
}

// Model is the common part of the models of all preflights.
type Model struct {
	IgnoreChecks types.Set  `tfsdk:"ignore_checks"`
	OK           types.Bool `tfsdk:"ok"`
	Findings     []Finding  `tfsdk:"findings"`
}

// Attributes returns the attributes of Model. checks are the names of all checks, in the order of the findings.
func Attributes(checks []string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"ignore_checks": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Names of checks that do not count in `ok`, from the table above. Their findings are still listed.",
			Validators:          []validator.Set{setvalidator.ValueStringsAre(stringvalidator.OneOf(checks...))},
		},
		"ok": resourcekit.ComputedBool("Whether all findings are ok, except those in `ignore_checks`."),
		"findings": resourcekit.ComputedList("The findings, in the order of the table above. A check that cannot run because another one failed is omitted.", map[string]schema.Attribute{
			"check":  resourcekit.ComputedString("Name of the check."),
			"ok":     resourcekit.ComputedBool("Whether the check passed, or does not apply."),
			"grade":  resourcekit.ComputedString("Source of the fact behind the check: `documented` by the vendor, `seen` in systems or third-party clients, or `assumed`."),
			"detail": resourcekit.ComputedString("The result of the check."),
			"remedy": resourcekit.ComputedString("The next step. Empty if `ok` is true."),
		}),
	}
}

// Report collects findings.
type Report struct {
	checks   []string
	findings []Finding
}

// NewReport returns an empty report. checks are the names in the order of the findings. Findings with other names
// follow.
func NewReport(checks []string) *Report { return &Report{checks: checks} }

// Pass records a check that passed.
func (r *Report) Pass(check, grade, detail string) {
	r.findings = append(r.findings, Finding{Check: check, OK: true, Grade: grade, Detail: detail})
}

// Fail records a check that failed, with the next step.
func (r *Report) Fail(check, grade, detail, remedy string) {
	r.findings = append(r.findings, Finding{Check: check, Grade: grade, Detail: detail, Remedy: remedy})
}

// Save puts the findings into the model. redact masks secrets, because the texts hold messages of other systems. A
// cancelled preflight is an error, because it says nothing about the system.
func (r *Report) Save(ctx context.Context, m *Model, redact func(string) string) diag.Diagnostics {
	var diags diag.Diagnostics
	if err := context.Cause(ctx); err != nil {
		diags.AddError("The preflight was cancelled", resourcekit.Sentence(err.Error()))
		return diags
	}
	var ignored []string
	diags.Append(m.IgnoreChecks.ElementsAs(ctx, &ignored, false)...)
	place := func(f Finding) int {
		if at := slices.Index(r.checks, f.Check); at >= 0 {
			return at
		}
		return len(r.checks)
	}
	slices.SortStableFunc(r.findings, func(a, b Finding) int { return place(a) - place(b) })
	ok := true
	m.Findings = []Finding{}
	for _, f := range r.findings {
		f.Check, f.Grade = oneLine(f.Check, redact), oneLine(f.Grade, redact)
		f.Detail, f.Remedy = resourcekit.Sentence(oneLine(f.Detail, redact)), resourcekit.Sentence(oneLine(f.Remedy, redact))
		ok = ok && (f.OK || slices.Contains(ignored, f.Check))
		m.Findings = append(m.Findings, f)
	}
	m.OK = types.BoolValue(ok)
	return diags
}

// longest is the maximum length of a text, in characters.
const longest = 1500

// oneLine returns a text for a list: masked, without control characters, with a maximum length.
func oneLine(text string, redact func(string) string) string {
	text = redact(text)
	text = strings.Join(strings.FieldsFunc(text, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }), " ")
	if characters := []rune(text); len(characters) > longest {
		return string(characters[:longest]) + " …"
	}
	return text
}
