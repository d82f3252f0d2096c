package preflight

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/preflight"
)

const (
	remedyURL = "Check that url is the URL of the panel's web interface, without a path except /api/v1. Check that no login page, firewall or proxy is in front of the panel."
	// remedyShape is the remedy for responses that do not have the known shape.
	remedyShape = "The API of this panel version differs from the known API. Compare it with the vendor's reference of this version, and report it to the provider's maintainers. " +
		"If the configuration does not use this part, list the check in ignore_checks."
)

// words returns the message of the panel.
func words(e *solusvm2.Error) string {
	return fmt.Sprintf("%s: %s (HTTP %d)", e.Operation, strings.TrimSuffix(e.Message, "."), e.Status)
}

// askPanel checks the panel, as far as the token permits.
func (p *probe) askPanel() {
	user, wrong, err := p.panel.ProbeAccount(p.ctx)
	if !p.contact(err) {
		return
	}
	p.account(user, wrong, err)
	integration, wrong, err := p.panel.ProbeSettings(p.ctx)
	administrator := !refused(err, http.StatusForbidden)
	switch {
	case !administrator:
		p.Fail(checkAdministrator, preflight.Documented, "the token's user is not an administrator: "+reason(err)+rolesOf(user),
			"Generate the token as an administrator (SolusVM 2: Account > API tokens). A token has the rights of its user, and only administrators can use settings and limit groups.")
	case err == nil:
		p.Pass(checkAdministrator, preflight.Documented, "the token's user is an administrator, because the panel shows its settings"+rolesOf(user))
	}
	if administrator {
		if p.shape(checkSettings, preflight.Documented, "settings", wrong, err) {
			p.integration = &integration
			p.Pass(checkSettings, preflight.Documented, "the settings have the billing integration in the known form (the other settings are not checked)")
		}
	}
	p.lists(administrator, user)
}

func rolesOf(user solusvm2.User) string {
	if len(user.Roles) == 0 {
		return ""
	}
	return " (roles: " + strings.Join(user.Roles, ", ") + ")"
}

func refused(err error, status int) bool {
	var failure *solusvm2.Error
	return errors.As(err, &failure) && !failure.Page && failure.Status == status
}

// contact records what the first call shows about the connection and the token. It returns whether the panel accepted
// the token.
func (p *probe) contact(err error) bool {
	p.Encryption(p.panel.Endpoint(), true, err)
	if err != nil && p.Unreachable(err) {
		return false
	}
	var failure *solusvm2.Error
	answered := errors.As(err, &failure)
	if answered && (failure.Page || failure.Status == http.StatusNotFound) {
		p.Fail(preflight.Reachable, preflight.Documented, words(failure), remedyURL)
		return false
	}
	p.Pass(preflight.Reachable, preflight.Documented, "the panel's API responds at "+p.panel.Endpoint().Host)
	switch {
	case answered && failure.Status == http.StatusUnauthorized:
		p.Fail(preflight.Credential, preflight.Documented, "the panel does not accept the token, or its user is suspended: "+words(failure),
			"Generate a token (SolusVM 2: Account > API tokens) and set solusvm2.token or SOLUSVM2_TOKEN. The panel shows the token only once.")
		return false
	case answered && failure.Status == http.StatusForbidden:
		// A user with any role may read the own account.
		p.Fail(preflight.IPAllowed, preflight.Documented, "the panel knows the token, but refuses the address of this machine: "+words(failure),
			"Add the address of the machine that runs Terraform to the allowed IP addresses of the token's user in the panel. Behind a proxy, add the address of the proxy.")
		return false
	}
	if !answered {
		p.Pass(preflight.IPAllowed, preflight.Documented, "the panel accepts the address of this machine")
		p.Pass(preflight.Credential, preflight.Documented, "the panel accepts the token")
	}
	return true
}

func (p *probe) account(user solusvm2.User, wrong []string, err error) {
	if p.shape(checkAccount, preflight.Documented, "the account", wrong, err) {
		p.Pass(checkAccount, preflight.Documented, fmt.Sprintf("the token is that of user %s, whose status is %s", user.ID, user.Status))
	}
}

