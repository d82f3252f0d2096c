package dcim

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/coalesce"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// rack is a DCIM with servers, called without a network under the fake clock of a synctest bubble. It speaks the assumed profile.
type rack struct {
	t      *testing.T
	client *Client

	mu       sync.Mutex
	packages []int // of the servers 1, 2, …
	sent     []string
	assigned []int // servers in each assignment
	// refuse answers for an assignment with a status; 0 lets it pass. Of several servers, those before the one that is refused have the package by then.
	refuse func(server int) int
	lose   bool // the answers to assignments of several servers
}

func newRack(t *testing.T, servers int) *rack {
	t.Helper()
	k := &rack{t: t, packages: make([]int, servers)}
	client, err := New(Config{URL: "https://dcim.example.net", Key: testKey, Secret: testSecret, Profile: ProfileAssumed})
	require.NoError(t, err)
	client.do = func(_ context.Context, r transport.Request) (*transport.Response, error) {
		time.Sleep(50 * time.Millisecond)
		k.mu.Lock()
		defer k.mu.Unlock()
		status, answer, err := k.answer(r)
		return &transport.Response{StatusCode: status, Body: []byte(answer)}, err
	}
	k.client = client
	return k
}

func (k *rack) row(server int) string {
	packed := "null"
	if p := k.packages[server-1]; p != 0 {
		packed = fmt.Sprintf(`{"id":%d,"name":"p"}`, p)
	}
	return fmt.Sprintf(`{"id":%d,"label":"s%d","power_status":"on","user":{"name":null},"usage_type":"idle","data_center":"","rack":"","model":"","cpu":"","memory":0,"disks":[],"pci":[],
		"main_ip":null,"switch":null,"switch_port":null,"port_in":0,"port_out":0,"vlan":null,"package":%s,"remark":null}`, server, server, packed)
}

func (k *rack) answer(r transport.Request) (int, string, error) {
	path := strings.TrimPrefix(r.Path, "api/v1/servers")
	k.sent = append(k.sent, r.Method+path)
	switch {
	case r.Method == http.MethodPost:
		var asked struct {
			Servers []int `json:"server_ids"`
			Package int   `json:"package_id"`
		}
		require.NoError(k.t, json.Unmarshal(r.Body, &asked))
		k.assigned = append(k.assigned, len(asked.Servers))
		for _, server := range asked.Servers {
			if k.refuse != nil {
				if status := k.refuse(server); status != 0 {
					return status, `{"message":"No."}`, nil
				}
			}
			k.packages[server-1] = asked.Package
		}
		if k.lose && len(asked.Servers) > 1 {
			return 0, "", &transport.Error{Kind: transport.KindReset, Sent: transport.MaybeProcessed, Err: io.ErrUnexpectedEOF, Write: true}
		}
		return http.StatusNoContent, "", nil
	case path == "":
		page, _ := strconv.Atoi(r.Query.Get("page"))
		var rows []string
		for server := (page-1)*100 + 1; server <= min(page*100, len(k.packages)); server++ {
			rows = append(rows, k.row(server))
		}
		return http.StatusOK, fmt.Sprintf(`{"data":[%s],"meta":{"last_page":%d}}`, strings.Join(rows, ","), (len(k.packages)+99)/100), nil
	}
	server, _ := strconv.Atoi(strings.TrimPrefix(path, "/"))
	if server < 1 || server > len(k.packages) {
		return http.StatusNotFound, `{"message":"Not found."}`, nil
	}
	return http.StatusOK, `{"data":` + k.row(server) + `}`, nil
}

// sideBySide does n things at a time, each for one server.
func sideBySide(from, to, parallel int, do func(id string)) {
	next := make(chan int)
	var workers sync.WaitGroup
	for range parallel {
		workers.Go(func() {
			for server := range next {
				time.Sleep(time.Millisecond)
				do(strconv.Itoa(server))
			}
		})
	}
	for server := from; server <= to; server++ {
		next <- server
	}
	close(next)
	workers.Wait()
}

// TestTogether_bindings: servers that are bound to the same package at the same moment share one assignment, and each caller learns of its own: also
// when the DCIM turns the shared one down, or its answer is lost.
func TestTogether_bindings(t *testing.T) {
	t.Parallel()
	only := func(server, status int) func(int) int {
		return func(s int) int {
			if s == server {
				return status
			}
			return 0
		}
	}
	for _, c := range []struct {
		name     string
		refuse   func(int) int
		lose     bool
		failing  func(id string) bool
		assigned []int
	}{
		{name: "all well", assigned: []int{5}},
		{name: "one is refused", refuse: only(3, 422), failing: func(id string) bool { return id == "3" }, assigned: []int{5, 1, 1, 1, 1, 1}},
		{name: "the answer is lost", lose: true, assigned: []int{5, 1, 1, 1, 1, 1}},
		{name: "the key is not known", refuse: func(int) int { return 401 }, failing: func(string) bool { return true }, assigned: []int{5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				k := newRack(t, 5)
				k.refuse, k.lose = c.refuse, c.lose
				sideBySide(1, 5, 5, func(id string) {
					err := k.client.AssignPackage(t.Context(), []string{id}, "7")
					server, _ := strconv.Atoi(id)
					if c.failing != nil && c.failing(id) {
						var failure *AssignError
						assert.ErrorAs(t, err, &failure)
						assert.Equal(t, []string{id}, failure.Failed)
						assert.Empty(t, failure.Done)
						assert.True(t, failure.Refused())
						return
					}
					assert.NoError(t, err)
					assert.Equal(t, 7, k.packages[server-1])
				})
				assert.Equal(t, c.assigned, k.assigned)
			})
		})
	}
}

