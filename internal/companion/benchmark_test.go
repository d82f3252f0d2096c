package companion_test

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// BenchmarkBatchOverALink measures what a batch of 100 creates saves over 100 single ones, on a link with a round trip of 20 ms. Like the
// host, which closes each connection, WHMCS behind many web servers does not keep connections open.
func BenchmarkBatchOverALink(b *testing.B) {
	w := newWHMCS(b, testhost.Options{})
	near := w.URL
	w.URL = delayedLink(b, near, 20*time.Millisecond)
	group := func() object {
		return object{"op": "create", "kind": "product_group", "key": newKey(), "values": object{"name": newKey(), "slug": newKey()}}
	}
	var single, batch time.Duration
	for b.Loop() {
		start := time.Now()
		for range 100 {
			w.ok(w.write(group()))
		}
		single += time.Since(start)

		ops := make(list, 100)
		for number := range ops {
			ops[number] = group()
		}
		start = time.Now()
		results := w.ok(w.post(w.form("TerraformWrite", object{"op": "batch", "ops": ops})))["results"].(list)
		batch += time.Since(start)
		for _, result := range results {
			w.holds(result.(object), object{"ok": true})
		}
	}
	ratio := single.Seconds() / batch.Seconds()
	b.ReportMetric(ratio, "single/batch")
	b.ReportMetric(0, "ns/op")
	if ratio < 5 {
		b.Errorf("100 creates take %v one by one and %v in a batch: %.1f times as long, want at least 5", single, batch, ratio)
	}
}

// delayedLink relays connections to a host. The handshake of each connection is delayed by one round trip, and each
// transfer by half of one.
func delayedLink(tb testing.TB, base string, roundTrip time.Duration) string {
	tb.Helper()
	target, err := url.Parse(base)
	if err != nil {
		tb.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		_ = listener.Close()
	})
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				time.Sleep(roundTrip)
				host, err := net.Dial("tcp", target.Host)
				if err != nil {
					_ = client.Close()
					return
				}
				go copyDelayed(client, host, roundTrip/2)
				copyDelayed(host, client, roundTrip/2)
			}()
		}
	}()
	return fmt.Sprintf("http://%s%s", listener.Addr(), target.Path)
}

// copyDelayed copies one direction of a connection with the delay of the link.
func copyDelayed(from, to net.Conn, delay time.Duration) {
	type piece struct {
		due   time.Time
		bytes []byte
	}
	pieces := make(chan piece, 1024)
	go func() {
		defer func() { _ = to.Close() }()
		for p := range pieces {
			time.Sleep(time.Until(p.due))
			if _, err := to.Write(p.bytes); err != nil {
				_ = from.Close()
			}
		}
	}()
	defer close(pieces)
	for {
		buffer := make([]byte, 32<<10)
		n, err := from.Read(buffer)
		if n > 0 {
			pieces <- piece{time.Now().Add(delay), buffer[:n]}
		}
		if err != nil {
			return
		}
	}
}
