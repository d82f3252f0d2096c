package dcimobject

import (
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/panelobject"
)

// Report turns a client failure into diagnostics; noun is what it is about ("DCIM package") and attributes are those that a complaint can
// be shown at.
func Report(diags *diag.Diagnostics, noun, verb, id string, err error, attributes ...string) {
	summary := Summary(verb, noun, id)
	var failure *dcim.Error
	switch {
	case errors.As(err, &failure) && len(failure.Fields) > 0:
		for _, field := range failure.Fields {
			detail := resourcekit.Sentence("The DCIM would not accept this value: " + field.Message)
			if !slices.Contains(attributes, field.Field) {
				diags.AddError(summary+" ("+field.Field+")", detail)
				continue
			}
			diags.AddAttributeError(path.Root(field.Field), summary, detail)
		}
	case errors.Is(err, transport.ErrNotFound):
		diags.AddError(summary, "The DCIM no longer has it. Run `terraform plan` again to see what is left to do.")
	default:
		diags.AddError(summary, resourcekit.Sentence(err.Error()))
	}
}

// Summary is the summary of a failure: "Unable to update DCIM package 7".
func Summary(verb, noun, id string) string { return panelobject.Summary(verb, noun, id) }

// Conflict says that somebody changed in the DCIM what the plan was about to change.
func Conflict(diags *diag.Diagnostics, noun, id, attribute, expected, actual string) {
	panelobject.Conflict(diags, "DCIM", noun, id, attribute, expected, actual)
}

// Unchecked warns that the DCIM could not be asked about a plan; what was to be looked at is said by looked.
func Unchecked(diags *diag.Diagnostics, planned, looked string, err error) {
	panelobject.Unchecked(diags, "DCIM", planned, looked, err)
}
