package dcim

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

//go:embed profile.schema.json
var profileSchema []byte

// ProfileSchema returns the JSON Schema of wire profiles.
func ProfileSchema() []byte { return slices.Clone(profileSchema) }

var compiledSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(profileSchema))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("profile.schema.json", document); err != nil {
		return nil, err
	}
	return compiler.Compile("profile.schema.json")
})

// validateProfile validates a document against the schema.
func validateProfile(raw []byte) error {
	schema, err := compiledSchema()
	if err != nil {
		return fmt.Errorf("read the schema of wire profiles: %w", err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return errors.New(syntaxProblem(raw, err))
	}
	err = schema.Validate(document)
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return err
	}
	found := schemaProblems(invalid)
	slices.Sort(found)
	return errors.New(strings.Join(slices.Compact(found), "; "))
}

// syntaxProblem describes a JSON syntax error with its line and column.
func syntaxProblem(raw []byte, err error) string {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return "it is not JSON: " + err.Error()
	}
	before := raw[:min(int(syntax.Offset), len(raw))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n') - 1
	return fmt.Sprintf("it is not JSON: line %d, column %d: %v", line, column, err)
}

var english = message.NewPrinter(language.English)

// schemaProblems returns the leaves of a validation error, each with its path in the profile.
func schemaProblems(e *jsonschema.ValidationError) []string {
	var out []string
	if len(e.Causes) > 0 {
		for _, cause := range e.Causes {
			out = append(out, schemaProblems(cause)...)
		}
		return out
	}
	at := strings.Join(e.InstanceLocation, ".")
	below := func(name string) string { return strings.TrimPrefix(at+"."+name, ".") }
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			out = append(out, below(name)+" is not known"+allowedNames(e.InstanceLocation))
		}
	case *kind.Required:
		for _, name := range k.Missing {
			out = append(out, below(name)+" is missing")
		}
	case *kind.FalseSchema: // of unevaluatedProperties
		out = append(out, at+" is not known")
	default:
		if at == "" {
			at = "the profile"
		}
		out = append(out, at+": "+e.ErrorKind.LocalizedString(english))
	}
	return out
}

// allowedNames lists the allowed names at a place in the profile, if the provider defines them.
func allowedNames(at []string) string {
	var names []string
	switch {
	case len(at) == 2 && at[0] == "fields":
		names = slices.Sorted(maps.Keys(objects[at[1]]))
	case len(at) == 1 && at[0] == "operations":
		names = operationNames
	}
	if names == nil {
		return ""
	}
	return " (there are " + strings.Join(names, ", ") + ")"
}

var operationNames = []string{
	"api_keys.list", "api_keys.get", "api_keys.create", "api_keys.update", "api_keys.delete",
	"packages.list", "packages.get", "packages.create", "packages.update", "packages.delete",
	"servers.list", "servers.get", "servers.assign_package",
}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// check finds errors that a schema cannot: unknown placeholders in templates, impossible requests,
// values of the wrong type.
func (p *profile) check() error {
	var found []string
	addProblem := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	p.checkAuthentication(addProblem)
	if hasDotSegment(p.BasePath) {
		addProblem("base_path leaves its folder: a part of it is . or ..")
	}
	for name, op := range p.Operations {
		at := "operations." + name
		if hasDotSegment(op.Path) {
			addProblem("%s.path leaves its folder: a part of it is . or ..", at)
		}
		_, verb, _ := strings.Cut(name, ".")
		if verb == "get" || verb == "update" || verb == "delete" {
			if !strings.Contains(op.Path, "{id}") && op.IDField == "" {
				addProblem("%s says nowhere which object is meant: put {id} into its path, or name a parameter in id_field", at)
			}
		} else if strings.Contains(op.Path, "{id}") {
			addProblem("%s.path holds {id}, and the operation is about no single object", at)
		}
		if op.Method == http.MethodGet && op.Encoding != "query" {
			addProblem("%s.encoding: a GET carries its parameters in the query", at)
		}
	}
	if p.Paging.Style == "page" && p.Paging.LastPagePath == "" && p.Paging.TotalPath == "" {
		addProblem("paging: say in last_page_path or total_path where an answer tells how much there is")
	}
	for object, fields := range p.Fields {
		for name, f := range fields {
			checkField("fields."+object+"."+name, objects[object][name], f, addProblem)
		}
	}
	slices.Sort(found)
	if len(found) > 0 {
		return errors.New(strings.Join(found, "; "))
	}
	return nil
}

// hasDotSegment reports whether a server could decode a segment of the path to "." or "..". A segment that is
// not validly encoded or decodes to a slash or backslash counts too.
func hasDotSegment(path string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if read, err := url.PathUnescape(part); err != nil || read == "." || read == ".." || strings.ContainsAny(read, `/\`) {
			return true
		}
	}
	return false
}

func (p *profile) checkAuthentication(addProblem func(string, ...any)) {
	a := p.Authentication
	templates := map[string]string{}
	for name, text := range a.Headers {
		templates["headers."+name] = text
	}
	for name, text := range a.Query {
		templates["query."+name] = text
	}
	if a.Basic != nil {
		templates["basic.username"], templates["basic.password"] = a.Basic.Username, a.Basic.Password
	}
	templates["bearer"] = a.Bearer
	fill := []string{"{key}", "{secret}", "{time}", "{nonce}"}
	for name, text := range templates {
		for _, found := range placeholder.FindAllString(text, -1) {
			switch {
			case found == "{signature}" && a.Signature == nil:
				addProblem("authentication.%s holds {signature}, and authentication.signature is missing", name)
			case found != "{signature}" && !slices.Contains(fill, found):
				addProblem("authentication.%s holds %s, which nothing stands for (there are %s, {signature})",
					name, found, strings.Join(fill, ", "))
			}
		}
	}
	if a.Signature == nil {
		return
	}
	signed := append(slices.Clone(fill), "{method}", "{path}", "{query}", "{body}", "{body_md5}", "{body_sha256}")
	for name, text := range map[string]string{"template": a.Signature.Template, "key": a.Signature.Key} {
		for _, found := range placeholder.FindAllString(text, -1) {
			if !slices.Contains(signed, found) {
				addProblem("authentication.signature.%s holds %s, which nothing stands for (there are %s)",
					name, found, strings.Join(signed, ", "))
			}
		}
	}
}

// checkField compares the definition of a field with the field's type.
func checkField(at string, of fieldKind, f field, addProblem func(string, ...any)) {
	if f.Separator != "" && of != kindTexts {
		addProblem("%s.separator: the field is no list of text", at)
	}
	if f.As != "" && of != kindInteger && of != kindID {
		addProblem("%s.as: the field is no number", at)
	}
	if of == kindBoolean && f.Values != nil {
		for name := range f.Values {
			if name != "true" && name != "false" {
				addProblem("%s.values.%s: the field is a boolean, whose values are true and false", at, name)
			}
		}
		if len(f.Values) != 2 {
			addProblem("%s.values must say how both true and false are written", at)
		}
	}
	if of != kindBoolean && of != kindText && f.Values != nil {
		addProblem("%s.values: the field is neither text nor a boolean", at)
	}
	if (f.Items != nil) != (of == kindObjects) {
		addProblem("%s.items: only a list of objects has items", at)
	}
	seen := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(f.Values)) {
		text, _ := scalar(f.Values[name])
		if other, ok := seen[text]; ok {
			addProblem("%s.values: %s and %s are both written %q", at, other, name, text)
		}
		seen[text] = name
	}
}
