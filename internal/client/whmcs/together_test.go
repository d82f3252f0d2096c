package whmcs

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// roundTrip is what a request takes under the fake clock.
const roundTrip = 50 * time.Millisecond

// bubble is a companion that is called without a network, under the fake clock of a synctest bubble. lose tells which requests get no answer, though they
// are carried out.
func bubble(t *testing.T, groups int, lose func(op string) bool) *fakeCompanion {
	t.Helper()
	f := &fakeCompanion{t: t, rows: map[int]ServerGroup{}, answers: map[string]map[string]any{}}
	for range groups {
		f.add(ServerGroup{Name: "group", FillType: "least_full", ServerIDs: []string{}})
	}
	client, err := New(Config{URL: "https://billing.example.net", Identifier: testIdentifier, Secret: testSecret})
	require.NoError(t, err)
	client.exchange = func(ctx context.Context, r transport.Request) (*transport.Response, error) {
		time.Sleep(roundTrip)
		if err := ctx.Err(); err != nil && !r.Write {
			return nil, err
		}
		answer, request := httptest.NewRecorder(), httptest.NewRequest(r.Method, "/"+r.Path, strings.NewReader(string(r.Body)))
		request.Header.Set("Content-Type", r.ContentType)
		f.serve(answer, request)
		sent := f.sent()
		if op, _ := sent[len(sent)-1]["op"].(string); lose != nil && lose(op) {
			return nil, &transport.Error{Kind: transport.KindReset, Sent: transport.MaybeProcessed, Detail: "reset", Write: r.Write}
		}
		return &transport.Response{StatusCode: answer.Code, Header: answer.Header(), Body: answer.Body.Bytes()}, nil
	}
	f.client = client
	return f
}

// ops are the operations that were asked for, a batch with the number of its members.
func (f *fakeCompanion) ops() []string {
	var ops []string
	for _, r := range f.sent() {
		op, _ := r["op"].(string)
		if members, ok := r["ops"].([]any); ok {
			op += " " + strconv.Itoa(len(members))
		}
		ops = append(ops, op)
	}
	return ops
}

// sideBySide does n things, so many at a time.
func sideBySide(n, parallel int, do func(i int)) {
	next := make(chan int)
	var workers sync.WaitGroup
	for range parallel {
		workers.Go(func() {
			for i := range next {
				time.Sleep(time.Millisecond)
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
}

// TestTogether_writes: 1,000 creations at 10 at a time take little more than 100 requests; each has a key of its own, and each caller its own object.
func TestTogether_writes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := bubble(t, 0, nil)
		ids := make([]string, 1000)
		sideBySide(len(ids), 10, func(i int) {
			created, err := f.groups().Create(t.Context(), Values{"name": fmt.Sprint("group ", i)}, WriteOptions{})
			assert.NoError(t, err)
			assert.Equal(t, fmt.Sprint("group ", i), created.Row.Name)
			assert.Equal(t, testInstallation, created.Installation)
			ids[i] = created.ID
		})
		assert.LessOrEqual(t, len(f.sent()), 105)
		assert.Equal(t, 1000, f.stored())
		slices.Sort(ids)
		assert.Len(t, slices.Compact(ids), 1000)
		keys := map[string]bool{}
		for _, r := range f.sent() {
			members, _ := r["ops"].([]any)
			for _, m := range append(members, r) {
				member, _ := m.(map[string]any)
				if key, ok := member["key"].(string); ok {
					assert.False(t, keys[key])
					keys[key] = true
				}
			}
		}
		assert.Len(t, keys, 1000)
	})
}

// TestTogether_alternating: who asks, and then writes, comes back to the one line from the other, one after the other where processors are few. They find together
// again: 1,000 objects take little more than 100 requests of each kind.
func TestTogether_alternating(t *testing.T) {
	t.Parallel()
	for _, thinks := range []time.Duration{time.Millisecond, 20 * time.Millisecond, 30 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			f := bubble(t, 0, nil).counted()
			processors := make(chan struct{}, 2)
			think := func() {
				processors <- struct{}{}
				time.Sleep(thinks)
				<-processors
			}
			sideBySide(1000, 10, func(i int) {
				values := Values{"name": fmt.Sprint("group ", i)}
				think()
				assert.NoError(t, f.groups().Validate(t.Context(), "", values, nil, WriteOptions{}))
				think()
				_, err := f.groups().Create(t.Context(), values, WriteOptions{})
				assert.NoError(t, err)
			})
			asked := map[string]int{}
			for _, r := range f.sent() {
				op := r["op"]
				if members, ok := r["ops"].([]any); ok {
					member, _ := members[0].(map[string]any)
					op = member["op"]
				}
				asked[fmt.Sprint(op)]++
			}
			t.Log(thinks, asked)
			assert.LessOrEqual(t, asked["validate"], 125)
			assert.LessOrEqual(t, asked["create"], 125)
		})
	}
}

