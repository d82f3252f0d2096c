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
	assumedAddon = "solusvm2" // the folder of the addon (facts/solusvm2), if the companion does not name another one
)

// askWHMCS checks the addon in WHMCS through the companion.
func (p *probe) askWHMCS() {
	info, err := p.whmcs.Info(p.ctx)
	if err != nil {
		remedy := "Use hosting_whmcs_preflight, which checks the connection to WHMCS and its companion in detail."
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
	p.Pass(checkWHMCS, preflight.Documented, "the companion in WHMCS responds as the installation "+info.Installation)
	p.priceGuards(info)
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

// priceGuards shows the operator's limits on prices. They cover token prices too.
func (p *probe) priceGuards(info *whmcs.Info) {
	for _, e := range info.Evidence {
		if e.Check == checkPriceGuards {
			p.Pass(checkPriceGuards, e.Grade, e.Detail)
		}
	}
}

const remedyOld = "The companion is too old. Run `terraform-provider-hosting companion --out DIR` and copy the files into WHMCS's root folder."

// unread records a read from the companion that failed.
func (p *probe) unread(check, grade, noun string, err error) {
	remedy := "Follow the message, and try again. hosting_whmcs_preflight checks the companion in detail."
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
	_, module := whmcs.CollectionOf[whmcs.AddonModule](p.whmcs, whmcs.KindAddonModule).Validate(p.ctx, addon, nil, nil, whmcs.WriteOptions{})
	_, settings := whmcs.CollectionOf[whmcs.SolusVM2Billing](p.whmcs, whmcs.KindSolusVM2Billing).Validate(p.ctx, whmcs.SingleID, nil, nil, whmcs.WriteOptions{Connect: true})
	for _, dry := range []struct {
		what string
		err  error
	}{
		{"the addon module " + addon, module},
		{"the addon's settings", settings},
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
		p.Fail(checkWritable, preflight.Documented, "the companion would refuse to write: "+strings.Join(refusals, ", "),
			"Change "+strings.Join(slices.Compact(brakes), ", ")+" in "+localFile+" if Terraform should manage post-pay. Otherwise list companion_writable in ignore_checks.")
	case refusals != nil:
		p.Fail(checkWritable, preflight.Documented, "a dry run of a write failed: "+strings.Join(refusals, ", "), "Follow the message. hosting_whmcs_preflight checks the companion in detail.")
	default:
		p.Pass(checkWritable, preflight.Documented, "the companion allows writes of the addon and its settings")
	}
}

// lacksPlaces reports whether a connection was refused only because the addon does not store some of its settings.
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
		p.unread(checkAddonFiles, preflight.Documented, "the files of the addon "+addon, err)
	case !there.Installed:
		p.Fail(checkAddonFiles, preflight.Documented, "WHMCS has no folder modules/addons/"+addon,
			"Download the vendor's addon, unpack it, and upload its folder to modules/addons. If its folder has another name, set solusvm2.addon in "+localFile+".")
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
		p.Fail(checkAddonAccess, preflight.Seen, "no administrator role group may use the addon "+addon, "Set admin_role_ids of hosting_whmcs_addon_module, or choose role groups in WHMCS under System Settings > Addon Modules > Configure.")
	default:
		p.Pass(checkAddonAccess, preflight.Seen, "the administrator role groups "+strings.Join(found.Row.AdminRoleIDs, ", ")+" may use the addon "+addon)
	}
}

// settings checks the stored settings of the addon. A setting that the addon does not store is nil. The check
// addon_settings reports it.
func (p *probe) settings(b *whmcs.SolusVM2Billing, there *whmcs.Discovery) {
	p.places(b, there)
	p.connection(b)
	if enabled := b.PostPayEnabled; enabled != nil {
		if *enabled {
			p.Pass(checkPostPay, preflight.Assumed, "post-pay is enabled, with the landing page "+b.LandingPageURL)
		} else {
			p.Fail(checkPostPay, preflight.Assumed, "post-pay is not enabled, so its landing page is not available", "Set post_pay.enabled of hosting_solusvm2_billing_settings, or enable post-pay in the addon.")
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
		p.Pass(checkAddonSettings, preflight.Assumed, "every setting of the addon "+b.Addon+" is in the expected place")
		return
	}
	found := "The addon's storage could not be read"
	if there != nil {
		var tables []string
		for _, name := range slices.Sorted(maps.Keys(there.Tables)) {
			tables = append(tables, name+" ("+strings.Join(there.Tables[name], ", ")+")")
		}
		found = "Stored settings: " + orNone(there.Settings) + ". Tables: " + orNone(tables)
	}
	var lines []string
	for _, field := range missing {
		lines = append(lines, "'"+field+"' => ['store' => 'addon_setting', 'name' => '...']")
	}
	p.Fail(checkAddonSettings, preflight.Assumed, "the addon "+b.Addon+" does not have "+strings.Join(missing, ", ")+" in the expected places. "+found,
		"Terraform does not write these settings. Set their places in "+localFile+": 'solusvm2' => ['places' => ["+strings.Join(lines, ", ")+"]]. PROTOCOL.md of the companion shows the forms, tables included. "+
			"The companion knows a setting that was never stored only after Terraform has written another one, because that runs the addon's own declaration.")
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
		lacks := "neither the address nor the API key of a panel"
		switch {
		case *b.URL != "":
			lacks = "the address " + *b.URL + ", but no API key"
		case *b.APIKeyFingerprint != "":
			lacks = "an API key, but no address of a panel"
		}
		p.Fail(checkConnection, preflight.Assumed, "the addon has "+lacks, "Connect it with api_connection of hosting_solusvm2_billing_settings, or set installation URL and API key on the addon's first page.")
	} else {
		p.Pass(checkConnection, preflight.Assumed, "the addon has the address "+*b.URL+" and an API key (not tested here, but whenever they are stored)")
	}
	switch {
	case *b.URL == "" || p.panel == nil:
	case p.panel.IsAt(*b.URL):
		p.Pass(checkConnectionPanel, preflight.Documented, "the addon is connected to the panel that the provider is configured for")
	default:
		p.Fail(checkConnectionPanel, preflight.Documented, "the addon is connected to "+*b.URL+", and the provider is configured for the panel at "+p.panel.BaseURL(),
			"Set api_connection.url of hosting_solusvm2_billing_settings and solusvm2.url of the provider to the same panel. If WHMCS uses another address of the same panel, list connection_panel in ignore_checks.")
	}
}

