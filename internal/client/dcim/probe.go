package dcim

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// ProbeKind is a kind of object that [Client.Probe] reads.
type ProbeKind string

// The kinds, in the order in which to probe them. A caller that may read API keys is authorized.
const (
	ProbeAPIKeys  ProbeKind = "api_keys"
	ProbePackages ProbeKind = "packages"
	ProbeServers  ProbeKind = "servers"
)

// ProbeResult counts the objects that a probe read.
type ProbeResult struct {
	Rows int  // on the pages that were read
	All  bool // these pages are the whole list
	Got  bool // one object was also read by its id
	// Assigned is the number of servers on those pages that are assigned to customers.
	Assigned int

	first map[string]any // row
}

// UsesAssumedProfile reports whether the client uses the built-in profile.
func (c *Client) UsesAssumedProfile() bool { return c.profile.Name == ProfileAssumed }

// ProfileName returns the name in the profile.
func (c *Client) ProfileName() string { return c.profile.Name }

// MissingOperations returns the operations that the profile does not have, except those that another one replaces.
func (c *Client) MissingOperations() []string {
	return slices.DeleteFunc(slices.Clone(operationNames), c.can)
}

// CheckOperations returns an error if the profile lacks one of the operations and no other operation replaces it.
func (c *Client) CheckOperations(operations ...string) error {
	for _, operation := range operations {
		if _, err := c.profile.operation(operation); err != nil && !c.can(operation) {
			return err
		}
	}
	return nil
}

// can reports whether the profile has an operation, or one that replaces it.
func (c *Client) can(operation string) bool {
	kind, verb, _ := strings.Cut(operation, ".")
	return c.HasOperation(operation) || verb == "get" && c.HasOperation(kind+".list") ||
		operation == opUnassign && c.HasOperation(opAssign)
}

// HasOperation reports whether the profile has an operation.
func (c *Client) HasOperation(operation string) bool {
	_, there := c.profile.Operations[operation]
	return there
}

// Probe checks the reading of one kind of object against the profile. It sends at most four requests. They
// read the first page of the list, the second page if there is one, page 0, and the first object by its id.
func (c *Client) Probe(ctx context.Context, what ProbeKind) (ProbeResult, error) {
	object, decode := c.probed(what)
	name := string(what) + ".list"
	_, err := c.profile.operation(name)
	if err != nil {
		return ProbeResult{}, err
	}
	read := ProbeResult{}
	var seen []string
	firstID := "" // of the previous page
	for at := firstPage; at.page <= 2 && !read.All; {
		rows, _, after, err := c.page(ctx, name, object, at)
		if err != nil {
			return read, err
		}
		if firstID, err = c.firstRowID(name, object, at.page, firstID, rows); err != nil {
			return read, err
		}
		if read.first == nil && len(rows) > 0 {
			read.first = rows[0]
		}
		for _, row := range rows {
			id, assigned, err := decode(name, row)
			if err != nil && id != "" {
				err = fmt.Errorf("id %s: %w", id, err)
			}
			if err != nil {
				return read, err
			}
			if assigned {
				read.Assigned++
			}
			if slices.Contains(seen, id) {
				return read, c.mismatch(name, fmt.Sprintf("id %s appears twice. The paging of the profile may be wrong (paging), or the field is not an id (fields.%s.id)", id, object))
			}
			if n, err := strconv.ParseUint(id, 10, 64); err != nil || n == 0 {
				return read, c.mismatch(name, fmt.Sprintf("the id %.40q is not a positive whole number (fields.%s.id)", id, object))
			}
			seen = append(seen, id)
		}
		read.Rows, read.All = read.Rows+len(rows), after == nil
		if after != nil {
			at = *after
		}
	}
	if err := c.probePageZero(ctx, name, object, seen); err != nil {
		return read, err
	}
	name = string(what) + ".get"
	if len(seen) == 0 || !c.HasOperation(name) {
		return read, nil
	}
	body, err := c.call(ctx, request{operation: name, id: seen[0], object: object})
	if errors.Is(err, transport.ErrNotFound) || err == nil && c.isEmpty(name, body) {
		return read, c.mismatch(name, fmt.Sprintf(
			"id %s is in the list, but a request for it alone returns \"not found\" (operations.%s: path, id_field and fixed)",
			seen[0], name))
	}
	if err != nil {
		return read, err
	}
	row, err := c.singleObject(name, body)
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

// probePageZero looks for a page before the first one. A DCIM that counts pages from 0 shows other rows there,
// which every list would lose. A DCIM that counts from 1 shows its first page, no rows, or an error.
func (c *Client) probePageZero(ctx context.Context, name, object string, seen []string) error {
	if c.profile.Paging.Style != pagingPage || *c.profile.Paging.FirstPage == 0 {
		return nil
	}
	var body any
	input, err := c.profile.Paging.input(position{})
	if err == nil {
		body, err = c.call(ctx, request{operation: name, object: object, input: []map[string]any{input}})
	}
	if err != nil {
		return nil //nolint:nilerr // an error is the expected response to a page that does not exist
	}
	path, _ := c.profile.answerPath(name)
	elements, _ := listOf(valueAt(body, path))
	for _, element := range elements {
		id, _ := scalar(valueAt(element, c.profile.Fields[object]["id"].Path))
		if id != "" && !slices.Contains(seen, id) {
			return c.mismatch(name, fmt.Sprintf("page 0 holds the id %s, which is on neither of the first two pages: "+
				"the DCIM counts pages from 0 (paging.first_page)", id))
		}
	}
	return nil
}

// probed returns the object of a kind and a function that decodes a row. The function returns the row's
// id and whether a customer has the object.
func (c *Client) probed(what ProbeKind) (
	object string, decode func(operation string, row map[string]any) (id string, assigned bool, err error),
) {
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

// CredentialHasUsualForm reports whether key and secret have the form in which the DCIM shows them: 64
// lower-case hex characters each (seen).
func (c *Client) CredentialHasUsualForm() bool {
	return credentialForm.MatchString(c.signer.key) && credentialForm.MatchString(c.signer.secret)
}

var credentialForm = regexp.MustCompile(`^[0-9a-f]{64}$`)
