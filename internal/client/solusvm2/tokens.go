package solusvm2

import (
	"context"
	"net/http"
	"net/url"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
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
	ID        text               `json:"id"`
	Name      text               `json:"name"`
	User      phpObject[userRow] `json:"user"`
	CreatedAt text               `json:"created_at"`
}

func (row apiTokenRow) rowID() text { return row.ID }

func (row apiTokenRow) token() APIToken {
	return APIToken{
		ID: string(row.ID), Name: string(row.Name), CreatedAt: string(row.CreatedAt),
		UserID: string(row.User.value.ID), UserEmail: string(row.User.value.Email),
	}
}

var (
	apiTokens    = collection{path: "api_tokens", noun: "API token"}
	apiTokenList = request{operation: "API tokens: list", path: apiTokens.path}
)

// APITokens lists the tokens without their secrets. If userID is not empty, it lists only the tokens of
// this user.
func (c *Client) APITokens(ctx context.Context, userID string) ([]APIToken, error) {
	if userID == "" {
		return c.apiTokens.List(ctx)
	}
	r := apiTokenList
	r.query = url.Values{"filter[user_id]": {userID}}
	rows, err := list[apiTokenRow](ctx, c, r)
	if err != nil {
		return nil, err
	}
	tokens := make([]APIToken, len(rows))
	for i, row := range rows {
		tokens[i] = row.token()
	}
	return tokens, nil
}

// APIToken reads one token, without its secret. The error is transport.ErrNotFound when it does not
// exist.
func (c *Client) APIToken(ctx context.Context, id string) (APIToken, error) {
	return c.apiTokens.Get(ctx, id)
}

func (c *Client) getAPIToken(ctx context.Context, id string) (APIToken, error) {
	token, err := c.apiToken(ctx, apiTokens.read(id))
	all := func(ctx context.Context) ([]APIToken, error) { return c.APITokens(ctx, "") }
	return token, confirmNotFound(ctx, err, "API token", id, all, func(t APIToken) string { return t.ID })
}

// CreateAPIToken creates a token and returns it with its secret. The panel never shows the secret
// again. If a token with the same name and user exists, the error is a *creation.ExistsError, unless
// allowDuplicate is set. If the response is lost, the error is a *creation.LostError.
func (c *Client) CreateAPIToken(ctx context.Context, name, userID string, allowDuplicate bool) (APIToken, error) {
	return creation.Do(ctx, c.creations, creation.Creation[APIToken]{
		System: systemName, Noun: "API token", Name: name, AllowDuplicate: allowDuplicate,
		MayHaveBeenProcessed: mayHaveBeenProcessed,
		FindIDs: func(ctx context.Context) ([]string, error) {
			tokens, err := c.APITokens(ctx, userID)
			// The list is already filtered by user. Rows without a user are therefore accepted.
			return creation.IDs(tokens, func(t APIToken) (string, bool) {
				return t.ID, t.Name == name && (t.UserID == userID || t.UserID == "")
			}), err
		},
		Send: func(ctx context.Context) (APIToken, error) { return c.sendAPIToken(ctx, name, userID) },
	})
}

func (c *Client) sendAPIToken(ctx context.Context, name, userID string) (APIToken, error) {
	r := apiTokens.request(http.MethodPost, "create", "", map[string]any{"name": name, "user_id": wireID(userID)})
	body, err := c.call(ctx, r)
	if err != nil {
		return APIToken{}, err
	}
	answer, err := decodeData[struct {
		Token       apiTokenRow `json:"token"`
		AccessToken text        `json:"access_token"`
	}](c, r, body)
	if err != nil {
		return APIToken{}, err
	}
	c.redactor.Add(string(answer.AccessToken))
	if answer.Token.ID == "" || answer.AccessToken == "" {
		return APIToken{}, c.unreadable(r.operation, errNoID)
	}
	token := answer.Token.token()
	token.Token = string(answer.AccessToken)
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
