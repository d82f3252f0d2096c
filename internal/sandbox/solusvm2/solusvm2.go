// Package solusvm2 is a stateful fake of a SolusVM 2 panel.
package solusvm2

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/fault"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// Options configures the fake SolusVM 2 panel.
type Options struct {
	// Token replaces the random API token of the seeded administrator.
	Token string
	// AllowedIPs restricts the seeded administrator to these addresses. If empty, every address is allowed.
	AllowedIPs []string
	// ExtraServers is the number of additional virtual servers.
	ExtraServers int
}

// SolusVM2 is the fake SolusVM 2 panel. Its JSON has the form of the vendor's own client and its tests
// (facts/solusvm2).
type SolusVM2 struct {
	system.Endpoint
	env   system.Environment
	state *State // guarded by the store's lock
}

// State is the panel's database.
type State struct {
	Users       []User       `json:"users"`
	LimitGroups []LimitGroup `json:"limit_groups"`
	Tokens      []Token      `json:"tokens"`
	Servers     []Server     `json:"servers"`
	Plans       []Plan       `json:"plans"`
	// Settings are the panel's settings as the API returns them, including secrets. The key limit_group is not stored
	// here: DefaultLimitGroup is its id.
	Settings          map[string]any `json:"settings"`
	DefaultLimitGroup int64          `json:"default_limit_group"`
	NextLimitGroup    int64          `json:"next_limit_group"`
}

// User is a user of the panel.
type User struct {
	ID           int64     `json:"id"`
	Email        string    `json:"email"`
	Status       string    `json:"status"` // active, locked, suspended
	Role         string    `json:"role"`   // Administrator, Client
	LimitGroupID int64     `json:"limit_group_id"`
	AllowedIPs   []string  `json:"allowed_ips"`
	CreatedAt    time.Time `json:"created_at"`
	// BillingUserID and BillingToken are set by the WHMCS addon when a customer enrolls. BillingUserID is the client
	// in WHMCS. 0 and "" mean none.
	BillingUserID int64  `json:"billing_user_id"`
	BillingToken  string `json:"billing_token"`
}

// LimitGroup is a limit group. A limit of -1 means no limit.
type LimitGroup struct {
	ID            int64     `json:"id"`
	Name          string    `json:"name"`
	Servers       int64     `json:"vms"`
	Running       int64     `json:"running_vms"`
	AdditionalIPs int64     `json:"additional_ips"`
	CreatedAt     time.Time `json:"created_at"`
	UpdatedAt     time.Time `json:"updated_at"`
}

// Token is an API token of a user.
type Token struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	UserID    int64     `json:"user_id"`
	Secret    string    `json:"secret"`
	CreatedAt time.Time `json:"created_at"`
}

// Server is a virtual server.
type Server struct {
	ID          int64     `json:"id"`
	Name        string    `json:"name"`
	UserID      int64     `json:"user_id"`
	Status      string    `json:"status"`
	Type        string    `json:"virtualization_type"`
	VCPU        int64     `json:"vcpu"`
	RAMBytes    int64     `json:"ram"`
	DiskGiB     int64     `json:"disk"`
	Plan        string    `json:"plan"`
	Location    string    `json:"location"`
	IPAddress   string    `json:"ip"`
	VNCPassword string    `json:"vnc_password"`
	CreatedAt   time.Time `json:"created_at"`
	// TerminatedAt is set when the server no longer exists. The panel keeps its usage.
	TerminatedAt *time.Time `json:"terminated_at"`
	// ComputeResourceID is the host of the server.
	ComputeResourceID int64 `json:"compute_resource_id"`
}

// Plan is a plan for virtual servers. Its prices are in tokens.
type Plan struct {
	ID               int64  `json:"id"`
	Name             string `json:"name"`
	Type             string `json:"virtualization_type"`
	VCPU             int64  `json:"vcpu"`
	RAMBytes         int64  `json:"ram"`
	DiskGiB          int64  `json:"disk"`
	TokensPerHour    int64  `json:"tokens_per_hour"`
	TokensPerMonth   int64  `json:"tokens_per_month"`
	IPTokensPerHour  int64  `json:"ip_tokens_per_hour"`
	IPTokensPerMonth int64  `json:"ip_tokens_per_month"`
}

// maxNameLength is the maximum length of names, in characters.
const maxNameLength = 255

const (
	roleAdministrator = "Administrator"
	roleClient        = "Client"
)

// New returns the panel for a state that Seed made or that was loaded.
func New(env system.Environment, state *State) *SolusVM2 { return &SolusVM2{env: env, state: state} }

// AdminToken returns the secret of an administrator's first token. Seed makes this token.
func (p *SolusVM2) AdminToken() string { return p.tokenOfRole(roleAdministrator) }

// ClientToken returns the secret of a token whose user is not an administrator.
func (p *SolusVM2) ClientToken() string { return p.tokenOfRole("Client") }

func (p *SolusVM2) tokenOfRole(role string) (secret string) {
	p.View(func(s *State) {
		for _, token := range s.Tokens {
			if user := s.user(token.UserID); secret == "" && user != nil && user.Role == role {
				secret = token.Secret
			}
		}
	})
	return secret
}

// View reads the state. The function must not keep the state and must not call other methods of the sandbox.
func (p *SolusVM2) View(look func(*State)) {
	p.env.View(func() { look(p.state) })
}

// Mutate changes the state, as an administrator does in the panel. The function must not keep the state and must not
// call other methods of the sandbox.
func (p *SolusVM2) Mutate(change func(*State)) {
	_ = p.env.Change(func() error {
		change(p.state)
		return nil
	})
}

