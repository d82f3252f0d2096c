// Package dcim speaks with a TopLink DCIM in operations and logical fields. How they are spelled on the wire is said by a profile.
// It knows nothing of Terraform.
package dcim

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/coalesce"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// Config says where a DCIM is, how to authenticate, and how it spells its API.
type Config struct {
	Transport transport.Config // System, BaseURL and Secrets are filled in by New
	URL       string
	Key       string // of a system API key
	Secret    string
	Profile   string // wire profile: "assumed", JSON that begins with "{", or the path of a file
	// DisableCoalescing makes every read a request of its own, for measurements.
	DisableCoalescing bool
}

// Client calls one DCIM. It is safe for concurrent use.
type Client struct {
	http     *transport.Client
	redactor *transport.Redactor
	profile  *profile
	signer   *signer
	creating sync.Mutex
	held     held

	exchange func(ctx context.Context, r transport.Request) (*transport.Response, error)
	changes  coalesce.Changes
	reads    reads
}

// New checks the configuration and makes a client. It makes no network call.
func New(cfg Config) (*Client, error) {
	p, err := loadProfile(cfg.Profile)
	if err != nil {
		return nil, fmt.Errorf("dcim client: %w", err)
	}
	s := &signer{how: p.Authentication, key: cfg.Key, secret: cfg.Secret, now: time.Now}
	t := cfg.Transport
	t.System = "dcim"
	t.BaseURL = cfg.URL
	t.Secrets = append(s.wireSecrets(), t.Secrets...)
	httpClient, err := transport.New(t)
	if err != nil {
		return nil, fmt.Errorf("dcim client: %w", err)
	}
	c := &Client{http: httpClient, redactor: httpClient.Redactor(), profile: p, signer: s, exchange: httpClient.Do}
	c.reads = c.newReads(cfg.DisableCoalescing)
	return c, nil
}

// Host is the host and port that the client calls: the installation's name in identities.
func (c *Client) Host() string { return c.http.Host() }

// Endpoint is how the client reaches the DCIM.
func (c *Client) Endpoint() transport.Endpoint { return c.http.Endpoint() }

// Redact masks the client's secrets in a text that is about to be shown.
func (c *Client) Redact(text string) string { return c.redactor.Redact(text) }

// request is one call of an operation.
type request struct {
	operation string
	id        string         // of the object it is about; "" = none
	object    string         // whose fields the answer's complaints are about
	input     map[string]any // in the DCIM's spelling
}

// call runs one operation and returns the decoded answer. A write is sent at most once unless it is certain that it was not processed, or
// repeating it ends in the same state.
func (c *Client) call(ctx context.Context, r request) (any, error) {
	op, err := c.profile.operation(r.operation)
	if err != nil {
		return nil, err
	}
	label := r.operation
	if r.id != "" {
		label += " " + r.id
	}
	query, body, contentType, err := op.encode(r.id, r.input)
	if err != nil {
		return nil, fmt.Errorf("%s: encode the request: %w", label, err)
	}
	_, verb, _ := strings.Cut(r.operation, ".")
	write := verb != "list" && verb != "get"
	if write {
		c.changes.Note()
		defer c.changes.Note()
	}
	response, err := c.exchange(ctx, transport.Request{
		Method:    op.Method,
		Path:      strings.TrimPrefix(c.profile.BasePath+strings.ReplaceAll(op.Path, "{id}", url.PathEscape(r.id)), "/"),
		Query:     query,
		Header:    http.Header{"Accept": {"application/json"}},
		Sign:      c.signer.sign,
		Operation: label,
		Body:      body, ContentType: contentType,
		// What the operation does decides, not its method: a DCIM may want POST for everything. Updating, deleting and assigning by id
		// twice end in the same state as once; a creation does not.
		Repeatable: verb != "create",
		Write:      write,
	})
	if err != nil {
		return nil, err
	}
	return c.decode(label, r.object, r.id != "", response)
}

