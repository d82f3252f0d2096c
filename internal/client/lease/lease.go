// Package lease lets go of a call's context when the call is over, whoever still holds on to it.
package lease

import (
	"context"
	"sync/atomic"
	"time"
)

// lease is a context that stands for another one until it ends. From then on it has no values.
type lease struct {
	done <-chan struct{}
	held atomic.Pointer[context.Context]
}

// New leases a context. After end it is still cancelled when the other one is, but no longer keeps that one, and what hangs on it, in memory.
func New(ctx context.Context) (leased context.Context, end func()) {
	l := &lease{done: ctx.Done()}
	l.held.Store(&ctx)
	return l, func() { l.held.Store(nil) }
}

type leaseKey struct{}

// Value is the other context's as long as the lease lasts.
func (l *lease) Value(key any) any {
	if key == (leaseKey{}) {
		return l
	}
	if held := l.held.Load(); held != nil {
		return (*held).Value(key)
	}
	return nil
}

func (l *lease) Done() <-chan struct{} { return l.done }

func (l *lease) Err() error {
	if held := l.held.Load(); held != nil {
		return (*held).Err()
	}
	select {
	case <-l.done:
		return context.Canceled
	default:
		return nil
	}
}

func (l *lease) Deadline() (deadline time.Time, ok bool) {
	if held := l.held.Load(); held != nil {
		return (*held).Deadline()
	}
	return time.Time{}, false
}

// WithoutCancel is [context.WithoutCancel] for work that may outlast the call that began it: called before the lease ends, it keeps the values beyond that.
func WithoutCancel(ctx context.Context) context.Context {
	kept := context.WithoutCancel(ctx)
	if l, ok := ctx.Value(leaseKey{}).(*lease); ok {
		if held := l.held.Load(); held != nil {
			return outlasting{kept, context.WithoutCancel(*held)}
		}
	}
	return kept
}

// outlasting is a context below a lease, and the leased one.
type outlasting struct {
	context.Context
	held context.Context
}

func (o outlasting) Value(key any) any {
	if value := o.Context.Value(key); value != nil {
		return value
	}
	return o.held.Value(key)
}
