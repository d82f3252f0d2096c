package dcim

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// position is where a page of a list begins.
type position struct {
	page int            // the first one is 1
	rows int            // on the previous pages
	next map[string]any // parameters from the previous page
}

var firstPage = position{page: 1}

// input returns the parameters of one page.
func (p paging) input(at position) (map[string]any, error) {
	input := map[string]any{}
	var err error
	switch p.Style {
	case pagingPage:
		err = setPath(input, p.Field, int64(at.page-1+*p.FirstPage))
	case pagingOffset:
		err = setPath(input, p.Field, int64(at.rows))
	}
	if p.SizeField != "" {
		err = errors.Join(err, setPath(input, p.SizeField, int64(p.Size)))
	}
	return merged(input, at.next), err
}

// following returns the number of pages, or 0 if the DCIM does not say, and the position after a page of got rows. It
// is nil after the last page. The number of rows on a page does not show whether it is the last one: a DCIM may return
// fewer rows than requested.
func (c *Client) following(name string, body any, at position, got int) (pages int, after *position, err error) {
	p := c.profile.Paging
	after = &position{page: at.page + 1, rows: at.rows + got}
	path, where, read, unread := p.TotalPath, "paging.total_path", after.rows, 0
	switch {
	case p.Style == pagingNone:
		return at.page, nil, nil
	case p.Style == pagingNext:
		after.next, err = c.next(name, body, at, after.rows)
		if after.next == nil {
			after = nil
		}
		return 0, after, err
	case p.UntilEmpty && got == 0:
		return 0, nil, nil
	case p.UntilEmpty:
		return 0, after, nil
	case p.LastPagePath != "":
		path, where, read, unread = p.LastPagePath, "paging.last_page_path", at.page, *p.FirstPage-1
	case p.PageCountPath != "":
		path, where, read = p.PageCountPath, "paging.page_count_path", at.page
	}
	text, _ := scalar(valueAt(body, path))
	limit, err := strconv.Atoi(text)
	limit -= unread // the last page of a DCIM that counts from 0 is one less than the number of pages
	switch {
	case err != nil:
		return 0, nil, c.mismatch(name, fmt.Sprintf("there is no number at %q (%s)", path, where))
	case read >= limit:
		return at.page, nil, nil
	case got == 0 && where == "paging.total_path":
		return 0, nil, c.mismatch(name, fmt.Sprintf("page %d is empty, and %d rows of %d are missing (paging)%s",
			at.page, limit-at.rows, limit, p.fromZero(at.page)))
	case got == 0:
		return 0, nil, c.mismatch(name, fmt.Sprintf("page %d of %d is empty (paging)%s", at.page, limit,
			p.fromZero(at.page)))
	case where == "paging.total_path":
		return at.page + (limit-after.rows+got-1)/got, after, nil
	}
	return limit, after, nil
}

// next returns the parameters of the next page, which a response contains, or nil after the last page. rows is the
// number of rows up to the end of this page.
func (c *Client) next(name string, body any, at position, rows int) (map[string]any, error) {
	p := c.profile.Paging
	value, present := lookup(body, p.NextPath)
	if elements, empty := listOf(value); empty && len(elements) == 0 {
		value = nil
	}
	text, ok := scalar(value)
	total, _ := scalar(valueAt(body, p.TotalPath))
	var next map[string]any
	var problem string
	switch {
	case !ok || text == "true":
		problem = fmt.Sprintf("the value at %q is neither a link nor a text nor a number (paging.next_path)", p.NextPath)
	case text != "" && text != "0" && text != "false":
		if next, ok = c.nextParameters(value); !ok {
			problem = fmt.Sprintf("%.100q at %q is not a link with the parameters of the next page (paging.field)", text,
				p.NextPath)
		} else if reflect.DeepEqual(next, at.next) {
			problem = fmt.Sprintf("page %d contains its own address as the next page. The DCIM may ignore the parameter %q "+
				"(paging.field), or the value is not the next page (paging.next_path)", at.page, p.Field)
			if p.Field == "" {
				problem = fmt.Sprintf("page %d contains its own address as the next page (paging.next_path)", at.page)
			}
		}
	case p.TotalPath != "" && total != strconv.Itoa(rows):
		problem = fmt.Sprintf("page %d is the last page, but only %d of %q rows were read (paging.next_path, paging.total_path)",
			at.page, rows, total)
	case !present:
		if other := otherNext(body, ""); other != "" {
			problem = fmt.Sprintf("%q does not exist, but %q has a value that can be the next page (paging.next_path)", p.NextPath, other)
		}
	}
	if problem != "" {
		return nil, c.mismatch(name, problem)
	}
	return next, nil
}

// nextParameters returns the parameters of the next page. They are the value itself for the parameter of the profile,
// or the query of a link without the credentials. ok is false for a value without them.
func (c *Client) nextParameters(value any) (next map[string]any, ok bool) {
	p, next := c.profile.Paging, map[string]any{}
	text, _ := scalar(value)
	if !strings.Contains(text, "?") && !strings.Contains(text, "://") {
		return next, p.Field != "" && setPath(next, p.Field, value) == nil
	}
	link, err := url.Parse(text)
	if err != nil {
		return nil, false
	}
	query := link.Query()
	if p.Field != "" {
		return next, query.Has(p.Field) && setPath(next, p.Field, query.Get(p.Field)) == nil
	}
	for name, values := range query {
		_, inQuery := c.profile.Authentication.Query[name]
		_, inParameters := c.profile.Authentication.Parameters[name]
		if !inQuery && !inParameters {
			next[name] = values[0]
		}
	}
	return next, len(next) > 0
}

// otherNext returns the path of a value that looks as if it led to the next page, or "".
func otherNext(body any, at string) string {
	members, _ := body.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		path, lower := strings.TrimPrefix(at+"."+name, "."), strings.ToLower(name)
		text, _ := scalar(members[name])
		if (strings.Contains(lower, "next") || strings.Contains(lower, "cursor")) && text != "" && text != "0" && text != "false" {
			return path
		}
		if other := otherNext(members[name], path); other != "" {
			return other
		}
	}
	return ""
}

// fromZero adds to a message about an empty page that the DCIM may count pages from 0.
func (p paging) fromZero(page int) string {
	if page == 1 && p.Style == pagingPage && *p.FirstPage == 1 {
		return ". Does the DCIM count pages from 0? Then set paging.first_page to 0"
	}
	return ""
}

// firstRowID returns the id of a page's first row. It fails if the previous page began with the same
// id. A DCIM that ignores the paging parameter returns the first page every time, and each row would
// appear several times.
func (c *Client) firstRowID(name, object string, page int, previousID string, rows []map[string]any) (string, error) {
	if len(rows) == 0 {
		return "", nil
	}
	id, _ := scalar(valueAt(rows[0], c.profile.Fields[object]["id"].Path))
	if id == "" || id != previousID {
		return id, nil
	}
	p, line := c.profile.Paging, "paging.field"
	reason := fmt.Sprintf("the DCIM ignores the parameter %q", p.Field)
	switch {
	case p.Style == pagingPage && page == 2 && *p.FirstPage == 0:
		line += " or paging.first_page"
	case p.Style == pagingNext && p.Field == "":
		reason, line = "the DCIM ignores the parameters of its link", "paging.next_path"
	}
	return "", c.mismatch(name, fmt.Sprintf("page %d and the page before it begin with the same id %s: %s (%s)", page, id,
		reason, line))
}
