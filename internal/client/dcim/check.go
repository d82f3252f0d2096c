package dcim

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// Exchange is one request and its response. Secrets are masked.
type Exchange struct {
	Operation string
	Request   string // method and address, headers, and the body after an empty line
	Status    int    // in HTTP, 0 if there is no response
	Response  string // the body
}

// FieldReading says how one field of an object was read.
type FieldReading struct {
	Name    string
	Path    string
	Found   string // the value in the response, as JSON, empty if it is absent
	Read    string // the value for the provider
	Problem string // names the line of the profile, empty if the value was read
}

// Check is the result of reading one kind of object.
type Check struct {
	Kind      ProbeKind
	Missing   bool // the profile has no operation that lists the objects
	Exchanges []Exchange
	Rows      int            // on the pages that were read
	Fields    []FieldReading // of the first row
	// Problems name the line of the profile to change.
	Problems []string
	// Notes are about what is in order and may be wrong.
	Notes []string
}

// CheckReads calls every read operation of the profile and says how each response was read. It stops after the
// first kind of object if the DCIM refuses the key or does not respond. The client must not be used at the same
// time.
func (c *Client) CheckReads(ctx context.Context) []Check {
	var checks []Check
	for _, kind := range []ProbeKind{ProbeAPIKeys, ProbePackages, ProbeServers} {
		check, err := c.checkReads(ctx, kind)
		checks = append(checks, check)
		if isPermanent(err) || transport.IsTransport(err) {
			break
		}
	}
	return checks
}

func (c *Client) checkReads(ctx context.Context, kind ProbeKind) (Check, error) {
	check := Check{Kind: kind, Missing: !c.HasOperation(string(kind) + ".list")}
	if check.Missing {
		return check, nil
	}
	var bodies [][]byte
	httpDo := c.httpDo
	defer func() { c.httpDo = httpDo }()
	c.httpDo = func(ctx context.Context, r transport.Request) (*transport.Response, error) {
		x := Exchange{Operation: r.Operation}
		sign := r.Sign
		r.Sign = func(attempt *http.Request) (err error) {
			if sign != nil {
				err = sign(attempt)
			}
			if err == nil {
				x.Request, err = dump(attempt)
			}
			return err
		}
		response, err := httpDo(ctx, r)
		if response != nil {
			x.Status, x.Response = response.StatusCode, string(response.Body)
			bodies = append(bodies, response.Body)
		}
		check.Exchanges = append(check.Exchanges, x)
		return response, err
	}
	read, err := c.Probe(ctx, kind)
	if err == nil && read.Got {
		check.Problems = c.checkNotFound(ctx, kind)
	}
	check.Rows = read.Rows
	object, _ := c.probed(kind)
	if read.first != nil {
		check.Rows = max(check.Rows, 1)
		check.Fields, check.Notes = c.readings(object, read.first)
	}
	for _, field := range check.Fields {
		if field.Problem != "" {
			check.Problems = append(check.Problems, field.Problem)
		}
	}
	if err != nil && len(check.Problems) == 0 {
		check.Problems = append(check.Problems, err.Error())
		if read.first == nil && len(bodies) > 0 {
			check.Notes = append(check.Notes, listsIn(bodies[len(bodies)-1])...)
		}
	}
	if err == nil && read.Rows == 0 {
		check.Notes = append(check.Notes, "the list is empty, so its fields could not be compared")
	}
	if kind == ProbeServers && err == nil && read.Rows > 0 && read.Assigned == 0 {
		check.Notes = append(check.Notes, "no server has a customer: compare fields.server.assigned_user "+
			"and fields.server.usage_type with the panel")
	}
	for i := range check.Exchanges { // a login adds its token to the secrets only after its response
		check.Exchanges[i].Request = c.Redact(check.Exchanges[i].Request)
		check.Exchanges[i].Response = c.Redact(check.Exchanges[i].Response)
	}
	for i, note := range check.Notes {
		check.Notes[i] = c.Redact(note)
	}
	return check, err
}

// unusedID is an id that no object has.
const unusedID = "999999999"

