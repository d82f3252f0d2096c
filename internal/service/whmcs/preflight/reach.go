package preflight

import (
	"errors"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/preflight"
)

// pageRemedies are the next steps when the response is a page in place of an API response, by kind of page.
var pageRemedies = map[whmcs.Page]string{
	whmcs.PageEmpty:       "An empty answer is mostly a PHP error with display_errors off: look into the web server's error log, and into PHP's memory and time limits.",
	whmcs.PageLicense:     "Open WHMCS's admin area and mend what it says of the license; until then it answers no API call.",
	whmcs.PageMaintenance: "Try again when the maintenance is over (General Settings > Maintenance Mode), or let the API through in what stands in front of WHMCS.",
	whmcs.PageUpgrade:     "Finish WHMCS's upgrade in the browser and remove its install folder.",
	whmcs.PagePHPError:    "Look into the web server's error log for what failed; a hook or a module often did.",
	whmcs.PageLogin:       "Something in front of WHMCS asks for a login. Let the machine that runs Terraform through to includes/api.php, or send what it wants with headers in the provider configuration.",
	whmcs.PageFirewall: "Let POST requests from the machine that runs Terraform through to includes/api.php, " +
		"in the firewall (such as ModSecurity or Cloudflare) and in the web server's rules.",
	whmcs.PageHTML:  "Check that url is that of WHMCS's own root folder, whose includes/api.php answers, and that no firewall or proxy stands in front of it.",
	whmcs.PageOther: "Check that url is that of WHMCS's own root folder, whose includes/api.php answers.",
}

// contact records what the first call shows about the connection and the credential. It returns whether WHMCS accepted
// the credential.
func (p *probe) contact(err error) bool {
	p.Encryption(p.client.Endpoint(), true, err)
	if err != nil && p.Unreachable(err) {
		return false
	}
	var failure *whmcs.Error
	if err != nil && !errors.As(err, &failure) {
		p.Fail(preflight.Reachable, preflight.Documented, err.Error(), "Please report this to the provider's maintainers.")
		return false
	}
	code := whmcs.CodeOf(err)
	if code == whmcs.CodeNotAPI {
		what, _, _ := strings.Cut(failure.Message, ": check that")
		p.Fail(preflight.Reachable, preflight.Documented, what, pageRemedies[failure.Page])
		return false
	}
	detail := "WHMCS's API answers at " + p.client.Endpoint().Host
	if p.client.Noisy() {
		detail += "; a notice of PHP or other text stands in front of its answers, which display_errors = Off in PHP would keep out"
	}
	p.Pass(preflight.Reachable, preflight.Documented, detail)
	switch {
	case code == whmcs.CodeIP:
		p.Fail(preflight.IPAllowed, preflight.Seen, failure.Message, failure.Remedy()+". The address in the message is the one that WHMCS saw, which behind a proxy is the proxy's")
		return false
	case code == whmcs.CodeCredentials:
		p.Fail(preflight.Credential, preflight.Seen, failure.Message, failure.Remedy()+", and that its administrator's role has the permission API Access")
		return false
	case code == whmcs.CodeRefused, code == whmcs.CodePermission && !strings.HasPrefix(failure.Message, "Invalid Permissions"):
		p.Fail(preflight.Credential, preflight.Seen, "WHMCS, or what stands in front of it, answered in words that the provider does not know: "+failure.Message,
			"Follow the message. Where it is not WHMCS's own, look into the firewall or proxy in front of it.")
		return false
	}
	from := "WHMCS lets this caller in"
	if p.info != nil && p.info.CallerIP != "" {
		from += ", and sees its calls come from " + p.info.CallerIP
	}
	p.Pass(preflight.IPAllowed, preflight.Seen, from)
	p.Pass(preflight.Credential, preflight.Seen, "WHMCS knows the API credential")
	return true
}
