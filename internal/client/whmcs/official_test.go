package whmcs

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/clienttest"
)

func TestNestedLists(t *testing.T) {
	t.Parallel()
	usd, eur := Currency{ID: "1", Code: "USD", Rate: "1.00000"}, Currency{ID: "2", Code: "EUR", Rate: "0.90000"}
	const usdText, eurText = `{"id":1,"code":"USD","rate":"1.00000"}`, `{"id":"2","code":"EUR","rate":0.90000}`
	for name, c := range map[string]struct {
		text string
		want []Currency
		fail bool
	}{
		"absent":                 {``, nil, false},
		"null":                   {`null`, nil, false},
		"empty text":             {`""`, nil, false},
		"empty list":             {` [ ] `, nil, false},
		"empty object":           {`{}`, nil, false},
		"empty list inside":      {`{"currency":[]}`, nil, false},
		"empty object inside":    {`{"currency": { } }`, nil, false},
		"empty text inside":      {`{"currency":""}`, nil, false},
		"null inside":            {`{"currency":null}`, nil, false},
		"list":                   {`{"currency":[` + usdText + `,` + eurText + `]}`, []Currency{usd, eur}, false},
		"list of one":            {`{"currency":[` + usdText + `]}`, []Currency{usd}, false},
		"bare object":            {`{"currency":` + usdText + `}`, []Currency{usd}, false},
		"numbered object":        {`{"currency":{"0":` + usdText + `,"1":` + eurText + `}}`, []Currency{usd, eur}, false},
		"numbered, not in order": {`{"currency":{"10":` + eurText + `,"9":` + usdText + `}}`, []Currency{usd, eur}, false},
		"numbered with a gap":    {`{"currency":{"0":` + usdText + `,"2":` + eurText + `}}`, []Currency{usd, eur}, false},
		"numbered from one":      {`{"currency":{"1":` + usdText + `}}`, []Currency{usd}, false},
		"another name":           {`{"currencies":[]}`, nil, true},
		"text":                   {`"none"`, nil, true},
		"text inside":            {`{"currency":"none"}`, nil, true},
		"number inside":          {`{"currency":1}`, nil, true},
		"false":                  {`false`, nil, true},
		"list of text":           {`{"currency":["USD"]}`, nil, true},
		"list of nothing":        {`{"currency":[null]}`, nil, true},
		"element without fields": {`{"currency":{"0":{}}}`, nil, true},
		"object as a field":      {`{"currency":{"id":{"a":1}}}`, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := decodeNestedList[Currency](json.RawMessage(c.text), "currency")
			if c.fail {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
}

func TestCurrencies(t *testing.T) {
	t.Parallel()
	currencies, err := clientOf(t, 200, `{"result":"success","totalresults":"2","currencies":{"currency":[
		{"id":1,"code":"USD","prefix":"$","suffix":" USD","format":"2","rate":"1.00000"},{"id":"2","code":"EUR","prefix":"€","suffix":null,"format":3,"rate":0.9}]}}`).Currencies(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []Currency{
		{ID: "1", Code: "USD", Prefix: "$", Suffix: " USD", Format: "2", Rate: "1.00000"},
		{ID: "2", Code: "EUR", Prefix: "€", Format: "3", Rate: "0.9"},
	}, currencies)
	for name, body := range map[string]string{
		"none":           `{"result":"success","currencies":{"currency":[]}}`,
		"left out":       `{"result":"success"}`,
		"without a code": `{"result":"success","currencies":{"currency":{"id":1}}}`,
		"of no kind":     `{"result":"success","currencies":{"currency":"USD"}}`,
	} {
		_, err := clientOf(t, 200, body).Currencies(t.Context())
		assert.Equal(t, CodeProtocol, CodeOf(err), name)
	}
}

func TestServerSummaries(t *testing.T) {
	t.Parallel()
	servers, err := clientOf(t, 200, `{"result":"success","servers":[
		{"id":1,"name":"n1","hostname":"h","ipaddress":"192.0.2.1","active":true,"activeServices":3,"maxAllowedServices":"200","percentUsed":1.5,"module":"toplink_dcim"},
		{"id":"2","name":"n2","active":""}]}`).ServerSummaries(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []ServerSummary{
		{ID: "1", Name: "n1", Hostname: "h", IPAddress: "192.0.2.1", Active: true, ActiveServices: "3", MaxAllowedServices: "200", PercentUsed: "1.5", Module: "toplink_dcim"},
		{ID: "2", Name: "n2"},
	}, servers)
	for _, none := range []string{`[]`, `{}`, `""`, `null`} {
		servers, err := clientOf(t, 200, `{"result":"success","servers":`+none+`}`).ServerSummaries(t.Context())
		require.NoError(t, err, none)
		assert.Empty(t, servers, none)
	}
	for _, odd := range []string{`[{"name":"without an id"}]`, `"none"`, `[{"id":1,"active":"perhaps"}]`, `[{"id":[1]}]`} {
		_, err := clientOf(t, 200, `{"result":"success","servers":`+odd+`}`).ServerSummaries(t.Context())
		assert.Equal(t, CodeProtocol, CodeOf(err), odd)
	}
}

func TestTextAndBool(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Text{`"a"`: "a", `"1.50"`: "1.50", `1.50`: "1.50", `18446744073709551615`: "18446744073709551615", `false`: "", `null`: "", `""`: "", `"é\n"`: "é\n"} {
		var got Text
		require.NoError(t, decode([]byte(text), &got), text)
		assert.Equal(t, want, got, text)
	}
	for text, want := range map[string]Bool{
		`true`: true, `1`: true, `"1"`: true, `"on"`: true, `"true"`: true, `"yes"`: true,
		`false`: false, `0`: false, `"0"`: false, `"off"`: false, `"false"`: false, `"no"`: false, `""`: false, `null`: false,
	} {
		var got Bool
		require.NoError(t, decode([]byte(text), &got), text)
		assert.Equal(t, want, got, text)
	}
	for _, odd := range []string{`{}`, `[]`, `[1]`, `2`, `"maybe"`} {
		var b Bool
		require.Error(t, decode([]byte(odd), &b), odd)
	}
	for _, odd := range []string{`{"a":"canary"}`, `["canary"]`, `true`} {
		var text Text
		err := decode([]byte(odd), &text)
		require.Error(t, err, odd)
		assert.NotContains(t, err.Error(), "canary", "a value is not quoted")
	}
}

func TestCachedAnswersAreAskedForOnce(t *testing.T) {
	t.Parallel()
	var currencies, schemas atomic.Int64
	client := newTestClient(t, clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("action") == "GetCurrencies" {
			currencies.Add(1)
			_, _ = io.WriteString(w, `{"result":"success","currencies":{"currency":{"id":1,"code":"USD"}}}`)
			return
		}
		schemas.Add(1)
		_, _ = io.WriteString(w, companionAnswer(t, "", "", `{"installation":"x","module":"m","options":[{"number":1,"name":"Package","type":"dropdown","choices":["a"]}]}`))
	}).URL)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			list, err := client.CachedCurrencies(t.Context())
			assert.NoError(t, err)
			assert.Equal(t, []Currency{{ID: "1", Code: "USD"}}, list)
		})
		for _, module := range []string{"one", "two"} {
			all.Go(func() {
				schema, err := client.CachedModuleSchema(t.Context(), module, ModuleProduct{})
				if assert.NoError(t, err) {
					assert.Equal(t, []ModuleOption{{Number: 1, Name: "Package", Type: "dropdown", Choices: []string{"a"}}}, schema.Options)
				}
			})
		}
	}
	all.Wait()
	assert.EqualValues(t, 1, currencies.Load())
	assert.EqualValues(t, 2, schemas.Load(), "once for each module")
}

