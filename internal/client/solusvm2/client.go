// Package solusvm2 speaks with a SolusVM 2 panel. It knows nothing of Terraform.
package solusvm2

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// apiPath is where every panel serves its API, below its URL (facts/solusvm2: client).
const apiPath = "api/v1"

// Config says where a panel is and how to authenticate.
type Config struct {
	Transport transport.Config // System, BaseURL and Secrets are filled in by New
	URL       string           // of the panel, with or without /api/v1
	Token     string           // an administrator's API token
}

// Client calls one panel. It is safe for concurrent use.
type Client struct {
	http *transport.Client
	auth http.Header
}

// New checks the configuration and makes a client. It makes no network call. People enter the panel's URL in several spellings,
// so a trailing slash and /api/v1 are accepted and ignored.
func New(cfg Config) (*Client, error) {
	t := cfg.Transport
	t.System = "solusvm2"
	t.BaseURL = strings.TrimSuffix(strings.TrimRight(strings.TrimSpace(cfg.URL), "/"), "/"+apiPath)
	t.Secrets = append([]string{cfg.Token}, t.Secrets...)
	httpClient, err := transport.New(t)
	if err != nil {
		return nil, fmt.Errorf("solusvm2 client: %w", err)
	}
	return &Client{http: httpClient, auth: http.Header{
		"Authorization": {"Bearer " + cfg.Token},
		"Accept":        {"application/json"}, // without it the panel may answer HTML
	}}, nil
}

// Host is the host and port that the client calls: the installation's name in identities.
func (c *Client) Host() string { return c.http.Host() }
