package transport

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func ok(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) }

func TestTLS(t *testing.T) {
	ca, other := newAuthority(t), newAuthority(t)
	good, goodKey := ca.issue(t, nil)
	wrongHost, wrongHostKey := ca.issue(t, func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"elsewhere.example"} })
	expired, expiredKey := ca.issue(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) })
	client, clientKey := ca.issue(t, nil)
	own, ownKey := newSelfSigned(t)
	wantClient := func(c *tls.Config) {
		c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
		c.ClientCAs.AddCert(ca.cert)
		// In TLS 1.3 the client has finished its handshake before the server refuses it. A reset may
		// then overtake the alert.
		c.MaxVersion = tls.VersionTLS12
	}
	trust := func(c *Config) { c.CACertPEM = ca.pem }

	for _, test := range []struct {
		name, cert, key string
		server          func(*tls.Config)
		client          func(*Config)
		want            []string // in the error, empty for success
		is              any
	}{
		{"trusted through ca_cert_pem", good, goodKey, nil, trust, nil, nil},
		{"verification switched off", expired, expiredKey, nil, func(c *Config) { c.InsecureSkipVerify = true }, nil, nil},
		{"unknown authority", good, goodKey, nil, nil, []string{"signed by an unknown authority", "Set ca_cert_pem or ca_cert_file"}, new(x509.UnknownAuthorityError)},
		{"other authority configured", good, goodKey, nil, func(c *Config) { c.CACertPEM = other.pem }, []string{"unknown authority", "intermediate"}, new(x509.UnknownAuthorityError)},
		{"self-signed", own, ownKey, nil, nil, []string{"signed by an unknown authority", "Set ca_cert_pem or ca_cert_file"}, new(x509.UnknownAuthorityError)},
		{"self-signed, beside an authority", own, ownKey, nil, trust, []string{"signed by an unknown authority", "intermediate"}, new(x509.UnknownAuthorityError)},
		{"self-signed, trusted through ca_cert_pem", own, ownKey, nil, func(c *Config) { c.CACertPEM = own }, nil, nil},
		{"wrong host", wrongHost, wrongHostKey, nil, trust, []string{"the certificate is not for 127.0.0.1"}, new(x509.HostnameError)},
		{"expired", expired, expiredKey, nil, trust, []string{"expired or not yet valid", "clock"}, new(x509.CertificateInvalidError)},
		{"client certificate missing", good, goodKey, wantClient, trust, []string{"refused the TLS handshake", "client_cert_pem"}, nil},
		{"client certificate", good, goodKey, wantClient, func(c *Config) {
			c.CACertPEM, c.ClientCertPEM, c.ClientKeyPEM = ca.pem, client, clientKey
		}, nil, nil},
		{"TLS 1.1 only", good, goodKey, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }, trust, []string{"TLS 1.2 or later"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := serveTLS(t, test.cert, test.key, test.server, ok)
			c, clock := newClient(t, s.URL, test.client)
			res, err := c.Do(t.Context(), get("ping"))
			if test.want == nil {
				require.NoError(t, err)
				assert.Equal(t, "ok", string(res.Body))
				return
			}
			e := asError(t, err)
			assert.Equal(t, KindTLS, e.Kind, err)
			assert.Equal(t, NotSent, e.Sent)
			assert.Equal(t, 1, e.Attempts, "a certificate does not get better by waiting")
			assert.Empty(t, clock.slept())
			for _, w := range test.want {
				assert.Contains(t, err.Error(), w)
			}
			if test.is != nil {
				assert.ErrorAs(t, err, test.is)
			}
		})
	}
}

func TestSchemeMismatch(t *testing.T) {
	plain := serve(t, ok)
	c, _ := newClient(t, strings.Replace(plain.URL, "http://", "https://", 1), nil)
	_, err := c.Do(t.Context(), get("ping"))
	assert.True(t, IsKind(err, KindTLS), err)
	assert.ErrorContains(t, err, "the response is plain HTTP, but TLS was expected")

	ca := newAuthority(t)
	cert, key := ca.issue(t, nil)
	secure := serveTLS(t, cert, key, nil, ok)
	c, _ = newClient(t, strings.Replace(secure.URL, "https://", "http://", 1), nil)
	_, err = c.Do(t.Context(), Request{Method: "POST", Write: true})
	assert.True(t, IsKind(err, KindTLS), err)
	assert.False(t, MayHaveBeenProcessed(err))
	assert.ErrorContains(t, err, "https://")
}

// TestPlainHTTPOnATLSPort: servers in C respond to plain HTTP on a TLS port with an alert, or close the connection.
func TestPlainHTTPOnATLSPort(t *testing.T) {
	for name, c := range map[string]struct {
		answer string
		kind   Kind
		says   string
	}{
		"alert":               {"\x15\x03\x01\x00\x02\x02\x46", KindTLS, "the port expects TLS, and the URL says http. Begin the URL"},
		"alert of TLS 1.2":    {"\x15\x03\x03\x00\x02\x02\x16", KindTLS, "the port expects TLS, and the URL says http. Begin the URL"},
		"page of nginx":       {"HTTP/1.1 400 Bad Request\r\nContent-Length: 55\r\n\r\n<title>The plain HTTP request was sent to HTTPS port</t>", KindTLS, "the port expects TLS"},
		"closed":              {"", KindReset, "If this port expects TLS, begin the URL in the provider configuration with https://"},
		"another bad request": {"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			t.Cleanup(func() { _ = listener.Close() })
			go func() {
				for {
					connection, err := listener.Accept()
					if err != nil {
						return
					}
					_, _ = connection.Read(make([]byte, 4096))
					_, _ = io.WriteString(connection, c.answer)
					_ = connection.Close()
				}
			}()
			client, clock := newClient(t, "http://"+listener.Addr().String(), nil)
			res, err := client.Do(t.Context(), Request{Method: "POST", Write: true})
			if c.kind == "" {
				require.NoError(t, err)
				assert.Equal(t, 400, res.StatusCode)
				return
			}
			assert.True(t, IsKind(err, c.kind), err)
			assert.ErrorContains(t, err, c.says)
			if c.kind == KindTLS {
				assert.False(t, MayHaveBeenProcessed(err))
				assert.Empty(t, clock.slept(), "it does not get better by waiting")
			}
		})
	}
}

func TestHandshakeCutOffIsRetried(t *testing.T) {
	ca := newAuthority(t)
	cert, key := ca.issue(t, nil)
	var hellos atomic.Int32
	s := serveTLS(t, cert, key, func(c *tls.Config) {
		c.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
			if hellos.Add(1) == 1 {
				_ = h.Conn.Close()
			}
			return nil, nil
		}
	}, ok)
	c, clock := newClient(t, s.URL, func(c *Config) { c.CACertPEM = ca.pem })
	res, err := c.Do(t.Context(), Request{Method: "POST", Write: true})
	require.NoError(t, err)
	assert.Equal(t, 2, res.Attempts)
	assert.Len(t, clock.slept(), 1)
}

func TestHTTP2(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, 2, r.ProtoMajor)
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	c, _ := newClient(t, s.URL, func(c *Config) {
		c.CACertPEM = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
	})
	for _, r := range requests {
		res, err := c.Do(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, "x=1", string(res.Body))
	}
}
