package acctest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
	"github.com/hosting-iac/terraform-provider-hosting/internal/provider"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// BenchmarkDataSource reads 10,000 products with the data source. The metric "÷decoding" is its CPU time, divided by
// the CPU time of decoding the same responses once. The responses are those of the sandbox, which a server sends
// again.
func BenchmarkDataSource(b *testing.B) {
	const count = 10_000
	sb := acctest.NewSandbox(b, sandbox.Options{Size: count})
	var mutex sync.Mutex
	recorded := map[string][]byte{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		request, _ := io.ReadAll(r.Body)
		body, known := recorded[string(request)]
		if !known {
			answer, err := http.Post(sb.WHMCS.URL()+r.URL.Path, r.Header.Get("Content-Type"), bytes.NewReader(request))
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadGateway)
				return
			}
			defer answer.Body.Close()
			body, _ = io.ReadAll(answer.Body)
			recorded[string(request)] = body
		}
		_, _ = w.Write(body)
	}))
	b.Cleanup(server.Close)
	credential := sb.WHMCS.Credential()
	client := acctest.Schemas(b).With(provider.NewServer("test")())
	diagnostics, err := client.Configure(b.Context(), map[string]any{
		"whmcs": map[string]any{"url": server.URL, "identifier": credential.Identifier, "secret": credential.Secret},
	})
	require.NoError(b, err)
	require.Empty(b, diagnostics)
	const typeName = "hosting_whmcs_products"
	config, err := protocol.Encode(client.DataSourceSchemas()[typeName].ValueType(), map[string]any{})
	require.NoError(b, err)
	read := func() {
		state, diagnostics, err := client.ReadDataSource(b.Context(), typeName, config)
		require.NoError(b, err)
		require.Empty(b, diagnostics)
		require.Greater(b, len(state.MsgPack), count)
	}
	read()
	decode := func() {
		products := 0
		for _, body := range recorded {
			var answer struct{ Payload string }
			require.NoError(b, json.Unmarshal(body, &answer))
			payload, err := base64.StdEncoding.DecodeString(answer.Payload)
			require.NoError(b, err)
			var page struct{ Rows []whmcs.Product }
			require.NoError(b, json.Unmarshal(payload, &page))
			products += len(page.Rows)
		}
		require.GreaterOrEqual(b, products, count)
	}
	var reading, decoding time.Duration
	for b.Loop() {
		reading += cpuTime(b, read)
		decoding += cpuTime(b, decode)
	}
	b.ReportMetric(reading.Seconds()/decoding.Seconds(), "÷decoding")
}

// cpuTime returns the CPU time that this process takes for a call.
func cpuTime(b *testing.B, call func()) time.Duration {
	b.Helper()
	used := func() time.Duration {
		var usage syscall.Rusage
		require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
		return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	before := used()
	call()
	return used() - before
}
