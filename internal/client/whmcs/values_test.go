package whmcs

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	usd := func(price string) Values {
		return Values{"monthly": Values{"price": decimal.Decimal(price), "setup_fee": decimal.Decimal("0")}}
	}
	for name, c := range map[string]struct{ prior, planned, expect, values Values }{
		"nothing":           {Values{}, Values{}, Values{}, Values{}},
		"equal scalars":     {Values{"name": "a", "hidden": true, "order": int64(3)}, Values{"name": "a", "hidden": true, "order": int64(3)}, Values{}, Values{}},
		"changed scalars":   {Values{"name": "a", "hidden": true, "order": int64(3)}, Values{"name": "b", "hidden": false, "order": int64(3)}, Values{"name": "a", "hidden": true}, Values{"name": "b", "hidden": false}},
		"first value":       {Values{}, Values{"name": "a"}, Values{}, Values{"name": "a"}},
		"unmanaged now":     {Values{"name": "a", "order": int64(1)}, Values{"name": "a"}, Values{}, Values{}},
		"another type":      {Values{"order": "1"}, Values{"order": int64(1)}, Values{"order": "1"}, Values{"order": int64(1)}},
		"empty is a value":  {Values{"name": "a"}, Values{"name": ""}, Values{"name": "a"}, Values{"name": ""}},
		"nil clears":        {Values{"server_group_id": "5"}, Values{"server_group_id": nil}, Values{"server_group_id": "5"}, Values{"server_group_id": nil}},
		"nil was there":     {Values{"server_group_id": nil}, Values{"server_group_id": nil}, Values{}, Values{}},
		"nil is expected":   {Values{"server_group_id": nil}, Values{"server_group_id": "5"}, Values{"server_group_id": nil}, Values{"server_group_id": "5"}},
		"nil for the first": {Values{}, Values{"port": nil}, Values{}, Values{"port": nil}},
		"equal amounts":     {Values{"monthly_cost": decimal.Decimal("10")}, Values{"monthly_cost": decimal.Decimal("10.00")}, Values{}, Values{}},
		"other amounts":     {Values{"monthly_cost": decimal.Decimal("10")}, Values{"monthly_cost": decimal.Decimal("10.01")}, Values{"monthly_cost": decimal.Decimal("10")}, Values{"monthly_cost": decimal.Decimal("10.01")}},
		"amount or text":    {Values{"a": "10"}, Values{"a": decimal.Decimal("10")}, Values{"a": "10"}, Values{"a": decimal.Decimal("10")}},
		"sets in any order": {Values{"server_ids": Set{"1", "2"}}, Values{"server_ids": Set{"2", "1"}}, Values{}, Values{}},
		"empty sets":        {Values{"server_ids": Set(nil)}, Values{"server_ids": Set{}}, Values{}, Values{}},
		"set with more":     {Values{"server_ids": Set{"1"}}, Values{"server_ids": Set{"1", "1"}}, Values{"server_ids": Set{"1"}}, Values{"server_ids": Set{"1", "1"}}},
		"lists in order":    {Values{"subdomains": []string{".a", ".b"}}, Values{"subdomains": []string{".b", ".a"}}, Values{"subdomains": []string{".a", ".b"}}, Values{"subdomains": []string{".b", ".a"}}},
		"empty lists":       {Values{"subdomains": []string(nil)}, Values{"subdomains": []string{}}, Values{}, Values{}},
		"lists of objects":  {Values{"n": []any{Values{"cost": decimal.Decimal("1")}}}, Values{"n": []any{Values{"cost": decimal.Decimal("1.0")}}}, Values{}, Values{}},
		"longer list":       {Values{"n": []any{}}, Values{"n": []any{Values{}}}, Values{"n": []any{}}, Values{"n": []any{Values{}}}},
		"objects whole":     {Values{"t": Values{"a": "1", "b": "2"}}, Values{"t": Values{"a": "1"}}, Values{"t": Values{"a": "1", "b": "2"}}, Values{"t": Values{"a": "1"}}},
		"equal objects":     {Values{"t": Values{"a": "1"}}, Values{"t": Values{"a": "1"}}, Values{}, Values{}},
		"facet by key": {
			Values{"module_options": Facet{"1": "a", "2": "b", "3": "c"}}, Values{"module_options": Facet{"1": "a", "2": "x", "4": "d"}},
			Values{"module_options": Facet{"2": "b"}}, Values{"module_options": Facet{"2": "x", "4": "d"}},
		},
		"facet unchanged":    {Values{"module_options": Facet{"1": "a", "2": "b"}}, Values{"module_options": Facet{"1": "a"}}, Values{}, Values{}},
		"facet from nothing": {Values{}, Values{"module_options": Facet{"1": "a"}}, Values{}, Values{"module_options": Facet{"1": "a"}}},
		"facet, first keys":  {Values{"module_options": Facet{}}, Values{"module_options": Facet{"1": "a"}}, Values{}, Values{"module_options": Facet{"1": "a"}}},
		"facet without keys": {Values{}, Values{"module_options": Facet{}}, Values{}, Values{}},
		"facet was nil":      {Values{"toplink_dcim": nil}, Values{"toplink_dcim": Facet{"package": "p"}}, Values{}, Values{"toplink_dcim": Facet{"package": "p"}}},
		"facet, key is nil":  {Values{"f": Facet{"a": "1"}}, Values{"f": Facet{"a": nil}}, Values{"f": Facet{"a": "1"}}, Values{"f": Facet{"a": nil}}},
		"one currency": {
			Values{"pricing": Facet{"USD": usd("10"), "EUR": usd("9")}}, Values{"pricing": Facet{"USD": usd("12"), "EUR": usd("9.00")}},
			Values{"pricing": Facet{"USD": usd("10")}}, Values{"pricing": Facet{"USD": usd("12")}},
		},
		"parts by id": {
			Values{"options": Parts{"a": {"1", Values{"name": "A", "order": int64(1)}}, "b": {"2", Values{"name": "B"}}, "c": {"3", Values{"name": "C"}}}},
			Values{"options": Parts{"x": {"1", Values{"name": "X", "order": int64(1)}}, "b": {"2", Values{"name": "B"}}, "c": {"", Values{"name": "New"}}}},
			Values{"options": Values{"x": Part{"1", Values{"name": "A"}}, "c_3": Part{"3", Values{"name": "C"}}}},
			Values{"options": Values{"x": Part{"1", Values{"name": "X"}}, "c": Part{"", Values{"name": "New"}}, "c_3": Part{"3", Values{"remove": true}}}},
		},
		"parts of parts": {
			Values{"options": Parts{"a": {"1", Values{"sub": Parts{"s": {"5", Values{"pricing": Facet{"USD": usd("1"), "EUR": usd("2")}}}}}}}},
			Values{"options": Parts{"a": {"1", Values{"sub": Parts{"s": {"5", Values{"pricing": Facet{"USD": usd("1.0"), "EUR": usd("3")}}}}}}}},
			Values{"options": Values{"a": Part{"1", Values{"sub": Values{"s": Part{"5", Values{"pricing": Facet{"EUR": usd("2")}}}}}}}},
			Values{"options": Values{"a": Part{"1", Values{"sub": Values{"s": Part{"5", Values{"pricing": Facet{"EUR": usd("3")}}}}}}}},
		},
		"parts under another key": {Values{"options": Parts{"a": {"1", Values{"name": "A"}}}}, Values{"options": Parts{"b": {"1", Values{"name": "A"}}}}, Values{}, Values{}},
		"same prices":             {Values{"pricing": Facet{"USD": usd("10")}}, Values{"pricing": Facet{"USD": usd("10.000")}}, Values{}, Values{}},
		"cycle switched on":       {Values{"pricing": Facet{"USD": Values{}}}, Values{"pricing": Facet{"USD": usd("1")}}, Values{"pricing": Facet{"USD": Values{}}}, Values{"pricing": Facet{"USD": usd("1")}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect, values := Diff(c.prior, c.planned)
			assert.Equal(t, c.expect, expect)
			assert.Equal(t, c.values, values)
		})
	}
}

func TestValuesOnTheWire(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(Values{
		"text": "a", "flag": false, "number": int64(9007199254740993), "amount": decimal.Decimal("10.00"), "none": nil, "set": Set{"b", "a"}, "list": []string{}, "facet": Facet{"1": "x"},
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{"text":"a","flag":false,"number":9007199254740993,"amount":"10.00","none":null,"set":["b","a"],"list":[],"facet":{"1":"x"}}`, string(raw))
	parts, err := json.Marshal(Parts{"a": {"7", Values{"name": "A"}}, "b": {"", nil}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"a":{"id":"7","name":"A"},"b":{}}`, string(parts))
	assert.Contains(t, string(raw), "9007199254740993", "no float on the way")
}
