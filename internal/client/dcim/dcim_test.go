package dcim

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/clienttest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

func TestNew(t *testing.T) {
	t.Parallel()
	client, err := New(Config{URL: "https://DCIM.example.net:443/", Profile: ProfileAssumed})
	require.NoError(t, err)
	assert.Equal(t, "dcim.example.net", client.Host())
	_, err = New(Config{URL: "https://dcim.example.net", Profile: "guessed"})
	require.ErrorContains(t, err, `the wire profile "guessed" is neither "assumed", nor JSON that begins with {, nor a file that can be read: there is no such file`)
	_, err = New(Config{URL: "https://dcim.example.net"})
	require.ErrorContains(t, err, "there is no such file")
	_, err = New(Config{URL: "dcim.example.net", Profile: ProfileAssumed})
	require.ErrorContains(t, err, "has no scheme")
}

func TestLifeOfAnAPIKey(t *testing.T) {
	t.Parallel()
	fake := newFakeDCIM(t, "other")
	created, err := fake.client.CreateAPIKey(t.Context(), "whmcs", []string{"192.0.2.9", "192.0.2.1"}, false)
	require.NoError(t, err)
	id := strconv.FormatUint(firstID+1, 10)
	want := APIKey{
		ID: id, Label: "whmcs", IPAddresses: []string{"192.0.2.1", "192.0.2.9"}, Key: fmt.Sprintf("%064x", firstID+1), Secret: strings.Repeat("5e", 32), CreatedAt: "2026-01-02 03:04:05",
	}
	assert.Equal(t, want, created, "an id beyond 2^53 is exact")
	assert.Equal(t, transport.Mask, fake.client.redactor.Redact(created.Secret), "masked from now on")

	want.Secret = ""
	got, err := fake.client.GetAPIKey(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, want, got)

	want.Label, want.IPAddresses = "billing", nil
	updated, err := fake.client.UpdateAPIKey(t.Context(), id, "billing", nil)
	require.NoError(t, err)
	assert.Equal(t, want, updated)

	keys, err := fake.client.ListAPIKeys(t.Context())
	require.NoError(t, err)
	require.Len(t, keys, 2)
	assert.Equal(t, want, keys[1])

	require.NoError(t, fake.client.DeleteAPIKey(t.Context(), id))
	require.ErrorIs(t, fake.client.DeleteAPIKey(t.Context(), id), transport.ErrNotFound)
	_, err = fake.client.GetAPIKey(t.Context(), id)
	require.ErrorIs(t, err, transport.ErrNotFound)
	_, err = fake.client.UpdateAPIKey(t.Context(), id, "x", nil)
	require.ErrorIs(t, err, transport.ErrNotFound)
}

func TestListPaging(t *testing.T) {
	t.Parallel()
	spellings := map[string]func(int) any{
		"number": nil,
		"text":   func(n int) any { return strconv.Itoa(n) },
	}
	for keys, pages := range map[int]int{0: 1, 1: 1, 99: 1, 100: 1, 101: 2, 299: 3, 300: 3, 301: 4} {
		for spelling, lastPage := range spellings {
			t.Run(fmt.Sprint(keys, " keys, last page a ", spelling), func(t *testing.T) {
				t.Parallel()
				fake := newFakeDCIM(t, make([]string, keys)...)
				fake.lastPage = lastPage
				got, err := fake.client.ListAPIKeys(t.Context())
				require.NoError(t, err)
				require.Len(t, got, keys)
				for i, key := range got {
					require.Equal(t, strconv.FormatUint(firstID+uint64(i), 10), key.ID)
				}
				assert.Equal(t, pages, fake.count("GET"))
			})
		}
	}
}

func TestListFailingInTheMiddle(t *testing.T) {
	t.Parallel()
	fake := newFakeDCIM(t, make([]string, 250)...)
	pages := 0
	fake.before = func(_ string, w http.ResponseWriter) bool {
		pages++
		return pages == 2 && sends(http.StatusForbidden, `{"message":"The address is not allowed."}`)(w)
	}
	keys, err := fake.client.ListAPIKeys(t.Context())
	require.ErrorContains(t, err, "The address is not allowed.")
	assert.Nil(t, keys, "half a list is not a list")
}

