package solusvm2

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// serveUsers handles requests for users from an administrator. The provider does not create users. The WHMCS addon
// creates them when a customer enrolls, and the vendor's own client calls these operations.
func (s *State) serveUsers(c *request) system.Response {
	if c.id == "" {
		switch c.r.Method {
		case http.MethodGet:
			search := strings.ToLower(c.r.URL.Query().Get("filter[search]"))
			return listPage(c, filterRows(s.Users, func(u User) bool {
				return strings.Contains(strings.ToLower(u.Email), search) && c.matchesFilter("status", u.Status)
			}), s.userRow)
		case http.MethodPost:
			user := User{Status: "active", Role: roleClient, LimitGroupID: s.DefaultLimitGroup, CreatedAt: c.now}
			for _, other := range s.Users {
				user.ID = max(user.ID, other.ID+1)
			}
			if errs := s.applyUserFields(&user, c.body); len(errs) > 0 {
				return invalidResponse(errs)
			}
			s.Users = append(s.Users, user)
			return dataResponse(http.StatusCreated, s.userRow(user))
		}
		return methodNotAllowed()
	}
	at := slices.IndexFunc(s.Users, func(u User) bool { return strconv.FormatInt(u.ID, 10) == c.id })
	if at < 0 {
		return notFound("User", c.id)
	}
	user := s.Users[at]
	switch c.r.Method {
	case http.MethodGet:
	case http.MethodPut, http.MethodPatch:
		if errs := s.applyUserFields(&user, c.body); len(errs) > 0 {
			return invalidResponse(errs)
		}
		s.Users[at] = user
	case http.MethodDelete:
		if slices.ContainsFunc(s.Servers, func(v Server) bool { return v.UserID == user.ID }) {
			return errorResponse(http.StatusConflict, "The user has servers.")
		}
		s.Users = slices.Delete(slices.Clone(s.Users), at, at+1)
		s.Tokens = slices.DeleteFunc(slices.Clone(s.Tokens), func(t Token) bool { return t.UserID == user.ID })
		return system.Response{Status: http.StatusNoContent}
	default:
		return methodNotAllowed()
	}
	return dataResponse(http.StatusOK, s.userRow(user))
}

// userStatuses are the statuses that facts/solusvm2 names.
var userStatuses = []string{"active", "locked", "suspended"}

// roleNames are the roles of users. The id of a role is its index plus 1.
var roleNames = []string{roleAdministrator, roleClient}

// applyUserFields copies the given fields into the user. The vendor's client sends only the changed fields, also with
// PUT, and never changes the e-mail address. Password and language are accepted and not stored.
func (s *State) applyUserFields(user *User, body map[string]any) map[string][]string {
	errs := map[string][]string{}
	switch email, given := body["email"].(string); {
	case !given && user.Email != "":
	case !strings.Contains(email, "@"):
		errs["email"] = []string{"The email must be a valid email address."}
	case slices.ContainsFunc(s.Users, func(other User) bool {
		return other.ID != user.ID &&
			strings.EqualFold(other.Email, email)
	}):
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
			user.Role = roleNames[int(id)-1]
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
