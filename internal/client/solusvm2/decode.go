package solusvm2

import (
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/text/unicode/norm"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
)

// text is an id or a text that the panel sends as a string, a number or null. In facts/solusvm2, a token's id is a
// string, and a user's billing_user_id is any of the three. null is "". Text is in the Unicode form NFC, as
// Terraform holds all text. A secret is a string, because its characters must not change.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	err := lenient.Decode(data, &s)
	*t = text(norm.NFC.String(s))
	return err
}

// note is a text that no decision depends on. A note that is not text is empty, so that its object can be read.
type note string

func (n *note) UnmarshalJSON(data []byte) error {
	var t text
	if t.UnmarshalJSON(data) == nil {
		*n = note(t)
	}
	return nil
}

// nameRow is the name of another object. The panel sends the object. A text is its name.
type nameRow struct {
	Name note `json:"name"`
}

func (n *nameRow) UnmarshalJSON(data []byte) error {
	type plain nameRow
	if lenient.Decode(data, (*plain)(n)) != nil {
		return n.Name.UnmarshalJSON(data)
	}
	return nil
}

// ownerRow is the user of another object. The panel sends the user. A number or a text is the id.
type ownerRow struct {
	ID    text `json:"id"`
	Email note `json:"email"`
}

func (o *ownerRow) UnmarshalJSON(data []byte) error {
	type plain ownerRow
	if data[0] != '{' && o.ID.UnmarshalJSON(data) == nil {
		return nil
	}
	return lenient.Decode(data, (*plain)(o))
}

var (
	errNoData = errors.New(`there is no "data"`)
	errNoID   = errors.New("the object has no id")
)

// rowWithID is a decoded row with an id.
type rowWithID interface{ rowID() text }

// decoded is a row of a list. If a field could not be read, problem says so, and row has the others.
type decoded[T any] struct {
	row     T
	problem error
}

// decodeData returns the data of a response, {"data": {…}}.
func (c *Client) decodeData(r request, body []byte) (json.RawMessage, error) {
	var envelope struct {
		Data json.RawMessage `json:"data"`
	}
	if err := lenient.Decode(body, &envelope); err != nil {
		return nil, c.unreadable(r.operation, err)
	}
	if envelope.Data == nil || string(envelope.Data) == "null" {
		return nil, c.unreadable(r.operation, errNoData)
	}
	return envelope.Data, nil
}

func decodeObject[T rowWithID](c *Client, r request, body []byte) (T, error) {
	var row, nothing T
	data, err := c.decodeData(r, body)
	if err != nil {
		return nothing, err
	}
	if err := lenient.Decode(data, &row); err != nil {
		return nothing, c.unreadable(r.operation, err)
	}
	switch {
	case row.rowID() == "":
		return nothing, c.unreadable(r.operation, errNoID)
	case r.id != "" && string(row.rowID()) != r.id:
		return nothing, c.unreadable(r.operation, fmt.Errorf("requested the id %s, got %s", r.id, row.rowID()))
	}
	return row, nil
}

// decodeRows decodes the rows of a page. Each row must have an id.
func decodeRows[T rowWithID](c *Client, r request, read listPage) ([]decoded[T], error) {
	rows := make([]decoded[T], len(read.rows))
	for i, raw := range read.rows {
		row := &rows[i].row
		err := lenient.Decode(raw, row)
		id := (*row).rowID()
		switch {
		case id == "" && err != nil:
			return nil, c.unreadable(r.operation, fmt.Errorf("element %d of the list: %w", i+1, err))
		case id == "":
			return nil, c.unreadable(r.operation, fmt.Errorf("element %d of the list has no id", i+1))
		case err != nil:
			rows[i].problem = c.unreadable(r.operation, fmt.Errorf("%s %s: %w", r.noun, id, err))
		}
	}
	return rows, nil
}

// values returns the values of rows. The error is a *lenient.IncompleteList if some rows have a problem.
func values[T, V any](rows []decoded[T], value func(T) V) ([]V, error) {
	var problems []error
	all := make([]V, 0, len(rows))
	for _, row := range rows {
		if row.problem != nil {
			problems = append(problems, row.problem)
			continue
		}
		all = append(all, value(row.row))
	}
	return all, lenient.Complete(problems)
}

// idsOf returns the ids of the objects that have a name. An object with another problem than that of its name counts.
func idsOf[V any](rows []decoded[V], of func(V) (id, name string), wanted string) ([]string, error) {
	var ids []string
	for _, row := range rows {
		id, name := of(row.row)
		switch {
		case name == wanted:
			ids = append(ids, id)
		case name == "" && row.problem != nil:
			return nil, row.problem
		}
	}
	return ids, nil
}

// listPage is one page of a list. Its rows are not decoded yet.
type listPage struct {
	rows []json.RawMessage
	meta *pageMeta
}

type pageMeta struct {
	CurrentPage int64 `json:"current_page"`
	LastPage    int64 `json:"last_page"`
}

func (c *Client) decodePage(r request, body []byte) (listPage, error) {
	var envelope struct {
		Meta *pageMeta `json:"meta"`
	}
	data, err := c.decodeData(r, body)
	if err != nil {
		return listPage{}, err
	}
	rows, isList := lenient.List(data)
	if !isList || data[0] == '{' && len(rows) == 0 {
		return listPage{}, c.unreadable(r.operation, errors.New(`"data" is not a list`))
	}
	if err := lenient.Decode(body, &envelope); err != nil {
		return listPage{}, c.unreadable(r.operation, err)
	}
	return listPage{rows: rows, meta: envelope.Meta}, nil
}