// TestNothingAtTheAddress: a list always exists, so its "not found" is an error of the profile.
func TestNothingAtTheAddress(t *testing.T) {
	t.Parallel()
	_, err := clientOf(t, http.StatusNotFound, `{"message":"Not found"}`).ListAPIKeys(t.Context())
	require.EqualError(t, err, `api_keys.list: Not found (HTTP 404). The DCIM does not know this address: check base_path and operations.api_keys.list.path of the wire profile "assumed"`)
	require.NotErrorIs(t, err, transport.ErrNotFound)
}

// TestMismatches: for a response that does not match the profile, the error names the line of the
// profile.
func TestMismatches(t *testing.T) {
	t.Parallel()
	list := func(c *Client) error { _, err := c.ListAPIKeys(t.Context()); return err }
	get := func(c *Client) error { _, err := c.GetAPIKey(t.Context(), "1"); return err }
	update := func(c *Client) error { _, err := c.UpdateAPIKey(t.Context(), "1", "a", nil); return err }
	for name, c := range map[string]struct {
		ask   func(*Client) error
		body  string
		names string
	}{
		"list without data":        {list, `{"items":[],"meta":{"last_page":1}}`, "(envelope.data_path)"},
		"list that is bare":        {list, `[]`, "(envelope.data_path)"},
		"list as an object":        {list, `{"data":{"a":{}},"meta":{"last_page":1}}`, "(envelope.data_path)"},
		"list that is null":        {list, `null`, "(envelope.data_path)"},
		"element that is text":     {list, `{"data":["a"],"meta":{"last_page":1}}`, "(envelope.data_path)"},
		"no meta":                  {list, `{"data":[]}`, "(paging.last_page_path)"},
		"no last page":             {list, `{"data":[],"meta":{}}`, "(paging.last_page_path)"},
		"last page null":           {list, `{"data":[],"meta":{"last_page":null}}`, "(paging.last_page_path)"},
		"last page a word":         {list, `{"data":[],"meta":{"last_page":"many"}}`, "(paging.last_page_path)"},
		"last page an object":      {list, `{"data":[],"meta":{"last_page":{}}}`, "(paging.last_page_path)"},
		"page of several empty":    {list, `{"data":[],"meta":{"last_page":3}}`, "page 1 of 3 is empty"},
		"the same page again":      {list, `{"data":[{"id":1,"label":"a","ip":"","key":"k"}],"meta":{"last_page":2}}`, `ignores the parameter "page" (paging.field)`},
		"listed without id":        {list, `{"data":[{"label":"a"}],"meta":{"last_page":1}}`, "(fields.api_key.id)"},
		"object without data":      {get, `{"id":1}`, "(envelope.data_path)"},
		"object as a list":         {get, `{"data":[{"id":1}]}`, "(envelope.data_path)"},
		"object without id":        {get, `{"data":{"label":"a"}}`, "(fields.api_key.id)"},
		"label that is left out":   {get, `{"data":{"id":1,"ip":null}}`, "the response has nothing at \"label\" (fields.api_key.label)"},
		"addresses as a list":      {get, `{"data":{"id":1,"ip":["192.0.2.1"]}}`, "(fields.api_key.ip_addresses)"},
		"label as an object":       {get, `{"data":{"id":1,"label":{"text":"a"}}}`, "(fields.api_key.label)"},
		"another key":              {get, `{"data":{"id":2,"label":"a","ip":null}}`, "the request was for the API key 1, but the response contains 2"},
		"another key updated":      {update, `{"data":{"id":2,"label":"a","ip":null}}`, "the request was for the API key 1, but the response contains 2"},
		"update without an object": {update, `{}`, "(envelope.data_path)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.ask(clientOf(t, http.StatusOK, c.body))
			require.ErrorIs(t, err, ErrProfile)
			require.ErrorContains(t, err, `"assumed"`)
			require.ErrorContains(t, err, c.names)
			assert.NotErrorIs(t, err, transport.ErrNotFound)
		})
	}
}

