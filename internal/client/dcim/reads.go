package dcim

import (
	"context"
	"errors"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/coalesce"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// reads are the coalesced reads of a client.
type reads struct {
	apiKeys  *coalesce.Reads[APIKey]
	packages *coalesce.Reads[Package]
	servers  *coalesce.Reads[Server]
}

func (c *Client) newReads(disabled bool) reads {
	return reads{
		apiKeys:  readsOf(c, disabled, "api_keys.list", objectAPIKey, c.getAPIKey, c.apiKey, func(k APIKey) string { return k.ID }),
		packages: readsOf(c, disabled, "packages.list", objectPackage, c.getPackage, c.readPackage, func(p Package) string { return p.ID }),
		servers:  readsOf(c, disabled, "servers.list", objectServer, c.getServer, c.server, func(s Server) string { return s.ID }),
	}
}

// readsOf returns the reads of one kind of object. decode reads a row of its list, get reads one object.
func readsOf[T any](
	c *Client, disabled bool, name, object string,
	get func(context.Context, string) (T, error), decode func(string, map[string]any) (T, error), id func(T) string,
) *coalesce.Reads[T] {
	return coalesce.NewReads(coalesce.Source[T]{
		Get: get,
		Pages: func(ctx context.Context, visit func([]coalesce.Row[T], int) bool) error {
			var unreadable error
			err := c.eachPage(ctx, name, object, func(rows []map[string]any, pages int) bool {
				read := make([]coalesce.Row[T], len(rows))
				for i, row := range rows {
					var value T
					if value, unreadable = decode(name, row); unreadable != nil {
						return false
					}
					read[i] = coalesce.Row[T]{ID: id(value), Value: value, Partial: lacking(c.profile.Fields[object], row)}
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
