// Package dcim is a stateful fake of a TopLink DCIM. The rules are Go code. The wire format is set by a wire profile.
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
	// Key and Secret replace the random values of the seeded API key. Both are 64 lower-case hex characters.
	Key, Secret string
	// BoundHost is the only host name that the panel accepts. If empty, every host name is accepted.
	BoundHost string
	// Profile is the JSON of the wire profile. If empty, the profile "assumed" is used.
	Profile string
	// ExtraServers is the number of additional servers in the inventory. They have equal hardware and no package.
	ExtraServers int
	// CanonicalAddresses stores the IP addresses of API keys in their canonical spelling, each once.
	CanonicalAddresses bool
}

// DCIM is the fake TopLink DCIM.
type DCIM struct {
	system.Endpoint
	env     system.Environment
	options Options
	state   *State // guarded by the store's lock
	profile *wireProfile
	nonces  map[string]bool // used by earlier signed requests
}

// State is the DCIM's database.
type State struct {
	NextAPIKey  int64     `json:"next_api_key"`
	APIKeys     []APIKey  `json:"api_keys"`
	NextPackage int64     `json:"next_package"`
	Packages    []Package `json:"packages"`
	Servers     []Machine `json:"servers"`
	// LockedRacks are the racks that automatic provisioning does not use. Their servers do not count as available.
	LockedRacks []string `json:"locked_racks"`
}

// APIKey is a system API key of the DCIM.
type APIKey struct {
	ID    int64  `json:"id"`
	Label string `json:"label"`
	// IP lists the allowed source addresses, separated by commas. If empty, every address is allowed.
	IP         string     `json:"ip"`
	Key        string     `json:"key"`
	Secret     string     `json:"secret"`
	LastCallAt *time.Time `json:"last_call_at"`
	CreatedAt  time.Time  `json:"created_at"`
}

// logicalRequest is a request decoded from its wire format.
type logicalRequest struct {
	// op is list, get, create, update, delete or assign_package. It is "" if no operation of the profile matches.
	op   string
	kind string
	id   int64
	// fields are the given fields by logical name. A value is a string, []string or []map[string]string.
	fields map[string]any
	// serverIDs and packageID are the parameters of assign_package. The packageID 0 removes the package.
	serverIDs []int64
	packageID int64
	// offset and size select the rows of a list.
	offset, size int64
	credentials  credentials
	// malformed is true if the body cannot be parsed.
	malformed bool
	operation wireOperation
}

// outcome is the result class of a request.
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

// logicalResult is a response before it is encoded in the wire format.
type logicalResult struct {
	outcome outcome
	message string
	errors  map[string][]string // by logical field
	rows    []map[string]any
	total   int64
}

func invalidResult(errs map[string][]string) logicalResult {
	return logicalResult{outcome: outcomeInvalid, message: "The given data was invalid.", errors: errs}
}

func successResult(rows ...map[string]any) logicalResult {
	return logicalResult{outcome: outcomeDone, rows: rows}
}

const (
	kindAPIKey  = "api_key"
	kindPackage = "package"
	kindServer  = "server"

	defaultPageSize = 25
	maxPageSize     = 100
)

// New returns the DCIM for a state that Seed made or that was loaded. If the profile is invalid, New returns the
// error and a DCIM without operations.
func New(env system.Environment, options Options, state *State) (*DCIM, error) {
	profile, err := readWireProfile(options.Profile)
	if err != nil {
		profile = &wireProfile{}
	}
	return &DCIM{env: env, options: options, state: state, profile: profile, nonces: map[string]bool{}}, err
}

// Seed returns an inventory with one API key.
func Seed(options Options, now time.Time) *State {
	admin := APIKey{ID: 1, Label: "Terraform", Key: options.Key, Secret: options.Secret, CreatedAt: now.UTC()}
	if admin.Key == "" || admin.Secret == "" {
		admin.Key, admin.Secret = system.RandomHex(32), system.RandomHex(32)
	}
	state := &State{NextAPIKey: 2, APIKeys: []APIKey{admin}}
	state.seedInventory(options.ExtraServers)
	return state
}