// shape records a read that failed or whose response has an unknown shape. It returns whether the shape is known.
func (p *probe) shape(check, grade, noun string, wrong []string, err error) bool {
	var failed *transport.Error
	var failure *solusvm2.Error
	switch {
	case len(wrong) > 0:
		p.Fail(check, grade, noun+": "+strings.Join(wrong, ", "), remedyShape)
	case err == nil:
		return true
	case errors.As(err, &failed):
		p.Fail(check, grade, preflight.Failure(failed), failed.Remedy)
	case errors.As(err, &failure) && failure.Page:
		p.Fail(check, grade, words(failure), remedyURL)
	case errors.As(err, &failure):
		p.Fail(check, grade, words(failure), "Look in the panel's logs for the cause. "+remedyShape)
	default:
		p.Fail(check, grade, err.Error(), remedyShape)
	}
	return false
}

// lists checks the collections that every user may read, and those that only an administrator may read.
func (p *probe) lists(administrator bool, user solusvm2.User) {
	paged := &paging{}
	if administrator {
		p.users(paged, user)
		p.limitGroups(paged)
	}
	if tokens, looked := p.list(paged, checkAPITokens, "API tokens", solusvm2.ProbeAPITokens, nil); looked {
		p.Pass(checkAPITokens, preflight.Documented, seen("API tokens", tokens))
	}
	if servers, looked := p.list(paged, checkServers, "servers", solusvm2.ProbeServers, nil); looked {
		p.Pass(checkServers, preflight.Documented, seen("servers", servers))
		p.serverFilter(servers)
	}
	paged.report(p)
}

// list checks one collection. It returns false when the check fails.
func (p *probe) list(paged *paging, check, noun string, what solusvm2.ProbeKind, query url.Values) (solusvm2.ProbeResult, bool) {
	shape, err := p.panel.ProbeList(p.ctx, what, query)
	if shape.Read {
		paged.note(noun, shape)
	}
	return shape, p.shape(check, preflight.Documented, noun, shape.FieldProblems, err)
}

// paging collects the page information of the lists.
type paging struct {
	lists int
	wrong []string
}

func (l *paging) note(noun string, s solusvm2.ProbeResult) {
	l.lists++
	for _, wrong := range s.PagingProblems {
		l.wrong = append(l.wrong, noun+": "+wrong)
	}
}

// seen describes how much of a list has the known shape.
func seen(noun string, s solusvm2.ProbeResult) string {
	text := fmt.Sprintf("%d %s were read, all with the known form", s.Rows, noun)
	switch {
	case s.Rows == 0:
		return "the list of " + noun + " is empty, so its form could not be compared"
	case !s.All:
		text = "the first " + text
	}
	if s.Got {
		text += ", and so was one by its id"
	}
	return text
}

func (l *paging) report(p *probe) {
	switch {
	case l.wrong != nil:
		p.Fail(checkPaging, preflight.Documented, strings.Join(l.wrong, ", "), "With wrong page counts, the provider could read only a part of a list and treat the other objects as deleted. "+remedyShape)
	case l.lists > 0:
		p.Pass(checkPaging, preflight.Documented, "the lists have their page count in meta, and are read by page number")
	}
}

// users searches for the user of the token by its e-mail address.
func (p *probe) users(paged *paging, user solusvm2.User) {
	users, looked := p.list(paged, checkUsers, "users", solusvm2.ProbeUsers, url.Values{"filter[search]": {user.Email}})
	switch {
	case !looked:
	case users.Rows == 0:
		p.Fail(checkUsers, preflight.Documented, "a search for the e-mail address of the token's user finds no user", remedyShape)
	default:
		p.Pass(checkUsers, preflight.Documented, seen("users", users)+". A search by e-mail address finds the token's user")
	}
}

func (p *probe) limitGroups(paged *paging) {
	groups, looked := p.list(paged, checkLimitGroups, "limit groups", solusvm2.ProbeLimitGroups, nil)
	p.groups = looked
	if !looked {
		return
	}
	p.Pass(checkLimitGroups, preflight.Documented, seen("limit groups", groups)+". A limit that is not enabled means no limit")
	if p.shape(checkLimitGroupByID, preflight.Assumed, "a limit group by its id", nil, p.panel.ProbeLimitGroup(p.ctx, groups.FirstID)) {
		p.Pass(checkLimitGroupByID, preflight.Assumed, "limit groups can be read by id, and the panel reports an id that does not exist. Creating, changing and deleting them was not tried, because this check writes nothing")
	}
}

