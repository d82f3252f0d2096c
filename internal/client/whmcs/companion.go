package whmcs

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// ProtocolVersion is the version of the companion protocol (internal/companion/PROTOCOL.md).
const ProtocolVersion = 1

// requestField is the form field of a companion request.
const requestField = "terraform_request"

// The companion's two actions. Writes have their own action, so that a plan-only pipeline can have a
// role that cannot write.
const (
	actionRead  = "TerraformRead"
	actionWrite = "TerraformWrite"
)

// request is one companion request. Fields that an operation does not use are empty.
type request struct {
	V            int      `json:"v"`
	Op           string   `json:"op"`
	Kind         Kind     `json:"kind,omitempty"`
	Key          string   `json:"key,omitempty"`
	Installation string   `json:"installation,omitempty"`
	ID           string   `json:"id,omitempty"`
	IDs          []string `json:"ids,omitempty"`
	After        string   `json:"after,omitempty"`
	Limit        int      `json:"limit,omitempty"`
	With         []string `json:"with,omitempty"`
	Filter       Values   `json:"filter,omitempty"`
	Expect       Values   `json:"expect,omitempty"`
	Values       any      `json:"values,omitempty"` // Values. An empty object is sent, nil is omitted
	Unknown      []string `json:"unknown,omitempty"`
	AllowDup     bool     `json:"allow_duplicate_name,omitempty"`
	GuardLive    []string `json:"guard_live,omitempty"`
	Connect      bool     `json:"connect,omitempty"`
	Module       string   `json:"module,omitempty"`
	Addon        string   `json:"addon,omitempty"`

	ServerGroupID string `json:"server_group_id,omitempty"`

	Ops []json.RawMessage `json:"ops,omitempty"` // of a batch of validations
}

// operation names a request in messages.
func (r request) operation(action string) string {
	operation := action + " " + r.Op
	if r.Kind != "" {
		operation += " " + string(r.Kind)
	}
	switch {
	case r.Module != "":
		operation += " " + r.Module
	case r.ID != "":
		operation += " " + r.ID
	}
	return operation
}

// do sends one companion request and decodes the payload of the response into out.
func (c *Client) do(ctx context.Context, action string, r request, out any) error {
	operation := r.operation(action)
	r.V = ProtocolVersion
	encoded, err := encodeJSON(r)
	if err != nil {
		return fmt.Errorf("%s: encode the request: %w", operation, err)
	}
	return c.send(ctx, action, operation, base64.RawURLEncoding.EncodeToString(encoded), out)
}

