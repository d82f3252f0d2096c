package guides_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	root        = "../../"
	registryURL = "https://registry.terraform.io/providers/hosting-iac/hosting/latest/docs"
)

var (
	markdownLink  = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	repositoryURL = regexp.MustCompile(`^https://(?:github|raw\.githubusercontent)\.com/` +
		`hosting-iac/terraform-provider-hosting/(?:(?:blob|tree)/)?main/(.+)$`)
	fencedBlock = regexp.MustCompile("(?ms)^ *```.*?\n *```$")
	codeSpan    = regexp.MustCompile("`[^`\n]*`")
	heading     = regexp.MustCompile(`(?m)^#+ +(.+)$`)
	anchorTag   = regexp.MustCompile(`<a id="([^"]+)"`)
)

// TestLinks follows each link of the Markdown files to a file and a heading of the repository. Pages that the Registry
// shows have no relative links, because the Registry does not resolve them.
func TestLinks(t *testing.T) {
	t.Parallel()
	count := 0
	for _, path := range markdownFiles(t) {
		registry := strings.HasPrefix(path, "docs/") && !strings.HasPrefix(path, "docs/adr/")
		text := codeSpan.ReplaceAllString(fencedBlock.ReplaceAllString(readFile(t, root+path), ""), "")
		for _, found := range markdownLink.FindAllStringSubmatch(text, -1) {
			count++
			target, anchor, _ := strings.Cut(found[1], "#")
			switch {
			case target == "":
				target = path
			case strings.HasPrefix(target, registryURL):
				target = "docs" + strings.TrimPrefix(target, registryURL)
				if target == "docs" {
					target = "docs/index"
				}
				target += ".md"
			case repositoryURL.MatchString(target):
				target = repositoryURL.FindStringSubmatch(target)[1]
			case strings.HasPrefix(target, "https://"):
				continue
			default:
				assert.False(t, registry, "%s: the Registry does not resolve the relative link %s", path, found[1])
				target = filepath.Join(filepath.Dir(path), target)
			}
			info, err := os.Stat(root + target)
			if !assert.NoError(t, err, "%s: the link %s", path, found[1]) || anchor == "" || info.IsDir() {
				continue
			}
			assert.Contains(t, anchors(readFile(t, root+target)), anchor, "%s: the link %s", path, found[1])
		}
	}
	require.Greater(t, count, 100)
}

// notSearched are folders without pages of the repository. The links of templates are in docs.
var notSearched = []string{".git", "bin", "bench", "dist", "sandbox-work", "templates"}

// markdownFiles returns the paths of the Markdown files of the repository.
func markdownFiles(t *testing.T) (paths []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative := strings.TrimPrefix(path, root)
		switch {
		case entry.IsDir() && slices.Contains(notSearched, relative):
			return filepath.SkipDir
		case strings.HasSuffix(path, ".md"):
			paths = append(paths, relative)
		}
		return nil
	}))
	return paths
}

// anchors returns the anchors of a page: those of its headings, as GitHub and the Registry make them, and those of its
// tags.
func anchors(text string) (names []string) {
	for _, found := range heading.FindAllStringSubmatch(fencedBlock.ReplaceAllString(text, ""), -1) {
		var name strings.Builder
		for _, r := range strings.ToLower(markdownLink.ReplaceAllString(found[1], "")) {
			switch {
			case r == ' ':
				name.WriteRune('-')
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
				name.WriteRune(r)
			}
		}
		names = append(names, name.String())
	}
	for _, found := range anchorTag.FindAllStringSubmatch(text, -1) {
		names = append(names, found[1])
	}
	return names
}

// TestReadingOrder compares the list of guides of the landing page and of the README with the guides, their titles and
// their order.
func TestReadingOrder(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(root + "docs/guides/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var onRegistry, onGitHub []string
	for _, file := range files { // sorted by their numbers
		text := readFile(t, file)
		title := heading.FindStringSubmatch(text)[1]
		name := filepath.Base(file)
		assert.Contains(t, text, "\npage_title: \""+title+"\"\n", name)
		assert.Equal(t, name[:2], title[:2], "the title of %s has another number", name)
		onRegistry = append(onRegistry, "["+title+"]("+registryURL+"/guides/"+strings.TrimSuffix(name, ".md")+")")
		onGitHub = append(onGitHub, "["+title+"](docs/guides/"+name+")")
	}
	listed := func(page string) (links []string) {
		row := regexp.MustCompile(`(?m)^\| (\[\d\d\. [^]]+\]\([^)]+\)) \|`)
		for _, found := range row.FindAllStringSubmatch(readFile(t, root+page), -1) {
			links = append(links, found[1])
		}
		return links
	}
	assert.Equal(t, onRegistry, listed("docs/index.md"))
	assert.Equal(t, onGitHub, listed("README.md"))
}

// TestCompanionNotes: each page of an object that works through the companion says so. Two data sources use only
// actions of WHMCS itself.
func TestCompanionNotes(t *testing.T) {
	t.Parallel()
	without := []string{"data-sources/whmcs_currencies.md", "data-sources/whmcs_servers.md"}
	pages, err := filepath.Glob(root + "docs/*/*.md")
	require.NoError(t, err)
	notes := 0
	for _, page := range pages {
		folder := filepath.Base(filepath.Dir(page))
		if folder == "guides" || folder == "adr" || folder == "functions" {
			continue
		}
		name := folder + "/" + filepath.Base(page)
		has := strings.Contains(readFile(t, page), "**Needs the companion.**")
		if has {
			notes++
		}
		if strings.HasPrefix(filepath.Base(page), "whmcs_") {
			assert.NotEqual(t, has, slices.Contains(without, name), name)
		}
	}
	assert.Greater(t, notes, 20)
}

// TestScreen compares the configuration beside the screen on the landing page with the guide of the manual.
func TestScreen(t *testing.T) {
	t.Parallel()
	_, screen, found := strings.Cut(readFile(t, root+"docs/index.md"), "## One screen of the manual")
	require.True(t, found)
	screen = fencedBlock.FindString(screen)
	var configuration strings.Builder
	for line := range strings.Lines(screen) {
		if _, right, has := strings.Cut(line, "│"); has {
			configuration.WriteString(right)
		}
	}
	require.Contains(t, squeezed(readFile(t, templates+"03-toplink-dcim-to-whmcs.md")), squeezed(configuration.String()))
}
