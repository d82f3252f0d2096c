package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// whmcs is the WHMCS of an estate.
type whmcs interface {
	// settings returns the environment variables of the provider.
	settings() []string
	// copyProduct copies a product and gives the copy another name and slug. It returns the id of the copy.
	copyProduct(id, name, slug string) (string, error)
	products() (int, error)
	// measure delays every response by latency, and counts requests from now on.
	measure(latency time.Duration)
	requests() (reads, writes int)
	close() error
}

// hosts start a WHMCS, by the values of -host.
var hosts = map[string]func(ctx context.Context) (whmcs, error){"sandbox": startSandbox, "php": startPHP}

// sandboxed is a sandbox.
type sandboxed struct {
	*sandbox.Sandbox
	removeDelay func()
}

func startSandbox(context.Context) (whmcs, error) {
	w := &sandboxed{sandbox.New(sandbox.Options{}), func() {}}
	err := w.Start()
	return w, err
}

func (w *sandboxed) settings() []string {
	credential := w.WHMCS.Credential()
	return []string{"WHMCS_URL=" + w.WHMCS.URL(), "WHMCS_IDENTIFIER=" + credential.Identifier, "WHMCS_SECRET=" + credential.Secret}
}

func (w *sandboxed) copyProduct(id, name, slug string) (made string, err error) {
	w.WHMCS.Mutate(func(s *sandbox.State) {
		row := maps.Clone(s.Row("tblproducts", id))
		row["name"] = name
		made = s.Insert("tblproducts", row)
		for table, column := range map[string]string{"tblpricing": "relid", "tblproducts_slugs": "product_id"} {
			var own []sandbox.Row
			for _, part := range s.Table(table).Rows {
				if part[column] == id && (table != "tblpricing" || part["type"] == "product") {
					own = append(own, part)
				}
			}
			for _, part := range own {
				part = maps.Clone(part)
				part[column] = made
				if table == "tblproducts_slugs" {
					part["slug"] = slug
				}
				s.Insert(table, part)
			}
		}
	})
	return made, nil
}

func (w *sandboxed) products() (int, error) { return w.WHMCS.Count("product"), nil }

func (w *sandboxed) measure(latency time.Duration) {
	w.Journal().Reset()
	w.removeDelay()
	w.removeDelay = func() {}
	if latency > 0 {
		w.removeDelay = w.AddFault(sandbox.Fault{Times: -1, Delay: sandbox.Duration(latency)})
	}
}

func (w *sandboxed) requests() (reads, writes int) {
	for _, request := range w.Journal().Requests() {
		if request.Write {
			writes++
		} else {
			reads++
		}
	}
	return reads, writes
}

func (w *sandboxed) close() error { return w.Close() }

// php is the companion on PHP and MariaDB, behind a proxy that counts and delays.
type php struct {
	host          *testhost.Host
	whmcs         *testhost.Installation
	proxy         *http.Server
	url           string
	latency       atomic.Int64
	reads, writes atomic.Int64
}

func startPHP(ctx context.Context) (whmcs, error) {
	host, err := testhost.Start(ctx, testhost.Settings{})
	if err != nil {
		return nil, err
	}
	w := &php{host: host, proxy: &http.Server{ReadHeaderTimeout: time.Minute}}
	if err := w.start(ctx); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

func (w *php) start(ctx context.Context) (err error) {
	if w.whmcs, err = w.host.Install(ctx, testhost.Options{}); err != nil {
		return err
	}
	target, err := url.Parse(w.whmcs.URL)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	w.url = "http://" + listener.Addr().String()
	forward := httputil.NewSingleHostReverseProxy(target)
	w.proxy.Handler = http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return // the client is gone
		}
		request.Body = io.NopCloser(bytes.NewReader(body))
		if bytes.Contains(body, []byte("action=TerraformWrite")) {
			w.writes.Add(1)
		} else {
			w.reads.Add(1)
		}
		time.Sleep(time.Duration(w.latency.Load()))
		forward.ServeHTTP(writer, request)
	})
	go func() { _ = w.proxy.Serve(listener) }()
	return nil
}

func (w *php) settings() []string {
	return []string{"WHMCS_URL=" + w.url, "WHMCS_IDENTIFIER=" + w.whmcs.Identifier, "WHMCS_SECRET=" + w.whmcs.Secret}
}

func (w *php) copyProduct(id, name, slug string) (string, error) {
	if err := w.copyRows("tblproducts", "id", id, map[string]string{"name": name}); err != nil {
		return "", err
	}
	rows, err := w.whmcs.Query("SELECT id FROM tblproducts WHERE name = ?", name)
	if err != nil {
		return "", err
	}
	if len(rows) != 1 {
		return "", fmt.Errorf("%d products are named %q", len(rows), name)
	}
	made := fmt.Sprint(rows[0]["id"])
	return made, errors.Join(
		w.copyRows("tblpricing", "type = 'product' AND relid", id, map[string]string{"relid": made}),
		w.copyRows("tblproducts_slugs", "product_id", id, map[string]string{"product_id": made, "slug": slug}),
	)
}

// copyRows copies the rows of a table that refer to a product, with other values in some columns.
func (w *php) copyRows(table, column, id string, changed map[string]string) error {
	found, err := w.whmcs.Query("SELECT column_name AS name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND column_name <> 'id'", table)
	if err != nil {
		return err
	}
	var names, values []string
	var arguments []any
	for _, row := range found {
		name := fmt.Sprint(row["name"])
		names = append(names, "`"+name+"`")
		if value, is := changed[name]; is {
			values, arguments = append(values, "?"), append(arguments, value)
			continue
		}
		values = append(values, "`"+name+"`")
	}
	return w.whmcs.Exec("INSERT INTO "+table+" ("+strings.Join(names, ", ")+") SELECT "+strings.Join(values, ", ")+" FROM "+table+" WHERE "+column+" = ?",
		append(arguments, id)...)
}

func (w *php) products() (int, error) {
	rows, err := w.whmcs.Query("SELECT id FROM tblproducts")
	return len(rows), err
}

func (w *php) measure(latency time.Duration) {
	w.latency.Store(int64(latency))
	w.reads.Store(0)
	w.writes.Store(0)
}

func (w *php) requests() (reads, writes int) { return int(w.reads.Load()), int(w.writes.Load()) }

func (w *php) close() error {
	err := w.proxy.Close()
	w.host.Close()
	return err
}