// encodeJSON encodes a value as JSON without escapes of <, > and &. A landing page would be half as large again with
// them.
func encodeJSON(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

// send sends one encoded request and decodes the payload of the response into out.
func (c *Client) send(ctx context.Context, action, operation, encoded string, out any) error {
	// Repeatable: every companion write carries a key, and the companion returns the first response for
	// a repeated key. The two write operations that store nothing need no key.
	fields, err := c.call(ctx, action, operation, url.Values{requestField: {encoded}}, action == actionWrite, true)
	if err != nil {
		return err
	}
	return c.decodeSuccess(operation, fields, out)
}

func (c *Client) decodeSuccess(operation string, fields responseFields, out any) error {
	payload, err := decodePayload(fields["payload"])
	if err != nil {
		return c.protocolError(operation, err)
	}
	if !bytes.HasPrefix(bytes.TrimSpace(payload), []byte("{")) { // null would pass for an object without fields
		return c.protocolError(operation, errors.New("its payload is not a JSON object"))
	}
	if raw, is := out.(*json.RawMessage); is { // the caller decodes it
		*raw = payload
		return nil
	}
	if err := decode(payload, out); err != nil {
		return c.protocolError(operation, err)
	}
	return nil
}

func (c *Client) protocolError(operation string, err error) error {
	message := "The companion's response cannot be read: " + c.redactor.Redact(err.Error())
	var mismatch *lenient.Mismatch
	if errors.As(err, &mismatch) {
		message += ". Install the companion of this provider's version, or report this message to the provider's authors"
	}
	return &Error{Operation: operation, Code: CodeProtocol, Message: message}
}

// emptyIfNil replaces nil by an empty object, because nil values are omitted from a request.
func emptyIfNil(values Values) Values {
	if values == nil {
		return Values{}
	}
	return values
}

// newKey returns a random key by which the companion recognizes a repeated write.
func newKey() string { return rand.Text() }

// ConnectionTest is the result of a module's own connection test.
type ConnectionTest struct {
	Success bool
	Message string // from the module
}

// TestConnection runs the server module's connection test with candidate values. Values that are not
// given are taken from the server with this id, including secrets, unless id is empty. Nothing is
// stored.
func (c *Client) TestConnection(ctx context.Context, id string, values Values) (*ConnectionTest, error) {
	var verdict struct {
		Success *bool `json:"success"`
		Error   Text  `json:"error"`
	}
	r := request{Op: "test_connection", ID: id, Values: emptyIfNil(values)}
	if err := c.do(ctx, actionWrite, r, &verdict); err != nil {
		return nil, err
	}
	if verdict.Success == nil {
		return nil, c.protocolError(actionWrite+" test_connection", errors.New("neither passed nor failed"))
	}
	return &ConnectionTest{Success: *verdict.Success, Message: c.redactor.Redact(string(verdict.Error))}, nil
}

// ModuleOption is one option that a server module declares.
type ModuleOption struct {
	Number  int      `json:"number"`
	Name    string   `json:"name"`
	Label   string   `json:"label"` // as WHMCS shows it, empty if the module declares none
	Type    string   `json:"type"`
	Default string   `json:"default"` // the value that WHMCS's form fills in, and the API does not
	Choices []string `json:"choices"` // nil when any text is allowed, and for switches
	// Fixed is true if the module's file shows the choices as literal text. Otherwise the module may compute them.
	Fixed bool `json:"fixed"`
}

// Types of module options that the provider knows.
const (
	OptionPassword = "password"
	OptionYesNo    = "yesno" // holds "on" or ""
	OptionDropdown = "dropdown"
	OptionRadio    = "radio"
)

// MayGetChoices reports whether an option without choices may have some in the next call, because the module computes
// them.
func (o ModuleOption) MayGetChoices() bool {
	return o.Choices == nil && !o.Fixed && (o.Type == OptionDropdown || o.Type == OptionRadio)
}

// ModuleSchema is the declaration of a server module's options, from its function ConfigOptions.
type ModuleSchema struct {
	Module      string         `json:"module"`
	DisplayName string         `json:"display_name"`
	Options     []ModuleOption `json:"options"`
}

// HasFixedNames reports whether the next call gives the same names. One fixed option shows that, because the companion
// finds it only in a file that shows all options. Otherwise the module may compute them.
func (s *ModuleSchema) HasFixedNames() bool {
	return slices.ContainsFunc(s.Options, func(o ModuleOption) bool { return o.Fixed })
}

// ModuleProduct is the product for which the options of a module are read. Some modules fill their lists by it.
type ModuleProduct struct {
	ID            string // empty for a new product
	ServerGroupID string // empty for none
}

// moduleQuestion is the key of a cached schema.
type moduleQuestion struct {
	module  string
	product ModuleProduct
}

// ModuleSchema reads the options of a server module. The companion runs the module's code, and
// therefore requires the write action.
func (c *Client) ModuleSchema(ctx context.Context, module string, product ModuleProduct) (*ModuleSchema, error) {
	var schema ModuleSchema
	r := request{Op: "module_schema", Module: module, ID: product.ID, ServerGroupID: product.ServerGroupID}
	if err := c.do(ctx, actionWrite, r, &schema); err != nil {
		return nil, err
	}
	if schema.Options == nil {
		return nil, c.protocolError(actionWrite+" module_schema", errors.New("it lists no options, not even none"))
	}
	return &schema, nil
}

// Kind names a kind of object of the companion protocol.
type Kind string

// The kinds this client knows.
const (
	KindProductGroup    Kind = "product_group"
	KindServer          Kind = "server"
	KindServerGroup     Kind = "server_group"
	KindProduct         Kind = "product"
	KindProductAddon    Kind = "product_addon"
	KindOptionGroup     Kind = "configurable_option_group"
	KindCurrency        Kind = "currency"
	KindAddonModule     Kind = "addon_module"
	KindSolusVM2Billing Kind = "solusvm2_billing"
	KindLandingPage     Kind = "landing_page"
	KindAdminRole       Kind = "admin_role"
	KindModule          Kind = "module"
)

// Collection reads and writes the objects of one kind. Row is the row type of the kind.
type Collection[Row any] struct {
	client *Client
	kind   Kind
}

// CollectionOf returns the collection of a kind with its row type.
func CollectionOf[Row any](c *Client, kind Kind) Collection[Row] {
	return Collection[Row]{client: c, kind: kind}
}

// Kind returns the collection's kind.
func (c Collection[Row]) Kind() Kind { return c.kind }

// Found is a row and the installation that returned it.
type Found[Row any] struct {
	Installation string
	Row          *Row // nil when the object does not exist
	StoredTexts  StoredTexts
}

// Get reads one object. For an object that does not exist, Row is nil and the error is nil, so that the
// caller can check the installation first. Concurrent reads are served from shared requests. Reads with
// usage counters are not shared, because the counters must be current.
func (c Collection[Row]) Get(ctx context.Context, id string, with ...string) (Found[Row], error) {
	var stored rawRow
	var err error
	if len(with) > 0 {
		stored, err = c.client.getOne(ctx, c.kind, id, with)
	} else {
		stored, err = c.client.readsOf(c.kind, "").Get(ctx, id)
	}
	if err != nil {
		return Found[Row]{}, err
	}
	found, err := toFound[Row](c.kind, stored)
	if err != nil {
		return Found[Row]{}, c.client.protocolError("TerraformRead get "+string(c.kind)+" "+id, err)
	}
	return found, nil
}

// Usage reads the usage counters of one object, by name. An object that does not exist has none. Concurrent reads are
// served from shared requests, so that the counters may be as old as the snapshot of [coalesce.Reads].
func (c Collection[Row]) Usage(ctx context.Context, id string) (map[string]int64, error) {
	stored, err := c.client.readsOf(c.kind, "usage").Get(ctx, id)
	if err != nil || stored.row == nil {
		return nil, err
	}
	var row struct {
		Usage map[string]int64 `json:"usage"`
	}
	if err := decode(stored.row, &row); err != nil {
		return nil, c.client.protocolError("TerraformRead get "+string(c.kind)+" "+id, err)
	}
	return row.Usage, nil
}

// rawRow is an undecoded row and the installation that returned it. row is nil when the object does not exist.
type rawRow struct {
	installation string
	row          json.RawMessage
}

func (c *Client) getOne(ctx context.Context, kind Kind, id string, with []string) (rawRow, error) {
	r := request{Op: "get", Kind: kind, IDs: []string{id}, With: with}
	var raw json.RawMessage
	if err := c.do(ctx, actionRead, r, &raw); err != nil {
		return rawRow{}, err
	}
	stored, err := decodeRawRow(raw, id)
	if err != nil {
		return rawRow{}, c.protocolError(r.operation(actionRead)+" "+id, err)
	}
	return stored, nil
}

// decodeRawRow decodes the payload of a get for one id.
func decodeRawRow(payload []byte, id string) (rawRow, error) {
	page, err := decodePage(payload)
	switch {
	case err != nil:
		return rawRow{}, err
	case len(page.rows) == 0:
		return rawRow{installation: page.installation}, nil
	case len(page.rows) > 1 || page.rows[0].ID != id:
		return rawRow{}, fmt.Errorf("requested %s, got another object", id)
	}
	return page.rows[0].Value, nil
}

func toFound[Row any](kind Kind, stored rawRow) (Found[Row], error) {
	found := Found[Row]{Installation: stored.installation}
	if stored.row == nil {
		return found, nil
	}
	row, texts, err := canonicalRow(kind, stored.row)
	if err != nil {
		return Found[Row]{}, err
	}
	found.Row, found.StoredTexts = new(Row), texts
	if err := decode(row, found.Row); err != nil {
		return Found[Row]{}, err
	}
	return found, nil
}

// All reads all objects. Later reads of single objects then need no request.
func (c Collection[Row]) All(ctx context.Context) ([]Row, error) {
	stored, err := c.client.readsOf(c.kind, "").List(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]Row, len(stored))
	for i, one := range stored {
		found, err := toFound[Row](c.kind, one)
		if err != nil {
			return nil, c.client.protocolError("TerraformRead list "+string(c.kind), err)
		}
		rows[i] = *found.Row
	}
	return rows, nil
}

