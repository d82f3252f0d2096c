package lenient

import (
	"encoding/json"
	"errors"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// upper decodes itself, from text of one word.
type upper string

func (u *upper) UnmarshalJSON(data []byte) error {
	var s string
	if err := Decode(data, &s); err != nil {
		return err
	}
	if s == "odd" {
		return errors.New("an error of another kind")
	}
	*u = upper("<" + s + ">")
	return nil
}

type part struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
}

type document struct {
	Text    string            `json:"text"`
	Number  int64             `json:"number"`
	Small   int               `json:"small"`
	Maybe   *int64            `json:"maybe"`
	Flag    bool              `json:"flag"`
	Own     upper             `json:"own"`
	Part    part              `json:"part"`
	Pointer *part             `json:"pointer"`
	Parts   []part            `json:"parts"`
	Texts   []string          `json:"texts"`
	Map     map[string]int64  `json:"map"`
	Nested  map[string][]part `json:"nested"`
	Raw     json.RawMessage   `json:"raw"`
	Any     any               `json:"any"`
	Ignored string
}

func TestDecode(t *testing.T) {
	t.Parallel()
	seven := int64(7)
	for text, want := range map[string]document{
		`{}`: {}, `[]`: {}, `null`: {}, `""`: {}, `false`: {}, ` {"text" : "a" } `: {Text: "a"},
		`{"TEXT":"a","Ignored":"b","x":[{}]}`: {},
		`{"text":5}`:                          {Text: "5"}, `{"text":1.50}`: {Text: "1.50"}, `{"text":null}`: {}, `{"text":false}`: {},
		`{"text":"é\n"}`: {Text: "é\n"},
		`{"number":"7"}`: {Number: 7}, `{"number":" 7 "}`: {Number: 7}, `{"number":7.0}`: {Number: 7},
		`{"number":"7.00"}`: {Number: 7},
		`{"number":7e2}`:    {Number: 700}, `{"number":-7}`: {Number: -7}, `{"number":""}`: {}, `{"number":null}`: {},
		`{"number":9223372036854775807}`: {Number: 9223372036854775807}, `{"small":"7"}`: {Small: 7},
		`{"maybe":7}`: {Maybe: &seven}, `{"maybe":"7"}`: {Maybe: &seven}, `{"maybe":null}`: {}, `{"maybe":""}`: {},
		`{"flag":1}`: {Flag: true}, `{"flag":"on"}`: {Flag: true}, `{"flag":"Yes"}`: {Flag: true}, `{"flag":"0"}`: {},
		`{"flag":""}`: {},
		`{"own":"a"}`: {Own: "<a>"}, `{"own":5}`: {Own: "<5>"},
		`{"part":[]}`: {}, `{"part":{"name":"a","size":"2"}}`: {Part: part{"a", 2}},
		`{"pointer":null}`: {}, `{"pointer":{"size":2}}`: {Pointer: &part{Size: 2}},
		`{"pointer":[]}`: {Pointer: &part{}},
		`{"parts":null}`: {}, `{"parts":[]}`: {Parts: []part{}}, `{"parts":{}}`: {Parts: []part{}},
		`{"parts":""}`:         {Parts: []part{}},
		`{"parts":{"size":1}}`: {Parts: []part{{Size: 1}}},
		`{"parts":{"10":{"size":2},"9":{"size":1}}}`: {Parts: []part{{Size: 1}, {Size: 2}}},
		`{"parts":[null,{"size":1}]}`:                {Parts: []part{{}, {Size: 1}}},
		`{"texts":[1,"a",null]}`:                     {Texts: []string{"1", "a", ""}},
		`{"map":[]}`:                                 {Map: map[string]int64{}}, `{"map":null}`: {},
		`{"map":{"a":"1"}}`:           {Map: map[string]int64{"a": 1}},
		`{"nested":{"a":{"size":1}}}`: {Nested: map[string][]part{"a": {{Size: 1}}}},
		`{"raw":{"a": 1}}`:            {Raw: json.RawMessage(`{"a": 1}`)}, `{"any":[1]}`: {Any: []any{1.0}},
	} {
		var got document
		require.NoError(t, Decode([]byte(text), &got), text)
		assert.Equal(t, want, got, text)
	}
}