// TestTogether_size: what is sent together stays below the limits of the companion and of firewalls; what is larger travels alone.
func TestTogether_size(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := bubble(t, 0, nil)
		largest := 0
		exchange := f.client.exchange
		f.client.exchange = func(ctx context.Context, r transport.Request) (*transport.Response, error) {
			form, err := url.ParseQuery(string(r.Body))
			assert.NoError(t, err)
			text, err := base64.RawURLEncoding.DecodeString(form.Get(requestField))
			assert.NoError(t, err)
			var request map[string]any
			assert.NoError(t, json.Unmarshal(text, &request))
			if request["op"] == "batch" {
				largest = max(largest, len(text))
				assert.Less(t, len(r.Body), 128<<10)
			}
			return exchange(ctx, r)
		}
		sideBySide(80, 80, func(i int) {
			size := []int{2000, 30, 40_000, 30, 2000, 30, 30, 100_000}[i%8]
			_, err := f.groups().Create(t.Context(), Values{"name": strings.Repeat("x", size)}, WriteOptions{})
			assert.NoError(t, err)
		})
		assert.Equal(t, 80, f.stored())
		assert.LessOrEqual(t, largest, 96<<10)
		assert.Greater(t, largest, 40<<10)
		for _, op := range f.ops() {
			var members int
			if _, err := fmt.Sscanf(op, "batch %d", &members); err == nil {
				assert.LessOrEqual(t, members, 100)
			}
		}
	})
}

// TestTogether_ownResults: of a batch each caller gets its own result, and what was not attempted is sent again with its key.
func TestTogether_ownResults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		members int
		ops     []string
	}{
		{"all at once", 0, []string{"batch 6"}},
		{"out of time", 4, []string{"batch 6", "batch 2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := bubble(t, 6, nil)
				f.members = c.members
				sideBySide(6, 6, func(i int) {
					id, name := strconv.Itoa(i+1), "group"
					if i == 2 {
						name = "other"
					}
					if i == 4 {
						id = "99"
					}
					written, err := f.groups().Update(t.Context(), id, Values{"name": name}, Values{"name": "new " + id}, WriteOptions{})
					switch i {
					case 2:
						failure := asError(t, err)
						assert.Equal(t, CodeConflict, failure.Code)
						assert.Equal(t, Details{Installation: testInstallation, Fields: []FieldConflict{{"name", []byte(`"other"`), []byte(`"group"`)}}}, failure.Details)
						assert.Equal(t, "TerraformWrite update server_group 3: the companion says conflict", failure.Error())
					case 4:
						assert.ErrorIs(t, err, transport.ErrNotFound)
					default:
						assert.NoError(t, err)
						assert.Equal(t, "new "+id, written.Row.Name)
					}
				})
				assert.Equal(t, c.ops, f.ops())
			})
		})
	}
}

