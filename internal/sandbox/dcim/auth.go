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

// maxClockSkew is how far a signed request's time may be off.
const maxClockSkew = 5 * time.Minute

// credentials are what a request says of its sender: whatever the profile's templates let it say.
type credentials struct {
	key, secret, time, nonce, signature string
	// sign computes what the signature must be, for an API key; nil where the profile has none.
	sign func(key, secret string) string
}

var templateName = regexp.MustCompile(`\\\{(key|secret|time|nonce|signature)\\\}`)

// take reads the placeholders of a template out of a text.
func (c *credentials) take(template, text string) {
	form := templateName.ReplaceAllString(regexp.QuoteMeta(template), `(?P<$1>.+?)`)
	pattern, err := regexp.Compile("^" + form + "$")
	if err != nil {
		return // a placeholder twice in one text: not something to learn from
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

// credentials reads a request's.
func (p *wireProfile) credentials(r *http.Request, body []byte) credentials {
	c, a := credentials{}, p.Authentication
	for name, template := range a.Headers {
		c.take(template, r.Header.Get(name))
	}
	query := r.URL.Query()
	for name, template := range a.Query {
		c.take(template, query.Get(name))
		query.Del(name)
	}
	if a.Bearer != "" {
		c.take("Bearer "+a.Bearer, r.Header.Get("Authorization"))
	}
	if a.Basic != nil {
		user, password, _ := r.BasicAuth()
		c.take(a.Basic.Username, user)
		c.take(a.Basic.Password, password)
	}
	if a.Signature != nil {
		c.sign = func(key, secret string) string {
			md, sha := md5.Sum(body), sha256.Sum256(body)
			return a.Signature.of(strings.NewReplacer(
				"{key}", key, "{secret}", secret, "{time}", c.time, "{nonce}", c.nonce, "{method}", r.Method, "{path}", r.URL.EscapedPath(),
				"{query}", query.Encode(), "{body}", string(body), "{body_md5}", fmt.Sprintf("%x", md), "{body_sha256}", fmt.Sprintf("%x", sha)))
		}
	}
	return c
}

func (s *wireSignature) of(fill *strings.Replacer) string {
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
	_, _ = h.Write([]byte(fill.Replace(s.Template))) // a hash never fails
	if s.Encoding == "base64" {
		return base64.StdEncoding.EncodeToString(h.Sum(nil))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// admit finds the API key of a request, or says why there is none. Nonces are good for once.
func (d *DCIM) admit(c credentials, keys []APIKey, now time.Time) (index int, refusal string) {
	for i, key := range keys {
		if key.Key != c.key {
			continue
		}
		if c.sign == nil {
			if c.secret != key.Secret {
				break
			}
			return i, ""
		}
		if !hmac.Equal([]byte(c.sign(key.Key, key.Secret)), []byte(c.signature)) {
			return -1, "The signature is not valid"
		}
		return i, d.fresh(c, now)
	}
	return -1, "Invalid API key or secret"
}

// fresh says what is stale about a signed request.
func (d *DCIM) fresh(c credentials, now time.Time) string {
	if c.time != "" {
		if off := now.Sub(d.profile.when(c.time)); off.Abs() > maxClockSkew {
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

// when reads a request's time; the zero time when it is none.
func (p *wireProfile) when(text string) time.Time {
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