func TestIDsAreExact(t *testing.T) {
	t.Parallel()
	for _, id := range []string{`1`, `9007199254740993`, `18446744073709551615`, `"18446744073709551615"`, `"k-5f"`} {
		key, err := clientOf(t, http.StatusOK, `{"data":{"id":`+id+`,"label":"a","ip":""}}`).GetAPIKey(t.Context(), strings.Trim(id, `"`))
		require.NoError(t, err)
		assert.Equal(t, strings.Trim(id, `"`), key.ID)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		says   []string
	}{
		"wrong key":             {401, `{"message":"Unauthenticated."}`, []string{"Unauthenticated.", "(HTTP 401)", "Check the DCIM key and secret"}},
		"wrong key, a page":     {401, `<html>Log in</html>`, []string{"a page instead of JSON", "Check the DCIM key and secret"}},
		"address not listed":    {403, `{"message":"Forbidden."}`, []string{"Forbidden.", "addresses listed on the API key"}},
		"gone from nowhere":     {404, `<html>404 Not Found</html>`, []string{"a page instead of JSON", `the wire profile "assumed"`}},
		"Go's 404":              {404, "404 page not found\n", []string{"a page instead of JSON"}},
		"404 without a body":    {404, ``, []string{"Not Found", "its list could not be read to confirm that"}},
		"401 without a body":    {401, ``, []string{"the DCIM answered Unauthorized (HTTP 401). Check the DCIM key"}},
		"404 without a message": {404, `{}`, []string{`Not Found, without a message at "message" (envelope.message_path): {}`}},
		"another message":       {400, `{"detail":"A \"` + testKey + `\" & b"}`, []string{`(envelope.message_path): {"detail":"A \"***\" & b"}`}},
		"404 with an empty one": {404, `{"message":""}`, []string{"Not Found"}},
		"404 in a list":         {404, `["gone"]`, []string{"Not Found"}},
		"404 cut short":         {404, `{"message":"No such API key."`, []string{"a page instead of JSON"}},
		"404 of a gateway":      {404, `{"message":"no Route matched with those values"}`, []string{"no Route matched"}},
		"conflict":              {409, `{"message":"Busy."}`, []string{"Busy.", "(HTTP 409)"}},
		"message of no kind":    {400, `{"message":["a"]}`, []string{"Bad Request"}},
		"unusual server error":  {520, `{"message":"Odd."}`, []string{"Odd.", "(HTTP 520)"}},
		"page instead of JSON":  {200, `<html>Log in</html>`, []string{"a page instead of JSON"}},
		"JSON and a page":       {200, `{"data":{"id":1}}<html>`, []string{"a page instead of JSON"}},
		"JSON cut short":        {200, `{"data":{"id":1}`, []string{"a page instead of JSON"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := clientOf(t, c.status, c.body)
			_, err := client.GetAPIKey(t.Context(), "1")
			for _, text := range c.says {
				require.ErrorContains(t, err, text)
			}
			var failure *Error
			require.ErrorAs(t, err, &failure)
			assert.Equal(t, c.status, failure.Status)
			require.NotErrorIs(t, err, transport.ErrNotFound, "only a 404 of the API itself is gone")
			_, err = client.ListAPIKeys(t.Context())
			require.Error(t, err)
			require.NotErrorIs(t, err, transport.ErrNotFound, "a list is never gone")
		})
	}
}

// TestGoneIsConfirmed: a "not found" for a key that is in the list is an error of the profile.
func TestGoneIsConfirmed(t *testing.T) {
	t.Parallel()
	fake := newFakeDCIM(t, "whmcs")
	id := strconv.FormatUint(firstID, 10)
	fake.before = func(request string, w http.ResponseWriter) bool {
		return strings.HasSuffix(request, id) && sends(http.StatusNotFound, `{"message":"The route could not be found."}`)(w)
	}
	_, err := fake.client.GetAPIKey(t.Context(), id)
	require.ErrorIs(t, err, ErrProfile)
	require.ErrorContains(t, err, "(operations.api_keys.get.path)")
	require.NotErrorIs(t, err, transport.ErrNotFound)
	assert.NotErrorIs(t, fake.client.DeleteAPIKey(t.Context(), "../x"), transport.ErrNotFound)
}

