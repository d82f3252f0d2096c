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

// panelPage is how many rows the panel gives at a time.
const panelPage = 15

// panelList is one page of a collection, by number.
func panelList[T any](c *panelCall, all []T, row func(T) map[string]any) system.Reply {
	number, err := strconv.Atoi(c.r.URL.Query().Get("page"))
	if err != nil || number < 1 {
		number = 1
	}
	last := max(1, (len(all)+panelPage-1)/panelPage)
	from, to := min((number-1)*panelPage, len(all)), min(number*panelPage, len(all))
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
	meta := map[string]any{"current_page": number, "from": from + 1, "last_page": last, "path": base, "per_page": panelPage, "to": to, "total": len(all)}
	if len(rows) == 0 {
		meta["from"], meta["to"] = nil, nil
	}
	return system.JSON(http.StatusOK, map[string]any{
		"data": rows, "meta": meta,
		"links": map[string]any{"first": link(1, true), "last": link(last, true), "prev": link(number-1, number > 1), "next": link(number+1, number < last)},
	})
}

func panelSelect[T any](all []T, keep func(T) bool) []T {
	var kept []T
	for _, one := range all {
		if keep(one) {
			kept = append(kept, one)
		}
	}
	return kept
}

// filter is a filter[name] of a list; any value passes where it is not given.
func (c *panelCall) filter(name, value string) bool {
	asked := c.r.URL.Query().Get("filter[" + name + "]")
	return asked == "" || asked == value
}

const panelTime = "2006-01-02T15:04:05.000000Z"

func (s *State) userRow(u User) map[string]any {
	row := map[string]any{
		"id": u.ID, "email": u.Email, "status": u.Status, "created_at": u.CreatedAt.Format(panelTime), "billing_user_id": nil, "billing_token": nil,
		"roles": []any{map[string]any{"id": slices.Index(panelRoles, u.Role) + 1, "name": u.Role}}, "allowed_ips": u.AllowedIPs,
	}
	if u.BillingUserID != 0 {
		row["billing_user_id"] = u.BillingUserID
	}
	if u.BillingToken != "" {
		row["billing_token"] = u.BillingToken
	}
	return row
}

func (s *State) account(c *panelCall) system.Reply {
	if c.r.Method != http.MethodGet || c.id != "" {
		return panelMethod()
	}
	return panelData(http.StatusOK, s.userRow(c.user))
}

// limitGroup finds a limit group; nil where there is none.
func (s *State) limitGroup(id int64) *LimitGroup {
	if at := slices.IndexFunc(s.LimitGroups, func(g LimitGroup) bool { return g.ID == id }); at >= 0 {
		return &s.LimitGroups[at]
	}
	return nil
}

func (s *State) limitGroupRow(g LimitGroup) map[string]any {
	limit := func(n int64) map[string]any { return map[string]any{"limit": max(n, 0), "is_enabled": n >= 0} }
	return map[string]any{
		"id": g.ID, "name": g.Name, "created_at": g.CreatedAt.Format(panelTime), "updated_at": g.UpdatedAt.Format(panelTime),
		"vms": limit(g.Servers), "running_vms": limit(g.Running), "additional_ips": limit(g.AdditionalIPs),
	}
}

// limitGroups serves the limit groups. That they can be made, changed and deleted this way is the shape of every other collection, not known.
func (s *State) limitGroups(c *panelCall) system.Reply {
	if c.id == "" {
		switch c.r.Method {
		case http.MethodGet:
			return panelList(c, s.LimitGroups, s.limitGroupRow)
		case http.MethodPost:
			group := LimitGroup{ID: s.NextLimitGroup, CreatedAt: c.now, UpdatedAt: c.now}
			if errs := group.fill(c.body); len(errs) > 0 {
				return panelInvalid(errs)
			}
			s.NextLimitGroup++
			s.LimitGroups = append(s.LimitGroups, group)
			return panelData(http.StatusCreated, s.limitGroupRow(group))
		}
		return panelMethod()
	}
	at := slices.IndexFunc(s.LimitGroups, func(g LimitGroup) bool { return strconv.FormatInt(g.ID, 10) == c.id })
	if at < 0 {
		return panelGone("LimitGroup", c.id)
	}
	group := s.LimitGroups[at]
	switch c.r.Method {
	case http.MethodGet:
	case http.MethodPut:
		group.UpdatedAt = c.now
		if errs := group.fill(c.body); len(errs) > 0 {
			return panelInvalid(errs)
		}
		s.LimitGroups[at] = group
	case http.MethodDelete:
		if group.ID == s.DefaultLimitGroup || slices.ContainsFunc(s.Users, func(u User) bool { return u.LimitGroupID == group.ID }) {
			return panelRefusal(http.StatusConflict, "The limit group is in use.")
		}
		s.LimitGroups = slices.Delete(slices.Clone(s.LimitGroups), at, at+1)
		return system.Reply{Status: http.StatusNoContent}
	default:
		return panelMethod()
	}
	return panelData(http.StatusOK, s.limitGroupRow(group))
}

