package solusvm2

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// User is a user of the panel.
type User struct {
	ID     string
	Email  string
	Status string // active, locked, suspended
	Roles  []string
}

type userRow struct {
	ID     text      `json:"id"`
	Email  note      `json:"email"`
	Status text      `json:"status"`
	Roles  []nameRow `json:"roles"`
}

func (row userRow) rowID() text { return row.ID }

func (row userRow) user() User {
	user := User{ID: string(row.ID), Email: string(row.Email), Status: string(row.Status), Roles: []string{}}
	for _, role := range row.Roles {
		user.Roles = append(user.Roles, string(role.Name))
	}
	return user
}

var (
	users       = collection{path: "users", noun: "user"}
	accountRead = request{operation: "account: read", method: http.MethodGet, path: "account"}
)

// Account returns the user who owns the client's token.
func (c *Client) Account(ctx context.Context) (User, error) {
	row, err := requestObject[userRow](ctx, c, accountRead)
	return row.user(), err
}

// UsersByEmail returns the users with an email address: none or one. The panel's search also matches
// parts of addresses.
func (c *Client) UsersByEmail(ctx context.Context, email string) ([]User, error) {
	rows, err := list[userRow](ctx, c, users.list(url.Values{"filter[search]": {email}}))
	if err != nil {
		return nil, err
	}
	other := func(row decoded[userRow]) bool { return !strings.EqualFold(string(row.row.Email), email) }
	return values(slices.DeleteFunc(rows, other), userRow.user)
}

// wireID returns an id as the panel's own clients send it: as a number if it is one.
func wireID(id string) any {
	if id != "" && strings.Trim(id, "0123456789") == "" && (id == "0" || id[0] != '0') {
		return json.Number(id)
	}
	return id
}
