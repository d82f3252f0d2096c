// Package solusvm2 is a stateful stand-in of a SolusVM 2 panel.
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
	// AllowedIPs restricts the seeded administrator to these addresses; any when empty.
	AllowedIPs []string
	// ExtraServers is the number of further virtual servers.
	ExtraServers int
}

// SolusVM2 is the fake SolusVM 2 panel, in the shapes of the vendor's own client and its tests (facts/solusvm2).
type SolusVM2 struct {
	system.Endpoint
	host system.Host
	data *State // guarded by the store's lock
}

// State is the panel's database.
type State struct {
	Users       []User       `json:"users"`
	LimitGroups []LimitGroup `json:"limit_groups"`
	Tokens      []Token      `json:"tokens"`
	Servers     []Server     `json:"servers"`
	// Settings are the panel's settings as the API shows them, secrets included, but for the limit group, of which the id is kept.
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
	// BillingUserID and BillingToken are what the addon gives a customer who enrols: the client in WHMCS. 0 and "" = none.
	BillingUserID int64  `json:"billing_user_id"`
	BillingToken  string `json:"billing_token"`
}

// LimitGroup is a limit group. A limit of -1 is none.
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
	// ComputeResourceID is the host that the server runs on.
	ComputeResourceID int64 `json:"compute_resource_id"`
}

// longestName bounds names, in characters.
const longestName = 255

const (
	panelAdministrator = "Administrator"
	panelClient        = "Client"
)

// New is the panel on a state that seedSolusVM2 made or that was loaded.
func New(host system.Host, data *State) *SolusVM2 { return &SolusVM2{host: host, data: data} }

// AdminToken is the secret of the first administrator's first token, which a fresh sandbox is seeded with.
func (p *SolusVM2) AdminToken() string { return p.tokenOf(panelAdministrator) }

// ClientToken is the secret of a token whose user is no administrator.
func (p *SolusVM2) ClientToken() string { return p.tokenOf("Client") }

func (p *SolusVM2) tokenOf(role string) (secret string) {
	p.View(func(s *State) {
		for _, token := range s.Tokens {
			if user := s.user(token.UserID); secret == "" && user != nil && user.Role == role {
				secret = token.Secret
			}
		}
	})
	return secret
}

// View gives the state to look at. The function must not keep it, nor call other methods of the sandbox.
func (p *SolusVM2) View(look func(*State)) {
	p.host.View(func() { look(p.data) })
}

// Mutate gives the state to change, as somebody in the panel would. The function must not keep it, nor call other methods of the sandbox.
func (p *SolusVM2) Mutate(change func(*State)) {
	_ = p.host.Change(func() error {
		change(p.data)
		return nil
	})
}

func (s *State) user(id int64) *User {
	if at := slices.IndexFunc(s.Users, func(u User) bool { return u.ID == id }); at >= 0 {
		return &s.Users[at]
	}
	return nil
}

// panelCall is one request below /api/v1.
type panelCall struct {
	r          *http.Request
	collection string // "limit_groups"
	id         string // "" = the collection
	body       map[string]any
	user       User
	now        time.Time
}

// loginPage is what the panel's web interface answers to everything that is not its API.
const loginPage = "<!DOCTYPE html>\n<html><head><title>SolusVM 2</title></head><body><div id=\"app\">Log in</div></body></html>\n"

func panelPath(r *http.Request) (collection, id string, ok bool) {
	rest, ok := strings.CutPrefix(r.URL.Path, "/api/v1/")
	collection, id, _ = strings.Cut(strings.TrimSuffix(rest, "/"), "/")
	return collection, id, ok && collection != ""
}

