package preflight

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/preflight"
)

const (
	localFile    = "includes/terraform_companion/companion.local.php"
	assumedAddon = "solusvm2" // the folder of the addon (facts/solusvm2), when the companion does not name another one
)

// askWHMCS checks the addon in WHMCS through the companion.
func (p *probe) askWHMCS() {
	info, err := p.whmcs.Info(p.ctx)
	if err != nil {
		remedy := "hosting_whmcs_preflight looks more closely at the way to WHMCS and its companion."
		var failed *transport.Error
		var answered *whmcs.Error
		switch {
		case errors.As(err, &failed) && failed.Remedy != "":
			remedy = failed.Remedy + " " + remedy
		case errors.As(err, &answered) && answered.Remedy() != "":
			remedy = answered.Remedy() + ". " + remedy
		}
		p.Fail(checkWHMCS, preflight.Documented, reason(err), remedy)
		return
	}
	p.Pass(checkWHMCS, preflight.Documented, "the companion in WHMCS answers as the installation "+info.Installation)
	found, err := whmcs.CollectionOf[whmcs.SolusVM2Billing](p.whmcs, whmcs.KindSolusVM2Billing).Get(p.ctx, whmcs.SingleID)
	switch {
	case err == nil && found.Row == nil:
		p.Fail(checkAddonSettings, preflight.Assumed, "the companion has no object for the settings of the addon", remedyOld)
	case err != nil:
		p.unread(checkAddonSettings, preflight.Assumed, "the settings of the addon", err)
	default:
		p.billing = found.Row
	}
	addon := assumedAddon
	if p.billing != nil && p.billing.Addon != "" {
		addon = p.billing.Addon
	}
	p.writable(addon)
	p.addon(addon)
	p.landingPage()
}

const remedyOld = "A companion of an earlier version does not know it: run `terraform-provider-hosting companion --out DIR` and copy the files into WHMCS's root folder."

// unread records a read from the companion that failed.
func (p *probe) unread(check, grade, noun string, err error) {
	remedy := "Look at the answer, and try again; hosting_whmcs_preflight looks more closely at the companion."
	switch whmcs.CodeOf(err) {
	case whmcs.CodeInvalid, whmcs.CodeUnsupported:
		remedy = remedyOld
	}
	p.Fail(check, grade, noun+" could not be read: "+reason(err), remedy)
}

// writable checks with dry runs what the safety settings of the operator permit. The dry run of the settings also
// shows which columns a connection lacks.
func (p *probe) writable(addon string) {
	var refusals, brakes []string
	for _, dry := range []struct {
		what string
		err  error
	}{
		{"the addon module " + addon, whmcs.CollectionOf[whmcs.AddonModule](p.whmcs, whmcs.KindAddonModule).Validate(p.ctx, addon, nil, nil, whmcs.WriteOptions{})},
		{"the addon's settings", whmcs.CollectionOf[whmcs.SolusVM2Billing](p.whmcs, whmcs.KindSolusVM2Billing).Validate(p.ctx, whmcs.SingleID, nil, nil, whmcs.WriteOptions{Connect: true})},
	} {
		var failure *whmcs.Error
		_ = errors.As(dry.err, &failure)
		switch code := whmcs.CodeOf(dry.err); {
		case dry.err == nil, code == whmcs.CodeNotFound: // the addon is not active yet
		case code == whmcs.CodeReadOnly:
			refusals = append(refusals, fmt.Sprintf("%s: %s (%s)", dry.what, strings.TrimSuffix(failure.Message, "."), failure.Details.Reason))
			brakes = append(brakes, failure.Details.Reason)
		case code == whmcs.CodeUnsupported && lacksPlaces(failure):
			for _, e := range failure.Details.Errors {
				p.unplaced = append(p.unplaced, e.Field)
			}
		default:
			refusals = append(refusals, dry.what+": "+reason(dry.err))
		}
	}
	switch {
	case brakes != nil:
		slices.Sort(brakes)
		p.Fail(checkWritable, preflight.Documented, "the companion would refuse to write: "+strings.Join(refusals, "; "),
			"Change "+strings.Join(slices.Compact(brakes), ", ")+" in "+localFile+" when Terraform is to manage post-pay, or list companion_writable in ignore_checks.")
	case refusals != nil:
		p.Fail(checkWritable, preflight.Documented, "a dry run of a write does not pass: "+strings.Join(refusals, "; "), "Follow the message; hosting_whmcs_preflight looks more closely at the companion.")
	default:
		p.Pass(checkWritable, preflight.Documented, "the companion lets the addon and its settings be written")
	}
}

