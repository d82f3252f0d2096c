package dcim

import (
	"context"
	"errors"
	"fmt"
	"slices"

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

// systemName is what messages call the DCIM.
const systemName = "the DCIM"

// mayHaveHappened reports whether a write that failed may have been carried out all the same.
func mayHaveHappened(err error) bool {
	var refusal *Error
	if errors.As(err, &refusal) {
		return !refusal.Refused()
	}
	return errors.Is(err, ErrProfile) || transport.MayHaveBeenProcessed(err)
}
