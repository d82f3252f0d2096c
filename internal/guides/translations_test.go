package guides_test

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	translatedFrom = regexp.MustCompile(`(?m)^<!-- translated from commit ([0-9a-f]{7,40}): (.+) -->$`)
	manualStep     = regexp.MustCompile(`(?m)^\| ([AB]\d+)\b([^|]*)`)
)

// TestTranslations compares the translated pages with the English pages that they name. Each block of code is
// byte-equal to a block there. The table has every step of the manual. The commit exists.
func TestTranslations(t *testing.T) {
	t.Parallel()
	for suffix, steps := range map[string]int{"zh": 15, "hi": 15} {
		paths, err := filepath.Glob(templates + "*-" + suffix + ".md")
		require.NoError(t, err)
		require.Len(t, paths, 1, suffix)
		text := readFile(t, paths[0])
		source := translatedFrom.FindStringSubmatch(text)
		require.NotNil(t, source, "%s does not name the commit of its English page", suffix)
		assert.Contains(t, text, "`"+source[1]+"`", "readers do not see the commit")
		assert.Contains(t, text, "Not reviewed by a native speaker.")

		shallow, err := exec.CommandContext(t.Context(), "git", "rev-parse", "--is-shallow-repository").Output()
		if err == nil && string(shallow) == "false\n" {
			output, err := exec.CommandContext(t.Context(), "git", "cat-file", "-e", source[1]+"^{commit}").CombinedOutput()
			assert.NoError(t, err, "%s: %s", source[1], output)
		}
		english := map[string]bool{}
		for _, page := range strings.Split(source[2], ", ") {
			blocks, err := guideBlocks(readFile(t, templates+page))
			require.NoError(t, err)
			for _, block := range blocks {
				english[block.code] = true
			}
		}
		blocks, err := guideBlocks(text)
		require.NoError(t, err)
		require.NotEmpty(t, blocks)
		for _, block := range blocks {
			assert.True(t, english[block.code], "%s, line %d: the block differs from the English page",
				filepath.Base(paths[0]), block.line)
		}
		found := map[string]bool{}
		for _, row := range manualStep.FindAllStringSubmatch(text, -1) {
			for _, step := range regexp.MustCompile(`[AB]\d+`).FindAllString(row[0], -1) {
				found[step] = true
			}
		}
		assert.Len(t, found, steps, "%s: steps of the manual", suffix)
	}
}
