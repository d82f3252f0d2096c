package solusvm2

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// Probed is a collection of the panel whose shape can be looked at.
type Probed string

// The collections that can be probed.
const (
	ProbeUsers       Probed = "users"
	ProbeLimitGroups Probed = limitGroups
	ProbeAPITokens   Probed = apiTokens
	ProbeServers     Probed = "servers"
)

// Shape is what a probe saw of a collection. It holds names of fields and ids, and no other value.
type Shape struct {
	Read   bool     // the pages looked at could be read
	Rows   int      // on them
	All    bool     // they were all there are
	Amiss  []string // what of the known shape a row lacks or has in another form, such as "vms.is_enabled is missing"
	Paging []string // what is amiss with the pages
	Got    bool     // the first one was read by its id as well

	FirstID     string // of the first row; "" when there is none
	FirstUserID string // of the user whose the first row is; "" when it is nobody's
}

// form says what is wrong with a field, "" when nothing is.
type form func(raw json.RawMessage) string

func decodes[T any](what string) form {
	return func(raw json.RawMessage) string {
		var value T
		if bytes.Equal(raw, []byte("null")) || json.Unmarshal(raw, &value) != nil {
			return "is no " + what
		}
		return ""
	}
}

var (
	asID     = decodes[text]("id")
	asText   = decodes[string]("text")
	asNumber = decodes[number]("whole number")
	asFlag   = decodes[flag]("boolean")
	asList   = decodes[[]json.RawMessage]("list")
)

// shapes are the fields that the client reads, by dotted path (facts/solusvm2: fixtures and clients of the vendor); what stands before a question mark may
// be null. Fields that only some panels have are not among them.
var shapes = map[Probed]map[string]form{
	"account":  {"id": asID, "email": asText, "status": asText, "roles": asList},
	ProbeUsers: {"id": asID, "email": asText, "status": asText, "roles": asList},
	ProbeLimitGroups: {
		"id": asID, "name": asText, "vms.limit": asNumber, "vms.is_enabled": asFlag, "running_vms.limit": asNumber, "running_vms.is_enabled": asFlag,
	},
	ProbeAPITokens: {"id": decodes[string]("text"), "name": asText, "user?.id": asID, "created_at": asText},
	ProbeServers: {
		"id": asID, "name": asText, "uuid": asText, "virtualization_type": asText, "status": asText, "is_suspended": asFlag, "user?.id": asID, "user?.email": asText,
		"specifications.vcpu": asNumber, "specifications.ram": asNumber, "specifications.disk": asNumber, "location?.name": asText, "plan?.name": asText,
	},
}

// amiss compares a row with its shape.
func amiss(what Probed, raw json.RawMessage) []string {
	var found []string
	for path, f := range shapes[what] {
		if wrong := judge(raw, strings.Split(path, "."), f); wrong != "" {
			found = append(found, strings.ReplaceAll(path, "?", "")+" "+wrong)
		}
	}
	slices.Sort(found)
	return found
}

