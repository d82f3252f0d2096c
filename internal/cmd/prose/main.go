// Command prose checks the texts of the project:
//
//   - no words of internal/tools/prose/words.txt,
//   - no semicolons between facts,
//   - no sentences of more than 25 words,
//   - no lines of more than 120 characters in Markdown and in comments. (phpcs holds this for PHP.)
//
// It reads Markdown, the descriptions of JSON Schemas, and the comments of Go, PHP, shell, make, YAML and HCL. It also
// reads the string literals of Go and PHP that are sentences. The linter vale reads no string literals, and it needs a
// C compiler to build.
package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const (
	folder        = "internal/tools/prose"
	mostWords     = 25
	excerptLength = 60
)

func main() {
	counts := flag.Bool("counts", false, "print the number of findings in each folder")
	flag.Parse()
	found, err := run(flag.Args(), *counts)
	if err != nil {
		fmt.Fprintln(os.Stderr, "prose:", err)
		os.Exit(2)
	}
	if found > 0 {
		fmt.Fprintf(os.Stderr, "%d findings. The rules are in %s.\n", found, folder)
		os.Exit(1)
	}
}

// run checks the files below the paths, or without paths the whole tree. It returns the number of findings. With
// counts, it prints the number of findings of each folder instead of the findings, and returns 0.
func run(paths []string, counts bool) (int, error) {
	rules, err := readRules(filepath.Join(folder, "words.txt"))
	if err != nil {
		return 0, err
	}
	exceptions, err := readExceptions(filepath.Join(folder, "exceptions.txt"))
	if err != nil {
		return 0, err
	}
	files, err := listFiles(paths)
	if err != nil {
		return 0, err
	}
	perFolder := map[string]int{}
	total := 0
	for _, file := range files {
		findings, err := checkFile(file, rules)
		if err != nil {
			return 0, err
		}
		for _, f := range findings {
			if exceptions.allow(file, f) {
				continue
			}
			perFolder[path.Dir(file)]++
			total++
			if !counts {
				fmt.Printf("%s:%d: %s: %s\n", file, f.line, f.message, f.excerpt())
			}
		}
	}
	if !counts {
		return total, nil
	}
	for _, name := range slices.Sorted(maps.Keys(perFolder)) {
		fmt.Printf("%6d  %s\n", perFolder[name], name)
	}
	fmt.Printf("%6d  all\n", total)
	return 0, nil
}

// listFiles returns the files below the paths, or all files, without those that git ignores and those without texts of
// the project.
func listFiles(paths []string) ([]string, error) {
	arguments := append([]string{"ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--"}, paths...)
	output, err := exec.Command("git", arguments...).Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	var files []string
	for _, file := range strings.Split(strings.TrimRight(string(output), "\x00"), "\x00") {
		if _, err := os.Stat(file); err != nil || !isChecked(file) {
			continue
		}
		files = append(files, file)
	}
	if len(paths) > 0 && len(files) == 0 {
		return nil, fmt.Errorf("no files with texts below %s", strings.Join(paths, ", "))
	}
	slices.Sort(files)
	return files, nil
}

func isChecked(file string) bool {
	switch {
	case strings.Contains(file, "/testdata/"), strings.HasPrefix(file, folder+"/"):
		return false
	case strings.HasPrefix(file, "docs/guides/"), file == "docs/index.md", file == "docs/dcim-profile.schema.json":
		return false // copies: their sources are checked
	}
	return true
}

// A finding is a place in a file that breaks a rule.
type finding struct {
	line    int
	message string
	text    string
}

var masks = regexp.MustCompile("[" + maskCode + maskLink + "]+")

func (f finding) excerpt() string {
	text := strings.Join(strings.Fields(masks.ReplaceAllString(f.text, "…")), " ")
	if runes := []rune(text); len(runes) > excerptLength {
		text = string(runes[:excerptLength]) + "…"
	}
	return text
}

func checkFile(file string, rules []rule) ([]finding, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	text := string(content)
	var passages []passage
	var findings []finding
	switch base, ext := path.Base(file), path.Ext(strings.TrimSuffix(file, ".dist")); {
	case ext == ".md", strings.HasSuffix(base, ".md.tmpl"):
		generated := strings.HasPrefix(file, "docs/") && !strings.HasPrefix(file, "docs/adr/")
		passages, findings = markdown(text, generated)
	case ext == ".go":
		passages, err = golang(file, text)
		findings = longComments(text, "//")
	case ext == ".php":
		passages = php(text)
	case ext == ".sh", ext == ".yml", ext == ".tf", ext == ".hcl", base == "GNUmakefile", file == ".ci/run":
		passages = hashed(text)
		findings = longComments(text, "#")
	case strings.HasSuffix(base, ".schema.json"):
		passages, err = schema(text)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for _, p := range passages {
		findings = append(findings, p.check(rules)...)
	}
	slices.SortStableFunc(findings, func(a, b finding) int { return a.line - b.line })
	return findings, nil
}
