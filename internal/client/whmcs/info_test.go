package whmcs

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestProbeWrite: only the refusal of the operation shows that the action is installed and granted.
func TestProbeWrite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		status     int
		code       Code // empty when granted
	}{
		{"granted", companionAnswer(t, "unsupported", "TerraformWrite has no operation info", `{"errors":[{"field":"op","message":"no"}]}`), 200, ""},
		{"another protocol", companionAnswer(t, "unsupported", "speaks version 2", `{"errors":[{"field":"v","message":"no"}]}`), 200, CodeUnsupported},
		{"not granted", `{"result":"error","message":"Invalid Permissions: API action \"terraformwrite\" is not allowed"}`, 403, CodePermission},
		{"not there", `{"result":"error","message":"API Function Not Found"}`, 200, CodeNoCompanion},
		{"served", companionAnswer(t, "", "", `{"protocol":1}`), 200, CodeProtocol},
		{"a page", "<html>", 200, CodeNotAPI},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := clientOf(t, c.status, c.body).ProbeWrite(t.Context())
			assert.Equal(t, c.code, CodeOf(err))
			assert.Equal(t, c.code == "", err == nil)
		})
	}
}

// TestInfo_ofAnOlderCompanion: fields that it does not send are empty.
func TestInfo_ofAnOlderCompanion(t *testing.T) {
	t.Parallel()
	info, err := clientOf(t, 200, companionAnswer(t, "", "", `{"installation":"i","protocol":1,"modules":{"server":["a"]}}`)).Info(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"a"}, info.Modules.Server)
	assert.Empty(t, info.Toplink.Module)
	assert.Empty(t, info.Evidence)
}

// TestPages: each kind of page is recognized.
func TestPages(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]Page{
		"":                               PageEmpty,
		" \n":                            PageEmpty,
		"<html>License expired</html>":   PageLicense,
		"<h1>Down for Maintenance</h1>":  PageMaintenance,
		"<html>Run the installer</html>": PageUpgrade,
		"<br />\n<b>Fatal error</b>:  Allowed memory size exhausted in <b>/x.php</b>": PagePHPError,
		"PHP Parse error: syntax error":                                               PagePHPError,
		`<html><form><input class="x" type='password'></form></html>`:                 PageLogin,
		"<!DOCTYPE html><p>Hello":                                                     PageHTML,
		"OK":                                                                          PageOther,
	} {
		_, err := clientOf(t, 200, body).Info(t.Context())
		assert.Equal(t, want, asError(t, err).Page, body)
	}
}

// TestNoisy: text before the JSON is skipped and recorded.
func TestNoisy(t *testing.T) {
	t.Parallel()
	answer := companionAnswer(t, "", "", `{"installation":"i","protocol":1}`)
	for prefix, want := range map[string]bool{"": false, "\n ": false, "<b>Notice</b>: x\n": true} {
		client := clientOf(t, 200, prefix+answer)
		_, err := client.Info(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, client.Noisy(), "%q", prefix)
	}
}
