package whmcs

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/clienttest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

func TestLifeOfAnObject(t *testing.T) {
	t.Parallel()
	groups := newFakeCompanion(t, 0).groups()
	created, err := groups.Create(t.Context(), Values{"name": "Dedicated"}, WriteOptions{})
	require.NoError(t, err)
	assert.Equal(t, &Written[ServerGroup]{
		Installation: testInstallation, ID: "1", HookErrors: []string{}, Row: &ServerGroup{ID: "1", Name: "Dedicated", FillType: "least_full", ServerIDs: []string{}},
	}, created)

	updated, err := groups.Update(t.Context(), "1", Values{"name": "Dedicated"}, Values{"name": "Bare metal"}, WriteOptions{})
	require.NoError(t, err)
	assert.Equal(t, "Bare metal", updated.Row.Name)

	found, err := groups.Get(t.Context(), "1")
	require.NoError(t, err)
	assert.Equal(t, Found[ServerGroup]{Installation: testInstallation, Row: updated.Row}, found)

	_, err = groups.Update(t.Context(), "1", Values{"name": "Dedicated"}, Values{"name": "Other"}, WriteOptions{})
	failure := asError(t, err)
	assert.Equal(t, CodeConflict, failure.Code)
	require.Len(t, failure.Details.Fields, 1)
	assert.Equal(t, FieldConflict{Field: "name", Expected: []byte(`"Dedicated"`), Actual: []byte(`"Bare metal"`)}, failure.Details.Fields[0])

	deleted, err := groups.Delete(t.Context(), "1", Values{"name": "Bare metal"}, WriteOptions{})
	require.NoError(t, err)
	assert.Equal(t, "1", deleted.ID)

	_, err = groups.Delete(t.Context(), "1", nil, WriteOptions{})
	require.ErrorIs(t, err, transport.ErrNotFound)
	assert.Equal(t, CodeNotFound, CodeOf(err))
	found, err = groups.Get(t.Context(), "1")
	require.NoError(t, err, "an absent object is no error")
	assert.Equal(t, Found[ServerGroup]{Installation: testInstallation}, found)
}

func TestFailureDetails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code    Code
		payload string
		want    Details
	}{
		{CodeInvalid, `{"errors":[{"field":"pricing.USD.monthly.price","message":"is negative"},{"field":"","message":"too large"}]}`,
			Details{Errors: []FieldError{{Field: "pricing.USD.monthly.price", Message: "is negative"}, {Message: "too large"}}}},
		{CodeUnsupported, `{"errors":[{"field":"color","message":"no such column"}]}`, Details{Errors: []FieldError{{Field: "color", Message: "no such column"}}}},
		{CodeNotFound, `{"kind":"server","id":"7"}`, Details{Kind: "server", ID: "7"}},
		{CodeConflict, `{"fields":[{"field":"port","expected":443,"actual":null}]}`, Details{Fields: []FieldConflict{{"port", []byte("443"), []byte("null")}}}},
		{CodeInUse, `{"references":[{"kind":"services","count":3}]}`, Details{References: []Reference{{"services", 3}}}},
		{CodeExists, `{"kind":"product","id":"9","key":{"product_group_id":"1","name":"Café","order":5}}`,
			Details{Kind: "product", ID: "9", Key: map[string]Text{"product_group_id": "1", "name": "Café", "order": "5"}}},
		{CodeReadOnly, `{"reason":"allow_delete is off"}`, Details{Reason: "allow_delete is off"}},
		{CodeInternal, `{"reference":"a1b2"}`, Details{Reference: "a1b2"}},
		{"of_a_later_version", `{"colour":"blue"}`, Details{}},
	} {
		t.Run(string(c.code), func(t *testing.T) {
			t.Parallel()
			payload := `{"installation":"` + testInstallation + `",` + c.payload[1:]
			_, err := CollectionOf[Server](clientOf(t, 200, companionAnswer(t, string(c.code), "words", payload)), KindServer).Update(t.Context(), "7", nil, nil, WriteOptions{})
			failure := asError(t, err)
			c.want.Installation = testInstallation
			assert.Equal(t, c.code, failure.Code)
			assert.Equal(t, c.want, failure.Details)
			assert.Contains(t, err.Error(), "(request: TerraformWrite update server 7)")
			assert.Regexp(t, "^words", err.Error())
		})
	}
}

