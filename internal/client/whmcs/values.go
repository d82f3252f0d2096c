package whmcs

import (
	"maps"
	"reflect"
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
)

// Values are an object's fields on the wire, by protocol name. A value is a string, bool, int64,
// decimal.Decimal, nil, Set, []string, []any, Values, Facet or Parts. nil clears a nullable field. Values
// is an object that is compared as a whole.
type Values map[string]any

// Facet is an object-valued field whose keys are managed separately. Only the given keys are compared
// and written.
type Facet map[string]any

// Parts are parts of an object with their own ids, by keys that only the caller knows. They are managed
// as a whole: an update removes a part that it does not contain.
type Parts map[string]Part

// Part is one part of an object.
type Part struct {
	ID     string // empty for a new part
	Values Values
}

// MarshalJSON encodes the part's values together with its id.
func (p Part) MarshalJSON() ([]byte, error) {
	fields := maps.Clone(p.Values)
	if fields == nil {
		fields = Values{}
	}
	if p.ID != "" {
		fields["id"] = p.ID
	}
	return encodeJSON(fields)
}

// Set is a list of texts without a meaningful order.
type Set []string

// Diff returns the content of an update. values contains the fields of planned that differ from prior.
// expect contains the prior values of these fields. Fields absent from planned are unmanaged and
// omitted.
func Diff(prior, planned Values) (expect, values Values) {
	expect, values = Values{}, Values{}
	for field, want := range planned {
		have, known := prior[field]
		if wantParts, isParts := want.(Parts); isParts {
			haveParts, _ := have.(Parts)
			expected, written := diffParts(haveParts, wantParts)
			if len(written) > 0 {
				values[field] = written
			}
			if len(expected) > 0 {
				expect[field] = expected
			}
			continue
		}
		if known && equal(have, want) {
			continue
		}
		wantFacet, isFacet := want.(Facet)
		if !isFacet {
			values[field] = want
			if known {
				expect[field] = have
			}
			continue
		}
		haveFacet, _ := have.(Facet)
		expected, written := Facet{}, Facet{}
		for key, value := range wantFacet {
			old, had := haveFacet[key]
			if had && equal(old, value) {
				continue
			}
			written[key] = value
			if had {
				expected[key] = old
			}
		}
		if len(written) > 0 {
			values[field] = written
		}
		if len(expected) > 0 {
			expect[field] = expected
		}
	}
	return expect, values
}

// diffParts is Diff for parts. Parts with the same id are the same part.
func diffParts(prior, planned Parts) (expect, values Values) {
	expect, values = Values{}, Values{}
	before, kept := map[string]Part{}, map[string]bool{}
	for _, part := range prior {
		before[part.ID] = part
	}
	for key, part := range planned {
		old, had := before[part.ID]
		if part.ID == "" || !had {
			values[key] = part
			continue
		}
		kept[part.ID] = true
		expected, written := Diff(old.Values, part.Values)
		if len(written) == 0 {
			continue
		}
		values[key] = Part{ID: part.ID, Values: written}
		if len(expected) > 0 {
			expect[key] = Part{ID: part.ID, Values: expected}
		}
	}
	for key, part := range prior {
		if kept[part.ID] || part.ID == "" {
			continue
		}
		if _, taken := planned[key]; taken {
			key += "_" + part.ID
		}
		values[key] = Part{ID: part.ID, Values: Values{"remove": true}}
		expect[key] = part
	}
	return expect, values
}

// equal compares two wire values by meaning: decimals as numbers, sets without order.
func equal(a, b any) bool {
	switch x := a.(type) {
	case decimal.Decimal:
		y, ok := b.(decimal.Decimal)
		return ok && x.Equal(y)
	case []string:
		y, ok := b.([]string)
		return ok && slices.Equal(x, y) // nil equals an empty list
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, equal)
	case Set:
		y, ok := b.(Set)
		return ok && slices.Equal(slices.Sorted(slices.Values(x)), slices.Sorted(slices.Values(y)))
	case Values:
		y, ok := b.(Values)
		return ok && equalMaps(x, y)
	case Facet:
		y, ok := b.(Facet)
		return ok && equalMaps(x, y)
	default:
		return reflect.DeepEqual(a, b)
	}
}

func equalMaps(a, b map[string]any) bool {
	if len(a) != len(b) {
		return false
	}
	for key, value := range a {
		other, ok := b[key]
		if !ok || !equal(value, other) {
			return false
		}
	}
	return true
}
