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
	at := strings.Join(e.InstanceLocation, ".")
	below := func(name string) string { return strings.TrimPrefix(at+"."+name, ".") }
	if k, ok := e.ErrorKind.(*kind.PropertyNames); ok {
		// The library's own location of this error is wrong.
		_, schema, _ := strings.Cut(e.SchemaURL, "#/")
		path := slices.DeleteFunc(strings.Split(schema, "/"),
			func(step string) bool { return step == "properties" || step == "propertyNames" })
		return []string{strings.Join(append(path, k.Property), ".") + " is not known" + allowedNames(path)}
	}
	if len(e.Causes) > 0 {
		for _, cause := range e.Causes {
			out = append(out, schemaProblems(cause)...)
		}
		return out
	}
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			out = append(out, below(name)+" is not known"+allowedNames(e.InstanceLocation))
		}
	case *kind.Required:
		for _, name := range k.Missing {
			out = append(out, below(name)+" is missing")
		}
	case *kind.Pattern:
		out = append(out, patternProblem(e.InstanceLocation, k))
	default:
		if at == "" {
			at = "the profile"
		}
		out = append(out, at+": "+e.ErrorKind.LocalizedString(english))
	}
	return out
}

// patternProblem describes a text that does not have the required form.
func patternProblem(location []string, k *kind.Pattern) string {
	at, last := strings.Join(location, "."), location[len(location)-1]
	switch {
	case last == "base_path", last == "path" && (location[0] == "operations" || location[0] == "authentication"):
		switch {
		case strings.ContainsAny(k.Got, "?#"):
			return at + " contains a query (?): move its parameters to fixed of the operation, " +
				"and credentials into authentication"
		case strings.Contains(k.Got, "{"):
			return at + " contains an unknown placeholder: a path can have only {id}, " +
				"and in assignments {server} and {package}"
		}
		return at + " must begin with / and have no empty part"
	case last == "time_format":
		return at + " must be unix, unix_ms, rfc3339, http, or a form such as YYYYMMDDhhmmss"
	case last == "time_offset":
		return at + " must be an offset such as +08:00"
	}
	return fmt.Sprintf("%s: %q is not a dotted path", at, k.Got)
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
	return " (known: " + strings.Join(names, ", ") + ")"
}

var operationNames = []string{
	"api_keys.list", "api_keys.get", "api_keys.create", "api_keys.update", "api_keys.delete",
	"packages.list", "packages.get", "packages.create", "packages.update", "packages.delete",
	"servers.list", "servers.get", opAssign, opUnassign,
}

var (
	placeholder = regexp.MustCompile(`\{[^{}]*\}`)
	namedPlace  = regexp.MustCompile(`\{[a-z_]+\}`) // not JSON
)

