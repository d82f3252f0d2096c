package dcim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// everyElement is the step of a path in a request that leads into each element of a list.
const everyElement = "*"

// parameters returns the parameters of an operation: the constant ones, the input, and the id if the path does not
// hold it. Each input is one element of the lists. A list that is the whole body is the only parameter, *.
func (op operation) parameters(id string, inputs ...map[string]any) (map[string]any, error) {
	fixed := map[string]any{}
	for name, value := range op.Fixed {
		if err := setPath(fixed, name, value); err != nil {
			return nil, fmt.Errorf("fixed parameter %q: %w", name, err)
		}
	}
	if len(inputs) == 0 {
		inputs = []map[string]any{{}}
	}
	var elements []any
	for _, input := range inputs {
		parameters := merged(input, nil) // the request may be sent again with the same input
		if id != "" && op.IDField != "" {
			if err := setPath(parameters, op.IDField, op.wireID(id)); err != nil {
				return nil, fmt.Errorf("parameter %q: %w", op.IDField, err)
			}
		}
		elements = append(elements, merged(fixed, parameters))
	}
	all, err := withLists(elements)
	if list, isList := all.([]any); isList {
		if op.Encoding != "json" {
			return nil, errors.New("only a JSON body can be a list")
		}
		return map[string]any{everyElement: list}, err
	}
	parameters, _ := all.(map[string]any)
	return parameters, err
}

var errBesideList = errors.New("a list stands at the same path as other parameters")

// withLists returns objects of the same form as one, with a list in place of each member *. The list has one element of
// each object.
func withLists(objects []any) (any, error) {
	first, ok := objects[0].(map[string]any)
	if !ok {
		return objects[0], nil
	}
	at := func(name string) []any {
		var values []any
		for _, object := range objects {
			members, _ := object.(map[string]any)
			values = append(values, members[name])
		}
		return values
	}
	if _, isList := first[everyElement]; isList {
		if len(first) > 1 {
			return nil, errBesideList
		}
		list := at(everyElement)
		var err error
		for i := range list {
			if list[i], err = withLists(list[i : i+1]); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
	out := map[string]any{}
	for name := range first {
		value, err := withLists(at(name))
		if err != nil {
			return nil, err
		}
		out[name] = value
	}
	return out, nil
}

// merged returns a copy of two objects together. If both have a value, that of over is taken.
func merged(object, over map[string]any) map[string]any {
	out := map[string]any{}
	for _, source := range []map[string]any{object, over} {
		for name, value := range source {
			before, _ := out[name].(map[string]any)
			if inner, ok := value.(map[string]any); ok {
				value = merged(before, inner)
			}
			out[name] = value
		}
	}
	return out
}

// path returns the path of a request, with its ids in place of the placeholders.
func (op operation) path(r request) string {
	return strings.NewReplacer(placeID, url.PathEscape(r.id), placeServer, url.PathEscape(r.serverID),
		placePackage, url.PathEscape(r.packageID)).Replace(op.Path)
}

// encoded is how a request carries its parameters.
type encoded struct {
	query       url.Values
	body        []byte
	contentType string // empty if there is no body
}

// encode encodes parameters as a query, a form, or a JSON object. A DELETE without parameters has no body.
func encode(method, encoding string, parameters map[string]any) (encoded, error) {
	switch {
	case encoding == "query":
		return encoded{query: flatten(parameters)}, nil
	case encoding == "form":
		return encoded{body: []byte(urlencode(flatten(parameters))),
			contentType: "application/x-www-form-urlencoded"}, nil
	case len(parameters) == 0 && method == http.MethodDelete:
		return encoded{}, nil
	}
	var whole any = parameters
	if list, isList := parameters[everyElement]; isList {
		if whole = list; len(parameters) > 1 {
			return encoded{}, errBesideList
		}
	}
	body, err := marshal(whole)
	return encoded{body: body, contentType: "application/json"}, err
}

// marshal encodes JSON without the escapes for HTML, which other encoders do not write.
func marshal(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

// urlencode encodes sorted parameters as PHP's http_build_query does. Go differs in the tilde.
func urlencode(parameters url.Values) string { return tilde(parameters.Encode()) }

func tilde(text string) string { return strings.ReplaceAll(text, "~", "%7E") }

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
