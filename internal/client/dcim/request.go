package dcim

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // a profile may demand an MD5 signature; the DCIM, not this client, decides that it suffices
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // the same of HMAC-SHA1
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

// encode lays an operation's parameters out as the profile says: into the query, a form, or a JSON object.
func (op operation) encode(id string, input map[string]any) (query url.Values, body []byte, contentType string, err error) {
	parameters := map[string]any{}
	maps.Copy(parameters, op.Fixed)
	maps.Copy(parameters, input)
	if id != "" && op.IDField != "" {
		if err := put(parameters, op.IDField, op.wireID(id)); err != nil {
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

// wireID is an id as JSON carries it: a number, unless it is none or the profile wants text.
func (op operation) wireID(id string) any {
	if _, err := strconv.ParseUint(id, 10, 64); err == nil && op.IDAs != "text" {
		return json.Number(id)
	}
	return id
}

// flatten writes nested parameters as PHP reads them: disks[0][type]. Booleans are 1 and 0, nothing is empty text, and so is an empty list.
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

// signer adds to an attempt what proves who sends it.
type signer struct {
	how         authentication
	key, secret string
	now         func() time.Time
}

// wireSecrets are the credentials in the forms in which they travel, for the log's mask.
func (s *signer) wireSecrets() []string {
	secrets := []string{s.key, s.secret}
	if b := s.how.Basic; b != nil {
		fill := strings.NewReplacer("{key}", s.key, "{secret}", s.secret)
		secrets = append(secrets, base64.StdEncoding.EncodeToString([]byte(fill.Replace(b.Username)+":"+fill.Replace(b.Password))))
	}
	return secrets
}

// sign fills in every template. Time and nonce are new for each attempt: a DCIM that remembers nonces refuses a repeated one.
func (s *signer) sign(r *http.Request) error {
	nonce := make([]byte, 16)
	if _, err := rand.Read(nonce); err != nil {
		return err
	}
	values := []string{"{key}", s.key, "{secret}", s.secret, "{time}", s.time(), "{nonce}", hex.EncodeToString(nonce)}
	if how := s.how.Signature; how != nil {
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
	for name, text := range s.how.Headers {
		r.Header.Set(name, fill.Replace(text))
	}
	if s.how.Bearer != "" {
		r.Header.Set("Authorization", "Bearer "+fill.Replace(s.how.Bearer))
	}
	if b := s.how.Basic; b != nil {
		r.SetBasicAuth(fill.Replace(b.Username), fill.Replace(b.Password))
	}
	if len(s.how.Query) > 0 {
		query := r.URL.Query()
		for name, text := range s.how.Query {
			query.Set(name, fill.Replace(text))
		}
		r.URL.RawQuery = query.Encode()
	}
	return nil
}

func (s *signer) time() string {
	now := s.now()
	switch s.how.TimeFormat {
	case "unix_ms":
		return strconv.FormatInt(now.UnixMilli(), 10)
	case "rfc3339":
		return now.UTC().Format(time.RFC3339)
	}
	return strconv.FormatInt(now.Unix(), 10)
}

// signature signs a request. The path is the whole one on the wire, the query the sorted one before anything of authentication is in it.
func (how *signature) signature(values []string, r *http.Request, body []byte) string {
	bodyMD5, bodySHA256 := md5.Sum(body), sha256.Sum256(body) //nolint:gosec // as the profile demands
	fill := strings.NewReplacer(append(values[:len(values):len(values)],
		"{method}", r.Method, "{path}", r.URL.EscapedPath(), "{query}", r.URL.Query().Encode(),
		"{body}", string(body), "{body_md5}", hex.EncodeToString(bodyMD5[:]), "{body_sha256}", hex.EncodeToString(bodySHA256[:]))...)
	var mac hash.Hash
	switch how.Algorithm {
	case "md5":
		mac = md5.New() //nolint:gosec // as the profile demands
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
