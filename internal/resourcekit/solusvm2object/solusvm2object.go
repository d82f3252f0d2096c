// Package solusvm2object is the lifecycle of SolusVM 2's objects: that of [panelobject], with SolusVM 2's client and its failures as
// diagnostics.
package solusvm2object

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/panelobject"
)

// Definition is all that differs between one object of SolusVM 2 and another; see [panelobject.Definition]. Its System is filled in by [New].
type Definition[M, R any] = panelobject.Definition[*solusvm2.Client, M, R]

// Call is what the functions of a Definition work with.
type Call[M any] = panelobject.Call[*solusvm2.Client, M]

// systemName is what messages call the system.
const systemName = "SolusVM 2 panel"

// Words are what the messages of one object say in their own way.
type Words struct {
	// Fields are the attributes that complaints of SolusVM 2 are shown at, by its name of the field.
	Fields map[string]string
	// Secret says where an object whose creation lost its answer is deleted, because a secret that is shown once went with the answer; "" = there is none,
	// and the object can be imported.
	Secret string
}

// New makes the resource of a definition.
func New[M, R any](definition Definition[M, R], words Words) resource.Resource {
	definition.System = panelobject.System[*solusvm2.Client]{
		Name: systemName,
		Reach: func(clients *resourcekit.Clients) (client *solusvm2.Client, ok, unknown bool, missing string) {
			system := clients.SolusVM2
			return system.Client, system.Client != nil, system.Unknown, system.Missing
		},
	}
	definition.Report = func(diags *diag.Diagnostics, verb, id string, err error) {
		report(diags, definition.Noun, "hosting_"+definition.Name, verb, id, err, words)
	}
	return panelobject.New(definition)
}

// report turns a client failure into diagnostics.
func report(diags *diag.Diagnostics, noun, kind, verb, id string, err error, words Words) {
	summary := panelobject.Summary(verb, noun, id)
	var exists *creation.ExistsError
	var lost *creation.LostError
	var failure *solusvm2.Error
	switch {
	case errors.As(err, &exists):
		diags.AddAttributeError(path.Root("name"), summary+": it exists", ExistsDetail(kind, exists, words))
	case errors.As(err, &lost):
		diags.AddError(summary+": the answer was lost", lostDetail(kind, lost, words))
	case errors.As(err, &failure) && len(failure.Fields) > 0:
		for _, field := range failure.Fields {
			detail := resourcekit.Sentence("SolusVM 2 would not accept this value: " + field.Message)
			name, _, _ := strings.Cut(field.Field, ".")
			if attribute, known := words.Fields[name]; known {
				resourcekit.AddAttributeError(diags, path.Root(attribute), summary, detail)
				continue
			}
			diags.AddError(summary+" ("+field.Field+")", detail)
		}
	case errors.Is(err, transport.ErrNotFound):
		diags.AddError(summary, "SolusVM 2 no longer has it. Run `terraform plan` again to see what is left to do.")
	default:
		diags.AddError(summary, resourcekit.Sentence(err.Error()))
	}
}

// ExistsDetail says how to adopt an object whose name is taken. kind is the resource's type.
func ExistsDetail(kind string, exists *creation.ExistsError, words Words) string {
	secret := ""
	if words.Secret != "" {
		secret = " Its secret cannot be recovered: to have one, delete it under " + words.Secret + ", and apply again."
	}
	return fmt.Sprintf("SolusVM 2 already has the %s %q (id %s). To manage it, add\n\n%s\n\nTo make another one of the same name, set allow_duplicate_name = true.%s",
		exists.Noun, exists.Name, strings.Join(exists.IDs, ", "), resourcekit.ImportBlock(kind, exists.IDs[0]), secret)
}

func lostDetail(kind string, lost *creation.LostError, words Words) string {
	detail := resourcekit.Sentence(lost.Error()) + " The creation was not repeated, so as not to make two. "
	switch {
	case !lost.Listed && words.Secret != "":
		return detail + fmt.Sprintf("SolusVM 2 could not be asked what it did: look under %s for a new %s named %q, delete it, and apply again. Its secret cannot be recovered.", words.Secret, lost.Noun, lost.Name)
	case !lost.Listed:
		return detail + fmt.Sprintf("SolusVM 2 could not be asked what it did: look there for a new %s named %q before you apply again.", lost.Noun, lost.Name)
	case len(lost.Suspects) == 0:
		return detail + "SolusVM 2 has no new one of this name: it was not created. Apply again."
	case words.Secret != "":
		return detail + fmt.Sprintf("SolusVM 2 now has a new one named %q with the id %s, whose secret cannot be recovered: delete it under %s, and apply again.", lost.Name, strings.Join(lost.Suspects, ", "), words.Secret)
	}
	return detail + fmt.Sprintf("SolusVM 2 now has a new one named %q. To keep it, add\n\n%s", lost.Name, resourcekit.ImportBlock(kind, lost.Suspects[0]))
}

// Conflict says that somebody changed in SolusVM 2 what the plan was about to change.
func Conflict(diags *diag.Diagnostics, noun, id, attribute, expected, actual string) {
	panelobject.Conflict(diags, systemName, noun, id, attribute, expected, actual)
}

// CheckName warns of a planned object whose name is taken. ids are those that have the name, err why they could not be listed.
func CheckName(diags *diag.Diagnostics, kind, noun, name string, ids []string, err error, words Words) {
	if err != nil {
		panelobject.Unchecked(diags, systemName, noun, "asking whether the name is taken", err)
		return
	}
	if len(ids) > 0 {
		// Not an error yet: the apply may be about to destroy that very object, which a resource cannot see.
		diags.AddAttributeWarning(path.Root("name"), "One of this name exists", ExistsDetail(kind, &creation.ExistsError{Noun: noun, Name: name, IDs: ids}, words)+
			" Unless this apply destroys it first, creating this one will be refused.")
	}
}
