package dcim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/coalesce"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// objectKind describes how to read one kind of object.
type objectKind[T any] struct {
	name   string // prefix of the operations: "packages"
	noun   string // in error messages: "package"
	object string // in the profile's fields: "package"
	decode func(c *Client, operation string, row map[string]any) (T, error)
	id     func(T) string
	reads  func(c *Client) *coalesce.Reads[decoded[T]]
}

// decoded is an object of a list. problem says what of it could not be read. The list is still good for the others.
type decoded[T any] struct {
	value   T
	problem error
}

var (
	apiKeyKind = objectKind[APIKey]{
		name: "api_keys", noun: "API key", object: objectAPIKey, decode: (*Client).apiKey,
		id:    func(k APIKey) string { return k.ID },
		reads: func(c *Client) *coalesce.Reads[decoded[APIKey]] { return c.apiKeys },
	}
	packageKind = objectKind[Package]{
		name: "packages", noun: "package", object: objectPackage, decode: (*Client).readPackage,
		id:    func(p Package) string { return p.ID },
		reads: func(c *Client) *coalesce.Reads[decoded[Package]] { return c.packages },
	}
	serverKind = objectKind[Server]{
		name: "servers", noun: "server", object: objectServer, decode: (*Client).server,
		id:    func(s Server) string { return s.ID },
		reads: func(c *Client) *coalesce.Reads[decoded[Server]] { return c.servers },
	}
)

// list reads all objects. The error is a *lenient.IncompleteList if some of them cannot be read.
func (k objectKind[T]) list(ctx context.Context, c *Client) ([]T, error) {
	all, err := k.reads(c).List(ctx)
	if err != nil {
		return nil, err
	}
	var problems []error
	values := make([]T, 0, len(all))
	for _, one := range all {
		if one.problem != nil {
			problems = append(problems, one.problem)
			continue
		}
		values = append(values, one.value)
	}
	return values, lenient.Complete(problems)
}

// read reads one object, from a list if that costs less.
func (k objectKind[T]) read(ctx context.Context, c *Client, id string) (T, error) {
	one, err := k.reads(c).Get(ctx, id)
	return one.value, err
}

// get reads one object by its id. The error is transport.ErrNotFound only when the list confirms it.
func (k objectKind[T]) get(ctx context.Context, c *Client, id string) (T, error) {
	var none T
	operation := k.name + ".get"
	if !c.HasOperation(operation) {
		return k.fromList(ctx, c, id)
	}
	body, err := c.call(ctx, request{operation: operation, id: id, object: k.object})
	if err == nil && c.isEmpty(operation, body) {
		err = fmt.Errorf("%s: the DCIM has no %s with the id %s: %w", operation, k.noun, id, transport.ErrNotFound)
	}
	if errors.Is(err, transport.ErrNotFound) {
		return none, k.confirmNotFound(ctx, c, operation, id, err)
	}
	if err != nil {
		return none, err
	}
	return k.withID(c, operation, id, body)
}

// fromList reads one object from the list, because the profile has no operation for single objects.
func (k objectKind[T]) fromList(ctx context.Context, c *Client, id string) (T, error) {
	var none T
	all, err := k.reads(c).List(ctx)
	if err != nil {
		return none, err
	}
	if i := slices.IndexFunc(all, func(one decoded[T]) bool { return k.id(one.value) == id }); i >= 0 {
		return all[i].value, all[i].problem
	}
	return none, fmt.Errorf("%s.list: the list has no %s with the id %s: %w", k.name, k.noun, id,
		transport.ErrNotFound)
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
			fmt.Sprintf("the request was for the %s %s, but the response contains %s (fields.%s.id)", k.noun, id, got, k.object))
	}
	return value, err
}

// newObject describes a creation.
type newObject[T any] struct {
	name           string // name or label
	allowDuplicate bool
	input          map[string]any
	matches        func(T) bool // reports whether an object has the name
	// withID returns the object as far as the request and the response describe it. row is the object of the
	// response, or nil.
	withID func(id string, row map[string]any) T
	// complete adds what only the response to the creation contains.
	complete func(read, created T) T
	check    func(T) error // checks the created object
}

// ReadBackError means that a write succeeded, and the object could not be read after it. The result that
// accompanies the error holds what the request and the response contain.
type ReadBackError struct{ Cause error }

func (e *ReadBackError) Error() string { return e.Cause.Error() }
func (e *ReadBackError) Unwrap() error { return e.Cause }

// create creates an object. See [creation.Do] for its errors.
func (k objectKind[T]) create(ctx context.Context, c *Client, n newObject[T]) (T, error) {
	var before []string // ids of the objects that have the name before the creation
	sent := false
	findIDs := func(ctx context.Context) ([]string, error) {
		all, err := k.reads(c).List(ctx)
		ids := creation.IDs(all, func(one decoded[T]) (string, bool) { return k.id(one.value), n.matches(one.value) })
		if !sent {
			before = ids
		}
		return ids, err
	}
	var unread error
	made, err := creation.Do(ctx, c.creations, creation.Creation[T]{
		System: systemName, Noun: k.noun, Name: n.name, AllowDuplicate: n.allowDuplicate,
		MayHaveBeenProcessed: mayHaveBeenProcessed, FindIDs: findIDs,
		Send: func(ctx context.Context) (made T, err error) {
			sent = true
			operation := k.name + ".create"
			body, err := c.call(ctx, request{operation: operation, object: k.object, input: []map[string]any{n.input}})
			if err == nil {
				made, unread, err = k.created(ctx, c, n, body, func() (string, error) {
					after, err := findIDs(ctx)
					added := slices.DeleteFunc(after, func(id string) bool { return slices.Contains(before, id) })
					if err == nil && len(added) != 1 {
						err = c.mismatch(operation,
							fmt.Sprintf("the list shows %d new objects with the name %q, not one", len(added),
								n.name))
					}
					return strings.Join(added, ""), err
				})
			}
			if err == nil {
				err = n.check(made)
			}
			return made, err
		},
	})
	if err == nil && unread != nil {
		err = &ReadBackError{unread}
	}
	return made, err
}

