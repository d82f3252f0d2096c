package solusvm2

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// pageSize is the number of rows of one page.
const pageSize = 15

// listPage returns the page of a collection that the request's parameter "page" selects.
func listPage[T any](c *request, all []T, row func(T) map[string]any) system.Response {
	number, err := strconv.Atoi(c.r.URL.Query().Get("page"))
	if err != nil || number < 1 {
		number = 1
	}
	last := max(1, (len(all)+pageSize-1)/pageSize)
	from, to := min((number-1)*pageSize, len(all)), min(number*pageSize, len(all))
	rows := []map[string]any{}
	for _, one := range all[from:to] {
		rows = append(rows, row(one))
	}
	base := "http://" + c.r.Host + c.r.URL.Path
	link := func(page int, there bool) any {
		if !there {
			return nil
		}
		query := c.r.URL.Query()
		query.Set("page", strconv.Itoa(page))
		return base + "?" + query.Encode()
	}
	meta := map[string]any{"current_page": number, "from": from + 1, "last_page": last, "path": base, "per_page": pageSize,
		"to": to, "total": len(all)}
	if len(rows) == 0 {
		meta["from"], meta["to"] = nil, nil
	}
	return system.JSON(http.StatusOK, map[string]any{
		"data": rows, "meta": meta,
		"links": map[string]any{"first": link(1, true), "last": link(last, true), "prev": link(number-1, number > 1),
			"next": link(number+1, number < last)},
	})
}

func filterRows[T any](all []T, keep func(T) bool) []T {
	var kept []T
	for _, one := range all {
		if keep(one) {
			kept = append(kept, one)
		}
	}
	return kept
}

// matchesFilter reports whether a value matches the request's filter[name]. Without this filter every value matches.
func (c *request) matchesFilter(name, value string) bool {
	wanted := c.r.URL.Query().Get("filter[" + name + "]")
	return wanted == "" || wanted == value
}

const timeFormat = "2006-01-02T15:04:05.000000Z"

func (s *State) userRow(u User) map[string]any {
	row := map[string]any{
		"id": u.ID, "email": u.Email, "status": u.Status, "created_at": u.CreatedAt.Format(timeFormat),
		"billing_user_id": nil, "billing_token": nil,
		"roles":       []any{map[string]any{"id": slices.Index(roleNames, u.Role) + 1, "name": u.Role}},
		"allowed_ips": u.AllowedIPs,
	}
	if u.BillingUserID != 0 {
		row["billing_user_id"] = u.BillingUserID
	}
	if u.BillingToken != "" {
		row["billing_token"] = u.BillingToken
	}
	return row
}

func (s *State) serveAccount(c *request) system.Response {
	if c.r.Method != http.MethodGet || c.id != "" {
		return methodNotAllowed()
	}
	return dataResponse(http.StatusOK, s.userRow(c.user))
}

// limitGroup returns the limit group, or nil if it does not exist.
func (s *State) limitGroup(id int64) *LimitGroup {
	if at := slices.IndexFunc(s.LimitGroups, func(g LimitGroup) bool { return g.ID == id }); at >= 0 {
		return &s.LimitGroups[at]
	}
	return nil
}

func (s *State) limitGroupRow(g LimitGroup) map[string]any {
	limit := func(n int64) map[string]any { return map[string]any{"limit": max(n, 0), "is_enabled": n >= 0} }
	return map[string]any{
		"id": g.ID, "name": g.Name, "created_at": g.CreatedAt.Format(timeFormat),
		"updated_at": g.UpdatedAt.Format(timeFormat),
		"vms":        limit(g.Servers), "running_vms": limit(g.Running), "additional_ips": limit(g.AdditionalIPs),
	}
}

// serveLimitGroups handles requests for limit groups. Assumed: creation, change and deletion work as in the other
// collections. The vendor's sources do not show it.
func (s *State) serveLimitGroups(c *request) system.Response {
	if c.id == "" {
		switch c.r.Method {
		case http.MethodGet:
			return listPage(c, s.LimitGroups, s.limitGroupRow)
		case http.MethodPost:
			group := LimitGroup{ID: s.NextLimitGroup, CreatedAt: c.now, UpdatedAt: c.now}
			if errs := group.applyFields(c.body); len(errs) > 0 {
				return invalidResponse(errs)
			}
			s.NextLimitGroup++
			s.LimitGroups = append(s.LimitGroups, group)
			return dataResponse(http.StatusCreated, s.limitGroupRow(group))
		}
		return methodNotAllowed()
	}
	at := slices.IndexFunc(s.LimitGroups, func(g LimitGroup) bool { return strconv.FormatInt(g.ID, 10) == c.id })
	if at < 0 {
		return notFound("LimitGroup", c.id)
	}
	group := s.LimitGroups[at]
	switch c.r.Method {
	case http.MethodGet:
	case http.MethodPut:
		group.UpdatedAt = c.now
		if errs := group.applyFields(c.body); len(errs) > 0 {
			return invalidResponse(errs)
		}
		s.LimitGroups[at] = group
	case http.MethodDelete:
		if group.ID == s.DefaultLimitGroup || slices.ContainsFunc(s.Users,
			func(u User) bool { return u.LimitGroupID == group.ID }) {
			return errorResponse(http.StatusConflict, "The limit group is in use.")
		}
		s.LimitGroups = slices.Delete(slices.Clone(s.LimitGroups), at, at+1)
		return system.Response{Status: http.StatusNoContent}
	default:
		return methodNotAllowed()
	}
	return dataResponse(http.StatusOK, s.limitGroupRow(group))
}

