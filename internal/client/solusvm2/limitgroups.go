package solusvm2

import (
	"context"
	"net/http"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
)

// LimitGroup is a set of limits that users are given (Access > Limit groups). A nil limit is none: as much as they like; 0 is none at all.
type LimitGroup struct {
	ID                string
	Name              string
	MaxServers        *int64
	MaxRunningServers *int64
	MaxAdditionalIPs  *int64
	CreatedAt         string
	UpdatedAt         string
}

// limit is one limit on the wire (facts/solusvm2: fixture). Not enabled = unlimited, whatever the number says.
type limit struct {
	Limit     number `json:"limit"`
	IsEnabled flag   `json:"is_enabled"`
}

func limitOf(value *int64) limit {
	if value == nil {
		return limit{}
	}
	return limit{Limit: number(*value), IsEnabled: true}
}

func (l limit) value() *int64 {
	if !l.IsEnabled {
		return nil
	}
	value := int64(l.Limit)
	return &value
}

type limitGroupRow struct {
	ID            text   `json:"id"`
	Name          text   `json:"name"`
	CreatedAt     text   `json:"created_at"`
	UpdatedAt     text   `json:"updated_at"`
	Servers       limit  `json:"vms"`
	Running       limit  `json:"running_vms"`
	AdditionalIPs *limit `json:"additional_ips"`
}

func (row limitGroupRow) rowID() text { return row.ID }

// partial tells that the row lacks what the group may have all the same when it is asked for alone.
func (row limitGroupRow) partial() bool { return row.AdditionalIPs == nil }

func (row limitGroupRow) group() LimitGroup {
	group := LimitGroup{
		ID: string(row.ID), Name: string(row.Name), CreatedAt: string(row.CreatedAt), UpdatedAt: string(row.UpdatedAt),
		MaxServers: row.Servers.value(), MaxRunningServers: row.Running.value(),
	}
	if row.AdditionalIPs != nil { // a panel that has no such limit limits nothing
		group.MaxAdditionalIPs = row.AdditionalIPs.value()
	}
	return group
}

// input is what a creation and a change send. Their shape is that of the panel's other collections (facts/solusvm2: guess).
func (g LimitGroup) input() map[string]any {
	return map[string]any{
		"name": g.Name, "vms": limitOf(g.MaxServers), "running_vms": limitOf(g.MaxRunningServers), "additional_ips": limitOf(g.MaxAdditionalIPs),
	}
}

const limitGroups = "limit_groups"

var limitGroupList = request{operation: "limit groups: list", path: limitGroups}

// LimitGroups lists all limit groups.
func (c *Client) LimitGroups(ctx context.Context) ([]LimitGroup, error) {
	return c.limitGroups.List(ctx)
}

// LimitGroup reads one; transport.ErrNotFound when there is none of this id.
func (c *Client) LimitGroup(ctx context.Context, id string) (LimitGroup, error) {
	return c.limitGroups.Get(ctx, id)
}

func (c *Client) getLimitGroup(ctx context.Context, id string) (LimitGroup, error) {
	group, err := c.limitGroup(ctx, request{operation: "limit group " + id + ": read", method: http.MethodGet, path: limitGroups, id: id})
	return group, confirmed(ctx, err, "limit group", id, c.LimitGroups, func(g LimitGroup) string { return g.ID })
}

// CreateLimitGroup makes a limit group. One of the same name is a *creation.ExistsError unless allowDuplicate; a lost answer is a *creation.LostError.
func (c *Client) CreateLimitGroup(ctx context.Context, group LimitGroup, allowDuplicate bool) (LimitGroup, error) {
	return creation.Do(ctx, &c.creating, creation.Creation[LimitGroup]{
		System: systemName, Noun: "limit group", Name: group.Name, AllowDuplicate: allowDuplicate, MayHaveHappened: mayHaveHappened,
		Named: func(ctx context.Context) ([]string, error) {
			groups, err := c.LimitGroups(ctx)
			return creation.IDs(groups, func(g LimitGroup) (string, bool) { return g.ID, g.Name == group.Name }), err
		},
		Send: func(ctx context.Context) (LimitGroup, error) {
			return c.limitGroup(ctx, request{operation: "limit group: create", method: http.MethodPost, path: limitGroups, input: group.input()})
		},
	})
}

// UpdateLimitGroup changes all of a limit group.
func (c *Client) UpdateLimitGroup(ctx context.Context, group LimitGroup) (LimitGroup, error) {
	return c.limitGroup(ctx, request{operation: "limit group " + group.ID + ": update", method: http.MethodPut, path: limitGroups, id: group.ID, input: group.input()})
}

// DeleteLimitGroup removes a limit group; transport.ErrNotFound when it is gone already.
func (c *Client) DeleteLimitGroup(ctx context.Context, id string) error {
	return c.remove(ctx, "limit group", limitGroups, id)
}

func (c *Client) limitGroup(ctx context.Context, r request) (LimitGroup, error) {
	row, err := object[limitGroupRow](ctx, c, r)
	return row.group(), err
}