// counted sets a companion's client up as one whose requests per second are bounded.
func (f *fakeCompanion) counted() *fakeCompanion {
	f.client.coalesce(false, true)
	return f
}

// TestTogether_checks: where requests are counted, 1,000 questions whether a write would be accepted, 10 at a time, take little more than 100.
func TestTogether_checks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := bubble(t, 0, nil)
		sideBySide(20, 10, func(int) {
			assert.NoError(t, f.groups().Validate(t.Context(), "", Values{"name": "group"}, nil, WriteOptions{}))
		})
		assert.Len(t, f.sent(), 20, "nobody counts")
	})
	synctest.Test(t, func(t *testing.T) {
		f := bubble(t, 0, nil).counted()
		sideBySide(1000, 10, func(i int) {
			assert.NoError(t, f.groups().Validate(t.Context(), "", Values{"name": fmt.Sprint("group ", i)}, nil, WriteOptions{}))
		})
		assert.LessOrEqual(t, len(f.sent()), 105)
		assert.Zero(t, f.stored())
	})
}

// TestTogether_ownVerdicts: of several questions in one request each caller gets its own answer, also from a companion that does not take them together, or
// that does not get to the last of them.
func TestTogether_ownVerdicts(t *testing.T) {
	t.Parallel()
	each := []string{"batch 4", "validate", "validate", "validate", "validate"}
	answer := func(body string) func(n int, done bool, w http.ResponseWriter) bool {
		return func(n int, _ bool, w http.ResponseWriter) bool {
			if n == 1 {
				_, _ = w.Write([]byte(body))
			}
			return n == 1
		}
	}
	for _, c := range []struct {
		name    string
		members int
		fault   func(n int, done bool, w http.ResponseWriter) bool
		ops     []string
	}{
		{"all at once", 0, nil, []string{"batch 4"}},
		{"out of time", 3, nil, []string{"batch 4", "validate"}},
		{"an older companion", 0, answer(companionAnswer(t, "unsupported", "no batches", map[string]any{"errors": []any{}})), each},
		{"a page in place of the answer", 0, answer("<html><title>Oops</title></html>"), each},
		{"one that breaks the script", 0, func(n int, _ bool, w http.ResponseWriter) bool {
			if n == 1 {
				w.WriteHeader(http.StatusInternalServerError)
			}
			return n == 1
		}, each},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := bubble(t, 1, nil).counted()
				f.members, f.fault = c.members, c.fault
				sideBySide(4, 4, func(i int) {
					id, name := "", "group"
					switch i {
					case 1:
						name = ""
					case 2:
						id = "1"
					case 3:
						id = "99"
					}
					err := f.groups().Validate(t.Context(), id, Values{"name": name}, nil, WriteOptions{})
					switch i {
					case 1:
						failure := asError(t, err)
						assert.Equal(t, CodeInvalid, failure.Code)
						assert.Equal(t, []FieldError{{Field: "name", Message: "is required"}}, failure.Details.Errors)
						assert.Equal(t, "TerraformRead validate server_group", failure.Operation)
					case 3:
						assert.ErrorIs(t, err, transport.ErrNotFound)
					default:
						assert.NoError(t, err)
					}
				})
				assert.Equal(t, c.ops, f.ops())
				if c.name == "an older companion" {
					sideBySide(2, 2, func(int) {
						assert.NoError(t, f.groups().Validate(t.Context(), "", Values{"name": "group"}, nil, WriteOptions{}))
					})
					assert.Equal(t, []string{"validate", "validate"}, f.ops()[len(c.ops):], "it is not asked for a batch again")
				}
			})
		})
	}
}