// List reads all objects that match the filter, page by page. with names the usage counters to include.
func (c Collection[Row]) List(ctx context.Context, filter Values, with ...string) ([]Row, error) {
	operation := "TerraformRead list " + string(c.kind)
	rows := []Row{}
	var problems []error
	after := ""
	visited := map[string]bool{}
	for {
		var raw json.RawMessage
		r := request{Op: "list", Kind: c.kind, Filter: filter, After: after, Limit: pageSize, With: with}
		if err := c.client.do(ctx, actionRead, r, &raw); err != nil {
			return nil, err
		}
		page, err := decodePage(raw)
		if err != nil {
			return nil, c.client.protocolError(operation, err)
		}
		for _, found := range page.rows {
			var row Row
			if err := decode(found.Value.row, &row); err != nil {
				problems = append(problems,
					c.client.protocolError(operation, fmt.Errorf("%s %s: %w", c.kind, found.ID, err)))
				continue
			}
			rows = append(rows, row)
		}
		if page.next == "" {
			return rows, lenient.Complete(problems)
		}
		after = page.next
		if visited[after] {
			return nil, c.client.protocolError(operation, fmt.Errorf("the page after %s leads back to itself", after))
		}
		visited[after] = true
	}
}

// pageSize is the maximum page size of the companion.
const pageSize = 500

