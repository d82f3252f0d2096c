// Package dcim is a stateful stand-in of a TopLink DCIM. Its rules are Go; how they are spelt on the wire is said by a profile.
package dcim

import (
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/fault"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// Options configures the fake TopLink DCIM.
type Options struct {
	// Key and Secret, 64 lower-case hex characters each, replace the random ones of the seeded API key.
	Key, Secret string
	// BoundHost is the one host name the panel answers to; any when empty.
	BoundHost string
	// Profile is the JSON of the wire profile that the DCIM speaks; the one named assumed when empty.
	Profile string
	// ExtraServers is the number of further servers in the inventory, all alike and free.
	ExtraServers int
}

// DCIM is the fake TopLink DCIM. Its rules are here; how they are spelt on the wire is said by a profile.
type DCIM struct {
	system.Endpoint
	host    system.Host
	options Options
	data    *State // guarded by the store's lock
	profile *wireProfile
	nonces  map[string]bool // that signed requests have used up
}

// State is the DCIM's database.
type State struct {
	NextAPIKey  int64     `json:"next_api_key"`
	APIKeys     []APIKey  `json:"api_keys"`
	NextPackage int64     `json:"next_package"`
	Packages    []Package `json:"packages"`
	Servers     []Machine `json:"servers"`
	// LockedRacks are the racks that automatic provisioning passes by: nothing in them counts as available.
	LockedRacks []string `json:"locked_racks"`
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
	// op is list, get, create, update, delete or assign_package; "" when the request is none of them.
	op   string
	kind string
	id   int64
	// fields are those given, by logical name: text, []string or []map[string]string.
	fields map[string]any
	// servers and packageID are what assign_package is about; the package 0 is none.
	servers   []int64
	packageID int64
	// offset and size are the part of a list that is asked for.
	offset, size int64
	credentials  credentials
	// malformed tells that the body could not be read.
	malformed bool
	called    wireOperation
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
	errors  map[string][]string // by logical field
	rows    []map[string]any
	total   int64
}

func unacceptable(errs map[string][]string) dcimResult {
	return dcimResult{outcome: outcomeInvalid, message: "The given data was invalid.", errors: errs}
}

func done(rows ...map[string]any) dcimResult { return dcimResult{outcome: outcomeDone, rows: rows} }

const (
	kindAPIKey  = "api_key"
	kindPackage = "package"
	kindServer  = "server"

	standardPage = 25
	maxPage      = 100
)

// New is the system on a state that seedDCIM made or that was loaded. With the error of a profile that cannot be read comes a DCIM without
// any operation.
func New(host system.Host, options Options, data *State) (*DCIM, error) {
	profile, err := readWireProfile(options.Profile)
	if err != nil {
		profile = &wireProfile{}
	}
	return &DCIM{host: host, options: options, data: data, profile: profile, nonces: map[string]bool{}}, err
}

// Seed is an inventory with one API key.
func Seed(options Options, now time.Time) *State {
	admin := APIKey{ID: 1, Label: "Terraform", Key: options.Key, Secret: options.Secret, CreatedAt: now.UTC()}
	if admin.Key == "" || admin.Secret == "" {
		admin.Key, admin.Secret = system.RandomHex(32), system.RandomHex(32)
	}
	state := &State{NextAPIKey: 2, APIKeys: []APIKey{admin}}
	state.seedInventory(options.ExtraServers)
	return state
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
	d.host.View(func() { keys = slices.Clone(d.state().APIKeys) })
	return keys
}

// AddAPIKey makes an API key in the panel.
func (d *DCIM) AddAPIKey(label, ip string) APIKey {
	var key APIKey
	d.Mutate(func(s *State) { key = s.addKey(label, ip, d.host.Now()) })
	return key
}

// DeleteAPIKey deletes an API key in the panel.
func (d *DCIM) DeleteAPIKey(id int64) {
	d.Mutate(func(s *State) {
		s.APIKeys = slices.DeleteFunc(s.APIKeys, func(k APIKey) bool { return k.ID == id })
	})
}

// Mutate gives the state to change, as somebody in the panel would. The function must not keep it, nor call other methods of the sandbox.
func (d *DCIM) Mutate(change func(*State)) {
	_ = d.host.Change(func() error {
		change(d.state())
		return nil
	})
}

func (d *DCIM) state() *State { return d.data }

func (s *State) addKey(label, ip string, now time.Time) APIKey {
	key := APIKey{ID: s.NextAPIKey, Label: label, IP: ip, Key: system.RandomHex(32), Secret: system.RandomHex(32), CreatedAt: now.UTC()}
	s.NextAPIKey++
	s.APIKeys = append(s.APIKeys, key)
	return key
}

func (s *State) index(match func(APIKey) bool) int { return slices.IndexFunc(s.APIKeys, match) }

// Describe names what a request is about.
func (d *DCIM) Describe(r *http.Request, body []byte) system.Call {
	request := d.profile.parse(r, body)
	return system.Call{
		System: "dcim", Op: request.op, Kind: request.kind, Members: len(request.servers),
		Write: request.op != "" && request.op != "list" && request.op != "get",
	}
}

// Handle applies the system's rules.
func (d *DCIM) Handle(r *http.Request, body []byte) system.Reply {
	request := d.profile.parse(r, body)
	var result dcimResult
	err := d.host.Change(func() error {
		result = d.serve(r, request)
		return nil
	})
	if err != nil {
		return system.Reply{Status: http.StatusInternalServerError, ContentType: "text/plain", Body: []byte("the state could not be saved")}
	}
	answer := d.profile.render(request, result)
	answer.Result = "success"
	if result.outcome != outcomeDone {
		answer.Result, answer.Code = "error", string(result.outcome)
	}
	return answer
}

// Deny turns the caller away as the system itself does.
func (d *DCIM) Deny(reason string, r *http.Request, body []byte) system.Reply {
	result := dcimResult{outcome: outcomeDenied, message: "Invalid API key or secret"}
	if reason == fault.DenyPermission {
		result = notFrom(system.HostOf(r.RemoteAddr))
	}
	return d.profile.render(d.profile.parse(r, body), result)
}

// notFrom refuses a caller whose address is not on the API key's list.
func notFrom(address string) dcimResult {
	return dcimResult{outcome: outcomeForbidden, message: "IP address " + address + " is not allowed"}
}

// serve applies the rules in their order: host, credential, address, then the operation. It runs under the store's lock.
func (d *DCIM) serve(r *http.Request, request dcimRequest) dcimResult {
	if bound := d.options.BoundHost; bound != "" && !strings.EqualFold(bound, system.HostOf(r.Host)) {
		return dcimResult{outcome: outcomeWrongHost}
	}
	s, now := d.state(), d.host.Now().UTC()
	own, refusal := d.admit(request.credentials, s.APIKeys, now)
	if refusal != "" {
		return dcimResult{outcome: outcomeDenied, message: refusal}
	}
	allowed, address := system.SplitList(s.APIKeys[own].IP, ","), system.HostOf(r.RemoteAddr)
	if len(allowed) > 0 && !slices.Contains(allowed, address) {
		return notFrom(address)
	}
	s.APIKeys[own].LastCallAt = &now
	switch {
	case request.kind == "":
		return dcimResult{outcome: outcomeNotFound, message: "Not found"}
	case request.op == "":
		return dcimResult{outcome: outcomeNotAllowed, message: "Method not allowed"}
	case request.malformed:
		return dcimResult{outcome: outcomeMalformed, message: "The request body cannot be read."}
	case request.kind == kindPackage:
		return s.operatePackages(request)
	case request.kind == kindServer:
		return s.operateServers(request)
	}
	return s.operateKeys(request, s.APIKeys[own].ID, now)
}

// part is one page of a list.
func part[T any](all []T, request dcimRequest, row func(T) map[string]any) dcimResult {
	total := int64(len(all))
	from := min(request.offset, total)
	rows := []map[string]any{}
	for _, one := range all[from:min(from+request.size, total)] {
		rows = append(rows, row(one))
	}
	return dcimResult{outcome: outcomeDone, rows: rows, total: total}
}

// operateKeys performs an admitted operation on the API keys.
func (s *State) operateKeys(request dcimRequest, own int64, now time.Time) dcimResult {
	errs := judgeKey(request)
	switch request.op {
	case "list":
		return part(s.APIKeys, request, func(k APIKey) map[string]any { return keyRow(k, false) })
	case "create":
		if errs != nil {
			return unacceptable(errs)
		}
		label, _ := request.fields["label"].(string)
		return done(keyRow(s.addKey(label, joinIPs(request.fields["ip_addresses"]), now), true))
	}
	at := s.index(func(k APIKey) bool { return k.ID == request.id })
	if at < 0 {
		return dcimResult{outcome: outcomeNotFound, message: "Not found"}
	}
	switch request.op {
	case "update":
		if errs != nil {
			return unacceptable(errs)
		}
		if label, ok := request.fields["label"].(string); ok {
			s.APIKeys[at].Label = label
		}
		if ips, ok := request.fields["ip_addresses"]; ok {
			s.APIKeys[at].IP = joinIPs(ips)
		}
	case "delete":
		if request.id == own {
			return dcimResult{outcome: outcomeConflict, message: "The API key in use cannot be deleted"}
		}
		s.APIKeys = slices.Delete(slices.Clone(s.APIKeys), at, at+1)
		return done()
	}
	return done(keyRow(s.APIKeys[at], false))
}

// keyRow is a key as answers carry it; the secret only once, at creation.
func keyRow(key APIKey, withSecret bool) map[string]any {
	row := map[string]any{
		"id": key.ID, "label": key.Label, "ip_addresses": system.SplitList(key.IP, ","), "key": key.Key, "last_call_at": nil,
		"created_at": key.CreatedAt.Format(time.RFC3339),
	}
	if key.LastCallAt != nil {
		row["last_call_at"] = key.LastCallAt.Format(time.RFC3339)
	}
	if withSecret {
		row["secret"] = key.Secret
	}
	return row
}

// longestText bounds labels and names.
const longestText = 255

// judgeText checks a required text.
func judgeText(request dcimRequest, name string, errs map[string][]string) {
	value, given := request.fields[name]
	text, _ := value.(string)
	switch {
	case !given && request.op == "create", given && strings.TrimSpace(text) == "":
		errs[name] = []string{"The " + name + " field is required."}
	case utf8.RuneCountInString(text) > longestText:
		errs[name] = []string{"The " + name + " may not be greater than 255 characters."}
	}
}

// judgeKey checks the form's fields: the label is required, addresses are optional.
func judgeKey(request dcimRequest) map[string][]string {
	errs := map[string][]string{}
	judgeText(request, "label", errs)
	ips, _ := request.fields["ip_addresses"].([]string)
	for _, address := range ips {
		if net.ParseIP(address) == nil {
			errs["ip_addresses"] = []string{"The ip must be valid IP addresses separated by commas."}
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return errs
}

func joinIPs(value any) string {
	ips, _ := value.([]string)
	return strings.Join(ips, ",")
}