// lacksPlaces tells whether a connection was refused only because the addon does not store some of its settings.
func lacksPlaces(failure *whmcs.Error) bool {
	for _, e := range failure.Details.Errors {
		if !slices.Contains([]string{"url", "api_key", "integration_token"}, e.Field) {
			return false
		}
	}
	return len(failure.Details.Errors) > 0
}

// addon checks the addon's folder, its activation and its administrators, and the settings of an active addon.
func (p *probe) addon(addon string) {
	there, err := p.whmcs.Discover(p.ctx, addon)
	switch {
	case err != nil:
		p.unread(checkAddonFiles, preflight.Documented, "what there is of the addon "+addon, err)
	case !there.Installed:
		p.Fail(checkAddonFiles, preflight.Documented, "WHMCS has no folder modules/addons/"+addon,
			"Download the vendor's addon, unpack it, and upload its folder to modules/addons. Where it has another name, say so in solusvm2.addon of "+localFile+".")
	default:
		p.Pass(checkAddonFiles, preflight.Documented, "WHMCS has the folder modules/addons/"+addon)
	}
	active := p.billing != nil && p.billing.Active
	switch {
	case p.billing == nil && there == nil: // neither the companion nor WHMCS knows the addon
	case p.billing == nil:
		active = there.Active
		fallthrough
	default:
		p.active(addon, active, there)
	}
	if !active {
		return
	}
	p.access(addon)
	if p.billing != nil {
		p.settings(p.billing, there)
	}
}

func (p *probe) active(addon string, active bool, there *whmcs.Discovery) {
	switch {
	case active:
		p.Pass(checkAddonActive, preflight.Documented, "the addon module "+addon+" is active")
	case there == nil || there.Installed:
		p.Fail(checkAddonActive, preflight.Documented, "the addon module "+addon+" is not active, so it has no settings",
			"Activate it with hosting_whmcs_addon_module, or in WHMCS under System Settings > Addon Modules.")
	}
}

// access checks whether any administrator may use the addon.
func (p *probe) access(addon string) {
	found, err := whmcs.CollectionOf[whmcs.AddonModule](p.whmcs, whmcs.KindAddonModule).Get(p.ctx, addon)
	switch {
	case err != nil:
		p.unread(checkAddonAccess, preflight.Seen, "the addon module "+addon, err)
	case found.Row == nil || len(found.Row.AdminRoleIDs) == 0:
		p.Fail(checkAddonAccess, preflight.Seen, "no administrator role group may use the addon "+addon, "Choose role groups with admin_role_ids of hosting_whmcs_addon_module, or in WHMCS under System Settings > Addon Modules > Configure.")
	default:
		p.Pass(checkAddonAccess, preflight.Seen, "the administrator role groups "+strings.Join(found.Row.AdminRoleIDs, ", ")+" may use the addon "+addon)
	}
}

// settings checks the stored settings of the addon. A setting that the addon does not store is nil; the check
// addon_settings reports it.
func (p *probe) settings(b *whmcs.SolusVM2Billing, there *whmcs.Discovery) {
	p.places(b, there)
	p.connection(b)
	if enabled := b.PostPayEnabled; enabled != nil {
		if *enabled {
			p.Pass(checkPostPay, preflight.Assumed, "post-pay is enabled; its landing page is "+b.LandingPageURL)
		} else {
			p.Fail(checkPostPay, preflight.Assumed, "post-pay is not enabled, so its landing page cannot be reached", "Enable it with post_pay.enabled of hosting_solusvm2_billing_settings, or in the addon.")
		}
	}
	if !slices.Contains(b.Missing, "new_user_limit_group_id") {
		p.newUserGroup(b.NewUserLimitGroupID)
	}
	p.terms(b.TermsURL)
	p.overdueDays(b)
	if b.TokenPrices != nil {
		p.tokenPrices(b)
	}
}

