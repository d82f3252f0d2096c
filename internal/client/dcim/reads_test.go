package dcim

import (
	"context"
	"encoding/json"
	"fmt"
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

// rack is a DCIM with servers, without a network, under the fake clock of a synctest bubble. It
// implements the assumed profile.
type rack struct {
	t      *testing.T
	client *Client

	mu       sync.Mutex
	packages []int // of the servers 1, 2, …
	sent     []string
}

func newRack(t *testing.T, servers int) *rack {
	t.Helper()
	k := &rack{t: t, packages: make([]int, servers)}
	client, err := New(Config{URL: "https://dcim.example.net", Key: testKey, Secret: testSecret, Profile: ProfileAssumed})
	require.NoError(t, err)
	client.httpDo = func(_ context.Context, r transport.Request) (*transport.Response, error) {
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
		for _, server := range asked.Servers {
			k.packages[server-1] = asked.Package
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

// sideBySide runs n functions concurrently, each for one server.
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

// TestAssignPackage_single: concurrent bindings of single servers are calls of their own.
func TestAssignPackage_single(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newRack(t, 5)
		sideBySide(1, 5, 5, func(id string) {
			assert.NoError(t, k.client.AssignPackage(t.Context(), []string{id}, "7"))
		})
		assert.Equal(t, []string{"POST/assign-package", "POST/assign-package", "POST/assign-package", "POST/assign-package", "POST/assign-package"}, k.sent)
		assert.Equal(t, []int{7, 7, 7, 7, 7}, k.packages)
	})
}

// TestReads_thousandServers: 1,000 servers are read in ten pages. A server is read again before and
// after a write.
func TestReads_thousandServers(t *testing.T) {
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

// TestReads_partialRow: a list row without an optional field is not used for a request for the single
// object.
func TestReads_partialRow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newRack(t, 50)
		remark := k.client.profile.Fields[objectServer]["remark"]
		remark.Optional = true
		fields := maps.Clone(k.client.profile.Fields[objectServer])
		fields["remark"] = remark
		k.client.profile.Fields[objectServer] = fields
		exchange := k.client.httpDo
		k.client.httpDo = func(ctx context.Context, r transport.Request) (*transport.Response, error) {
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

// TestReads_unreadableRow: a server that does not match the profile fails only its own read.
func TestReads_unreadableRow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newRack(t, 50)
		exchange := k.client.httpDo
		k.client.httpDo = func(ctx context.Context, r transport.Request) (*transport.Response, error) {
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
