package dcim

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const assumedPaging = `"style": "page", "field": "page", "size_field": "per_page", "size": 100, "last_page_path": "meta.last_page"`

// chained serves the packages 1 to 7 in pages of three, which begin at the parameter "from".
func chained(t testing.TB, next func(from int, answer map[string]any)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		from, _ := strconv.Atoi(strings.TrimPrefix(r.FormValue("from"), "c"))
		pages := paged(t, 0, func(page int, answer map[string]any) { next(page*3, answer) })
		r.Form.Set("page", strconv.Itoa(from/3))
		pages(w, r)
	}
}

func TestPagingNext(t *testing.T) {
	t.Parallel()
	at := func(member string, last bool, value func(from string) any) func(int, map[string]any) {
		return func(from int, answer map[string]any) {
			answer["count"] = 7
			if from < 6 {
				answer[member] = value(strconv.Itoa(from + 3))
			} else if last {
				answer[member] = nil
			}
		}
	}
	link := func(from string) any { return "http://backend.internal/packages?per_page=3&from=" + from }
	token := func(from string) any { return "c" + from }
	for name, c := range map[string]struct {
		next   func(int, map[string]any)
		paging string
		says   string // empty: all packages are read
	}{
		"link":                          {at("next", true, link), `"next_path": "next"`, ""},
		"link that the last page omits": {at("next", false, link), `"next_path": "next"`, ""},
		"relative link":                 {at("next", true, func(from string) any { return "?from=" + from }), `"next_path": "next"`, ""},
		"parameter of a link":           {at("next", true, link), `"next_path": "next", "field": "from"`, ""},
		"cursor":                        {at("cursor", true, token), `"next_path": "cursor", "field": "from"`, ""},
		"number":                        {at("after", true, func(from string) any { n, _ := strconv.Atoi(from); return n }), `"next_path": "after", "field": "from"`, ""},
		"with the number of rows":       {at("next", true, link), `"next_path": "next", "total_path": "count"`, ""},
		"in an object":                  {at("next", true, func(from string) any { return map[string]any{"href": link(from)} }), `"next_path": "next.href"`, ""},
		"object instead of a link":      {at("next", true, func(from string) any { return map[string]any{"href": link(from)} }), `"next_path": "next"`, "is neither a link nor a text nor a number (paging.next_path)"},
		"whether there is more":         {at("more", true, func(string) any { return true }), `"next_path": "more", "field": "from"`, `the value at "more" is neither a link`},
		"cursor without its parameter":  {at("cursor", true, token), `"next_path": "cursor"`, `"c3" at "cursor" is not a link with the parameters of the next page (paging.field)`},
		"link without the parameter":    {at("next", true, link), `"next_path": "next", "field": "cursor"`, "(paging.field)"},
		"another path":                  {at("next_cursor", true, token), `"next_path": "cursor", "field": "from"`, `"cursor" does not exist, but "next_cursor" has a value that can be the next page (paging.next_path)`},
		"rows that are missing":         {at("forward", true, token), `"next_path": "onward", "field": "from", "total_path": "count"`, `only 3 of "7" rows were read (paging.next_path, paging.total_path)`},
		"parameter that is ignored":     {at("next", true, token), `"next_path": "next", "field": "position"`, `The DCIM may ignore the parameter "position" (paging.field)`},
		"link that is ignored":          {at("next", true, func(string) any { return "?position=3" }), `"next_path": "next"`, "page 2 contains its own address as the next page (paging.next_path)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := withProfile(t, chained(t, c.next), append(onlyNames(t), assumedPaging, `"style": "next", `+c.paging)...)
			packages, err := client.ListPackages(t.Context())
			if c.says != "" {
				require.ErrorIs(t, err, ErrProfile)
				require.ErrorContains(t, err, c.says)
				return
			}
			require.NoError(t, err)
			require.Len(t, packages, 7)
			assert.Equal(t, "7", packages[6].ID)
		})
	}
	t.Run("a page without rows that names itself", func(t *testing.T) {
		t.Parallel()
		client := withProfile(t, responds(t, map[string]string{"GET /packages": `{"data":[],"next":"x"}`}),
			append(onlyNames(t), assumedPaging, `"style": "next", "next_path": "next", "field": "from"`)...)
		_, err := client.ListPackages(t.Context())
		require.ErrorContains(t, err, "page 2 contains its own address as the next page")
	})
	t.Run("the link repeats the credentials", func(t *testing.T) {
		t.Parallel()
		serve := chained(t, at("next", true, func(from string) any { return "?apikey=old&from=" + from }))
		client := withProfile(t, func(w http.ResponseWriter, r *http.Request) {
			assert.Equal(t, []string{testKey}, r.URL.Query()["apikey"])
			serve(w, r)
		}, append(onlyNames(t), assumedPaging, `"style": "next", "next_path": "next"`,
			`"authentication": {"headers": {"X-Api-Key": "{key}", "X-Api-Secret": "{secret}"}}`,
			`"authentication": {"parameters": {"apikey": "{key}"}}`)...)
		packages, err := client.ListPackages(t.Context())
		require.NoError(t, err)
		require.Len(t, packages, 7)
	})
}

// TestPagingWithoutSize: the DCIM decides on the size of a page.
func TestPagingWithoutSize(t *testing.T) {
	t.Parallel()
	serve := paged(t, 1, func(_ int, answer map[string]any) { answer["meta"] = map[string]any{"last_page": 3} })
	client := withProfile(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Len(t, r.URL.Query(), 1)
		serve(w, r)
	}, append(onlyNames(t), `, "size_field": "per_page", "size": 100`, ``)...)
	packages, err := client.ListPackages(t.Context())
	require.NoError(t, err)
	require.Len(t, packages, 7)
}

// TestBodiesOfAssignments compares the body of a request for two servers.
func TestBodiesOfAssignments(t *testing.T) {
	t.Parallel()
	const assign = `"servers_field": "server_ids", "package_field": "package_id", "none": null, "max": 500`
	for operation, want := range map[string]string{
		`"servers_field": "*.id", "package_field": "*.package"`:                                                     `[{"id":101,"package":7},{"id":102,"package":7}]`,
		`"servers_field": "*.id", "package_field": "*.package", "id_as": "text"`:                                    `[{"id":"101","package":"7"},{"id":"102","package":"7"}]`,
		`"servers_field": "servers.*.id", "package_field": "package"`:                                               `{"package":7,"servers":[{"id":101},{"id":102}]}`,
		`"servers_field": "servers.*", "package_field": "package"`:                                                  `{"package":7,"servers":[101,102]}`,
		`"servers_field": "data.*.id", "package_field": "data.*.package.id", "fixed": {"data.*.op": "set", "v": 1}`: `{"data":[{"id":101,"op":"set","package":{"id":7}},{"id":102,"op":"set","package":{"id":7}}],"v":1}`,
		`"servers_field": "ids", "package_field": "jobs.*.package"`:                                                 `{"ids":[101,102],"jobs":[{"package":7}]}`,
		`"servers_field": "ids", "separator": ",", "package_field": "package"`:                                      `{"ids":"101,102","package":7}`,
		`"servers_field": "a.*.id", "package_field": "p", "encoding": "form"`:                                       `a%5B0%5D%5Bid%5D=101&a%5B1%5D%5Bid%5D=102&p=7`,
	} {
		_, body := spoken(t, edited(t, assign, operation), func(c *Client) {
			require.Error(t, c.AssignPackage(t.Context(), []string{"101", "102"}, "7"))
		})
		assert.Equal(t, want, body, operation)
	}
}