// TestGoneWithoutBody: a 404 without a body means "not found" if the list confirms it.
func TestGoneWithoutBody(t *testing.T) {
	t.Parallel()
	client := withProfile(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/packages" {
			_, _ = io.WriteString(w, twoPackages)
			return
		}
		w.WriteHeader(http.StatusNotFound)
	}, onlyNames(t)...)
	_, err := client.GetPackage(t.Context(), "9")
	require.ErrorIs(t, err, transport.ErrNotFound)
	_, err = packageKind.get(t.Context(), client, "8")
	require.ErrorIs(t, err, ErrProfile)
	require.NotErrorIs(t, err, transport.ErrNotFound)
}

func TestFieldErrors(t *testing.T) {
	t.Parallel()
	fake := newFakeDCIM(t)
	_, err := fake.client.CreateAPIKey(t.Context(), "", nil, false)
	var failure *Error
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, http.StatusUnprocessableEntity, failure.Status)
	assert.Equal(t, "The given data was invalid.", failure.Message)
	assert.Equal(t, []FieldError{
		{"colour", "Unknown."}, {"ip_addresses", "The ip is odd."}, {"label", "The label field is required. Really."},
	}, failure.Fields)
	var lost *creation.LostError
	assert.NotErrorAs(t, err, &lost, "refused is not lost")
}

