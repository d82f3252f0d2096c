package preflight

import (
	"context"
	"errors"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/preflight"
)

const (
	checkPanel            = "panel"
	checkAdministrator    = "administrator"
	checkAccount          = "account"
	checkSettings         = "settings"
	checkUsers            = "users"
	checkLimitGroups      = "limit_groups"
	checkLimitGroupByID   = "limit_group_by_id"
	checkAPITokens        = "api_tokens"
	checkServers          = "servers"
	checkServerFilter     = "server_filter"
	checkPaging           = "paging"
	checkIntegration      = "billing_integration"
	checkIntegrationURL   = "billing_integration_url"
	checkIntegrationToken = "billing_integration_token"

	checkWHMCS           = "whmcs"
	checkWritable        = "companion_writable"
	checkPriceGuards     = "price_guards"
	checkAddonFiles      = "addon_files"
	checkAddonActive     = "addon_active"
	checkAddonAccess     = "addon_access"
	checkAddonSettings   = "addon_settings"
	checkConnection      = "connection"
	checkConnectionPanel = "connection_panel"
	checkPostPay         = "post_pay"
	checkNewUserGroup    = "new_user_limit_group"
	checkTerms           = "terms_url"
	checkOverdueDays     = "overdue_days"
	checkTokenPrices     = "token_prices"
	checkLandingPage     = "landing_page"
)

// checks are the names of all findings, in their order. A name never changes.
var checks = []string{
	checkPanel, preflight.Reachable, preflight.TLS, preflight.IPAllowed, preflight.Credential, checkAdministrator, checkAccount, checkSettings, checkUsers,
	checkLimitGroups, checkLimitGroupByID, checkAPITokens, checkServers, checkServerFilter, checkPaging,
	checkIntegration, checkIntegrationURL, checkIntegrationToken,
	checkWHMCS, checkWritable, checkPriceGuards, checkAddonFiles, checkAddonActive, checkAddonAccess, checkAddonSettings, checkConnection, checkConnectionPanel,
	checkPostPay, checkNewUserGroup, checkTerms, checkOverdueDays, checkTokenPrices, checkLandingPage,
}

// probe is one run of the preflight.
type probe struct {
	*preflight.Report
	ctx         context.Context  //nolint:containedctx // a probe lives as long as one read
	panel       *solusvm2.Client // nil when the provider is not configured for it
	whmcs       *whmcs.Client    // nil where the provider is not configured for it
	zeroAllowed bool             // a token may cost nothing

	integration *solusvm2.BillingIntegration // nil when it could not be read
	groups      bool                         // the panel's limit groups can be listed
	billing     *whmcs.SolusVM2Billing       // nil when the addon's settings could not be read
	unplaced    []string                     // settings of a connection that the addon does not store
}

func (p *probe) run(panelMissing, whmcsMissing string) {
	if p.panel == nil {
		p.Pass(checkPanel, preflight.Documented, panelMissing+" The panel was therefore not checked, only WHMCS")
	} else {
		p.askPanel()
	}
	if p.whmcs == nil {
		p.Pass(checkWHMCS, preflight.Documented, whmcsMissing+" The addon in WHMCS was therefore not checked, only the panel")
	} else {
		p.askWHMCS()
	}
	p.billingIntegration()
}

// redact masks the secrets of both systems.
func (p *probe) redact(text string) string {
	if p.panel != nil {
		text = p.panel.Redact(text)
	}
	if p.whmcs != nil {
		text = p.whmcs.Redact(text)
	}
	return text
}

// reason describes a failure in one clause.
func reason(err error) string {
	var failed *transport.Error
	if errors.As(err, &failed) {
		return preflight.Failure(failed)
	}
	var answered *whmcs.Error
	if errors.As(err, &answered) {
		return answered.Message
	}
	var refusal *solusvm2.Error
	if errors.As(err, &refusal) {
		return words(refusal)
	}
	return err.Error()
}
