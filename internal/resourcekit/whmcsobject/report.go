package whmcsobject

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// Failure is a request to WHMCS that failed.
type Failure struct {
	Verb   string // "create", "read", "update", "delete" or "plan"
	ID     string // of the object, or "" before its creation
	Schema resourcekit.Schema
	Err    error
}

// Summary is the summary of the diagnostics, such as "Unable to update server 7".
func (r *Resource[M, R]) Summary(f Failure) string {
	return "Unable to " + f.Verb + " " + r.nounWithID(f.ID)
}

// nounWithID is the noun with the id of the object, if the object is one of several and has an id.
func (r *Resource[M, R]) nounWithID(id string) string {
	if id == "" || r.def.IDs.Single != "" {
		return r.def.Noun
	}
	return r.def.Noun + " " + id
}

// Report turns a failure into diagnostics, at the attribute that WHMCS names, if it names one. Each contains the
// operation and WHMCS's message. Conflict, exists, not-found and lost-response diagnostics also contain the next step.
func (r *Resource[M, R]) Report(ctx context.Context, diags *diag.Diagnostics, f Failure) {
	summary := r.Summary(f)
	var failure *whmcs.Error
	if !errors.As(f.Err, &failure) {
		diags.AddError(summary, resourcekit.Sentence(f.Err.Error())+r.lostResponseHint(f))
		return
	}
	switch failure.Code {
	case whmcs.CodeConflict:
		r.reportConflict(ctx, diags, f, failure)
	case whmcs.CodeExists:
		diags.AddError(summary+": it exists", r.existsDetail(f.ID, failure))
	case whmcs.CodeInUse:
		refusal := "WHMCS refused to delete it."
		if f.Verb != "delete" {
			refusal = resourcekit.Sentence(failure.Message) // names the part that the write would delete
		}
		diags.AddError(summary+": it is in use", refusal+" "+r.inUseDetail(ctx, f.ID, failure.Details.References))
	case whmcs.CodeInvalid, whmcs.CodeUnsupported:
		if len(failure.Details.Errors) == 0 {
			diags.AddError(summary, resourcekit.Sentence(failure.Error()))
		}
		for _, fieldError := range failure.Details.Errors {
			detail := refusedValue("WHMCS does not accept this value: ", fieldError.Message)
			if failure.Code == whmcs.CodeUnsupported {
				detail = refusedValue("This WHMCS cannot store this value: ", fieldError.Message)
			}
			if fieldError.Reason == whmcs.ReasonTaken {
				detail += takenAdvice
			}
			resourcekit.AddFieldError(ctx, diags, f.Schema, attributeField(fieldError.Field), summary, detail)
		}
	case whmcs.CodeNotFound:
		diags.AddError(summary, "WHMCS no longer has this "+r.def.Noun+". Run `terraform plan` again. The new plan creates it again.")
	default:
		// The whole error: it may also hold the failure of an earlier attempt.
		diags.AddError(summary, resourcekit.Sentence(f.Err.Error())+r.lostResponseHint(f))
	}
}

// refusedValue returns the companion's message about a value as a sentence. A message that starts with a capital letter
// is a sentence. Another one continues the introduction.
func refusedValue(introduction, message string) string {
	if first, _ := utf8.DecodeRuneInString(message); unicode.IsUpper(first) {
		introduction = ""
	}
	return resourcekit.Sentence(introduction + message)
}

// takenAdvice is the next step for a unique value that another object has.
const takenAdvice = " If this run changes or deletes the other object, apply again. " +
	"To swap two values, first give one of the two objects a temporary value, apply, and then give both their final values."

// nounWithArticle is the noun with its article, at the beginning of a sentence.
func (r *Resource[M, R]) nounWithArticle() string {
	switch {
	case r.def.IDs.Single != "":
		return "The " + r.def.Noun
	case strings.ContainsRune("aeiou", rune(r.def.Noun[0])):
		return "An " + r.def.Noun
	}
	return "A " + r.def.Noun
}

func uncapitalised(text string) string { return strings.ToLower(text[:1]) + text[1:] }

// lostResponseHint returns the next step after a write whose response was lost, or "" for other failures.
func (r *Resource[M, R]) lostResponseHint(f Failure) string {
	if f.Verb == "read" || f.Verb == "plan" || !whmcs.MayHaveBeenProcessed(f.Err) {
		return ""
	}
	const maybe = " WHMCS may still have executed the request. Run `terraform plan` again"
	if r.def.IDs.Single != "" {
		return maybe + " to see the remaining changes."
	}
	return fmt.Sprintf("%s. If the new plan creates %s that exists, a message shows the import block for it.", maybe, uncapitalised(r.nounWithArticle()))
}

func (r *Resource[M, R]) reportConflict(
	ctx context.Context, diags *diag.Diagnostics, f Failure, failure *whmcs.Error,
) {
	summary := r.Summary(f)
	for _, field := range failure.Details.Fields {
		if field.Field == "installation" {
			diags.AddError(summary+": the provider is connected to another WHMCS installation", fmt.Sprintf(
				"The state belongs to the installation %s. The response comes from the installation %s. A copy of a WHMCS has the same ids, so nothing was written. "+
					"Correct the provider's configuration. If this is the same WHMCS after a restore or with another SystemURL, set installation in companion.local.php to the first of these ids. "+
					"To manage the object in the other WHMCS, run terraform state rm, then add\n\n%s",
				jsonText(field.Expected), jsonText(field.Actual), r.importBlock(f.ID)))
			return
		}
	}
	for _, field := range failure.Details.Fields {
		name := attributeField(field.Field)
		resourcekit.AddFieldError(ctx, diags, f.Schema, strings.TrimSuffix(name, "_fingerprint"), summary+": it was changed in WHMCS", fmt.Sprintf(
			"The plan expected %s to be %s, and WHMCS now has %s. The value was changed after the plan was made, so nothing was written. Run `terraform plan` again and review the change.",
			name, jsonText(field.Expected), jsonText(field.Actual)))
	}
	if len(failure.Details.Fields) == 0 {
		diags.AddError(summary+": it was changed in WHMCS", resourcekit.Sentence(failure.Error()))
	}
}

// jsonText is a JSON value in a message.
func jsonText(raw json.RawMessage) string {
	if len(raw) == 0 {
		return "nothing"
	}
	return string(raw)
}

// existsDetail returns the next step if another object has the same natural key. id is the object that an update
// changes, which needs another name. id is "" for a creation, which can import the other object instead.
func (r *Resource[M, R]) existsDetail(id string, failure *whmcs.Error) string {
	if id != "" {
		return fmt.Sprintf("WHMCS already has another %s with this name, with the id %s. If this run renames or deletes the other object, apply again. If not, choose another name.", r.def.Noun, failure.Details.ID)
	}
	detail := fmt.Sprintf("WHMCS already has %s with this name, with the id %s. If this run has removed or renamed it, apply again. To manage it, add\n\n%s",
		uncapitalised(r.nounWithArticle()), failure.Details.ID, r.importBlock(failure.Details.ID))
	if r.def.DuplicateNames {
		detail += "\n\nTo create another one with the same name, set allow_duplicate_name = true."
	}
	return detail
}

func (r *Resource[M, R]) importBlock(id string) string {
	return resourcekit.ImportBlock("hosting_"+r.def.Name, id)
}
