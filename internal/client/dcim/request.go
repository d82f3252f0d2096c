package dcim

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // a profile may require an MD5 signature
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // a profile may require HMAC-SHA1
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// encode encodes an operation's parameters as the profile says: as a query, a form, or a JSON object.
func (op operation) encode(id string, input map[string]any) (
	query url.Values, body []byte, contentType string, err error,
) {
	parameters := map[string]any{}
	maps.Copy(parameters, op.Fixed)
	maps.Copy(parameters, input)
	if id != "" && op.IDField != "" {
		if err := setPath(parameters, op.IDField, op.wireID(id)); err != nil {
			return nil, nil, "", fmt.Errorf("parameter %q: %w", op.IDField, err)
		}
	}
	switch op.Encoding {
	case "query":
		return flatten(parameters), nil, "", nil
	case "form":
		return nil, []byte(flatten(parameters).Encode()), "application/x-www-form-urlencoded", nil
	}
	if input == nil && len(parameters) == 0 && op.Method == http.MethodDelete {
		return nil, nil, "", nil
	}
	body, err = json.Marshal(parameters)
	return nil, body, "application/json", err
}

// wireID returns an id for JSON: a number, unless it is not numeric or the profile requires text.
func (op operation) wireID(id string) any {
	if _, err := strconv.ParseUint(id, 10, 64); err == nil && op.IDAs != "text" {
		return json.Number(id)
	}
	return id
}

// flatten encodes nested parameters in PHP's form: disks[0][type]. A boolean is 1 or 0. A null and an
// empty list are empty text.
func flatten(parameters map[string]any) url.Values {
	out := url.Values{}
	var add func(name string, value any)
	add = func(name string, value any) {
		switch x := value.(type) {
		case map[string]any:
			for key, element := range x {
				add(name+"["+key+"]", element)
			}
		case []any:
			for i, element := range x {
				add(name+"["+strconv.Itoa(i)+"]", element)
			}
			if len(x) == 0 {
				out.Set(name, "")
			}
		case nil:
			out.Set(name, "")
		case bool:
			out.Set(name, map[bool]string{true: "1", false: "0"}[x])
		default:
			out.Set(name, fmt.Sprint(x))
		}
	}
	for name, value := range parameters {
		add(name, value)
	}
	return out
}

// signer adds the authentication to each attempt.
type signer struct {
	config      authentication
	key, secret string
	now         func() time.Time
}

// wireSecrets returns the credentials in all forms in which they are sent, so that logs mask them.
func (s *signer) wireSecrets() []string {
	secrets := []string{s.key, s.secret}
	if b := s.config.Basic; b != nil {
		fill := strings.NewReplacer("{key}", s.key, "{secret}", s.secret)
		secrets = append(secrets, base64.StdEncoding.EncodeToString([]byte(fill.Replace(b.Username)+":"+fill.Replace(b.Password))))
	}
	return secrets
}

// sign replaces the placeholders of every template. Time and nonce are new for each attempt, because a
// DCIM that stores nonces refuses a repeated one.
func (s *signer) sign(r *http.Request) error {
	nonce := make([]byte, 16)
	if _, err := rand.Read(nonce); err != nil {
		return err
	}
	values := []string{"{key}", s.key, "{secret}", s.secret, "{time}", s.time(), "{nonce}", hex.EncodeToString(nonce)}
	if how := s.config.Signature; how != nil {
		var body []byte
		if r.GetBody != nil {
			reader, err := r.GetBody()
			if err != nil {
				return err
			}
			var read bytes.Buffer
			if _, err := read.ReadFrom(reader); err != nil {
				return err
			}
			body = read.Bytes()
		}
		values = append(values, "{signature}", how.signature(values, r, body))
	}
	fill := strings.NewReplacer(values...)
	for name, text := range s.config.Headers {
		r.Header.Set(name, fill.Replace(text))
	}
	if s.config.Bearer != "" {
		r.Header.Set("Authorization", "Bearer "+fill.Replace(s.config.Bearer))
	}
	if b := s.config.Basic; b != nil {
		r.SetBasicAuth(fill.Replace(b.Username), fill.Replace(b.Password))
	}
	if len(s.config.Query) > 0 {
		query := r.URL.Query()
		for name, text := range s.config.Query {
			query.Set(name, fill.Replace(text))
		}
		r.URL.RawQuery = query.Encode()
	}
	return nil
}

func (s *signer) time() string {
	now := s.now()
	switch s.config.TimeFormat {
	case "unix_ms":
		return strconv.FormatInt(now.UnixMilli(), 10)
	case "rfc3339":
		return now.UTC().Format(time.RFC3339)
	}
	return strconv.FormatInt(now.Unix(), 10)
}

// signature returns the signature of a request. The path is the full path on the wire. The query is
// sorted and does not yet contain authentication parameters.
func (how *signature) signature(values []string, r *http.Request, body []byte) string {
	bodyMD5, bodySHA256 := md5.Sum(body), sha256.Sum256(body) //nolint:gosec // the profile requires it
	fill := strings.NewReplacer(append(values[:len(values):len(values)],
		"{method}", r.Method, "{path}", r.URL.EscapedPath(), "{query}", r.URL.Query().Encode(),
		"{body}", string(body), "{body_md5}", hex.EncodeToString(bodyMD5[:]), "{body_sha256}",
		hex.EncodeToString(bodySHA256[:]))...)
	var mac hash.Hash
	switch how.Algorithm {
	case "md5":
		mac = md5.New() //nolint:gosec // the profile requires it
	case "hmac-sha1":
		mac = hmac.New(sha1.New, []byte(fill.Replace(how.Key)))
	default:
		mac = hmac.New(sha256.New, []byte(fill.Replace(how.Key)))
	}
	_, _ = mac.Write([]byte(fill.Replace(how.Template))) // a hash never fails
	sum := mac.Sum(nil)
	if how.Encoding == "base64" {
		return base64.StdEncoding.EncodeToString(sum)
	}
	return hex.EncodeToString(sum)
}
