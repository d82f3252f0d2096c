// Package solusvm2 speaks with a SolusVM 2 panel. It knows nothing of Terraform.
package solusvm2

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/coalesce"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// apiPath is where every panel serves its API, below its URL (facts/solusvm2: client).
const apiPath = "api/v1"

// maxPages bounds a list that never ends; the panel gives 15 or more rows a page.
const maxPages = 100_000

// Config says where a panel is and how to authenticate.
type Config struct {
	Transport transport.Config // System, BaseURL and Secrets are filled in by New
	URL       string           // of the panel, with or without /api/v1
	Token     string           // an administrator's API token
	// DisableCoalescing makes every read a request of its own, for measurements.
	DisableCoalescing bool
}

// Client calls one panel. It is safe for concurrent use.
type Client struct {
	http     *transport.Client
	redactor *transport.Redactor
	auth     http.Header
	creating sync.Mutex

	exchange    func(ctx context.Context, r transport.Request) (*transport.Response, error)
	changes     coalesce.Changes
	limitGroups *coalesce.Reads[LimitGroup]
	apiTokens   *coalesce.Reads[APIToken]
}

// New checks the configuration and makes a client. It makes no network call.
func New(cfg Config) (*Client, error) {
	t := cfg.Transport
	t.System = "solusvm2"
	t.BaseURL = PanelURL(cfg.URL)
	t.Secrets = append([]string{cfg.Token}, t.Secrets...)
	httpClient, err := transport.New(t)
	if err != nil {
		return nil, fmt.Errorf("solusvm2 client: %w", err)
	}
	c := &Client{http: httpClient, exchange: httpClient.Do, redactor: httpClient.Redactor(), auth: http.Header{
		"Authorization": {"Bearer " + cfg.Token},
		"Accept":        {"application/json"}, // without it the panel may answer HTML
	}}
	c.limitGroups = reads(c, cfg.DisableCoalescing, limitGroupList, c.getLimitGroup, limitGroupRow.group)
	c.apiTokens = reads(c, cfg.DisableCoalescing, apiTokenList, c.getAPIToken, apiTokenRow.token)
	return c, nil
}

// reads are the reads of one kind of object, of which the panel keeps the list r.
func reads[T identified, V any](c *Client, disabled bool, r request, get func(context.Context, string) (V, error), value func(T) V) *coalesce.Reads[V] {
	return coalesce.NewReads(coalesce.Source[V]{
		Get: get,
		Pages: func(ctx context.Context, visit func([]coalesce.Row[V], int) bool) error {
			return eachPage(ctx, c, r, func(rows []T, pages int) bool {
				read := make([]coalesce.Row[V], len(rows))
				for i, row := range rows {
					lacking, may := any(row).(interface{ partial() bool })
					read[i] = coalesce.Row[V]{ID: string(row.rowID()), Value: value(row), Partial: may && lacking.partial()}
				}
				return visit(read, pages)
			})
		},
		IsPermanent: isPermanent,
		Disabled:    disabled,
	}, &c.changes)
}

// AddSecrets has the client mask further texts in errors and logs.
func (c *Client) AddSecrets(secrets ...string) { c.redactor.Add(secrets...) }

// PanelURL is the panel's own URL. People enter it in several spellings, so trailing slashes and /api/v1 are accepted and ignored.
func PanelURL(text string) string {
	return strings.TrimRight(strings.TrimSuffix(strings.TrimRight(strings.TrimSpace(text), "/"), "/"+apiPath), "/")
}

// Host is the host and port that the client calls: the installation's name in identities.
func (c *Client) Host() string { return c.http.Host() }

// BaseURL is the panel's own URL, in one spelling.
func (c *Client) BaseURL() string { return c.http.BaseURL() }

// Endpoint says where the client calls and how it looks at certificates.
func (c *Client) Endpoint() transport.Endpoint { return c.http.Endpoint() }

// Redact masks the token, and every secret that came by since, in a text.
func (c *Client) Redact(text string) string { return c.redactor.Redact(text) }

// IsAt reports whether a URL, in any of its spellings, is that of the panel that the client calls.
func (c *Client) IsAt(url string) bool {
	base, err := transport.NormalizeBaseURL(PanelURL(url))
	return err == nil && base == c.http.BaseURL()
}

// request is one call below /api/v1.
type request struct {
	operation string // "limit groups: list", for messages
	method    string
	path      string // of the collection, or of a single thing
	query     url.Values
	input     any    // encoded as JSON; nil = no body
	id        string // of the object that it is about; "" = none. Only then can a "not found" mean that it is gone
}

// call makes one request and returns the body of a success. A creation is never sent twice unless it is certain that it was not processed: the panel
// knows no keys for requests. What is changed or deleted by id ends in the same state however often it is sent.
func (c *Client) call(ctx context.Context, r request) ([]byte, error) {
	path := apiPath + "/" + r.path
	if r.id != "" {
		path += "/" + url.PathEscape(r.id)
	}
	out := transport.Request{
		Method: r.method, Path: path, Query: r.query, Header: c.auth, Operation: r.operation,
		Repeatable: r.method != http.MethodPost, Write: r.method != http.MethodGet,
	}
	if r.input != nil {
		body, err := json.Marshal(r.input)
		if err != nil {
			return nil, fmt.Errorf("%s: encode the request: %w", r.operation, err)
		}
		out.Body, out.ContentType = body, "application/json"
	}
	if out.Write {
		c.changes.Note()
		defer c.changes.Note()
	}
	response, err := c.exchange(ctx, out)
	if err != nil {
		return nil, err
	}
	return c.answered(r, response)
}

