package panelobject

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// Summary is the summary of a failure: "Unable to update DCIM package 7".
func Summary(verb, noun, id string) string {
	return strings.TrimSpace("Unable to " + verb + " " + noun + " " + id)
}

// Conflict says that somebody changed in a system, such as "DCIM", what the plan was about to change.
func Conflict(diags *diag.Diagnostics, system, noun, id, attribute, expected, actual string) {
	diags.AddAttributeError(path.Root(attribute), Summary("update", noun, id)+": it was changed in the "+system, fmt.Sprintf(
		"The plan expected %s to be %s, and the %s now has %s. Someone changed it since the plan was made, so nothing was written. Run `terraform plan` again to see the change, then decide.",
		attribute, expected, system, actual))
}

// Unchecked warns that a system could not be asked about a plan; what was to be looked at is said by looked.
func Unchecked(diags *diag.Diagnostics, system, planned, looked string, err error) {
	diags.AddWarning("The "+system+" could not check the planned "+planned, "The plan was made without "+looked+": "+resourcekit.Sentence(err.Error())+" The apply will tell.")
}
