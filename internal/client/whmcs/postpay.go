package whmcs

import (
	"context"
	"errors"
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
)

// SingleID is the id of the only object of a kind that stores settings: solusvm2_billing and
// landing_page.
const SingleID = "1"

// SolusVM2Billing contains the settings of the SolusVM 2 addon. A field that the installed addon does
// not store is nil, and its protocol name is in Missing.
type SolusVM2Billing struct {
	ID                  string  `json:"id"`
	Addon               string  `json:"addon"` // folder in modules/addons: solusvm2, or solusio for older versions
	Active              bool    `json:"active"`
	URL                 *string `json:"url"` // of the panel, without a trailing slash, empty if not connected
	APIKeyFingerprint   *string `json:"api_key_fingerprint"`
	PostPayEnabled      *bool   `json:"post_pay_enabled"`
	NewUserLimitGroupID *string `json:"new_user_limit_group_id"` // also nil when no group is selected
	TermsURL            *string `json:"terms_url"`               // empty when there are no terms
	InvoiceGraceDays    *int64  `json:"invoice_grace_days"`
	LockOverdueDays     *int64  `json:"lock_overdue_days"`
	SuspendOverdueDays  *int64  `json:"suspend_overdue_days"`
	// TokenPrices are the prices of one token by currency code, with four decimals. A currency without
	// a price is absent.
	TokenPrices    map[string]decimal.Decimal `json:"token_prices"`
	LandingPageURL string                     `json:"landing_page_url"`
	IntegrationURL string                     `json:"integration_url"` // the addon's URL for the panel
	Missing        []string                   `json:"missing"`
}

// Has reports whether the installed addon stores a field. field is a name of the protocol.
func (b *SolusVM2Billing) Has(field string) bool { return !slices.Contains(b.Missing, field) }

// LandingPage is the template that overrides post-pay's landing page.
type LandingPage struct {
	ID      string  `json:"id"`
	Path    string  `json:"path"`    // relative to WHMCS's folder
	Present bool    `json:"present"` // the file exists
	Managed bool    `json:"managed"` // the companion wrote the file and keeps the previous one
	Content *string `json:"content"` // nil when the file does not exist
}

// Discovery describes an addon module by names only, without values.
type Discovery struct {
	Addon     string   `json:"addon"`
	Installed bool     `json:"installed"` // its folder exists
	Active    bool     `json:"active"`
	Settings  []string `json:"settings"` // names stored in tbladdonmodules, sorted
	// Tables contains the columns of the tables named mod_<addon>…, by table.
	Tables map[string][]string `json:"tables"`
}

// Discover reads what WHMCS stores for an addon module. An unknown module is neither installed nor
// active.
func (c *Client) Discover(ctx context.Context, addon string) (*Discovery, error) {
	var found Discovery
	if err := c.do(ctx, actionRead, request{Op: "discover", Addon: addon}, &found); err != nil {
		return nil, err
	}
	if found.Addon != addon || found.Settings == nil {
		return nil, c.protocolError(actionRead+" discover",
			errors.New("it speaks of another addon, or names no settings, not even none"))
	}
	return &found, nil
}

// Integration is the panel's billing integration as the panel returned it.
type Integration struct {
	Type string `json:"type"` // whmcs
	URL  string `json:"url"`  // of the addon's callback in this WHMCS
}

// Connected is the response to a connection. If the panel is certainly connected but the response lacks
// them, Row and Integration are nil.
type Connected struct {
	Written[SolusVM2Billing]
	Integration *Integration
}

// Connect tests a panel's URL and API key from the WHMCS host, and stores them in the addon. It sets the
// panel's billing integration to this WHMCS. It does all of this, or nothing. A failed test is an *Error
// with CodeConnection and a Details.Reason. expect may contain url and api_key_fingerprint.
func (c *Client) Connect(ctx context.Context, url, apiKey string, expect Values, o WriteOptions) (*Connected, error) {
	c.redactor.Add(apiKey)
	r := request{Op: "connect", Values: Values{"url": url, "api_key": apiKey}, Expect: expect,
		Installation: o.Installation, Key: newKey()}
	answered, err := c.write(ctx, r)
	if err != nil {
		return nil, err
	}
	connected := &Connected{Written: *decodeWritten[SolusVM2Billing](KindSolusVM2Billing, answered, c.redactor)}
	var integration Integration
	if decode(answered["integration"], &integration) == nil && integration.URL != "" {
		connected.Integration = &integration
	}
	return connected, nil
}
