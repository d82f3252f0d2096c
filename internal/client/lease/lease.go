// Package lease releases the values of a request's context when the request ends, even if something still references
// the context.
package lease

import (
	"context"
	"sync/atomic"
	"time"
)

// lease is a context that delegates to its parent until the lease ends. After that it has no values.
type lease struct {
	done   <-chan struct{}
	parent atomic.Pointer[context.Context]
}

// New returns a leased context. After end, it is still cancelled when ctx is cancelled, but it no longer keeps ctx and
// its values in memory.
func New(ctx context.Context) (leased context.Context, end func()) {
	l := &lease{done: ctx.Done()}
	l.parent.Store(&ctx)
	return l, func() { l.parent.Store(nil) }
}

type leaseKey struct{}

// Value returns the parent's value until the lease ends, then nil.
func (l *lease) Value(key any) any {
	if key == (leaseKey{}) {
		return l
	}
	if parent := l.parent.Load(); parent != nil {
		return (*parent).Value(key)
	}
	return nil
}

func (l *lease) Done() <-chan struct{} { return l.done }

func (l *lease) Err() error {
	if parent := l.parent.Load(); parent != nil {
		return (*parent).Err()
	}
	select {
	case <-l.done:
		return context.Canceled
	default:
		return nil
	}
}

func (l *lease) Deadline() (deadline time.Time, ok bool) {
	if parent := l.parent.Load(); parent != nil {
		return (*parent).Deadline()
	}
	return time.Time{}, false
}

// WithoutCancel is [context.WithoutCancel] for work that may continue after the request. If it is called before the
// lease ends, the returned context keeps the values after that.
func WithoutCancel(ctx context.Context) context.Context {
	detached := context.WithoutCancel(ctx)
	if l, ok := ctx.Value(leaseKey{}).(*lease); ok {
		if parent := l.parent.Load(); parent != nil {
			return detachedContext{detached, context.WithoutCancel(*parent)}
		}
	}
	return detached
}

// detachedContext is a context derived from a lease, together with the lease's parent.
type detachedContext struct {
	context.Context
	parent context.Context
}

func (d detachedContext) Value(key any) any {
	if value := d.Context.Value(key); value != nil {
		return value
	}
	return d.parent.Value(key)
}
