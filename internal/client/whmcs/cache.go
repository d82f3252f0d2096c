package whmcs

import (
	"context"
	"fmt"
	"sync"
)

// once keeps the outcome of a successful question for the life of the client, and lets those who ask at the same time share one
// answer, be it a failure. A client lives for one run of the provider; what is kept so changes by hand in the admin area only.
// Failures are not kept.
type once[T any] struct {
	mu      sync.Mutex
	value   *T
	pending *question[T]
}

// question is one that is under way.
type question[T any] struct {
	done  chan struct{} // closed when value and err are set
	value *T
	err   error
}

func (o *once[T]) get(ctx context.Context, ask func() (*T, error)) (*T, error) {
	for {
		o.mu.Lock()
		if value := o.value; value != nil {
			o.mu.Unlock()
			return value, nil
		}
		q := o.pending
		if q == nil {
			q = &question[T]{done: make(chan struct{})}
			o.pending = q
			o.mu.Unlock()
			return o.ask(ctx, q, ask)
		}
		o.mu.Unlock()
		select {
		case <-q.done:
		case <-ctx.Done():
			return nil, fmt.Errorf("while another one asked WHMCS the same: %w", ctx.Err())
		}
		if q.value != nil || q.err != nil {
			return q.value, q.err
		}
		// The one who asked was cancelled, which says nothing about the question: the next one asks.
	}
}

func (o *once[T]) ask(ctx context.Context, q *question[T], ask func() (*T, error)) (*T, error) {
	value, err := ask()
	o.mu.Lock()
	defer o.mu.Unlock()
	if err == nil {
		o.value, q.value = value, value
	} else if ctx.Err() == nil {
		q.err = err
	}
	o.pending = nil
	close(q.done)
	return value, err
}

// CachedCurrencies is Currencies, asked at most once successfully.
func (c *Client) CachedCurrencies(ctx context.Context) ([]Currency, error) {
	currencies, err := c.currencies.get(ctx, func() (*[]Currency, error) {
		list, err := c.Currencies(ctx)
		return &list, err
	})
	if err != nil {
		return nil, err
	}
	return *currencies, nil
}

// CachedModuleSchema is ModuleSchema, asked at most once successfully for each module.
func (c *Client) CachedModuleSchema(ctx context.Context, module string) (*ModuleSchema, error) {
	c.schemasMu.Lock()
	entry, ok := c.schemas[module]
	if !ok {
		if c.schemas == nil {
			c.schemas = map[string]*once[ModuleSchema]{}
		}
		entry = &once[ModuleSchema]{}
		c.schemas[module] = entry
	}
	c.schemasMu.Unlock()
	return entry.get(ctx, func() (*ModuleSchema, error) { return c.ModuleSchema(ctx, module) })
}
