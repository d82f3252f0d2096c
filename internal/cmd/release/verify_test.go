package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const testVersion = "1.2.3"

// writeRelease writes a folder with an archive of the companion, its document and checksums.
func writeRelease(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	archive := "whmcs-companion_" + testVersion + ".zip"
	var content bytes.Buffer
	writer := zip.NewWriter(&content)
	for _, name := range []string{"includes/api/terraformread.php", "LICENSE"} {
		entry, err := writer.Create(name)
		require.NoError(t, err)
		_, err = io.WriteString(entry, "content of "+name)
		require.NoError(t, err)
	}
	require.NoError(t, writer.Close())
	require.NoError(t, os.WriteFile(filepath.Join(folder, archive), content.Bytes(), 0o600))
	require.NoError(t, writeSBOM(t.Context(), filepath.Join(folder, archive), filepath.Join(folder, archive+".cdx.json")))
	writeSums(t, folder, archive, archive+".cdx.json")
	return folder
}

func writeSums(t *testing.T, folder string, names ...string) {
	t.Helper()
	var sums strings.Builder
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		fmt.Fprintf(&sums, "%s  %s\n", file{content: content}.digest(), name)
	}
	path := filepath.Join(folder, project+"_"+testVersion+"_SHA256SUMS")
	require.NoError(t, os.WriteFile(path, []byte(sums.String()), 0o600))
}

func TestChecksums(t *testing.T) {
	archive := "whmcs-companion_" + testVersion + ".zip"
	for name, c := range map[string]struct {
		change func(folder string) error
		says   string
	}{
		"unchanged": {func(string) error { return nil }, ""},
		"another byte": {func(folder string) error {
			return os.WriteFile(filepath.Join(folder, archive), []byte("x"), 0o600)
		}, "has the digest"},
		"a missing file": {func(folder string) error { return os.Remove(filepath.Join(folder, archive)) }, "is not there"},
		"a file more": {func(folder string) error {
			return os.WriteFile(filepath.Join(folder, "more.zip"), nil, 0o600)
		}, "more.zip is not listed"},
		"no checksums": {func(folder string) error {
			return os.Remove(filepath.Join(folder, project+"_"+testVersion+"_SHA256SUMS"))
		}, "there is no file"},
		"a line that is no digest": {func(folder string) error {
			return os.WriteFile(filepath.Join(folder, project+"_"+testVersion+"_SHA256SUMS"), []byte("x  y\n"), 0o600)
		}, "is not a digest"},
	} {
		t.Run(name, func(t *testing.T) {
			v := verification{folder: writeRelease(t)}
			require.NoError(t, c.change(v.folder))
			err := v.checksums(t.Context())
			if c.says == "" {
				require.NoError(t, err)
				require.Equal(t, testVersion, v.version)
				return
			}
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestSBOMOfTheCompanion(t *testing.T) {
	folder := writeRelease(t)
	archive := filepath.Join(folder, "whmcs-companion_"+testVersion+".zip")
	files, err := unpack(archive)
	require.NoError(t, err)
	require.Len(t, files, 2)
	text, err := os.ReadFile(archive + ".cdx.json")
	require.NoError(t, err)
	require.NoError(t, checkSBOM(text, files, testVersion))
	require.ErrorContains(t, checkSBOM(text, files, "1.2.4"), "it is of version")
	require.ErrorContains(t, checkSBOM(text, files[:1], testVersion), "the archive holds")
	files[0].content = append(files[0].content, 'x')
	require.ErrorContains(t, checkSBOM(text, files, testVersion), "the archive holds")

	var bom map[string]any
	require.NoError(t, json.Unmarshal(text, &bom))
	require.Equal(t, "CycloneDX", bom["bomFormat"])
}

func TestReproducible(t *testing.T) {
	v := verification{folder: writeRelease(t), sameAs: writeRelease(t), out: io.Discard}
	require.NoError(t, v.checksums(t.Context()))
	require.ErrorContains(t, v.reproducible(t.Context()), "has no archives of provider")
	sums := filepath.Join(v.sameAs, v.sumsFile())
	content, err := os.ReadFile(sums)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(sums, append(bytes.Repeat([]byte("0"), 64), content[64:]...), 0o600))
	require.ErrorContains(t, v.reproducible(t.Context()), "in the other build")
}

func TestUnpackRefusesPathsThatLeadOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.zip")
	out, err := os.Create(path)
	require.NoError(t, err)
	writer := zip.NewWriter(out)
	_, err = writer.Create("../outside")
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	require.NoError(t, out.Close())
	_, err = unpack(path)
	require.ErrorContains(t, err, "leads out of the archive")
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{}, {"sbom"}, {"verify"}, {"publish"}} {
		require.ErrorContains(t, run(t.Context(), args, io.Discard), "usage: release")
	}
}