func TestCachedAnswersForgetFailures(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	client := newTestClient(t, clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case asked.Add(1)%2 == 1:
			_, _ = io.WriteString(w, `{"result":"error","message":"not now"}`)
		case r.PostFormValue("action") == "GetCurrencies":
			_, _ = io.WriteString(w, `{"result":"success","currencies":{"currency":{"id":1,"code":"USD"}}}`)
		default:
			_, _ = io.WriteString(w, companionAnswer(t, "", "", `{"installation":"x","options":[]}`))
		}
	}).URL)
	for range 3 {
		_, err := client.CachedCurrencies(t.Context())
		if asked.Load() == 1 {
			require.ErrorContains(t, err, "not now")
		} else {
			require.NoError(t, err)
		}
	}
	assert.EqualValues(t, 2, asked.Load())
	_, err := client.CachedModuleSchema(t.Context(), "m", ModuleProduct{})
	require.ErrorContains(t, err, "not now")
	for range 2 {
		_, err = client.CachedModuleSchema(t.Context(), "m", ModuleProduct{})
		require.NoError(t, err)
	}
	assert.EqualValues(t, 4, asked.Load())
}

// TestCached: several callers during one load.
func TestCached(t *testing.T) {
	t.Parallel()
	value := 42
	trouble := errors.New("trouble")
	for name, c := range map[string]struct {
		outcomes []error // of the loads, in order
		cancel   bool    // the first caller is cancelled during its load
		asked    int
		want     error // the error of the waiting callers
	}{
		"share a success":             {[]error{nil}, false, 1, nil},
		"share a failure":             {[]error{trouble}, false, 1, trouble},
		"ask again for one cancelled": {[]error{trouble, nil}, true, 2, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var o cached[int]
				asked := 0
				release := make(chan struct{})
				ask := func() (*int, error) {
					asked++
					err := c.outcomes[asked-1]
					<-release
					if err != nil {
						return nil, err
					}
					return &value, nil
				}
				first, cancel := context.WithCancel(t.Context())
				defer cancel()
				go func() { _, _ = o.get(first, ask) }()
				synctest.Wait()
				var all sync.WaitGroup
				for range 5 {
					all.Go(func() {
						got, err := o.get(t.Context(), ask)
						assert.Equal(t, c.want, err)
						if err == nil {
							assert.Equal(t, 42, *got)
						}
					})
				}
				impatient, giveUp := context.WithCancel(t.Context())
				all.Go(func() {
					_, err := o.get(impatient, ask)
					assert.ErrorIs(t, err, context.Canceled)
				})
				synctest.Wait()
				giveUp()
				synctest.Wait()
				if c.cancel {
					cancel()
				}
				close(release)
				all.Wait()
				assert.Equal(t, c.asked, asked)
			})
		})
	}
}
