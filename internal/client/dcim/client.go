// Package dcim is the client of a TopLink DCIM. It works with operations and logical fields. A wire
// profile maps them to the DCIM's API. The package does not depend on Terraform.
package dcim

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"

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
	sessions    *sessions

	httpDo  func(ctx context.Context, r transport.Request) (*transport.Response, error)
	changes coalesce.Changes

	apiKeys  *coalesce.Reads[decoded[APIKey]]
	packages *coalesce.Reads[decoded[Package]]
	servers  *coalesce.Reads[decoded[Server]]
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
	c := &Client{
		http: httpClient, redactor: httpClient.Redactor(), profile: p, signer: s, httpDo: httpClient.Do,
		creations: creation.NewLock(httpClient.Sleep), sessions: &sessions{turn: semaphore.NewWeighted(1)},
	}
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
	id        string // of the requested object, empty if there is none
	serverID  string // in the path of an assignment, empty if there is none
	packageID string // in the path of an assignment, empty if there is none
	object    string // the object whose fields the DCIM's error messages name
	// input is encoded for the DCIM. More than one describe the elements of a list.
	input []map[string]any
}

// label names a request in errors.
func (r request) label() string {
	return strings.TrimSpace(r.operation + " " + r.id)
}

// call sends one operation and returns the decoded response. A write is sent more than once only if it was
// certainly not processed, or if repeating it ends in the same state. A request whose session the DCIM refuses is
// sent again after a new login.
func (c *Client) call(ctx context.Context, r request) (any, error) {
	session, err := c.session(ctx, nil)
	if err != nil {
		return nil, err
	}
	body, err := c.send(ctx, r, session)
	var refusal *Error
	if session == nil || !errors.As(err, &refusal) || !refusal.Unauthorized() {
		return body, err
	}
	if session, err = c.session(ctx, session); err != nil {
		return nil, err
	}
	return c.send(ctx, r, session)
}

func (c *Client) send(ctx context.Context, r request, session *session) (any, error) {
	op, err := c.profile.operation(r.operation)
	if err != nil {
		return nil, err
	}
	parameters, err := op.parameters(r.id, r.input...)
	var sent encoded
	if err == nil {
		sent, err = encode(op.Method, op.Encoding, parameters)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: encode the request: %w", r.label(), err)
	}
	_, verb, _ := strings.Cut(r.operation, ".")
	write := verb != "list" && verb != "get"
	if write {
		c.changes.Note()
		defer c.changes.Note()
	}
	response, err := c.httpDo(ctx, transport.Request{
		Method: op.Method,
		Path:   strings.TrimPrefix(c.profile.BasePath+op.path(r), "/"),
		Query:  sent.query,
		Header: http.Header{"Accept": {"application/json"}},
		Sign: func(attempt *http.Request) error {
			return c.signer.sign(attempt, toSign{encoding: op.Encoding, parameters: parameters, session: session})
		},
		Operation: r.label(),
		Body:      sent.body, ContentType: sent.contentType,
		// The operation decides, not its method: a DCIM may require POST for everything. Repeating an
		// update, a deletion or an assignment by id ends in the same state. Repeating a creation does
		// not.
		Repeatable: verb != "create",
		Write:      write,
	})
	byID := r.id+r.serverID+r.packageID != ""
	if err != nil {
		if refusal := c.refusalIn(r, byID, response); refusal != nil {
			return nil, refusal
		}
		return nil, err
	}
	body, err := c.decode(r.label(), r.object, byID, response)
	var failure *Error
	if op.Answer == answerNone && errors.As(err, &failure) && failure.Empty {
		return nil, nil // as the profile says
	}
	return body, err
}

// refusalIn returns the refusal in a response that the transport reports as a failure, or nil. Some DCIMs answer a
// refusal with HTTP 500. The profile has the class of its code then.
func (c *Client) refusalIn(r request, byID bool, response *transport.Response) error {
	if response == nil || response.StatusCode != http.StatusInternalServerError {
		return nil
	}
	_, err := c.decode(r.label(), r.object, byID, response)
	var refusal *Error
	if errors.As(err, &refusal) && refusal.Class != "" && !refusal.Page {
		return refusal
	}
	return nil
}

