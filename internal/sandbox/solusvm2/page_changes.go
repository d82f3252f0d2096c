package solusvm2

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/page"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// forms returns the changes that a person can make on the page. The caller holds the store's lock.
func (p *SolusVM2) forms() []page.Form {
	s := p.state
	tokens, groups := []page.Choice{}, []page.Choice{}
	for i, token := range s.Tokens {
		if i > 0 { // the first token is the one of Terraform itself
			tokens = append(tokens, page.Choice{Value: token.ID, Label: token.Name + " of " + s.email(token.UserID)})
		}
	}
	for _, group := range s.LimitGroups {
		id := strconv.FormatInt(group.ID, 10)
		groups = append(groups, page.Choice{Value: id, Label: group.Name + " (id " + id + ")"})
	}
	forms := []page.Form{
		{
			Name: "limit", Title: "Change a limit", Submit: "Change", Apply: p.change(s.changeLimitOnPage),
			Note: "Terraform shows the change in the next plan.",
			Fields: []page.Field{
				{Name: "group", Label: "Limit group", Choices: groups},
				{Name: "servers", Label: "Servers, or -1 for no limit", Value: "50"},
			},
		},
		{
			Name: "delete-token", Title: "Delete an API token", Submit: "Delete", Apply: p.change(s.deleteTokenOnPage),
			Note:   "A request with this token is refused from now on.",
			Fields: []page.Field{{Name: "token", Label: "API token", Choices: tokens}},
		},
	}
	if kind, _, _ := s.integration(); kind != "" {
		forms = append(forms, page.Form{
			Name: "integration", Title: "Move the billing integration", Submit: "Move", Apply: p.change(s.moveIntegrationOnPage),
			Note:   "The panel then calls another WHMCS. The next plan shows integration_differs.",
			Fields: []page.Field{{Name: "url", Label: "URL", Value: "https://other.example.com/modules/addons/solusvm2/api/"}},
		})
	}
	return forms
}

func (p *SolusVM2) change(apply func(url.Values) (string, error)) func(url.Values) (string, error) {
	return func(values url.Values) (string, error) {
		var done string
		err := p.env.Change(func() (err error) {
			done, err = apply(values)
			return err
		})
		return done, err
	}
}

func (s *State) changeLimitOnPage(values url.Values) (string, error) {
	group := s.limitGroup(system.Number(values.Get("group")))
	if group == nil {
		return "", fmt.Errorf("no limit group has the id %q", values.Get("group"))
	}
	servers, err := strconv.ParseInt(values.Get("servers"), 10, 32)
	if err != nil || servers < -1 {
		return "", fmt.Errorf("the limit %q is neither a whole number nor -1", values.Get("servers"))
	}
	group.Servers = servers
	if servers < 0 {
		return "The limit group " + group.Name + " now has no limit of servers.", nil
	}
	return fmt.Sprintf("The limit group %s now allows %d servers.", group.Name, servers), nil
}

func (s *State) deleteTokenOnPage(values url.Values) (string, error) {
	at := slices.IndexFunc(s.Tokens, func(t Token) bool { return t.ID == values.Get("token") })
	switch {
	case at < 0:
		return "", fmt.Errorf("no API token has the id %q", values.Get("token"))
	case at == 0:
		return "", errors.New("this is the API token of Terraform itself")
	}
	name := s.Tokens[at].Name
	s.Tokens = slices.Delete(slices.Clone(s.Tokens), at, at+1)
	return fmt.Sprintf("The API token %s is deleted.", name), nil
}

// moveIntegrationOnPage changes the URL of the billing integration, as after a restore of the panel from a backup.
func (s *State) moveIntegrationOnPage(values url.Values) (string, error) {
	kind, _, _ := s.integration()
	settings, _ := s.Settings["billing_integration"].(map[string]any)
	drivers, _ := settings["drivers"].(map[string]any)
	driver, known := drivers[kind].(map[string]any)
	address, err := url.Parse(values.Get("url"))
	switch {
	case !known:
		return "", errors.New("the panel has no billing integration")
	case err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https":
		return "", fmt.Errorf("%q is not an http or https address", values.Get("url"))
	}
	driver["url"] = address.String()
	return "The billing integration now has the URL " + address.String() + ".", nil
}
