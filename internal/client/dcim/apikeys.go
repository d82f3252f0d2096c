package dcim

import (
	"cmp"
	"context"
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/address"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
)

// APIKey is a system API key (Settings > System API).
type APIKey struct {
	ID          string
	Label       string
	IPAddresses []string // the only addresses that may use the key; empty allows any address
	Key         string   // 64 lower-case hex characters
	Secret      string   // 64 lower-case hex characters; only in the response to a creation
	LastCallAt  string   // empty when the key was never used
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
		r.addProblem("id", "there is no id at %q", r.fields["id"].Path)
	}
	return key, r.err(c, operation)
}

func (c *Client) apiKeyInput(label string, addresses []string) (map[string]any, error) {
	sorted := slices.SortedFunc(slices.Values(addresses), func(a, b string) int {
		return cmp.Or(cmp.Compare(address.Canonical(a), address.Canonical(b)), cmp.Compare(a, b))
	})
	sorted = slices.CompactFunc(sorted, address.Equal)
	return c.profile.encodeFields(objectAPIKey, map[string]any{"label": label, "ip_addresses": sorted})
}

// ListAPIKeys lists all system API keys, without their secrets.
func (c *Client) ListAPIKeys(ctx context.Context) ([]APIKey, error) {
	return c.apiKeys.List(ctx)
}

// GetAPIKey reads one key, without its secret. The error is transport.ErrNotFound when the key does not
// exist.
func (c *Client) GetAPIKey(ctx context.Context, id string) (APIKey, error) {
	return c.apiKeys.Get(ctx, id)
}

// CreateAPIKey creates a key and returns it with its secret. The DCIM never shows the secret again. If
// a key with the same label exists, the error is a *creation.ExistsError, unless allowDuplicate is set.
// If the response is lost, the error is a *creation.LostError.
func (c *Client) CreateAPIKey(
	ctx context.Context, label string, addresses []string, allowDuplicate bool,
) (APIKey, error) {
	input, err := c.apiKeyInput(label, addresses)
	if err != nil {
		return APIKey{}, err
	}
	return creation.Do(ctx, c.creations, creation.Creation[APIKey]{
		System: systemName, Noun: "API key", Name: label, AllowDuplicate: allowDuplicate,
		MayHaveBeenProcessed: mayHaveBeenProcessed,
		FindIDs: func(ctx context.Context) ([]string, error) {
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
	row, err := c.singleObject(operation, body)
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
	return apiKeyKind.withID(c, operation, id, body)
}

// DeleteAPIKey deletes a key. The error is transport.ErrNotFound when the key does not exist.
func (c *Client) DeleteAPIKey(ctx context.Context, id string) error {
	_, err := c.call(ctx, request{operation: "api_keys.delete", id: id, object: objectAPIKey})
	return err
}
