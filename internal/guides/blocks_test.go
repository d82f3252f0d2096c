package guides_test

import (
	"fmt"
	"regexp"
	"strings"
)

// guideBlock is a fenced block of a guide, or a command that the guide's source holds for the test alone.
//
// A comment before a block changes what the test does with it. The Registry and GitHub do not show comments.
//
//	<!-- not run: REASON -->   the block is not executed
//	<!-- run: COMMAND -->      a command that stands for an action outside of the shell, such as a click
//	<!-- set in: ADDRESS -->   the block's arguments replace or extend those of a resource
//	<!-- part of: PATH -->     the block is an excerpt of a file of the repository
type guideBlock struct {
	line                 int
	language, code, file string
	directive, argument  string
}

var (
	guideFence   = regexp.MustCompile("^( *)```([a-z]*)$")
	guideComment = regexp.MustCompile(`^ *<!-- (not run|run|set in|part of): (.+) -->$`)
	guideFile    = regexp.MustCompile("`([A-Za-z0-9_.-]+\\.(?:tf|json|tpl|php|tfquery\\.hcl))`[^`]*[:：]$")
)

// guideBlocks returns the blocks of a guide, in order. The file of a block is the last file name in the paragraph
// before it, if the paragraph ends with a colon.
func guideBlocks(text string) (blocks []guideBlock, err error) {
	lines := strings.Split(text, "\n")
	var pending guideBlock // of a comment
	paragraph := ""
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if found := guideComment.FindStringSubmatch(line); found != nil {
			comment := guideBlock{line: i + 1, directive: found[1], argument: found[2]}
			if comment.directive == "run" {
				comment.language, comment.code = "shell", comment.argument
				blocks = append(blocks, comment)
			} else {
				pending = comment
			}
			continue
		}
		fence := guideFence.FindStringSubmatch(line)
		switch {
		case fence != nil:
			block := guideBlock{line: i + 1, language: fence[2], directive: pending.directive, argument: pending.argument}
			if file := guideFile.FindStringSubmatch(paragraph); file != nil {
				block.file = file[1]
			}
			indent := fence[1]
			for i++; ; i++ {
				if i == len(lines) {
					return nil, fmt.Errorf("line %d: the block does not end", block.line)
				}
				if lines[i] == indent+"```" {
					break
				}
				block.code += strings.TrimPrefix(lines[i], indent) + "\n"
			}
			blocks = append(blocks, block)
			pending, paragraph = guideBlock{}, ""
		case strings.TrimSpace(line) == "":
			// An empty line ends a paragraph, unless the block of the paragraph follows.
			if i+1 < len(lines) && !guideFence.MatchString(lines[i+1]) && !guideComment.MatchString(lines[i+1]) {
				paragraph = ""
			}
		default:
			if pending.directive != "" {
				return nil, fmt.Errorf("line %d: no block follows the comment", pending.line)
			}
			paragraph = strings.TrimSpace(paragraph + " " + strings.TrimSpace(line))
		}
	}
	return blocks, nil
}
