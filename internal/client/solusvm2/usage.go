package solusvm2

import (
	"context"
	"net/url"
	"regexp"
)

// PeriodPattern matches the period of a usage: a month, such as 2026-10.
var PeriodPattern = regexp.MustCompile(`^[0-9]{4}-(0[1-9]|1[0-2])$`)

// UserUsage is the post-pay usage of one user in one month.
type UserUsage struct {
	UserID        string
	BillingUserID string // of the client in WHMCS, empty if the user is not enrolled
	Servers       []ServerUsage
}

// ServerUsage is the usage of one virtual server in one month.
type ServerUsage struct {
	ID           string
	Name         string
	Tokens       int64
	CreatedAt    string
	TerminatedAt string // empty while the server exists
	Entries      []UsageEntry
}

// UsageEntry is one cause of a server's usage, such as its plan or its backups.
type UsageEntry struct {
	Type        string
	Description string
	Tokens      int64
}

type usageRow struct {
	UserID        text             `json:"user_id"`
	BillingUserID text             `json:"billing_user_id"`
	Resources     []usageServerRow `json:"resources"`
}

type usageServerRow struct {
	ID           text            `json:"id"`
	Name         note            `json:"name"`
	TotalTokens  int64           `json:"total_tokens"`
	CreatedAt    note            `json:"created_at"`
	TerminatedAt note            `json:"terminated_at"`
	Usage        []usageEntryRow `json:"usage"`
}

type usageEntryRow struct {
	Type        text  `json:"type"`
	Description note  `json:"description"`
	Tokens      int64 `json:"tokens"`
}

// rowID returns the user of the usage. A user who was deleted may have only the id of the client in WHMCS.
func (row usageRow) rowID() text {
	if row.UserID != "" {
		return row.UserID
	}
	return row.BillingUserID
}

func (row usageRow) usage() UserUsage {
	user := UserUsage{UserID: string(row.UserID), BillingUserID: string(row.BillingUserID)}
	for _, r := range row.Resources {
		server := ServerUsage{
			ID: string(r.ID), Name: string(r.Name), Tokens: r.TotalTokens,
			CreatedAt: string(r.CreatedAt), TerminatedAt: string(r.TerminatedAt),
		}
		for _, entry := range r.Usage {
			server.Entries = append(server.Entries,
				UsageEntry{Type: string(entry.Type), Description: string(entry.Description), Tokens: entry.Tokens})
		}
		user.Servers = append(user.Servers, server)
	}
	return user
}

var usages = collection{path: "usage", noun: "usage of user"}

// EachUsage calls visit for the usage of each user in a period ("2026-10"), page by page, until visit returns an
// error (facts/solusvm2: client). A month starts at midnight in timezone, such as "UTC" or "Asia/Kolkata".
func (c *Client) EachUsage(ctx context.Context, period, timezone string, visit func(UserUsage) error) error {
	request := usages.list(url.Values{"filter[period]": {period}, "timezone": {timezone}})
	request.operation = "usage: list"
	var failed error
	err := eachPage(ctx, c, request, func(rows []decoded[usageRow], _ int) bool {
		for _, row := range rows {
			if failed = row.problem; failed == nil {
				failed = visit(row.row.usage())
			}
			if failed != nil {
				return false
			}
		}
		return true
	})
	if failed != nil {
		return failed
	}
	return err
}

// PlanNames returns the name of the plan of each virtual server, by the id of the server.
func (c *Client) PlanNames(ctx context.Context) (map[string]string, error) {
	names := map[string]string{}
	err := eachPage(ctx, c, servers.list(nil), func(rows []decoded[serverRow], _ int) bool {
		for _, row := range rows {
			names[string(row.row.ID)] = string(row.row.Plan.Name)
		}
		return true
	})
	return names, err
}