// Written is the companion's response to a write. Row is nil when the write certainly succeeded but the
// response has no readable row.
type Written[Row any] struct {
	Installation  string
	ID            string // of the created or deleted object, empty for an update
	Row           *Row
	RowError      error // why Row is nil, or which other fields of the response could not be read
	HookErrors    []string
	OptionNumbers map[string]Text    // of module options given by name
	PartIDs       map[string]PartIDs // of configurable options or custom fields, by the caller's keys
	StoredTexts   StoredTexts        // of Row
	Replayed      bool               // the stored response of an earlier attempt
}

// WriteOptions are the conditions of a write.
type WriteOptions struct {
	Installation       string   // another installation refuses the write as a conflict. Empty allows any installation
	AllowDuplicateName bool     // do not refuse a natural key that another object has
	Connect            bool     // validation of SolusVM 2 billing: a connection will be made too
	GuardLive          []string // product update: refuse to change one of these fields while services are live
}

func (c Collection[Row]) write(ctx context.Context, r request) (*Written[Row], error) {
	r.Kind = c.kind
	r.Key = newKey()
	answered, err := c.client.write(ctx, r)
	if err != nil {
		return nil, err
	}
	return decodeWritten[Row](c.kind, answered, c.client.redactor), nil
}

// write sends one write. If the response cannot be read, for example because a hook aborted the script, the write may
// have succeeded. It is then sent once more, and the companion returns the stored response for the same key.
func (c *Client) write(ctx context.Context, r request) (map[string]json.RawMessage, error) {
	c.changes.Note()
	defer c.changes.Note()
	var answered map[string]json.RawMessage
	err := c.do(ctx, actionWrite, r, &answered)
	if MayHaveBeenProcessed(err) && !transport.IsTransport(err) {
		err = outcomeOfRetry(err, c.do(ctx, actionWrite, r, &answered))
	}
	return answered, err
}

// outcomeOfRetry returns the error of a write that was sent twice with the same key. If the companion itself responded
// to the second request, its response is the outcome. Otherwise it is unknown whether the first request was processed.
func outcomeOfRetry(first, second error) error {
	if second == nil || !MayHaveBeenProcessed(first) || MayHaveBeenProcessed(second) {
		return second
	}
	var answer *Error
	if errors.As(second, &answer) && answer.Code.isCompanionCode() {
		return second
	}
	return &unclearOutcomeError{first, second}
}

// unclearOutcomeError contains the error of a write that may have been processed, and the error of its repetition.
type unclearOutcomeError struct{ first, second error }

func (e *unclearOutcomeError) Error() string {
	return strings.TrimSuffix(e.first.Error(), ".") +
		". It was sent again with the same key to find out its outcome: " + e.second.Error()
}

func (e *unclearOutcomeError) GoString() string { return e.Error() }

// Unwrap returns the first error first, because the write may have been processed.
func (e *unclearOutcomeError) Unwrap() []error { return []error{e.first, e.second} }

// decodeWritten decodes the response to a write that certainly succeeded. It decodes each field
// separately, so that an unreadable field does not lose the id.
func decodeWritten[Row any](kind Kind, answered map[string]json.RawMessage, redactor *transport.Redactor) *Written[Row] {
	written := &Written[Row]{}
	var problems []error
	read := func(name string, into any) bool {
		raw, ok := answered[name]
		if !ok || string(raw) == "null" {
			return false
		}
		err := decode(raw, into)
		if err != nil {
			problems = append(problems, errors.New(redactor.Redact(lenient.Within(name, err).Error())))
		}
		return err == nil
	}
	var installation, id Text
	read("installation", &installation)
	read("id", &id)
	written.Installation, written.ID = string(installation), string(id)
	read("replayed", &written.Replayed)
	read("hook_errors", &written.HookErrors)
	for i, text := range written.HookErrors {
		written.HookErrors[i] = redactor.Redact(text)
	}
	read("module_option_numbers", &written.OptionNumbers)
	for _, name := range []string{"option_ids", "custom_field_ids"} {
		read(name, &written.PartIDs)
	}
	if raw, is := answered["row"]; is {
		canonical, texts, err := canonicalRow(kind, raw)
		if err == nil { // otherwise the row is not JSON, which read reports
			answered["row"], written.StoredTexts = canonical, texts
		}
	}
	row := new(Row)
	if lenient.Empty(answered["row"]) {
		problems = append(problems, errors.New("the response has no row"))
	} else if read("row", row) {
		written.Row = row
	}
	written.RowError = errors.Join(problems...)
	return written
}

