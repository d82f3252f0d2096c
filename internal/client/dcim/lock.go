package dcim

import (
	"context"
	"slices"
	"sync"
)

// serverLocks are locks on servers that this process is about to bind. The DCIM has no conditional
// write, so a binding reads the server and then writes it. Without the lock, two concurrent bindings
// could read the same state, and the second would silently take the server from the first.
type serverLocks struct {
	mutex    sync.Mutex
	servers  map[string]bool
	released chan struct{} // closed and replaced when servers are released
}

// LockServers waits until none of the servers is locked, and locks them until release is called. waited
// reports whether it had to wait: the caller must then read the servers again. It fails only when ctx
// ends.
func (c *Client) LockServers(ctx context.Context, serverIDs []string) (release func(), waited bool, err error) {
	for {
		released, ok := c.serverLocks.tryLock(serverIDs)
		if ok {
			return func() { c.serverLocks.release(serverIDs) }, waited, nil
		}
		waited = true
		select {
		case <-released:
		case <-ctx.Done():
			return nil, true, context.Cause(ctx)
		}
	}
}

// tryLock locks all of the servers or none. If it locks none, released is closed when the caller may
// try again.
func (h *serverLocks) tryLock(ids []string) (released <-chan struct{}, ok bool) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if slices.ContainsFunc(ids, func(id string) bool { return h.servers[id] }) {
		return h.released, false
	}
	if h.servers == nil {
		h.servers, h.released = map[string]bool{}, make(chan struct{})
	}
	for _, id := range ids {
		h.servers[id] = true
	}
	return nil, true
}

func (h *serverLocks) release(ids []string) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	for _, id := range ids {
		delete(h.servers, id)
	}
	close(h.released)
	h.released = make(chan struct{})
}
