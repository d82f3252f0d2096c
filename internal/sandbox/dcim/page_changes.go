package dcim

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
func (d *DCIM) forms() []page.Form {
	s := d.state
	keys, servers, packages := []page.Choice{}, []page.Choice{}, []page.Choice{}
	for i, key := range s.APIKeys {
		if i > 0 { // the first key is the one of Terraform itself
			keys = append(keys, choice(key.ID, key.Label))
		}
	}
	for _, m := range s.Servers {
		servers = append(servers, choice(m.ID, m.Label))
	}
	for _, p := range s.Packages {
		packages = append(packages, choice(p.ID, p.Name))
	}
	return []page.Form{
		{
			Name: "delete-key", Title: "Delete an API key", Submit: "Delete", Apply: d.change(s.deleteKeyOnPage),
			Note:   "A caller with this key is refused from now on.",
			Fields: []page.Field{{Name: "key", Label: "API key", Choices: keys}},
		},
		{
			Name: "bind", Title: "Assign a package", Submit: "Assign", Apply: d.change(s.bindOnPage),
			Fields: []page.Field{
				{Name: "server", Label: "Server", Choices: servers},
				{Name: "package", Label: "Package", Choices: append([]page.Choice{{Value: "0", Label: "none"}}, packages...)},
			},
		},
		{
			Name: "memory", Title: "Change a package", Submit: "Change", Apply: d.change(s.changeMemoryOnPage),
			Fields: []page.Field{
				{Name: "package", Label: "Package", Choices: packages}, {Name: "memory", Label: "Memory in GB", Value: "64"},
			},
		},
	}
}

// choice returns an entry of a list. Labels are not unique, so it shows the id too.
func choice(id int64, label string) page.Choice {
	number := strconv.FormatInt(id, 10)
	return page.Choice{Value: number, Label: label + " (id " + number + ")"}
}

func (d *DCIM) change(apply func(url.Values) (string, error)) func(url.Values) (string, error) {
	return func(values url.Values) (string, error) {
		var done string
		err := d.env.Change(func() (err error) {
			done, err = apply(values)
			return err
		})
		return done, err
	}
}

func (s *State) deleteKeyOnPage(values url.Values) (string, error) {
	id := system.Number(values.Get("key"))
	at := slices.IndexFunc(s.APIKeys, func(k APIKey) bool { return k.ID == id })
	switch {
	case at < 0:
		return "", fmt.Errorf("no API key has the id %q", values.Get("key"))
	case at == 0:
		return "", errors.New("this is the API key of Terraform itself")
	}
	label := s.APIKeys[at].Label
	s.APIKeys = slices.Delete(slices.Clone(s.APIKeys), at, at+1)
	return fmt.Sprintf("The API key %s is deleted.", label), nil
}

func (s *State) packageAt(id string) int {
	number := system.Number(id)
	return slices.IndexFunc(s.Packages, func(p Package) bool { return p.ID == number })
}

func (s *State) bindOnPage(values url.Values) (string, error) {
	id := system.Number(values.Get("server"))
	at := slices.IndexFunc(s.Servers, func(m Machine) bool { return m.ID == id })
	if at < 0 {
		return "", fmt.Errorf("no server has the id %q", values.Get("server"))
	}
	machine := &s.Servers[at]
	if values.Get("package") == "0" {
		machine.PackageID = 0
		return fmt.Sprintf("The server %s has no package now.", machine.Label), nil
	}
	to := s.packageAt(values.Get("package"))
	if to < 0 {
		return "", fmt.Errorf("no package has the id %q", values.Get("package"))
	}
	machine.PackageID = s.Packages[to].ID
	return fmt.Sprintf("The server %s has the package %s now.", machine.Label, s.Packages[to].Name), nil
}

func (s *State) changeMemoryOnPage(values url.Values) (string, error) {
	at := s.packageAt(values.Get("package"))
	if at < 0 {
		return "", fmt.Errorf("no package has the id %q", values.Get("package"))
	}
	memory, err := strconv.ParseInt(values.Get("memory"), 10, 32)
	if err != nil || memory < 0 {
		return "", fmt.Errorf("the memory %q is not a whole number of GB", values.Get("memory"))
	}
	s.Packages[at].MemoryGB = memory
	return fmt.Sprintf("The package %s has %d GB of memory now.", s.Packages[at].Name, memory), nil
}