// AdminKey returns the key and secret of the first API key. Seed makes this key.
func (d *DCIM) AdminKey() (key, secret string) {
	if keys := d.APIKeys(); len(keys) > 0 {
		return keys[0].Key, keys[0].Secret
	}
	return "", ""
}

// APIKeys returns a copy of all API keys, including the secrets.
func (d *DCIM) APIKeys() []APIKey { return copyRows(d, func(s *State) []APIKey { return s.APIKeys }) }

// Packages returns a copy of all packages.
func (d *DCIM) Packages() []Package {
	return copyRows(d, func(s *State) []Package { return s.Packages })
}

// Machines returns a copy of all servers.
func (d *DCIM) Machines() []Machine {
	return copyRows(d, func(s *State) []Machine { return s.Servers })
}

func copyRows[T any](d *DCIM, rows func(*State) []T) []T {
	var all []T
	d.env.View(func() { all = slices.Clone(rows(d.state)) })
	return all
}

// AddAPIKey adds an API key, as an administrator does in the panel.
func (d *DCIM) AddAPIKey(label, ip string) APIKey {
	var key APIKey
	d.Mutate(func(s *State) { key = s.addKey(label, ip, d.env.Now()) })
	return key
}

// DeleteAPIKey deletes an API key, as an administrator does in the panel.
func (d *DCIM) DeleteAPIKey(id int64) {
	d.Mutate(func(s *State) {
		s.APIKeys = slices.DeleteFunc(s.APIKeys, func(k APIKey) bool { return k.ID == id })
	})
}

// Mutate changes the state, as an administrator does in the panel. The function must not keep the state and must not
// call other methods of the sandbox.
func (d *DCIM) Mutate(change func(*State)) {
	_ = d.env.Change(func() error {
		change(d.state)
		return nil
	})
}

func (s *State) addKey(label, ip string, now time.Time) APIKey {
	key := APIKey{ID: s.NextAPIKey, Label: label, IP: ip, Key: system.RandomHex(32), Secret: system.RandomHex(32),
		CreatedAt: now.UTC()}
	s.NextAPIKey++
	s.APIKeys = append(s.APIKeys, key)
	return key
}

func (s *State) index(match func(APIKey) bool) int { return slices.IndexFunc(s.APIKeys, match) }

// Describe implements system.System.
func (d *DCIM) Describe(r *http.Request, body []byte) system.RequestInfo {
	request := d.profile.parse(r, body)
	return system.RequestInfo{
		System: "dcim", Op: request.op, Kind: request.kind, Members: len(request.serverIDs),
		Write: request.op != "" && request.op != "list" && request.op != "get",
	}
}

// Handle implements system.System.
func (d *DCIM) Handle(r *http.Request, body []byte) system.Response {
	request := d.profile.parse(r, body)
	var result logicalResult
	err := d.env.Change(func() error {
		result = d.serve(r, request)
		return nil
	})
	if err != nil {
		return system.Response{Status: http.StatusInternalServerError, ContentType: "text/plain",
			Body: []byte("the state could not be saved")}
	}
	response := d.profile.render(request, result)
	response.Result = "success"
	if result.outcome != outcomeDone {
		response.Result, response.Code = "error", string(result.outcome)
	}
	return response
}

// Deny implements system.System.
func (d *DCIM) Deny(reason string, r *http.Request, body []byte) system.Response {
	result := logicalResult{outcome: outcomeDenied, message: "Invalid API key or secret"}
	if reason == fault.DenyPermission {
		result = addressRefusedResult(system.HostOf(r.RemoteAddr))
	}
	return d.profile.render(d.profile.parse(r, body), result)
}

// addressRefusedResult refuses a source address that the API key does not list.
func addressRefusedResult(address string) logicalResult {
	return logicalResult{outcome: outcomeForbidden, message: "IP address " + address + " is not allowed"}
}

