package sandbox

import (
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// DCIMOptions configures the fake TopLink DCIM.
type DCIMOptions struct {
	// Key and Secret, 64 lower-case hex characters each, replace the random ones of the seeded API key.
	Key, Secret string
	// BoundHost is the one host name the panel answers to; any when empty.
	BoundHost string
}

// DCIM is the fake TopLink DCIM. Its rules are here; how they are spelt on the wire is a dialect.
type DCIM struct {
	endpoint
	sb      *Sandbox
	dialect dialect
}

// DCIMState is the DCIM's database.
type DCIMState struct {
	NextAPIKey int64    `json:"next_api_key"`
	APIKeys    []APIKey `json:"api_keys"`
}

// APIKey is a system API key of the DCIM.
type APIKey struct {
	ID    int64  `json:"id"`
	Label string `json:"label"`
	// IP are the addresses that may call, separated by commas; any when empty.
	IP         string     `json:"ip"`
	Key        string     `json:"key"`
	Secret     string     `json:"secret"`
	LastCallAt *time.Time `json:"last_call_at"`
	CreatedAt  time.Time  `json:"created_at"`
}

// dcimRequest is a request free of its spelling.
type dcimRequest struct {
	// op is list, get, create, update or delete; "" when the request is none of them.
	op   string
	kind string
	id   int64
	// label and ip are nil where not given.
	label, ip     *string
	page, perPage int64
	key, secret   string
	// malformed tells that the body could not be read.
	malformed bool
}

// outcome is how the rules answered.
type outcome string

const (
	outcomeDone       outcome = "done"
	outcomeMalformed  outcome = "malformed"
	outcomeDenied     outcome = "denied"
	outcomeForbidden  outcome = "forbidden"
	outcomeNotFound   outcome = "not_found"
	outcomeNotAllowed outcome = "not_allowed"
	outcomeConflict   outcome = "conflict"
	outcomeInvalid    outcome = "invalid"
	outcomeWrongHost  outcome = "wrong_host"
)

// dcimResult is an answer free of its spelling.
type dcimResult struct {
	outcome outcome
	message string
	errors  map[string][]string
	keys    []APIKey
	total   int64
}

// dialect spells requests and answers of the DCIM.
type dialect interface {
	parse(r *http.Request, body []byte) dcimRequest
	render(request dcimRequest, result dcimResult) reply
}

const (
	kindAPIKey = "api_key"

	standardPage = 25
	maxPage      = 100
)

func newDCIM(sb *Sandbox) *DCIM {
	d := &DCIM{sb: sb, dialect: assumedDialect{}}
	d.endpoint = endpoint{address: sb.options.ListenDCIM, handler: sb.front(d)}
	return d
}

func seedDCIM(options Options) *DCIMState {
	admin := APIKey{ID: 1, Label: "Terraform", Key: options.DCIM.Key, Secret: options.DCIM.Secret, CreatedAt: options.Clock().UTC()}
	if admin.Key == "" || admin.Secret == "" {
		admin.Key, admin.Secret = randomHex(32), randomHex(32)
	}
	return &DCIMState{NextAPIKey: 2, APIKeys: []APIKey{admin}}
}

// AdminKey is the key and secret of the first API key there is, which a fresh sandbox is seeded with.
func (d *DCIM) AdminKey() (key, secret string) {
	if keys := d.APIKeys(); len(keys) > 0 {
		return keys[0].Key, keys[0].Secret
	}
	return "", ""
}

// APIKeys is a copy of all API keys, secrets included.
func (d *DCIM) APIKeys() []APIKey {
	var keys []APIKey
	d.sb.store.view(func() { keys = slices.Clone(d.state().APIKeys) })
	return keys
}

// AddAPIKey makes an API key in the panel.
func (d *DCIM) AddAPIKey(label, ip string) APIKey {
	var key APIKey
	d.Mutate(func(s *DCIMState) { key = s.addKey(label, ip, d.sb.now()) })
	return key
}

// DeleteAPIKey deletes an API key in the panel.
func (d *DCIM) DeleteAPIKey(id int64) {
	d.Mutate(func(s *DCIMState) {
		s.APIKeys = slices.DeleteFunc(s.APIKeys, func(k APIKey) bool { return k.ID == id })
	})
}

// Mutate gives the state to change, as somebody in the panel would. The function must not keep it, nor call other methods of the sandbox.
func (d *DCIM) Mutate(change func(*DCIMState)) {
	_ = d.sb.store.change(func() error {
		change(d.state())
		return nil
	})
}

func (d *DCIM) state() *DCIMState { return d.sb.store.dcim }

func (s *DCIMState) addKey(label, ip string, now time.Time) APIKey {
	key := APIKey{ID: s.NextAPIKey, Label: label, IP: ip, Key: randomHex(32), Secret: randomHex(32), CreatedAt: now.UTC()}
	s.NextAPIKey++
	s.APIKeys = append(s.APIKeys, key)
	return key
}

func (s *DCIMState) index(match func(APIKey) bool) int { return slices.IndexFunc(s.APIKeys, match) }

func (d *DCIM) describe(r *http.Request, body []byte) call {
	request := d.dialect.parse(r, body)
	return call{
		system: "dcim", op: request.op, kind: request.kind,
		write: request.op == "create" || request.op == "update" || request.op == "delete",
	}
}

func (d *DCIM) handle(r *http.Request, body []byte) reply {
	request := d.dialect.parse(r, body)
	var result dcimResult
	err := d.sb.store.change(func() error {
		result = d.serve(r, request)
		return nil
	})
	if err != nil {
		return reply{status: http.StatusInternalServerError, contentType: "text/plain", body: []byte("the state could not be saved")}
	}
	answer := d.dialect.render(request, result)
	answer.result = "success"
	if result.outcome != outcomeDone {
		answer.result, answer.code = "error", string(result.outcome)
	}
	return answer
}

// serve applies the rules in their order: host, credential, address, then the operation. It runs under the store's lock.
func (d *DCIM) serve(r *http.Request, request dcimRequest) dcimResult {
	if bound := d.sb.options.DCIM.BoundHost; bound != "" && !strings.EqualFold(bound, hostOf(r.Host)) {
		return dcimResult{outcome: outcomeWrongHost}
	}
	s := d.state()
	own := s.index(func(k APIKey) bool { return k.Key == request.key && k.Secret == request.secret })
	if own < 0 {
		return dcimResult{outcome: outcomeDenied, message: "Invalid API key or secret"}
	}
	allowed, address := splitList(s.APIKeys[own].IP, ","), hostOf(r.RemoteAddr)
	if len(allowed) > 0 && !slices.Contains(allowed, address) {
		return dcimResult{outcome: outcomeForbidden, message: "IP address " + address + " is not allowed"}
	}
	now := d.sb.now().UTC()
	s.APIKeys[own].LastCallAt = &now
	switch {
	case request.kind == "":
		return dcimResult{outcome: outcomeNotFound, message: "Not found"}
	case request.op == "":
		return dcimResult{outcome: outcomeNotAllowed, message: "Method not allowed"}
	case request.malformed:
		return dcimResult{outcome: outcomeMalformed, message: "The request body is not valid JSON."}
	}
	return s.operate(request, s.APIKeys[own].ID, now)
}

func hostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}

