// Package dcim is the client of a TopLink DCIM. It works with operations and logical fields. A wire
// profile maps them to the DCIM's API. The package does not depend on Terraform.
package dcim

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/coalesce"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// Config is the configuration of a [Client].
type Config struct {
	Transport transport.Config // New sets System, BaseURL and Secrets
	URL       string
	Key       string // of a system API key
	Secret    string
	Profile   string // wire profile: "assumed", JSON that begins with "{", or the path of a file
	// DisableCoalescing makes every read a request of its own, for measurements.
	DisableCoalescing bool
}

// Client calls one DCIM. It is safe for concurrent use.
type Client struct {
	http        *transport.Client
	redactor    *transport.Redactor
	profile     *profile
	signer      *signer
	creations   *creation.Lock
	serverLocks serverLocks

	httpDo  func(ctx context.Context, r transport.Request) (*transport.Response, error)
	changes coalesce.Changes

	apiKeys  *coalesce.Reads[APIKey]
	packages *coalesce.Reads[Package]
	servers  *coalesce.Reads[Server]
}

// New checks the configuration and makes a client. It makes no network call.
func New(cfg Config) (*Client, error) {
	p, err := loadProfile(cfg.Profile)
	if err != nil {
		return nil, fmt.Errorf("dcim client: %w", err)
	}
	s := &signer{config: p.Authentication, key: cfg.Key, secret: cfg.Secret, now: time.Now}
	t := cfg.Transport
	t.System = "dcim"
	t.BaseURL = cfg.URL
	t.Secrets = append(s.wireSecrets(), t.Secrets...)
	httpClient, err := transport.New(t)
	if err != nil {
		return nil, fmt.Errorf("dcim client: %w", err)
	}
	c := &Client{http: httpClient, redactor: httpClient.Redactor(), profile: p, signer: s, httpDo: httpClient.Do, creations: creation.NewLock(httpClient.Sleep)}
	c.apiKeys = apiKeyKind.newReads(c, cfg.DisableCoalescing)
	c.packages = packageKind.newReads(c, cfg.DisableCoalescing)
	c.servers = serverKind.newReads(c, cfg.DisableCoalescing)
	return c, nil
}

// Host returns the host and port of the DCIM. It identifies the installation.
func (c *Client) Host() string { return c.http.Host() }

// Endpoint describes the connection to the DCIM.
func (c *Client) Endpoint() transport.Endpoint { return c.http.Endpoint() }

// Redact masks the client's secrets in a text.
func (c *Client) Redact(text string) string { return c.redactor.Redact(text) }

// request is one request for an operation.
type request struct {
	operation string
	id        string         // of the requested object; empty when there is none
	object    string         // the object whose fields the DCIM's error messages name
	input     map[string]any // encoded for the DCIM
}

// call sends one operation and returns the decoded response. A write is sent more than once only if it
// was certainly not processed, or if repeating it ends in the same state.
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
	response, err := c.httpDo(ctx, transport.Request{
		Method:    op.Method,
		Path:      strings.TrimPrefix(c.profile.BasePath+strings.ReplaceAll(op.Path, "{id}", url.PathEscape(r.id)), "/"),
		Query:     query,
		Header:    http.Header{"Accept": {"application/json"}},
		Sign:      c.signer.sign,
		Operation: label,
		Body:      body, ContentType: contentType,
		// The operation decides, not its method: a DCIM may require POST for everything. Repeating an
		// update, a deletion or an assignment by id ends in the same state. Repeating a creation does
		// not.
		Repeatable: verb != "create",
		Write:      write,
	})
	if err != nil {
		return nil, err
	}
	return c.decode(label, r.object, r.id != "", response)
}

// eachPage reads a list operation page by page until the last page, or until visit returns false. pages
// is the number of pages.
func (c *Client) eachPage(
	ctx context.Context, name, object string, visit func(rows []map[string]any, pages int) bool,
) error {
	op, err := c.profile.operation(name)
	if err != nil {
		return err
	}
	firstID := "" // of the previous page
	before := 0
	for page := 1; ; page++ {
		found, pages, err := c.page(ctx, name, op, object, page, before)
		if err == nil {
			firstID, err = c.firstRowID(name, object, page, firstID, found)
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

// page reads one page of a list operation. before is the number of rows on the previous pages, and
// pages the number of pages.
func (c *Client) page(
	ctx context.Context, name string, op operation, object string, page, before int,
) (rows []map[string]any, pages int, err error) {
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
	elements, ok := valueAt(body, listPath).([]any)
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
	pages, err = c.pageCount(name, body, page, len(elements), before+len(elements))
	return rows, pages, err
}

// input returns the parameters of one page. rows is the number of rows on the previous pages.
func (p paging) input(page, rows int) map[string]any {
	switch p.Style {
	case "page":
		return map[string]any{p.PageField: int64(page), p.SizeField: int64(p.Size)}
	case "offset":
		return map[string]any{p.OffsetField: int64(rows), p.SizeField: int64(p.Size)}
	}
	return nil
}

// pageCount returns the number of pages. The number of rows on a page does not show whether the page is
// the last one: a DCIM may return fewer rows than requested.
func (c *Client) pageCount(name string, body any, page, got, rows int) (int, error) {
	paging := c.profile.Paging
	if paging.Style == "none" {
		return page, nil
	}
	path, where, read := paging.LastPagePath, "paging.last_page_path", page
	if path == "" {
		path, where, read = paging.TotalPath, "paging.total_path", rows
	}
	text, _ := scalar(valueAt(body, path))
	limit, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return 0, c.mismatch(name, fmt.Sprintf("there is no number at %q (%s)", path, where))
	case read >= limit:
		return page, nil
	case got == 0 && where == "paging.total_path":
		return 0, c.mismatch(name, fmt.Sprintf("page %d is empty, and %d rows of %d are missing (paging)",
			page, limit-rows, limit))
	case got == 0:
		return 0, c.mismatch(name, fmt.Sprintf("page %d of %d is empty (paging)", page, limit))
	case where == "paging.total_path":
		return page + (limit-rows+got-1)/got, nil
	}
	return limit, nil
}

// singleObject returns the only object of a response.
func (c *Client) singleObject(name string, body any) (map[string]any, error) {
	path, where := c.profile.Envelope.DataPath, "envelope.data_path"
	if op := c.profile.Operations[name]; op.DataPath != nil {
		path, where = *op.DataPath, "operations."+name+".data_path"
	}
	row, ok := valueAt(body, path).(map[string]any)
	if !ok {
		return nil, c.mismatch(name, fmt.Sprintf("there is no object at %q (%s)", path, where))
	}
	return row, nil
}

// ErrProfile means that a response does not match the wire profile.
var ErrProfile = errors.New("the answer does not fit the wire profile")

func (c *Client) mismatch(name, detail string) error {
	return fmt.Errorf("%s: %w %q: %s. Check that line of the profile against what the DCIM answers; the data source hosting_dcim_preflight looks at all of them",
		name, ErrProfile, c.profile.Name, c.redactor.Redact(detail))
}
