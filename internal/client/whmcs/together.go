package whmcs

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/coalesce"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

const (
	// mostIDs is how many objects one get asks for, mostMembers how many writes a batch holds (internal/companion/PROTOCOL.md).
	mostIDs     = 500
	mostMembers = 100
	// batchBytes bounds the JSON of a batch. The companion takes 96 KiB, but firewalls often take forms of 128 KiB at most (facts: seen), which in
	// base64 and with the credentials is a little less.
	batchBytes = 92 << 10
)

// batched are the kinds whose writes travel together. Writing an addon module runs its own code, which may take a request down with it, and what
// there is one of is never written twice at a time.
var batched = map[Kind]bool{KindProductGroup: true, KindServer: true, KindServerGroup: true, KindProduct: true, KindOptionGroup: true}

// together is what lets requests of one client travel together.
type together struct {
	apart   bool
	changes coalesce.Changes
	writes  *coalesce.Writes[member, map[string]json.RawMessage]
	checks  *coalesce.Writes[member, map[string]json.RawMessage] // validations of writes
	// checksSingle tells that the companion takes validations one by one only.
	checksSingle atomic.Bool
	mu           sync.Mutex
	kinds        map[Kind]*coalesce.Reads[held]
}

// member is a write, alone or in a batch.
type member struct {
	request request
	encoded json.RawMessage
}

// coalesce sets up what travels together. Questions whether writes would be accepted do where checksTogether says so: each waits for the answer of those before, so
// that it takes longer where WHMCS answers ten at a time as fast as one.
func (c *Client) coalesce(apart, checksTogether bool) {
	c.together.apart = apart
	c.together.kinds = map[Kind]*coalesce.Reads[held]{}
	sender := coalesce.Sender[member, map[string]json.RawMessage]{
		One: func(ctx context.Context, m member) (map[string]json.RawMessage, error) {
			return c.writeOne(ctx, m.request)
		},
		Many:   c.writeBatch,
		Lane:   func(m member) string { return string(m.request.Kind) },
		Object: func(m member) string { return m.request.ID },
		Most:   mostMembers,
		Bytes:  batchBytes - len(`{"v":1,"op":"batch","ops":[]}`),
		Size:   func(m member) int { return len(m.encoded) + len(",") },
		Alone:  saysNothingOfEach,
		Doubt:  bothTries,
		Apart:  apart,
	}
	c.together.writes = coalesce.NewWrites(sender)
	sender.One = func(ctx context.Context, m member) (map[string]json.RawMessage, error) {
		return c.checkOne(ctx, m.request)
	}
	sender.Many = func(ctx context.Context, members []member) ([]coalesce.Result[map[string]json.RawMessage], error) {
		operation, encoded, err := encodeBatch(actionRead, "validations", members)
		if err != nil {
			return nil, err
		}
		results, err := c.sendBatch(ctx, actionRead, operation, encoded, members)
		if CodeOf(err) == CodeUnsupported {
			c.together.checksSingle.Store(true) // a companion that has no such batch
		}
		return results, err
	}
	sender.Object = func(member) string { return "" }
	sender.Alone = func(err error) bool {
		// One that breaks the script must not stand for the others. A WHMCS that cannot be reached is not asked again for each.
		return transport.IsKind(err, transport.KindServerError) || !transport.IsTransport(err) && saysNothingOfEach(err)
	}
	sender.Doubt = nil
	sender.Apart = apart || !checksTogether
	c.together.checks = coalesce.NewWrites(sender)
}

// reads are the reads of objects of one kind.
func (c *Client) reads(kind Kind) *coalesce.Reads[held] {
	t := &c.together
	t.mu.Lock()
	defer t.mu.Unlock()
	reads, ok := t.kinds[kind]
	if !ok {
		reads = coalesce.NewReads(coalesce.Source[held]{
			Get:  func(ctx context.Context, id string) (held, error) { return c.getOne(ctx, kind, id, nil) },
			Many: func(ctx context.Context, ids []string) (map[string]held, error) { return c.getMany(ctx, kind, ids) },
			Most: mostIDs,
			Pages: func(ctx context.Context, visit func([]coalesce.Row[held], int) bool) error {
				return c.pages(ctx, kind, visit)
			},
			Ordered:  true,
			Hopeless: certain,
			Apart:    t.apart,
		}, &t.changes)
		t.kinds[kind] = reads
	}
	return reads
}

// page is a page of rows that were not looked into yet.
type page struct {
	installation string
	rows         []coalesce.Row[held]
	next         string
}

