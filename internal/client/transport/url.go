package transport

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

const urlForm = "write it as https://host[:port][/path]"

// NormalizeBaseURL checks a base URL and returns its normal form: scheme and host in lower case, no
// default port, no trailing slash. The URL must be absolute, http or https, with a host in ASCII, and
// without user, query, fragment or dot segments. The error says what is wrong. It never quotes the URL,
// which may contain a password.
func NormalizeBaseURL(raw string) (string, error) {
	u, err := parseBaseURL(raw)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

func parseBaseURL(raw string) (*url.URL, error) {
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return nil, errors.New("is empty; " + urlForm)
	}
	if !strings.Contains(raw, "://") {
		return nil, errors.New("has no scheme; " + urlForm)
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("is not a valid URL. " + urlForm)
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("must begin with https:// or http://")
	case u.User != nil:
		return nil, errors.New("must not contain a user name or password. Use the settings for credentials")
	case u.RawQuery != "" || u.ForceQuery:
		return nil, errors.New("must not contain a query (the part after the question mark)")
	case u.Fragment != "" || strings.Contains(raw, "#"):
		return nil, errors.New("must not contain a fragment (the part from the number sign on)")
	case u.Opaque != "":
		return nil, errors.New("is not a valid URL. " + urlForm)
	}
	host, err := normalHost(u)
	if err != nil {
		return nil, err
	}
	escaped := strings.TrimRight(u.EscapedPath(), "/")
	if err := checkPath(strings.TrimPrefix(escaped, "/")); err != nil {
		return nil, errors.New("has a path that " + err.Error())
	}
	path, err := url.PathUnescape(escaped)
	if err != nil {
		return nil, errors.New("is not a valid URL. " + urlForm)
	}
	return &url.URL{Scheme: u.Scheme, Host: host, Path: path, RawPath: escaped}, nil
}

func normalHost(u *url.URL) (string, error) {
	name, port := strings.ToLower(u.Hostname()), u.Port()
	if name == "" {
		return "", errors.New("has no host; " + urlForm)
	}
	if strings.HasPrefix(u.Host, "[") {
		addr, err := netip.ParseAddr(name)
		if err != nil || !addr.Is6() || addr.Zone() != "" {
			return "", errors.New("has a host in brackets that is not an IPv6 address")
		}
		name = "[" + addr.String() + "]"
	} else {
		for i := range len(name) {
			c := name[i]
			switch {
			case c >= 0x80:
				return "", errors.New("has a host with characters beyond ASCII. Write the host in its xn-- form")
			case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '.', c == '_':
			default:
				return "", errors.New("has a host with a character that is not allowed in host names")
			}
		}
		if strings.Trim(name, ".") == "" {
			return "", errors.New("has no host; " + urlForm)
		}
	}
	if port == "" {
		return name, nil
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 1 || n > 65535 {
		return "", errors.New("has a port that is not a number from 1 to 65535")
	}
	if u.Scheme == "https" && n == 443 || u.Scheme == "http" && n == 80 {
		return name, nil
	}
	return name + ":" + strconv.Itoa(n), nil
}

// checkPath refuses a percent-encoded relative path that could leave the base URL, either here or after
// another decoding on the server.
func checkPath(escaped string) error {
	segments := strings.Split(escaped, "/")
	for i, segment := range segments {
		if segment == "" && i < len(segments)-1 {
			return errors.New("has an empty segment (//)")
		}
		if strings.ContainsAny(segment, "?#") {
			return errors.New("has a query or a fragment in it")
		}
		decoded, err := url.PathUnescape(segment)
		if err != nil {
			return errors.New("is not validly percent-encoded")
		}
		for j := range len(decoded) {
			if c := decoded[j]; c < ' ' || c == 0x7f {
				return errors.New("has a control character in it")
			}
		}
		if strings.Contains(segment, `\`) {
			return errors.New("has a backslash in it")
		}
		// Some servers decode %2F and %5C before they split.
		for _, part := range strings.FieldsFunc(decoded, func(r rune) bool { return r == '/' || r == '\\' }) {
			if part == "." || part == ".." {
				return errors.New("has a . or .. segment")
			}
		}
	}
	return nil
}

// target appends a request's path and query to the base URL.
func (c *Client) target(r Request) (*url.URL, error) {
	u := *c.base
	rel := strings.TrimPrefix(r.Path, "/")
	if err := checkPath(rel); err != nil {
		return nil, errors.New("the path " + err.Error())
	}
	if rel != "" {
		// The encoding of the path is kept: an id that contains a slash is one segment.
		raw := c.base.EscapedPath() + "/" + rel
		path, err := url.PathUnescape(raw)
		if err != nil {
			return nil, errors.New("the path is not validly percent-encoded")
		}
		u.Path, u.RawPath = path, raw
	}
	u.RawQuery = r.Query.Encode()
	return &u, nil
}
