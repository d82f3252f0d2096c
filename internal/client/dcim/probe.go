package dcim

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// Probed is one of the DCIM's objects whose reading a profile spells.
type Probed string

// The objects that can be probed, in the order in which to do so: whoever may read API keys may call.
const (
	ProbeAPIKeys  Probed = "api_keys"
	ProbePackages Probed = "packages"
	ProbeServers  Probed = "servers"
)

// Readings counts what a probe read.
type Readings struct {
	Rows int  // on the pages looked at
	All  bool // they were all there are
	Got  bool // one object was read by its id as well
	// Assigned is how many of the servers on those pages customers have.
	Assigned int
}

// Assumed reports whether the client speaks the profile that is built in.
func (c *Client) Assumed() bool { return c.profile.Name == ProfileAssumed }

// ProfileName is the name that the profile gives itself.
func (c *Client) ProfileName() string { return c.profile.Name }

// MissingOperations are the operations that the profile does not spell.
func (c *Client) MissingOperations() []string {
	return slices.DeleteFunc(slices.Clone(operationNames), func(name string) bool {
		_, there := c.profile.Operations[name]
		return there
	})
}

// Spells reports whether the profile has an operation.
func (c *Client) Spells(operation string) bool {
	_, there := c.profile.Operations[operation]
	return there
}

// Probe holds the reading of one kind of object against the profile with at most three calls: the first page of the list, the second where
// there is one, and the first object by its id.
func (c *Client) Probe(ctx context.Context, what Probed) (Readings, error) {
	object, decode := c.probed(what)
	name := string(what) + ".list"
	op, err := c.profile.operation(name)
	if err != nil {
		return Readings{}, err
	}
	read := Readings{}
	var seen []string
	for page := 1; page <= 2 && !read.All; page++ {
		rows, pages, err := c.page(ctx, name, op, object, page, read.Rows)
		if err != nil {
			return read, err
		}
		for _, row := range rows {
			id, assigned, err := decode(name, row)
			if err != nil {
				return read, err
			}
			if assigned {
				read.Assigned++
			}
			if slices.Contains(seen, id) {
				return read, c.mismatch(name, fmt.Sprintf("id %s is there twice: the pages may not be asked for as the profile says (paging), or it is no id (fields.%s.id)", id, object))
			}
			if n, err := strconv.ParseUint(id, 10, 64); err != nil || n == 0 {
				return read, c.mismatch(name, fmt.Sprintf("the id %.40q is no positive whole number (fields.%s.id)", id, object))
			}
			seen = append(seen, id)
		}
		read.Rows, read.All = read.Rows+len(rows), pages <= page
	}
	name = string(what) + ".get"
	if len(seen) == 0 || !c.Spells(name) {
		return read, nil
	}
	body, err := c.call(ctx, request{operation: name, id: seen[0], object: object})
	if err != nil {
		return read, err
	}
	row, err := c.one(name, body)
	if err != nil {
		return read, err
	}
	id, _, err := decode(name, row)
	if err == nil && id != seen[0] {
		err = c.mismatch(name, fmt.Sprintf("asked for %s, got %s (fields.%s.id)", seen[0], id, object))
	}
	read.Got = err == nil
	return read, err
}

// probed is the object of a probe, and what reads its id out of a row that fits the profile, and whether a customer has it.
func (c *Client) probed(what Probed) (object string, decode func(operation string, row map[string]any) (id string, assigned bool, err error)) {
	switch what {
	case ProbeAPIKeys:
		return objectAPIKey, func(operation string, row map[string]any) (string, bool, error) {
			key, err := c.apiKey(operation, row)
			return key.ID, false, err
		}
	case ProbePackages:
		return objectPackage, func(operation string, row map[string]any) (string, bool, error) {
			p, err := c.readPackage(operation, row)
			return p.ID, false, err
		}
	}
	return objectServer, func(operation string, row map[string]any) (string, bool, error) {
		s, err := c.server(operation, row)
		return s.ID, s.Assigned(), err
	}
}

// CredentialIsUsual reports whether key and secret have the form in which the DCIM shows them: 64 lower-case hex characters each (seen).
func (c *Client) CredentialIsUsual() bool {
	return credentialForm.MatchString(c.signer.key) && credentialForm.MatchString(c.signer.secret)
}

var credentialForm = regexp.MustCompile(`^[0-9a-f]{64}$`)
