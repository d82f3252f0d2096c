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

// roundTrip is the duration of a request under the fake clock.
const roundTrip = 50 * time.Millisecond

// bubble is a companion without a network, under the fake clock of a synctest bubble. lose selects the
// requests that are processed but get no response.
func bubble(t *testing.T, groups int, lose func(op string) bool) *fakeCompanion {
	t.Helper()
	f := &fakeCompanion{t: t, rows: map[int]ServerGroup{}, answers: map[string]map[string]any{}}
	for range groups {
		f.add(ServerGroup{Name: "group", FillType: "least_full", ServerIDs: []string{}})
	}
	client, err := New(Config{URL: "https://billing.example.net", Identifier: testIdentifier, Secret: testSecret})
	require.NoError(t, err)
	client.httpDo = func(ctx context.Context, r transport.Request) (*transport.Response, error) {
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

// ops returns the requested operations. A batch contains the number of its members.
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

// sideBySide runs n functions, with a limited number at a time.
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

// TestValidate_size: a batch stays below the limits of the companion and of firewalls. A larger validation is sent
// alone.
func TestValidate_size(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := bubble(t, 0, nil).counted()
		largest, validated := 0, atomic.Int64{}
		exchange := f.client.httpDo
		f.client.httpDo = func(ctx context.Context, r transport.Request) (*transport.Response, error) {
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
			assert.NoError(t, refusal(f.groups().Validate(t.Context(), "", Values{"name": strings.Repeat("x", size)}, nil, WriteOptions{})))
			validated.Add(1)
		})
		assert.EqualValues(t, 80, validated.Load())
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

// counted makes a companion's client one with a rate limit.
func (f *fakeCompanion) counted() *fakeCompanion {
	f.client.rateLimited = true
	return f
}

// TestValidate_requests: under a rate limit, 1,000 validations, 10 at a time, take little more than 100 requests.
func TestValidate_requests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := bubble(t, 0, nil)
		sideBySide(20, 10, func(int) {
			assert.NoError(t, refusal(f.groups().Validate(t.Context(), "", Values{"name": "group"}, nil, WriteOptions{})))
		})
		assert.Len(t, f.sent(), 20, "no rate limit")
	})
	synctest.Test(t, func(t *testing.T) {
		f := bubble(t, 0, nil).counted()
		sideBySide(1000, 10, func(i int) {
			assert.NoError(t, refusal(f.groups().Validate(t.Context(), "", Values{"name": fmt.Sprint("group ", i)}, nil, WriteOptions{})))
		})
		assert.LessOrEqual(t, len(f.sent()), 105)
		assert.Zero(t, f.stored())
	})
}

// TestValidate_ownResults: each caller of a batch gets its own result, also from a companion that knows no batches, or
// that runs out of time.
func TestValidate_ownResults(t *testing.T) {
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
		name     string
		attempts int
		fault    func(n int, done bool, w http.ResponseWriter) bool
		ops      []string
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
				f.attempts, f.fault = c.attempts, c.fault
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
					err := refusal(f.groups().Validate(t.Context(), id, Values{"name": name}, nil, WriteOptions{}))
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
						assert.NoError(t, refusal(f.groups().Validate(t.Context(), "", Values{"name": "group"}, nil, WriteOptions{})))
					})
					assert.Equal(t, []string{"validate", "validate"}, f.ops()[len(c.ops):], "it is not asked for a batch again")
				}
			})
		})
	}
}

// TestValidate_unreachable: if WHMCS cannot be reached, the failure of one request is the result of every validation
// of a batch.
func TestValidate_unreachable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := bubble(t, 0, nil).counted()
		var sent atomic.Int64
		f.client.httpDo = func(context.Context, transport.Request) (*transport.Response, error) {
			sent.Add(1)
			time.Sleep(roundTrip)
			return nil, &transport.Error{Kind: transport.KindTimeout, Sent: transport.MaybeProcessed, Detail: "no complete answer"}
		}
		sideBySide(5, 5, func(i int) {
			err := refusal(f.groups().Validate(t.Context(), "", Values{"name": fmt.Sprint("group ", i)}, nil, WriteOptions{}))
			assert.True(t, IsUnreachable(err))
			assert.ErrorContains(t, err, "no complete answer")
		})
		assert.EqualValues(t, 1, sent.Load())
	})
}

// TestWrite_single: concurrent writes are requests of their own, each with its own key.
func TestWrite_single(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := bubble(t, 0, nil).counted()
		sideBySide(20, 10, func(i int) {
			created, err := f.groups().Create(t.Context(), Values{"name": fmt.Sprint("group ", i)}, WriteOptions{})
			assert.NoError(t, err)
			assert.Equal(t, fmt.Sprint("group ", i), created.Row.Name)
			assert.Equal(t, testInstallation, created.Installation)
		})
		assert.Equal(t, slices.Repeat([]string{"create"}, 20), f.ops())
		assert.Equal(t, 20, f.stored())
		keys := f.keys()
		slices.Sort(keys)
		assert.Len(t, slices.Compact(keys), 20)
	})
}

