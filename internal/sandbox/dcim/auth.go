package dcim

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// maxClockSkew is the largest accepted difference between the time of a signed request and the clock.
const maxClockSkew = 5 * time.Minute

// credentials are the values that the profile's templates extract from a request.
type credentials struct {
	key, secret, time, nonce, signature string
	// expectedSignature computes the signature for an API key. It is nil if the profile has no signature.
	expectedSignature func(key, secret string) string
}

var templateName = regexp.MustCompile(`\\\{(key|secret|time|nonce|signature)\\\}`)

// extract reads the placeholders of a template from a text.
func (c *credentials) extract(template, text string) {
	form := templateName.ReplaceAllString(regexp.QuoteMeta(template), `(?P<$1>.+?)`)
	pattern, err := regexp.Compile("^" + form + "$")
	if err != nil {
		return // A template with the same placeholder twice is not supported.
	}
	found := pattern.FindStringSubmatch(text)
	if found == nil {
		return
	}
	for i, name := range pattern.SubexpNames() {
		switch name {
		case "key":
			c.key = found[i]
		case "secret":
			c.secret = found[i]
		case "time":
			c.time = found[i]
		case "nonce":
			c.nonce = found[i]
		case "signature":
			c.signature = found[i]
		}
	}
}

// readCredentials extracts the credentials of a request.
func (p *wireProfile) readCredentials(r *http.Request, body []byte) credentials {
	c, a := credentials{}, p.Authentication
	for name, template := range a.Headers {
		c.extract(template, r.Header.Get(name))
	}
	query := r.URL.Query()
	for name, template := range a.Query {
		c.extract(template, query.Get(name))
		query.Del(name)
	}
	if user, password, ok := r.BasicAuth(); ok && a.Basic != "" {
		c.extract(a.Basic, user+":"+password)
	}
	if a.Signature != nil {
		c.expectedSignature = func(key, secret string) string {
			md, sha := md5.Sum(body), sha256.Sum256(body)
			return a.Signature.compute(strings.NewReplacer(
				"{key}", key, "{secret}", secret, "{time}", c.time, "{nonce}", c.nonce, "{method}", r.Method, "{path}",
				r.URL.EscapedPath(),
				"{query}", query.Encode(), "{body}", string(body), "{body_md5}", fmt.Sprintf("%x", md), "{body_sha256}",
				fmt.Sprintf("%x", sha)))
		}
	}
	return c
}

func (s *wireSignature) compute(fill *strings.Replacer) string {
	key := s.Key
	if key == "" {
		key = "{secret}"
	}
	algorithms := map[string]func() hash.Hash{
		"md5":         md5.New,
		"hmac-sha1":   func() hash.Hash { return hmac.New(sha1.New, []byte(fill.Replace(key))) },
		"hmac-sha256": func() hash.Hash { return hmac.New(sha256.New, []byte(fill.Replace(key))) },
	}
	h := algorithms[s.Algorithm]()
	_, _ = h.Write([]byte(fill.Replace(s.Template))) // a hash never returns an error
	if s.Encoding == "base64" {
		return base64.StdEncoding.EncodeToString(h.Sum(nil))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// authenticate returns the index of the request's API key, or the reason of the refusal. Each nonce is accepted once.
func (d *DCIM) authenticate(c credentials, keys []APIKey, now time.Time) (index int, refusal string) {
	for i, key := range keys {
		if key.Key != c.key {
			continue
		}
		if c.expectedSignature == nil {
			if c.secret != key.Secret {
				break
			}
			return i, ""
		}
		if !hmac.Equal([]byte(c.expectedSignature(key.Key, key.Secret)), []byte(c.signature)) {
			return -1, "The signature is not valid"
		}
		return i, d.checkReplay(c, now)
	}
	return -1, "Invalid API key or secret"
}

// checkReplay returns why a signed request is refused as outdated or replayed. It returns "" for an accepted request.
func (d *DCIM) checkReplay(c credentials, now time.Time) string {
	if c.time != "" {
		if off := now.Sub(d.profile.parseTime(c.time)); off.Abs() > maxClockSkew {
			return "The time of the request is off by more than 5 minutes"
		}
	}
	if c.nonce == "" {
		return ""
	}
	if d.nonces[c.nonce] {
		return "The request was replayed"
	}
	d.nonces[c.nonce] = true
	return ""
}

// parseTime reads the time of a request. It returns the zero time for an invalid text.
func (p *wireProfile) parseTime(text string) time.Time {
	if p.Authentication.TimeFormat == "rfc3339" {
		at, _ := time.Parse(time.RFC3339, text)
		return at
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
		return time.Time{}
	case p.Authentication.TimeFormat == "unix_ms":
		return time.UnixMilli(n)
	}
	return time.Unix(n, 0)
}