func (s *State) user(id int64) *User {
	if at := slices.IndexFunc(s.Users, func(u User) bool { return u.ID == id }); at >= 0 {
		return &s.Users[at]
	}
	return nil
}

// request is one request below /api/v1.
type request struct {
	r          *http.Request
	collection string // for example "limit_groups"
	id         string // "" for the collection
	body       map[string]any
	user       User
	now        time.Time
}

// loginPage is the response of the panel's web interface to all requests outside of its API.
const loginPage = "<!DOCTYPE html>\n<html><head><title>SolusVM 2</title></head><body><div id=\"app\">Log in</div></body></html>\n"

func parsePath(r *http.Request) (collection, id string, ok bool) {
	rest, ok := strings.CutPrefix(r.URL.Path, "/api/v1/")
	collection, id, _ = strings.Cut(strings.TrimSuffix(rest, "/"), "/")
	return collection, id, ok && collection != ""
}

// Describe implements system.System.
func (p *SolusVM2) Describe(r *http.Request, _ []byte) system.RequestInfo {
	collection, id, _ := parsePath(r)
	about := system.RequestInfo{System: "solusvm2", Kind: collection,
		Write: r.Method != http.MethodGet && r.Method != http.MethodHead}
	switch r.Method {
	case http.MethodGet:
		about.Op = "get"
		if id == "" && collection != "account" && collection != "settings" {
			about.Op = "list"
		}
	case http.MethodPost:
		about.Op = "create"
	case http.MethodPut, http.MethodPatch:
		about.Op = "update"
	case http.MethodDelete:
		about.Op = "delete"
	}
	return about
}

// Handle implements system.System.
func (p *SolusVM2) Handle(r *http.Request, body []byte) system.Response {
	collection, id, isAPI := parsePath(r)
	if !isAPI || !strings.Contains(r.Header.Get("Accept"), "application/json") {
		return system.Response{Status: http.StatusOK, ContentType: "text/html", Body: []byte(loginPage)}
	}
	c := &request{r: r, collection: collection, id: id, now: p.env.Now().UTC()}
	var response system.Response
	err := p.env.Change(func() error {
		response = p.serve(c, body)
		return nil
	})
	if err != nil {
		return errorResponse(http.StatusInternalServerError, "Server Error")
	}
	response.Result = "success"
	if response.Status >= http.StatusBadRequest {
		response.Result, response.Code = "error", http.StatusText(response.Status)
	}
	return response
}

// Deny implements system.System.
func (p *SolusVM2) Deny(reason string, _ *http.Request, _ []byte) system.Response {
	if reason == fault.DenyCredentials {
		return errorResponse(http.StatusUnauthorized, "Unauthenticated.")
	}
	return errorResponse(http.StatusForbidden, "This action is unauthorized.")
}

// collections are the collections of the API and their handlers. Collections that are not open require an
// administrator.
var collections = map[string]struct {
	open  bool
	serve func(s *State, c *request) system.Response
}{
	"account":      {true, (*State).serveAccount},
	"api_tokens":   {true, (*State).serveTokens},
	"servers":      {true, (*State).serveServers},
	"users":        {false, (*State).serveUsers},
	"limit_groups": {false, (*State).serveLimitGroups},
	"plans":        {true, (*State).servePlans},
	"usage":        {false, (*State).serveUsage},
	"settings":     {false, (*State).serveSettings},
}

// serve checks the token, the user, the source address and the role in this order, then executes the operation. The
// caller holds the store's lock.
func (p *SolusVM2) serve(c *request, body []byte) system.Response {
	s := p.state
	secret, _ := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	at := slices.IndexFunc(s.Tokens, func(t Token) bool { return secret != "" && t.Secret == secret })
	if at < 0 {
		return errorResponse(http.StatusUnauthorized, "Unauthenticated.")
	}
	user := s.user(s.Tokens[at].UserID)
	if user == nil || user.Status == "suspended" {
		return errorResponse(http.StatusUnauthorized, "Unauthenticated.")
	}
	c.user = *user
	if address := system.HostOf(c.r.RemoteAddr); len(user.AllowedIPs) > 0 && !slices.Contains(user.AllowedIPs, address) {
		return errorResponse(http.StatusForbidden, "Access from the IP address "+address+" is not allowed.")
	}
	resource, known := collections[c.collection]
	if !known || strings.Contains(c.id, "/") {
		return errorResponse(http.StatusNotFound, "")
	}
	if !resource.open && user.Role != roleAdministrator {
		return errorResponse(http.StatusForbidden, "This action is unauthorized.")
	}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &c.body); err != nil {
			return errorResponse(http.StatusBadRequest, "The request body cannot be read.")
		}
	}
	return resource.serve(s, c)
}

// errorResponse is an error in Laravel's form.
func errorResponse(status int, message string) system.Response {
	return system.JSON(status, map[string]any{"message": message})
}

// invalidResponse is a validation error in Laravel's form, by field.
func invalidResponse(errs map[string][]string) system.Response {
	return system.JSON(http.StatusUnprocessableEntity,
		map[string]any{"message": "The given data was invalid.", "errors": errs})
}

func methodNotAllowed() system.Response {
	return errorResponse(http.StatusMethodNotAllowed, "The method is not supported for this route.")
}

func notFound(model, id string) system.Response {
	return errorResponse(http.StatusNotFound, "No query results for model [App\\Models\\"+model+"] "+id)
}

func dataResponse(status int, data any) system.Response {
	return system.JSON(status, map[string]any{"data": data})
}
