package solusvm2

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
)

// BillingIntegration is the panel's connection to a billing system (Settings > Billing integration).
// WHMCS's addon writes it at every successful connection. The token is decoded only to mask it.
type BillingIntegration struct {
	Type     string // "whmcs", empty if there is none
	URL      string // of the driver of this type: <WHMCS>/modules/addons/<dir>/api/
	HasToken bool
}

type integrationRow struct {
	Type    text                       `json:"type"`
	Drivers map[string]json.RawMessage `json:"drivers"`
}

type driverRow struct {
	URL   text   `json:"url"`
	Token string `json:"token"` // a secret
}

var settingsRead = request{operation: "settings: read", method: http.MethodGet, path: "settings"}

// BillingIntegration reads the integration from the panel's settings. The settings also contain other
// secrets, so no other setting is kept.
func (c *Client) BillingIntegration(ctx context.Context) (BillingIntegration, error) {
	body, err := c.call(ctx, settingsRead)
	if err != nil {
		return BillingIntegration{}, err
	}
	integration, _, err := c.decodeSettings(settingsRead, body)
	return integration, err
}

// decodeSettings decodes the billing integration of the settings. there is false if the settings have none.
func (c *Client) decodeSettings(r request, body []byte) (integration BillingIntegration, there bool, err error) {
	var settings struct {
		Integration json.RawMessage `json:"billing_integration"`
	}
	data, err := c.decodeData(r, body)
	if err == nil {
		err = lenient.Decode(data, &settings)
	}
	if err != nil {
		return BillingIntegration{}, false, c.unreadable(r.operation, err)
	}
	if settings.Integration == nil {
		return BillingIntegration{}, false, nil
	}
	integration, err = c.decodeIntegration(settings.Integration)
	if err != nil {
		return BillingIntegration{}, true, c.unreadable(r.operation, lenient.Within("billing_integration", err))
	}
	return integration, true, nil
}

// decodeIntegration decodes the driver of the integration's type alone.
func (c *Client) decodeIntegration(raw json.RawMessage) (BillingIntegration, error) {
	var row integrationRow
	if err := lenient.Decode(raw, &row); err != nil {
		return BillingIntegration{}, err
	}
	integration := BillingIntegration{Type: string(row.Type)}
	driver, there := row.Drivers[integration.Type]
	if !there {
		return integration, nil
	}
	var read driverRow
	err := lenient.Decode(driver, &read)
	c.redactor.Add(read.Token)
	if err != nil {
		return BillingIntegration{}, lenient.Within("drivers."+integration.Type, err)
	}
	integration.URL, integration.HasToken = string(read.URL), read.Token != ""
	return integration, nil
}
