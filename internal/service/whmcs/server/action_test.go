package server_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// TestAccTestConnection_action: the action tests the stored values, changes nothing, and says what failed.
func TestAccTestConnection_action(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		const actionType = "hosting_whmcs_test_connection"
		dcim, err := url.Parse(env.Sandbox.DCIM.URL())
		require.NoError(t, err)
		port, err := strconv.Atoi(dcim.Port())
		require.NoError(t, err)
		key, secret := env.Sandbox.DCIM.AdminKey()
		p := env.Protocol(t)
		made := func(name, password string) string {
			server := p.Do(t, "hosting_whmcs_server", nil, map[string]any{
				"name": name, "module": "toplink_dcim", "hostname": "dcim.example.com", "ip_address": "127.0.0.1", "port": port,
				"username": key, "password": password, "toplink_dcim": map[string]any{"username_prefix": "a", "hostname_format": "{label}"},
			})
			return p.Identity(t, server)["id"]
		}
		right, wrong := made("Right", secret), made("Wrong", "wrong password")
		before := env.WHMCS.Row(t, table, right)

		progress, diagnostics := env.Protocol(t).Invoke(t, actionType, map[string]any{"server_id": right})
		require.Empty(t, diagnostics.Messages())
		assert.Contains(t, strings.Join(progress, "\n"), "The connection test of the server Right (id "+right+") passed.")
		assert.Equal(t, before, env.WHMCS.Row(t, table, right))

		for id, says := range map[string][]string{
			wrong: {"The connection test of the WHMCS server Wrong (id " + wrong + ") failed", "The module toplink_dcim could not connect to dcim.example.com", "Check hostname"},
			"999": {"error at server_id: WHMCS has no server with the id 999"},
			"x":   {"error at server_id: "},
		} {
			_, diagnostics := env.Protocol(t).Invoke(t, actionType, map[string]any{"server_id": id})
			require.Len(t, diagnostics, 1, id)
			for _, text := range says {
				assert.Contains(t, diagnostics.Messages()[0], text)
			}
		}
		credential := env.WHMCS.ReadOnlyCredential()
		readOnly := env.Protocol(t, acctest.Settings{"whmcs": {"identifier": credential.Identifier, "secret": credential.Secret}})
		_, diagnostics = readOnly.Invoke(t, actionType, map[string]any{"server_id": right})
		require.Len(t, diagnostics, 1)
		assert.Contains(t, diagnostics.Messages()[0], "The connection of the WHMCS server Right (id "+right+") was not tested")
	})
}
