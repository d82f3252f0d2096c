package whmcs

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/clienttest"
)

// The guide states the size of the forms that a web application firewall must accept. The first write of the largest
// landing page has about 350 kB. A change has twice that, because it also sends the expected content.
func TestFormSizeOfTheLargestLandingPage(t *testing.T) {
	sizes := []int{}
	server := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		sizes = append(sizes, len(body))
		row := map[string]any{"id": "1", "path": "p", "present": true, "managed": true, "content": ""}
		_, _ = io.WriteString(w, companionAnswer(t, "", "", map[string]any{"installation": testInstallation, "row": row, "hook_errors": []string{}}))
	})
	pages := CollectionOf[LandingPage](newTestClient(t, server.URL), KindLandingPage)
	largest := strings.Repeat("<p>a & b</p>\n", 256<<10/13)
	_, err := pages.Update(t.Context(), "1", nil, Values{"content": largest}, WriteOptions{})
	require.NoError(t, err)
	_, err = pages.Update(t.Context(), "1", Values{"content": largest}, Values{"content": largest}, WriteOptions{})
	require.NoError(t, err)
	require.Len(t, sizes, 2)
	assert.InDelta(t, 350_000, sizes[0], 35_000)
	assert.InDelta(t, 700_000, sizes[1], 70_000)
}
