package main

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// The parts of CycloneDX 1.6 that this program writes or reads.
type sbom struct {
	Format      string      `json:"bomFormat"`
	SpecVersion string      `json:"specVersion"`
	Version     int         `json:"version"`
	Metadata    metadata    `json:"metadata"`
	Components  []component `json:"components"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Reference string      `json:"bom-ref"`
	Type      string      `json:"type"`
	Name      string      `json:"name"`
	Version   string      `json:"version,omitempty"`
	Hashes    []digest    `json:"hashes,omitempty"`
	Licenses  []licensing `json:"licenses,omitempty"`
}

type digest struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type licensing struct {
	License struct {
		ID string `json:"id"`
	} `json:"license"`
}

// companionArchive is the name of the archive with the PHP files.
var companionArchive = regexp.MustCompile(`^whmcs-companion_(.+)\.zip$`)

// writeSBOM writes the CycloneDX document of an archive. The document of a provider archive lists the Go modules in the
// binary. The companion has no dependencies, so its document lists its files.
func writeSBOM(ctx context.Context, archive, document string) error {
	files, err := unpack(archive)
	if err != nil {
		return err
	}
	if match := companionArchive.FindStringSubmatch(filepath.Base(archive)); match != nil {
		content, err := json.MarshalIndent(companionSBOM(match[1], files), "", "  ")
		if err != nil {
			return err
		}
		return os.WriteFile(document, append(content, '\n'), 0o644)
	}
	binary := binaryOf(files)
	if binary == nil {
		return fmt.Errorf("%s: there is no binary in it", archive)
	}
	return moduleSBOM(ctx, *binary, document)
}

// moduleSBOM has cyclonedx-gomod read the modules from a binary. Without serial number and time, the same binary gives
// the same document.
func moduleSBOM(ctx context.Context, binary file, document string) error {
	folder, err := os.MkdirTemp("", "sbom-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, binary.name)
	if err := os.WriteFile(path, binary.content, 0o600); err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	tool := filepath.Join(filepath.Dir(program), "tools", "cyclonedx-gomod")
	_, version, _ := strings.Cut(strings.TrimSuffix(binary.name, ".exe"), "_")
	command := exec.CommandContext(ctx, tool, "bin", "-json", "-std", "-noserial", "-notimestamp",
		"-output-version", "1.6", "-version", version, "-output", document, path)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("cyclonedx-gomod: %w\n%s", err, output)
	}
	return nil
}

func companionSBOM(version string, files []file) sbom {
	license := licensing{}
	license.License.ID = "MPL-2.0"
	bom := sbom{Format: "CycloneDX", SpecVersion: "1.6", Version: 1, Metadata: metadata{Component: component{
		Reference: "whmcs-companion", Type: "application", Name: "whmcs-companion", Version: version,
		Licenses: []licensing{license},
	}}}
	for _, f := range files {
		bom.Components = append(bom.Components, component{
			Reference: f.name, Type: "file", Name: f.name, Hashes: []digest{{"SHA-256", f.digest()}},
		})
	}
	return bom
}

// file is a file in an archive.
type file struct {
	name    string
	mode    os.FileMode
	content []byte
}

func (f file) digest() string {
	sum := sha256.Sum256(f.content)
	return hex.EncodeToString(sum[:])
}

// maxUnpacked limits the size of one file in an archive.
const maxUnpacked = 256 << 20

// unpack reads all files of an archive.
func unpack(path string) ([]file, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer func() { _ = archive.Close() }()
	var files []file
	for _, entry := range archive.File {
		if !filepath.IsLocal(entry.Name) {
			return nil, fmt.Errorf("%s: the path %q leads out of the archive", path, entry.Name)
		}
		if entry.FileInfo().IsDir() {
			continue
		}
		content, err := unpackOne(entry)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", path, entry.Name, err)
		}
		files = append(files, file{entry.Name, entry.Mode(), content})
	}
	return files, nil
}

func unpackOne(entry *zip.File) ([]byte, error) {
	reader, err := entry.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = reader.Close() }()
	content, err := io.ReadAll(io.LimitReader(reader, maxUnpacked+1))
	if err == nil && len(content) > maxUnpacked {
		err = errors.New("the file is larger than 256 MiB")
	}
	return content, err
}

// binaryOf returns the provider's binary in an archive, or nil.
func binaryOf(files []file) *file {
	for i, f := range files {
		if strings.HasPrefix(f.name, project+"_v") {
			return &files[i]
		}
	}
	return nil
}