// operate performs an admitted operation on the API keys.
func (s *DCIMState) operate(request dcimRequest, own int64, now time.Time) dcimResult {
	switch request.op {
	case "list":
		return s.listKeys(request)
	case "create":
		if errs := judgeKey(request, true); errs != nil {
			return dcimResult{outcome: outcomeInvalid, errors: errs}
		}
		return dcimResult{outcome: outcomeDone, keys: []APIKey{s.addKey(*request.label, joinIPs(request.ip), now)}}
	}
	at := s.index(func(k APIKey) bool { return k.ID == request.id })
	if at < 0 {
		return dcimResult{outcome: outcomeNotFound, message: "Not found"}
	}
	switch request.op {
	case "update":
		if errs := judgeKey(request, false); errs != nil {
			return dcimResult{outcome: outcomeInvalid, errors: errs}
		}
		if request.label != nil {
			s.APIKeys[at].Label = *request.label
		}
		if request.ip != nil {
			s.APIKeys[at].IP = joinIPs(request.ip)
		}
	case "delete":
		if request.id == own {
			return dcimResult{outcome: outcomeConflict, message: "The API key in use cannot be deleted"}
		}
		s.APIKeys = slices.Delete(slices.Clone(s.APIKeys), at, at+1)
		return dcimResult{outcome: outcomeDone}
	}
	return dcimResult{outcome: outcomeDone, keys: []APIKey{s.APIKeys[at]}}
}

func (s *DCIMState) listKeys(request dcimRequest) dcimResult {
	total := int64(len(s.APIKeys))
	from := min((request.page-1)*request.perPage, total)
	return dcimResult{outcome: outcomeDone, keys: slices.Clone(s.APIKeys[from:min(from+request.perPage, total)]), total: total}
}

// judgeKey checks the form's fields: the label is required, addresses are optional.
func judgeKey(request dcimRequest, creating bool) map[string][]string {
	const longestLabel = 255
	errs := map[string][]string{}
	switch {
	case request.label == nil && creating, request.label != nil && strings.TrimSpace(*request.label) == "":
		errs["label"] = []string{"The label field is required."}
	case request.label != nil && utf8.RuneCountInString(*request.label) > longestLabel:
		errs["label"] = []string{"The label may not be greater than 255 characters."}
	}
	if request.ip != nil {
		for _, address := range splitList(*request.ip, ",") {
			if net.ParseIP(address) == nil {
				errs["ip"] = []string{"The ip must be valid IP addresses separated by commas."}
			}
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return errs
}

func joinIPs(ip *string) string {
	if ip == nil {
		return ""
	}
	return strings.Join(splitList(*ip, ","), ",")
}
