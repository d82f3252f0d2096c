package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const stale = "run `go generate ./internal/companion/kinds`"

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	generated, err := os.ReadFile(filepath.Join("..", phpFile))
	require.NoError(t, err)
	assert.Empty(t, firstDifference(php(), string(generated)), "kinds.php is stale: %s", stale)

	protocol, err := os.ReadFile(filepath.Join("..", protocolFile))
	require.NoError(t, err)
	updated, err := withTables(string(protocol))
	require.NoError(t, err)
	assert.Empty(t, firstDifference(updated, string(protocol)), "the tables of PROTOCOL.md are stale: %s", stale)
}

// firstDifference is the first line of a text that another does not have there. It is empty where the texts are equal.
func firstDifference(wanted, found string) string {
	lines := strings.Split(found, "\n")
	for i, line := range strings.Split(wanted, "\n") {
		if i >= len(lines) || lines[i] != line {
			return "line " + strconv.Itoa(i+1) + " must be: " + line
		}
	}
	return strings.TrimPrefix(found, wanted)
}
