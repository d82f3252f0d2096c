// Package solusvm2 is the client of a SolusVM 2 panel. It does not depend on Terraform.
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

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/coalesce"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// apiPath is the path of the API of every panel, relative to the panel's URL (facts/solusvm2: client).
const apiPath = "api/v1"

// maxPages limits a list that never ends. The panel returns 15 or more rows per page.
const maxPages = 100_000

// Config is the configuration of a [Client].
type Config struct {
	Transport transport.Config // New sets System, BaseURL and Secrets
	URL       string           // of the panel, with or without /api/v1
	Token     string           // an administrator's API token
	// DisableCoalescing makes every read a request of its own, for measurements.
	DisableCoalescing bool
}

// Client calls one panel. It is safe for concurrent use.
type Client struct {
	http      *transport.Client
	redactor  *transport.Redactor
	auth      http.Header
	creations *creation.Lock

	httpDo      func(ctx context.Context, r transport.Request) (*transport.Response, error)
	changes     coalesce.Changes
	limitGroups reads[LimitGroup]
	apiTokens   reads[APIToken]
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
	c := &Client{
		http: httpClient, httpDo: httpClient.Do, creations: creation.NewLock(httpClient.Sleep),
		redactor: httpClient.Redactor(),
		auth: http.Header{
			"Authorization": {"Bearer " + cfg.Token},
			"Accept":        {"application/json"}, // without it the panel may respond with HTML
		},
	}
	c.limitGroups = newReads(c, cfg.DisableCoalescing, limitGroupList, c.getLimitGroup, limitGroupRow.group)
	c.apiTokens = newReads(c, cfg.DisableCoalescing, apiTokenList, c.getAPIToken, apiTokenRow.token)
	return c, nil
}

// reads are the coalesced reads of one kind of object.
type reads[V any] struct {
	*coalesce.Reads[decoded[V]]
}

// get reads one object.
func (r reads[V]) get(ctx context.Context, id string) (V, error) {
	one, err := r.Get(ctx, id)
	return one.row, err
}

// list reads all objects. The error is a *lenient.IncompleteList if some of them cannot be read.
func (r reads[V]) list(ctx context.Context) ([]V, error) {
	all, err := r.List(ctx)
	if err != nil {
		return nil, err
	}
	return values(all, func(value V) V { return value })
}

// newReads returns the coalesced reads of one kind of object. r is the request for the list. A row with a problem
// serves no read of its object: the object is then requested by its id.
func newReads[T rowWithID, V any](
	c *Client, disabled bool, r request, get func(context.Context, string) (V, error), value func(T) V,
) reads[V] {
	return reads[V]{coalesce.NewReads(coalesce.Source[decoded[V]]{
		Get: func(ctx context.Context, id string) (decoded[V], error) {
			one, err := get(ctx, id)
			return decoded[V]{row: one}, err
		},
		Pages: func(ctx context.Context, visit func([]coalesce.Row[decoded[V]], int) bool) error {
			return eachPage(ctx, c, r, func(rows []decoded[T], pages int) bool {
				read := make([]coalesce.Row[decoded[V]], len(rows))
				for i, one := range rows {
					p, ok := any(one.row).(interface{ partial() bool })
					read[i] = coalesce.Row[decoded[V]]{
						ID: string(one.row.rowID()), Value: decoded[V]{value(one.row), one.problem},
						Partial: one.problem != nil || ok && p.partial(),
					}
				}
				return visit(read, pages)
			})
		},
		IsPermanent: isPermanent,
		Disabled:    disabled,
	}, &c.changes)}
}

// AddSecrets adds texts that the client masks in errors and logs.
func (c *Client) AddSecrets(secrets ...string) { c.redactor.Add(secrets...) }

// PanelURL returns the panel's own URL. It removes surrounding space, trailing slashes and /api/v1,
// because users enter the URL in several spellings.
func PanelURL(text string) string {
	return strings.TrimRight(strings.TrimSuffix(strings.TrimRight(strings.TrimSpace(text), "/"), "/"+apiPath), "/")
}

// Host returns the host and port of the panel. It identifies the installation.
func (c *Client) Host() string { return c.http.Host() }

// BaseURL returns the panel's normalized URL.
func (c *Client) BaseURL() string { return c.http.BaseURL() }

// Endpoint describes the connection to the panel.
func (c *Client) Endpoint() transport.Endpoint { return c.http.Endpoint() }

