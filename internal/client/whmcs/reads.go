package whmcs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/coalesce"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// maxIDs is the greatest number of objects in one get (internal/companion/PROTOCOL.md).
const maxIDs = 500

// readsKey names the rows that one [coalesce.Reads] serves.
type readsKey struct {
	kind Kind
	with string // the counters in each row, "" for none
}

// readsOf returns the coalesced reads of one kind.
func (c *Client) readsOf(kind Kind, with string) *coalesce.Reads[rawRow] {
	c.readsMu.Lock()
	defer c.readsMu.Unlock()
	return c.readsOfKey(readsKey{kind, with})
}

// readsOfKey is readsOf while readsMu is held. Rows with counters are on as many pages as rows without them.
func (c *Client) readsOfKey(key readsKey) *coalesce.Reads[rawRow] {
	reads, ok := c.reads[key]
	if !ok {
		kind, length := key.kind, (func() int)(nil)
		if key.with != "" {
			length = c.readsOfKey(readsKey{kind: kind}).Length
		}
		reads = coalesce.NewReads(coalesce.Source[rawRow]{
			Get:  func(ctx context.Context, id string) (rawRow, error) { return c.getOne(ctx, kind, id, key.counters()) },
			Many: func(ctx context.Context, ids []string) (map[string]rawRow, error) { return c.getMany(ctx, key, ids) },
			Most: maxIDs,
			Pages: func(ctx context.Context, visit func([]coalesce.Row[rawRow], int) bool) error {
				return c.pages(ctx, key, visit)
			},
			Length:      length,
			Ordered:     true,
			IsPermanent: isPermanent,
			Disabled:    c.coalescingDisabled,
		}, &c.changes)
		c.reads[key] = reads
	}
	return reads
}

// counters are the counters of a request.
func (k readsKey) counters() []string {
	if k.with == "" {
		return nil
	}
	return []string{k.with}
}

// page is one page of a list. Its rows are not decoded yet.
type page struct {
	installation string
	rows         []coalesce.Row[rawRow]
	next         string   // of a list
	remaining    []string // of a get: ids for which the response had no room
}

func decodePage(payload []byte) (page, error) {
	var read struct {
		Installation string            `json:"installation"`
		Rows         []json.RawMessage `json:"rows"`
		Next         *string           `json:"next"`
		Remaining    []string          `json:"remaining"`
	}
	if err := decode(payload, &read); err != nil {
		return page{}, err
	}
	if read.Rows == nil || read.Installation == "" {
		return page{}, errors.New("it names no installation or no rows")
	}
	p := page{installation: read.Installation, rows: make([]coalesce.Row[rawRow], len(read.Rows)), remaining: read.Remaining}
	if read.Next != nil {
		p.next = *read.Next
	}
	for i, row := range read.Rows {
		var named struct {
			ID string `json:"id"`
		}
		if err := decode(row, &named); err != nil {
			return page{}, fmt.Errorf("row %d: %w", i+1, err)
		}
		if named.ID == "" {
			return page{}, fmt.Errorf("row %d has no id", i+1)
		}
		p.rows[i] = coalesce.Row[rawRow]{ID: named.ID, Value: rawRow{installation: p.installation, row: row}}
	}
	return p, nil
}

// getMany reads objects in one request, and in more if their rows are large.
func (c *Client) getMany(ctx context.Context, key readsKey, ids []string) (map[string]rawRow, error) {
	found := make(map[string]rawRow, len(ids))
	for wanted := ids; len(wanted) > 0; {
		r := request{Op: "get", Kind: key.kind, IDs: wanted, With: key.counters()}
		var raw json.RawMessage
		if err := c.do(ctx, actionRead, r, &raw); err != nil {
			return nil, err
		}
		p, err := decodePage(raw)
		if err != nil {
			return nil, c.protocolError(r.operation(actionRead), err)
		}
		for _, id := range wanted {
			found[id] = rawRow{installation: p.installation}
		}
		for _, row := range p.rows {
			if one, asked := found[row.ID]; !asked || one.row != nil {
				return nil, c.protocolError(r.operation(actionRead), fmt.Errorf("it has the object %q twice, or although it was not requested", row.ID))
			}
			found[row.ID] = row.Value
		}
		if len(p.remaining) >= len(wanted) {
			return nil, c.protocolError(r.operation(actionRead), errors.New("it has room for none of the objects"))
		}
		wanted = p.remaining
	}
	return found, nil
}

// pages reads all objects of a kind, page by page.
func (c *Client) pages(ctx context.Context, key readsKey, visit func([]coalesce.Row[rawRow], int) bool) error {
	r := request{Op: "list", Kind: key.kind, Limit: pageSize, With: key.counters()}
	visited := map[string]bool{}
	for {
		var raw json.RawMessage
		if err := c.do(ctx, actionRead, r, &raw); err != nil {
			return err
		}
		p, err := decodePage(raw)
		if err == nil && visited[p.next] {
			err = fmt.Errorf("the page after %s leads back to itself", p.next)
		}
		if err != nil {
			return c.protocolError(r.operation(actionRead), err)
		}
		if p.next == "" {
			visit(p.rows, len(visited)+1)
			return nil
		}
		if !visit(p.rows, 0) {
			return nil
		}
		visited[p.next] = true
		r.After = p.next
	}
}

// isPermanent reports whether every other request would fail with the same error.
func isPermanent(err error) bool {
	switch CodeOf(err) {
	case CodeCredentials, CodeIP, CodePermission, CodeNoCompanion:
		return true
	}
	return isWithRefused(err) || transport.IsTransport(err) && !transport.MayHaveBeenProcessed(err)
}
