package solusvm2

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// panelUsers serves users, for administrators. The provider makes none: WHMCS's addon does, when a customer enrols, and it is what the vendor's own
// client asks for.
func (s *State) panelUsers(c *panelCall) system.Reply {
	if c.id == "" {
		switch c.r.Method {
		case http.MethodGet:
			search := strings.ToLower(c.r.URL.Query().Get("filter[search]"))
			return panelList(c, panelSelect(s.Users, func(u User) bool {
				return strings.Contains(strings.ToLower(u.Email), search) && c.filter("status", u.Status)
			}), s.userRow)
		case http.MethodPost:
			user := User{Status: "active", Role: panelClient, LimitGroupID: s.DefaultLimitGroup, CreatedAt: c.now}
			for _, other := range s.Users {
				user.ID = max(user.ID, other.ID+1)
			}
			if errs := s.fillUser(&user, c.body); len(errs) > 0 {
				return panelInvalid(errs)
			}
			s.Users = append(s.Users, user)
			return panelData(http.StatusCreated, s.userRow(user))
		}
		return panelMethod()
	}
	at := slices.IndexFunc(s.Users, func(u User) bool { return strconv.FormatInt(u.ID, 10) == c.id })
	if at < 0 {
		return panelGone("User", c.id)
	}
	user := s.Users[at]
	switch c.r.Method {
	case http.MethodGet:
	case http.MethodPut, http.MethodPatch:
		if errs := s.fillUser(&user, c.body); len(errs) > 0 {
			return panelInvalid(errs)
		}
		s.Users[at] = user
	case http.MethodDelete:
		if slices.ContainsFunc(s.Servers, func(v Server) bool { return v.UserID == user.ID }) {
			return panelRefusal(http.StatusConflict, "The user has servers.")
		}
		s.Users = slices.Delete(slices.Clone(s.Users), at, at+1)
		s.Tokens = slices.DeleteFunc(slices.Clone(s.Tokens), func(t Token) bool { return t.UserID == user.ID })
		return system.Reply{Status: http.StatusNoContent}
	default:
		return panelMethod()
	}
	return panelData(http.StatusOK, s.userRow(user))
}

// userStatuses are those that facts/solusvm2 names.
var userStatuses = []string{"active", "locked", "suspended"}

// panelRoles are the roles of users, by id less one.
var panelRoles = []string{panelAdministrator, panelClient}

// fillUser takes what a request says of a user: as the vendor's client has it, a change says only what it changes, with PUT too, and never the e-mail
// address. Password and language are taken and shown nowhere.
func (s *State) fillUser(user *User, body map[string]any) map[string][]string {
	errs := map[string][]string{}
	switch email, given := body["email"].(string); {
	case !given && user.Email != "":
	case !strings.Contains(email, "@"):
		errs["email"] = []string{"The email must be a valid email address."}
	case slices.ContainsFunc(s.Users, func(other User) bool { return other.ID != user.ID && strings.EqualFold(other.Email, email) }):
		errs["email"] = []string{"The email has already been taken."}
	default:
		user.Email = email
	}
	if status, given := body["status"].(string); given {
		if !slices.Contains(userStatuses, status) {
			errs["status"] = []string{"The selected status is invalid."}
		}
		user.Status = status
	}
	if roles, given := body["roles"].([]any); given && len(roles) > 0 {
		if id, isNumber := roles[0].(float64); isNumber && slices.Contains([]float64{1, 2}, id) {
			user.Role = panelRoles[int(id)-1]
		} else {
			errs["roles.0"] = []string{"The selected roles.0 is invalid."}
		}
	}
	if id, given := body["limit_group_id"].(float64); given {
		if user.LimitGroupID = int64(id); s.limitGroup(user.LimitGroupID) == nil {
			errs["limit_group_id"] = []string{"The selected limit group id is invalid."}
		}
	}
	if id, given := body["billing_user_id"].(float64); given {
		user.BillingUserID = int64(id)
	}
	if token, given := body["billing_token"].(string); given {
		user.BillingToken = token
	}
	return errs
}
