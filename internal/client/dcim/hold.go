package dcim

import (
	"context"
	"slices"
	"sync"
)

// held are servers that somebody in this process is about to bind. The DCIM has no conditional write: a binding is a look at the server and
// then a write, and of two that look at the same moment the second would silently take the server from the first.
type held struct {
	mutex   sync.Mutex
	servers map[string]bool
	freed   chan struct{} // closed, and made anew, when servers are released
}

// HoldServers waits until nobody else holds any of the servers, and holds them until release is called. waited tells whether it had to wait, so
// that what was read of them before is old. It fails only when ctx ends.
func (c *Client) HoldServers(ctx context.Context, serverIDs []string) (release func(), waited bool, err error) {
	for {
		freed, ok := c.held.take(serverIDs)
		if ok {
			return func() { c.held.release(serverIDs) }, waited, nil
		}
		waited = true
		select {
		case <-freed:
		case <-ctx.Done():
			return nil, true, context.Cause(ctx)
		}
	}
}

// take holds all of the servers or none; if none, freed tells when to try again.
func (h *held) take(ids []string) (freed <-chan struct{}, ok bool) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if slices.ContainsFunc(ids, func(id string) bool { return h.servers[id] }) {
		return h.freed, false
	}
	if h.servers == nil {
		h.servers, h.freed = map[string]bool{}, make(chan struct{})
	}
	for _, id := range ids {
		h.servers[id] = true
	}
	return nil, true
}

func (h *held) release(ids []string) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	for _, id := range ids {
		delete(h.servers, id)
	}
	close(h.freed)
	h.freed = make(chan struct{})
}