// TestTogether_checksUnreachable: when WHMCS cannot be reached, all who asked together learn so from one request.
func TestTogether_checksUnreachable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := bubble(t, 0, nil).counted()
		var sent atomic.Int64
		f.client.exchange = func(context.Context, transport.Request) (*transport.Response, error) {
			sent.Add(1)
			time.Sleep(roundTrip)
			return nil, &transport.Error{Kind: transport.KindTimeout, Sent: transport.MaybeProcessed, Detail: "no complete answer"}
		}
		sideBySide(5, 5, func(i int) {
			err := f.groups().Validate(t.Context(), "", Values{"name": fmt.Sprint("group ", i)}, nil, WriteOptions{})
			assert.True(t, IsUnreachable(err))
			assert.ErrorContains(t, err, "no complete answer")
		})
		assert.EqualValues(t, 1, sent.Load())
	})
}

// TestTogether_lost: whatever becomes of a batch, what was carried out is carried out once, and each caller learns of its own.
func TestTogether_lost(t *testing.T) {
	t.Parallel()
	page := func(w http.ResponseWriter) bool {
		_, _ = w.Write([]byte("<html><title>Oops</title></html>"))
		return true
	}
	for _, c := range []struct {
		name     string
		fault    func(n int, done bool, w http.ResponseWriter) bool
		lose     func(op string) bool
		ops      []string
		replayed bool
	}{
		{"a page in place of the first answer", func(n int, done bool, w http.ResponseWriter) bool { return n == 1 && done && page(w) }, nil, []string{"batch 5", "batch 5"}, true},
		{"a page in place of every answer to a batch", func(n int, done bool, w http.ResponseWriter) bool { return n <= 2 && done && page(w) }, nil,
			[]string{"batch 5", "batch 5", "create", "create", "create", "create", "create"}, true},
		{"a page before anything was done", func(n int, done bool, w http.ResponseWriter) bool { return n <= 2 && !done && page(w) }, nil,
			[]string{"batch 5", "batch 5", "create", "create", "create", "create", "create"}, false},
		{"no answer to a batch", nil, func(op string) bool { return op == "batch" }, []string{"batch 5", "create", "create", "create", "create", "create"}, true},
		{"refused as a whole", func(n int, done bool, w http.ResponseWriter) bool {
			if n == 1 && !done {
				_, _ = w.Write([]byte(companionAnswer(t, "unsupported", "no batches", map[string]any{"errors": []any{}})))
				return true
			}
			return false
		}, nil, []string{"batch 5", "create", "create", "create", "create", "create"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := bubble(t, 0, c.lose)
				f.fault = c.fault
				sideBySide(5, 5, func(i int) {
					created, err := f.groups().Create(t.Context(), Values{"name": fmt.Sprint("group ", i)}, WriteOptions{})
					assert.NoError(t, err)
					assert.Equal(t, fmt.Sprint("group ", i), created.Row.Name)
					assert.Equal(t, c.replayed, created.Replayed)
				})
				assert.Equal(t, 5, f.stored(), "once each")
				assert.Equal(t, c.ops, f.ops())
			})
		})
	}
}