// fill takes over a whole limit group and says what is wrong with it.
func (g *LimitGroup) fill(body map[string]any) map[string][]string {
	errs := map[string][]string{}
	g.Name = panelName(body, errs)
	for field, into := range map[string]*int64{"vms": &g.Servers, "running_vms": &g.Running, "additional_ips": &g.AdditionalIPs} {
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

func panelName(body map[string]any, errs map[string][]string) string {
	name, _ := body["name"].(string)
	switch {
	case strings.TrimSpace(name) == "":
		errs["name"] = []string{"The name field is required."}
	case utf8.RuneCountInString(name) > longestName:
		errs["name"] = []string{"The name may not be greater than 255 characters."}
	}
	return name
}

func (s *State) tokenRow(t Token) map[string]any {
	row := map[string]any{"id": t.ID, "name": t.Name, "created_at": t.CreatedAt.Format(panelTime)}
	if user := s.user(t.UserID); user != nil {
		row["user"] = s.userRow(*user)
	}
	return row
}

// apiTokens serves tokens: an administrator everybody's, others their own.
func (s *State) apiTokens(c *panelCall) system.Reply {
	visible := panelSelect(s.Tokens, func(t Token) bool { return c.user.Role == panelAdministrator || t.UserID == c.user.ID })
	if c.id == "" {
		switch c.r.Method {
		case http.MethodGet:
			search := strings.ToLower(c.r.URL.Query().Get("filter[search]"))
			return panelList(c, panelSelect(visible, func(t Token) bool {
				return strings.Contains(strings.ToLower(t.Name), search) && c.filter("user_id", strconv.FormatInt(t.UserID, 10))
			}), s.tokenRow)
		case http.MethodPost:
			return s.makeToken(c)
		}
		return panelMethod()
	}
	if !slices.ContainsFunc(visible, func(t Token) bool { return t.ID == c.id }) {
		return panelGone("ApiToken", c.id)
	}
	at := slices.IndexFunc(s.Tokens, func(t Token) bool { return t.ID == c.id })
	switch c.r.Method {
	case http.MethodGet:
	case http.MethodPatch:
		errs := map[string][]string{}
		name := panelName(c.body, errs)
		if len(errs) > 0 {
			return panelInvalid(errs)
		}
		s.Tokens[at].Name = name
	case http.MethodDelete:
		s.Tokens = slices.Delete(slices.Clone(s.Tokens), at, at+1)
		return system.Reply{Status: http.StatusNoContent}
	default:
		return panelMethod()
	}
	return panelData(http.StatusOK, s.tokenRow(s.Tokens[at]))
}

func (s *State) makeToken(c *panelCall) system.Reply {
	errs := map[string][]string{}
	token := Token{Name: panelName(c.body, errs), CreatedAt: c.now}
	owner, isNumber := c.body["user_id"].(float64)
	if !isNumber || s.user(int64(owner)) == nil {
		errs["user_id"] = []string{"The selected user id is invalid."}
	}
	if len(errs) > 0 {
		return panelInvalid(errs)
	}
	if token.UserID = int64(owner); c.user.Role != panelAdministrator && token.UserID != c.user.ID {
		return panelRefusal(http.StatusForbidden, "This action is unauthorized.")
	}
	token.ID, token.Secret = system.NewUUID(), strconv.Itoa(len(s.Tokens)+1)+"|"+system.RandomHex(20)
	s.Tokens = append(s.Tokens, token)
	return panelData(http.StatusCreated, map[string]any{"token": s.tokenRow(token), "access_token": token.Secret, "token_type": "Bearer"})
}

func (s *State) serverRow(v Server) map[string]any {
	row := map[string]any{
		"id": v.ID, "name": v.Name, "description": nil, "uuid": fmt.Sprintf("00000000-0000-4000-8000-%012d", v.ID), "virtualization_type": v.Type, "status": v.Status, "real_status": v.Status,
		"specifications": map[string]any{"vcpu": v.VCPU, "ram": v.RAMBytes, "disk": v.DiskGiB}, "is_suspended": false, "is_processing": false,
		"location": map[string]any{"id": 1, "name": v.Location}, "plan": map[string]any{"id": 1, "name": v.Plan}, "project": map[string]any{"id": 1, "name": "Default"},
		"fqdns": []string{}, "boot_mode": "disk", "created_at": v.CreatedAt.Format(panelTime), "settings": map[string]any{"vnc_password": v.VNCPassword},
		"ip_addresses": map[string]any{"ipv4": []any{map[string]any{"id": v.ID, "ip": v.IPAddress, "is_primary": true}}, "ipv6": []any{}},
	}
	if user := s.user(v.UserID); user != nil {
		row["user"] = s.userRow(*user)
	}
	return row
}

// virtualServers serves servers: an administrator everybody's, others their own. Making them is not what the provider does.
func (s *State) virtualServers(c *panelCall) system.Reply {
	if c.r.Method != http.MethodGet {
		return panelMethod()
	}
	visible := panelSelect(s.Servers, func(v Server) bool {
		return (c.user.Role == panelAdministrator || v.UserID == c.user.ID) &&
			c.filter("user_id", strconv.FormatInt(v.UserID, 10)) && c.filter("compute_resource_id", strconv.FormatInt(v.ComputeResourceID, 10)) && c.filter("status", v.Status) && c.filter("virtualization_type", v.Type)
	})
	if c.id == "" {
		return panelList(c, visible, s.serverRow)
	}
	at := slices.IndexFunc(visible, func(v Server) bool { return strconv.FormatInt(v.ID, 10) == c.id })
	if at < 0 {
		return panelGone("Server", c.id)
	}
	return panelData(http.StatusOK, s.serverRow(visible[at]))
}

// panelSettings serves the settings; a change replaces what it names at the top level.
func (s *State) panelSettings(c *panelCall) system.Reply {
	switch {
	case c.id != "" || c.r.Method != http.MethodGet && c.r.Method != http.MethodPatch:
		return panelMethod()
	case c.r.Method == http.MethodPatch:
		errs := map[string][]string{}
		for name := range c.body {
			if _, known := s.Settings[name]; !known {
				errs[name] = []string{"The " + name + " field is prohibited."}
			}
		}
		if integration, given := c.body["billing_integration"]; given {
			judgeIntegration(integration, errs)
		}
		defaultGroup := s.DefaultLimitGroup
		if group, given := c.body["limit_group"]; given {
			// The vendor's client sends all of the group: its id says which.
			object, _ := group.(map[string]any)
			id, _ := object["id"].(float64)
			if defaultGroup = int64(id); s.limitGroup(defaultGroup) == nil {
				errs["limit_group.id"] = []string{"The selected limit group.id is invalid."}
			}
		}
		if len(errs) > 0 {
			return panelInvalid(errs)
		}
		maps.Copy(s.Settings, c.body)
		s.DefaultLimitGroup = defaultGroup
	}
	shown := maps.Clone(s.Settings)
	shown["limit_group"] = nil
	if group := s.limitGroup(s.DefaultLimitGroup); group != nil {
		shown["limit_group"] = s.limitGroupRow(*group)
	}
	return panelData(http.StatusOK, shown)
}

// judgeIntegration wants the billing integration whole: its type, and URL and token of that type's driver.
func judgeIntegration(value any, errs map[string][]string) {
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
		errs[field+".drivers."+kind+".token"] = []string{"The billing integration.drivers." + kind + ".token field is required."}
	}
}