func (p *probe) places(b *whmcs.SolusVM2Billing, there *whmcs.Discovery) {
	var missing []string
	for _, field := range append(slices.Clone(b.Missing), p.unplaced...) {
		missing = append(missing, strings.TrimSuffix(field, "_fingerprint"))
	}
	slices.Sort(missing)
	missing = slices.Compact(missing)
	if len(missing) == 0 {
		p.Pass(checkAddonSettings, preflight.Assumed, "every setting of the addon "+b.Addon+" is found where the companion's map has it")
		return
	}
	found := "what there is could not be read"
	if there != nil {
		var tables []string
		for _, name := range slices.Sorted(maps.Keys(there.Tables)) {
			tables = append(tables, name+" ("+strings.Join(there.Tables[name], ", ")+")")
		}
		found = "it stores the settings " + orNone(there.Settings) + "; its tables are " + orNone(tables)
	}
	var lines []string
	for _, field := range missing {
		lines = append(lines, "'"+field+"' => ['store' => 'addon_setting', 'name' => '...']")
	}
	p.Fail(checkAddonSettings, preflight.Assumed, "the addon "+b.Addon+" does not have "+strings.Join(missing, ", ")+" where the companion's map has them; "+found,
		"Nothing is written to them. Say in "+localFile+" where they are: 'solusvm2' => ['places' => ["+strings.Join(lines, ", ")+"]]; PROTOCOL.md of the companion shows the forms, tables included. "+
			"A setting that was never stored is known only once Terraform has written another one, because that runs the addon's own declaration.")
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// connection checks whether the addon has an address and a key, and whether the address is that of the provider's
// panel.
func (p *probe) connection(b *whmcs.SolusVM2Billing) {
	if b.URL == nil || b.APIKeyFingerprint == nil {
		return
	}
	if *b.URL == "" || *b.APIKeyFingerprint == "" {
		lacks := "no address and no API key of a panel"
		switch {
		case *b.URL != "":
			lacks = "the address " + *b.URL + " and no API key"
		case *b.APIKeyFingerprint != "":
			lacks = "an API key and no address of a panel"
		}
		p.Fail(checkConnection, preflight.Assumed, "the addon has "+lacks, "Connect it with api_connection of hosting_solusvm2_billing_settings, or with installation URL and API key on the addon's first page.")
	} else {
		p.Pass(checkConnection, preflight.Assumed, "the addon has the address "+*b.URL+" and an API key; whether they work is tested when they are stored, and not here")
	}
	switch {
	case *b.URL == "" || p.panel == nil:
	case p.panel.IsAt(*b.URL):
		p.Pass(checkConnectionPanel, preflight.Documented, "the addon is connected with the panel that the provider is configured for")
	default:
		p.Fail(checkConnectionPanel, preflight.Documented, "the addon is connected with "+*b.URL+", and the provider is configured for the panel at "+p.panel.BaseURL(),
			"Bring api_connection.url of hosting_solusvm2_billing_settings and solusvm2.url of the provider to one panel. Where WHMCS reaches the same panel by another address, list connection_panel in ignore_checks.")
	}
}

// newUserGroup checks whether the panel has the limit group of new users.
func (p *probe) newUserGroup(id *string) {
	const choose = "Choose one with post_pay.new_user_limit_group_id of hosting_solusvm2_billing_settings; hosting_solusvm2_limit_groups lists those that the panel has."
	switch {
	case id == nil:
		p.Fail(checkNewUserGroup, preflight.Assumed, "no limit group is chosen for new users, so nothing of post-pay bounds what they order", choose)
		return
	case p.panel == nil:
		p.Pass(checkNewUserGroup, preflight.Assumed, "new users are given the limit group "+*id+"; whether the panel has it was not asked")
		return
	case !p.groups:
		return
	}
	groups, err := p.panel.LimitGroups(p.ctx)
	if err != nil {
		p.shape(checkNewUserGroup, preflight.Documented, "limit groups", nil, err)
		return
	}
	for _, group := range groups {
		if group.ID == *id {
			p.Pass(checkNewUserGroup, preflight.Assumed, fmt.Sprintf("new users are given the limit group %s, %q", group.ID, group.Name))
			return
		}
	}
	p.Fail(checkNewUserGroup, preflight.Assumed, "new users are to be given the limit group "+*id+", which the panel does not have", choose)
}

func (p *probe) terms(terms *string) {
	if terms == nil {
		return
	}
	if *terms == "" {
		p.Pass(checkTerms, preflight.Documented, "customers are shown no terms and conditions of post-pay; they are optional")
		return
	}
	if at, err := url.Parse(*terms); err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		p.Fail(checkTerms, preflight.Documented, fmt.Sprintf("the address of the terms, %q, is no absolute http or https address", *terms), "Correct post_pay.terms_url of hosting_solusvm2_billing_settings, or empty it.")
		return
	}
	p.Pass(checkTerms, preflight.Documented, "customers are shown the terms at "+*terms)
}