// TestTogether_doubt: when the answer to a write is lost and its repetition, by itself or by another route, never reaches the companion, its caller learns
// that it may have happened. What the companion says of the same key is the last word.
func TestTogether_doubt(t *testing.T) {
	t.Parallel()
	page := func(*transport.Response) (*transport.Response, error) {
		return &transport.Response{StatusCode: http.StatusOK, Body: []byte("<html><title>Oops</title></html>")}, nil
	}
	reset := func(*transport.Response) (*transport.Response, error) {
		return nil, &transport.Error{Kind: transport.KindReset, Sent: transport.MaybeProcessed, Detail: "reset", Write: true}
	}
	refused := func(*transport.Response) (*transport.Response, error) {
		return nil, &transport.Error{Kind: transport.KindDial, Sent: transport.NotSent, Detail: "connection refused", Write: true}
	}
	forbidden := func(*transport.Response) (*transport.Response, error) {
		return &transport.Response{StatusCode: http.StatusForbidden, Body: []byte(`{"result":"error","message":"Invalid Permissions"}`)}, nil
	}
	conflict := func(*transport.Response) (*transport.Response, error) {
		return &transport.Response{StatusCode: http.StatusOK, Body: []byte(companionAnswer(t, "conflict", "changed", map[string]any{"fields": []any{}}))}, nil
	}
	type fault = func(*transport.Response) (*transport.Response, error)
	for _, c := range []struct {
		name   string
		writes int
		faults []fault // of the first answers; the last goes on
		doubt  bool
		said   []string
	}{
		{"alone: a page, then refused", 1, []fault{page, refused}, true, []string{"Oops", "connection refused"}},
		{"alone: a page, then forbidden", 1, []fault{page, forbidden}, true, []string{"Oops", "Invalid Permissions"}},
		{"alone: a page, then a conflict", 1, []fault{page, conflict}, false, []string{"changed"}},
		{"alone: refused", 1, []fault{refused}, false, []string{"connection refused"}},
		{"batch: lost, then refused", 5, []fault{reset, refused}, true, []string{"reset", "connection refused"}},
		{"batch: lost, then forbidden", 5, []fault{reset, forbidden}, true, []string{"reset", "Invalid Permissions"}},
		{"batch: lost, then a conflict", 5, []fault{reset, conflict}, false, []string{"changed"}},
		{"batch: a page, then refused", 5, []fault{page, refused}, true, []string{"Oops", "connection refused"}},
		{"batch: refused", 5, []fault{refused}, false, []string{"connection refused"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := bubble(t, 0, nil)
				exchange := f.client.exchange
				var mu sync.Mutex
				requests := 0
				f.client.exchange = func(ctx context.Context, r transport.Request) (*transport.Response, error) {
					mu.Lock()
					requests++
					n := requests
					mu.Unlock()
					answer := (*transport.Response)(nil)
					if n == 1 { // the first is carried out
						answer, _ = exchange(ctx, r)
					}
					return c.faults[min(n, len(c.faults))-1](answer)
				}
				sideBySide(c.writes, c.writes, func(int) {
					_, err := f.groups().Create(t.Context(), Values{"name": "group"}, WriteOptions{})
					assert.Error(t, err)
					assert.Equal(t, c.doubt, MayHaveHappened(err), "%v", err)
					for _, said := range c.said {
						assert.ErrorContains(t, err, said)
					}
				})
			})
		})
	}
}

// TestTogether_refused: a credential that may not write is refused once for all of them.
func TestTogether_refused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := bubble(t, 0, nil)
		f.fault = func(_ int, _ bool, w http.ResponseWriter) bool {
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(`{"result":"error","message":"Invalid Permissions: API action \"terraformwrite\" is not allowed"}`))
			return true
		}
		sideBySide(5, 5, func(int) {
			_, err := f.groups().Create(t.Context(), Values{"name": "group"}, WriteOptions{})
			assert.Equal(t, CodePermission, CodeOf(err))
		})
		assert.Equal(t, []string{"batch 5"}, f.ops())
	})
}

// TestTogether_unreadableResults: a batch that does not say what became of a member says so to that member's caller alone.
func TestTogether_unreadableResults(t *testing.T) {
	t.Parallel()
	client := clientOf(t, 200, "")
	for _, c := range []struct {
		result string
		code   Code
		again  bool
	}{
		{`{"ok":true,"id":"4"}`, "", false},
		{`{"ok":false,"code":"not_attempted"}`, "", true},
		{`{"ok":false,"code":"in_use","references":"many"}`, CodeInUse, false},
		{`{"ok":false}`, CodeProtocol, false},
		{`{"ok":"true","id":"4"}`, CodeProtocol, false},
		{`{}`, CodeProtocol, false},
		{`null`, CodeProtocol, false},
	} {
		var result map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(c.result), &result))
		got := client.memberResult("TerraformWrite create server", result, []byte(`"x"`))
		assert.Equal(t, c.code, CodeOf(got.Err), c.result)
		assert.Equal(t, c.again, got.Again, c.result)
		assert.Equal(t, c.code == CodeProtocol, MayHaveHappened(got.Err), c.result)
	}
}

