package solusvm2

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// TestReads: concurrent reads of one kind are served from its list. A read after a change sees the
// change.
func TestReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, err := New(Config{URL: "https://panel.example.net", Token: testToken})
		require.NoError(t, err)
		var mu sync.Mutex
		var sent []string
		names := map[string]string{}
		client.httpDo = func(_ context.Context, r transport.Request) (*transport.Response, error) {
			time.Sleep(50 * time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			kind, id, single := strings.Cut(strings.TrimPrefix(r.Path, "api/v1/"), "/")
			sent = append(sent, r.Method+" "+kind)
			row := func(id string) string {
				return fmt.Sprintf(`{"id":%s,"name":%q,"additional_ips":{"limit":2,"is_enabled":true}}`, id, kind+id+names[kind+id])
			}
			if r.Method == http.MethodPatch {
				names[kind+id] = " changed"
			}
			if single {
				return &transport.Response{StatusCode: http.StatusOK, Body: []byte(`{"data":` + row(id) + `}`)}, nil
			}
			page, err := strconv.Atoi(r.Query.Get("page"))
			assert.NoError(t, err)
			var rows []string
			for n := range 15 {
				rows = append(rows, row(strconv.Itoa((page-1)*15+n+1)))
			}
			return &transport.Response{StatusCode: http.StatusOK, Body: []byte(fmt.Sprintf(`{"data":[%s],"meta":{"current_page":%d,"last_page":3}}`, strings.Join(rows, ","), page))}, nil
		}
		read := func() {
			var all sync.WaitGroup
			for n := range 9 {
				id := strconv.Itoa(5*n + 1)
				all.Go(func() {
					group, err := client.LimitGroup(t.Context(), id)
					assert.NoError(t, err)
					assert.Equal(t, "limit_groups"+id, group.Name)
				})
				all.Go(func() {
					token, err := client.APIToken(t.Context(), id)
					assert.NoError(t, err)
					assert.Equal(t, "api_tokens"+id+names["api_tokens"+id], token.Name)
				})
			}
			all.Wait()
		}
		read()
		assert.ElementsMatch(t, []string{"GET limit_groups", "GET limit_groups", "GET limit_groups", "GET api_tokens", "GET api_tokens", "GET api_tokens"}, sent)
		_, err = client.RenameAPIToken(t.Context(), "6", "other")
		require.NoError(t, err)
		read()
	})
}

// TestReads_partialRows: a limit group without the limit of addresses in the list is requested by its
// id.
func TestReads_partialRows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, err := New(Config{URL: "https://panel.example.net", Token: testToken})
		require.NoError(t, err)
		var mu sync.Mutex
		var sent []string
		const limited = `"additional_ips":{"limit":2,"is_enabled":true}`
		client.httpDo = func(_ context.Context, r transport.Request) (*transport.Response, error) {
			time.Sleep(50 * time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			path := strings.TrimPrefix(r.Path, "api/v1/limit_groups")
			sent = append(sent, path)
			answer := `{"data":[{"id":1,` + limited + `},{"id":2},{"id":3,` + limited + `}],"meta":{"current_page":1,"last_page":1}}`
			if id, single := strings.CutPrefix(path, "/"); single {
				answer = `{"data":{"id":` + id + `,` + limited + `}}`
			}
			return &transport.Response{StatusCode: http.StatusOK, Body: []byte(answer)}, nil
		}
		var all sync.WaitGroup
		for n := range 3 {
			all.Go(func() {
				group, err := client.LimitGroup(t.Context(), strconv.Itoa(n+1))
				assert.NoError(t, err)
				if assert.NotNil(t, group.MaxAdditionalIPs) {
					assert.Equal(t, int64(2), *group.MaxAdditionalIPs)
				}
			})
		}
		all.Wait()
		assert.Equal(t, []string{"", "/2"}, sent)
	})
}