// serve checks the host, the credentials and the source address in this order, then executes the operation. The
// caller holds the store's lock.
func (d *DCIM) serve(r *http.Request, request logicalRequest) logicalResult {
	if bound := d.options.BoundHost; bound != "" && !strings.EqualFold(bound, system.HostOf(r.Host)) {
		return logicalResult{outcome: outcomeWrongHost}
	}
	s, now := d.state, d.env.Now().UTC()
	keyIndex, refusal := d.authenticate(request.credentials, s.APIKeys, now)
	if refusal != "" {
		return logicalResult{outcome: outcomeDenied, message: refusal}
	}
	allowed, address := system.SplitList(s.APIKeys[keyIndex].IP, ","), system.HostOf(r.RemoteAddr)
	if len(allowed) > 0 && !slices.ContainsFunc(allowed,
		func(one string) bool { return net.ParseIP(one).Equal(net.ParseIP(address)) }) {
		return addressRefusedResult(address)
	}
	s.APIKeys[keyIndex].LastCallAt = &now
	switch {
	case request.kind == "":
		return logicalResult{outcome: outcomeNotFound, message: "Not found"}
	case request.op == "":
		return logicalResult{outcome: outcomeNotAllowed, message: "Method not allowed"}
	case request.malformed:
		return logicalResult{outcome: outcomeMalformed, message: "The request body cannot be read."}
	case request.kind == kindPackage:
		return s.servePackages(request)
	case request.kind == kindServer:
		return s.serveServers(request)
	}
	return s.serveAPIKeys(request, s.APIKeys[keyIndex].ID, now, d.options.CanonicalAddresses)
}

// pageOf returns one page of a list.
func pageOf[T any](all []T, request logicalRequest, row func(T) map[string]any) logicalResult {
	total := int64(len(all))
	from := min(request.offset, total)
	rows := []map[string]any{}
	for _, one := range all[from:min(from+request.size, total)] {
		rows = append(rows, row(one))
	}
	return logicalResult{outcome: outcomeDone, rows: rows, total: total}
}

// serveAPIKeys executes an authorized operation on the API keys. callerID is the API key of the request.
func (s *State) serveAPIKeys(request logicalRequest, callerID int64, now time.Time, canonical bool) logicalResult {
	errs := validateKey(request)
	switch request.op {
	case "list":
		return pageOf(s.APIKeys, request, func(k APIKey) map[string]any { return keyRow(k, false) })
	case "create":
		if errs != nil {
			return invalidResult(errs)
		}
		label, _ := request.fields["label"].(string)
		return successResult(keyRow(s.addKey(label, joinIPs(request.fields["ip_addresses"], canonical), now), true))
	}
	at := s.index(func(k APIKey) bool { return k.ID == request.id })
	if at < 0 {
		return logicalResult{outcome: outcomeNotFound, message: "Not found"}
	}
	switch request.op {
	case "update":
		if errs != nil {
			return invalidResult(errs)
		}
		if label, ok := request.fields["label"].(string); ok {
			s.APIKeys[at].Label = label
		}
		if ips, ok := request.fields["ip_addresses"]; ok {
			s.APIKeys[at].IP = joinIPs(ips, canonical)
		}
	case "delete":
		if request.id == callerID {
			return logicalResult{outcome: outcomeConflict, message: "The API key in use cannot be deleted"}
		}
		s.APIKeys = slices.Delete(slices.Clone(s.APIKeys), at, at+1)
		return successResult()
	}
	return successResult(keyRow(s.APIKeys[at], false))
}

// keyRow returns the fields of an API key. Only the response to a creation contains the secret.
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

// maxTextLength is the maximum length of labels and names, in characters.
const maxTextLength = 255

// validateText checks a required text.
func validateText(request logicalRequest, name string, errs map[string][]string) {
	value, given := request.fields[name]
	text, _ := value.(string)
	switch {
	case !given && request.op == "create", given && strings.TrimSpace(text) == "":
		errs[name] = []string{"The " + name + " field is required."}
	case utf8.RuneCountInString(text) > maxTextLength:
		errs[name] = []string{"The " + name + " may not be greater than 255 characters."}
	}
}

// validateKey checks the fields of the form. The label is required, addresses are optional.
func validateKey(request logicalRequest) map[string][]string {
	errs := map[string][]string{}
	validateText(request, "label", errs)
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

func joinIPs(value any, canonical bool) string {
	ips, _ := value.([]string)
	if canonical {
		var stored []string
		for _, ip := range ips {
			if text := net.ParseIP(ip).String(); !slices.Contains(stored, text) {
				stored = append(stored, text)
			}
		}
		ips = stored
	}
	return strings.Join(ips, ",")
}
