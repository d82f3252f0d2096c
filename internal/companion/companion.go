// Package companion carries the PHP files that give a WHMCS installation the API actions TerraformRead and
// TerraformWrite. PROTOCOL.md is their contract.
package companion

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
)

// Version is the version of the PHP files; Companion::VERSION in PHP states the same.
const Version = "0.1.0"

// localFile is the operator's own file, which no installation or update of the companion touches.
const localFile = "companion.local.php"

//go:embed all:files
var embedded embed.FS

// Files returns the companion's files with paths relative to WHMCS's folder, such as includes/api/terraformread.php.
func Files() fs.FS {
	files, err := fs.Sub(embedded, "files")
	if err != nil {
		panic(err) // The folder is embedded at build time.
	}
	return files
}

// WriteTo writes the companion's files below dir, WHMCS's folder, and makes the folders that are missing. Each file is
// replaced in one step, so that a request that arrives meanwhile never sees half of one. It returns the paths written,
// sorted. A companion.local.php is never overwritten.
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
