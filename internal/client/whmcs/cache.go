package whmcs

import (
	"context"
	"fmt"
	"sync"
)

// cached keeps a value after the first successful load, for the life of the client. A client lives for
// one run of the provider, and only an administrator changes such values, by hand. Concurrent callers
// share one load, including its error. Errors are not kept.
type cached[T any] struct {
	mu      sync.Mutex
	value   *T
	pending *load[T]
}

// load is a load in progress.
type load[T any] struct {
	done  chan struct{} // closed when value and err are set
	value *T
	err   error
}

func (c *cached[T]) get(ctx context.Context, fetch func() (*T, error)) (*T, error) {
	for {
		c.mu.Lock()
		if value := c.value; value != nil {
			c.mu.Unlock()
			return value, nil
		}
		l := c.pending
		if l == nil {
			l = &load[T]{done: make(chan struct{})}
			c.pending = l
			c.mu.Unlock()
			return c.load(ctx, l, fetch)
		}
		c.mu.Unlock()
		select {
		case <-l.done:
		case <-ctx.Done():
			return nil, fmt.Errorf("while another caller sent the same request to WHMCS: %w", ctx.Err())
		}
		if l.value != nil || l.err != nil {
			return l.value, l.err
		}
		// The load failed because its caller was cancelled. The next caller loads again.
	}
}

func (c *cached[T]) load(ctx context.Context, l *load[T], fetch func() (*T, error)) (*T, error) {
	value, err := fetch()
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.value, l.value = value, value
	} else if ctx.Err() == nil {
		l.err = err
	}
	c.pending = nil
	close(l.done)
	return value, err
}

// CachedCurrencies returns the currencies. It requests them until the first success.
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

// CachedInfo returns the description of the installation. It requests it until the first success.
func (c *Client) CachedInfo(ctx context.Context) (*Info, error) {
	return c.info.get(ctx, func() (*Info, error) { return c.Info(ctx) })
}

// CachedModuleSchema returns a module's schema. For each module and product, it requests the schema until
// the first success.
func (c *Client) CachedModuleSchema(ctx context.Context, module string, product ModuleProduct) (*ModuleSchema, error) {
	key := moduleQuestion{module, product}
	c.schemasMu.Lock()
	entry, ok := c.schemas[key]
	if !ok {
		if c.schemas == nil {
			c.schemas = map[moduleQuestion]*cached[ModuleSchema]{}
		}
		entry = &cached[ModuleSchema]{}
		c.schemas[key] = entry
	}
	c.schemasMu.Unlock()
	return entry.get(ctx, func() (*ModuleSchema, error) { return c.ModuleSchema(ctx, module, product) })
}

// StoredModuleSchema returns what is known of a server module without running its code, which the read role may ask. It
// is nil if nothing is known. Choices are not part of it. It requests each module until the first success.
func (c *Client) StoredModuleSchema(ctx context.Context, module string) (*ModuleSchema, error) {
	c.schemasMu.Lock()
	entry, ok := c.declarations[module]
	if !ok {
		if c.declarations == nil {
			c.declarations = map[string]*cached[Module]{}
		}
		entry = &cached[Module]{}
		c.declarations[module] = entry
	}
	c.schemasMu.Unlock()
	found, err := entry.get(ctx, func() (*Module, error) {
		found, err := CollectionOf[Module](c, KindModule).Get(ctx, "servers/"+module)
		if err != nil || found.Row == nil {
			return &Module{}, err
		}
		return found.Row, nil
	})
	if err != nil || found.Options == nil {
		return nil, err
	}
	return &ModuleSchema{Module: module, DisplayName: found.DisplayName, Options: found.Options}, nil
}
