package kinds_test

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
)

// TestTable checks that each field says what its form needs.
func TestTable(t *testing.T) {
	for _, kind := range kinds.All() {
		names := slices.Clone(kind.Composite)
		for i, field := range kind.Fields() {
			at := kind.Name + "." + field.Name
			require.NotEmpty(t, field.Name, "field %d of %s is declared, but not described", i, kind.Name)
			assert.NotContains(t, names, field.Name, "%s is there twice", at)
			names = append(names, field.Name)
			assert.True(t, field.Column != "" || field.OwnCode, "%s: Column is missing", at)
			assert.Equal(t, field.Form == kinds.Choice, len(field.Words) > 0, "%s: Words are for choices", at)
			assert.Equal(t, field.IsText(), field.Length.Most > 0, "%s: Length is for text", at)
			assert.Equal(t, field.Form == kinds.Integer, field.Maximum > 0, "%s: Maximum is for integers", at)
			assert.Equal(t, field.Form == kinds.Decimal, field.Digits > 0, "%s: Digits are for decimals", at)
			assert.Equal(t, field.Form == kinds.Reference, field.Target != "", "%s: Target is for references", at)
			assert.Equal(t, field.Form == kinds.TextList || field.Form == kinds.TextSet, field.Separator != "", "%s: Separator is for lists and sets", at)
			assert.Equal(t, field.Pattern != "", field.Hint != "", "%s: Pattern and Hint belong together", at)
			_, err := regexp.Compile(field.Pattern)
			assert.NoError(t, err, at)
			if field.Form == kinds.Choice && !kind.ReadOnly {
				word, _ := field.Default.(string)
				assert.Contains(t, field.WordsOf(), word, "%s: Default must be one of the words", at)
			}
		}
		for _, name := range kind.NaturalKey {
			assert.Contains(t, names, name, "%s: the natural key is not a field", kind.Name)
		}
	}
}

var (
	createTable = regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\);\n`)
	columnForm  = regexp.MustCompile("(?m)(?:^|, |,\n) *`?(\\w+)`? ((?:TEXT|VARCHAR|INT|TINYINT|DECIMAL)(?:\\([0-9,]+\\))?) (NOT NULL|NULL)")
)

// columns are the columns of the test host's tables: their types and whether they can be NULL.
func columns(t *testing.T) map[string]map[string][2]string {
	t.Helper()
	schema, err := os.ReadFile("../testhost/php/host/schema.sql")
	require.NoError(t, err)
	tables := map[string]map[string][2]string{}
	for _, table := range createTable.FindAllStringSubmatch(string(schema), -1) {
		tables[table[1]] = map[string][2]string{}
		for _, column := range columnForm.FindAllStringSubmatch(table[2], -1) {
			tables[table[1]][column[1]] = [2]string{column[2], column[3]}
		}
	}
	return tables
}

// TestSchema compares the table with the schema of the test host, which is written by hand from what is known of WHMCS.
func TestSchema(t *testing.T) {
	tables := columns(t)
	for _, kind := range kinds.All() {
		require.Contains(t, tables, kind.Table, "schema.sql lacks the table of %s", kind.Name)
		for _, field := range kind.Fields() {
			if field.Column == "" {
				continue
			}
			at := kind.Name + "." + field.Name
			column, found := tables[kind.Table][field.Column]
			if !assert.True(t, found, "schema.sql lacks the column %s.%s of the field %s", kind.Table, field.Column, at) {
				continue
			}
			assert.Contains(t, columnTypes(field), column[0], "the type of the column %s.%s in schema.sql does not fit the field %s", kind.Table, field.Column, at)
		}
	}
}

// columnTypes are the types that a field's column can have.
func columnTypes(field kinds.Field) []string {
	number := []string{"INT", "TINYINT(1)"}
	switch field.Form {
	case kinds.Integer, kinds.Reference:
		return number[:1]
	case kinds.Decimal:
		return []string{"DECIMAL(" + strconv.Itoa(field.Digits) + "," + strconv.Itoa(field.Scale) + ")"}
	case kinds.Boolean:
		if field.Ticked {
			return []string{"TEXT"}
		}
		return number
	case kinds.Choice:
		for _, word := range field.Words {
			if _, err := strconv.Atoi(word.Column); err != nil {
				return []string{"TEXT"}
			}
		}
		return []string{"INT", "TEXT"}
	}
	switch {
	case strings.Contains(field.ColumnNote, "id in"):
		return number[:1]
	case field.Length == kinds.TextColumn:
		return []string{"TEXT"}
	}
	return []string{"VARCHAR(" + strconv.Itoa(field.Length.Most) + ")"}
}
