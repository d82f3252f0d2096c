package preflight

import (
	"errors"
	"fmt"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// The first checks of every preflight.
const (
	Reachable  = "reachable"
	TLS        = "tls"
	IPAllowed  = "ip_allowed"
	Credential = "credential"
)

// Unreachable records a call that got no response. It returns false when err is another failure.
func (r *Report) Unreachable(err error) bool {
	var failed *transport.Error
	if !errors.As(err, &failed) {
		return false
	}
	if failed.Kind == transport.KindTLS {
		r.Fail(Reachable, Documented, "no connection to "+failed.URL+" could be made", "Follow the next step of the finding tls.")
		return true
	}
	r.Fail(Reachable, Documented, Failure(failed), failed.Remedy)
	return true
}

// Failure describes, in one clause, why a call got no response.
func Failure(e *transport.Error) string {
	text := fmt.Sprintf("%s %s: %s", e.Method, e.URL, e.Detail)
	if e.Attempts > 1 {
		text += fmt.Sprintf(" (%d attempts)", e.Attempts)
	}
	if e.Body != "" {
		text += fmt.Sprintf(". The response begins: %.200q", e.Body)
	}
	return text
}

// Encryption records how the connection to the system is encrypted. called says whether a request was sent. err is the
// result of the first request: nil, a failure of the transport, or an error that the system returned. An error of the
// system means that there was a connection.
func (r *Report) Encryption(e transport.Endpoint, asked bool, err error) {
	var failed *transport.Error
	met := asked && (!errors.As(err, &failed) || failed.StatusCode != 0)
	switch {
	case e.Scheme != "https" && !e.IsLoopback():
		r.Fail(TLS, Documented, "the URL begins with http://, so others on the network can read credentials and passwords",
			"Use a URL that begins with https://. For a private certificate, set ca_cert_pem or ca_cert_file.")
	case failed != nil && failed.Kind == transport.KindTLS:
		r.Fail(TLS, Documented, failed.Detail, failed.Remedy)
	case e.Scheme != "https":
		r.Pass(TLS, Documented, "the URL begins with http://, and the requests do not leave this machine")
	case !e.Verified:
		r.Fail(TLS, Documented, "https without a check of the certificate (insecure_skip_verify), so an attacker on the network can read and change all data",
			"Remove insecure_skip_verify. For a private certificate, set ca_cert_pem or ca_cert_file.")
	case met:
		r.Pass(TLS, Documented, "https, and the certificate of "+e.Host+" was accepted")
	}
}
