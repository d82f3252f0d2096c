package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const stale = "run `go generate ./internal/companion/kinds`"

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	generated, err := os.ReadFile(filepath.Join("..", phpFile))
	require.NoError(t, err)
	assert.Equal(t, php(), string(generated), "kinds.php is stale: %s", stale)

	protocol, err := os.ReadFile(filepath.Join("..", protocolFile))
	require.NoError(t, err)
	updated, err := withTables(string(protocol))
	require.NoError(t, err)
	assert.Equal(t, updated, string(protocol), "the tables of PROTOCOL.md are stale: %s", stale)
}
