// Package solusvm2 speaks with a SolusVM 2 panel. It knows nothing of Terraform.
package solusvm2

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

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
}

// Client calls one panel. It is safe for concurrent use.
type Client struct {
	http     *transport.Client
	redactor *transport.Redactor
	auth     http.Header
	creating sync.Mutex
}

// New checks the configuration and makes a client. It makes no network call. People enter the panel's URL in several spellings,
// so a trailing slash and /api/v1 are accepted and ignored.
func New(cfg Config) (*Client, error) {
	t := cfg.Transport
	t.System = "solusvm2"
	t.BaseURL = strings.TrimSuffix(strings.TrimRight(strings.TrimSpace(cfg.URL), "/"), "/"+apiPath)
	t.Secrets = append([]string{cfg.Token}, t.Secrets...)
	httpClient, err := transport.New(t)
	if err != nil {
		return nil, fmt.Errorf("solusvm2 client: %w", err)
	}
	return &Client{http: httpClient, redactor: httpClient.Redactor(), auth: http.Header{
		"Authorization": {"Bearer " + cfg.Token},
		"Accept":        {"application/json"}, // without it the panel may answer HTML
	}}, nil
}

// Host is the host and port that the client calls: the installation's name in identities.
func (c *Client) Host() string { return c.http.Host() }

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
	response, err := c.http.Do(ctx, out)
	if err != nil {
		return nil, err
	}
	if response.StatusCode < http.StatusMultipleChoices && (json.Valid(response.Body) || response.StatusCode == http.StatusNoContent && len(response.Body) == 0) {
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
	var nothing T
	body, err := c.call(ctx, r)
	if err != nil {
		return nothing, err
	}
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

// list reads every page of a list. It asks for pages by number and never follows the answer's links, which may lead to another host.
func list[T any](ctx context.Context, c *Client, r request) ([]T, error) {
	r.method = http.MethodGet
	rows := []T{}
	for page := 1; page <= maxPages; page++ {
		query := url.Values{"page": {strconv.Itoa(page)}}
		for name, values := range r.query {
			query[name] = values
		}
		asked := r
		asked.query = query
		body, err := c.call(ctx, asked)
		if err != nil {
			return nil, err
		}
		// Each element is decoded on its own: encoding/json would leave in a reused element what its neighbour had and it has not.
		var envelope struct {
			Data []json.RawMessage `json:"data"`
			Meta *struct {
				CurrentPage number `json:"current_page"`
				LastPage    number `json:"last_page"`
			} `json:"meta"`
		}
		if err := json.Unmarshal(body, &envelope); err != nil {
			return nil, c.unreadable(r.operation, err)
		}
		if envelope.Data == nil {
			return nil, c.unreadable(r.operation, errNoData)
		}
		for _, raw := range envelope.Data {
			var row T
			if err := json.Unmarshal(raw, &row); err != nil {
				return nil, c.unreadable(r.operation, err)
			}
			rows = append(rows, row)
		}
		switch meta := envelope.Meta; {
		case meta == nil || int64(meta.LastPage) <= int64(page):
			return rows, nil
		case int64(meta.CurrentPage) != int64(page):
			return nil, c.unreadable(r.operation, fmt.Errorf("asked for page %d, got page %d", page, int64(meta.CurrentPage)))
		case len(envelope.Data) == 0:
			return nil, c.unreadable(r.operation, fmt.Errorf("page %d of %d is empty", page, int64(meta.LastPage)))
		}
	}
	return nil, c.unreadable(r.operation, fmt.Errorf("the list has more than %d pages", maxPages))
}
