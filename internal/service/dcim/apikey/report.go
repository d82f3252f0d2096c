package apikey

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
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
		diags.AddAttributeError(path.Root("label"), summary+": it exists", existsDetail(exists.Name, exists.IDs))
	case errors.As(err, &lost):
		diags.AddError(summary+": the answer was lost", lostDetail(lost))
	case errors.Is(err, transport.ErrNotFound):
		diags.AddError(summary, "The DCIM no longer has this API key. Run `terraform plan` again: it will offer to make a new one.")
	default:
		dcimobject.Report(diags, noun, verb, id, err, "label", "ip_addresses")
	}
}

func existsDetail(label string, ids []string) string {
	return fmt.Sprintf("The DCIM already has an API key labelled %q (id %s). To manage it, add\n\nimport {\n  to = hosting_dcim_api_key.<NAME>\n  id = %q\n}\n\nIts secret cannot be read any more. To make another key of the same label, set allow_duplicate_label = true.",
		label, strings.Join(ids, ", "), ids[0])
}

func lostDetail(lost *creation.LostError) string {
	detail := resourcekit.Sentence(lost.Error()) + " The creation was not repeated, so as not to make two keys. "
	switch {
	case !lost.Listed:
		return detail + fmt.Sprintf("The DCIM could not be asked what it did: look under Settings > System API for a new key labelled %q, delete it, and apply again. Its secret cannot be recovered.", lost.Name)
	case len(lost.Suspects) == 0:
		return detail + "The DCIM has no new key of this label: it was not created. Apply again."
	}
	return detail + fmt.Sprintf("The DCIM now has a new key labelled %q with the id %s, whose secret cannot be recovered: delete it under Settings > System API, and apply again.", lost.Name, strings.Join(lost.Suspects, ", "))
}
