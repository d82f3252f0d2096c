package solusvm2

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// ProbeKind is a collection of the panel that [Client.ProbeList] reads.
type ProbeKind string

// The collections that can be probed.
const (
	ProbeUsers       ProbeKind = "users"
	ProbeLimitGroups ProbeKind = "limit_groups"
	ProbeAPITokens   ProbeKind = "api_tokens"
	ProbeServers     ProbeKind = "servers"
)

// ProbeResult describes the rows of a collection. It contains names of fields and ids, and no other values.
type ProbeResult struct {
	Read           bool     // the pages could be read
	Rows           int      // on these pages
	All            bool     // these pages are the whole list
	FieldProblems  []string // fields that are missing or have another type, such as "vms.is_enabled is missing"
	PagingProblems []string // mismatches of the paging
	Got            bool     // the first row was also read by its id

	FirstID     string // of the first row, empty if there is none
	FirstUserID string // of the first row's user, empty if it has none
}

// fieldCheck returns what is wrong with a field, or "".
type fieldCheck func(raw json.RawMessage) string

func decodesAs[T any](what string, decode func(raw []byte, into any) error) fieldCheck {
	return func(raw json.RawMessage) string {
		var value T
		if bytes.Equal(raw, []byte("null")) || decode(raw, &value) != nil {
			return "is no " + what
		}
		return ""
	}
}

var (
	isID     = decodesAs[text]("id", lenient.Decode)
	isText   = decodesAs[string]("text", json.Unmarshal)
	isNumber = decodesAs[int64]("whole number", lenient.Decode)
	isFlag   = decodesAs[bool]("boolean", lenient.Decode)
	isList   = decodesAs[[]json.RawMessage]("list", json.Unmarshal)
)

// expectedFields lists the fields that the client reads, by dotted path (facts/solusvm2: fixtures and
// clients of the vendor). An object before a question mark may be null. Fields that only some panels
// have are not listed.
var expectedFields = map[ProbeKind]map[string]fieldCheck{
	"account":  {"id": isID, "email": isText, "status": isText, "roles": isList},
	ProbeUsers: {"id": isID, "email": isText, "status": isText, "roles": isList},
	ProbeLimitGroups: {
		"id": isID, "name": isText, "vms.limit": isNumber, "vms.is_enabled": isFlag,
		"running_vms.limit": isNumber, "running_vms.is_enabled": isFlag,
	},
	ProbeAPITokens: {"id": isText, "name": isText, "user?.id": isID, "created_at": isText},
	ProbeServers: {
		"id": isID, "name": isText, "uuid": isText, "virtualization_type": isText, "status": isText,
		"is_suspended": isFlag, "user?.id": isID, "user?.email": isText,
		"specifications.vcpu": isNumber, "specifications.ram": isNumber, "specifications.disk": isNumber,
		"location?.name": isText, "plan?.name": isText,
	},
}

// fieldProblems compares a row with the expected fields.
func fieldProblems(what ProbeKind, raw json.RawMessage) []string {
	var found []string
	for path, f := range expectedFields[what] {
		if wrong := checkField(raw, strings.Split(path, "."), f); wrong != "" {
			found = append(found, strings.ReplaceAll(path, "?", "")+" "+wrong)
		}
	}
	slices.Sort(found)
	return found
}

func checkField(raw json.RawMessage, steps []string, f fieldCheck) string {
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
	return checkField(value, steps[1:], f)
}

// ProbeAccount reads the user who owns the client's token, and the mismatches with the expected fields.
func (c *Client) ProbeAccount(ctx context.Context) (user User, wrong []string, err error) {
	body, err := c.call(ctx, accountRead)
	if err != nil {
		return User{}, nil, err
	}
	raw, err := c.decodeData(accountRead, body)
	if err != nil {
		return User{}, nil, err
	}
	row, err := decodeObject[userRow](c, accountRead, body)
	return row.user(), fieldProblems("account", raw), err
}

// ProbeSettings reads the billing integration from the panel's settings, and the mismatches with the
// expected fields. It keeps no other setting.
func (c *Client) ProbeSettings(ctx context.Context) (integration BillingIntegration, wrong []string, err error) {
	body, err := c.call(ctx, settingsRead)
	if err != nil {
		return BillingIntegration{}, nil, err
	}
	integration, there, err := c.decodeSettings(settingsRead, body)
	switch {
	case err != nil && there:
		return integration, []string{"billing_integration has another form than {type, drivers: {<type>: {url, token}}}"}, nil
	case err == nil && !there:
		wrong = []string{"billing_integration is missing"}
	}
	return integration, wrong, err
}

