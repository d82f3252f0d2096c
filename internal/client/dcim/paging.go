package dcim

import "fmt"

// begins gives the id that a page of a list begins with, and complains when it is that of the page before, which former names. A DCIM that does
// not know the parameter answers every page with the first one, and everything would be there several times.
func (c *Client) begins(name, object string, page int, former string, rows []map[string]any) (string, error) {
	if len(rows) == 0 {
		return "", nil
	}
	id, _ := scalar(at(rows[0], c.profile.Fields[object]["id"].Path))
	if id == "" || id != former {
		return id, nil
	}
	parameter, line := c.profile.Paging.PageField, "paging.page_field"
	if c.profile.Paging.Style == "offset" {
		parameter, line = c.profile.Paging.OffsetField, "paging.offset_field"
	}
	return "", c.mismatch(name, fmt.Sprintf("page %d begins with the id %s as the page before it does: the DCIM does not look at the parameter %q (%s)", page, id, parameter, line))
}