// checkNotFound reads an object that does not exist, and reports a refusal that is not read as "not found".
func (c *Client) checkNotFound(ctx context.Context, kind ProbeKind) []string {
	object, _ := c.probed(kind)
	operation := string(kind) + ".get"
	_, err := c.call(ctx, request{operation: operation, id: unusedID, object: object})
	var refusal *Error
	if !errors.As(err, &refusal) || !refusal.Refused() || errors.Is(err, transport.ErrNotFound) {
		return nil
	}
	line := "envelope.error_classes"
	if c.profile.Envelope.CodePath == "" && refusal.refused {
		line = "envelope.code_path and envelope.error_classes"
	}
	return []string{fmt.Sprintf("%s %s: no object has this id, and the response is not read as \"not found\": %s. "+
		"Terraform would not notice an object that was deleted in the DCIM (%s)", operation, unusedID,
		strings.TrimSuffix(refusal.Message, "."), line)}
}

// dump returns a request as text.
func dump(r *http.Request) (string, error) {
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s\n", r.Method, r.URL)
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		fmt.Fprintf(&out, "%s: %s\n", name, strings.Join(r.Header[name], ", "))
	}
	if r.GetBody == nil {
		return out.String(), nil
	}
	reader, err := r.GetBody()
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(reader)
	if err == nil && len(body) > 0 {
		out.WriteString("\n" + string(body) + "\n")
	}
	return out.String(), err
}

// readings says how each field of an object is read.
func (c *Client) readings(object string, row map[string]any) (fields []FieldReading, notes []string) {
	absent := false
	for _, name := range slices.Sorted(maps.Keys(c.profile.Fields[object])) {
		f := c.profile.Fields[object][name]
		r := c.reader(object, row)
		reading := FieldReading{Name: name, Path: f.Path, Read: r.logical(name)}
		if value, present := lookup(row, f.Path); present {
			found, _ := json.Marshal(value) // decoded JSON
			reading.Found = c.Redact(string(found))
		} else {
			absent = true
		}
		reading.Problem = c.Redact(strings.Join(*r.problems, "; "))
		reading.Read = c.Redact(reading.Read)
		fields = append(fields, reading)
	}
	if absent {
		notes = append(notes, "the object has the members "+strings.Join(slices.Sorted(maps.Keys(row)), ", "))
	}
	return fields, notes
}

// logical returns the value of a field for people.
func (r *reader) logical(name string) string {
	switch objects[r.object][name] {
	case kindID:
		id := r.id(name)
		if name == "id" && id == "" && len(*r.problems) == 0 {
			r.addProblem(name, "there is no id at %q", r.fields[name].Path)
		}
		return id
	case kindInteger:
		return fmt.Sprint(r.integer(name))
	case kindBoolean:
		return fmt.Sprint(r.boolean(name))
	case kindTexts:
		return strings.Join(r.texts(name), ", ")
	case kindObjects:
		var items []string
		for _, item := range r.items(name) {
			var parts []string
			for _, part := range slices.Sorted(maps.Keys(item.fields)) {
				parts = append(parts, part+" "+item.text(part))
			}
			items = append(items, strings.Join(parts, ", "))
		}
		return strings.Join(items, "; ")
	}
	return r.text(name)
}

// listsIn names the paths of the lists of objects in a response.
func listsIn(body []byte) []string {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return nil
	}
	var paths []string
	var walk func(path string, value any, depth int)
	walk = func(path string, value any, depth int) {
		if elements, ok := listOf(value); ok && len(elements) > 0 {
			if _, isObject := opened(elements[0]).(map[string]any); isObject {
				paths = append(paths, fmt.Sprintf("%q", path))
			}
			return
		}
		members, _ := value.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(members)) {
			if depth < 4 {
				walk(strings.TrimPrefix(path+"."+name, "."), members[name], depth+1)
			}
		}
	}
	walk("", value, 0)
	if len(paths) == 0 {
		return nil
	}
	return []string{"the response has lists of objects at " + strings.Join(paths, ", ")}
}