// ProbeList checks a collection against the expected fields. It reads the first page of the list and
// the second page, if there is one. For API tokens and servers, it also reads the first object by its
// id.
func (c *Client) ProbeList(ctx context.Context, what ProbeKind, query url.Values) (ProbeResult, error) {
	r := request{operation: strings.ReplaceAll(string(what), "_", " ") + ": list", path: string(what), query: query}
	var result ProbeResult
	var ids []string
	for nth := 1; nth <= 2 && !result.All; nth++ {
		read, body, err := c.page(ctx, r, nth)
		if err != nil {
			return result, err
		}
		result.PagingProblems = append(result.PagingProblems, pagingProblems(body, nth)...)
		for _, raw := range read.rows {
			row := decodeIDs(raw)
			if ids == nil {
				result.FirstID, result.FirstUserID = string(row.ID), string(row.User.ID)
			}
			if row.ID != "" && slices.Contains(ids, string(row.ID)) {
				twice := fmt.Sprintf("%s %s is there twice", strings.TrimSuffix(r.operation, ": list"), row.ID)
				result.PagingProblems = append(result.PagingProblems, twice)
			}
			ids = append(ids, string(row.ID))
			result.FieldProblems = append(result.FieldProblems, fieldProblems(what, raw)...)
		}
		result.Rows += len(read.rows)
		result.All = read.meta == nil || read.meta.LastPage <= int64(nth)
	}
	result.Read = true
	result.FieldProblems, result.PagingProblems = sortedUnique(result.FieldProblems), sortedUnique(result.PagingProblems)
	var err error
	switch first := result.FirstID; {
	case first == "":
	case what == ProbeAPITokens:
		_, err = c.apiToken(ctx, apiTokens.read(first))
		result.Got = err == nil
	case what == ProbeServers:
		_, err = c.Server(ctx, first)
		result.Got = err == nil
	}
	return result, err
}

type idRow struct {
	ID   text     `json:"id"`
	User ownerRow `json:"user"`
}

// decodeIDs decodes the ids of a row. An id of another form is empty. fieldProblems reports it.
func decodeIDs(raw json.RawMessage) idRow {
	var row idRow
	_ = lenient.Decode(raw, &row)
	return row
}

func sortedUnique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// pagingProblems checks the page counters of a response.
func pagingProblems(body []byte, nth int) []string {
	var wrong []string
	for _, field := range []string{"current_page", "last_page", "per_page", "total"} {
		if complaint := checkField(body, []string{"meta", field}, isNumber); complaint != "" {
			wrong = append(wrong, "meta."+field+" "+complaint)
		}
	}
	var answer struct {
		Meta pageMeta `json:"meta"`
	}
	if wrong == nil && lenient.Decode(body, &answer) == nil && answer.Meta.CurrentPage != int64(nth) {
		wrong = append(wrong, fmt.Sprintf("requested page %d, got page %d", nth, answer.Meta.CurrentPage))
	}
	return wrong
}

// absentID is an id that no panel has reached. Database columns of every width accept it.
const absentID = "2147483647"

// errAbsentFound means that the panel returned an object for an id that does not exist.
var errAbsentFound = errors.New("the response to a request for an object that does not exist is a success")

// ProbeLimitGroup reads a limit group by its id, unless id is empty. It then reads one that does not
// exist. The panel must respond with a "not found" of its API, because the client treats only such a
// response as a missing object.
func (c *Client) ProbeLimitGroup(ctx context.Context, id string) error {
	read := func(id string) error {
		_, err := c.limitGroup(ctx, limitGroups.read(id))
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
	return c.unreadable("limit group "+absentID+": read", errAbsentFound)
}

// ProbeServerFilter checks whether the panel applies the filter of its server list. It requests the
// servers of one user. It returns the number of rows on the first page and the number of rows that
// belong to other users.
func (c *Client) ProbeServerFilter(ctx context.Context, userID string) (rows, others int, err error) {
	r := request{
		operation: "servers: list those of a user", path: servers.path, query: url.Values{"filter[user_id]": {userID}},
	}
	read, _, err := c.page(ctx, r, 1)
	for _, raw := range read.rows {
		if string(decodeIDs(raw).User.ID) != userID {
			others++
		}
	}
	return len(read.rows), others, err
}