// created returns the object that a creation made. findNew looks for its id in the list. unread is the error of
// the read after the creation.
func (k objectKind[T]) created(
	ctx context.Context, c *Client, n newObject[T], body any, findNew func() (string, error),
) (made T, unread, err error) {
	operation := k.name + ".create"
	var id string
	var row map[string]any
	switch c.profile.Operations[operation].Answer {
	case answerObject:
		if row, err = c.singleObject(operation, body); err == nil {
			made, err = k.decode(c, operation, c.withCredential(k.object, row, body))
		}
		return made, nil, err
	case answerID:
		if id, row, err = c.answeredID(operation, k.object, body); err != nil {
			return made, nil, err
		}
	default:
		if id, err = findNew(); err != nil {
			return made, nil, err
		}
	}
	made = n.withID(id, c.withCredential(k.object, row, body))
	read, unread := k.get(ctx, c, id)
	if unread == nil {
		made = n.complete(read, made)
	}
	return made, unread, nil
}

// withCredential returns the object in the response to the creation of an API key together with the key and the
// secret. The response may have them beside the object.
func (c *Client) withCredential(object string, row map[string]any, body any) map[string]any {
	if object != objectAPIKey {
		return row
	}
	row = merged(row, nil)
	for _, name := range []string{"key", "secret"} {
		path := c.profile.Fields[object][name].Path
		value, beside := lookup(body, path)
		if _, inside := lookup(row, path); !inside && beside {
			_ = setPath(row, path, value) // fails if the path leads into a text, and then nothing is read
		}
	}
	return row
}

// answeredID returns the id in the response to a creation, which is there alone or in an object.
func (c *Client) answeredID(operation, object string, body any) (id string, row map[string]any, err error) {
	path, where := c.profile.answerPath(operation)
	found := opened(valueAt(body, path))
	row, _ = found.(map[string]any)
	if row != nil {
		found, where = valueAt(row, c.profile.Fields[object]["id"].Path), "fields."+object+".id"
	}
	if id, _ = scalar(found); id == "" || id == "0" {
		return "", nil, c.mismatch(operation, fmt.Sprintf("there is no id at %q (%s)%s", path, where,
			c.failureIn(body)))
	}
	return id, row, nil
}

// update changes an object and returns it as the DCIM shows it then. sent is the object of the request.
func (k objectKind[T]) update(ctx context.Context, c *Client, sent T, input map[string]any) (T, error) {
	var none T
	operation, id := k.name+".update", k.id(sent)
	body, err := c.call(ctx, request{operation: operation, id: id, object: k.object, input: []map[string]any{input}})
	if err != nil {
		return none, err
	}
	if c.profile.Operations[operation].Answer == answerObject {
		return k.withID(c, operation, id, body)
	}
	now, err := k.get(ctx, c, id)
	switch {
	case errors.Is(err, transport.ErrNotFound):
		return none, err
	case err != nil:
		return sent, &ReadBackError{err}
	}
	return now, nil
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
	if slices.ContainsFunc(all, func(one decoded[T]) bool { return k.id(one.value) == id }) {
		return c.mismatch(operation, fmt.Sprintf("the %s %s is in the list, but a request for it alone returns \"not found\" (operations.%s.path)",
			k.noun, id, operation))
	}
	return notFound
}

// newReads returns the coalesced reads of one kind of object. An object of a list that cannot be read serves no read:
// the object is then requested by its id.
func (k objectKind[T]) newReads(c *Client, disabled bool) *coalesce.Reads[decoded[T]] {
	list := k.name + ".list"
	return coalesce.NewReads(coalesce.Source[decoded[T]]{
		Get: func(ctx context.Context, id string) (decoded[T], error) {
			value, err := k.get(ctx, c, id)
			return decoded[T]{value: value}, err
		},
		Pages: func(ctx context.Context, visit func([]coalesce.Row[decoded[T]], int) bool) error {
			var unreadable error
			err := c.eachPage(ctx, list, k.object, func(rows []map[string]any, pages int) bool {
				read := make([]coalesce.Row[decoded[T]], len(rows))
				for i, row := range rows {
					value, problem := k.decode(c, list, row)
					id := k.id(value)
					if id == "" {
						unreadable = problem
						return false
					}
					if problem != nil {
						problem = fmt.Errorf("%s %s: %w", k.noun, id, problem)
					}
					partial := problem != nil || isPartial(c.profile.Fields[k.object], row)
					read[i] = coalesce.Row[decoded[T]]{ID: id, Value: decoded[T]{value, problem}, Partial: partial}
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