func decodePage(payload []byte) (page, error) {
	var read struct {
		Installation string            `json:"installation"`
		Rows         []json.RawMessage `json:"rows"`
		Next         *string           `json:"next"`
	}
	if err := json.Unmarshal(payload, &read); err != nil {
		return page{}, err
	}
	if read.Rows == nil || read.Installation == "" {
		return page{}, errors.New("it names no installation or no rows")
	}
	p := page{installation: read.Installation, rows: make([]coalesce.Row[held], len(read.Rows))}
	if read.Next != nil {
		p.next = *read.Next
	}
	for i, row := range read.Rows {
		var named struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(row, &named); err != nil {
			return page{}, err
		}
		p.rows[i] = coalesce.Row[held]{ID: named.ID, Value: held{installation: p.installation, row: row}}
	}
	return p, nil
}

// getMany reads objects in one request.
func (c *Client) getMany(ctx context.Context, kind Kind, ids []string) (map[string]held, error) {
	r := request{Op: "get", Kind: kind, IDs: ids}
	var raw json.RawMessage
	if err := c.do(ctx, actionRead, r, &raw); err != nil {
		return nil, err
	}
	p, err := decodePage(raw)
	if err != nil {
		return nil, c.protocolError(r.operation(actionRead), err)
	}
	found := make(map[string]held, len(ids))
	for _, id := range ids {
		found[id] = held{installation: p.installation}
	}
	for _, row := range p.rows {
		if one, asked := found[row.ID]; !asked || one.row != nil {
			return nil, c.protocolError(r.operation(actionRead), fmt.Errorf("it holds the object %q twice, or without being asked", row.ID))
		}
		found[row.ID] = row.Value
	}
	return found, nil
}

// pages reads all objects of a kind, page by page.
func (c *Client) pages(ctx context.Context, kind Kind, visit func([]coalesce.Row[held], int) bool) error {
	r := request{Op: "list", Kind: kind, Limit: pageSize}
	visited := map[string]bool{}
	for {
		var raw json.RawMessage
		if err := c.do(ctx, actionRead, r, &raw); err != nil {
			return err
		}
		p, err := decodePage(raw)
		if err == nil && visited[p.next] {
			err = fmt.Errorf("the page after %s leads back to itself", p.next)
		}
		if err != nil {
			return c.protocolError(r.operation(actionRead), err)
		}
		if p.next == "" {
			visit(p.rows, len(visited)+1)
			return nil
		}
		if !visit(p.rows, 0) {
			return nil
		}
		visited[p.next] = true
		r.After = p.next
	}
}

// write sends one write, together with others of its kind where such arrive at the same moment.
func (c *Client) write(ctx context.Context, r request) (map[string]json.RawMessage, error) {
	if !batched[r.Kind] {
		return c.writeOne(ctx, r)
	}
	m, err := asMember(actionWrite, r)
	if err != nil {
		return nil, err
	}
	return c.together.writes.Do(ctx, m)
}

// check asks whether a write would be accepted. Where requests are counted, others of its kind that arrive at the same moment are asked about together with it.
func (c *Client) check(ctx context.Context, r request) (map[string]json.RawMessage, error) {
	if !batched[r.Kind] || c.together.checksSingle.Load() {
		return c.checkOne(ctx, r)
	}
	m, err := asMember(actionRead, r)
	if err != nil {
		return nil, err
	}
	return c.together.checks.Do(ctx, m)
}

func (c *Client) checkOne(ctx context.Context, r request) (map[string]json.RawMessage, error) {
	var answered map[string]json.RawMessage
	err := c.do(ctx, actionRead, r, &answered)
	return answered, err
}

func asMember(action string, r request) (member, error) {
	r.V = ProtocolVersion
	encoded, err := json.Marshal(r)
	if err != nil {
		return member{}, fmt.Errorf("%s: encode the request: %w", r.operation(action), err)
	}
	return member{request: r, encoded: encoded}, nil
}

func (c *Client) writeOne(ctx context.Context, r request) (map[string]json.RawMessage, error) {
	var answered map[string]json.RawMessage
	err := c.do(ctx, actionWrite, r, &answered)
	if MayHaveHappened(err) && !transport.IsTransport(err) {
		// A page may have taken the place of the answer to a write that happened, as when a hook breaks off the script. The same key gets the
		// stored answer.
		err = bothTries(err, c.do(ctx, actionWrite, r, &answered))
	}
	return answered, err
}

// bothTries is the error of a write that was tried again with the same key after a try that may have happened. The companion's own answer to a key says
// what became of it; any other failure says so of its own try alone.
func bothTries(first, second error) error {
	if second == nil || !MayHaveHappened(first) || MayHaveHappened(second) {
		return second
	}
	var answer *Error
	if errors.As(second, &answer) && answer.Code.isCompanionCode() {
		return second
	}
	return &doubtError{first, second}
}

// doubtError is a failure that leaves open whether a write happened, and the one that kept its repetition from telling.
type doubtError struct{ first, second error }

