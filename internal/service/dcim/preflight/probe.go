package preflight

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/preflight"
)

const (
	checkDomainBinding = "domain_binding"
	checkOperations    = "profile_operations"
	checkServers       = "profile_servers"
)

// readings are the checks of the wire profile, each with the objects that it reads.
var readings = []struct {
	check, noun string
	what        dcim.ProbeKind
}{
	{"profile_api_keys", "API keys", dcim.ProbeAPIKeys},
	{"profile_packages", "packages", dcim.ProbePackages},
	{checkServers, "servers", dcim.ProbeServers},
}

// checks are the names of all findings, in their order. A name never changes.
var checks = []string{
	preflight.Reachable, preflight.TLS, checkDomainBinding, preflight.IPAllowed, preflight.Credential,
	checkOperations, "profile_api_keys", "profile_packages", checkServers,
}

// probe is one run of the preflight.
type probe struct {
	*preflight.Report
	ctx    context.Context //nolint:containedctx // a probe lives as long as one read
	client *dcim.Client
	grade  string // of the wire profile
}

// outcome is the result of reading one kind of object.
type outcome struct {
	check, noun string
	read        dcim.ProbeResult
	err         error
}

func (p *probe) run() {
	outcomes := p.ask()
	p.operations()
	if len(outcomes) == 0 {
		p.Fail(preflight.Reachable, p.grade, "the wire profile has no operation that lists API keys, packages or servers, so no request can be sent", "Add one of these operations to the profile.")
		p.Encryption(p.client.Endpoint(), false, nil)
		return
	}
	if !p.contact(outcomes) {
		return
	}
	for _, o := range outcomes {
		p.reading(o)
	}
}

// ask reads all objects that the profile describes. It stops when the DCIM does not respond or refuses the key.
func (p *probe) ask() []outcome {
	var outcomes []outcome
	for _, r := range readings {
		if !p.client.HasOperation(string(r.what) + ".list") {
			continue
		}
		read, err := p.client.Probe(p.ctx, r.what)
		outcomes = append(outcomes, outcome{r.check, r.noun, read, err})
		if transport.IsTransport(err) || refused(err) {
			break
		}
	}
	return outcomes
}

// refused reports whether the DCIM refused the key.
func refused(err error) bool {
	var failure *dcim.Error
	return errors.As(err, &failure) && (failure.Unauthorized() || failure.Forbidden())
}

func (p *probe) operations() {
	missing := p.client.MissingOperations()
	if len(missing) == 0 {
		p.Pass(checkOperations, p.grade, fmt.Sprintf("the wire profile %q has every operation", p.client.ProfileName()))
		return
	}
	p.Fail(checkOperations, p.grade, fmt.Sprintf("the wire profile %q lacks the operations %s", p.client.ProfileName(), strings.Join(missing, ", ")),
		"Add them to operations of the profile, from the vendor's reference. If the configuration does not use them, list profile_operations in ignore_checks instead.")
}

// contact records what the responses show about the connection and the key. It returns whether the responses allow
// checks of the profile.
func (p *probe) contact(outcomes []outcome) bool {
	first, answered := outcomes[0].err, outcomes[0].err
	for _, o := range outcomes {
		if !isPage(o.err) {
			answered = o.err // a page for one path only is a problem of that path
			break
		}
	}
	p.Encryption(p.client.Endpoint(), true, first)
	p.domainBinding(first, answered)
	var failure *dcim.Error
	switch {
	case transport.IsTransport(first):
		p.Unreachable(first)
		return false
	case isPage(answered) && errors.As(answered, &failure):
		p.Fail(preflight.Reachable, preflight.Documented, fmt.Sprintf("every response was a page instead of JSON (HTTP %d)", failure.Status),
			"Check that url is the address of the DCIM itself, and base_path and the paths of the operations in the wire profile.")
		return false
	}
	p.Pass(preflight.Reachable, preflight.Documented, "the DCIM responds at "+p.client.Endpoint().Host)
	if !refused(answered) {
		p.admitted(outcomes)
		return true
	}
	if errors.As(answered, &failure) && failure.Forbidden() {
		p.Fail(preflight.IPAllowed, p.grade, words(answered), "Add the address of the machine that runs Terraform to the API key, in the DCIM under Settings > System API. Behind a proxy, add the address of the proxy.")
		return false
	}
	remedy := "Check key and secret of the provider. The DCIM shows the secret only once, when the key is created. A wrong signature is refused in the same way. If key and secret are correct, check authentication in the wire profile."
	if !p.client.CredentialHasUsualForm() {
		remedy += " The KEY and the secret have 64 lower-case hex characters each. The configured values do not have this form."
	}
	p.Fail(preflight.Credential, p.grade, words(answered), remedy)
	return false
}

