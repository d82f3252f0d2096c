package whmcsobject

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// report turns a failure into diagnostics: at the attribute where one is to blame, with what was tried, what WHMCS said, and the
// next step.
func (o *object[M, R, PM]) report(ctx context.Context, diags *diag.Diagnostics, verb, id string, schema resourcekit.Schema, err error) {
	summary := fmt.Sprintf("Unable to %s %s", verb, o.def.Noun)
	if id != "" && !o.def.Single {
		summary += " " + id
	}
	var failure *whmcs.Error
	if !errors.As(err, &failure) {
		diags.AddError(summary, resourcekit.Sentence(err.Error())+o.uncertainty(verb, err))
		return
	}
	if o.def.Report != nil && o.def.Report(diags, summary, failure) {
		return
	}
	switch failure.Code {
	case whmcs.CodeConflict:
		o.reportConflict(ctx, diags, summary, id, schema, failure)
	case whmcs.CodeExists:
		diags.AddError(summary+": it exists", o.existsDetail(id, failure))
	case whmcs.CodeInUse:
		diags.AddError(summary+": it is in use", fmt.Sprintf("%s %s", resourcekit.Sentence(failure.Error()), o.inUseDetail(failure)))
	case whmcs.CodeInvalid, whmcs.CodeUnsupported:
		if len(failure.Details.Errors) == 0 {
			diags.AddError(summary, resourcekit.Sentence(failure.Error()))
		}
		for _, fieldError := range failure.Details.Errors {
			detail := resourcekit.Sentence("WHMCS would not accept this value: " + fieldError.Message)
			if failure.Code == whmcs.CodeUnsupported {
				detail = resourcekit.Sentence("This WHMCS does not support this: " + fieldError.Message)
			}
			resourcekit.AddFieldError(ctx, diags, schema, o.attribute(fieldError.Field), summary, detail)
		}
	case whmcs.CodeNotFound:
		diags.AddError(summary, "WHMCS no longer has this "+o.def.Noun+". Run `terraform plan` again: it will offer to create it anew.")
	default:
		// All of it: the failure may stand beside that of an earlier try.
		diags.AddError(summary, resourcekit.Sentence(err.Error())+o.uncertainty(verb, err))
	}
}

// attribute is the place in the schema of a field on the wire, both as dotted paths.
func (o *object[M, R, PM]) attribute(field string) string {
	name, rest, deeper := strings.Cut(field, ".")
	attribute, known := o.def.Attributes[name]
	switch {
	case !known:
		return field
	case deeper:
		return attribute + "." + rest
	}
	return attribute
}

// aNoun is what a person calls such an object, with its article, at the beginning of a sentence.
func (o *object[M, R, PM]) aNoun() string {
	switch {
	case o.def.Single:
		return "The " + o.def.Noun
	case strings.ContainsRune("aeiou", rune(o.def.Noun[0])):
		return "An " + o.def.Noun
	}
	return "A " + o.def.Noun
}

func uncapitalised(text string) string { return strings.ToLower(text[:1]) + text[1:] }

// uncertainty tells a person what to look at when the answer to a write never came.
func (o *object[M, R, PM]) uncertainty(verb string, err error) string {
	if verb == "read" || verb == "plan" || !whmcs.MayHaveHappened(err) {
		return ""
	}
	const maybe = " WHMCS may have carried this out all the same. Run `terraform plan` again"
	if o.def.Single {
		return maybe + ": it shows what is left to do."
	}
	return fmt.Sprintf("%s; if it then wants to create %s that exists, it prints the import block that adopts it.", maybe, uncapitalised(o.aNoun()))
}

func (o *object[M, R, PM]) reportConflict(ctx context.Context, diags *diag.Diagnostics, summary, id string, schema resourcekit.Schema, failure *whmcs.Error) {
	for _, field := range failure.Details.Fields {
		if field.Field == "installation" {
			diags.AddError(summary+": another WHMCS installation answered", fmt.Sprintf(
				"The state belongs to the installation %s, and %s answered. A copy of a WHMCS has the same ids, so nothing was written. "+
					"Point the provider at the right WHMCS; or, to adopt the object in the other one, remove it from state and import it: terraform state rm, then\n\n%s",
				text(field.Expected), text(field.Actual), o.importBlock(id)))
			return
		}
	}
	for _, field := range failure.Details.Fields {
		resourcekit.AddFieldError(ctx, diags, schema, o.attribute(strings.TrimSuffix(field.Field, "_fingerprint")), summary+": it was changed in WHMCS", fmt.Sprintf(
			"The plan expected %s to be %s, and WHMCS now has %s. Someone changed it since the plan was made, so nothing was written. Run `terraform plan` again to see the change, then decide.",
			field.Field, text(field.Expected), text(field.Actual)))
	}
	if len(failure.Details.Fields) == 0 {
		diags.AddError(summary+": it was changed in WHMCS", resourcekit.Sentence(failure.Error()))
	}
}

// text shows a JSON value as a person would write it.
func text(raw json.RawMessage) string {
	if len(raw) == 0 {
		return "nothing"
	}
	return string(raw)
}

// existsDetail says what to do about an object of the same natural key: adopt it instead of creating, or choose another name for the
// object with this id.
func (o *object[M, R, PM]) existsDetail(id string, failure *whmcs.Error) string {
	if id != "" {
		return fmt.Sprintf("WHMCS already has another %s of this name, with the id %s. Choose another name.", o.def.Noun, failure.Details.ID)
	}
	detail := fmt.Sprintf("WHMCS already has %s of this name, with the id %s. To manage that one, add\n\n%s", uncapitalised(o.aNoun()), failure.Details.ID, o.importBlock(failure.Details.ID))
	if o.sharesName(new(M)) != nil {
		detail += "\n\nTo create another one of the same name, set allow_duplicate_name = true."
	}
	return detail
}

func (o *object[M, R, PM]) importBlock(id string) string {
	return resourcekit.ImportBlock("hosting_"+o.def.Name, id)
}

func (o *object[M, R, PM]) inUseDetail(failure *whmcs.Error) string {
	parts := make([]string, 0, len(failure.Details.References))
	for _, reference := range failure.Details.References {
		parts = append(parts, fmt.Sprintf("%s: %d", strings.ReplaceAll(reference.Kind, "_", " "), reference.Count))
	}
	detail := "Used by " + strings.Join(parts, ", ") + "."
	if o.def.InUseRemedy != "" {
		detail += " " + o.def.InUseRemedy
	}
	return detail
}

// otherInstallation speaks up when a read is answered by another installation than the one that the state, or the identity to import,
// belongs to.
func (o *object[M, R, PM]) otherInstallation(diags *diag.Diagnostics, id string, memory *Memory, found whmcs.Found[R]) {
	const summary = "Another WHMCS installation answered"
	if memory.Imported {
		diags.AddError(summary, fmt.Sprintf("The identity names the WHMCS installation %s, and %s answered. Point the provider at the right WHMCS, or leave installation out of the identity.",
			memory.Installation, found.Installation))
		return
	}
	detail := fmt.Sprintf("The state of the %s %s belongs to the WHMCS installation %s, and %s answered: a copy of it, or another WHMCS. ", o.def.Noun, id, memory.Installation, found.Installation)
	if found.Row == nil {
		diags.AddError(summary, detail+"It has no such "+o.def.Noun+", which says nothing about the right one. Point the provider at the right WHMCS.")
		return
	}
	diags.AddWarning(summary, detail+"State is left as it is, and every write will be refused. Point the provider at the right WHMCS; or remove the object from state and import it from this one.")
}