func TestUnreadableDetailsKeepTheCode(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"not base64":    `{"result":"error","code":"in_use","message":"words","payload":"%%%"}`,
		"not JSON":      companionAnswer(t, "in_use", "words", "<html>"),
		"another shape": companionAnswer(t, "in_use", "words", `{"references":"many"}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := clientOf(t, 200, body).Info(t.Context())
			assert.Equal(t, CodeInUse, asError(t, err).Code)
			assert.Contains(t, err.Error(), "words (")
		})
	}
}

func TestBrokenPayloads(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"none":                  `{"result":"success"}`,
		"null":                  `{"result":"success","payload":null}`,
		"not text":              `{"result":"success","payload":{"installation":"x"}}`,
		"not base64":            `{"result":"success","payload":"{\"installation\":\"x\"}"}`,
		"base64 of nothing":     companionAnswer(t, "", "", ""),
		"base64 of a page":      companionAnswer(t, "", "", "<html>"),
		"base64 of null":        companionAnswer(t, "", "", "null"),
		"base64 of a list":      companionAnswer(t, "", "", "[]"),
		"truncated":             companionAnswer(t, "", "", `{"installation":"x","rows":[`),
		"more behind it":        companionAnswer(t, "", "", `{"installation":"x","rows":[],"success":true,"options":[],"protocol":1,"id":"1","ok":true}{}`),
		"empty object":          companionAnswer(t, "", "", "{}"),
		"everything of no kind": companionAnswer(t, "", "", `{"installation":{},"rows":{},"success":{},"options":"none","protocol":{},"id":{},"ok":{}}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := clientOf(t, 200, body)
			groups := CollectionOf[ServerGroup](client, KindServerGroup)
			for operation, ask := range map[string]func() error{
				"info":            func() error { _, err := client.Info(t.Context()); return err },
				"get":             func() error { _, err := groups.Get(t.Context(), "1"); return err },
				"list":            func() error { _, err := groups.List(t.Context(), nil); return err },
				"create":          func() error { _, err := groups.Create(t.Context(), nil, WriteOptions{}); return err },
				"validate":        func() error { return refusal(groups.Validate(t.Context(), "", nil, nil, WriteOptions{})) },
				"module_schema":   func() error { _, err := client.ModuleSchema(t.Context(), "toplink_dcim", ModuleProduct{}); return err },
				"test_connection": func() error { _, err := client.TestConnection(t.Context(), "", nil); return err },
			} {
				err := ask()
				assert.Equal(t, CodeProtocol, CodeOf(err), operation)
				assert.NotErrorIs(t, err, transport.ErrNotFound, operation)
			}
		})
	}
}

