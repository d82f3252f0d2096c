package solusvm2

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
)

// APIToken is a token of a user (Account > API tokens). It has all rights of the user.
type APIToken struct {
	ID        string
	Name      string
	UserID    string
	UserEmail string
	CreatedAt string
	Token     string // only in the response to a creation
}

type apiTokenRow struct {
	ID        text     `json:"id"`
	Name      text     `json:"name"`
	User      ownerRow `json:"user"`
	CreatedAt note     `json:"created_at"`
}

func (row apiTokenRow) rowID() text { return row.ID }

func (row apiTokenRow) token() APIToken {
	return APIToken{
		ID: string(row.ID), Name: string(row.Name), CreatedAt: string(row.CreatedAt),
		UserID: string(row.User.ID), UserEmail: string(row.User.Email),
	}
}

var (
	apiTokens    = collection{path: "api_tokens", noun: "API token"}
	apiTokenList = apiTokens.list(nil)
)

// APITokens lists the tokens without their secrets. If userID is not empty, it lists only the tokens of
// this user.
func (c *Client) APITokens(ctx context.Context, userID string) ([]APIToken, error) {
	all, err := c.listAPITokens(ctx, userID)
	if err != nil {
		return nil, err
	}
	return values(all, func(token APIToken) APIToken { return token })
}

func (c *Client) listAPITokens(ctx context.Context, userID string) ([]decoded[APIToken], error) {
	if userID == "" {
		return c.apiTokens.List(ctx)
	}
	rows, err := list[apiTokenRow](ctx, c, apiTokens.list(url.Values{"filter[user_id]": {userID}}))
	if err != nil {
		return nil, err
	}
	tokens := make([]decoded[APIToken], len(rows))
	for i, one := range rows {
		tokens[i] = decoded[APIToken]{one.row.token(), one.problem}
	}
	return tokens, nil
}

// APIToken reads one token, without its secret. The error is transport.ErrNotFound when it does not
// exist.
func (c *Client) APIToken(ctx context.Context, id string) (APIToken, error) {
	return c.apiTokens.get(ctx, id)
}

func (c *Client) getAPIToken(ctx context.Context, id string) (APIToken, error) {
	token, err := c.apiToken(ctx, apiTokens.read(id))
	return token, confirmNotFound(ctx, err, "API token", id, c.apiTokens.List, func(t APIToken) string { return t.ID })
}

// CreateAPIToken creates a token and returns it with its secret. The panel never shows the secret
// again. If a token with the same name and user exists, the error is a *creation.ExistsError, unless
// allowDuplicate is set. If the response is lost, the error is a *creation.LostError.
func (c *Client) CreateAPIToken(ctx context.Context, name, userID string, allowDuplicate bool) (APIToken, error) {
	var before []string
	findIDs := func(ctx context.Context) ([]string, error) {
		all, err := c.listAPITokens(ctx, userID)
		if err != nil {
			return nil, err
		}
		// The list is already filtered by user. Rows without a user are therefore accepted.
		all = slices.DeleteFunc(all, func(t decoded[APIToken]) bool {
			return t.row.UserID != userID && t.row.UserID != ""
		})
		return idsOf(all, func(t APIToken) (id, name string) { return t.ID, t.Name }, name)
	}
	return creation.Do(ctx, c.creations, creation.Creation[APIToken]{
		System: systemName, Noun: "API token", Name: name, AllowDuplicate: allowDuplicate,
		MayHaveBeenProcessed: mayHaveBeenProcessed,
		FindIDs: func(ctx context.Context) (ids []string, err error) {
			ids, err = findIDs(ctx)
			before = ids
			return ids, err
		},
		Send: func(ctx context.Context) (APIToken, error) {
			token, err := c.sendAPIToken(ctx, name, userID)
			if err != nil || token.ID != "" {
				return token, err
			}
			// The response has the secret alone. The token is the new one with its name.
			after, err := findIDs(context.WithoutCancel(ctx))
			if err != nil {
				return APIToken{}, c.unreadable(apiTokenCreate, fmt.Errorf("the response has no id of the token, and %w", err))
			}
			after = slices.DeleteFunc(after, func(id string) bool { return slices.Contains(before, id) })
			if len(after) != 1 {
				return APIToken{}, c.unreadable(apiTokenCreate, fmt.Errorf(
					"the response has no id of the token, and the list has %d new tokens with this name", len(after)))
			}
			token.ID = after[0]
			return token, nil
		},
	})
}

const apiTokenCreate = "API token: create"

// sendAPIToken creates a token. Its id is empty if the response has no readable id.
func (c *Client) sendAPIToken(ctx context.Context, name, userID string) (APIToken, error) {
	r := apiTokens.request(http.MethodPost, "create", "", map[string]any{"name": name, "user_id": wireID(userID)})
	body, err := c.call(ctx, r)
	if err != nil {
		return APIToken{}, err
	}
	token, err := c.decodeCreatedToken(r, body)
	if err != nil {
		return APIToken{}, err
	}
	if token.Name == "" {
		token.Name = name
	}
	return token, nil
}

// decodeCreatedToken decodes the response to a creation. Only the secret must be in it.
func (c *Client) decodeCreatedToken(r request, body []byte) (APIToken, error) {
	// The panel nests the token and its secret in "data". Older clients read the secret at the top level
	// (facts/solusvm2: seen). A field that cannot be read is empty, because only the secret cannot be read later. The
	// secret is a string, because its characters must not change.
	var answer struct {
		Data        json.RawMessage `json:"data"`
		Token       json.RawMessage `json:"token"`
		AccessToken string          `json:"access_token"`
	}
	_ = lenient.Decode(body, &answer)
	whole := json.RawMessage(body)
	if answer.Data != nil {
		whole = answer.Data
		_ = lenient.Decode(whole, &answer)
	}
	c.redactor.Add(answer.AccessToken)
	if answer.AccessToken == "" {
		return APIToken{}, c.unreadable(r.operation, errors.New(`there is no "access_token"`))
	}
	row := apiTokenRow{}
	for _, raw := range []json.RawMessage{answer.Token, whole} {
		if row.ID == "" && raw != nil {
			row = apiTokenRow{}
			_ = lenient.Decode(raw, &row)
		}
	}
	token := row.token()
	token.Token = answer.AccessToken
	return token, nil
}

// RenameAPIToken changes the name of a token.
func (c *Client) RenameAPIToken(ctx context.Context, id, name string) (APIToken, error) {
	return c.apiToken(ctx, apiTokens.request(http.MethodPatch, "rename", id, map[string]any{"name": name}))
}

// DeleteAPIToken deletes a token. The token stops working at once. The error is transport.ErrNotFound
// when it does not exist.
func (c *Client) DeleteAPIToken(ctx context.Context, id string) error {
	_, err := c.call(ctx, apiTokens.delete(id))
	return err
}

func (c *Client) apiToken(ctx context.Context, r request) (APIToken, error) {
	row, err := requestObject[apiTokenRow](ctx, c, r)
	return row.token(), err
}
