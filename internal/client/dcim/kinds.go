package dcim

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/coalesce"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// objectKind describes how to read one kind of object.
type objectKind[T any] struct {
	name   string // prefix of the operations: "packages"
	noun   string // in error messages: "package"
	object string // in the profile's fields: "package"
	decode func(c *Client, operation string, row map[string]any) (T, error)
	id     func(T) string
	reads  func(c *Client) *coalesce.Reads[T]
}

var (
	apiKeyKind = objectKind[APIKey]{
		name: "api_keys", noun: "API key", object: objectAPIKey, decode: (*Client).apiKey,
		id:    func(k APIKey) string { return k.ID },
		reads: func(c *Client) *coalesce.Reads[APIKey] { return c.apiKeys },
	}
	packageKind = objectKind[Package]{
		name: "packages", noun: "package", object: objectPackage, decode: (*Client).readPackage,
		id:    func(p Package) string { return p.ID },
		reads: func(c *Client) *coalesce.Reads[Package] { return c.packages },
	}
	serverKind = objectKind[Server]{
		name: "servers", noun: "server", object: objectServer, decode: (*Client).server,
		id:    func(s Server) string { return s.ID },
		reads: func(c *Client) *coalesce.Reads[Server] { return c.servers },
	}
)

// get reads one object by its id. The error is transport.ErrNotFound only when the list confirms it.
func (k objectKind[T]) get(ctx context.Context, c *Client, id string) (T, error) {
	var none T
	operation := k.name + ".get"
	body, err := c.call(ctx, request{operation: operation, id: id, object: k.object})
	if errors.Is(err, transport.ErrNotFound) {
		return none, k.confirmNotFound(ctx, c, operation, id, err)
	}
	if err != nil {
		return none, err
	}
	return k.withID(c, operation, id, body)
}

// withID decodes a response and checks that it contains the object with this id.
func (k objectKind[T]) withID(c *Client, operation, id string, body any) (T, error) {
	var none T
	row, err := c.singleObject(operation, body)
	if err != nil {
		return none, err
	}
	value, err := k.decode(c, operation, row)
	if got := k.id(value); err == nil && got != id {
		return none, c.mismatch(operation,
			fmt.Sprintf("asked for the %s %s, got %s (fields.%s.id)", k.noun, id, got, k.object))
	}
	return value, err
}

// confirmNotFound looks for an object in the list before the caller trusts a "not found". A gateway, or
// a profile with a wrong path, also responds with 404 in JSON. An object that is removed from the state
// by mistake loses the values that only the state has.
func (k objectKind[T]) confirmNotFound(ctx context.Context, c *Client, operation, id string, notFound error) error {
	all, err := k.reads(c).List(ctx)
	if err != nil {
		return fmt.Errorf("the DCIM said that the %s %s does not exist, but its list could not be read to confirm that: %w",
			k.noun, id, err)
	}
	if slices.ContainsFunc(all, func(one T) bool { return k.id(one) == id }) {
		return c.mismatch(operation, fmt.Sprintf("the %s %s is in the list, and asked for alone it does not exist (operations.%s.path)",
			k.noun, id, operation))
	}
	return notFound
}

// newReads returns the coalesced reads of one kind of object.
func (k objectKind[T]) newReads(c *Client, disabled bool) *coalesce.Reads[T] {
	list := k.name + ".list"
	return coalesce.NewReads(coalesce.Source[T]{
		Get: func(ctx context.Context, id string) (T, error) { return k.get(ctx, c, id) },
		Pages: func(ctx context.Context, visit func([]coalesce.Row[T], int) bool) error {
			var unreadable error
			err := c.eachPage(ctx, list, k.object, func(rows []map[string]any, pages int) bool {
				read := make([]coalesce.Row[T], len(rows))
				for i, row := range rows {
					var value T
					if value, unreadable = k.decode(c, list, row); unreadable != nil {
						return false
					}
					partial := isPartial(c.profile.Fields[k.object], row)
					read[i] = coalesce.Row[T]{ID: k.id(value), Value: value, Partial: partial}
				}
				return visit(read, pages)
			})
			if unreadable != nil {
				return unreadable
			}
			return err
		},
		IsPermanent: isPermanent,
		Disabled:    disabled,
	}, &c.changes)
}

// isPermanent reports whether every other request would fail with the same error.
func isPermanent(err error) bool {
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal.Unauthorized()
	}
	return transport.IsTransport(err) && !transport.MayHaveBeenProcessed(err)
}