// Describe names what a request is about.
func (p *SolusVM2) Describe(r *http.Request, _ []byte) system.Call {
	collection, id, _ := panelPath(r)
	about := system.Call{System: "solusvm2", Kind: collection, Write: r.Method != http.MethodGet && r.Method != http.MethodHead}
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

// Handle applies the system's rules.
func (p *SolusVM2) Handle(r *http.Request, body []byte) system.Reply {
	collection, id, isAPI := panelPath(r)
	if !isAPI || !strings.Contains(r.Header.Get("Accept"), "application/json") {
		return system.Reply{Status: http.StatusOK, ContentType: "text/html", Body: []byte(loginPage)}
	}
	c := &panelCall{r: r, collection: collection, id: id, now: p.host.Now().UTC()}
	var answer system.Reply
	err := p.host.Change(func() error {
		answer = p.serve(c, body)
		return nil
	})
	if err != nil {
		return panelRefusal(http.StatusInternalServerError, "Server Error")
	}
	answer.Result = "success"
	if answer.Status >= http.StatusBadRequest {
		answer.Result, answer.Code = "error", http.StatusText(answer.Status)
	}
	return answer
}

// Deny turns the caller away as the system itself does.
func (p *SolusVM2) Deny(reason string, _ *http.Request, _ []byte) system.Reply {
	if reason == fault.DenyCredentials {
		return panelRefusal(http.StatusUnauthorized, "Unauthenticated.")
	}
	return panelRefusal(http.StatusForbidden, "This action is unauthorized.")
}

// panelResources are the collections and what they do with a request; those that are not open want an administrator.
var panelResources = map[string]struct {
	open  bool
	serve func(s *State, c *panelCall) system.Reply
}{
	"account":      {true, func(s *State, c *panelCall) system.Reply { return s.account(c) }},
	"api_tokens":   {true, func(s *State, c *panelCall) system.Reply { return s.apiTokens(c) }},
	"servers":      {true, func(s *State, c *panelCall) system.Reply { return s.virtualServers(c) }},
	"users":        {false, func(s *State, c *panelCall) system.Reply { return s.panelUsers(c) }},
	"limit_groups": {false, func(s *State, c *panelCall) system.Reply { return s.limitGroups(c) }},
	"settings":     {false, func(s *State, c *panelCall) system.Reply { return s.panelSettings(c) }},
}

// serve applies the rules in their order: token, user, address, rights, then the operation. It runs under the store's lock.
func (p *SolusVM2) serve(c *panelCall, body []byte) system.Reply {
	s := p.data
	secret, _ := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	at := slices.IndexFunc(s.Tokens, func(t Token) bool { return secret != "" && t.Secret == secret })
	if at < 0 {
		return panelRefusal(http.StatusUnauthorized, "Unauthenticated.")
	}
	user := s.user(s.Tokens[at].UserID)
	if user == nil || user.Status == "suspended" {
		return panelRefusal(http.StatusUnauthorized, "Unauthenticated.")
	}
	c.user = *user
	if address := system.HostOf(c.r.RemoteAddr); len(user.AllowedIPs) > 0 && !slices.Contains(user.AllowedIPs, address) {
		return panelRefusal(http.StatusForbidden, "Access from the IP address "+address+" is not allowed.")
	}
	resource, known := panelResources[c.collection]
	if !known || strings.Contains(c.id, "/") {
		return panelRefusal(http.StatusNotFound, "")
	}
	if !resource.open && user.Role != panelAdministrator {
		return panelRefusal(http.StatusForbidden, "This action is unauthorized.")
	}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &c.body); err != nil {
			return panelRefusal(http.StatusBadRequest, "The request body cannot be read.")
		}
	}
	return resource.serve(s, c)
}

// panelRefusal is a failure as Laravel writes it.
func panelRefusal(status int, message string) system.Reply {
	return system.JSON(status, map[string]any{"message": message})
}

// panelInvalid is a failure of validation, by field.
func panelInvalid(errs map[string][]string) system.Reply {
	return system.JSON(http.StatusUnprocessableEntity, map[string]any{"message": "The given data was invalid.", "errors": errs})
}

func panelMethod() system.Reply {
	return panelRefusal(http.StatusMethodNotAllowed, "The method is not supported for this route.")
}

func panelGone(model, id string) system.Reply {
	return panelRefusal(http.StatusNotFound, "No query results for model [App\\Models\\"+model+"] "+id)
}

func panelData(status int, data any) system.Reply {
	return system.JSON(status, map[string]any{"data": data})
}
