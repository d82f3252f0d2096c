package solusvm2

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

var errNoID = errors.New("the object has no id")

// systemName is what messages call SolusVM 2.
const systemName = "the panel"

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

// isPermanent reports whether every other request would fail with the same error.
func isPermanent(err error) bool {
	var refusal *Error
	if errors.As(err, &refusal) {
		return !refusal.Page && refusal.Status == http.StatusUnauthorized
	}
	return transport.IsTransport(err) && !transport.MayHaveBeenProcessed(err)
}
