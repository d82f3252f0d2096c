package whmcs

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
)

// SingleID is the id of the only object of a kind that is settings: solusvm2_billing and landing_page.
const SingleID = "1"

// SolusVM2Billing are the settings of the SolusVM 2 addon. A field whose place the live addon does not have is nil, and its protocol name is in
// Missing.
type SolusVM2Billing struct {
	ID                  string  `json:"id"`
	Addon               string  `json:"addon"` // folder of modules/addons: solusvm2, older solusio
	Active              bool    `json:"active"`
	URL                 *string `json:"url"` // of the panel, without a slash at the end; "" = not connected
	APIKeyFingerprint   *string `json:"api_key_fingerprint"`
	PostPayEnabled      *bool   `json:"post_pay_enabled"`
	NewUserLimitGroupID *string `json:"new_user_limit_group_id"` // nil also where none is chosen
	TermsURL            *string `json:"terms_url"`               // "" = none
	InvoiceGraceDays    *int64  `json:"invoice_grace_days"`
	LockOverdueDays     *int64  `json:"lock_overdue_days"`
	SuspendOverdueDays  *int64  `json:"suspend_overdue_days"`
	// TokenPrices are what one token costs, by currency code, with four decimals; a currency without a price is absent.
	TokenPrices    map[string]decimal.Decimal `json:"token_prices"`
	LandingPageURL string                     `json:"landing_page_url"`
	IntegrationURL string                     `json:"integration_url"` // where the panel reaches the addon
	Missing        []string                   `json:"missing"`
}

// Has tells whether the live addon has a place for a field, by its name in the protocol.
func (b *SolusVM2Billing) Has(field string) bool { return !slices.Contains(b.Missing, field) }

// LandingPage is the template that overrides post-pay's landing page.
type LandingPage struct {
	ID      string  `json:"id"`
	Path    string  `json:"path"`    // below WHMCS's folder
	Present bool    `json:"present"` // there is such a file
	Managed bool    `json:"managed"` // the companion wrote it, and keeps what was there before
	Content *string `json:"content"` // nil where there is no file
}

// Discovery is what there is of an addon module: names, no values.
type Discovery struct {
	Addon     string   `json:"addon"`
	Installed bool     `json:"installed"` // its folder is there
	Active    bool     `json:"active"`
	Settings  []string `json:"settings"` // names stored in tbladdonmodules, sorted
	// Tables are the columns of the tables called mod_<addon>…, by table.
	Tables map[string][]string `json:"tables"`
}

// Discover asks what WHMCS holds for an addon module. One that nothing is known of is neither installed nor active.
func (c *Client) Discover(ctx context.Context, addon string) (*Discovery, error) {
	var found Discovery
	if err := c.do(ctx, actionRead, request{Op: "discover", Addon: addon}, &found); err != nil {
		return nil, err
	}
	if found.Addon != addon || found.Settings == nil {
		return nil, c.protocolError(actionRead+" discover", errors.New("it speaks of another addon, or names no settings, not even none"))
	}
	return &found, nil
}

// Integration is the panel's billing integration as it was read back from the panel.
type Integration struct {
	Type string `json:"type"` // whmcs
	URL  string `json:"url"`  // of the addon's callback in this WHMCS
}

// Connected is the answer to a connection. Row and Integration are nil where the panel is certainly connected and the answer does not tell.
type Connected struct {
	Written[SolusVM2Billing]
	Integration *Integration
}

// Connect tests a panel's address and API key from the WHMCS host, stores them in the addon and brings the panel's billing integration to this
// WHMCS: all of it, or nothing. A failed test is an *Error of CodeConnection whose Details.Reason says which. expect may hold url and
// api_key_fingerprint.
func (c *Client) Connect(ctx context.Context, url, apiKey string, expect Values, o WriteOptions) (*Connected, error) {
	c.redactor.Add(apiKey)
	r := request{Op: "connect", Values: Values{"url": url, "api_key": apiKey}, Expect: expect, Installation: o.Installation, Key: newKey()}
	answered, err := c.write(ctx, r)
	if err != nil {
		return nil, err
	}
	connected := &Connected{Written: *decodeWritten[SolusVM2Billing](answered, c.redactor)}
	var integration Integration
	if json.Unmarshal(answered["integration"], &integration) == nil && integration.URL != "" {
		connected.Integration = &integration
	}
	return connected, nil
}
