package whmcs

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The letter that Unicode composes from two, and its two. NFC always decomposes this one.
const (
	composed   = "\u095c"
	decomposed = "\u0921\u093c"
)

func TestStoredTexts(t *testing.T) {
	t.Parallel()
	row := `{"id":"1","name":"` + composed + `","description":"a\r\nb","quantity":12345678901234567890,"subdomains":["` + composed + `","x"],` +
		`"nameservers":[{"hostname":"` + composed + `"}],"options":{"7":{"id":"7","name":"` + composed + `"}}}`
	held, stored, err := canonicalRow(KindProduct, json.RawMessage(row))
	require.NoError(t, err)
	assert.JSONEq(t, `{"id":"1","name":"`+decomposed+`","description":"a\nb","quantity":12345678901234567890,"subdomains":["`+decomposed+`","x"],`+
		`"nameservers":[{"hostname":"`+decomposed+`"}],"options":{"7":{"id":"7","name":"`+decomposed+`"}}}`, string(held))
	require.Len(t, stored, 5)

	expect := Values{
		"name": decomposed, "description": "a\nb", "quantity": int64(3), "subdomains": Set{"x", decomposed}, "nameservers": []any{Values{"hostname": decomposed}},
		"options": Values{"memory": Part{ID: "7", Values: Values{"name": decomposed}}, "other": Part{ID: "8", Values: Values{"name": decomposed}}},
		"parts":   Parts{"memory": Part{ID: "7", Values: Values{"name": "y"}}},
	}
	assert.Equal(t, Values{
		"name": composed, "description": "a\r\nb", "quantity": int64(3), "subdomains": Set{"x", composed}, "nameservers": []any{Values{"hostname": composed}},
		"options": Values{"memory": Part{ID: "7", Values: Values{"name": composed}}, "other": Part{ID: "8", Values: Values{"name": decomposed}}},
		"parts":   Parts{"memory": Part{ID: "7", Values: Values{"name": "y"}}},
	}, stored.Restore(expect))
	assert.Equal(t, decomposed, expect["name"], "the argument stays as it is")
	assert.Equal(t, Values{"name": "other"}, stored.Restore(Values{"name": "other"}), "a text that was not read is not replaced")
}

func TestStoredTexts_ordinaryRow(t *testing.T) {
	t.Parallel()
	row := json.RawMessage(`{"id":"1","name":"E3 <&> \u20ac \"x\" é"}`)
	held, stored, err := canonicalRow(KindProduct, row)
	require.NoError(t, err)
	assert.Equal(t, row, held)
	assert.Empty(t, stored)
}