func TestMismatches(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``: "it is not valid JSON", `{"text":`: "it is not valid JSON", `"x"`: "it is text instead of an object",
		`5`:                               "it is the number 5 instead of an object",
		`{"text":["canary"]}`:             `"text" is a list instead of text`,
		`{"text":{"a":"canary"}}`:         `"text" is an object instead of text`,
		`{"text":true}`:                   `"text" is true instead of text`,
		`{"number":"two"}`:                `"number" is the text "two" instead of a whole number`,
		`{"number":7.5}`:                  `"number" is the number 7.5 instead of a whole number`,
		`{"number":true}`:                 `"number" is true instead of a whole number`,
		`{"number":false}`:                `"number" is false instead of a whole number`,
		`{"number":"Infinity"}`:           `"number" is the text "Infinity" instead of a whole number`,
		`{"number":1e400}`:                `"number" is the number 1e400 instead of a whole number`,
		`{"number":"0x10"}`:               `"number" is the text "0x10" instead of a whole number`,
		`{"number":92233720368547758080}`: `"number" is the number 92233720368547758080 instead of a whole number`,
		`{"number":"1111111111222222222233333333334444444444x"}`: `"number" is text instead of a whole number`,
		`{"number":1111111111222222222233333333334444444444555}`: `"number" is a very long number instead of a whole number`,
		`{"maybe":"x"}`: `"maybe" is the text "x" instead of a whole number`,
		`{"flag":2}`:    `"flag" is the number 2 instead of true or false`,
		`{"flag":[]}`:   `"flag" is a list instead of true or false`, `{"own":[]}`: `"own" is a list instead of text`,
		`{"own":"odd"}`:                  `"own" is text instead of a value of another kind`,
		`{"part":5}`:                     `"part" is the number 5 instead of an object`,
		`{"part":{"size":"x"}}`:          `"part.size" is the text "x" instead of a whole number`,
		`{"parts":5}`:                    `"parts" is the number 5 instead of a list`,
		`{"parts":[{},{"size":"x"}]}`:    `"parts.1.size" is the text "x" instead of a whole number`,
		`{"texts":{"a":"b"}}`:            `"texts" is an object instead of a list`,
		`{"map":[1]}`:                    `"map" is a list instead of an object`,
		`{"map":{"a b":[]}}`:             `"map.a b" is a list instead of a whole number`,
		`{"nested":{"a":[{"name":[]}]}}`: `"nested.a.0.name" is a list instead of text`,
	} {
		require.EqualError(t, Decode([]byte(text), new(document)), want, text)
	}
	var got document
	require.EqualError(t, Decode([]byte(`{"text":[],"number":"x","flag":1}`), &got), `"text" is a list instead of text`, "the first of them")
	assert.True(t, got.Flag, "the rest is read")
	require.EqualError(t, Within("row", Decode([]byte(`{"text":[]}`), &got)), `"row.text" is a list instead of text`)
	require.EqualError(t, Within("row", Decode([]byte(`5`), &got)), `"row" is the number 5 instead of an object`)
	require.EqualError(t, Within("row", ErrNotJSON), "row: it is not valid JSON")
}

func TestEmpty(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		``: true, ` `: true, `null`: true, `false`: true, `""`: true, `[]`: true, `{ }`: true, " [\n] ": true,
		`0`: false, `true`: false, `" "`: false, `[null]`: false, `{"":0}`: false, `{`: false, `[`: false, `{]`: false, `"`: false,
	} {
		assert.Equal(t, want, Empty(json.RawMessage(text)), text)
	}
}

var sentence = regexp.MustCompile(`(?s)^(it is not valid JSON|(it|".*") is (an object|a list|text|null|true|false|a very long number|the (text|number) .+) ` +
	`instead of (an object|a list|text|a whole number|true or false|a value of another kind))$`)

// FuzzDecode: no document causes a panic or an error of another form. Decode reads every document that encoding/json
// reads.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{
		``, `{}`, `[]`,
		`{"text":5,"number":"7.0","flag":"on","own":[],"part":"","parts":{"1":{}},"texts":{"0":1},"map":[],"nested":{"a":{}}}`,
		`{"text":[],"number":1e308,"maybe":"","pointer":false,"parts":{"size":1},"raw":[1],"any":{}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got part
		err := Decode(data, &got)
		if strict := new(part); err != nil {
			require.Error(t, json.Unmarshal(data, strict))
		}
		for _, err := range []error{err, Decode(data, new(document)), Decode(data, new([]document)), Decode(data, new(map[string]document))} {
			if err != nil {
				require.Regexp(t, sentence, err.Error())
			}
		}
		elements, ok := List(data)
		require.True(t, ok || elements == nil)
		Empty(data)
	})
}
