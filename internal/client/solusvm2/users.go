package solusvm2

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
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
	ID     text `json:"id"`
	Email  text `json:"email"`
	Status text `json:"status"`
	Roles  []struct {
		Name text `json:"name"`
	} `json:"roles"`
}

func (row userRow) rowID() text { return row.ID }

func (row userRow) user() User {
	user := User{ID: string(row.ID), Email: string(row.Email), Status: string(row.Status), Roles: []string{}}
	for _, role := range row.Roles {
		user.Roles = append(user.Roles, string(role.Name))
	}
	return user
}

// Account returns the user who owns the client's token.
func (c *Client) Account(ctx context.Context) (User, error) {
	r := request{operation: "account: read", method: http.MethodGet, path: "account"}
	row, err := requestObject[userRow](ctx, c, r)
	return row.user(), err
}

// UsersByEmail returns the users with an email address: none or one. The panel's search also matches
// parts of addresses.
func (c *Client) UsersByEmail(ctx context.Context, email string) ([]User, error) {
	r := request{operation: "users: list", path: "users", query: url.Values{"filter[search]": {email}}}
	rows, err := list[userRow](ctx, c, r)
	if err != nil {
		return nil, err
	}
	var users []User
	for _, row := range rows {
		if strings.EqualFold(string(row.Email), email) {
			users = append(users, row.user())
		}
	}
	return users, nil
}

// wireID returns an id as the panel's own clients send it: as a number if it is one.
func wireID(id string) any {
	if id != "" && strings.Trim(id, "0123456789") == "" && (id == "0" || id[0] != '0') {
		return json.Number(id)
	}
	return id
}
