package page

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// ChangePath is the path of all forms. The name of the form follows.
const ChangePath = "/_sandbox/change/"

// Form is a change that a person can make on the page, as an administrator or a customer does. Terraform then sees
// drift, or a service that is in use.
type Form struct {
	// Name is the last part of the form's path.
	Name, Title, Note, Submit string
	Fields                    []Field
	// Apply makes the change and returns a sentence about it. The page shows the sentence, or the error.
	Apply func(values url.Values) (string, error)
}

// Field is one field of a form. A field with choices is a list, another one is a line of text.
type Field struct {
	Name, Label string
	Choices     []Choice
	Value       string
}

// Action returns the path of the form.
func (f Form) Action() string { return ChangePath + f.Name }

// IsList reports whether the field is a list.
func (f Field) IsList() bool { return f.Choices != nil }

// Choice is one entry of a list.
type Choice struct{ Value, Label string }

// Choices returns a list whose labels are its values.
func Choices(values ...string) []Choice {
	var list []Choice
	for _, value := range values {
		list = append(list, Choice{value, value})
	}
	return list
}

// usable reports whether each list of the form has a choice.
func (f Form) usable() bool {
	for _, field := range f.Fields {
		if field.IsList() && len(field.Choices) == 0 {
			return false
		}
	}
	return true
}

// Protect refuses requests that another web site makes in the browser of a person. The header Host must be a loopback
// address, because another site may give its own name to this computer's address.
func Protect(handler http.Handler) http.Handler {
	check := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := check.Check(r)
		if !system.IsLoopback(system.HostOf(r.Host)) {
			err = errors.New("the host " + r.Host + " is not this computer")
		}
		if err != nil {
			http.Error(w, "The sandbox accepts changes from its own page only: "+err.Error()+".", http.StatusForbidden)
			return
		}
		handler.ServeHTTP(w, r)
	})
}
