package whmcs

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// failure is an error response of the companion.
type failure struct {
	code, message string
	details       map[string]any
}

const (
	codeInvalid      = "invalid"
	codeNotFound     = "not_found"
	codeConflict     = "conflict"
	codeInUse        = "in_use"
	codeExists       = "exists"
	codeUnsupported  = "unsupported"
	codeReadOnly     = "read_only"
	codeInternal     = "internal"
	codeNotAttempted = "not_attempted"
)

func invalid(errs []fieldError) *failure {
	return &failure{codeInvalid, sentences(errs), map[string]any{"errors": errs}}
}

func unsupported(errs []fieldError) *failure {
	return &failure{codeUnsupported, sentences(errs), map[string]any{"errors": errs}}
}

// sentences returns the message of several errors. A message that is not a sentence begins with a verb, and continues
// the name of its field.
func sentences(errs []fieldError) string {
	texts := make([]string, 0, len(errs))
	for _, e := range errs {
		first, _ := utf8.DecodeRuneInString(e.Message)
		switch {
		case e.Field == "":
			texts = append(texts, e.Message)
		case unicode.IsUpper(first):
			texts = append(texts, e.Field+": "+e.Message)
		default:
			texts = append(texts, e.Field+" "+e.Message)
		}
	}
	return strings.Join(texts, ". ")
}

func notFound(kind, id string) *failure {
	return &failure{codeNotFound, "No " + noun(kind) + " has the id " + id, map[string]any{"kind": kind, "id": id}}
}

// noun returns the name of a kind in messages.
func noun(kind string) string {
	switch kind {
	case "admin_role":
		return "administrator role"
	case "email_template":
		return "email template"
	case "solusvm2_billing":
		return "SolusVM 2 billing settings"
	}
	return strings.ReplaceAll(kind, "_", " ")
}

// title returns the name of an object in messages. The objects of some kinds have their name as their id.
func title(kind, name, id string) string {
	if name == id {
		return noun(kind) + ` "` + name + `"`
	}
	return noun(kind) + ` "` + name + `" (` + id + ")"
}

// difference is a field whose value is not the expected one.
type difference struct {
	Field    string `json:"field"`
	Expected any    `json:"expected"`
	Actual   any    `json:"actual"`
}

func conflict(fields []difference) *failure {
	names := make([]string, 0, len(fields))
	for _, f := range fields {
		names = append(names, f.Field)
	}
	message := "The stored values differ from the expected ones: " + strings.Join(names, ", ")
	if slices.Equal(names, []string{"installation"}) {
		message = "The request is for another WHMCS installation"
	}
	return &failure{codeConflict, message, map[string]any{"fields": fields}}
}

// use is the number of objects of a kind that need another object.
type use struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

// usedBy has the singular and the plural of the kinds of uses.
var usedBy = map[string][2]string{
	"services":       {"service", "services"},
	"service_addons": {"service addon", "service addons"},
	"products":       {"product", "products"},
	"addons":         {"product addon", "product addons"},
	"bundles":        {"bundle", "bundles"},
	"promotions":     {"promotion", "promotions"},
	"choices":        {"choice of a customer", "choices of customers"},
	"values":         {"value of a customer", "values of customers"},
}

// inUse returns a failure if any count is not zero. The subject is the object, as the subject of a sentence.
func inUse(subject string, uses []use) *failure {
	var counted []use
	var texts []string
	for _, u := range uses {
		if u.Count == 0 {
			continue
		}
		number := 1
		if u.Count == 1 {
			number = 0
		}
		counted = append(counted, u)
		texts = append(texts, fmt.Sprintf("%d %s", u.Count, usedBy[u.Kind][number]))
	}
	if counted == nil {
		return nil
	}
	return &failure{codeInUse, subject + " is in use by " + strings.Join(texts, ", "), map[string]any{"references": counted}}
}

func readOnly(reason, message string) *failure {
	return &failure{codeReadOnly, message, map[string]any{"reason": reason}}
}