// TestTogether_reads: a plan of 1,000 objects takes two pages, each with its installation, and what is missing is asked for by its id.
func TestTogether_reads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := bubble(t, 1000, nil)
		read := func(id string) Found[ServerGroup] {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			found, err := f.groups().Get(ctx, id)
			assert.NoError(t, err)
			assert.Equal(t, testInstallation, found.Installation)
			return found
		}
		sideBySide(1000, 10, func(i int) { assert.Equal(t, strconv.Itoa(i+1), read(strconv.Itoa(i+1)).Row.ID) })
		assert.Equal(t, []string{"list", "list"}, f.ops())
		assert.Nil(t, read("4711").Row)
		assert.Equal(t, "get", f.ops()[2])

		// Every write is seen, and afterwards several are asked for in one request.
		_, err := f.groups().Update(t.Context(), "7", nil, Values{"name": "new"}, WriteOptions{})
		require.NoError(t, err)
		sideBySide(10, 10, func(i int) {
			found := read(strconv.Itoa(i + 1))
			assert.Equal(t, map[bool]string{true: "new", false: "group"}[i == 6], found.Row.Name)
		})
		assert.Equal(t, []string{"list", "list", "get", "update", "get"}, f.ops())
	})
}

// TestTogether_severalIDs mistrusts the answer to a question for several objects, and asks for each alone.
func TestTogether_severalIDs(t *testing.T) {
	t.Parallel()
	for name, payload := range map[string]string{
		"another object": `{"installation":"x","rows":[{"id":"9","name":"a"}]}`,
		"one twice":      `{"installation":"x","rows":[{"id":"1"},{"id":"1"}]}`,
		"no rows":        `{"installation":"x"}`,
		"from nowhere":   `{"rows":[]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := bubble(t, 3, nil)
				f.fault = func(n int, done bool, w http.ResponseWriter) bool {
					if n == 1 && done {
						_, _ = w.Write([]byte(companionAnswer(t, "", "", payload)))
						return true
					}
					return false
				}
				sideBySide(3, 3, func(i int) {
					found, err := f.groups().Get(t.Context(), strconv.Itoa(i+1))
					assert.NoError(t, err)
					assert.Equal(t, strconv.Itoa(i+1), found.Row.ID)
				})
				assert.Equal(t, []string{"get", "get", "get", "get"}, f.ops())
			})
		})
	}
}

// TestTogether_notAll: counters of usage are of the moment; writes that run a module's own code travel alone; and all of it can be switched off.
func TestTogether_notAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := bubble(t, 10, nil)
		sideBySide(10, 10, func(i int) {
			_, err := f.groups().Get(t.Context(), strconv.Itoa(i+1), "usage")
			assert.NoError(t, err)
		})
		sideBySide(3, 3, func(int) {
			_, err := CollectionOf[AddonModule](f.client, KindAddonModule).Create(t.Context(), Values{"module": "a"}, WriteOptions{})
			assert.NoError(t, err)
		})
		assert.Equal(t, slices.Concat(slices.Repeat([]string{"get"}, 10), slices.Repeat([]string{"create"}, 3)), f.ops())
		f.client.coalesce(true, true)
		sideBySide(10, 10, func(i int) {
			_, err := f.groups().Get(t.Context(), strconv.Itoa(i+1))
			assert.NoError(t, err)
			_, err = f.groups().Update(t.Context(), strconv.Itoa(i+1), nil, Values{"name": "new"}, WriteOptions{})
			assert.NoError(t, err)
		})
		assert.Len(t, f.ops(), 13+20)
		assert.NotContains(t, strings.Join(f.ops(), " "), "batch")
	})
}