func (p *probe) overdueDays(b *whmcs.SolusVM2Billing) {
	if b.InvoiceGraceDays == nil || b.LockOverdueDays == nil || b.SuspendOverdueDays == nil {
		return
	}
	found := fmt.Sprintf("an invoice is overdue after %d days of grace, its user is locked %d days and suspended %d days after the due date", *b.InvoiceGraceDays, *b.LockOverdueDays, *b.SuspendOverdueDays)
	if *b.LockOverdueDays > *b.SuspendOverdueDays {
		p.Fail(checkOverdueDays, preflight.Documented, found+": the lock, which is the milder measure, comes later than the suspension", "Make lock_overdue_days no greater than suspend_overdue_days.")
		return
	}
	p.Pass(checkOverdueDays, preflight.Documented, found)
}

// tokenPrices checks whether a token has a price in every active currency.
func (p *probe) tokenPrices(b *whmcs.SolusVM2Billing) {
	currencies, err := p.whmcs.Currencies(p.ctx)
	if err != nil {
		remedy := "Grant GetCurrencies to the API role (Manage API Credentials > API Roles)."
		var failure *whmcs.Error
		if errors.As(err, &failure) && failure.Code == whmcs.CodeCurrencies {
			remedy = failure.Remedy() + "."
		}
		p.Fail(checkTokenPrices, preflight.Documented, "the currencies could not be listed: "+reason(err), remedy)
		return
	}
	var lacking, free, codes []string
	for _, c := range currencies {
		code := string(c.Code)
		price, priced := b.TokenPrices[code]
		switch {
		case !priced:
			lacking = append(lacking, code)
		case price.IsZero() && !p.zeroAllowed:
			free = append(free, code)
		default:
			codes = append(codes, code)
		}
	}
	var wrong []string
	if lacking != nil {
		wrong = append(wrong, "a token has no price in "+strings.Join(lacking, ", "))
	}
	if free != nil {
		wrong = append(wrong, "a token costs nothing in "+strings.Join(free, ", "))
	}
	if wrong != nil {
		p.Fail(checkTokenPrices, preflight.Documented, strings.Join(wrong, "; "), "Set token_prices of hosting_solusvm2_billing_settings for every active currency; a price of zero needs guards.allow_zero_price.")
		return
	}
	p.Pass(checkTokenPrices, preflight.Documented, "a token has a price in every active currency: "+strings.Join(codes, ", "))
}

// landingPage checks the template that replaces the landing page. A missing template is not a failure.
func (p *probe) landingPage() {
	pages := whmcs.CollectionOf[whmcs.LandingPage](p.whmcs, whmcs.KindLandingPage)
	found, err := pages.Get(p.ctx, whmcs.SingleID)
	if err == nil && (found.Row == nil || found.Row.Path == "") {
		err = errors.New("the companion has no object for it, or one without a path")
	}
	if err != nil {
		p.unread(checkLandingPage, preflight.Documented, "the override of the landing page's template", err)
		return
	}
	detail := "the landing page is the addon's own: there is no file " + found.Row.Path
	switch {
	case found.Row.Present && found.Row.Managed:
		detail = "the landing page's template is overridden by " + found.Row.Path + ", which Terraform wrote"
	case found.Row.Present:
		detail = "the landing page's template is overridden by " + found.Row.Path + ", which Terraform did not write"
	}
	if refusal := pages.Validate(p.ctx, whmcs.SingleID, nil, nil, whmcs.WriteOptions{}); refusal != nil {
		detail += "; hosting_solusvm2_landing_page would be refused: " + reason(refusal)
	} else {
		detail += "; hosting_solusvm2_landing_page may write it"
	}
	p.Pass(checkLandingPage, preflight.Documented, detail)
}
