package whmcs

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// product returns a product as the companion sends it, with another id.
func product(b *testing.B, id int) string {
	b.Helper()
	sample, err := os.ReadFile("testdata/product.json")
	require.NoError(b, err)
	require.Contains(b, string(sample), `"id": "2"`)
	return strings.Replace(string(sample), `"id": "2"`, fmt.Sprintf(`"id": "%d"`, id), 1)
}

// BenchmarkDecodeProduct decodes the response to a get of one product.
func BenchmarkDecodeProduct(b *testing.B) {
	body := []byte(companionAnswer(b, "", "", `{"installation":"x","rows":[`+product(b, 1)+`]}`))
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		_, fields := jsonObject(body)
		payload, err := decodePayload(fields["payload"])
		require.NoError(b, err)
		found, err := decodeFound[Product](payload, "1")
		require.NoError(b, err)
		require.NotNil(b, found.Row)
	}
}

// BenchmarkDecodeProductPage decodes a page of the maximum size: 500 products.
func BenchmarkDecodeProductPage(b *testing.B) {
	client, err := New(Config{URL: "https://billing.example.net", Secret: testSecret})
	require.NoError(b, err)
	rows := make([]string, pageSize)
	for i := range rows {
		rows[i] = product(b, i+1)
	}
	body := []byte(companionAnswer(b, "", "", `{"installation":"x","rows":[`+strings.Join(rows, ",")+`],"next":null}`))
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		var page struct {
			Rows []Product `json:"rows"`
		}
		_, fields := jsonObject(body)
		require.NoError(b, client.decodeSuccess("list", fields, &page))
		require.Len(b, page.Rows, pageSize)
	}
}
