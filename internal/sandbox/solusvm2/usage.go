package solusvm2

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// plan returns the plan with a name, or an empty plan if it does not exist.
func (s *State) plan(name string) Plan {
	if at := slices.IndexFunc(s.Plans, func(p Plan) bool { return p.Name == name }); at >= 0 {
		return s.Plans[at]
	}
	return Plan{}
}

func planRow(p Plan) map[string]any {
	return map[string]any{
		"id": p.ID, "name": p.Name, "virtualization_type": p.Type, "is_visible": true,
		"params":          map[string]any{"vcpu": p.VCPU, "ram": p.RAMBytes, "disk": p.DiskGiB},
		"tokens_per_hour": p.TokensPerHour, "tokens_per_month": p.TokensPerMonth,
		"ip_tokens_per_hour": p.IPTokensPerHour, "ip_tokens_per_month": p.IPTokensPerMonth,
	}
}

// servePlans handles requests for plans. The provider does not create plans, so the sandbox only reads them.
func (s *State) servePlans(c *request) system.Response {
	if c.r.Method != http.MethodGet {
		return methodNotAllowed()
	}
	if c.id == "" {
		return listPage(c, s.Plans, planRow)
	}
	at := slices.IndexFunc(s.Plans, func(p Plan) bool { return strconv.FormatInt(p.ID, 10) == c.id })
	if at < 0 {
		return notFound("Plan", c.id)
	}
	return dataResponse(http.StatusOK, planRow(s.Plans[at]))
}

// serveUsage handles requests for the post-pay usage of one month (facts/solusvm2: client). The usage of a server is
// its hours in that month times the price of its plan. A started hour counts as one hour. The usage is at most the
// plan's price of a month (facts/solusvm2: doc).
func (s *State) serveUsage(c *request) system.Response {
	if c.r.Method != http.MethodGet || c.id != "" {
		return methodNotAllowed()
	}
	query := c.r.URL.Query()
	zone, err := time.LoadLocation(query.Get("timezone"))
	if err != nil {
		return invalidResponse(map[string][]string{"timezone": {"The timezone must be a valid zone."}})
	}
	start, err := time.ParseInLocation("2006-01", query.Get("filter[period]"), zone)
	if err != nil {
		return invalidResponse(map[string][]string{"filter.period": {"The filter.period does not match the format Y-m."}})
	}
	end := start.AddDate(0, 1, 0)
	if c.now.Before(end) {
		end = c.now
	}
	users := filterRows(s.Users, func(u User) bool {
		return c.matchesFilter("user_id", strconv.FormatInt(u.ID, 10)) &&
			c.matchesFilter("billing_user_id", strconv.FormatInt(u.BillingUserID, 10)) && len(s.usageOf(u, start, end)) > 0
	})
	return listPage(c, users, func(u User) map[string]any {
		row := map[string]any{"user_id": u.ID, "billing_user_id": nil, "resources": s.usageOf(u, start, end)}
		if u.BillingUserID != 0 {
			row["billing_user_id"] = u.BillingUserID
		}
		return row
	})
}

// usageOf returns the usage of the servers of a user between two times.
func (s *State) usageOf(u User, start, end time.Time) []map[string]any {
	var rows []map[string]any
	for _, v := range s.Servers {
		from, to := v.CreatedAt, end
		if from.Before(start) {
			from = start
		}
		var terminated any
		if v.TerminatedAt != nil {
			terminated = v.TerminatedAt.Format(timeFormat)
			if v.TerminatedAt.Before(to) {
				to = *v.TerminatedAt
			}
		}
		if v.UserID != u.ID || !from.Before(to) {
			continue
		}
		plan := s.plan(v.Plan)
		hours := int64((to.Sub(from) + time.Hour - 1) / time.Hour)
		tokens := min(hours*plan.TokensPerHour, plan.TokensPerMonth)
		rows = append(rows, map[string]any{
			"id": v.ID, "name": v.Name, "total_tokens": tokens, "created_at": v.CreatedAt.Format(timeFormat),
			"terminated_at": terminated,
			"usage": []map[string]any{{
				"type": "plan", "description": v.Plan, "quantity": hours, "quantity_descriptor": "hours", "tokens": tokens,
				"tokens_per_hour": plan.TokensPerHour, "tokens_per_month": plan.TokensPerMonth,
			}},
		})
	}
	return rows
}