func (e *doubtError) Error() string {
	return strings.TrimSuffix(e.first.Error(), ".") + ". It was sent again with the same key, which would have told what became of it: " + e.second.Error()
}

func (e *doubtError) GoString() string { return e.Error() }

// Unwrap has the doubt come first.
func (e *doubtError) Unwrap() []error { return []error{e.first, e.second} }

// writeBatch sends writes in one request. A batch whose answer is lost or cannot be read is sent once more: the keys of its members get the stored
// answers, and the rest is carried out.
func (c *Client) writeBatch(ctx context.Context, members []member) ([]coalesce.Result[map[string]json.RawMessage], error) {
	operation, encoded, err := encodeBatch(actionWrite, "writes", members)
	if err != nil {
		return nil, err
	}
	results, err := c.sendBatch(ctx, actionWrite, operation, encoded, members)
	if MayHaveHappened(err) && !transport.IsTransport(err) {
		var again error
		results, again = c.sendBatch(ctx, actionWrite, operation, encoded, members)
		err = bothTries(err, again)
	}
	return results, err
}

// encodeBatch makes one request of several, and says what messages call it.
func encodeBatch(action, what string, members []member) (operation, encoded string, err error) {
	r := request{V: ProtocolVersion, Op: "batch"}
	for _, m := range members {
		r.Ops = append(r.Ops, m.encoded)
	}
	operation = fmt.Sprintf("%s batch of %d %s of %s", action, len(members), what, members[0].request.Kind)
	raw, err := json.Marshal(r)
	if err != nil {
		return operation, "", fmt.Errorf("%s: encode the request: %w", operation, err)
	}
	return operation, base64.RawURLEncoding.EncodeToString(raw), nil
}

func (c *Client) sendBatch(ctx context.Context, action, operation, encoded string, members []member) ([]coalesce.Result[map[string]json.RawMessage], error) {
	var answered struct {
		Installation json.RawMessage              `json:"installation"`
		Results      []map[string]json.RawMessage `json:"results"`
	}
	if err := c.send(ctx, action, operation, encoded, &answered); err != nil {
		return nil, err
	}
	if len(answered.Results) != len(members) {
		return nil, c.protocolError(operation, fmt.Errorf("it holds %d results for %d operations", len(answered.Results), len(members)))
	}
	results := make([]coalesce.Result[map[string]json.RawMessage], len(members))
	for i, result := range answered.Results {
		results[i] = c.memberResult(members[i].request.operation(action), result, answered.Installation)
		if results[i].Err != nil {
			withholdEcho(results[i].Err, encoded)
		}
	}
	return results, nil
}

// codeNotAttempted is that of a member of a batch that ran out of time.
const codeNotAttempted = "not_attempted"

// memberResult reads what became of one member of a batch.
func (c *Client) memberResult(operation string, result map[string]json.RawMessage, installation json.RawMessage) (out coalesce.Result[map[string]json.RawMessage]) {
	text := func(name string) string {
		var t Text
		if t.UnmarshalJSON(result[name]) != nil {
			return ""
		}
		return string(t)
	}
	code := text("code")
	switch {
	case string(result["ok"]) == "true":
		if result["installation"] == nil && installation != nil {
			result["installation"] = installation
		}
		out.Value = result
	case code == codeNotAttempted:
		out.Again = true
	case string(result["ok"]) != "false" || code == "":
		out.Err = c.protocolError(operation, errors.New("its part of the batch was neither done nor refused"))
	default:
		failure := &Error{Operation: operation, Status: http.StatusOK, Code: Code(code), Message: c.redactor.Redact(text("message"))}
		if failure.Message == "" {
			failure.Message = "WHMCS refused it without a message"
		}
		if _, named := result["installation"]; !named && installation != nil {
			result["installation"] = installation
		}
		if details, err := json.Marshal(result); err == nil {
			err = json.Unmarshal(details, &failure.Details)
			failure.Details.redact(c.redactor)
			if err != nil {
				failure.Message += " (the details of the failure cannot be read: " + c.redactor.Redact(err.Error()) + ")"
			}
		}
		out.Err = failure
	}
	return out
}

// saysNothingOfEach tells that a batch failed in a way that leaves open what would become, or became, of its members: the companion turned it down as
// a whole, or its answer was lost. Each is then sent with its own key, which gets the stored answer of one that was carried out.
func saysNothingOfEach(err error) bool {
	var failure *Error
	return MayHaveHappened(err) || errors.As(err, &failure) && !certain(err)
}

// certain tells that whatever is asked fails like this.
func certain(err error) bool {
	switch CodeOf(err) {
	case CodeCredentials, CodeIP, CodePermission, CodeNoCompanion:
		return true
	}
	return transport.IsTransport(err) && !transport.MayHaveBeenProcessed(err)
}
