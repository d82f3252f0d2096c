package dcim

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
)

// serverLocks are locks on servers that this process is about to bind. The DCIM has no conditional
// write, so a binding reads the server and then writes it. Without the lock, two concurrent bindings
// could read the same state, and the second would silently take the server from the first.
type serverLocks struct {
	mutex    sync.Mutex
	servers  map[string]bool
	released chan struct{}       // closed and replaced when servers are released
	adopted  map[string]adoption // by server
}

// adoption says that a binding took over a server that already had the package.
type adoption struct{ owner, packageID string }

// NoteAdopted notes that a binding, the owner, took over servers that already had the package.
func (c *Client) NoteAdopted(owner string, serverIDs []string, packageID string) {
	c.serverLocks.mutex.Lock()
	defer c.serverLocks.mutex.Unlock()
	if c.serverLocks.adopted == nil {
		c.serverLocks.adopted = map[string]adoption{}
	}
	for _, id := range serverIDs {
		c.serverLocks.adopted[id] = adoption{owner, packageID}
	}
}

// TakeAdopted returns the servers that another binding of this process took over with the package, and forgets them.
// When a server moves between two bindings with the same package, Terraform may change the new binding first. The
// former binding, the owner, must then not unbind the server. The caller has locked the servers.
func (c *Client) TakeAdopted(owner string, serverIDs []string, packageID string) []string {
	c.serverLocks.mutex.Lock()
	defer c.serverLocks.mutex.Unlock()
	var taken []string
	for _, id := range serverIDs {
		note, noted := c.serverLocks.adopted[id]
		delete(c.serverLocks.adopted, id)
		if noted && note.owner != owner && note.packageID == packageID {
			taken = append(taken, id)
		}
	}
	return taken
}

var errNotYet = errors.New("not yet")

// WaitUntil calls done until it returns true, for at most [creation.NamePatience]. In one run, Terraform may bind a
// server before another binding gives it up, because it knows no order between them.
func (c *Client) WaitUntil(ctx context.Context, done func() (bool, error)) (bool, error) {
	isNotYet := func(err error) bool { return errors.Is(err, errNotYet) }
	err := creation.WaitForName(ctx, c.http.Sleep, isNotYet, func() error {
		is, err := done()
		if err == nil && !is {
			err = errNotYet
		}
		return err
	})
	if isNotYet(err) {
		return false, nil
	}
	return err == nil, err
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
