package companion_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion"
)

// phpFiles returns the companion's PHP files by path.
func phpFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(companion.Files(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(companion.Files(), name)
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestWriteToReplacesItsFilesAndKeepsTheOperators(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "includes", "terraform_companion")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	local := filepath.Join(folder, "companion.local.php")
	stale := filepath.Join(folder, "bootstrap.php")
	for _, path := range []string{local, stale} {
		if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	written, err := companion.WriteTo(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(written) != len(phpFiles(t)) {
		t.Errorf("wrote %d files, want %d", len(written), len(phpFiles(t)))
	}
	for _, path := range written {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o644 {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
	if content, _ := os.ReadFile(local); string(content) != "before" {
		t.Error("companion.local.php was overwritten")
	}
	if content, _ := os.ReadFile(stale); string(content) == "before" {
		t.Error("bootstrap.php was not replaced")
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".terraform-") {
			t.Errorf("%s was left behind", entry.Name())
		}
	}
}

func TestWriteToSaysWhichFileItCouldNotWrite(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "includes"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := companion.WriteTo(dir); err == nil || !strings.Contains(err.Error(), "includes") {
		t.Errorf("got %v", err)
	}
}

func TestVersionIsTheOneThatPHPStates(t *testing.T) {
	source := phpFiles(t)["includes/terraform_companion/Companion.php"]
	if !strings.Contains(source, "public const VERSION = '"+companion.Version+"';") {
		t.Errorf("Companion.php does not state version %s", companion.Version)
	}
}

// WHMCS 7.8 runs on PHP 7.2. An API action must begin with its opening tag. `make lint` checks more, with a parser.
func TestPHPFilesKeepToWhatWHMCSDemands(t *testing.T) {
	newer := map[string]*regexp.Regexp{
		"arrow function":          regexp.MustCompile(`\bfn\s*\(`),
		"null-safe operator":      regexp.MustCompile(`\?->`),
		"null-coalescing assign":  regexp.MustCompile(`\?\?=`),
		"match expression":        regexp.MustCompile(`\bmatch\s*\(`),
		"typed property":          regexp.MustCompile(`(?m)^\s*(public|protected|private)( static)? \??[A-Za-z\\]+ \$`),
		"trailing comma in call":  regexp.MustCompile(`,\s*\)`),
		"constructor promotion":   regexp.MustCompile(`__construct\([^)]*(public|protected|private) `),
		"array unpacking by keys": regexp.MustCompile(`\[\s*\.\.\.`),
		"output":                  regexp.MustCompile(`(?m)^\s*(echo|print|exit)\b`),
	}
	for name, source := range phpFiles(t) {
		if !strings.HasPrefix(source, "<?php\n") {
			t.Errorf("%s does not begin with its opening tag", name)
		}
		if !strings.Contains(source, "if (!defined('WHMCS')) {") {
			t.Errorf("%s can be called directly", name)
		}
		for what, pattern := range newer {
			if found := pattern.FindString(source); found != "" {
				t.Errorf("%s: %s: %q", name, what, found)
			}
		}
		if lines := strings.Count(source, "\n"); lines > 500 && !strings.HasSuffix(name, "/kinds.php") { // kinds.php is generated
			t.Errorf("%s has %d lines", name, lines)
		}
	}
}

func TestPHPFilesParse(t *testing.T) {
	php, err := exec.LookPath("php")
	if err != nil {
		t.Skip("php is not installed")
	}
	dir := t.TempDir()
	written, err := companion.WriteTo(dir)
	if err != nil {
		t.Fatal(err)
	}
	const parse = `foreach (array_slice($argv, 1) as $path) {
    try { token_get_all(file_get_contents($path), TOKEN_PARSE); } catch (ParseError $e) { printf("%s:%d: %s\n", $path, $e->getLine(), $e->getMessage()); }
}`
	var files []string
	for _, path := range written {
		if strings.HasSuffix(path, ".php") || strings.HasSuffix(path, ".php.dist") {
			files = append(files, path)
		}
	}
	if len(files) < 100 {
		t.Fatalf("only %d PHP files", len(files))
	}
	output, err := exec.Command(php, append([]string{"-r", parse, "--"}, files...)...).CombinedOutput()
	if err != nil || len(output) > 0 {
		t.Errorf("%v %s", err, output)
	}
}