// applyFields replaces all fields of the limit group. It returns the validation errors by field.
func (g *LimitGroup) applyFields(body map[string]any) map[string][]string {
	errs := map[string][]string{}
	g.Name = validateName(body, errs)
	for field, into := range map[string]*int64{"vms": &g.Servers, "running_vms": &g.Running,
		"additional_ips": &g.AdditionalIPs} {
		given, isObject := body[field].(map[string]any)
		if !isObject {
			errs[field] = []string{"The " + field + " field is required."}
			continue
		}
		number, isNumber := given["limit"].(float64)
		enabled, isBool := given["is_enabled"].(bool)
		switch {
		case !isNumber || number != math.Trunc(number):
			errs[field+".limit"] = []string{"The " + field + ".limit must be an integer."}
		case number < 0 || number > math.MaxInt32:
			errs[field+".limit"] = []string{"The " + field + ".limit must be at least 0."}
		case !isBool:
			errs[field+".is_enabled"] = []string{"The " + field + ".is enabled field must be true or false."}
		case enabled:
			*into = int64(number)
		default:
			*into = -1
		}
	}
	return errs
}

func validateName(body map[string]any, errs map[string][]string) string {
	name, _ := body["name"].(string)
	switch {
	case strings.TrimSpace(name) == "":
		errs["name"] = []string{"The name field is required."}
	case utf8.RuneCountInString(name) > maxNameLength:
		errs["name"] = []string{"The name may not be greater than 255 characters."}
	}
	return name
}

func (s *State) tokenRow(t Token) map[string]any {
	row := map[string]any{"id": t.ID, "name": t.Name, "created_at": t.CreatedAt.Format(timeFormat)}
	if user := s.user(t.UserID); user != nil {
		row["user"] = s.userRow(*user)
	}
	return row
}

// serveTokens handles requests for API tokens. An administrator sees all tokens, other users see their own.
func (s *State) serveTokens(c *request) system.Response {
	visible := filterRows(s.Tokens, func(t Token) bool {
		return c.user.Role == roleAdministrator ||
			t.UserID == c.user.ID
	})
	if c.id == "" {
		switch c.r.Method {
		case http.MethodGet:
			search := strings.ToLower(c.r.URL.Query().Get("filter[search]"))
			return listPage(c, filterRows(visible, func(t Token) bool {
				return strings.Contains(strings.ToLower(t.Name), search) &&
					c.matchesFilter("user_id", strconv.FormatInt(t.UserID, 10))
			}), s.tokenRow)
		case http.MethodPost:
			return s.createToken(c)
		}
		return methodNotAllowed()
	}
	if !slices.ContainsFunc(visible, func(t Token) bool { return t.ID == c.id }) {
		return notFound("ApiToken", c.id)
	}
	at := slices.IndexFunc(s.Tokens, func(t Token) bool { return t.ID == c.id })
	switch c.r.Method {
	case http.MethodGet:
	case http.MethodPatch:
		errs := map[string][]string{}
		name := validateName(c.body, errs)
		if len(errs) > 0 {
			return invalidResponse(errs)
		}
		s.Tokens[at].Name = name
	case http.MethodDelete:
		s.Tokens = slices.Delete(slices.Clone(s.Tokens), at, at+1)
		return system.Response{Status: http.StatusNoContent}
	default:
		return methodNotAllowed()
	}
	return dataResponse(http.StatusOK, s.tokenRow(s.Tokens[at]))
}

func (s *State) createToken(c *request) system.Response {
	errs := map[string][]string{}
	token := Token{Name: validateName(c.body, errs), CreatedAt: c.now}
	owner, isNumber := c.body["user_id"].(float64)
	if !isNumber || s.user(int64(owner)) == nil {
		errs["user_id"] = []string{"The selected user id is invalid."}
	}
	if len(errs) > 0 {
		return invalidResponse(errs)
	}
	if token.UserID = int64(owner); c.user.Role != roleAdministrator && token.UserID != c.user.ID {
		return errorResponse(http.StatusForbidden, "This action is unauthorized.")
	}
	token.ID, token.Secret = system.NewUUID(), strconv.Itoa(len(s.Tokens)+1)+"|"+system.RandomHex(20)
	s.Tokens = append(s.Tokens, token)
	return dataResponse(http.StatusCreated, map[string]any{"token": s.tokenRow(token), "access_token": token.Secret,
		"token_type": "Bearer"})
}

