package whmcs

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
)

// officialRead calls a documented action that changes nothing, and decodes the response.
func (c *Client) officialRead(ctx context.Context, action string, params url.Values, out any) error {
	body, err := c.call(ctx, action, action, params, false, true)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, out); err != nil {
		return c.unreadable(action, err)
	}
	return nil
}

func (c *Client) unreadable(action string, err error) error {
	return &Error{Operation: action, Code: CodeProtocol,
		Message: "the answer cannot be read: " + c.redactor.Redact(err.Error())}
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
	currencies, err := decodeNestedList[Currency](out.Currencies, "currency")
	if err != nil {
		return nil, c.unreadable("GetCurrencies", err)
	}
	incomplete := func(x Currency) bool { return x.ID == "" || x.Code == "" }
	if len(currencies) == 0 || slices.ContainsFunc(currencies, incomplete) {
		return nil, c.unreadable("GetCurrencies", errors.New("every WHMCS has a currency, and each has an id and a code"))
	}
	return currencies, nil
}

// ServerSummary is a server in the response of the official GetServers. It has no port, SSL setting,
// user name, nameservers or groups.
type ServerSummary struct {
	ID                 Text `json:"id"`
	Name               Text `json:"name"`
	Hostname           Text `json:"hostname"`
	IPAddress          Text `json:"ipaddress"`
	Active             Bool `json:"active"` // undocumented: the server is enabled, or it is the module's default
	ActiveServices     Text `json:"activeServices"`
	MaxAllowedServices Text `json:"maxAllowedServices"`
	PercentUsed        Text `json:"percentUsed"`
	Module             Text `json:"module"`
}

// htmlEntities decodes the HTML entities in which WHMCS stores text from the admin area. WHMCS's own
// actions return the encoded text (seen). The companion returns decoded text.
var htmlEntities = strings.NewReplacer(
	"&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#039;", "'", "&#39;", "'", "&amp;", "&",
)

// ServerSummaries lists the servers through the official GetServers. It does not need the companion.
func (c *Client) ServerSummaries(ctx context.Context) ([]ServerSummary, error) {
	var out struct {
		Servers json.RawMessage `json:"servers"`
	}
	if err := c.officialRead(ctx, "GetServers", nil, &out); err != nil {
		return nil, err
	}
	servers, err := decodeList[ServerSummary](out.Servers)
	if err != nil {
		return nil, c.unreadable("GetServers", err)
	}
	if slices.ContainsFunc(servers, func(x ServerSummary) bool { return x.ID == "" }) {
		return nil, c.unreadable("GetServers", errors.New("a server has no id"))
	}
	for i := range servers {
		servers[i].Name = Text(htmlEntities.Replace(string(servers[i].Name)))
	}
	return servers, nil
}
