package dcim

import "fmt"

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
	parameter, line := c.profile.Paging.PageField, "paging.page_field"
	if c.profile.Paging.Style == "offset" {
		parameter, line = c.profile.Paging.OffsetField, "paging.offset_field"
	}
	if c.profile.Paging.Style == "page" && page == 2 && *c.profile.Paging.FirstPage == 0 {
		line += " or paging.first_page"
	}
	return "", c.mismatch(name, fmt.Sprintf("page %d begins with the id %s as the page before it does: the DCIM does not look at the parameter %q (%s)", page, id, parameter, line))
}