// Create creates an object. On success, ID is set. It waits a moment for a name that another object has.
func (c Collection[Row]) Create(ctx context.Context, values Values, o WriteOptions) (written *Written[Row], err error) {
	err = creation.WaitForName(ctx, c.client.http.Sleep, IsTaken, func() error {
		written, err = c.write(ctx, request{
			Op: "create", Values: emptyIfNil(values), Installation: o.Installation, AllowDup: o.AllowDuplicateName,
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	if written.ID == "" {
		return nil, c.client.protocolError("TerraformWrite create "+string(c.kind),
			errors.New("it names no id, though it says that the object was created"))
	}
	return written, nil
}

// Update changes fields of an object if it still has the expected values. It waits a moment for a name or a slug that
// another object has.
func (c Collection[Row]) Update(
	ctx context.Context, id string, expect, values Values, o WriteOptions,
) (written *Written[Row], err error) {
	err = creation.WaitForName(ctx, c.client.http.Sleep, IsTaken, func() error {
		written, err = c.write(ctx, request{
			Op: "update", ID: id, Expect: expect, Values: emptyIfNil(values),
			Installation: o.Installation, GuardLive: o.GuardLive, AllowDup: o.AllowDuplicateName,
		})
		return err
	})
	return written, err
}

// Delete deletes an object if its natural key still is the expected one. It waits a moment while only products use the
// object, because another resource of the same run may change or delete them.
func (c Collection[Row]) Delete(ctx context.Context, id string, expect Values, o WriteOptions) (written *Written[Row], err error) {
	err = creation.WaitForName(ctx, c.client.http.Sleep, isUsedByProducts, func() error {
		written, err = c.write(ctx, request{Op: "delete", ID: id, Expect: expect, Installation: o.Installation})
		return err
	})
	return written, err
}

// isUsedByProducts reports whether a deletion was refused because of products or product addons alone.
func isUsedByProducts(err error) bool {
	var failure *Error
	return errors.As(err, &failure) && failure.Code == CodeInUse && len(failure.Details.References) > 0 &&
		!slices.ContainsFunc(failure.Details.References, func(r Reference) bool { return r.Kind != "products" && r.Kind != "addons" && r.Count > 0 })
}

// PriceChanges is how many prices a write changes, and how many the operator of WHMCS allows. It is empty if the write
// changes no price, or if the operator set no limit on their number.
type PriceChanges struct {
	Planned int64 `json:"planned"` // by the write
	Left    int64 `json:"left"`    // that can change now
	Limit   int64 `json:"limit"`   // in 60 minutes
}

// Validate checks whether the companion would accept a write, without executing it. The write is a
// creation when id is empty, otherwise an update. unknown lists the fields whose values are not known
// yet.
func (c Collection[Row]) Validate(
	ctx context.Context, id string, values Values, unknown []string, o WriteOptions,
) (changes PriceChanges, err error) {
	r := request{Op: "validate", Kind: c.kind, ID: id, Values: emptyIfNil(values), Unknown: unknown,
		AllowDup: o.AllowDuplicateName, GuardLive: o.GuardLive, Connect: o.Connect}
	answered, err := c.client.validate(ctx, r)
	if err != nil {
		return changes, err
	}
	operation := "TerraformRead validate " + string(c.kind)
	if string(answered["ok"]) != "true" {
		return changes, c.client.protocolError(operation, errors.New("neither accepted nor refused"))
	}
	if raw, limited := answered["price_changes"]; limited {
		if err := decode(raw, &changes); err != nil {
			return changes, c.client.protocolError(operation, err)
		}
	}
	return changes, nil
}

// IsUnreachable reports whether err is independent of the request. The network failed, the server was overloaded, or
// the credential lacks a permission. A page instead of an API response also counts.
func IsUnreachable(err error) bool {
	if transport.IsTransport(err) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	switch CodeOf(err) {
	case CodeCredentials, CodeIP, CodePermission, CodeNoCompanion, CodeNotAPI, CodeProtocol, CodeInternal, CodeUnavailable:
		return true
	}
	return false
}
