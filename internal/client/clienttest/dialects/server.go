// Package dialects serves small DCIMs in ten styles of API that are unlike each other. It shares no code with
// the client and the sandbox, and it reads no wire profile: each style is written out.
package dialects

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The only credential that a DCIM accepts.
const (
	Key    = "11111111aaaaaaaa11111111aaaaaaaa11111111aaaaaaaa11111111aaaaaaaa"
	Secret = "22222222bbbbbbbb22222222bbbbbbbb22222222bbbbbbbb22222222bbbbbbbb"
)

// Row is one object, under the names of this package.
type Row = map[string]any

// Server is one DCIM.
type Server struct {
	URL   string
	style style

	mu       sync.Mutex
	rows     map[string][]Row // by kind: key, package, server
	next     int
	token    string // of the last login
	uses     int    // of the token
	requests []string
}

// style is one style of API.
type style struct {
	// authentic checks the credentials of a request.
	authentic func(s *Server, r *http.Request, body []byte) bool
	// parse returns the operation of a request. It is empty for a request that the API does not have.
	parse func(r *http.Request, body []byte) call
	// names are the wire names of the fields by kind: a dotted path in the wire object.
	names map[string]map[string]string
	// out and in convert single values. nil leaves them unchanged.
	out, in func(kind, field string, value any) any
	// reply writes a result: a list, one object, or an id.
	reply func(w http.ResponseWriter, c call, result result)
	// refuse writes a refusal.
	refuse func(w http.ResponseWriter, c call, why refusal)
	// login serves the path of a login. nil if the style has none.
	login func(s *Server, w http.ResponseWriter, r *http.Request, body []byte) bool
}

// call is the operation of a request with its parameters.
type call struct {
	op           string // "package.list"
	id           string
	in           map[string]any // decoded parameters
	servers      []string
	packageID    string // empty or "0" = none
	offset, size int    // size 0 = all
}

func (c call) kind() string { kind, _, _ := strings.Cut(c.op, "."); return kind }
func (c call) verb() string { _, verb, _ := strings.Cut(c.op, "."); return verb }

// result is the result of a call, in wire form.
type result struct {
	list  []any
	total int
	row   map[string]any // the object, with the secret after the creation of a key
	id    int
}

// refusal is why a call is refused.
type refusal struct {
	status  int // in HTTP
	message string
	field   string // the wrong one, under the name of this package
}

