package export

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWrite_interrupted: after a run that stopped in the middle, the next run knows its own files, and still no other
// file.
func TestWrite_interrupted(t *testing.T) {
	folder := t.TempDir()
	files := func(content string) map[string][]byte {
		return map[string][]byte{"a.tf": []byte(content), "b.tf": []byte(content), "c.tf": []byte(content)}
	}
	require.NoError(t, write(folder, files("# one\n")))
	obstacle := filepath.Join(folder, "b.tf.tmp")
	require.NoError(t, os.Mkdir(obstacle, 0o750))
	require.Error(t, write(folder, files("# two\n")))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "a.tf"), []byte("# mine\n"), 0o600))
	require.ErrorContains(t, write(folder, files("# three\n")), "changed since: a.tf")
	require.NoError(t, os.Remove(filepath.Join(folder, "a.tf")))
	require.NoError(t, os.Remove(obstacle))
	require.NoError(t, write(folder, files("# three\n")))
	for name, content := range files("# three\n") {
		got, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		assert.Equal(t, string(content), string(got), name)
	}
	// The digests of the earlier contents are no longer known.
	require.NoError(t, os.WriteFile(filepath.Join(folder, "c.tf"), []byte("# one\n"), 0o600))
	require.ErrorContains(t, write(folder, files("# four\n")), "changed since: c.tf")
}

func TestIdentifier(t *testing.T) {
	for text, want := range map[string]string{
		"": "unnamed", "!!!": "unnamed", "1 Core": "n1_core", "Größe & more": "grosse_and_more",
		"A dedicated server in Frankfurt with two processors and eight disks of 4 TB": "a_dedicated_server_in_frankfurt_with_two_processors_and_eight",
	} {
		assert.Equal(t, want, identifier(text))
	}
	assert.Len(t, identifier(strings.Repeat("x", 300)), maxName)
}