// newUserGroup checks whether the panel has the limit group of new users.
func (p *probe) newUserGroup(id *string) {
	const choose = "Set post_pay.new_user_limit_group_id of hosting_solusvm2_billing_settings. hosting_solusvm2_limit_groups lists the panel's limit groups."
	switch {
	case id == nil:
		p.Fail(checkNewUserGroup, preflight.Assumed, "no limit group is set for new users, so they can order without limits", choose)
		return
	case p.panel == nil:
		p.Pass(checkNewUserGroup, preflight.Assumed, "new users get the limit group "+*id+" (the panel was not checked for it)")
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
			p.Pass(checkNewUserGroup, preflight.Assumed, fmt.Sprintf("new users get the limit group %q (id %s)", group.Name, group.ID))
			return
		}
	}
	p.Fail(checkNewUserGroup, preflight.Assumed, "new users get the limit group "+*id+", which the panel does not have", choose)
}

func (p *probe) terms(terms *string) {
	if terms == nil {
		return
	}
	if *terms == "" {
		p.Pass(checkTerms, preflight.Documented, "no terms and conditions of post-pay are set (they are optional)")
		return
	}
	if at, err := url.Parse(*terms); err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		p.Fail(checkTerms, preflight.Documented, fmt.Sprintf("the address of the terms, %q, is not an absolute http or https URL", *terms), "Correct post_pay.terms_url of hosting_solusvm2_billing_settings, or set it to \"\".")
		return
	}
	p.Pass(checkTerms, preflight.Documented, "customers see the terms at "+*terms)
}

func (p *probe) overdueDays(b *whmcs.SolusVM2Billing) {
	if b.InvoiceGraceDays == nil || b.LockOverdueDays == nil || b.SuspendOverdueDays == nil {
		return
	}
	found := fmt.Sprintf("an invoice is overdue %d days after its creation, and its user is locked %d days and suspended %d days after the due date", *b.InvoiceGraceDays, *b.LockOverdueDays, *b.SuspendOverdueDays)
	if *b.LockOverdueDays > *b.SuspendOverdueDays {
		p.Fail(checkOverdueDays, preflight.Documented, found+". The lock comes later than the suspension, which is more severe", "Set lock_overdue_days to at most suspend_overdue_days.")
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
		wrong = append(wrong, "the price of a token is zero in "+strings.Join(free, ", "))
	}
	if wrong != nil {
		p.Fail(checkTokenPrices, preflight.Documented, strings.Join(wrong, ", and "), "Set token_prices of hosting_solusvm2_billing_settings for every active currency. A price of zero needs guards.allow_zero_price.")
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
		p.unread(checkLandingPage, preflight.Documented, "the template of the landing page", err)
		return
	}
	detail := "WHMCS uses the addon's landing page, because there is no file " + found.Row.Path
	switch {
	case found.Row.Present && found.Row.Managed:
		detail = "WHMCS uses the landing page " + found.Row.Path + ", which Terraform wrote"
	case found.Row.Present:
		detail = "WHMCS uses the landing page " + found.Row.Path + ", which Terraform did not write"
	}
	if _, refusal := pages.Validate(p.ctx, whmcs.SingleID, nil, nil, whmcs.WriteOptions{}); refusal != nil {
		detail += ". The companion would refuse hosting_solusvm2_landing_page: " + reason(refusal)
	} else {
		detail += ". hosting_solusvm2_landing_page can write it"
	}
	p.Pass(checkLandingPage, preflight.Documented, detail)
}