// TestFieldErrors_shapes: the errors are read in each shape in which panels write them.
func TestFieldErrors_shapes(t *testing.T) {
	t.Parallel()
	const wholeResponse = `"errors_path": ""`
	for name, c := range map[string]struct {
		path, body, message string
		fields              []FieldError
	}{
		"list of texts": {
			`"errors_path": "errors"`, `{"message":"Invalid","errors":["Name is taken.","Odd."]}`,
			"Invalid: Name is taken. Odd.", nil,
		},
		"list of objects": {
			`"errors_path": "errors"`, `{"message":"Invalid","errors":[{"field":"name","text":"is taken"}]}`,
			"Invalid: field: name, text: is taken", nil,
		},
		"list of objects, no message": {
			`"errors_path": "errors"`, `{"errors":[{"field":"name"}]}`,
			`the DCIM answered Bad Request, without a message at "message" (envelope.message_path): {"errors":[{"field":"name"}]}`, nil,
		},
		"empty list": {`"errors_path": "errors"`, `{"message":"Invalid","errors":[]}`, "Invalid", nil},
		"whole response": {
			wholeResponse, `{"name":["Taken."],"disks":[{"type":["Unknown."]}]}`, "the DCIM answered Bad Request",
			[]FieldError{{"disks", "type: Unknown."}, {"name", "Taken."}},
		},
		"whole response with a message": {wholeResponse, `{"message":"Not now."}`, "Not now.", nil},
		"no errors_path": {`"code_path": "code"`, `{"name":["Taken."]}`,
			`the DCIM answered Bad Request, without a message at "message" (envelope.message_path): {"name":["Taken."]}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := withProfile(t, sends400(c.body), `"errors_path": "errors"`, c.path)
			_, err := client.UpdatePackage(t.Context(), Package{ID: "7", Name: "E3"})
			var failure *Error
			require.ErrorAs(t, err, &failure)
			assert.Equal(t, c.message, failure.Message)
			assert.Equal(t, c.fields, failure.Fields)
		})
	}
}

func sends400(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { sends(http.StatusBadRequest, body)(w) }
}

// TestFieldErrors_masked: a field name that contains the key is masked.
func TestFieldErrors_masked(t *testing.T) {
	t.Parallel()
	fake := newFakeDCIM(t)
	fake.before = func(request string, w http.ResponseWriter) bool {
		return strings.HasPrefix(request, http.MethodPost) && sends(http.StatusUnprocessableEntity, `{"message":"No.","errors":{"as `+testKey+`":["No."]}}`)(w)
	}
	_, err := fake.client.CreateAPIKey(t.Context(), "a", nil, false)
	var failure *Error
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, []FieldError{{"as " + transport.Mask, "No."}}, failure.Fields)
}

func TestCreateOverAnExistingLabel(t *testing.T) {
	t.Parallel()
	fake := newFakeDCIM(t, "whmcs", "other", "whmcs")
	_, err := fake.client.CreateAPIKey(t.Context(), "whmcs", nil, false)
	var exists *creation.ExistsError
	require.ErrorAs(t, err, &exists)
	assert.Equal(t, &creation.ExistsError{System: "the DCIM", Noun: "API key", Name: "whmcs", IDs: []string{strconv.FormatUint(firstID, 10), strconv.FormatUint(firstID+2, 10)}}, exists)
	assert.Zero(t, fake.count("POST"))
	_, err = fake.client.CreateAPIKey(t.Context(), "whmcs", nil, true)
	require.NoError(t, err)
}

// TestLostCreate loses the response to a creation in several ways. The creation is not repeated, and
// the error names the possible results.
func TestLostCreate(t *testing.T) {
	t.Parallel()
	created := []string{strconv.FormatUint(firstID+2, 10)}
	for name, c := range map[string]struct {
		spoil    func(w http.ResponseWriter) bool
		early    bool // before it was processed
		suspects []string
	}{
		"hangs up after":            {clienttest.HangUp, false, created},
		"hangs up before":           {clienttest.HangUp, true, nil},
		"500 after":                 {sends(500, `{"message":"Server Error"}`), false, created},
		"500 before":                {sends(500, ``), true, nil},
		"bad gateway":               {sends(502, `<html>`), false, created},
		"gateway timeout":           {sends(504, ``), false, created},
		"another gateway's timeout": {sends(524, `<html>`), false, created},
		"page with 200":             {sends(200, `<html>`), false, created},
		"cut short":                 {sends(201, `{"data":{"id":1`), false, created},
		"nothing":                   {sends(204, ``), false, created},
		"no id":                     {sends(201, `{"data":{"key":"k","secret":"s"}}`), false, created},
		"no secret":                 {sends(201, `{"data":{"id":1,"key":"k"}}`), false, created},
		"redirect as for a form":    {func(w http.ResponseWriter) bool { w.Header().Set("Location", "/"); return sends(302, ``)(w) }, false, created},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := newFakeDCIM(t, "whmcs", "other")
			spoil := func(request string, w http.ResponseWriter) bool {
				return strings.HasPrefix(request, "POST") && c.spoil(w)
			}
			if c.early {
				fake.before = spoil
			} else {
				fake.after = spoil
			}
			_, err := fake.client.CreateAPIKey(t.Context(), "whmcs", nil, true)
			var lost *creation.LostError
			require.ErrorAs(t, err, &lost)
			assert.Equal(t, "whmcs", lost.Name)
			assert.True(t, lost.Listed)
			assert.Equal(t, c.suspects, lost.Suspects)
			require.Error(t, lost.Cause)
			require.NotErrorIs(t, err, transport.ErrNotFound)
			assert.Equal(t, 1, fake.count("POST"), "sent once")
		})
	}
}

func TestLostCreateThatCannotBeLookedInto(t *testing.T) {
	t.Parallel()
	fake := newFakeDCIM(t)
	posted := false
	fake.after = func(request string, w http.ResponseWriter) bool {
		posted = posted || strings.HasPrefix(request, "POST")
		return posted && clienttest.HangUp(w)
	}
	_, err := fake.client.CreateAPIKey(t.Context(), "whmcs", nil, false)
	var lost *creation.LostError
	require.ErrorAs(t, err, &lost)
	assert.False(t, lost.Listed)
	assert.Empty(t, lost.Suspects)
	assert.Equal(t, 1, fake.count("POST"))
}

func TestLostCreateIsLookedIntoAfterCancellation(t *testing.T) {
	t.Parallel()
	fake := newFakeDCIM(t)
	ctx, cancel := context.WithCancel(t.Context())
	fake.after = func(request string, w http.ResponseWriter) bool {
		if !strings.HasPrefix(request, "POST") {
			return false
		}
		cancel()
		return clienttest.HangUp(w)
	}
	_, err := fake.client.CreateAPIKey(ctx, "whmcs", nil, false)
	var lost *creation.LostError
	require.ErrorAs(t, err, &lost)
	assert.True(t, lost.Listed)
	assert.Equal(t, []string{strconv.FormatUint(firstID, 10)}, lost.Suspects)
}

// TestCreateThatWasNotCarriedOut: a refusal and a failed connection are not a LostError.
func TestCreateThatWasNotCarriedOut(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(f *fakeDCIM){
		"refused": func(f *fakeDCIM) {
			f.before = func(request string, w http.ResponseWriter) bool {
				return strings.HasPrefix(request, "POST") && sends(http.StatusForbidden, `{"message":"No."}`)(w)
			}
		},
		"a page refuses": func(f *fakeDCIM) {
			f.before = func(request string, w http.ResponseWriter) bool {
				return strings.HasPrefix(request, "POST") && sends(http.StatusForbidden, `<html>`)(w)
			}
		},
		"too many requests": func(f *fakeDCIM) {
			f.before = func(request string, w http.ResponseWriter) bool {
				return strings.HasPrefix(request, "POST") && sends(http.StatusTooManyRequests, ``)(w)
			}
		},
		"nobody listens any more": func(f *fakeDCIM) {
			f.after = func(string, http.ResponseWriter) bool {
				_ = f.server.Listener.Close()
				return false
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := newFakeDCIM(t)
			spoil(fake)
			_, err := fake.client.CreateAPIKey(t.Context(), "whmcs", nil, false)
			require.Error(t, err)
			var lost *creation.LostError
			require.NotErrorAs(t, err, &lost)
			assert.False(t, transport.MayHaveBeenProcessed(err))
			assert.Equal(t, name == "nobody listens any more", transport.IsKind(err, transport.KindDial))
			assert.Zero(t, fake.stored())
		})
	}
}

func TestRepeatableRequestsAreRepeated(t *testing.T) {
	t.Parallel()
	fake := newFakeDCIM(t, "whmcs")
	id := strconv.FormatUint(firstID, 10)
	requests := 0
	fake.after = func(_ string, w http.ResponseWriter) bool {
		requests++
		return requests%2 == 1 && clienttest.HangUp(w)
	}
	_, err := fake.client.GetAPIKey(t.Context(), id)
	require.NoError(t, err)
	_, err = fake.client.UpdateAPIKey(t.Context(), id, "billing", []string{"192.0.2.1"})
	require.NoError(t, err)
	require.ErrorIs(t, fake.client.DeleteAPIKey(t.Context(), id), transport.ErrNotFound, "the first attempt did it")
	assert.Zero(t, fake.stored())
}

// TestSecretsStayOut uses a DCIM that quotes the whole request.
func TestSecretsStayOut(t *testing.T) {
	t.Parallel()
	dump := `"` + testKey + ` secret\/canary\"2\" secret/canary\"2\""`
	for name, answer := range map[string]func(http.ResponseWriter) bool{
		"message":      sends(403, `{"message":`+dump+`}`),
		"fields":       sends(422, `{"message":"m","errors":{"label":[`+dump+`],"ip":`+dump+`}}`),
		"crash":        sends(500, dump),
		"page":         sends(200, "<title>"+testSecret+"</title>"),
		"odd envelope": sends(200, `{"data":`+dump+`}`),
		"odd paging":   sends(200, `{"data":[],"meta":{"last_page":`+dump+`}}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newTestClient(t, clienttest.Serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w) }).URL)
			_, listErr := client.ListAPIKeys(t.Context())
			_, getErr := client.GetAPIKey(t.Context(), "1")
			_, createErr := client.CreateAPIKey(t.Context(), "a", nil, false)
			deleteErr := client.DeleteAPIKey(t.Context(), "1")
			for _, err := range []error{listErr, getErr, createErr, deleteErr} {
				text := fmt.Sprintf("%v\n%+v\n%#v", err, err, err)
				var failure *Error
				if errors.As(err, &failure) {
					text += fmt.Sprint(failure.Fields)
				}
				assert.NotContains(t, text, "canary")
			}
		})
	}
}