func judge(raw json.RawMessage, steps []string, f form) string {
	if len(steps) == 0 {
		return f(raw)
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || fields == nil {
		return "is missing"
	}
	name, optional := strings.CutSuffix(steps[0], "?")
	value, there := fields[name]
	switch {
	case !there:
		return "is missing"
	case optional && bytes.Equal(value, []byte("null")):
		return ""
	}
	return judge(value, steps[1:], f)
}

// ProbeAccount reads the user whose token the client has, and what is amiss with its shape.
func (c *Client) ProbeAccount(ctx context.Context) (user User, wrong []string, err error) {
	r := request{operation: "account: read", method: http.MethodGet, path: "account"}
	body, err := c.call(ctx, r)
	if err != nil {
		return User{}, nil, err
	}
	raw, err := one[json.RawMessage](c, r, body)
	if err != nil {
		return User{}, nil, err
	}
	wrong = amiss("account", raw)
	var row userRow
	if err := json.Unmarshal(raw, &row); err != nil {
		return User{}, wrong, c.unreadable(r.operation, err)
	}
	return row.user(), wrong, nil
}

// ProbeSettings reads the billing integration out of the panel's settings, and what is amiss with their shape. Nothing else of them is kept.
func (c *Client) ProbeSettings(ctx context.Context) (integration BillingIntegration, wrong []string, err error) {
	r := request{operation: "settings: read", method: http.MethodGet, path: "settings"}
	body, err := c.call(ctx, r)
	if err != nil {
		return BillingIntegration{}, nil, err
	}
	return c.settingsOf(r, body)
}

func (c *Client) settingsOf(r request, body []byte) (integration BillingIntegration, wrong []string, err error) {
	const field = "billing_integration"
	settings, err := one[map[string]json.RawMessage](c, r, body)
	if err != nil {
		return BillingIntegration{}, nil, err
	}
	raw, there := settings[field]
	if !there {
		return BillingIntegration{}, []string{field + " is missing"}, nil
	}
	var row php[integrationRow]
	if readable := json.Unmarshal(raw, &row) == nil; !readable {
		return BillingIntegration{}, []string{field + " has another form than {type, drivers: {<type>: {url, token}}}"}, nil
	}
	return c.integration(row.it), nil, nil
}

// ProbeList holds a collection against its shape: the first page of its list, the second where there is one, and, of API tokens and servers, the first
// one by its id.
func (c *Client) ProbeList(ctx context.Context, what Probed, query url.Values) (Shape, error) {
	r := request{operation: strings.ReplaceAll(string(what), "_", " ") + ": list", path: string(what), query: query}
	var shape Shape
	var ids []string
	for nth := 1; nth <= 2 && !shape.All; nth++ {
		read, body, err := c.page(ctx, r, nth)
		if err != nil {
			return shape, err
		}
		shape.Paging = append(shape.Paging, pagingAmiss(body, nth)...)
		for _, raw := range read.Data {
			row := owned(raw)
			if ids == nil {
				shape.FirstID, shape.FirstUserID = string(row.ID), string(row.User.ID)
			}
			if row.ID != "" && slices.Contains(ids, string(row.ID)) {
				shape.Paging = append(shape.Paging, fmt.Sprintf("%s %s is there twice", strings.TrimSuffix(r.operation, ": list"), row.ID))
			}
			ids = append(ids, string(row.ID))
			shape.Amiss = append(shape.Amiss, amiss(what, raw)...)
		}
		shape.Rows += len(read.Data)
		shape.All = read.Meta == nil || int64(read.Meta.LastPage) <= int64(nth)
	}
	shape.Read = true
	shape.Amiss, shape.Paging = distinct(shape.Amiss), distinct(shape.Paging)
	var err error
	switch first := shape.FirstID; {
	case first == "":
	case what == ProbeAPITokens:
		_, err = c.apiToken(ctx, request{operation: "API token " + first + ": read", method: http.MethodGet, path: apiTokens, id: first})
		shape.Got = err == nil
	case what == ProbeServers:
		_, err = c.Server(ctx, first)
		shape.Got = err == nil
	}
	return shape, err
}

type ownedRow struct {
	ID   text `json:"id"`
	User struct {
		ID text `json:"id"`
	} `json:"user"`
}

// owned is as much of a row as can be read; what has another form is told by its shape.
func owned(raw json.RawMessage) ownedRow {
	var row ownedRow
	if json.Unmarshal(raw, &row) != nil {
		return ownedRow{}
	}
	return row
}

func distinct(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// pagingAmiss looks whether an answer counts its pages as the panel's lists do.
func pagingAmiss(body []byte, nth int) []string {
	var wrong []string
	for _, field := range []string{"current_page", "last_page", "per_page", "total"} {
		if complaint := judge(body, []string{"meta", field}, asNumber); complaint != "" {
			wrong = append(wrong, "meta."+field+" "+complaint)
		}
	}
	var answer struct {
		Meta struct {
			CurrentPage number `json:"current_page"`
		} `json:"meta"`
	}
	if wrong == nil && json.Unmarshal(body, &answer) == nil && int64(answer.Meta.CurrentPage) != int64(nth) {
		wrong = append(wrong, fmt.Sprintf("asked for page %d, got page %d", nth, int64(answer.Meta.CurrentPage)))
	}
	return wrong
}

// absentID is an id that no panel has reached, and that every width of database takes.
const absentID = "2147483647"

// errFound says that the panel has what it cannot have.
var errFound = errors.New("an object that does not exist was answered with a success")

// ProbeLimitGroup reads a limit group by its id (where that is not ""), and one that does not exist, which the panel must say in its API's own words: only
// such an answer is taken for "gone".
func (c *Client) ProbeLimitGroup(ctx context.Context, id string) error {
	read := func(id string) error {
		_, err := c.limitGroup(ctx, request{operation: "limit group " + id + ": read", method: http.MethodGet, path: limitGroups, id: id})
		return err
	}
	if id != "" {
		if err := read(id); err != nil {
			return err
		}
	}
	switch err := read(absentID); {
	case errors.Is(err, transport.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	return c.unreadable("limit group "+absentID+": read", errFound)
}

// ProbeServerFilter looks whether the panel applies a filter of its list of servers: it asks for those of one user, and returns how many rows the first
// page has, and how many of them are somebody else's.
func (c *Client) ProbeServerFilter(ctx context.Context, userID string) (rows, others int, err error) {
	read, _, err := c.page(ctx, request{operation: "servers: list those of a user", path: "servers", query: url.Values{"filter[user_id]": {userID}}}, 1)
	for _, raw := range read.Data {
		if string(owned(raw).User.ID) != userID {
			others++
		}
	}
	return len(read.Data), others, err
}