func TestGetMistrustsTheAnswer(t *testing.T) {
	t.Parallel()
	const row = `{"id":"1","name":"a","server_ids":[]}`
	for name, payload := range map[string]string{
		"another object":        `{"installation":"x","rows":[{"id":"2","name":"a"}]}`,
		"two rows":              `{"installation":"x","rows":[` + row + `,` + row + `]}`,
		"no installation":       `{"rows":[` + row + `]}`,
		"empty, from nowhere":   `{"rows":[]}`,
		"no rows":               `{"installation":"x"}`,
		"rows are null":         `{"installation":"x","rows":null}`,
		"a row that is null":    `{"installation":"x","rows":[null]}`,
		"an id that is none":    `{"installation":"x","rows":[{"id":[1],"name":"a"}]}`,
		"a row without an id":   `{"installation":"x","rows":[{"name":"a"}]}`,
		"a row that is no text": `{"installation":"x","rows":[{"id":"1","name":["a"]}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := CollectionOf[ServerGroup](clientOf(t, 200, companionAnswer(t, "", "", payload)), KindServerGroup).Get(t.Context(), "1")
			assert.Equal(t, CodeProtocol, CodeOf(err))
			assert.Nil(t, found.Row)
			assert.Contains(t, err.Error(), "(request: TerraformRead get server_group 1)")
		})
	}
}

func TestListPaging(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		groups, pages, eagerPages int
	}{
		{0, 1, 1}, {1, 1, 1},
		{pageSize - 1, 1, 1}, {pageSize, 1, 2}, {pageSize + 1, 2, 2},
		{3*pageSize - 1, 3, 3}, {3 * pageSize, 3, 4}, {3*pageSize + 1, 4, 4},
	} {
		for _, eager := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d eager %v", c.groups, eager), func(t *testing.T) {
				t.Parallel()
				fake := newFakeCompanion(t, c.groups)
				fake.eager = eager
				rows, err := fake.groups().List(t.Context(), Values{"fill_type": "least_full"}, "usage")
				require.NoError(t, err)
				require.NotNil(t, rows)
				require.Len(t, rows, c.groups)
				for i, row := range rows {
					require.Equal(t, strconv.Itoa(i+1), row.ID)
				}
				want := c.pages
				if eager {
					want = c.eagerPages
				}
				require.Len(t, fake.sent(), want)
				for i, request := range fake.sent() {
					assert.Equal(t, map[string]any{"fill_type": "least_full"}, request["filter"])
					assert.Equal(t, []any{"usage"}, request["with"])
					assert.InDelta(t, pageSize, request["limit"], 0)
					if i == 0 {
						assert.NotContains(t, request, "after")
					} else {
						assert.Equal(t, strconv.Itoa(i*pageSize), request["after"])
					}
				}
			})
		}
	}
}

// TestListWithoutEnd uses companions with endless cursors.
func TestListWithoutEnd(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]map[string]string{
		"to itself":     {"": "5", "5": "5"},
		"in a circle":   {"": "5", "5": "9", "9": "5"},
		"from the base": {"": "5", "5": "7", "7": "8", "8": "7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after, requests := "", 0
			client := newTestClient(t, clienttest.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
				requests++
				after = next[after]
				_, _ = io.WriteString(w, companionAnswer(t, "", "", map[string]any{"installation": "x", "rows": []any{}, "next": after}))
			}).URL)
			_, err := CollectionOf[ServerGroup](client, KindServerGroup).List(t.Context(), nil)
			assert.Equal(t, CodeProtocol, CodeOf(err))
			assert.Contains(t, err.Error(), "leads back to itself")
			assert.LessOrEqual(t, requests, len(next)+1)
		})
	}
}

func TestListFailingInTheMiddle(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(w http.ResponseWriter) bool
		check func(err error) bool
	}{
		"page": {func(w http.ResponseWriter) bool { _, _ = io.WriteString(w, "<html>"); return true }, func(err error) bool { return CodeOf(err) == CodeNotAPI }},
		"payload without rows": {func(w http.ResponseWriter) bool {
			_, _ = io.WriteString(w, companionAnswer(t, "", "", `{"installation":"x"}`))
			return true
		}, func(err error) bool { return CodeOf(err) == CodeProtocol }},
		"connection": {clienttest.HangUp, transport.IsTransport},
		"crash":      {answer500, transport.IsTransport},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := newFakeCompanion(t, 3*pageSize)
			fake.fault = func(n int, _ bool, w http.ResponseWriter) bool { return n >= 2 && c.spoil(w) }
			rows, err := fake.groups().List(t.Context(), nil)
			require.Error(t, err)
			assert.True(t, c.check(err), "%v", err)
			assert.Nil(t, rows, "half a list is no list")
		})
	}
	t.Run("passing fault", func(t *testing.T) {
		t.Parallel()
		fake := newFakeCompanion(t, 3*pageSize)
		fake.fault = func(n int, _ bool, w http.ResponseWriter) bool { return n == 2 && answer500(w) }
		rows, err := fake.groups().List(t.Context(), nil)
		require.NoError(t, err)
		assert.Len(t, rows, 3*pageSize)
	})
}

func TestKeysAreRandom(t *testing.T) {
	t.Parallel()
	fake := newFakeCompanion(t, 0)
	const writes = 30
	for range writes / 3 {
		created, err := fake.groups().Create(t.Context(), Values{"name": "same"}, WriteOptions{})
		require.NoError(t, err)
		_, err = fake.groups().Update(t.Context(), created.ID, nil, Values{"name": "same"}, WriteOptions{})
		require.NoError(t, err)
		_, err = fake.groups().Delete(t.Context(), created.ID, nil, WriteOptions{})
		require.NoError(t, err)
	}
	seen := map[string]bool{}
	for _, key := range fake.keys() {
		assert.Regexp(t, `^[A-Za-z0-9_-]{16,64}$`, key)
		seen[key] = true
	}
	assert.Len(t, seen, writes, "each write has a key of its own")
}

// TestKeysStayOverRetries loses the first responses to a write, before and after it was processed.
func TestKeysStayOverRetries(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault    func(n int, carriedOut bool, w http.ResponseWriter) bool
		replayed bool
	}{
		"crashes before":  {func(n int, done bool, w http.ResponseWriter) bool { return n <= 2 && !done && answer500(w) }, false},
		"crashes after":   {func(n int, done bool, w http.ResponseWriter) bool { return n <= 2 && done && answer500(w) }, true},
		"hangs up before": {func(n int, done bool, w http.ResponseWriter) bool { return n <= 2 && !done && clienttest.HangUp(w) }, false},
		"hangs up after":  {func(n int, done bool, w http.ResponseWriter) bool { return n <= 2 && done && clienttest.HangUp(w) }, true},
		"hangs up, then crash": {func(n int, done bool, w http.ResponseWriter) bool {
			return n == 1 && done && clienttest.HangUp(w) || n == 2 && !done && answer500(w)
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := newFakeCompanion(t, 0)
			fake.fault = c.fault
			written, err := fake.groups().Create(t.Context(), Values{"name": "Dedicated"}, WriteOptions{})
			require.NoError(t, err)
			assert.Equal(t, "1", written.ID)
			assert.Equal(t, "Dedicated", written.Row.Name)
			assert.Equal(t, c.replayed, written.Replayed)
			assert.Equal(t, 1, fake.stored(), "carried out once")
			keys := fake.keys()
			require.Len(t, keys, 3)
			assert.Equal(t, []string{keys[0], keys[0], keys[0]}, keys)

			deleted, err := fake.groups().Delete(t.Context(), "1", nil, WriteOptions{})
			require.NoError(t, err)
			assert.False(t, deleted.Replayed)
			assert.NotEqual(t, keys[0], fake.keys()[3])
		})
	}
}

func TestWriteThatNeverGetsAnAnswer(t *testing.T) {
	t.Parallel()
	fake := newFakeCompanion(t, 0)
	fake.fault = func(_ int, done bool, w http.ResponseWriter) bool { return done && clienttest.HangUp(w) }
	_, err := fake.groups().Create(t.Context(), Values{"name": "Dedicated"}, WriteOptions{})
	require.Error(t, err)
	assert.True(t, MayHaveBeenProcessed(err))
	assert.Equal(t, 1, fake.stored())
}

func TestWritten(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		payload string
		want    Written[ServerGroup]
		problem string
	}{
		"row missing":             {`{"id":"4","hook_errors":["boom"]}`, Written[ServerGroup]{ID: "4", HookErrors: []string{"boom"}}, "has no row"},
		"row null":                {`{"id":"4","row":null}`, Written[ServerGroup]{ID: "4"}, "has no row"},
		"row of no kind":          {`{"id":"4","row":"gone"}`, Written[ServerGroup]{ID: "4"}, `"row" is text instead of an object`},
		"field of no kind":        {`{"id":"4","row":{"id":"4","name":[7]}}`, Written[ServerGroup]{ID: "4"}, `"row.name" is a list instead of text`},
		"field as a number":       {`{"id":"4","row":{"id":4,"name":7}}`, Written[ServerGroup]{ID: "4", Row: &ServerGroup{ID: "4", Name: "7"}}, ""},
		"id as a number":          {`{"id":4,"row":{"id":"4"}}`, Written[ServerGroup]{ID: "4", Row: &ServerGroup{ID: "4"}}, ""},
		"hooks of no kind":        {`{"id":"4","hook_errors":{"a":"b"},"row":{"id":"4"}}`, Written[ServerGroup]{ID: "4", Row: &ServerGroup{ID: "4"}}, `"hook_errors" is an object instead of a list`},
		"numbers of PHP":          {`{"id":"4","module_option_numbers":[],"row":{"id":"4"}}`, Written[ServerGroup]{ID: "4", Row: &ServerGroup{ID: "4"}, OptionNumbers: map[string]Text{}}, ""},
		"numbers as either":       {`{"id":"4","module_option_numbers":{"Package":3,"Node":"1"},"row":{"id":"4"}}`, Written[ServerGroup]{ID: "4", Row: &ServerGroup{ID: "4"}, OptionNumbers: map[string]Text{"Package": "3", "Node": "1"}}, ""},
		"replayed":                {`{"id":"4","replayed":true,"row":{"id":"4"}}`, Written[ServerGroup]{ID: "4", Replayed: true, Row: &ServerGroup{ID: "4"}}, ""},
		"nothing fits but the id": {`{"id":"4","replayed":{},"hook_errors":1,"module_option_numbers":"x","row":[]}`, Written[ServerGroup]{ID: "4"}, "the response has no row"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			payload := `{"installation":"` + testInstallation + `",` + c.payload[1:]
			groups := CollectionOf[ServerGroup](clientOf(t, 200, companionAnswer(t, "", "", payload)), KindServerGroup)
			created, err := groups.Create(t.Context(), Values{"name": "x"}, WriteOptions{})
			require.NoError(t, err, "it happened")
			if c.problem == "" {
				require.NoError(t, created.RowError)
			} else {
				require.ErrorContains(t, created.RowError, c.problem)
			}
			created.RowError = nil
			c.want.Installation = testInstallation
			assert.Equal(t, &c.want, created)
		})
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	fake := newFakeCompanion(t, 1)
	products := CollectionOf[Product](fake.client, KindProduct)
	ask := func(ask func()) map[string]any {
		before := len(fake.sent())
		ask()
		require.Len(t, fake.sent(), before+1)
		request := fake.sent()[before]
		delete(request, "key")
		return request
	}
	options := WriteOptions{Installation: "i", AllowDuplicateName: true, GuardLive: []string{"module"}}
	assert.Equal(t, map[string]any{"v": 1.0, "op": "create", "kind": "product", "values": map[string]any{}, "installation": "i", "allow_duplicate_name": true},
		ask(func() { _, _ = products.Create(t.Context(), nil, options) }))
	assert.Equal(t, map[string]any{
		"v": 1.0, "op": "update", "kind": "product", "id": "1", "installation": "i", "guard_live": []any{"module"}, "allow_duplicate_name": true,
		"expect": map[string]any{"server_group_id": "3", "name": "a"}, "values": map[string]any{"server_group_id": nil, "module_options": map[string]any{"1": "x"}},
	}, ask(func() {
		_, _ = products.Update(t.Context(), "1", Values{"server_group_id": "3", "name": "a"}, Values{"server_group_id": nil, "module_options": Facet{"1": "x"}}, options)
	}))
	assert.Equal(t, map[string]any{"v": 1.0, "op": "delete", "kind": "product", "id": "1", "installation": "i", "expect": map[string]any{"name": "a"}},
		ask(func() { _, _ = products.Delete(t.Context(), "1", Values{"name": "a"}, options) }))
	assert.Equal(t, map[string]any{"v": 1.0, "op": "validate", "kind": "product", "values": map[string]any{}, "unknown": []any{"module"}, "allow_duplicate_name": true, "guard_live": []any{"module"}},
		ask(func() { _, _ = products.Validate(t.Context(), "", nil, []string{"module"}, options) }))
	assert.Equal(t, map[string]any{"v": 1.0, "op": "get", "kind": "product", "ids": []any{"18446744073709551615"}, "with": []any{"usage"}},
		ask(func() { _, _ = products.Get(t.Context(), "18446744073709551615", "usage") }))
	assert.Equal(t, map[string]any{"v": 1.0, "op": "test_connection", "id": "4", "values": map[string]any{"port": 443.0}},
		ask(func() { _, _ = fake.client.TestConnection(t.Context(), "4", Values{"port": int64(443)}) }))
	assert.Equal(t, map[string]any{"v": 1.0, "op": "module_schema", "module": "toplink_dcim"},
		ask(func() { _, _ = fake.client.ModuleSchema(t.Context(), "toplink_dcim", ModuleProduct{}) }))
}

func TestValidate(t *testing.T) {
	t.Parallel()
	validate := func(body string) error {
		return refusal(CollectionOf[Product](clientOf(t, 200, body), KindProduct).Validate(t.Context(), "", Values{}, nil, WriteOptions{}))
	}
	require.NoError(t, validate(companionAnswer(t, "", "", `{"installation":"x","ok":true}`)))
	limited := companionAnswer(t, "", "", `{"installation":"x","ok":true,"price_changes":{"planned":3,"left":2,"limit":50}}`)
	changes, err := CollectionOf[Product](clientOf(t, 200, limited), KindProduct).Validate(t.Context(), "", Values{}, nil, WriteOptions{})
	require.NoError(t, err)
	assert.Equal(t, PriceChanges{Planned: 3, Left: 2, Limit: 50}, changes)
	for _, wrong := range []string{`"many"`, `{"planned":"x","left":2,"limit":50}`} {
		assert.Equal(t, CodeProtocol, CodeOf(validate(companionAnswer(t, "", "", `{"installation":"x","ok":true,"price_changes":`+wrong+`}`))), wrong)
	}
	assert.Equal(t, CodeProtocol, CodeOf(validate(companionAnswer(t, "", "", `{"installation":"x","ok":false}`))))
	assert.Equal(t, CodeExists, CodeOf(validate(companionAnswer(t, "exists", "there", `{"installation":"x","id":"4"}`))))
}

func TestConnectionTests(t *testing.T) {
	t.Parallel()
	passed, err := clientOf(t, 200, companionAnswer(t, "", "", `{"success":true,"error":""}`)).TestConnection(t.Context(), "", nil)
	require.NoError(t, err)
	assert.Equal(t, &ConnectionTest{Success: true}, passed)
	failed, err := clientOf(t, 200, companionAnswer(t, "", "", `{"success":false,"error":"timed out"}`)).TestConnection(t.Context(), "", nil)
	require.NoError(t, err)
	assert.Equal(t, &ConnectionTest{Message: "timed out"}, failed)
}