// eachPage reads a list operation page by page until the last page, or until visit returns false. pages is the
// number of pages, or 0 if the DCIM does not say.
func (c *Client) eachPage(
	ctx context.Context, name, object string, visit func(rows []map[string]any, pages int) bool,
) error {
	_, err := c.profile.operation(name)
	if err != nil {
		return err
	}
	firstID := "" // of the previous page
	for at := firstPage; ; {
		found, pages, after, err := c.page(ctx, name, object, at)
		if err == nil {
			firstID, err = c.firstRowID(name, object, at.page, firstID, found)
		}
		if err != nil {
			return err
		}
		if !visit(found, pages) || after == nil {
			return nil
		}
		at = *after
	}
}

// page reads one page of a list operation. pages is the number of pages, or 0 if the DCIM does not say. after is the
// position of the next page, or nil.
func (c *Client) page(
	ctx context.Context, name, object string, at position,
) (rows []map[string]any, pages int, after *position, err error) {
	var body any
	input, err := c.profile.Paging.input(at)
	if err == nil {
		body, err = c.call(ctx, request{operation: name, object: object, input: []map[string]any{input}})
	}
	if err != nil {
		return nil, 0, nil, err
	}
	path, where := c.profile.answerPath(name)
	value, present := lookup(body, path)
	elements, ok := listOf(value)
	if id, _ := scalar(valueAt(opened(value), c.profile.Fields[object]["id"].Path)); !ok && id != "" {
		elements, ok = []any{value}, true // XML that was converted shows a list of one object as that object
	}
	if !present && at.rows == 0 && c.saysEmpty(body) {
		return nil, 1, nil, nil
	}
	if !ok || !present || body == nil {
		return nil, 0, nil, c.mismatch(name,
			fmt.Sprintf("there is no list at %q (%s)%s", path, where, c.failureIn(body)))
	}
	for _, element := range elements {
		row, ok := opened(element).(map[string]any)
		if !ok {
			return nil, 0, nil, c.mismatch(name,
				fmt.Sprintf("an element of the list at %q is not an object (%s)", path, where))
		}
		rows = append(rows, row)
	}
	pages, after, err = c.following(name, body, at, len(rows))
	return rows, pages, after, err
}

// saysEmpty reports whether a response says that there are no rows, or no pages. Some DCIMs omit the list then.
func (c *Client) saysEmpty(body any) bool {
	p := c.profile.Paging
	for _, path := range []string{p.TotalPath, p.PageCountPath} {
		if text, _ := scalar(valueAt(body, path)); path != "" && text == "0" {
			return true
		}
	}
	return false
}

// failureIn says that a response without the expected content contains a message, which may be that of a failure.
func (c *Client) failureIn(body any) string {
	message, ok := scalar(valueAt(body, c.profile.Envelope.MessagePath))
	if !ok || message == "" || c.profile.Envelope.Success != nil {
		return ""
	}
	return fmt.Sprintf(". Its message is %q. If this response is a failure, set envelope.success so that the provider recognises it",
		message)
}

// singleObject returns the only object of a response.
func (c *Client) singleObject(name string, body any) (map[string]any, error) {
	path, where := c.profile.answerPath(name)
	if row, ok := opened(valueAt(body, path)).(map[string]any); ok && len(row) > 0 {
		// PHP writes a list of one object under its id as {"7": {…}}.
		if elements, numbered := listOf(row); numbered && len(elements) == 1 {
			if inner, ok := opened(elements[0]).(map[string]any); ok {
				return inner, nil
			}
		}
		return row, nil
	}
	problem := fmt.Sprintf("there is no object at %q (%s)%s", path, where, c.failureIn(body))
	if verb := strings.TrimPrefix(name, strings.Split(name, ".")[0]); verb == ".create" || verb == ".update" {
		problem += fmt.Sprintf(". If the DCIM does not return the object, set operations.%s.answer", name)
	}
	return nil, c.mismatch(name, problem)
}

// isEmpty reports whether the place of the object in a response is there and holds nothing.
func (c *Client) isEmpty(name string, body any) bool {
	path, _ := c.profile.answerPath(name)
	value, present := lookup(body, path)
	elements, ok := listOf(value)
	return present && ok && len(elements) == 0 && body != nil && path != ""
}

// ErrProfile means that a response does not match the wire profile.
var ErrProfile = errors.New("the response does not fit the wire profile")

func (c *Client) mismatch(name, detail string) error {
	return fmt.Errorf("%s: %w %q: %s. Compare this line of the profile with the response of the DCIM. The data source hosting_dcim_preflight checks all lines",
		name, ErrProfile, c.profile.Name, c.redactor.Redact(detail))
}
