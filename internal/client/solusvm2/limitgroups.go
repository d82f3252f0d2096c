package solusvm2

import (
	"context"
	"errors"
	"net/http"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
)

// LimitGroup is a set of limits for users (Access > Limit groups). A nil limit means unlimited. 0 means
// that the user may have none.
type LimitGroup struct {
	ID                string
	Name              string
	MaxServers        *int64
	MaxRunningServers *int64
	MaxAdditionalIPs  *int64
	CreatedAt         string
	UpdatedAt         string
}

// limit is one limit on the wire (facts/solusvm2: fixture). If it is not enabled, it is unlimited,
// whatever the number is.
type limit struct {
	Limit     int64 `json:"limit"`
	IsEnabled bool  `json:"is_enabled"`
}

func (l *limit) UnmarshalJSON(data []byte) error {
	type plain limit
	err := lenient.Decode(data, (*plain)(l))
	var mismatch *lenient.Mismatch
	if errors.As(err, &mismatch) && mismatch.Path == "limit" && !l.IsEnabled {
		return nil
	}
	return err
}

func newLimit(value *int64) limit {
	if value == nil {
		return limit{}
	}
	return limit{Limit: *value, IsEnabled: true}
}

func (l limit) value() *int64 {
	if !l.IsEnabled {
		return nil
	}
	return &l.Limit
}

type limitGroupRow struct {
	ID            text   `json:"id"`
	Name          text   `json:"name"`
	CreatedAt     note   `json:"created_at"`
	UpdatedAt     note   `json:"updated_at"`
	Servers       limit  `json:"vms"`
	Running       limit  `json:"running_vms"`
	AdditionalIPs *limit `json:"additional_ips"`
}

func (row limitGroupRow) rowID() text { return row.ID }

// partial reports whether the row lacks a field that a request for the single group may return.
func (row limitGroupRow) partial() bool { return row.AdditionalIPs == nil }

func (row limitGroupRow) group() LimitGroup {
	group := LimitGroup{
		ID: string(row.ID), Name: string(row.Name), CreatedAt: string(row.CreatedAt), UpdatedAt: string(row.UpdatedAt),
		MaxServers: row.Servers.value(), MaxRunningServers: row.Running.value(),
	}
	if row.AdditionalIPs != nil { // older panels do not have this limit
		group.MaxAdditionalIPs = row.AdditionalIPs.value()
	}
	return group
}

// input is the body of a creation and of an update. Its form is that of the panel's other collections
// (facts/solusvm2: guess).
func (g LimitGroup) input() map[string]any {
	return map[string]any{
		"name": g.Name, "vms": newLimit(g.MaxServers), "running_vms": newLimit(g.MaxRunningServers),
		"additional_ips": newLimit(g.MaxAdditionalIPs),
	}
}

var (
	limitGroups    = collection{path: "limit_groups", noun: "limit group"}
	limitGroupList = limitGroups.list(nil)
)

// LimitGroups lists all limit groups.
func (c *Client) LimitGroups(ctx context.Context) ([]LimitGroup, error) {
	return c.limitGroups.list(ctx)
}

// LimitGroup reads one limit group. The error is transport.ErrNotFound when it does not exist.
func (c *Client) LimitGroup(ctx context.Context, id string) (LimitGroup, error) {
	return c.limitGroups.get(ctx, id)
}

func (c *Client) getLimitGroup(ctx context.Context, id string) (LimitGroup, error) {
	group, err := c.limitGroup(ctx, limitGroups.read(id))
	idOf := func(g LimitGroup) string { return g.ID }
	return group, confirmNotFound(ctx, err, "limit group", id, c.limitGroups.List, idOf)
}

// CreateLimitGroup creates a limit group. If a group with the same name exists, the error is a
// *creation.ExistsError, unless allowDuplicate is set. If the response is lost, the error is a
// *creation.LostError.
func (c *Client) CreateLimitGroup(ctx context.Context, group LimitGroup, allowDuplicate bool) (LimitGroup, error) {
	return creation.Do(ctx, c.creations, creation.Creation[LimitGroup]{
		System: systemName, Noun: "limit group", Name: group.Name, AllowDuplicate: allowDuplicate,
		MayHaveBeenProcessed: mayHaveBeenProcessed,
		FindIDs: func(ctx context.Context) ([]string, error) {
			groups, err := c.limitGroups.List(ctx)
			if err != nil {
				return nil, err
			}
			return idsOf(groups, func(g LimitGroup) (id, name string) { return g.ID, g.Name }, group.Name)
		},
		Send: func(ctx context.Context) (LimitGroup, error) {
			return c.limitGroup(ctx, limitGroups.request(http.MethodPost, "create", "", group.input()))
		},
	})
}

// UpdateLimitGroup replaces all fields of a limit group.
func (c *Client) UpdateLimitGroup(ctx context.Context, group LimitGroup) (LimitGroup, error) {
	return c.limitGroup(ctx, limitGroups.request(http.MethodPut, "update", group.ID, group.input()))
}

// DeleteLimitGroup deletes a limit group. The error is transport.ErrNotFound when it does not exist.
func (c *Client) DeleteLimitGroup(ctx context.Context, id string) error {
	_, err := c.call(ctx, limitGroups.delete(id))
	return err
}

func (c *Client) limitGroup(ctx context.Context, r request) (LimitGroup, error) {
	row, err := requestObject[limitGroupRow](ctx, c, r)
	return row.group(), err
}
