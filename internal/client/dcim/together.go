package dcim

import (
	"context"
	"errors"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/coalesce"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// together is what lets requests of one client travel together.
type together struct {
	changes  coalesce.Changes
	apiKeys  *coalesce.Reads[APIKey]
	packages *coalesce.Reads[Package]
	servers  *coalesce.Reads[Server]
	bindings *coalesce.Writes[binding, struct{}]
}

// binding is a server that is to have a package, "" = none.
type binding struct{ serverID, packageID string }

func (c *Client) coalesce(apart bool) {
	t := &c.together
	t.apiKeys = apiKeyKind.newReads(c, apart)
	t.packages = packageKind.newReads(c, apart)
	t.servers = serverKind.newReads(c, apart)
	most := 1
	if op, err := c.profile.operation("servers.assign_package"); err == nil {
		most = op.Max
	}
	t.bindings = coalesce.NewWrites(coalesce.Sender[binding, struct{}]{
		One: func(ctx context.Context, b binding) (struct{}, error) {
			return struct{}{}, c.assign(ctx, []string{b.serverID}, b.packageID)
		},
		Many: func(ctx context.Context, bindings []binding) ([]coalesce.Result[struct{}], error) {
			ids := make([]string, len(bindings))
			for i, b := range bindings {
				ids[i] = b.serverID
			}
			return make([]coalesce.Result[struct{}], len(bindings)), c.assign(ctx, ids, bindings[0].packageID)
		},
		Lane:   func(b binding) string { return b.packageID },
		Object: func(b binding) string { return b.serverID },
		Most:   most,
		// A complaint about several servers does not say which of them it is about, nor whether the others were bound before it. Binding a server that
		// has the package already changes nothing.
		Alone: func(err error) bool { return !certain(err) },
		Doubt: doubt,
		Apart: apart,
	})
}

// newReads returns the coalesced reads of one kind of object.
func (k objectKind[T]) newReads(c *Client, apart bool) *coalesce.Reads[T] {
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
					read[i] = coalesce.Row[T]{ID: k.id(value), Value: value, Partial: isPartial(c.profile.Fields[k.object], row)}
				}
				return visit(read, pages)
			})
			if unreadable != nil {
				return unreadable
			}
			return err
		},
		Hopeless: certain,
		Apart:    apart,
	}, &c.together.changes)
}

// certain tells that whatever is asked fails like this.
func certain(err error) bool {
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal.Unauthorized()
	}
	return transport.IsTransport(err) && !transport.MayHaveBeenProcessed(err)
}
