package dcim

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// getOperation describes how to read objects of one kind, for confirmNotFound.
type getOperation[T any] struct {
	operation, noun string // "packages.get", "package"
	list            func(context.Context) ([]T, error)
	id              func(T) string
}

// confirmNotFound looks for an object in the list before the caller trusts a "not found". A gateway, or
// a profile with a wrong path, also responds with 404 in JSON. An object that is removed from the state
// by mistake loses the values that only the state has.
func confirmNotFound[T any](ctx context.Context, c *Client, o getOperation[T], id string, gone error) error {
	all, err := o.list(ctx)
	if err != nil {
		return fmt.Errorf("the DCIM said that the %s %s does not exist, but its list could not be read to confirm that: %w", o.noun, id, err)
	}
	if slices.ContainsFunc(all, func(one T) bool { return o.id(one) == id }) {
		return c.mismatch(o.operation, fmt.Sprintf("the %s %s is in the list, and asked for alone it does not exist (operations.%s.path)", o.noun, id, o.operation))
	}
	return gone
}

// systemName names the DCIM in messages.
const systemName = "the DCIM"

// mayHaveBeenProcessed reports whether the DCIM may have processed a write that failed with err.
func mayHaveBeenProcessed(err error) bool {
	var refusal *Error
	if errors.As(err, &refusal) {
		return !refusal.Refused()
	}
	return errors.Is(err, ErrProfile) || transport.MayHaveBeenProcessed(err)
}
