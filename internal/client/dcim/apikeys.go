package dcim

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// APIKey is a system API key (Settings > System API).
type APIKey struct {
	ID          string
	Label       string
	IPAddresses []string // the only addresses that may call; none = any
	Key         string   // 64 lower-case hex characters
	Secret      string   // the same; present in the answer to a creation only
	LastCallAt  string   // "" = never
	CreatedAt   string
}

func (c *Client) apiKey(operation string, row map[string]any) (APIKey, error) {
	r := c.reader(objectAPIKey, row)
	key := APIKey{
		ID: r.id("id"), Label: r.text("label"), Key: r.text("key"), Secret: r.text("secret"),
		LastCallAt: r.text("last_call_at"), CreatedAt: r.text("created_at"),
		IPAddresses: r.texts("ip_addresses"),
	}
	if key.ID == "" {
		r.complain("id", "there is no id at %q", r.fields["id"].Path)
	}
	return key, r.finish(c, operation)
}

func (c *Client) apiKeyInput(label string, addresses []string) (map[string]any, error) {
	return c.profile.spell(objectAPIKey, map[string]any{"label": label, "ip_addresses": slices.Sorted(slices.Values(addresses))})
}

// ListAPIKeys lists all system API keys, without their secrets.
func (c *Client) ListAPIKeys(ctx context.Context) ([]APIKey, error) {
	return c.reads.apiKeys.List(ctx)
}

// GetAPIKey reads one key, without its secret; transport.ErrNotFound when it is gone.
func (c *Client) GetAPIKey(ctx context.Context, id string) (APIKey, error) {
	return c.reads.apiKeys.Get(ctx, id)
}

func (c *Client) getAPIKey(ctx context.Context, id string) (APIKey, error) {
	const operation = "api_keys.get"
	body, err := c.call(ctx, request{operation: operation, id: id, object: objectAPIKey})
	if errors.Is(err, transport.ErrNotFound) {
		return APIKey{}, confirmGone(ctx, c, object[APIKey]{operation, "API key", c.ListAPIKeys, func(k APIKey) string { return k.ID }}, id, err)
	}
	if err != nil {
		return APIKey{}, err
	}
	return c.apiKeyWithID(operation, id, body)
}

// apiKeyWithID takes the key with this id out of an answer.
func (c *Client) apiKeyWithID(operation, id string, body any) (APIKey, error) {
	row, err := c.one(operation, body)
	if err != nil {
		return APIKey{}, err
	}
	key, err := c.apiKey(operation, row)
	if err == nil && key.ID != id {
		return APIKey{}, c.mismatch(operation, fmt.Sprintf("asked for the API key %s, got %s (fields.api_key.id)", id, key.ID))
	}
	return key, err
}

// CreateAPIKey makes a key and returns it with its secret, which is never shown again. An existing key of the same label is a
// *creation.ExistsError unless allowDuplicate. A lost answer is a *creation.LostError.
func (c *Client) CreateAPIKey(ctx context.Context, label string, addresses []string, allowDuplicate bool) (APIKey, error) {
	input, err := c.apiKeyInput(label, addresses)
	if err != nil {
		return APIKey{}, err
	}
	return creation.Do(ctx, &c.creating, creation.Creation[APIKey]{
		System: systemName, Noun: "API key", Name: label, AllowDuplicate: allowDuplicate, MayHaveHappened: mayHaveHappened,
		Named: func(ctx context.Context) ([]string, error) {
			keys, err := c.ListAPIKeys(ctx)
			return creation.IDs(keys, func(key APIKey) (string, bool) { return key.ID, key.Label == label }), err
		},
		Send: func(ctx context.Context) (APIKey, error) { return c.sendAPIKey(ctx, input) },
	})
}

func (c *Client) sendAPIKey(ctx context.Context, input map[string]any) (APIKey, error) {
	const operation = "api_keys.create"
	body, err := c.call(ctx, request{operation: operation, object: objectAPIKey, input: input})
	if err != nil {
		return APIKey{}, err
	}
	row, err := c.one(operation, body)
	if err != nil {
		return APIKey{}, err
	}
	key, err := c.apiKey(operation, row)
	if err == nil && (key.Key == "" || key.Secret == "") {
		err = c.mismatch(operation, "the answer carries no key or no secret (fields.api_key.key, fields.api_key.secret)")
	}
	c.redactor.Add(key.Secret)
	return key, err
}

// UpdateAPIKey changes a key's label and addresses.
func (c *Client) UpdateAPIKey(ctx context.Context, id, label string, addresses []string) (APIKey, error) {
	const operation = "api_keys.update"
	input, err := c.apiKeyInput(label, addresses)
	if err != nil {
		return APIKey{}, err
	}
	body, err := c.call(ctx, request{operation: operation, id: id, object: objectAPIKey, input: input})
	if err != nil {
		return APIKey{}, err
	}
	return c.apiKeyWithID(operation, id, body)
}

// DeleteAPIKey removes a key; transport.ErrNotFound when it is gone already.
func (c *Client) DeleteAPIKey(ctx context.Context, id string) error {
	_, err := c.call(ctx, request{operation: "api_keys.delete", id: id, object: objectAPIKey})
	return err
}
