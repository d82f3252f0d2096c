package whmcs

import (
	"bytes"
	"encoding/json"
	"maps"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/address"
)

// StoredTexts are the texts of an object whose form in WHMCS differs from the form in Terraform. The key is the path
// in the row, with "/" between its steps. Terraform normalises all text to Unicode form NFC, and browsers save text
// areas with CRLF. Rows have these texts as Terraform holds them. Resources add the addresses whose spelling differs
// from that in state. A write has to expect the stored text, because the companion compares bytes.
type StoredTexts map[string]string

// canonical returns text as Terraform holds it: NFC, and LF at the end of a line.
func canonical(text string) string {
	return norm.NFC.String(strings.ReplaceAll(text, "\r\n", "\n"))
}

// canonicalRow returns a row with canonical texts, and the stored form of those that differ. The line ends of a landing
// page are its own, because no form of WHMCS saves it.
func canonicalRow(kind Kind, row json.RawMessage) (json.RawMessage, StoredTexts, error) {
	form := canonical
	if kind == KindLandingPage {
		form = norm.NFC.String
	}
	if !bytes.Contains(row, []byte(`\r`)) && !bytes.Contains(row, []byte(`\u`)) && norm.NFC.IsNormal(row) {
		return row, nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(row))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, nil, err
	}
	stored := StoredTexts{}
	value = stored.collect("", value, form)
	if len(stored) == 0 {
		return row, nil, nil
	}
	encoded, err := json.Marshal(value)
	return encoded, stored, err
}

func (s StoredTexts) collect(path string, value any, form func(string) string) any {
	switch v := value.(type) {
	case string:
		held := form(v)
		if held != v {
			s[path] = v
		}
		return held
	case map[string]any:
		for key, element := range v {
			v[key] = s.collect(path+"/"+key, element, form)
		}
	case []any:
		for i, element := range v {
			v[i] = s.collect(path+"/"+elementStep(i, element, form), element, form)
		}
	}
	return value
}

// elementStep is the step of an element of a list or set. Texts of a set have no order, so that their step is the text
// itself.
func elementStep(i int, element any, form func(string) string) string {
	if text, isText := element.(string); isText {
		return "=" + form(text)
	}
	return strconv.Itoa(i)
}

// Restore returns expected values with the stored form of each text.
func (s StoredTexts) Restore(expect Values) Values {
	if len(s) == 0 || expect == nil {
		return expect
	}
	restored, _ := s.restore("", expect).(Values)
	return restored
}

func (s StoredTexts) restore(path string, value any) any {
	switch v := value.(type) {
	case string:
		if stored, differs := s[path]; differs && (canonical(stored) == v || norm.NFC.String(stored) == v || address.Equal(stored, v)) {
			return stored
		}
	case Values:
		return Values(s.restoreMap(path, v))
	case Facet:
		return Facet(s.restoreMap(path, v))
	case Parts:
		out := Parts{}
		for key, part := range v {
			out[key] = s.restorePart(path, key, part)
		}
		return out
	case Set:
		return Set(s.restoreTexts(path, v))
	case []string:
		return s.restoreTexts(path, v)
	case []any:
		out := make([]any, len(v))
		for i, element := range v {
			out[i] = s.restore(path+"/"+elementStep(i, element, strings.Clone), element)
		}
		return out
	}
	return value
}

func (s StoredTexts) restoreMap(path string, values map[string]any) map[string]any {
	out := maps.Clone(values)
	for key, value := range values {
		if part, isPart := value.(Part); isPart {
			out[key] = s.restorePart(path, key, part)
			continue
		}
		out[key] = s.restore(path+"/"+key, value)
	}
	return out
}

// restorePart restores a part. Rows have parts by their ids.
func (s StoredTexts) restorePart(path, key string, part Part) Part {
	if part.ID != "" {
		key = part.ID
	}
	return Part{ID: part.ID, Values: s.restoreMap(path+"/"+key, part.Values)}
}

func (s StoredTexts) restoreTexts(path string, texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i], _ = s.restore(path+"/="+text, text).(string)
	}
	return out
}
