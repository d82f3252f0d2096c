package guides_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGuideBlocks reads the conventions of the guides: the file of a block, comments, and blocks in lists.
func TestGuideBlocks(t *testing.T) {
	t.Parallel()
	text := strings.ReplaceAll(`Some text. Write this into 'shop.tf':

'''hcl
a = 1
'''

写入 'main.tf'：

'''terraform
'''

1. In a list:

   <!-- not run: a reason -->
   '''shell
   one
     two
   '''

<!-- run: curl -sS "$SANDBOX" -->

A sentence about 'other.tf' does not name a file.

<!-- set in: hosting_whmcs_product.a -->
'''hcl
b = 2
'''
`, "'", "`")
	blocks, err := guideBlocks(text)
	require.NoError(t, err)
	assert.Equal(t, []guideBlock{
		{line: 3, language: "hcl", code: "a = 1\n", file: "shop.tf"},
		{line: 9, language: "terraform", file: "main.tf"},
		{line: 15, language: "shell", code: "one\n  two\n", directive: "not run", argument: "a reason"},
		{line: 20, language: "shell", code: `curl -sS "$SANDBOX"`, directive: "run", argument: `curl -sS "$SANDBOX"`},
		{line: 25, language: "hcl", code: "b = 2\n", directive: "set in", argument: "hosting_whmcs_product.a"},
	}, blocks)

	_, err = guideBlocks("```shell\nnever ends\n")
	require.ErrorContains(t, err, "line 1: the block does not end")
	_, err = guideBlocks("<!-- not run: a reason -->\n\nText.\n")
	require.ErrorContains(t, err, "line 1: no block follows the comment")
}