// TestWrite_unreadable: a write whose response cannot be read is sent again with its key, and happens once.
func TestWrite_unreadable(t *testing.T) {
	t.Parallel()
	for _, carriedOut := range []bool{true, false} {
		t.Run(fmt.Sprint(carriedOut), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := bubble(t, 0, nil)
				f.fault = func(n int, done bool, w http.ResponseWriter) bool {
					if n > 5 || done != carriedOut {
						return false
					}
					_, _ = w.Write([]byte("<html><title>Oops</title></html>"))
					return true
				}
				sideBySide(5, 5, func(i int) {
					created, err := f.groups().Create(t.Context(), Values{"name": fmt.Sprint("group ", i)}, WriteOptions{})
					assert.NoError(t, err)
					assert.Equal(t, fmt.Sprint("group ", i), created.Row.Name)
					assert.Equal(t, carriedOut, created.Replayed)
				})
				assert.Equal(t, 5, f.stored(), "once each")
				assert.Equal(t, slices.Repeat([]string{"create"}, 10), f.ops())
			})
		})
	}
}

// TestWrite_doubt: the response to a write cannot be read, and its repetition never reaches the companion. The error
// says that the write may have happened. The companion's response to the same key is the outcome.
func TestWrite_doubt(t *testing.T) {
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
		faults []fault // of the first responses. The last one is repeated
		doubt  bool
		said   []string
	}{
		{"a page, then refused", []fault{page, refused}, true, []string{"Oops", "connection refused"}},
		{"a page, then forbidden", []fault{page, forbidden}, true, []string{"Oops", "Invalid Permissions"}},
		{"a page, then a conflict", []fault{page, conflict}, false, []string{"changed"}},
		{"lost", []fault{reset}, true, []string{"reset"}},
		{"refused", []fault{refused}, false, []string{"connection refused"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := bubble(t, 0, nil)
				exchange := f.client.httpDo
				var mu sync.Mutex
				requests := 0
				f.client.httpDo = func(ctx context.Context, r transport.Request) (*transport.Response, error) {
					mu.Lock()
					requests++
					n := requests
					mu.Unlock()
					answer := (*transport.Response)(nil)
					if n == 1 { // the first is processed
						answer, _ = exchange(ctx, r)
					}
					return c.faults[min(n, len(c.faults))-1](answer)
				}
				_, err := f.groups().Create(t.Context(), Values{"name": "group"}, WriteOptions{})
				require.Error(t, err)
				assert.Equal(t, c.doubt, MayHaveBeenProcessed(err), "%v", err)
				for _, said := range c.said {
					assert.ErrorContains(t, err, said)
				}
			})
		})
	}
}

// TestValidate_refused: a credential that may not validate is refused once for all validations of a batch.
func TestValidate_refused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := bubble(t, 0, nil).counted()
		f.fault = func(_ int, _ bool, w http.ResponseWriter) bool {
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(`{"result":"error","message":"Invalid Permissions: API action \"terraformread\" is not allowed"}`))
			return true
		}
		sideBySide(5, 5, func(int) {
			err := refusal(f.groups().Validate(t.Context(), "", Values{"name": "group"}, nil, WriteOptions{}))
			assert.Equal(t, CodePermission, CodeOf(err))
		})
		assert.Equal(t, []string{"batch 5"}, f.ops())
	})
}

// TestValidate_unreadableResults: a result that cannot be read is the failure of its own caller.
func TestValidate_unreadableResults(t *testing.T) {
	t.Parallel()
	client := clientOf(t, 200, "")
	for _, c := range []struct {
		result  string
		code    Code
		missing bool
	}{
		{`{"ok":true}`, "", false},
		{`{"ok":false,"code":"not_attempted"}`, "", true},
		{`{"ok":false,"code":"in_use","references":"many"}`, CodeInUse, false},
		{`{"ok":false}`, CodeProtocol, false},
		{`{"ok":"true"}`, CodeProtocol, false},
		{`{}`, CodeProtocol, false},
		{`null`, CodeProtocol, false},
	} {
		var result map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(c.result), &result))
		got := client.validationResult("TerraformRead validate server", result, []byte(`"x"`))
		assert.Equal(t, c.code, CodeOf(got.Err), c.result)
		assert.Equal(t, c.missing, got.Missing, c.result)
	}
}

// TestReads_thousandGroups: a plan of 1,000 objects takes two pages, each with its installation. A
// missing object is requested by its id.
func TestReads_thousandGroups(t *testing.T) {
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

		// Reads after a write see it, and several of them share one request.
		_, err := f.groups().Update(t.Context(), "7", nil, Values{"name": "new"}, WriteOptions{})
		require.NoError(t, err)
		sideBySide(10, 10, func(i int) {
			found := read(strconv.Itoa(i + 1))
			assert.Equal(t, map[bool]string{true: "new", false: "group"}[i == 6], found.Row.Name)
		})
		assert.Equal(t, []string{"list", "list", "get", "update", "get"}, f.ops())
	})
}

// TestReads_severalIDs: after a wrong response to a request for several objects, each is requested alone.
func TestReads_severalIDs(t *testing.T) {
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

// TestReads_notCoalesced: reads of usage counters are requests of their own, and coalescing can be switched off.
func TestReads_notCoalesced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := bubble(t, 10, nil).counted()
		sideBySide(10, 10, func(i int) {
			_, err := f.groups().Get(t.Context(), strconv.Itoa(i+1), "usage")
			assert.NoError(t, err)
		})
		assert.Equal(t, slices.Repeat([]string{"get"}, 10), f.ops())
		f.client.coalescingDisabled = true
		sideBySide(10, 10, func(i int) {
			_, err := f.groups().Get(t.Context(), strconv.Itoa(i+1))
			assert.NoError(t, err)
			assert.NoError(t, refusal(f.groups().Validate(t.Context(), strconv.Itoa(i+1), Values{"name": "new"}, nil, WriteOptions{})))
		})
		assert.Len(t, f.ops(), 10+20)
		assert.NotContains(t, strings.Join(f.ops(), " "), "batch")
	})
}
