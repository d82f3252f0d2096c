package solusvm2

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

var errNoID = errors.New("the object has no id")

// ExistsError says that objects of this name exist already.
type ExistsError struct {
	Noun string // "limit group", "API token"
	Name string
	IDs  []string
}

func (e *ExistsError) Error() string {
	return fmt.Sprintf("the panel already has the %s %q (id %s)", e.Noun, e.Name, strings.Join(e.IDs, ", "))
}

// LostCreateError says that the answer to a creation was lost, and which objects may be its result. The panel has no way to ask again, so
// the creation is never repeated.
type LostCreateError struct {
	Noun     string
	Name     string
	Suspects []string // ids of objects of this name that were not there before; none = probably not created
	Listed   bool     // whether the suspects could be looked for at all
	Cause    error
}

func (e *LostCreateError) Error() string {
	return fmt.Sprintf("the answer to the creation of the %s %q was lost: %v", e.Noun, e.Name, e.Cause)
}

func (e *LostCreateError) Unwrap() error { return e.Cause }

// creation is one object to be made.
type creation[T any] struct {
	noun, name     string
	allowDuplicate bool
	// named lists the ids of the objects that have the name.
	named func(ctx context.Context) ([]string, error)
	send  func(ctx context.Context) (T, error)
}

// create makes an object: one at a time, so that those of one name see each other.
func create[T any](ctx context.Context, c *Client, what creation[T]) (T, error) {
	c.creating.Lock()
	defer c.creating.Unlock()
	var nothing T
	before, err := what.named(ctx)
	if err != nil {
		return nothing, err
	}
	if len(before) > 0 && !what.allowDuplicate {
		return nothing, &ExistsError{Noun: what.noun, Name: what.name, IDs: before}
	}
	made, err := what.send(ctx)
	if err == nil || !mayHaveHappened(err) {
		return made, err
	}
	lost := &LostCreateError{Noun: what.noun, Name: what.name, Cause: err}
	// The caller's context may be what ended the creation; looking is bounded by the transport's own time limit.
	after, err := what.named(context.WithoutCancel(ctx))
	if err != nil {
		return nothing, lost
	}
	lost.Listed = true
	for _, id := range after {
		if !slices.Contains(before, id) {
			lost.Suspects = append(lost.Suspects, id)
		}
	}
	return nothing, lost
}

func idsWhere[T any](all []T, id func(T) (string, bool)) []string {
	var ids []string
	for _, one := range all {
		if found, ok := id(one); ok {
			ids = append(ids, found)
		}
	}
	return ids
}

// confirmed looks for an object in the list before its "not found" is believed: a gateway answers 404 in JSON too.
func confirmed[T any](ctx context.Context, err error, noun, id string, list func(context.Context) ([]T, error), idOf func(T) string) error {
	if !errors.Is(err, transport.ErrNotFound) {
		return err
	}
	all, listing := list(ctx)
	if listing != nil {
		return fmt.Errorf("the panel said that the %s %s does not exist, but its list could not be read to confirm that: %w", noun, id, listing)
	}
	if slices.ContainsFunc(all, func(one T) bool { return idOf(one) == id }) {
		return fmt.Errorf("%w: the %s %s is in the list, and asked for alone it does not exist", ErrUnreadable, noun, id)
	}
	return err
}
