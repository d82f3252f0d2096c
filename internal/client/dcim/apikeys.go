package dcim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

const objectAPIKey = "api_key"

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
	fields := c.profile.Fields[objectAPIKey]
	var problem error
	text := func(logical string) string {
		value, ok := scalar(at(row, fields[logical]))
		if !ok {
			problem = c.mismatch(operation, fmt.Sprintf("what stands at %q is no text (fields.api_key.%s)", fields[logical], logical))
		}
		return value
	}
	key := APIKey{
		ID: text("id"), Label: text("label"), Key: text("key"), Secret: text("secret"),
		LastCallAt: text("last_call_at"), CreatedAt: text("created_at"),
		IPAddresses: splitAddresses(text("ip_addresses")),
	}
	if problem != nil {
		return APIKey{}, problem
	}
	if key.ID == "" {
		return APIKey{}, c.mismatch(operation, fmt.Sprintf("there is no id at %q (fields.api_key.id)", fields["id"]))
	}
	return key, nil
}

// splitAddresses reads the dialog's comma-separated address field.
func splitAddresses(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	slices.Sort(out)
	return out
}

func (c *Client) apiKeyInput(label string, addresses []string) map[string]any {
	fields := c.profile.Fields[objectAPIKey]
	sorted := slices.Sorted(slices.Values(addresses))
	return map[string]any{fields["label"]: label, fields["ip_addresses"]: strings.Join(sorted, ",")}
}

// ListAPIKeys lists all system API keys, without their secrets.
func (c *Client) ListAPIKeys(ctx context.Context) ([]APIKey, error) {
	const operation = "api_keys.list"
	rows, err := c.list(ctx, operation, objectAPIKey)
	if err != nil {
		return nil, err
	}
	keys := make([]APIKey, 0, len(rows))
	for _, row := range rows {
		key, err := c.apiKey(operation, row)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// GetAPIKey reads one key, without its secret; transport.ErrNotFound when it is gone.
func (c *Client) GetAPIKey(ctx context.Context, id string) (APIKey, error) {
	const operation = "api_keys.get"
	body, err := c.call(ctx, operation, id, nil, nil, objectAPIKey)
	if errors.Is(err, transport.ErrNotFound) {
		return APIKey{}, c.confirmGone(ctx, id, err)
	}
	if err != nil {
		return APIKey{}, err
	}
	return c.apiKeyWithID(operation, id, body)
}

// confirmGone looks for a key in the list before its 404 is believed: a gateway, or a profile with a wrong path, answers 404 in JSON
// too, and a key that is dropped from state by mistake takes its secret along.
func (c *Client) confirmGone(ctx context.Context, id string, gone error) error {
	keys, err := c.ListAPIKeys(ctx)
	if err != nil {
		return fmt.Errorf("the DCIM said that the API key %s does not exist, but its list of keys could not be read to confirm that: %w", id, err)
	}
	if slices.ContainsFunc(keys, func(key APIKey) bool { return key.ID == id }) {
		return c.mismatch("api_keys.get", fmt.Sprintf("the API key %s is in the list, and asked for alone it does not exist (operations.api_keys.get.path)", id))
	}
	return gone
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

// ExistsError says that keys of this label exist already.
type ExistsError struct {
	Label string
	IDs   []string
}

func (e *ExistsError) Error() string {
	return fmt.Sprintf("the DCIM already has an API key labelled %q (id %s)", e.Label, strings.Join(e.IDs, ", "))
}

// LostCreateError says that the answer to a creation was lost, and which keys may be its result. The DCIM has no way to ask for a
// secret again, so the creation is never repeated.
type LostCreateError struct {
	Label    string
	Suspects []string // ids of keys of this label that were not there before; none = probably not created
	Listed   bool     // whether the suspects could be looked for at all
	Cause    error
}

func (e *LostCreateError) Error() string {
	return fmt.Sprintf("the answer to the creation of the API key %q was lost: %v", e.Label, e.Cause)
}

func (e *LostCreateError) Unwrap() error { return e.Cause }

// CreateAPIKey makes a key and returns it with its secret, which is never shown again. An existing key of the same label is an
// *ExistsError unless allowDuplicate. A lost answer is a *LostCreateError.
func (c *Client) CreateAPIKey(ctx context.Context, label string, addresses []string, allowDuplicate bool) (APIKey, error) {
	const operation = "api_keys.create"
	// One creation at a time, so that those of one label see each other.
	c.creating.Lock()
	defer c.creating.Unlock()
	before, err := c.idsLabelled(ctx, label)
	if err != nil {
		return APIKey{}, err
	}
	if len(before) > 0 && !allowDuplicate {
		return APIKey{}, &ExistsError{Label: label, IDs: before}
	}
	body, err := c.call(ctx, operation, "", nil, c.apiKeyInput(label, addresses), objectAPIKey)
	if err != nil {
		var refusal *Error
		refused := errors.As(err, &refusal) && refusal.Status >= 400 && refusal.Status < 500
		if refused || refusal == nil && !transport.MayHaveBeenProcessed(err) {
			return APIKey{}, err
		}
		return APIKey{}, c.lostCreate(ctx, label, before, err)
	}
	row, err := c.one(operation, body)
	if err != nil {
		return APIKey{}, c.lostCreate(ctx, label, before, err)
	}
	key, err := c.apiKey(operation, row)
	if err == nil && (key.Key == "" || key.Secret == "") {
		err = c.mismatch(operation, "the answer carries no key or no secret (fields.api_key.key, fields.api_key.secret)")
	}
	if err != nil {
		return APIKey{}, c.lostCreate(ctx, label, before, err)
	}
	c.redactor.Add(key.Secret)
	return key, nil
}

// lostCreate looks for what a creation with an unknown outcome may have left behind.
func (c *Client) lostCreate(ctx context.Context, label string, before []string, cause error) error {
	lost := &LostCreateError{Label: label, Cause: cause}
	// The caller's context may be what ended the creation; looking is bounded by the transport's own time limit.
	after, err := c.idsLabelled(context.WithoutCancel(ctx), label)
	if err != nil {
		return lost
	}
	lost.Listed = true
	for _, id := range after {
		if !slices.Contains(before, id) {
			lost.Suspects = append(lost.Suspects, id)
		}
	}
	return lost
}

func (c *Client) idsLabelled(ctx context.Context, label string) ([]string, error) {
	keys, err := c.ListAPIKeys(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, key := range keys {
		if key.Label == label {
			ids = append(ids, key.ID)
		}
	}
	return ids, nil
}

// UpdateAPIKey changes a key's label and addresses.
func (c *Client) UpdateAPIKey(ctx context.Context, id, label string, addresses []string) (APIKey, error) {
	const operation = "api_keys.update"
	body, err := c.call(ctx, operation, id, nil, c.apiKeyInput(label, addresses), objectAPIKey)
	if err != nil {
		return APIKey{}, err
	}
	return c.apiKeyWithID(operation, id, body)
}

// DeleteAPIKey removes a key; transport.ErrNotFound when it is gone already.
func (c *Client) DeleteAPIKey(ctx context.Context, id string) error {
	_, err := c.call(ctx, "api_keys.delete", id, nil, nil, objectAPIKey)
	return err
}