func (p *probe) serverFilter(servers solusvm2.ProbeResult) {
	if servers.FirstUserID == "" {
		p.Pass(checkServerFilter, preflight.Documented, "the panel has no server with a user, so the filter could not be tried")
		return
	}
	rows, others, err := p.panel.ProbeServerFilter(p.ctx, servers.FirstUserID)
	switch {
	case !p.shape(checkServerFilter, preflight.Documented, "servers of one user", nil, err):
	case rows == 0 || others > 0:
		p.Fail(checkServerFilter, preflight.Documented, fmt.Sprintf("a list of the servers of user %s has %d servers, of which %d belong to other users", servers.FirstUserID, rows, others),
			"Do not use the filters of hosting_solusvm2_servers, and filter the list in the configuration. "+remedyShape)
	default:
		p.Pass(checkServerFilter, preflight.Documented, fmt.Sprintf("a list of the servers of user %s has %d servers, all of this user", servers.FirstUserID, rows))
	}
}

// billingIntegration compares the panel's billing integration with this WHMCS. It needs only the address of WHMCS.
func (p *probe) billingIntegration() {
	if p.integration == nil {
		return
	}
	const reconnect = "WHMCS writes the integration at every successful connection. To connect again, change reconnect_triggers of hosting_solusvm2_billing_settings, or use Test connection in the addon."
	got := *p.integration
	if got.Type != "whmcs" {
		kind := "of the type " + got.Type
		if got.Type == "" {
			kind = "none"
		}
		p.Fail(checkIntegration, preflight.Documented, "the panel's billing integration is "+kind+", not of the type whmcs", "Connect WHMCS with the panel. "+reconnect+" If WHMCS does not bill this panel, list billing_integration in ignore_checks.")
		return
	}
	p.Pass(checkIntegration, preflight.Documented, "the panel's billing integration is of the type whmcs")
	if got.HasToken {
		p.Pass(checkIntegrationToken, preflight.Documented, "the billing integration has a token")
	} else {
		p.Fail(checkIntegrationToken, preflight.Documented, "the billing integration shows no token. The panel needs it to read token prices and to sign users on to WHMCS", reconnect+" If the panel's API hides the token, list billing_integration_token in ignore_checks.")
	}
	p.callback(got.URL, reconnect)
}

// callbackForm is the path of the addon's callback below the address of WHMCS (facts/solusvm2: fixture).
var callbackForm = regexp.MustCompile(`^https?://.+/modules/addons/[^/]+/api/?$`)

func (p *probe) callback(shown, reconnect string) {
	if p.billing == nil || p.billing.IntegrationURL == "" {
		if callbackForm.MatchString(shown) {
			p.Pass(checkIntegrationURL, preflight.Documented, "the billing integration points to "+shown+", which has the form of the addon's callback. The provider is not configured for WHMCS, so the address could not be compared")
			return
		}
		p.Fail(checkIntegrationURL, preflight.Documented, "the billing integration points to "+shown+", which does not have the form <WHMCS>/modules/addons/<addon>/api/", reconnect)
		return
	}
	wanted := p.billing.IntegrationURL
	if sameURL(shown, wanted) {
		p.Pass(checkIntegrationURL, preflight.Documented, "the billing integration points to this WHMCS: "+shown)
		return
	}
	p.Fail(checkIntegrationURL, preflight.Documented, "the billing integration points to "+shown+", and the callback of this WHMCS is "+wanted,
		reconnect+" If another WHMCS bills this panel, configure the provider for that WHMCS. If the address of this WHMCS is wrong, correct it in General Settings.")
}

// sameURL compares addresses. It ignores the case of the host, the default port, and a slash at the end.
func sameURL(a, b string) bool {
	one, errA := transport.NormalizeBaseURL(a)
	other, errB := transport.NormalizeBaseURL(b)
	return errA == nil && errB == nil && one == other
}
