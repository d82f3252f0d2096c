package panelobject

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// messages makes the diagnostics of one kind of object.
type messages struct {
	system, short         string // as in system
	typeName              string // "hosting_dcim_package"
	noun, nounWithArticle string // as in Definition
	creation              Creation
	schema                schema.Schema
	fieldErrors           func(err error) []fieldError
}

// Summary is the summary of a failure: "Unable to update DCIM package 7".
func (c *Call[C, M]) Summary(verb, id string) string { return c.messages.summary(verb, id) }

func (m messages) summary(verb, id string) string {
	return strings.TrimSpace("Unable to " + verb + " " + m.noun + " " + id)
}

// Fail turns a failure of the client into diagnostics, at the attributes that the panel complains of.
func (c *Call[C, M]) Fail(verb, id string, err error) { c.messages.fail(c.Diagnostics, verb, id, err) }

func (m messages) fail(diags *diag.Diagnostics, verb, id string, err error) {
	summary := m.summary(verb, id)
	var exists *creation.ExistsError
	var lost *creation.LostError
	fieldErrors := m.fieldErrors(err)
	switch {
	case errors.As(err, &exists):
		diags.AddAttributeError(path.Root(m.creation.Attribute), summary+": it exists", m.existsDetail(exists.Name, exists.IDs))
	case errors.As(err, &lost):
		diags.AddError(summary+": the response was lost", m.lostDetail(lost))
	case len(fieldErrors) > 0:
		for _, c := range fieldErrors {
			detail := resourcekit.Sentence(m.short + " does not accept this value: " + c.Message)
			name, _, _ := strings.Cut(c.Field, ".")
			if _, isAttribute := m.schema.Attributes[name]; isAttribute {
				resourcekit.AddAttributeError(diags, path.Root(name), summary, detail)
				continue
			}
			diags.AddError(summary+" ("+c.Field+")", detail)
		}
	case errors.Is(err, transport.ErrNotFound):
		diags.AddError(summary, m.short+" no longer has this object. Run `terraform plan` again to see the remaining changes.")
	default:
		diags.AddError(summary, resourcekit.Sentence(err.Error()))
	}
}

// withName adds a name to an object: "a new key labelled \"WHMCS\"".
func (c Creation) withName(object, name string) string {
	if c.NameVerb != "" {
		object += " " + c.NameVerb
	}
	return fmt.Sprintf("%s %q", object, name)
}

// existsDetail says how to import an object whose name is taken.
func (m messages) existsDetail(name string, ids []string) string {
	detail := fmt.Sprintf("%s already has %s (id %s). If this run has removed or renamed it, apply again. To manage it, add\n\n%s\n\nTo create another %s with the same %s, set allow_duplicate_%[6]s = true.",
		m.short, m.creation.withName(strings.ToLower(m.nounWithArticle[:1])+m.nounWithArticle[1:], name), strings.Join(ids, ", "),
		resourcekit.ImportBlock(m.typeName, ids[0]), m.creation.Noun, m.creation.Attribute)
	if m.creation.Secret != "" {
		detail += " " + m.creation.Secret
	}
	return detail
}

// lostDetail says what to do after a creation whose response was lost.
func (m messages) lostDetail(lost *creation.LostError) string {
	c := m.creation
	detail := fmt.Sprintf("%s The provider did not repeat the creation, because that could create two. %s ", resourcekit.Sentence(lost.Error()), m.short)
	object := c.withName("a new "+c.Noun, lost.Name)
	ids := strings.Join(lost.Suspects, ", ")
	switch {
	case !lost.Listed && c.Secret != "":
		return detail + fmt.Sprintf("could not be read after that. Look under %s for %s. Delete it, because its secret cannot be recovered, and apply again.", c.Place, object)
	case !lost.Listed:
		return detail + fmt.Sprintf("could not be read after that. Look under %s for %s, and import or delete it.", c.Place, object)
	case len(lost.Suspects) == 0:
		return detail + fmt.Sprintf("has no new %s with this %s, so it was not created. Apply again.", c.Noun, c.Attribute)
	case c.Secret != "":
		return detail + fmt.Sprintf("now has %s with the id %s. Its secret cannot be recovered. Delete it under %s, and apply again.", object, ids, c.Place)
	}
	return detail + fmt.Sprintf("now has %s with the id %s. To manage it, add\n\n%s\n\nOr delete it under %s and apply again.",
		object, ids, resourcekit.ImportBlock(m.typeName, lost.Suspects[0]), c.Place)
}

// WarnOfTakenName warns of a planned creation whose name is taken by the objects with these ids. err is why they could
// not be listed.
func (c *Call[C, M]) WarnOfTakenName(name string, ids []string, err error) {
	m := c.messages
	if err != nil {
		short := strings.Replace(m.short, "The ", "the ", 1)
		c.WarnUnchecked(strings.SplitN(m.nounWithArticle, " ", 2)[1], "a check with "+short+" whether the "+m.creation.Attribute+" is taken", err)
		return
	}
	if len(ids) > 0 {
		// A warning: the same apply may destroy the other object first, which a resource cannot see.
		c.Diagnostics.AddAttributeWarning(path.Root(m.creation.Attribute), m.nounWithArticle+" with this "+m.creation.Attribute+" exists",
			m.existsDetail(name, ids)+" If this apply does not destroy that "+m.creation.Noun+" first, the creation will fail.")
	}
}

// Conflict reports that an attribute that the plan changes was changed in the panel since the plan was made.
func (c *Call[C, M]) Conflict(id, attribute, expected, actual string) {
	c.Diagnostics.AddAttributeError(path.Root(attribute), c.Summary("update", id)+": it was changed in the "+c.messages.system, fmt.Sprintf(
		"The plan expected %s to be %s, and the %s now has %s. The value was changed after the plan was made, so nothing was written. Run `terraform plan` again and review the change.",
		attribute, expected, c.messages.system, actual))
}

// WarnUnchecked warns of a plan that was made without a check, because the panel could not be reached.
func (c *Call[C, M]) WarnUnchecked(planned, check string, err error) {
	c.Diagnostics.AddWarning("The "+c.messages.system+" could not check the planned "+planned,
		"The plan was made without "+check+": "+resourcekit.Sentence(err.Error())+" The apply checks it.")
}

// reportOtherPanel reports that an object is missing in a panel whose host differs from the host that the object was
// last read from. The right panel may still have the object, so it stays in the state. It returns false for the same
// host.
func (c *Call[C, M]) reportOtherPanel(id string) bool {
	if !c.Moved() {
		return false
	}
	system := c.messages.system
	c.Diagnostics.AddError("The provider is connected to another "+system, fmt.Sprintf(
		"The state of the %s %s belongs to the %s at %s. The %s at %s has no object with this id. Correct the provider's configuration. "+
			"If both hosts are the same %[3]s, remove the resource from the state.",
		c.messages.noun, id, system, c.Host, system, c.Client.Host()))
	return true
}
