package dcim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // a profile may require an MD5 signature
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // a profile may require a SHA-1 signature
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// signer adds the authentication to each attempt.
type signer struct {
	config      authentication
	key, secret string
	now         func() time.Time
}

// toSign is a request without its authentication.
type toSign struct {
	encoding   string
	parameters map[string]any
	session    *session // nil if the profile has no login
}

// wireSecrets returns the credentials in all forms in which they are sent, so that logs mask them.
func (s *signer) wireSecrets() []string {
	secrets := []string{s.key, s.secret}
	if s.config.Basic != "" {
		credentials := strings.NewReplacer("{key}", s.key, "{secret}", s.secret).Replace(s.config.Basic)
		secrets = append(secrets, base64.StdEncoding.EncodeToString([]byte(credentials)))
	}
	return secrets
}

// values returns the placeholders of an attempt, except the signature, and their values. Time and nonce are new
// for each attempt, because a DCIM that stores nonces refuses a repeated one.
func (s *signer) values(of *session) ([]string, error) {
	nonce := make([]byte, 16)
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	values := []string{"{key}", s.key, "{secret}", s.secret, "{time}", s.time(), "{nonce}", hex.EncodeToString(nonce)}
	if of != nil {
		values = append(values, of.tokens...)
	}
	return values, nil
}

// sign fills every template. The parameters that hold the signature are added after the others are signed.
func (s *signer) sign(r *http.Request, given toSign) error {
	values, err := s.values(given.session)
	if err != nil {
		return err
	}
	a := s.config
	r.URL.RawQuery = tilde(r.URL.RawQuery)
	unsigned, err := withFilled(given.parameters, a.Parameters, values, false)
	if err != nil {
		return err
	}
	if len(a.Parameters) > 0 {
		if err := setParameters(r, given.encoding, unsigned); err != nil {
			return err
		}
	}
	if a.Signature != nil {
		body, err := bodyOf(r)
		if err != nil {
			return err
		}
		// The query of the authentication is part of the signed parameters, and not of the signed query.
		all := flattenFor(given.encoding, unsigned)
		maps.Copy(all, filled(a.Query, values, false))
		maps.Copy(all, filled(a.Signature.Parameters.Extra, values, false))
		values = append(values, "{signature}", a.Signature.signature(values, r, body, all))
		if len(filled(a.Parameters, values, false)) < len(a.Parameters) {
			signed, err := withFilled(given.parameters, a.Parameters, values, true)
			if err == nil {
				err = setParameters(r, given.encoding, signed)
			}
			if err != nil {
				return err
			}
		}
	}
	fill := strings.NewReplacer(values...)
	a.identify(r, values, nil)
	if given.session != nil {
		for _, cookie := range given.session.cookies {
			r.AddCookie(cookie)
		}
	}
	if len(a.Query) > 0 {
		query := r.URL.Query()
		for name, text := range a.Query {
			query.Set(name, fill.Replace(text))
		}
		r.URL.RawQuery = urlencode(query)
	}
	return nil
}

// identify sets the headers, except those that hold one of the tokens or a signature if tokens are given.
func (a authentication) identify(r *http.Request, values, tokens []string) {
	fill := strings.NewReplacer(values...)
	inSession := func(text string) bool {
		return tokens != nil && (strings.Contains(text, "{signature}") ||
			slices.ContainsFunc(tokens, func(name string) bool { return strings.Contains(text, "{"+name+"}") }))
	}
	for name, text := range a.Headers {
		if !inSession(text) {
			r.Header.Set(name, fill.Replace(text))
		}
	}
	if user, password, _ := strings.Cut(a.Basic, ":"); a.Basic != "" && !inSession(a.Basic) {
		r.SetBasicAuth(fill.Replace(user), fill.Replace(password))
	}
}

// filled returns filled templates. Templates with {signature} are left out, unless signed is set.
func filled(templates map[string]string, values []string, signed bool) map[string]string {
	out := map[string]string{}
	fill := strings.NewReplacer(values...)
	for name, text := range templates {
		if signed || !strings.Contains(text, "{signature}") {
			out[name] = fill.Replace(text)
		}
	}
	return out
}

// withFilled returns parameters together with filled templates, whose names are dotted paths.
func withFilled(
	parameters map[string]any, templates map[string]string, values []string, signed bool,
) (map[string]any, error) {
	own := map[string]any{}
	for name, text := range filled(templates, values, signed) {
		if err := setPath(own, name, text); err != nil {
			return nil, fmt.Errorf("authentication parameter %q: %w", name, err)
		}
	}
	return merged(parameters, own), nil
}

