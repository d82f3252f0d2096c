package serverpackage

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/dcimobject"
)

// report turns a client failure into diagnostics.
func report(diags *diag.Diagnostics, verb, id string, err error) {
	summary := dcimobject.Summary(verb, noun, id)
	var exists *creation.ExistsError
	var lost *creation.LostError
	switch {
	case errors.As(err, &exists):
		diags.AddAttributeError(path.Root("name"), summary+": it exists", existsDetail(exists.Name, exists.IDs))
	case errors.As(err, &lost):
		diags.AddError(summary+": the answer was lost", lostDetail(lost))
	default:
		dcimobject.Report(diags, noun, verb, id, err, facetNames()...)
	}
}

func importBlock(id string) string {
	return "\n\n" + resourcekit.ImportBlock("hosting_dcim_package", id) + "\n\n"
}

func existsDetail(name string, ids []string) string {
	return fmt.Sprintf("The DCIM already has a package named %q (id %s). To manage it, add%sTo make another one of the same name, set allow_duplicate_name = true.",
		name, strings.Join(ids, ", "), importBlock(ids[0]))
}

func lostDetail(lost *creation.LostError) string {
	detail := resourcekit.Sentence(lost.Error()) + " The creation was not repeated, so as not to make two packages. "
	switch {
	case !lost.Listed:
		return detail + fmt.Sprintf("The DCIM could not be asked what it did: look under Users > Packages for a new package named %q, and import or delete it.", lost.Name)
	case len(lost.Suspects) == 0:
		return detail + "The DCIM has no new package of this name: it was not created. Apply again."
	}
	return detail + fmt.Sprintf("The DCIM now has a new package named %q with the id %s. To manage it, add%sOr delete it in the DCIM and apply again.",
		lost.Name, strings.Join(lost.Suspects, ", "), importBlock(lost.Suspects[0]))
}