// answered tells a success from everything else that may come back.
func (c *Client) answered(r request, response *transport.Response) ([]byte, error) {
	if response.StatusCode < http.StatusMultipleChoices && (json.Valid(response.Body) || r.method == http.MethodDelete && response.StatusCode == http.StatusNoContent && len(response.Body) == 0) {
		return response.Body, nil
	}
	return nil, c.failure(r, response)
}

// one decodes the object of an answer, {"data": {…}}.
func one[T any](c *Client, r request, body []byte) (T, error) {
	var envelope struct {
		Data *T `json:"data"`
	}
	var nothing T
	if err := json.Unmarshal(body, &envelope); err != nil {
		return nothing, c.unreadable(r.operation, err)
	}
	if envelope.Data == nil {
		return nothing, c.unreadable(r.operation, errNoData)
	}
	return *envelope.Data, nil
}

// identified is a row that tells its id.
type identified interface{ rowID() text }

// object makes a request about one object and decodes the object of its answer, which must be the one that was asked for.
func object[T identified](ctx context.Context, c *Client, r request) (T, error) {
	body, err := c.call(ctx, r)
	if err != nil {
		var nothing T
		return nothing, err
	}
	return objectOf[T](c, r, body)
}

func objectOf[T identified](c *Client, r request, body []byte) (T, error) {
	var nothing T
	row, err := one[T](c, r, body)
	switch {
	case err != nil:
		return nothing, err
	case row.rowID() == "":
		return nothing, c.unreadable(r.operation, errNoID)
	case r.id != "" && string(row.rowID()) != r.id:
		return nothing, c.unreadable(r.operation, fmt.Errorf("asked for the id %s, got %s", r.id, row.rowID()))
	}
	return row, nil
}

// remove deletes one object; transport.ErrNotFound when it is gone already.
func (c *Client) remove(ctx context.Context, noun, collection, id string) error {
	_, err := c.call(ctx, request{operation: noun + " " + id + ": delete", method: http.MethodDelete, path: collection, id: id})
	return err
}

// listPage is one page of a list. Its elements are decoded each on its own: encoding/json would leave in a reused element what its neighbour had and it
// has not.
type listPage struct {
	Data []json.RawMessage `json:"data"`
	Meta *struct {
		CurrentPage number `json:"current_page"`
		LastPage    number `json:"last_page"`
	} `json:"meta"`
}

// page reads one page of a list, by its number, and gives the answer as it came as well.
func (c *Client) page(ctx context.Context, r request, nth int) (listPage, []byte, error) {
	query := url.Values{"page": {strconv.Itoa(nth)}}
	maps.Copy(query, r.query)
	r.method, r.query = http.MethodGet, query
	body, err := c.call(ctx, r)
	if err != nil {
		return listPage{}, nil, err
	}
	read, err := c.pageOf(r, body)
	return read, body, err
}

func (c *Client) pageOf(r request, body []byte) (listPage, error) {
	var read listPage
	if err := json.Unmarshal(body, &read); err != nil {
		return listPage{}, c.unreadable(r.operation, err)
	}
	if read.Data == nil {
		return listPage{}, c.unreadable(r.operation, errNoData)
	}
	return read, nil
}

func rowsOf[T any](c *Client, r request, read listPage) ([]T, error) {
	rows := make([]T, len(read.Data))
	for i, raw := range read.Data {
		if err := json.Unmarshal(raw, &rows[i]); err != nil {
			return nil, c.unreadable(r.operation, err)
		}
	}
	return rows, nil
}

// list reads every page of a list.
func list[T any](ctx context.Context, c *Client, r request) ([]T, error) {
	all := []T{}
	err := eachPage(ctx, c, r, func(rows []T, _ int) bool {
		all = append(all, rows...)
		return true
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// eachPage reads a list page by page, until it ends or visit returns false. It asks for pages by number and never follows the answer's links, which
// may lead to another host. pages is how many there are.
func eachPage[T any](ctx context.Context, c *Client, r request, visit func(rows []T, pages int) bool) error {
	for nth := 1; nth <= maxPages; nth++ {
		read, _, err := c.page(ctx, r, nth)
		if err != nil {
			return err
		}
		rows, err := rowsOf[T](c, r, read)
		if err != nil {
			return err
		}
		switch meta := read.Meta; {
		case meta == nil || int64(meta.LastPage) <= int64(nth):
			visit(rows, nth)
			return nil
		case int64(meta.CurrentPage) != int64(nth):
			return c.unreadable(r.operation, fmt.Errorf("asked for page %d, got page %d", nth, int64(meta.CurrentPage)))
		case len(read.Data) == 0:
			return c.unreadable(r.operation, fmt.Errorf("page %d of %d is empty", nth, int64(meta.LastPage)))
		case !visit(rows, int(meta.LastPage)):
			return nil
		}
	}
	return c.unreadable(r.operation, fmt.Errorf("the list has more than %d pages", maxPages))
}
