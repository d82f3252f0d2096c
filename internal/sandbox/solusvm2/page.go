package solusvm2

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/page"
)

// ServesRoot reports whether the panel itself responds to "/". Only a browser gets the page of the sandbox. A client of
// the API gets the panel's login page.
func (p *SolusVM2) ServesRoot(r *http.Request) bool {
	return !strings.Contains(r.Header.Get("Accept"), "text/html")
}

// Page returns the content of the panel.
func (p *SolusVM2) Page() *page.Page {
	shown := &page.Page{System: "SolusVM 2", About: "The content of the panel, and the last API requests.",
		Address: p.URL()}
	p.env.View(func() {
		s := p.state
		shown.Tables = []*page.Table{
			s.integrationTable(), s.limitGroupsTable(), s.tokensTable(), s.usersTable(), s.serversTable(), s.plansTable(),
		}
		shown.Forms = p.forms()
	})
	return shown
}

// integration returns the type and the URL of the billing integration, and whether it has a token.
func (s *State) integration() (kind, url string, hasToken bool) {
	settings, _ := s.Settings["billing_integration"].(map[string]any)
	kind, _ = settings["type"].(string)
	drivers, _ := settings["drivers"].(map[string]any)
	driver, _ := drivers[kind].(map[string]any)
	url, _ = driver["url"].(string)
	token, _ := driver["token"].(string)
	return kind, url, token != ""
}

func (s *State) integrationTable() *page.Table {
	table := page.NewTable("Billing integration", "Type", "URL", "Token")
	if kind, url, hasToken := s.integration(); kind != "" {
		token := page.Tag{Text: "none", Level: page.LevelWarn}
		if hasToken {
			token = page.Tag{Text: "stored", Level: page.LevelGood}
		}
		table.Add(func() []page.Cell {
			return []page.Cell{page.Text(kind), page.Text(url), page.Cell{}.WithTags(token)}
		})
	}
	return table
}

func (s *State) limitGroupsTable() *page.Table {
	table := page.NewTable("Limit groups", "Name", "Servers#", "Running servers#", "Additional IP addresses#", "Users#")
	limit := func(n int64) page.Cell {
		if n < 0 {
			return page.Text("no limit")
		}
		return page.Text(strconv.FormatInt(n, 10))
	}
	for _, g := range s.LimitGroups {
		table.Add(func() []page.Cell {
			users := filterRows(s.Users, func(u User) bool { return u.LimitGroupID == g.ID })
			return []page.Cell{
				named(g.Name, g.ID).WithTags(page.TagIf(g.ID == s.DefaultLimitGroup, "default", page.LevelGood)...),
				limit(g.Servers), limit(g.Running), limit(g.AdditionalIPs), page.Text(strconv.Itoa(len(users))),
			}
		})
	}
	return table
}

func named(name string, id int64) page.Cell {
	return page.Text(name).WithNotes("id " + strconv.FormatInt(id, 10))
}

// email returns the e-mail address of a user, or "–".
func (s *State) email(id int64) string {
	if user := s.user(id); user != nil {
		return user.Email
	}
	return "–"
}

func (s *State) tokensTable() *page.Table {
	table := page.NewTable("API tokens", "Name", "User", "Created (UTC)")
	for _, token := range s.Tokens {
		table.Add(func() []page.Cell {
			return []page.Cell{
				page.Text(token.Name).WithNotes("id " + page.Abbreviate(token.ID)), page.Text(s.email(token.UserID)),
				page.Text(token.CreatedAt.UTC().Format(time.DateTime)),
			}
		})
	}
	return table
}

var statusLevels = map[string]string{
	"active": page.LevelGood, "locked": page.LevelWarn, "suspended": page.LevelBad,
	"started": page.LevelGood, "stopped": page.LevelWarn, "processing": page.LevelWarn,
}

func status(text string) page.Cell {
	return page.Cell{}.WithTags(page.Tag{Text: text, Level: statusLevels[text]})
}

func (s *State) usersTable() *page.Table {
	table := page.NewTable("Users", "E-mail address", "Status", "Role", "Limit group", "Allowed addresses",
		"Client in WHMCS")
	for _, u := range s.Users {
		table.Add(func() []page.Cell {
			group, client := "–", "–"
			if g := s.limitGroup(u.LimitGroupID); g != nil {
				group = g.Name
			}
			if u.BillingUserID != 0 {
				client = strconv.FormatInt(u.BillingUserID, 10)
			}
			addresses := page.Text(u.AllowedIPs...)
			if len(u.AllowedIPs) == 0 {
				addresses = page.Text("any address")
			}
			return []page.Cell{
				named(u.Email, u.ID), status(u.Status), page.Text(u.Role), page.Text(group), addresses, page.Text(client),
			}
		})
	}
	return table
}

func (s *State) serversTable() *page.Table {
	table := page.NewTable("Virtual servers", "Name", "Status", "User", "Plan", "Size", "Location", "IP address")
	for _, v := range s.Servers {
		table.Add(func() []page.Cell {
			state := status(v.Status)
			if v.TerminatedAt != nil {
				state = page.Cell{}.WithTags(page.Tag{Text: "terminated", Level: page.LevelBad})
			}
			return []page.Cell{
				named(v.Name, v.ID), state, page.Text(s.email(v.UserID)), page.Text(v.Plan).WithNotes(v.Type),
				sizeCell(v.VCPU, v.RAMBytes, v.DiskGiB), page.Text(v.Location), page.Text(v.IPAddress),
			}
		})
	}
	return table
}

func sizeCell(cores, ramBytes, diskGiB int64) page.Cell {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	return page.Text(number(cores) + " vCPU, " + number(ramBytes>>30) + " GiB, disk " + number(diskGiB) + " GiB")
}

func (s *State) plansTable() *page.Table {
	table := page.NewTable("Plans", "Name", "Size", "Tokens per hour#", "Tokens per month#", "IP address per hour#",
		"IP address per month#")
	for _, plan := range s.Plans {
		table.Add(func() []page.Cell {
			cells := []page.Cell{named(plan.Name, plan.ID), sizeCell(plan.VCPU, plan.RAMBytes, plan.DiskGiB)}
			for _, tokens := range []int64{plan.TokensPerHour, plan.TokensPerMonth, plan.IPTokensPerHour,
				plan.IPTokensPerMonth} {
				cells = append(cells, page.Text(strconv.FormatInt(tokens, 10)))
			}
			return cells
		})
	}
	return table
}