func TestOperationsTheProfileLacks(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, "https://dcim.example.net")
	delete(client.profile.Operations, "api_keys.list")
	_, err := client.ListAPIKeys(t.Context())
	require.ErrorContains(t, err, `the wire profile "assumed" has no operation "api_keys.list"`)
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, "https://dcim.example.net")
	for text, want := range map[string][]string{
		"":                         nil,
		" , ,":                     nil,
		"192.0.2.1":                {"192.0.2.1"},
		"192.0.2.9, 192.0.2.1,":    {"192.0.2.1", "192.0.2.9"},
		"\t2001:db8::1 ,192.0.2.1": {"192.0.2.1", "2001:db8::1"},
	} {
		assert.Equal(t, want, client.reader(objectAPIKey, map[string]any{"ip": text}).texts("ip_addresses"), "%q", text)
	}
}

// TestAddresses_networks: a network of one address is that address.
func TestAddresses_networks(t *testing.T) {
	t.Parallel()
	key, err := clientOf(t, http.StatusOK,
		`{"data":{"id":1,"label":"a","ip":"192.0.2.1/32,2001:db8::1/128,203.0.113.0/24","key":"k"}}`).GetAPIKey(t.Context(), "1")
	require.NoError(t, err)
	assert.Equal(t, []string{"192.0.2.1", "2001:db8::1", "203.0.113.0/24"}, key.IPAddresses)
}

