package dcim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// object is what confirming that one is gone needs to know of its kind.
type object[T any] struct {
	operation, noun string // "packages.get", "package"
	list            func(context.Context) ([]T, error)
	id              func(T) string
}

// confirmGone looks for an object in the list before its "not found" is believed: a gateway, or a profile with a wrong path, answers 404
// in JSON too, and what is dropped from state by mistake takes with it what only the state knows.
func confirmGone[T any](ctx context.Context, c *Client, o object[T], id string, gone error) error {
	all, err := o.list(ctx)
	if err != nil {
		return fmt.Errorf("the DCIM said that the %s %s does not exist, but its list could not be read to confirm that: %w", o.noun, id, err)
	}
	if slices.ContainsFunc(all, func(one T) bool { return o.id(one) == id }) {
		return c.mismatch(o.operation, fmt.Sprintf("the %s %s is in the list, and asked for alone it does not exist (operations.%s.path)", o.noun, id, o.operation))
	}
	return gone
}

// ExistsError says that objects of this label or name exist already.
type ExistsError struct {
	Noun  string // "API key", "package"
	Label string
	IDs   []string
}

func (e *ExistsError) Error() string {
	return fmt.Sprintf("the DCIM already has the %s %q (id %s)", e.Noun, e.Label, strings.Join(e.IDs, ", "))
}

// LostCreateError says that the answer to a creation was lost, and which objects may be its result. The DCIM has no way to ask again (an
// API key's secret is shown once), so the creation is never repeated.
type LostCreateError struct {
	Noun     string
	Label    string
	Suspects []string // ids of objects of this label that were not there before; none = probably not created
	Listed   bool     // whether the suspects could be looked for at all
	Cause    error
}

func (e *LostCreateError) Error() string {
	return fmt.Sprintf("the answer to the creation of the %s %q was lost: %v", e.Noun, e.Label, e.Cause)
}

func (e *LostCreateError) Unwrap() error { return e.Cause }

// mayHaveHappened reports whether a write that failed may have been carried out all the same.
func mayHaveHappened(err error) bool {
	var refusal *Error
	if errors.As(err, &refusal) {
		return !refusal.Refused()
	}
	return errors.Is(err, ErrProfile) || transport.MayHaveBeenProcessed(err)
}

// lostCreate looks for what a creation with an unknown outcome may have left behind.
func lostCreate(ctx context.Context, noun, label string, before []string, labelled func(context.Context, string) ([]string, error), cause error) error {
	lost := &LostCreateError{Noun: noun, Label: label, Cause: cause}
	// The caller's context may be what ended the creation; looking is bounded by the transport's own time limit.
	after, err := labelled(context.WithoutCancel(ctx), label)
	if err != nil {
		return lost
	}
	lost.Listed = true
	for _, id := range after {
		if !slices.Contains(before, id) {
			lost.Suspects = append(lost.Suspects, id)
		}
	}
	return lost
}
