package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// written returns the content of a file of the folder, or "" if it does not exist.
func written(t *testing.T, folder, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, name))
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	return string(content)
}

func TestFolderKeepsTheChangesOfAPerson(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "work")
	again := func(files map[string]string) []string {
		record, err := openFolder(folder)
		require.NoError(t, err)
		remarks, err := record.write(folder, files)
		require.NoError(t, err)
		return remarks
	}
	first := map[string]string{"changed.tf": "1", "deleted.tf": "1", "same.tf": "1", "new.tf": "1"}
	assert.Empty(t, again(first))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "changed.tf"), []byte("mine"), 0o600))
	require.NoError(t, os.Remove(filepath.Join(folder, "deleted.tf")))

	assert.Equal(t, []string{"Your changes are kept: changed.tf, deleted.tf (deleted)."}, again(first))
	assert.Equal(t, "mine", written(t, folder, "changed.tf"))
	assert.Empty(t, written(t, folder, "deleted.tf"))

	second := map[string]string{"changed.tf": "2", "deleted.tf": "2", "same.tf": "2", "new.tf": "1"}
	assert.Equal(t, []string{
		"You changed changed.tf, so it is not overwritten. Its new content is in changed.tf.new.",
		"Your changes are kept: deleted.tf (deleted).",
	}, again(second))
	assert.Equal(t, "mine", written(t, folder, "changed.tf"))
	assert.Equal(t, "2", written(t, folder, "changed.tf.new"))
	assert.Equal(t, "2", written(t, folder, "same.tf"), "an unchanged file follows the sandbox")
	assert.Empty(t, written(t, folder, "deleted.tf"))

	assert.Equal(t, []string{"Your changes are kept: changed.tf, deleted.tf (deleted)."}, again(second),
		"the new content is announced once")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "changed.tf"), []byte("2"), 0o600))
	assert.Equal(t, []string{"Your changes are kept: deleted.tf (deleted)."}, again(second),
		"the person took the new content")
}

func TestFolderOfSomethingElseIsRefused(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "main.tf"), []byte("mine"), 0o600))
	_, err := openFolder(folder)
	require.ErrorContains(t, err, "has files that this command did not write")
	require.NoError(t, os.WriteFile(filepath.Join(folder, recordFile), []byte("{"), 0o600))
	_, err = openFolder(folder)
	require.ErrorContains(t, err, recordFile)
	_, err = openFolder(filepath.Join(folder, "main.tf"))
	require.Error(t, err)
}

func TestFolderFiles(t *testing.T) {
	content := folderContent{Terraform: "tofu", LandingPage: true, Mirror: "/tmp/mirror"}
	content.DCIM.Profile = "/tmp/${a}/it's.json"
	files, err := content.files()
	require.NoError(t, err)
	assert.Contains(t, files["provider.tf"], `profile = "/tmp/$${a}/it's.json"`)
	assert.Contains(t, files["access.sh"], `DCIM_PROFILE='/tmp/${a}/it'\''s.json'`)
	assert.Contains(t, files["README.md"], "tofu apply")
	assert.Contains(t, files["landing-page.tf"], `file("${path.module}/landing-page.tpl")`)
	assert.Equal(t, "*\n", files[".gitignore"], "git ignores the whole folder")

	content.LandingPage = false
	files, err = content.files()
	require.NoError(t, err)
	assert.NotContains(t, files, "landing-page.tf")
	assert.NotContains(t, files["README.md"], "landing-page")
	content.bare = true
	files, err = content.files()
	require.NoError(t, err)
	assert.ElementsMatch(t, bareFiles, sortedNames(files))
}
