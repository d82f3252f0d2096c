package main

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
)

// defaultFolder is the working folder of `make sandbox`, below the root of the repository.
const defaultFolder = "sandbox-work"

// These files of the working folder are not templates.
const (
	recordFile   = ".sandbox.json"
	stateFile    = "sandbox-state.json"
	mirrorFolder = "provider"
)

// providerVersion satisfies the version constraint of the guides.
const providerVersion = "0.1.0"

// The templates have the suffix ".tmpl", because they are not valid HCL.
//
//go:embed folder
var folderTemplates embed.FS

var parsedTemplates = template.Must(template.New("").Funcs(template.FuncMap{"hcl": quoteHCL, "shell": quoteShell}).
	ParseFS(folderTemplates, "folder/*.tmpl"))

// quoteHCL returns a text as an HCL string.
func quoteHCL(text string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(fmt.Sprintf("%q", text))
}

// quoteShell returns a text as one word of a POSIX shell.
func quoteShell(text string) string {
	if text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@") == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// folderContent is what the templates show.
type folderContent struct {
	access
	// Folder and Mirror are absolute paths.
	Folder, Mirror string
	LandingPage    bool
	// Terraform is the command of Terraform or OpenTofu.
	Terraform string
	bare      bool
}

// Override is the folder from which Terraform and OpenTofu run the provider without `terraform init`.
func (c folderContent) Override() string { return providerFolder(c.Mirror, registries[0]) }

// The files of a working folder. A bare folder has no example.
var (
	bareFiles    = []string{"terraform.tf", "provider.tf", "terraform.rc", "access.sh", ".gitignore"}
	exampleFiles = []string{"dedicated-server.tf", "cloud.tf", "preflight.tf", "README.md"}
	landingFiles = []string{"landing-page.tf", "landing-page.tpl"}
)

// files renders the files of the working folder.
func (c folderContent) files() (map[string]string, error) {
	names := slices.Clone(bareFiles)
	if !c.bare {
		names = append(names, exampleFiles...)
		if c.LandingPage {
			names = append(names, landingFiles...)
		}
	}
	files := map[string]string{}
	for _, name := range names {
		var out strings.Builder
		if err := parsedTemplates.ExecuteTemplate(&out, strings.TrimPrefix(name, ".")+".tmpl", c); err != nil {
			return nil, err
		}
		files[name] = out.String()
	}
	return files, nil
}

// folderRecord contains the checksum of each file as this command last wrote it.
type folderRecord struct {
	Files map[string]string `json:"files"`
}

// openFolder creates the working folder, or reads the record of an earlier run. It refuses a folder with other content.
func openFolder(folder string) (folderRecord, error) {
	record := folderRecord{Files: map[string]string{}}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return record, err
	}
	raw, err := os.ReadFile(filepath.Join(folder, recordFile))
	if err == nil {
		if err := json.Unmarshal(raw, &record); err != nil {
			return record, fmt.Errorf("%s: %w", filepath.Join(folder, recordFile), err)
		}
		return record, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return record, err
	}
	entries, err := os.ReadDir(folder)
	if err == nil && len(entries) > 0 {
		err = fmt.Errorf("the folder %s has files that this command did not write. Choose a new or empty folder with -folder",
			folder)
	}
	if err != nil {
		return record, err
	}
	return record, record.save(folder)
}

func (record folderRecord) save(folder string) error {
	raw, err := json.MarshalIndent(record, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, recordFile), append(raw, '\n'), 0o600)
}

// write writes the files. It never overwrites a file that a person changed or deleted, and returns a sentence about
// each such file. If the content of a changed file would be another one now, it writes this content beside the file.
func (record folderRecord) write(folder string, files map[string]string) ([]string, error) {
	var remarks, kept []string
	for _, name := range sortedNames(files) {
		path, written := filepath.Join(folder, name), record.Files[name]
		wanted := checksum(files[name])
		current, err := os.ReadFile(path)
		missing := errors.Is(err, fs.ErrNotExist)
		switch {
		case err != nil && !missing:
			return nil, err
		case missing && written != "":
			kept = append(kept, name+" (deleted)")
			continue
		case missing, checksum(string(current)) == written:
			err = os.WriteFile(path, []byte(files[name]), 0o600)
		case checksum(string(current)) == wanted:
			err = nil
		case wanted == written:
			kept, err = append(kept, name), nil
		default:
			remarks = append(remarks, fmt.Sprintf("You changed %s, so it is not overwritten. Its new content is in %s.new.",
				name, name))
			err = os.WriteFile(path+".new", []byte(files[name]), 0o600)
		}
		if err != nil {
			return nil, err
		}
		record.Files[name] = wanted
	}
	if kept != nil {
		remarks = append(remarks, "Your changes are kept: "+strings.Join(kept, ", ")+".")
	}
	return remarks, record.save(folder)
}

func sortedNames(files map[string]string) []string {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func checksum(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}