func (s *State) serverRow(v Server) map[string]any {
	row := map[string]any{
		"id": v.ID, "name": v.Name, "description": nil, "uuid": fmt.Sprintf("00000000-0000-4000-8000-%012d", v.ID),
		"virtualization_type": v.Type, "status": v.Status, "real_status": v.Status,
		"specifications": map[string]any{"vcpu": v.VCPU, "ram": v.RAMBytes, "disk": v.DiskGiB}, "is_suspended": false,
		"is_processing": false,
		"location":      map[string]any{"id": 1, "name": v.Location},
		"plan":          map[string]any{"id": s.plan(v.Plan).ID, "name": v.Plan},
		"project":       map[string]any{"id": 1, "name": "Default"},
		"fqdns":         []string{}, "boot_mode": "disk", "created_at": v.CreatedAt.Format(timeFormat),
		"settings": map[string]any{"vnc_password": v.VNCPassword},
		"ip_addresses": map[string]any{"ipv4": []any{map[string]any{"id": v.ID, "ip": v.IPAddress, "is_primary": true}},
			"ipv6": []any{}},
	}
	if user := s.user(v.UserID); user != nil {
		row["user"] = s.userRow(*user)
	}
	return row
}

// serveServers handles requests for virtual servers. An administrator sees all servers, other users see their own.
// The provider does not create servers, so the sandbox only reads them.
func (s *State) serveServers(c *request) system.Response {
	if c.r.Method != http.MethodGet {
		return methodNotAllowed()
	}
	visible := filterRows(s.Servers, func(v Server) bool {
		return v.TerminatedAt == nil && (c.user.Role == roleAdministrator || v.UserID == c.user.ID) &&
			c.matchesFilter("user_id", strconv.FormatInt(v.UserID, 10)) &&
			c.matchesFilter("compute_resource_id", strconv.FormatInt(v.ComputeResourceID, 10)) &&
			c.matchesFilter("status", v.Status) && c.matchesFilter("virtualization_type", v.Type)
	})
	if c.id == "" {
		return listPage(c, visible, s.serverRow)
	}
	at := slices.IndexFunc(visible, func(v Server) bool { return strconv.FormatInt(v.ID, 10) == c.id })
	if at < 0 {
		return notFound("Server", c.id)
	}
	return dataResponse(http.StatusOK, s.serverRow(visible[at]))
}

// serveSettings handles requests for the settings. A change replaces the given top-level keys.
func (s *State) serveSettings(c *request) system.Response {
	switch {
	case c.id != "" || c.r.Method != http.MethodGet && c.r.Method != http.MethodPatch:
		return methodNotAllowed()
	case c.r.Method == http.MethodPatch:
		errs := map[string][]string{}
		for name := range c.body {
			if _, known := s.Settings[name]; !known {
				errs[name] = []string{"The " + name + " field is prohibited."}
			}
		}
		if integration, given := c.body["billing_integration"]; given {
			validateIntegration(integration, errs)
		}
		defaultGroup := s.DefaultLimitGroup
		if group, given := c.body["limit_group"]; given {
			// The vendor's client sends the whole group. Its id selects the group.
			object, _ := group.(map[string]any)
			id, _ := object["id"].(float64)
			if defaultGroup = int64(id); s.limitGroup(defaultGroup) == nil {
				errs["limit_group.id"] = []string{"The selected limit group.id is invalid."}
			}
		}
		if len(errs) > 0 {
			return invalidResponse(errs)
		}
		maps.Copy(s.Settings, c.body)
		s.DefaultLimitGroup = defaultGroup
	}
	shown := maps.Clone(s.Settings)
	shown["limit_group"] = nil
	if group := s.limitGroup(s.DefaultLimitGroup); group != nil {
		shown["limit_group"] = s.limitGroupRow(*group)
	}
	return dataResponse(http.StatusOK, shown)
}

// validateIntegration requires a complete billing integration: its type, and the URL and token of the driver of that
// type.
func validateIntegration(value any, errs map[string][]string) {
	const field = "billing_integration"
	integration, _ := value.(map[string]any)
	kind, _ := integration["type"].(string)
	drivers, _ := integration["drivers"].(map[string]any)
	driver, _ := drivers[kind].(map[string]any)
	url, _ := driver["url"].(string)
	token, _ := driver["token"].(string)
	switch {
	case kind == "":
		errs[field+".type"] = []string{"The billing integration.type field is required."}
	case !strings.HasPrefix(url, "http://") && !strings.HasPrefix(url, "https://"):
		errs[field+".drivers."+kind+".url"] = []string{"The billing integration.drivers." + kind + ".url format is invalid."}
	case token == "":
		errs[field+".drivers."+kind+".token"] = []string{"The billing integration.drivers." + kind +
			".token field is required."}
	}
}