// setParameters replaces the parameters of a request.
func setParameters(r *http.Request, encoding string, parameters map[string]any) error {
	now, err := encode(r.Method, encoding, parameters)
	if err != nil {
		return err
	}
	if encoding == "query" {
		r.URL.RawQuery = urlencode(now.query)
		return nil
	}
	r.Header.Set("Content-Type", now.contentType)
	r.ContentLength = int64(len(now.body))
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(now.body)), nil }
	r.Body, err = r.GetBody()
	return err
}

func bodyOf(r *http.Request) ([]byte, error) {
	if r.GetBody == nil {
		return nil, nil
	}
	reader, err := r.GetBody()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}

// flattenFor returns the parameters of a request as names and texts. In a JSON body, an object or a list is JSON.
func flattenFor(encoding string, parameters map[string]any) map[string]string {
	out := map[string]string{}
	if encoding != "json" {
		for name, values := range flatten(parameters) {
			out[name] = values[0]
		}
		return out
	}
	for name, value := range parameters {
		switch x := value.(type) {
		case nil:
			out[name] = ""
		case string:
			out[name] = x
		default:
			text, _ := marshal(x) // numbers, booleans, and lists and objects of them
			out[name] = string(text)
		}
	}
	return out
}

// time returns the current time as the profile writes it.
func (s *signer) time() string {
	now := s.now().UTC()
	if offset, err := time.Parse("-07:00", s.config.TimeOffset); err == nil {
		now = now.In(offset.Location())
	}
	switch s.config.TimeFormat {
	case "unix":
		return strconv.FormatInt(now.Unix(), 10)
	case "unix_ms":
		return strconv.FormatInt(now.UnixMilli(), 10)
	case "rfc3339":
		return now.Format(time.RFC3339)
	case "http":
		return now.UTC().Format(http.TimeFormat)
	}
	return strings.NewReplacer("YYYY", now.Format("2006"), "MM", now.Format("01"), "DD", now.Format("02"),
		"hh", now.Format("15"), "mm", now.Format("04"), "ss", now.Format("05")).Replace(s.config.TimeFormat)
}

var hashes = map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}

// signature returns the signature of a request. The path is the full path on the wire. The query is sorted and
// does not contain the query of the authentication.
func (how *signature) signature(values []string, r *http.Request, body []byte, parameters map[string]string) string {
	bodyMD5, bodySHA256 := md5.Sum(body), sha256.Sum256(body) //nolint:gosec // the profile requires it
	fill := strings.NewReplacer(append(values[:len(values):len(values)],
		"{method}", r.Method, "{path}", r.URL.EscapedPath(), "{query}", urlencode(r.URL.Query()),
		"{parameters}", how.join(parameters), "{body}", string(body), "{body_md5}", hex.EncodeToString(bodyMD5[:]),
		"{body_sha256}", hex.EncodeToString(bodySHA256[:]))...)
	name, keyed := strings.CutPrefix(how.Algorithm, "hmac-")
	mac := hashes[name]()
	if keyed {
		mac = hmac.New(hashes[name], []byte(fill.Replace(how.Key)))
	}
	_, _ = mac.Write([]byte(fill.Replace(how.Template))) // a hash never fails
	sum := mac.Sum(nil)
	switch how.Encoding {
	case "base64":
		return base64.StdEncoding.EncodeToString(sum)
	case "hex_upper":
		return strings.ToUpper(hex.EncodeToString(sum))
	}
	return hex.EncodeToString(sum)
}

