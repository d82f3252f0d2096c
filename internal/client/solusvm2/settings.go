package solusvm2

import (
	"context"
	"net/http"
)

// BillingIntegration is the panel's connection to a billing system (Settings > Billing integration).
// WHMCS's addon writes it at every successful connection. The token is decoded only to mask it.
type BillingIntegration struct {
	Type     string // "whmcs"; empty when there is none
	URL      string // of the driver of this type: <WHMCS>/modules/addons/<dir>/api/
	HasToken bool
}

type integrationRow struct {
	Type    text                                       `json:"type"`
	Drivers phpObject[map[string]phpObject[driverRow]] `json:"drivers"`
}

type driverRow struct {
	URL   text `json:"url"`
	Token text `json:"token"`
}

// BillingIntegration reads the integration from the panel's settings. The settings also contain other
// secrets, so no other setting is kept.
func (c *Client) BillingIntegration(ctx context.Context) (BillingIntegration, error) {
	r := request{operation: "settings: read", method: http.MethodGet, path: "settings"}
	body, err := c.call(ctx, r)
	if err != nil {
		return BillingIntegration{}, err
	}
	settings, err := decodeData[struct {
		Integration phpObject[integrationRow] `json:"billing_integration"`
	}](c, r, body)
	if err != nil {
		return BillingIntegration{}, err
	}
	return c.integration(settings.Integration.value), nil
}

func (c *Client) integration(row integrationRow) BillingIntegration {
	driver := row.Drivers.value[string(row.Type)].value
	c.redactor.Add(string(driver.Token))
	return BillingIntegration{Type: string(row.Type), URL: string(driver.URL), HasToken: driver.Token != ""}
}
