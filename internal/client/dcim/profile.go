package dcim

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
)

// ProfileAssumed is the name of the built-in wire profile. The operator must choose it explicitly,
// because the DCIM's wire format is not public.
const ProfileAssumed = "assumed"

// maxProfileBytes is the maximum size of a profile file. A complete profile has about 8 KiB.
const maxProfileBytes = 256 << 10

//go:embed profiles/assumed.json
var profiles embed.FS

// profile maps the client's operations and logical fields to the API of one DCIM. All assumptions about
// the wire format are in such a document, and nowhere else. profile.schema.json describes each member.
type profile struct {
	Name           string                      `json:"name"`
	BasePath       string                      `json:"base_path"`
	Encoding       string                      `json:"encoding"`
	Authentication authentication              `json:"authentication"`
	Envelope       envelope                    `json:"envelope"`
	Paging         paging                      `json:"paging"`
	Operations     map[string]operation        `json:"operations"`
	Fields         map[string]map[string]field `json:"fields"` // object → logical field
}

type authentication struct {
	Headers    map[string]string `json:"headers"`
	Query      map[string]string `json:"query"`
	Parameters map[string]string `json:"parameters"`
	Basic      string            `json:"basic"`
	TimeFormat string            `json:"time_format"`
	TimeOffset string            `json:"time_offset"`
	Signature  *signature        `json:"signature"`
	Login      *login            `json:"login"`
}

type signature struct {
	Algorithm  string `json:"algorithm"`
	Key        string `json:"key"`
	Template   string `json:"template"`
	Encoding   string `json:"encoding"`
	Parameters struct {
		Pair      string            `json:"pair"`
		Separator *string           `json:"separator"`
		Encoding  string            `json:"encoding"`
		SkipEmpty bool              `json:"skip_empty"`
		Extra     map[string]string `json:"extra"`
	} `json:"parameters"`
}

// login is the request that starts a session.
type login struct {
	Method      string            `json:"method"`
	Path        string            `json:"path"`
	Encoding    string            `json:"encoding"`
	Parameters  map[string]string `json:"parameters"`
	Tokens      map[string]string `json:"tokens"` // placeholder → path
	ExpiresPath string            `json:"expires_path"`
}

type envelope struct {
	Success *struct {
		Path   string `json:"path"`
		Values []any  `json:"values"`
	} `json:"success"`
	DataPath     string            `json:"data_path"`
	ListPath     *string           `json:"list_path"`
	MessagePath  string            `json:"message_path"`
	ErrorsPath   *string           `json:"errors_path"`
	CodePath     string            `json:"code_path"`
	ErrorClasses map[string]string `json:"error_classes"`
}

type paging struct {
	Style         string `json:"style"`
	Field         string `json:"field"`
	FirstPage     *int   `json:"first_page"`
	SizeField     string `json:"size_field"`
	Size          int    `json:"size"`
	LastPagePath  string `json:"last_page_path"`
	PageCountPath string `json:"page_count_path"`
	TotalPath     string `json:"total_path"`
	NextPath      string `json:"next_path"`
	UntilEmpty    bool   `json:"until_empty"`
}

// Styles of paging.
const (
	pagingPage   = "page"
	pagingOffset = "offset"
	pagingNext   = "next"
	pagingNone   = "none"
)

// The content of the response to a creation or an update.
const (
	answerObject = "object"
	answerID     = "id"
	answerNone   = "none"
)

// operation is one request of the DCIM's API.
type operation struct {
	Method   string         `json:"method"`
	Path     string         `json:"path"`
	Encoding string         `json:"encoding"`
	IDField  string         `json:"id_field"`
	IDAs     string         `json:"id_as"`
	Fixed    map[string]any `json:"fixed"`
	DataPath *string        `json:"data_path"`
	Answer   string         `json:"answer"`

	// Only for assignments.
	ServersField string `json:"servers_field"`
	Separator    string `json:"separator"`
	PackageField string `json:"package_field"`
	None         any    `json:"none"`
	Max          int    `json:"max"`
}

// field is the path of a logical field, and the encoding of its values.
type field struct {
	Path        string           `json:"path"`
	WritePath   string           `json:"write_path"`
	Optional    bool             `json:"optional"`
	As          string           `json:"as"`
	Unit        string           `json:"unit"`
	Separator   string           `json:"separator"`
	Values      map[string]any   `json:"values"` // logical → wire
	OtherValues string           `json:"other_values"`
	Items       map[string]field `json:"items"`
}

// UnmarshalJSON reads the short form, which is only a path, and the long form.
func (f *field) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '"' {
		return json.Unmarshal(raw, &f.Path)
	}
	type long field
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	return decoder.Decode((*long)(f))
}

func (f field) writePath() string {
	if f.WritePath != "" {
		return f.WritePath
	}
	return f.Path
}

// CheckProfile validates the profile setting: "assumed", JSON that begins with "{", or the path of a
// file.
func CheckProfile(setting string) error {
	_, err := loadProfile(setting)
	return err
}

