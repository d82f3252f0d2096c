package whmcs

import (
	"context"
	"errors"
	"fmt"
	"html"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
)

// officialRead calls a documented action that changes nothing, and returns the fields of the response.
func (c *Client) officialRead(ctx context.Context, action string) (responseFields, error) {
	fields, err := c.call(ctx, action, action, nil, false, true)
	if err != nil {
		return nil, err
	}
	fields, err = decodeAnswer(fields)
	if err != nil {
		return nil, c.unreadable(action, err)
	}
	return fields, nil
}

func (c *Client) unreadable(action string, err error) error {
	message := "The response cannot be read: " + c.redactor.Redact(err.Error())
	var mismatch *lenient.Mismatch
	if errors.As(err, &mismatch) {
		message += ". Report this message and WHMCS's version to the provider's authors"
	}
	return &Error{Operation: action, Code: CodeProtocol, Message: message}
}

// Currency is one currency of the installation (GetCurrencies, documented).
type Currency struct {
	ID     Text `json:"id"`
	Code   Text `json:"code"`
	Prefix Text `json:"prefix"`
	Suffix Text `json:"suffix"`
	Format Text `json:"format"` // 1 "1234.56", 2 "1,234.56", 3 "1.234,56", 4 "1,234"
	Rate   Text `json:"rate"`   // decimal text, 1.00000 for the default currency
}

func (x Currency) number() Text { return x.ID }

// Currencies lists the active currencies through the official GetCurrencies. Prices name a currency by its code, so
// that two currencies with one code are an error.
func (c *Client) Currencies(ctx context.Context) ([]Currency, error) {
	const action = "GetCurrencies"
	fields, err := c.officialRead(ctx, action)
	if err != nil {
		return nil, err
	}
	currencies, err := decodeNestedList[Currency](fields["currencies"], "currency")
	if err != nil {
		return nil, c.unreadable(action, err)
	}
	if len(currencies) == 0 {
		return nil, c.unreadable(action, errors.New(`it has no currencies in "currencies", and every WHMCS has one`))
	}
	ids := map[Text]Text{}
	for i := range currencies {
		x := &currencies[i]
		decodeEntities(&x.Code, &x.Prefix, &x.Suffix)
		if x.Code == "" {
			return nil, c.unreadable(action, fmt.Errorf("currency %s has no code", x.ID))
		}
		if other, taken := ids[x.Code]; taken {
			return nil, &Error{Operation: action, Code: CodeCurrencies, Message: c.redactor.Redact(fmt.Sprintf(
				"WHMCS has two currencies with the code %s, with the ids %s and %s. Prices name a currency by its code",
				x.Code, other, x.ID))}
		}
		ids[x.Code] = x.ID
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

func (x ServerSummary) number() Text { return x.ID }

// decodeEntities decodes the HTML entities in which WHMCS stores text from the admin area. WHMCS's own
// actions return the encoded text (seen). The companion returns decoded text.
func decodeEntities(texts ...*Text) {
	for _, text := range texts {
		*text = Text(html.UnescapeString(string(*text)))
	}
}

// ServerSummaries lists the servers through the official GetServers. It does not need the companion.
func (c *Client) ServerSummaries(ctx context.Context) ([]ServerSummary, error) {
	const action = "GetServers"
	fields, err := c.officialRead(ctx, action)
	if err != nil {
		return nil, err
	}
	raw, there := fields["servers"]
	if !there {
		return nil, c.unreadable(action, errors.New(`it has no "servers", not even an empty list`))
	}
	servers, err := decodeList[ServerSummary](raw, "server")
	if err != nil {
		return nil, c.unreadable(action, err)
	}
	for i := range servers {
		x := &servers[i]
		decodeEntities(&x.Name, &x.Hostname, &x.IPAddress, &x.Module)
	}
	return servers, nil
}
