package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

var errProxyAddress = errors.New("the proxy address in HTTP_PROXY or HTTPS_PROXY is not a valid URL")

// proxyFromEnvironment replaces the error of net/http, because that error quotes the address with its
// password.
func proxyFromEnvironment(r *http.Request) (*url.URL, error) {
	u, err := http.ProxyFromEnvironment(r)
	if err != nil {
		return nil, errProxyAddress
	}
	return u, nil
}

// proxyRefusal is a proxy's response to CONNECT with a status other than 200.
type proxyRefusal struct{ status int }

func (e *proxyRefusal) Error() string {
	return fmt.Sprintf("the proxy refused the connection with %d %s", e.status, http.StatusText(e.status))
}

func onProxyConnect(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
	if res.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyRefusal{status: res.StatusCode}
}
