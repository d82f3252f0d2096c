package solusvm2

import (
	"context"
	"net/http"
)

// BillingIntegration is how the panel reaches a billing system (Settings > Billing integration). WHMCS's addon writes it at every successful
// connection. Its token is never taken out of an answer.
type BillingIntegration struct {
	Type     string // "whmcs"; "" = none
	URL      string // of the driver of this type: <WHMCS>/modules/addons/<dir>/api/
	HasToken bool
}

type integrationRow struct {
	Type    text                           `json:"type"`
	Drivers php[map[string]php[driverRow]] `json:"drivers"`
}

type driverRow struct {
	URL   text `json:"url"`
	Token text `json:"token"`
}

// BillingIntegration reads the integration out of the panel's settings, which hold secrets of other things too: nothing else of them is kept.
func (c *Client) BillingIntegration(ctx context.Context) (BillingIntegration, error) {
	r := request{operation: "settings: read", method: http.MethodGet, path: "settings"}
	body, err := c.call(ctx, r)
	if err != nil {
		return BillingIntegration{}, err
	}
	settings, err := one[struct {
		Integration php[integrationRow] `json:"billing_integration"`
	}](c, r, body)
	if err != nil {
		return BillingIntegration{}, err
	}
	return c.integration(settings.Integration.it), nil
}

func (c *Client) integration(row integrationRow) BillingIntegration {
	driver := row.Drivers.it[string(row.Type)].it
	c.redactor.Add(string(driver.Token))
	return BillingIntegration{Type: string(row.Type), URL: string(driver.URL), HasToken: driver.Token != ""}
}
