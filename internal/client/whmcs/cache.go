package whmcs

import (
	"context"
	"sync"
)

// once keeps the outcome of a successful question for the life of the client, and lets those who ask at the same time share one
// answer. A client lives for one run of the provider; what is kept so changes by hand in the admin area only. Failures are not kept.
type once[T any] struct {
	mu    sync.Mutex
	value *T
}

func (o *once[T]) get(ask func() (*T, error)) (*T, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.value != nil {
		return o.value, nil
	}
	value, err := ask()
	if err == nil {
		o.value = value
	}
	return value, err
}

// CachedCurrencies is Currencies, asked at most once successfully.
func (c *Client) CachedCurrencies(ctx context.Context) ([]Currency, error) {
	currencies, err := c.currencies.get(func() (*[]Currency, error) {
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
	return entry.get(func() (*ModuleSchema, error) { return c.ModuleSchema(ctx, module) })
}