func TestAPIKeyInput(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, "https://dcim.example.net")
	given := []string{"b", "a"}
	input, err := client.apiKeyInput("l", given)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"label": "l", "ip": "a,b"}, input)
	assert.Equal(t, []string{"b", "a"}, given, "the caller's list stays as it is")
	input, err = client.apiKeyInput("l", nil)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"label": "l", "ip": ""}, input)
}

// TestIntegers: all encodings of a whole number are accepted. Numbers that would have to be rounded are
// not.
func TestIntegers(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, "https://dcim.example.net")
	for given, want := range map[any]int64{nil: 0, "": 0, json.Number("16"): 16, "16": 16, "16.0": 16, json.Number("16.000"): 16, "-3": -3, json.Number("9007199254740993.0"): 9007199254740993} {
		r := client.reader(objectPackage, map[string]any{"cpu_count": given})
		assert.Equal(t, want, r.integer("cpu_count"), "%v", given)
		assert.Empty(t, *r.problems, "%v", given)
	}
	for _, given := range []any{"many", "16.5", "1e3", "0x10", "0x1p4", "9223372036854775808", ".0", true, []any{}, map[string]any{}} {
		r := client.reader(objectServer, map[string]any{"memory": given})
		r.integer("memory_gb")
		assert.Equal(t, []string{`the value at "memory" is not a whole number (fields.server.memory_gb)`}, *r.problems, "%v", given)
	}
}

func TestAt(t *testing.T) {
	t.Parallel()
	tree := map[string]any{"a": map[string]any{"b": 1, "c": nil}, "l": []any{2}}
	for path, want := range map[string]any{"": tree, "a.b": 1, "a.c": nil, "a.c.d": nil, "a.b.c": nil, "x": nil, "l.0": 2, "l.1": nil, "l.x": nil, "a.": nil} {
		assert.Equal(t, want, valueAt(tree, path), path)
	}
}

// FuzzAnswer: no response causes a panic or a key without an id. Only a 404 in JSON with a message, or without a body,
// means that a key does not exist.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		``, `null`, `{}`, `{"data":[]}`, `{"data":[{"id":1}],"meta":{"last_page":1}}`, `{"data":{"id":18446744073709551615,"label":"a","ip":"b, a"}}`, `{"data":{"id":1}}<html>`,
		`{"message":"No such API key.","errors":{"label":["required",1,null],"ip":{}}}`, "404 page not found", "<html>", `{"data":{"id":[1]}}`,
	} {
		f.Add(uint16(200), []byte(body))
		f.Add(uint16(404), []byte(body))
		f.Add(uint16(422), []byte(body))
	}
	client := newTestClient(f, "https://dcim.example.net")
	f.Fuzz(func(t *testing.T, status uint16, body []byte) {
		decoded, err := client.decode("op", objectAPIKey, true, &transport.Response{StatusCode: int(status), Body: body})
		if err != nil {
			var failure *Error
			require.ErrorAs(t, err, &failure)
			require.NotEmpty(t, failure.Message)
			if errors.Is(err, transport.ErrNotFound) {
				require.EqualValues(t, http.StatusNotFound, status)
				require.True(t, len(bytes.TrimSpace(body)) == 0 || bytes.Contains(body, []byte("{")))
			}
			return
		}
		require.Less(t, status, uint16(300))
		row, err := client.singleObject("op", decoded)
		if err != nil {
			require.ErrorIs(t, err, ErrProfile)
			return
		}
		key, err := client.apiKey("op", row)
		if err != nil {
			require.ErrorIs(t, err, ErrProfile)
			return
		}
		require.NotEmpty(t, key.ID)
	})
}