// Styles lists the names of the styles.
func Styles() []string {
	var names []string
	for name := range styles {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Start starts a DCIM with one package and 7 servers, whose ids are 101 to 107. A customer has the server 107.
func Start(t testing.TB, name string) *Server {
	t.Helper()
	own, ok := styles[name]
	if !ok {
		t.Fatalf("there is no style %q", name)
	}
	s := &Server{style: own, next: 1, rows: map[string][]Row{}}
	s.rows["package"] = []Row{{"id": s.newID(), "name": "Legacy", "memory": 16, "ips": 1, "disks": []any{},
		"collect": false}}
	for n := 101; n <= 107; n++ {
		s.rows["server"] = append(s.rows["server"], Row{
			"id": n, "label": fmt.Sprintf("node-%d", n), "user": "", "usage": "idle", "package": 0, "memory": 64,
			"ip": fmt.Sprintf("198.51.100.%d", n),
		})
	}
	s.rows["server"][6]["user"], s.rows["server"][6]["usage"] = "asha.rao", "rented"
	server := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Row returns the object with an id, or nil.
func (s *Server) Row(kind, id string) Row {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.find(kind, id)
}

// Count returns the number of objects of a kind.
func (s *Server) Count(kind string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.rows[kind])
}

// Requests returns the requested operations, in their order.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// PackageOf returns the id of the package of a server, or 0.
func (s *Server) PackageOf(server string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return number(s.find("server", server)["package"])
}

func (s *Server) newID() int { s.next++; return s.next - 1 }

func (s *Server) find(kind, id string) Row {
	for _, row := range s.rows[kind] {
		if strconv.Itoa(number(row["id"])) == id {
			return row
		}
	}
	return nil
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if s.style.login != nil && s.style.login(s, w, r, body) {
		s.requests = append(s.requests, "login")
		return
	}
	c := s.style.parse(r, body)
	if !s.style.authentic(s, r, body) {
		s.style.refuse(w, c, refusal{http.StatusUnauthorized, "The credentials are not valid.", ""})
		return
	}
	s.requests = append(s.requests, c.op)
	done, why := s.carryOut(c)
	if why != nil {
		s.style.refuse(w, c, *why)
		return
	}
	s.style.reply(w, c, done)
}

func (s *Server) carryOut(c call) (result, *refusal) {
	kind := c.kind()
	row := s.find(kind, c.id)
	switch verb := c.verb(); {
	case s.style.names[kind] == nil:
		return result{}, &refusal{http.StatusNotFound, "There is no such operation.", ""}
	case verb == "list":
		rows := s.rows[kind]
		total := len(rows)
		if c.size > 0 {
			rows = rows[min(max(c.offset, 0), total):min(max(c.offset, 0)+c.size, total)]
		}
		list := []any{}
		for _, one := range rows {
			list = append(list, s.wire(kind, one, false))
		}
		return result{list: list, total: total}, nil
	case verb == "create":
		return s.create(kind, c)
	case verb == "bind" || verb == "unbind":
		return result{}, s.bind(c)
	case verb == "get" && row == nil, verb == "update" && row == nil, verb == "delete" && row == nil:
		return result{}, &refusal{http.StatusNotFound, "There is no such object.", ""}
	case verb == "get":
		return result{row: s.wire(kind, row, false), id: number(row["id"])}, nil
	case verb == "update":
		if why := s.merge(kind, row, c.in); why != nil {
			return result{}, why
		}
		return result{row: s.wire(kind, row, false), id: number(row["id"])}, nil
	case verb == "delete":
		s.rows[kind] = slices.DeleteFunc(s.rows[kind],
			func(one Row) bool { return number(one["id"]) == number(row["id"]) })
		return result{}, nil
	}
	return result{}, &refusal{http.StatusNotFound, "There is no such operation.", ""}
}

func (s *Server) create(kind string, c call) (result, *refusal) {
	row := Row{"ips": 0, "disks": []any{}, "collect": false, "memory": 0}
	if kind == "key" {
		row = Row{"ips": []any{}, "key": strings.Repeat("c", 64), "secret": strings.Repeat("d", 64)}
	}
	if why := s.merge(kind, row, c.in); why != nil {
		return result{}, why
	}
	row["id"] = s.newID()
	s.rows[kind] = append(s.rows[kind], row)
	return result{row: s.wire(kind, row, true), id: number(row["id"])}, nil
}

// merge reads the fields of a request into an object, and checks them.
func (s *Server) merge(kind string, row Row, in map[string]any) *refusal {
	for field, name := range s.style.names[kind] {
		value, given := get(in, name)
		if !given || field == "id" || field == "key" || field == "secret" || field == "package" {
			continue
		}
		if s.style.in != nil {
			value = s.style.in(kind, field, value)
		}
		row[field] = value
		switch {
		case field == "disks", field == "ips" && kind == "key":
			list, ok := elements(value)
			if !ok {
				return &refusal{http.StatusUnprocessableEntity, "The " + name + " must be a list.", field}
			}
			row[field] = list
		case field == "memory" || field == "ips":
			n, err := strconv.Atoi(text(value))
			if text(value) == "" {
				n, err = 0, nil
			}
			if err != nil || n < 0 || n > 2048 {
				return &refusal{http.StatusUnprocessableEntity, "The " + name + " is out of range.", field}
			}
			row[field] = n
		case field == "collect":
			row[field] = text(value) == "1" || text(value) == "true"
		default:
			row[field] = text(value)
		}
	}
	if text(row["name"])+text(row["label"]) == "" {
		return &refusal{http.StatusUnprocessableEntity, "A name is required.", "name"}
	}
	return nil
}

func (s *Server) bind(c call) *refusal {
	if c.verb() == "unbind" {
		c.packageID = ""
	}
	if c.packageID != "" && c.packageID != "0" && s.find("package", c.packageID) == nil {
		return &refusal{http.StatusUnprocessableEntity, "There is no such package.", "package"}
	}
	if len(c.servers) == 0 {
		return &refusal{http.StatusUnprocessableEntity, "No server is selected.", "servers"}
	}
	for _, id := range c.servers {
		server := s.find("server", id)
		if server == nil {
			return &refusal{http.StatusUnprocessableEntity, "There is no server " + id + ".", "servers"}
		}
		server["package"], _ = strconv.Atoi(c.packageID)
	}
	return nil
}

// wire returns an object in wire form.
func (s *Server) wire(kind string, row Row, withSecret bool) map[string]any {
	out := map[string]any{}
	for field, name := range s.style.names[kind] {
		value := row[field]
		if field == "secret" && !withSecret {
			continue
		}
		if field == "package_name" {
			value = s.find("package", text(row["package"]))["name"]
		}
		if s.style.out != nil {
			value = s.style.out(kind, field, value)
		}
		set(out, name, value)
	}
	return out
}

// Helpers for JSON and forms.

func get(in map[string]any, path string) (any, bool) {
	var value any = in
	for _, step := range strings.Split(path, ".") {
		object, ok := value.(map[string]any)
		if !ok {
			return nil, false
		}
		if value, ok = object[step]; !ok {
			return nil, false
		}
	}
	return value, true
}

func set(out map[string]any, path string, value any) {
	steps := strings.Split(path, ".")
	for _, step := range steps[:len(steps)-1] {
		next, ok := out[step].(map[string]any)
		if !ok {
			next = map[string]any{}
			out[step] = next
		}
		out = next
	}
	out[steps[len(steps)-1]] = value
}

// elements returns the elements of a list, or of an object with the names 0, 1, ….
func elements(value any) ([]any, bool) {
	switch x := value.(type) {
	case []any:
		return x, true
	case map[string]any:
		list := []any{}
		for i := range len(x) {
			list = append(list, x[strconv.Itoa(i)])
		}
		return list, true
	case string:
		return []any{}, x == ""
	case nil:
		return []any{}, true
	}
	return nil, false
}

func text(value any) string {
	switch x := value.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return fmt.Sprint(value)
}

func number(value any) int {
	n, _ := strconv.Atoi(text(value))
	return n
}

func texts(value any) []string {
	list, _ := elements(value)
	var out []string
	for _, one := range list {
		out = append(out, text(one))
	}
	return out
}

// object decodes a JSON object. Anything else is an empty object.
func object(body []byte) map[string]any {
	out := map[string]any{}
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.UseNumber()
	if decoder.Decode(&out) != nil || out == nil {
		return map[string]any{}
	}
	return out
}

// list decodes a JSON list. Anything else is an empty list.
func list(body []byte) []any {
	var out []any
	if json.Unmarshal(body, &out) != nil {
		return nil
	}
	return out
}

// nested decodes parameters as PHP does: disks[0][type]=SSD.
func nested(values url.Values) map[string]any {
	out := map[string]any{}
	for name, all := range values {
		set(out, strings.ReplaceAll(strings.ReplaceAll(name, "]", ""), "[", "."), all[0])
	}
	return out
}

func send(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func isRecent(at time.Time, err error) bool {
	return err == nil && time.Since(at).Abs() < 5*time.Minute
}
