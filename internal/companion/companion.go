// Package companion embeds the PHP files that give WHMCS the API actions TerraformRead and TerraformWrite.
// PROTOCOL.md is the contract.
package companion

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
)

// Version is the version of the PHP files. It equals Companion::VERSION in PHP.
const Version = "0.1.0"

// localFile is the operator's own file. No installation or update of the companion changes it.
const localFile = "companion.local.php"

//go:embed all:files
var embedded embed.FS

// Files returns the companion's files. The paths are relative to the WHMCS folder, for example
// includes/api/terraformread.php.
func Files() fs.FS {
	files, err := fs.Sub(embedded, "files")
	if err != nil {
		panic(err) // The folder is embedded at build time.
	}
	return files
}

// WriteTo writes the companion's files below the WHMCS folder dir and creates missing folders. Each file is replaced
// atomically, so that a concurrent request never reads a partial file. WriteTo returns the written paths, sorted. It
// never overwrites companion.local.php.
func WriteTo(dir string) ([]string, error) {
	var written []string
	files := Files()
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == localFile {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := writeFile(path, content); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
		written = append(written, path)
		return nil
	})
	sort.Strings(written)
	return written, err
}

// writeFile replaces one file atomically.
func writeFile(path string, content []byte) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // the web server runs as another user
		return err
	}
	temporary, err := os.CreateTemp(folder, ".terraform-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }()
	if _, err := temporary.Write(content); err != nil {
		_ = temporary.Close()
		return err
	}
	if err := temporary.Chmod(0o644); err != nil {
		_ = temporary.Close()
		return err
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
