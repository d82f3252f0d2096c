package whmcs

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
)

// officialRead calls a documented action that changes nothing, and decodes its answer.
func (c *Client) officialRead(ctx context.Context, action string, params url.Values, out any) error {
	body, err := c.call(ctx, action, action, params, false, true)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, out); err != nil {
		return &Error{Operation: action, Code: CodeProtocol, Message: "the answer cannot be read: " + c.redactor.Redact(err.Error())}
	}
	return nil
}

// Currency is one currency of the installation (GetCurrencies, documented).
type Currency struct {
	ID     Text `json:"id"`
	Code   Text `json:"code"`
	Prefix Text `json:"prefix"`
	Suffix Text `json:"suffix"`
	Format Text `json:"format"` // 1 "1234.56", 2 "1,234.56", 3 "1.234,56", 4 "1,234"
	Rate   Text `json:"rate"`   // decimal text; the default currency's is 1.00000
}

// Currencies lists the active currencies through the official GetCurrencies.
func (c *Client) Currencies(ctx context.Context) ([]Currency, error) {
	var out struct {
		Currencies json.RawMessage `json:"currencies"`
	}
	if err := c.officialRead(ctx, "GetCurrencies", nil, &out); err != nil {
		return nil, err
	}
	currencies, err := nested[Currency](out.Currencies, "currency")
	if err != nil {
		return nil, &Error{Operation: "GetCurrencies", Code: CodeProtocol, Message: fmt.Sprintf("the answer cannot be read: %v", err)}
	}
	return currencies, nil
}

// ServerSummary is what the official GetServers tells of a server. It lacks port, SSL, user name, nameservers and groups.
type ServerSummary struct {
	ID                 Text `json:"id"`
	Name               Text `json:"name"`
	Hostname           Text `json:"hostname"`
	IPAddress          Text `json:"ipaddress"`
	Active             Bool `json:"active"` // the module's default server
	ActiveServices     Text `json:"activeServices"`
	MaxAllowedServices Text `json:"maxAllowedServices"`
	PercentUsed        Text `json:"percentUsed"`
	Module             Text `json:"module"`
}

// ServerSummaries lists the servers through the official GetServers, so it works without the companion.
func (c *Client) ServerSummaries(ctx context.Context) ([]ServerSummary, error) {
	var out struct {
		Servers json.RawMessage `json:"servers"`
	}
	if err := c.officialRead(ctx, "GetServers", nil, &out); err != nil {
		return nil, err
	}
	servers, err := loose[ServerSummary](out.Servers)
	if err != nil {
		return nil, &Error{Operation: "GetServers", Code: CodeProtocol, Message: fmt.Sprintf("the answer cannot be read: %v", err)}
	}
	return servers, nil
}