// admitted records that the DCIM accepted the key, which it did if any response fits the profile.
func (p *probe) admitted(outcomes []outcome) {
	for _, o := range outcomes {
		if o.err == nil || o.read.Rows > 0 {
			p.Pass(preflight.IPAllowed, p.grade, "the DCIM accepts the address of this machine")
			p.Pass(preflight.Credential, p.grade, "the DCIM accepts the key and its secret")
			return
		}
	}
}

// domainBinding detects a DCIM that accepts one domain name only. Called by its IP address, such a DCIM responds with
// a page, a redirect or a refusal.
func (p *probe) domainBinding(first, answered error) {
	e := p.client.Endpoint()
	if !e.IsAddress() {
		if !transport.IsTransport(first) {
			p.Pass(checkDomainBinding, preflight.Seen, "the URL has the host name "+e.Host)
		}
		return
	}
	var failed *transport.Error
	var failure *dcim.Error
	redirected := errors.As(first, &failed) && failed.Kind == transport.KindRedirect
	unknown := errors.As(answered, &failure) && failure.Status >= 400 && failure.Status < 500 && failure.Class == ""
	switch {
	case redirected || isPage(answered) || unknown:
		p.Fail(checkDomainBinding, preflight.Seen, "the response at the address "+e.Host+" does not come from the API of the DCIM, which may be bound to a domain name",
			"Set url to the DCIM's domain name, or remove the binding in the DCIM.")
	case failed == nil:
		p.Pass(checkDomainBinding, preflight.Seen, "the DCIM responds at the address "+e.Host)
	}
}

func isPage(err error) bool {
	var failure *dcim.Error
	return errors.As(err, &failure) && failure.Page
}

// words returns the message of the DCIM.
func words(err error) string {
	var failure *dcim.Error
	if !errors.As(err, &failure) {
		return err.Error()
	}
	if failure.Code != "" {
		return fmt.Sprintf("%s: %s (code %s)", failure.Operation, failure.Message, failure.Code)
	}
	return fmt.Sprintf("%s: %s (HTTP %d)", failure.Operation, failure.Message, failure.Status)
}

// reading records whether one list fits the profile.
func (p *probe) reading(o outcome) {
	var failed *transport.Error
	switch {
	case o.err == nil:
		p.Pass(o.check, p.grade, fits(o))
	case errors.As(o.err, &failed):
		p.Fail(o.check, p.grade, preflight.Failure(failed), failed.Remedy)
	case errors.Is(o.err, dcim.ErrProfile):
		p.Fail(o.check, p.grade, o.err.Error(), "Compare the line of the profile in parentheses with the vendor's reference. "+p.ownProfile())
	default:
		p.Fail(o.check, p.grade, words(o.err), "Compare base_path and the operation in the profile with the vendor's reference: method, path, encoding and parameters. "+p.ownProfile())
	}
}

// ownProfile describes how to correct the built-in profile.
func (p *probe) ownProfile() string {
	if !p.client.UsesAssumedProfile() {
		return ""
	}
	return "The profile assumed is an assumption. To correct it, write a profile to a file and set dcim.profile to its path."
}

func fits(o outcome) string {
	text := fmt.Sprintf("%d %s fit the profile", o.read.Rows, o.noun)
	if !o.read.All {
		text = fmt.Sprintf("the first %d %s fit the profile", o.read.Rows, o.noun)
	}
	if o.read.Rows == 0 {
		return "the list of " + o.noun + " fits the profile, but is empty, so its fields could not be compared"
	}
	if o.read.Got {
		text += ", and so does one that was read by its id"
	}
	if o.check == checkServers && o.read.Assigned == 0 {
		// With a wrong optional field no server would show a customer, and allow_assigned would protect no server.
		text += ". None of them has a customer, so check fields.server.assigned_user and fields.server.usage_type in the panel. The protection by allow_assigned depends on them"
	}
	return text
}