// join returns the value of {parameters}.
func (how *signature) join(parameters map[string]string) string {
	as := how.Parameters
	encode := map[string]func(string) string{
		"urlencode":    func(text string) string { return tilde(url.QueryEscape(text)) },
		"rawurlencode": func(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") },
	}[as.Encoding]
	if encode == nil {
		encode = func(text string) string { return text }
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		if value := parameters[name]; value != "" || !as.SkipEmpty {
			pairs = append(pairs, strings.NewReplacer("{name}", encode(name), "{value}",
				encode(value)).Replace(as.Pair))
		}
	}
	return strings.Join(pairs, *as.Separator)
}

// session is what the response to a login contains.
type session struct {
	tokens  []string // placeholders and their values
	cookies []*http.Cookie
	expires time.Time // the zero time if the DCIM does not say
}

// sessions holds the session of the last login.
type sessions struct {
	turn    *semaphore.Weighted // guards current, and lets one login at a time be sent
	current *session
}

const loginOperation = "authentication.login"

// expiryMargin is how long before its expiry a session is replaced. A shorter lifetime is used for nine tenths.
const expiryMargin = 30 * time.Second

// session returns the session for a request. It logs in if there is no session, the session expires, or the DCIM
// has refused the session. refused is a session that the DCIM has refused, or nil.
func (c *Client) session(ctx context.Context, refused *session) (*session, error) {
	if c.profile.Authentication.Login == nil {
		return nil, nil
	}
	s := c.sessions
	if err := s.turn.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("%s: another login was under way, and the wait for it was ended: %w", loginOperation,
			err)
	}
	defer s.turn.Release(1)
	now := c.signer.now()
	if s.current != nil && s.current != refused && (s.current.expires.IsZero() || now.Before(s.current.expires)) {
		return s.current, nil
	}
	var err error
	s.current, err = c.login(ctx, now)
	return s.current, err
}

// login sends the request that starts a session.
func (c *Client) login(ctx context.Context, now time.Time) (*session, error) {
	l := c.profile.Authentication.Login
	values, err := c.signer.values(nil)
	if err != nil {
		return nil, err
	}
	parameters, err := withFilled(nil, l.Parameters, values, false)
	var sent encoded
	if err == nil {
		sent, err = encode(l.Method, l.Encoding, parameters)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: encode the request: %w", loginOperation, err)
	}
	response, err := c.httpDo(ctx, transport.Request{
		Method: l.Method, Path: strings.TrimPrefix(c.profile.BasePath+l.Path, "/"), Query: sent.query,
		Header: http.Header{"Accept": {"application/json"}}, Operation: loginOperation,
		Body: sent.body, ContentType: sent.contentType, Repeatable: true,
		Sign: func(attempt *http.Request) error {
			c.profile.Authentication.identify(attempt, values, append([]string{"token"}, slices.Collect(maps.Keys(l.Tokens))...))
			return nil
		},
	})
	if err != nil {
		return nil, err
	}
	made := &session{}
	for _, cookie := range (&http.Response{Header: response.Header}).Cookies() {
		if cookie.Value != "" && cookie.MaxAge >= 0 {
			c.redactor.Add(cookie.Value)
			made.cookies = append(made.cookies, cookie)
		}
	}
	body, err := c.decode(loginOperation, "", false, response)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(l.Tokens)) {
		token, ok := scalar(valueAt(body, l.Tokens[name]))
		if !ok || token == "" {
			return nil, c.mismatch(loginOperation, fmt.Sprintf("there is no token at %q (%s.tokens.%s)%s",
				l.Tokens[name], loginOperation, name, c.failureIn(body)))
		}
		c.redactor.Add(token)
		made.tokens = append(made.tokens, "{"+name+"}", token)
	}
	if len(made.tokens) == 0 && len(made.cookies) == 0 {
		return nil, c.mismatch(loginOperation, fmt.Sprintf("the response sets no cookie, so it must hold a token: "+
			"say where (%s.tokens)%s", loginOperation, c.failureIn(body)))
	}
	if l.ExpiresPath == "" {
		return made, nil
	}
	text, _ := scalar(valueAt(body, l.ExpiresPath))
	end, ok := expiry(text, now, c.signer.config.TimeOffset)
	if !ok {
		return nil, c.mismatch(loginOperation, fmt.Sprintf(
			"the value at %q is neither a number of seconds nor a time (%s.expires_path)",
			l.ExpiresPath, loginOperation))
	}
	made.expires = end.Add(-min(expiryMargin, end.Sub(now)/10))
	return made, nil
}

// expiry reads an expiry. It is seconds from now, a Unix time in seconds or milliseconds, or an RFC 3339 time. A time
// in the form of databases has an offset from UTC.
func expiry(text string, now time.Time, offset string) (time.Time, bool) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, true
	}
	if offset == "" {
		offset = "+00:00"
	}
	if at, err := time.Parse(time.DateTime+"-07:00", text+offset); err == nil {
		return at, true
	}
	n, err := strconv.ParseInt(text, 10, 64)
	const tenYears = 10 * 365 * 24 * 60 * 60
	switch {
	case err != nil || n < 0:
		return time.Time{}, false
	case n < tenYears:
		return now.Add(time.Duration(n) * time.Second), true
	case n < 1e11:
		return time.Unix(n, 0), true
	}
	return time.UnixMilli(n), true
}