// eachPage reads a list operation page by page, until it ends or visit returns false. pages is how many there are.
func (c *Client) eachPage(ctx context.Context, name, object string, visit func(rows []map[string]any, pages int) bool) error {
	op, err := c.profile.operation(name)
	if err != nil {
		return err
	}
	first := "" // id that the page before begins with
	before := 0
	for page := 1; ; page++ {
		found, pages, err := c.page(ctx, name, op, object, page, before)
		if err == nil {
			first, err = c.begins(name, object, page, first, found)
		}
		if err != nil {
			return err
		}
		before += len(found)
		if !visit(found, pages) || pages <= page {
			return nil
		}
	}
}

// page reads one page of a list operation; before is how many rows the pages before it held, pages how many pages there are.
func (c *Client) page(ctx context.Context, name string, op operation, object string, page, before int) (rows []map[string]any, pages int, err error) {
	listPath, where := *c.profile.Envelope.ListPath, "envelope.list_path"
	if c.profile.Envelope.ListPath == &c.profile.Envelope.DataPath {
		where = "envelope.data_path"
	}
	if op.DataPath != nil {
		listPath, where = *op.DataPath, "operations."+name+".data_path"
	}
	body, err := c.call(ctx, request{operation: name, object: object, input: c.profile.Paging.input(page, before)})
	if err != nil {
		return nil, 0, err
	}
	elements, ok := at(body, listPath).([]any)
	if !ok {
		return nil, 0, c.mismatch(name, fmt.Sprintf("there is no list at %q (%s)", listPath, where))
	}
	for _, element := range elements {
		row, ok := element.(map[string]any)
		if !ok {
			return nil, 0, c.mismatch(name, fmt.Sprintf("an element of the list at %q is not an object (%s)", listPath, where))
		}
		rows = append(rows, row)
	}
	pages, err = c.pages(name, body, page, len(elements), before+len(elements))
	return rows, pages, err
}

// input are the parameters of one page; rows is how many were read before it.
func (p paging) input(page, rows int) map[string]any {
	switch p.Style {
	case "page":
		return map[string]any{p.PageField: int64(page), p.SizeField: int64(p.Size)}
	case "offset":
		return map[string]any{p.OffsetField: int64(rows), p.SizeField: int64(p.Size)}
	}
	return nil
}

// pages tells how many pages there are. The rows of one do not say whether it is the last: a DCIM may give fewer at a time than it was asked for.
func (c *Client) pages(name string, body any, page, got, rows int) (int, error) {
	paging := c.profile.Paging
	if paging.Style == "none" {
		return page, nil
	}
	path, where, read := paging.LastPagePath, "paging.last_page_path", page
	if path == "" {
		path, where, read = paging.TotalPath, "paging.total_path", rows
	}
	text, _ := scalar(at(body, path))
	limit, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return 0, c.mismatch(name, fmt.Sprintf("there is no number at %q (%s)", path, where))
	case read >= limit:
		return page, nil
	case got == 0 && where == "paging.total_path":
		return 0, c.mismatch(name, fmt.Sprintf("page %d is empty, and %d rows of %d are missing (paging)", page, limit-rows, limit))
	case got == 0:
		return 0, c.mismatch(name, fmt.Sprintf("page %d of %d is empty (paging)", page, limit))
	case where == "paging.total_path":
		return page + (limit-rows+got-1)/got, nil
	}
	return limit, nil
}

// one takes the single object out of an answer.
func (c *Client) one(name string, body any) (map[string]any, error) {
	path, where := c.profile.Envelope.DataPath, "envelope.data_path"
	if op := c.profile.Operations[name]; op.DataPath != nil {
		path, where = *op.DataPath, "operations."+name+".data_path"
	}
	row, ok := at(body, path).(map[string]any)
	if !ok {
		return nil, c.mismatch(name, fmt.Sprintf("there is no object at %q (%s)", path, where))
	}
	return row, nil
}

// ErrProfile reports an answer that does not fit the wire profile.
var ErrProfile = errors.New("the answer does not fit the wire profile")

func (c *Client) mismatch(name, detail string) error {
	return fmt.Errorf("%s: %w %q: %s. Check that line of the profile against what the DCIM answers; the data source hosting_dcim_preflight looks at all of them",
		name, ErrProfile, c.profile.Name, c.redactor.Redact(detail))
}