// check finds errors that a schema cannot: unknown placeholders in templates, impossible requests,
// values of the wrong type.
func (p *profile) check() error {
	var found []string
	addProblem := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	p.checkAuthentication(addProblem)
	if hasDotSegment(p.BasePath) {
		addProblem("base_path must not contain the parts . and ..")
	}
	for name, op := range p.Operations {
		p.checkOperation(name, op, addProblem)
	}
	p.Paging.check(addProblem)
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

// checkOperation finds impossible requests.
func (p *profile) checkOperation(name string, op operation, addProblem func(string, ...any)) {
	at := "operations." + name
	if hasDotSegment(op.Path) {
		addProblem("%s.path must not contain the parts . and ..", at)
	}
	_, verb, _ := strings.Cut(name, ".")
	byID := verb == "get" || verb == "update" || verb == "delete"
	switch holds := strings.Contains(op.Path, placeID); {
	case byID && !holds && op.IDField == "":
		addProblem("%s does not send the id of the object: write {id} into its path, or set id_field to the name of a parameter",
			at)
	case !byID && holds:
		addProblem("%s.path contains {id}, but this operation has no id", at)
	}
	if op.Method == http.MethodGet && op.Encoding != "query" {
		addProblem("%s.encoding: a GET sends its parameters in the query, so set encoding to query or remove it", at)
	}
	for parameter, value := range op.Fixed {
		if text, _ := value.(string); namedPlace.MatchString(text) {
			addProblem("%s.fixed.%s contains %s, but fixed values have no placeholders: move credentials to "+
				"authentication.parameters or authentication.query, and the id into id_field", at, parameter, namedPlace.FindString(text))
		}
	}
	p.checkParameters(name, op, addProblem)
	switch {
	case op.Answer == answerObject:
	case verb != "create" && verb != "update":
		addProblem("%s.answer: only a creation or an update may have this setting", at)
	case name == "api_keys.create" && op.Answer == answerNone:
		addProblem("%s.answer: the response to this creation must contain the secret, which the DCIM shows only once", at)
	}
	p.checkAssignment(name, op, addProblem)
}

func (p paging) check(addProblem func(string, ...any)) {
	byPages := p.LastPagePath != "" || p.PageCountPath != ""
	switch counts := p.Style == pagingPage || p.Style == pagingOffset; {
	case counts && p.Field == "":
		addProblem("paging.field is missing")
	case counts && !byPages && p.TotalPath == "" && !p.UntilEmpty:
		addProblem("paging: set last_page_path, page_count_path or total_path to the number of pages or rows. " +
			"If responses have no such number, set until_empty to true")
	case p.Style == pagingOffset && byPages:
		addProblem("paging: with style offset, only total_path or until_empty can show the end of a list. Remove last_page_path and page_count_path")
	case p.Style == pagingNext && p.NextPath == "":
		addProblem("paging.next_path is missing")
	case p.Style == pagingNext && (byPages || p.UntilEmpty):
		addProblem("paging: with style next, the list ends when next_path is empty. Remove last_page_path, page_count_path and until_empty")
	case p.Style != pagingNext && p.NextPath != "":
		addProblem("paging.next_path: only the style next uses it")
	}
}

// checkParameters encodes an example of a request.
func (p *profile) checkParameters(name string, op operation, addProblem func(string, ...any)) {
	at, id := "operations."+name, ""
	inputs := []map[string]any{{}}
	var err error
	kind, verb, _ := strings.Cut(name, ".")
	switch {
	case verb == "list":
		inputs[0], err = p.Paging.input(firstPage)
	case name == opAssign || name == opUnassign:
		inputs, err = op.assignment([]string{"1", "2"}[:min(op.Max, 2)], op.None)
	case verb != "create":
		id = "1"
	}
	object := map[string]string{"api_keys": objectAPIKey, "packages": objectPackage}[kind]
	for _, field := range slices.Sorted(maps.Keys(p.Fields[object])) {
		line := "fields." + object + "." + field
		if (verb == "create" || verb == "update") && written[line] && err == nil {
			if err = setPath(inputs[0], p.Fields[object][field].writePath(), ""); err != nil {
				err = fmt.Errorf("%s: %w", line, err)
			}
		}
	}
	var parameters map[string]any
	if err == nil {
		parameters, err = op.parameters(id, inputs...)
	}
	if _, isList := parameters[everyElement]; isList && len(p.Authentication.Parameters) > 0 {
		err = errors.New("a body that is a list cannot contain authentication.parameters")
	}
	if err != nil {
		addProblem("%s: %v", at, err)
	}
}

func (p *profile) checkAssignment(name string, op operation, addProblem func(string, ...any)) {
	at := "operations." + name
	byPath, packageByPath := strings.Contains(op.Path, placeServer), strings.Contains(op.Path, placePackage)
	if name != opAssign && name != opUnassign {
		if byPath || packageByPath || op.ServersField != "" || op.PackageField != "" || op.Separator != "" ||
			op.None != nil {
			addProblem("%s: {server}, {package}, servers_field, separator, package_field and none can be used only in %s and %s",
				at, opAssign, opUnassign)
		}
		return
	}
	switch {
	case !byPath && op.ServersField == "":
		addProblem("%s does not send the servers: write {server} into its path, or set servers_field to the name of a parameter", at)
	case op.Separator != "" && slices.Contains(strings.Split(op.ServersField, "."), everyElement):
		addProblem("%s.separator: servers_field says that each id is in an element of a list", at)
	case byPath && op.Max != 1:
		addProblem("%s.max: a path with {server} sends one server in each request, so max must be 1", at)
	}
	if name == opUnassign {
		return
	}
	if !packageByPath && op.PackageField == "" {
		addProblem("%s does not send the package: write {package} into its path, or set package_field to the name of a parameter", at)
	}
	if _, unbinds := p.Operations[opUnassign]; packageByPath && op.PackageField == "" && !unbinds {
		addProblem("%s.path contains {package}, so this operation cannot unbind a server: add operations.%s", at, opUnassign)
	}
}

func (p *profile) checkAuthentication(addProblem func(string, ...any)) {
	a := p.Authentication
	templates := map[string]string{"basic": a.Basic}
	for group, texts := range map[string]map[string]string{"headers": a.Headers, "query": a.Query,
		"parameters": a.Parameters} {
		for name, text := range texts {
			templates[group+"."+name] = text
		}
	}
	if a.Basic != "" && !strings.Contains(a.Basic, ":") {
		addProblem("authentication.basic has no : between user and password")
	}
	if _, err := withFilled(nil, a.Parameters, nil, true); err != nil {
		addProblem("%v", err)
	}
	inLogin := []string{"{key}", "{secret}", "{time}", "{nonce}"}
	fill := slices.Clone(inLogin)
	unused := map[string]bool{}
	if a.Login != nil {
		for _, name := range slices.Sorted(maps.Keys(a.Login.Tokens)) {
			place := "{" + name + "}"
			if slices.Contains(reserved, place) {
				addProblem("authentication.login.tokens.%s: %s is already the name of another placeholder", name, place)
			}
			fill, unused[place] = append(fill, place), true
		}
	}
	check := func(name, text string, allowed ...string) {
		for _, found := range placeholder.FindAllString(text, -1) {
			delete(unused, found)
			switch {
			case found == "{signature}" && a.Signature == nil && slices.Contains(allowed, found):
				addProblem("authentication.%s contains {signature}, but authentication.signature is missing", name)
			case found == "{token}" && a.Login == nil:
				addProblem("authentication.%s contains {token}, but authentication.login is missing", name)
			case found == "{token}" && a.Login.Tokens == nil:
				addProblem("authentication.%s contains {token}, but authentication.login.tokens does not contain its place in the response",
					name)
			case !slices.Contains(allowed, found):
				addProblem("authentication.%s contains the unknown placeholder %s (known: %s)",
					name, found, strings.Join(allowed, ", "))
			}
		}
	}
	for name, text := range templates {
		check(name, text, append(slices.Clone(fill), "{signature}")...)
	}
	if s := a.Signature; s != nil {
		signed := append(slices.Clone(fill), "{method}", "{path}", "{query}", "{parameters}", "{body}",
			"{body_md5}", "{body_sha256}")
		check("signature.template", s.Template, signed...)
		check("signature.key", s.Key, signed...)
		check("signature.parameters.pair", s.Parameters.Pair, "{name}", "{value}")
		for name, text := range s.Parameters.Extra {
			check("signature.parameters.extra."+name, text, fill...)
		}
		used := false
		for _, text := range templates {
			used = used || strings.Contains(text, "{signature}")
		}
		if !used {
			addProblem("authentication.signature: no text in authentication uses {signature}")
		}
	}
	if l := a.Login; l != nil {
		for name, text := range l.Parameters {
			check("login.parameters."+name, text, inLogin...)
		}
		if _, err := withFilled(nil, l.Parameters, nil, true); err != nil {
			addProblem("authentication.login: %v", err)
		}
		if hasDotSegment(l.Path) {
			addProblem("authentication.login.path must not contain the parts . and ..")
		}
		if l.Method == http.MethodGet && l.Encoding != "query" {
			addProblem("authentication.login.encoding: a GET sends its parameters in the query, so set encoding to query or remove it")
		}
		for _, place := range slices.Sorted(maps.Keys(unused)) {
			addProblem("authentication.login.tokens: no text in authentication uses %s", place)
		}
	}
}

// written are the fields that requests contain.
var written = map[string]bool{
	"fields.api_key.label": true, "fields.api_key.ip_addresses": true,
	"fields.package.name": true, "fields.package.memory_gb": true, "fields.package.ip_count": true,
	"fields.package.cpu_name": true, "fields.package.cpu_count": true, "fields.package.disks": true,
	"fields.package.pci_devices": true, "fields.package.uplink_mbps": true, "fields.package.downlink_mbps": true,
	"fields.package.collect_hardware_information": true,
}

// reserved are the placeholders that a token cannot have.
var reserved = []string{"{key}", "{secret}", "{time}", "{nonce}", "{signature}", "{method}", "{path}", "{query}",
	"{parameters}", "{body}", "{name}", "{value}"}

// itemFields are the fields of the objects of a list.
var itemFields = map[string][]string{"disks": {"interface", "size", "type"}, "pci_devices": {"model", "type"},
	"ip_addresses": {"text"}}

// indexed matches paths with an index.
var indexed = regexp.MustCompile(`(^|\.)[0-9]+(\.|$)`)

// checkField compares the definition of a field with the field's type.
func checkField(at string, of fieldKind, f field, addProblem func(string, ...any)) {
	if f.Separator != "" && of != kindTexts {
		addProblem("%s.separator: the field is not a list of text", at)
	}
	if f.As == "text" && of != kindInteger && of != kindID {
		addProblem("%s.as: the field is not a number", at)
	}
	if f.As == "json" && (of != kindTexts && of != kindObjects || f.Separator != "") {
		addProblem("%s.as: the field is not a list", at)
	}
	if m := measureOf(at); f.Unit != "" {
		switch {
		case m == nil || of != kindInteger:
			addProblem("%s.unit: this field cannot have a unit, so remove unit", at)
		case m.units[f.Unit] == nil:
			addProblem("%s.unit: %s is not a unit of the field (units: %s)", at, f.Unit,
				strings.Join(slices.Sorted(maps.Keys(m.units)), ", "))
		}
	}
	if written[at] && indexed.MatchString(f.writePath()) {
		addProblem("%s.write_path: a request cannot use an index in a path. Set write_path to a path without an index", at)
	}
	if of == kindBoolean && f.Values != nil {
		for name := range f.Values {
			if name != "true" && name != "false" {
				addProblem("%s.values.%s: the field is a boolean, so values can contain only true and false", at, name)
			}
		}
		if len(f.Values) != 2 {
			addProblem("%s.values must contain true and false", at)
		}
	}
	if of != kindBoolean && of != kindText && f.Values != nil {
		addProblem("%s.values: the field is neither text nor a boolean", at)
	}
	names := itemFields[at[strings.LastIndexByte(at, '.')+1:]]
	for _, name := range slices.Sorted(maps.Keys(f.Items)) {
		if !slices.Contains(names, name) {
			addProblem("%s.items.%s is not known (known: %s)", at, name, strings.Join(names, ", "))
		}
	}
	if f.Items == nil && of == kindObjects {
		addProblem("%s.items is missing", at)
	}
	for _, name := range names {
		if _, given := f.Items[name]; !given && f.Items != nil {
			addProblem("%s.items.%s is missing", at, name)
		}
	}
	if f.Items != nil && f.Separator != "" {
		addProblem("%s: a text with a separator has no items", at)
	}
	seen := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(f.Values)) {
		text, _ := scalar(f.Values[name])
		if other, ok := seen[text]; ok {
			addProblem("%s.values: %s and %s have the same text %q", at, other, name, text)
		}
		seen[text] = name
	}
}