// TestTogether_packages: what goes to another package travels apart; what is bound in one call stays below what the profile allows.
func TestTogether_packages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newRack(t, 1200)
		sideBySide(1, 1200, 1200, func(id string) {
			server, _ := strconv.Atoi(id)
			assert.NoError(t, k.client.AssignPackage(t.Context(), []string{id}, strconv.Itoa(7+server/1101)))
		})
		assert.ElementsMatch(t, []int{500, 500, 100, 100}, k.assigned)
		for i, p := range k.packages {
			require.Equal(t, 7+(i+1)/1101, p)
		}
	})
}

// TestTogether_reads: 1,000 servers are read in ten pages; what is about to be written, and what was written, is looked at anew.
func TestTogether_reads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newRack(t, 1000)
		read := func(ctx context.Context, id string) Server {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			server, err := k.client.GetServer(ctx, id)
			assert.NoError(t, err)
			assert.Equal(t, id, server.ID)
			return server
		}
		sideBySide(1, 1000, 10, func(id string) { read(t.Context(), id) })
		assert.Len(t, k.sent, 10)
		k.packages[4] = 9
		assert.Equal(t, "9", read(coalesce.Fresh(t.Context()), "5").PackageID)
		require.NoError(t, k.client.AssignPackage(t.Context(), []string{"6"}, "7"))
		assert.Equal(t, "7", read(t.Context(), "6").PackageID)
		assert.Len(t, k.sent, 10+3)
		_, err := k.client.GetServer(t.Context(), "1001")
		require.ErrorIs(t, err, transport.ErrNotFound)
		assert.Len(t, k.sent, 10+3+1+10, "what is not found is looked for in the list")
	})
}

// TestTogether_partialRow: a row of a list that lacks what the profile lets be absent serves nobody who asks for that object alone.
func TestTogether_partialRow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newRack(t, 50)
		remark := k.client.profile.Fields[objectServer]["remark"]
		remark.Optional = true
		fields := maps.Clone(k.client.profile.Fields[objectServer])
		fields["remark"] = remark
		k.client.profile.Fields[objectServer] = fields
		exchange := k.client.do
		k.client.do = func(ctx context.Context, r transport.Request) (*transport.Response, error) {
			answer, err := exchange(ctx, r)
			list := strings.HasSuffix(r.Path, "/servers")
			rows := strings.Split(string(answer.Body), `{"id":33,"label"`)
			if len(rows) == 2 {
				with := map[bool]string{true: "", false: `,"remark":"spare"`}[list]
				rows[1] = strings.Replace(rows[1], `,"remark":null`, with, 1)
			}
			answer.Body = []byte(strings.Join(rows, `{"id":33,"label"`))
			return answer, err
		}
		sideBySide(30, 39, 10, func(id string) {
			server, err := k.client.GetServer(t.Context(), id)
			assert.NoError(t, err)
			assert.Equal(t, map[bool]string{true: "spare", false: ""}[id == "33"], server.Remark)
		})
		assert.Equal(t, []string{"GET", "GET/33"}, k.sent)
	})
}

// TestTogether_doubt: a server whose own call says nothing of it, after one that held it among others and may have been carried out, may be bound.
func TestTogether_doubt(t *testing.T) {
	t.Parallel()
	refused := func() error {
		return &transport.Error{Kind: transport.KindDial, Sent: transport.NotSent, Detail: "connection refused", Write: true}
	}
	for _, c := range []struct {
		name   string
		refuse func(int) int
		lose   bool
		alone  func() (int, error) // what a call for one server gets
		sure   bool
	}{
		{name: "lost, then refused", lose: true, alone: func() (int, error) { return 0, refused() }},
		{name: "one of them invalid, then refused", refuse: func(server int) int { return map[bool]int{true: 422}[server == 3] }, alone: func() (int, error) { return 0, refused() }},
		{name: "lost, then let in no more", lose: true, alone: func() (int, error) { return http.StatusForbidden, nil }},
		{name: "lost, then answered", lose: true, alone: func() (int, error) { return http.StatusConflict, nil }, sure: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				k := newRack(t, 5)
				k.refuse, k.lose = c.refuse, c.lose
				exchange, together := k.client.do, true
				k.client.do = func(ctx context.Context, r transport.Request) (*transport.Response, error) {
					if together {
						together = false
						return exchange(ctx, r)
					}
					status, err := c.alone()
					return &transport.Response{StatusCode: status, Body: []byte(`{"message":"No."}`)}, err
				}
				var mu sync.Mutex
				sideBySide(1, 5, 5, func(id string) {
					err := k.client.AssignPackage(t.Context(), []string{id}, "7")
					mu.Lock()
					defer mu.Unlock()
					var failure *AssignError
					assert.ErrorAs(t, err, &failure)
					assert.Equal(t, []string{id}, failure.Failed)
					assert.Equal(t, c.sure, failure.Refused())
					assert.Equal(t, !c.sure, strings.Contains(err.Error(), "may have been carried out"))
				})
				assert.Equal(t, []int{5}, k.assigned)
			})
		})
	}
}

// TestTogether_unreadableRow: a server that does not fit the profile is nobody's failure but its own.
func TestTogether_unreadableRow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newRack(t, 50)
		exchange := k.client.do
		k.client.do = func(ctx context.Context, r transport.Request) (*transport.Response, error) {
			answer, err := exchange(ctx, r)
			answer.Body = []byte(strings.Replace(string(answer.Body), `"id":33,"label":"s33"`, `"id":33,"label":{}`, 1))
			return answer, err
		}
		sideBySide(30, 39, 10, func(id string) {
			_, err := k.client.GetServer(t.Context(), id)
			if id == "33" {
				assert.ErrorIs(t, err, ErrProfile)
				return
			}
			assert.NoError(t, err)
		})
	})
}
