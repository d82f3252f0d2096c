package dcim

import (
	"cmp"
	"context"
	"net/netip"
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/address"
)

// APIKey is a system API key (Settings > System API).
type APIKey struct {
	ID          string
	Label       string
	IPAddresses []string // the only addresses that may use the key. Empty allows any address
	Key         string   // 64 lower-case hex characters
	Secret      string   // 64 lower-case hex characters, only in the response to a creation
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
	for i, text := range key.IPAddresses {
		// Some DCIMs show 192.0.2.1 as the network 192.0.2.1/32.
		if network, err := netip.ParsePrefix(text); err == nil && network.IsSingleIP() {
			key.IPAddresses[i] = network.Addr().String()
		}
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
	return apiKeyKind.list(ctx, c)
}

// GetAPIKey reads one key, without its secret. The error is transport.ErrNotFound when the key does not
// exist.
func (c *Client) GetAPIKey(ctx context.Context, id string) (APIKey, error) {
	return apiKeyKind.read(ctx, c, id)
}

// CreateAPIKey creates a key and returns it with its secret. The DCIM never shows the secret again. If a key with
// the same label exists, the error is a *creation.ExistsError, unless allowDuplicate is set. If the response is
// lost, the error is a *creation.LostError. If the key was created and cannot be read, the error is a
// *ReadBackError.
func (c *Client) CreateAPIKey(
	ctx context.Context, label string, addresses []string, allowDuplicate bool,
) (APIKey, error) {
	input, err := c.apiKeyInput(label, addresses)
	if err != nil {
		return APIKey{}, err
	}
	return apiKeyKind.create(ctx, c, newObject[APIKey]{
		name: label, allowDuplicate: allowDuplicate, input: input,
		matches: func(key APIKey) bool { return key.Label == label },
		withID: func(id string, row map[string]any) APIKey {
			fields := c.profile.Fields[objectAPIKey]
			key, _ := scalar(valueAt(row, fields["key"].Path))
			secret, _ := scalar(valueAt(row, fields["secret"].Path))
			c.redactor.Add(secret)
			return APIKey{ID: id, Label: label, IPAddresses: addresses, Key: key, Secret: secret}
		},
		complete: func(read, created APIKey) APIKey {
			read.Key, read.Secret = cmp.Or(read.Key, created.Key), created.Secret
			return read
		},
		check: func(key APIKey) error {
			c.redactor.Add(key.Secret)
			if key.Key == "" || key.Secret == "" {
				return c.mismatch("api_keys.create",
					"the response has no key or no secret (fields.api_key.key, fields.api_key.secret)")
			}
			return nil
		},
	})
}

// UpdateAPIKey changes a key's label and addresses. If the key cannot be read after the update, the error is a
// *ReadBackError.
func (c *Client) UpdateAPIKey(ctx context.Context, id, label string, addresses []string) (APIKey, error) {
	input, err := c.apiKeyInput(label, addresses)
	if err != nil {
		return APIKey{}, err
	}
	return apiKeyKind.update(ctx, c, APIKey{ID: id, Label: label, IPAddresses: addresses}, input)
}

// DeleteAPIKey deletes a key. The error is transport.ErrNotFound when the key does not exist.
func (c *Client) DeleteAPIKey(ctx context.Context, id string) error {
	_, err := c.call(ctx, request{operation: "api_keys.delete", id: id, object: objectAPIKey})
	return err
}