func loadProfile(setting string) (*profile, error) {
	var raw []byte
	var err error
	what := "the wire profile"
	switch {
	case setting == ProfileAssumed:
		raw, err = profiles.ReadFile("profiles/" + ProfileAssumed + ".json")
	case strings.HasPrefix(strings.TrimSpace(setting), "{"):
		raw = []byte(setting)
	default:
		what = fmt.Sprintf("the wire profile in the file %q", setting)
		raw, err = readProfileFile(setting)
	}
	if err != nil {
		return nil, err
	}
	p, err := parseProfile(raw)
	if err != nil {
		return nil, fmt.Errorf("%s is not valid: %w", what, err)
	}
	return p, nil
}

// readProfileFile reads a regular file of limited size. A pipe or a device could block or never end.
func readProfileFile(path string) ([]byte, error) {
	refuse := func(reason string) error {
		return fmt.Errorf("the wire profile %q is neither %q, nor JSON that begins with {, nor a file that can be read: %s",
			path, ProfileAssumed, reason)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, refuse("there is no such file")
	case err != nil:
		return nil, refuse(err.Error())
	case !info.Mode().IsRegular():
		return nil, refuse("it is not an ordinary file")
	case info.Size() > maxProfileBytes:
		return nil, refuse(fmt.Sprintf("it is larger than %d KiB", maxProfileBytes>>10))
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, refuse(err.Error())
	}
	defer func() { _ = file.Close() }() // nothing was written
	raw, err := io.ReadAll(io.LimitReader(file, maxProfileBytes+1))
	if err != nil {
		return nil, refuse(err.Error())
	}
	if len(raw) > maxProfileBytes {
		return nil, refuse(fmt.Sprintf("it is larger than %d KiB", maxProfileBytes>>10))
	}
	return raw, nil
}

// parseProfile validates a document and sets the defaults.
func parseProfile(raw []byte) (*profile, error) {
	if err := validateProfile(raw); err != nil {
		return nil, err
	}
	p := &profile{}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(p); err != nil {
		return nil, err
	}
	p.setDefaults()
	if err := p.check(); err != nil {
		return nil, err
	}
	return p, nil
}

// setDefaults sets all defaults.
func (p *profile) setDefaults() {
	orDefault := func(value *string, standard string) {
		if *value == "" {
			*value = standard
		}
	}
	orDefault(&p.Encoding, "json")
	orDefault(&p.Authentication.TimeFormat, "unix")
	if s := p.Authentication.Signature; s != nil {
		orDefault(&s.Key, "{secret}")
		orDefault(&s.Encoding, "hex")
		orDefault(&s.Parameters.Pair, "{name}={value}")
		if s.Parameters.Separator == nil {
			s.Parameters.Separator = new("&")
		}
	}
	encoding := func(method string) string {
		if method == http.MethodGet || method == http.MethodDelete {
			return "query"
		}
		return p.Encoding
	}
	if l := p.Authentication.Login; l != nil {
		orDefault(&l.Method, http.MethodPost)
		orDefault(&l.Encoding, encoding(l.Method))
	}
	if p.Envelope.ListPath == nil {
		p.Envelope.ListPath = &p.Envelope.DataPath
	}
	if p.Envelope.ErrorClasses == nil {
		p.Envelope.ErrorClasses = map[string]string{"401": classUnauthorized, "403": classForbidden, "404": classNotFound,
			"409": classConflict, "422": classInvalid}
	}
	if p.Paging.FirstPage == nil {
		p.Paging.FirstPage = new(1)
	}
	for name, op := range p.Operations {
		orDefault(&op.Encoding, encoding(op.Method))
		orDefault(&op.Answer, answerObject)
		if op.Max == 0 {
			op.Max = 100
			if strings.Contains(op.Path, placeServer) {
				op.Max = 1
			}
		}
		p.Operations[name] = op
	}
}

// Placeholders of paths.
const (
	placeID      = "{id}"
	placeServer  = "{server}"
	placePackage = "{package}"
)

// answerPath returns where the response to an operation contains its list or object, and the line of the profile
// that says so.
func (p *profile) answerPath(name string) (path, line string) {
	if own := p.Operations[name].DataPath; own != nil {
		return *own, "operations." + name + ".data_path"
	}
	if strings.HasSuffix(name, ".list") && p.Envelope.ListPath != &p.Envelope.DataPath {
		return *p.Envelope.ListPath, "envelope.list_path"
	}
	return p.Envelope.DataPath, "envelope.data_path"
}

// operation returns an operation, or an error if the profile does not have it.
func (p *profile) operation(name string) (operation, error) {
	op, ok := p.Operations[name]
	if !ok {
		return operation{}, fmt.Errorf("the wire profile %q has no operation %q. Add operations.%s to the profile", p.Name, name, name)
	}
	return op, nil
}