// Redact masks the token, and every secret that the client received later, in a text.
func (c *Client) Redact(text string) string { return c.redactor.Redact(text) }

// IsAt reports whether url, in any spelling, is the URL of the client's panel.
func (c *Client) IsAt(url string) bool {
	base, err := transport.NormalizeBaseURL(PanelURL(url))
	return err == nil && base == c.http.BaseURL()
}

// request is one request below /api/v1.
type request struct {
	operation string // "limit groups: list", for messages
	noun      string // of an object of a list, for messages
	method    string
	path      string // of the collection, or of a single object
	query     url.Values
	input     any    // encoded as JSON. Nil means no body
	id        string // of the requested object, or empty. Only with an id can "not found" mean that it does not exist
}

// call sends one request and returns the body of a successful response. A creation is sent again only
// if it was certainly not processed, because the panel does not support idempotency keys. Repeating an
// update or a deletion by id ends in the same state.
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
	response, err := c.httpDo(ctx, out)
	if err != nil {
		return nil, err
	}
	return c.checkResponse(r, response)
}

// checkResponse returns the body of a successful response, and an error for every other response.
func (c *Client) checkResponse(r request, response *transport.Response) ([]byte, error) {
	deleted := r.method == http.MethodDelete && response.StatusCode == http.StatusNoContent && len(response.Body) == 0
	if response.StatusCode < http.StatusMultipleChoices && (json.Valid(response.Body) || deleted) {
		return response.Body, nil
	}
	return nil, c.failure(r, response)
}

// requestObject sends a request and decodes the object of the response. The object must have the
// requested id.
func requestObject[T rowWithID](ctx context.Context, c *Client, r request) (T, error) {
	body, err := c.call(ctx, r)
	if err != nil {
		var nothing T
		return nothing, err
	}
	return decodeObject[T](c, r, body)
}

// collection is one of the panel's collections of objects.
type collection struct {
	path string
	noun string // for messages: "limit group"
}

// request returns a request for a new object, if id is empty, or for the object with the id.
func (l collection) request(method, verb, id string, input any) request {
	operation := l.noun
	if id != "" {
		operation += " " + id
	}
	return request{operation: operation + ": " + verb, method: method, path: l.path, id: id, input: input}
}

// list returns a request for the list of the objects.
func (l collection) list(query url.Values) request {
	return request{operation: l.noun + "s: list", noun: l.noun, path: l.path, query: query}
}

func (l collection) read(id string) request { return l.request(http.MethodGet, "read", id, nil) }

func (l collection) delete(id string) request { return l.request(http.MethodDelete, "delete", id, nil) }

// page reads one page of a list by its number. It also returns the undecoded body.
func (c *Client) page(ctx context.Context, r request, nth int) (listPage, []byte, error) {
	query := url.Values{"page": {strconv.Itoa(nth)}}
	maps.Copy(query, r.query)
	r.method, r.query = http.MethodGet, query
	body, err := c.call(ctx, r)
	if err != nil {
		return listPage{}, nil, err
	}
	read, err := c.decodePage(r, body)
	return read, body, err
}

// list reads every page of a list.
func list[T rowWithID](ctx context.Context, c *Client, r request) ([]decoded[T], error) {
	all := []decoded[T]{}
	err := eachPage(ctx, c, r, func(rows []decoded[T], _ int) bool {
		all = append(all, rows...)
		return true
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// eachPage reads a list page by page until the last page, or until visit returns false. It requests
// pages by number and never follows the links of a response, because they may lead to another host.
// pages is the number of pages.
func eachPage[T rowWithID](
	ctx context.Context, c *Client, r request, visit func(rows []decoded[T], pages int) bool,
) error {
	for nth := 1; nth <= maxPages; nth++ {
		read, _, err := c.page(ctx, r, nth)
		if err != nil {
			return err
		}
		rows, err := decodeRows[T](c, r, read)
		if err != nil {
			return err
		}
		switch meta := read.meta; {
		case meta == nil || meta.LastPage <= int64(nth):
			visit(rows, nth)
			return nil
		case meta.CurrentPage != int64(nth):
			return c.unreadable(r.operation, fmt.Errorf("requested page %d, got page %d", nth, meta.CurrentPage))
		case len(rows) == 0:
			return c.unreadable(r.operation, fmt.Errorf("page %d of %d is empty", nth, meta.LastPage))
		case !visit(rows, int(meta.LastPage)):
			return nil
		}
	}
	return c.unreadable(r.operation, fmt.Errorf("the list has more than %d pages", maxPages))
}
