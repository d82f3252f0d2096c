package preflight

import (
	"errors"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/preflight"
)

// pageRemedies are the next steps if the response is a page instead of an API response, by kind of page.
var pageRemedies = map[whmcs.Page]string{
	whmcs.PageEmpty:       "An empty response usually means a PHP error while display_errors is off. Check the web server's error log, and PHP's memory and time limits.",
	whmcs.PageLicense:     "Open WHMCS's admin area and correct the problem with the license. Until then, WHMCS responds to no API call.",
	whmcs.PageMaintenance: "Try again after the maintenance (General Settings > Maintenance Mode). Or allow API calls in the proxy or firewall in front of WHMCS.",
	whmcs.PageUpgrade:     "Complete the upgrade of WHMCS in the browser, and remove its install folder.",
	whmcs.PagePHPError:    "Look in the web server's error log for the cause. It is often a hook or a module.",
	whmcs.PageLogin:       "A proxy or the web server in front of WHMCS requires a login. Allow the machine that runs Terraform to call includes/api.php. Or send the login with headers in the provider configuration.",
	whmcs.PageFirewall: "Allow POST requests from the machine that runs Terraform to includes/api.php, " +
		"in the firewall (such as ModSecurity or Cloudflare) and in the web server's rules.",
	whmcs.PageHTML:  "Check that url is the URL of WHMCS's root folder, which has includes/api.php. Check that no firewall or proxy is in front of WHMCS.",
	whmcs.PageOther: "Check that url is the URL of WHMCS's root folder, which has includes/api.php.",
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
	detail := "WHMCS's API responds at " + p.client.Endpoint().Host
	if p.client.Noisy() {
		detail += ". Its responses begin with a notice of PHP or other text. Set display_errors = Off in PHP to avoid that"
	}
	p.Pass(preflight.Reachable, preflight.Documented, detail)
	switch {
	case code == whmcs.CodeIP:
		p.Fail(preflight.IPAllowed, preflight.Seen, failure.Message, failure.Remedy()+". The address in the message is the address that WHMCS sees. Behind a proxy, it is the address of the proxy")
		return false
	case code == whmcs.CodeCredentials:
		p.Fail(preflight.Credential, preflight.Seen, failure.Message, failure.Remedy()+", and that its administrator's role has the permission API Access")
		return false
	case code == whmcs.CodeRefused, code == whmcs.CodePermission && !strings.HasPrefix(failure.Message, "Invalid Permissions"):
		p.Fail(preflight.Credential, preflight.Seen, "WHMCS, or a proxy in front of it, returned a message that the provider does not know: "+failure.Message,
			"Follow the message. If WHMCS did not send it, check the firewall or proxy in front of WHMCS.")
		return false
	}
	from := "WHMCS accepts the address of this machine"
	if p.info != nil && p.info.CallerIP != "" {
		from += ", which it sees as " + p.info.CallerIP
	}
	p.Pass(preflight.IPAllowed, preflight.Seen, from)
	p.Pass(preflight.Credential, preflight.Seen, "WHMCS accepts the API credential")
	return true
}
