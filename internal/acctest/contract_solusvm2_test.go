package acctest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

func solusVM2(t *testing.T, url, token string) *solusvm2.Client {
	t.Helper()
	client, err := solusvm2.New(solusvm2.Config{URL: url, Token: token})
	require.NoError(t, err)
	return client
}

// TestContractSolusVM2 has the client and the sandbox's panel, two independent readings of the same facts, understand
// each other.
func TestContractSolusVM2(t *testing.T) {
	t.Parallel()
	sb := acctest.NewSandbox(t, sandbox.Options{SolusVM2: sandbox.SolusVM2Options{ExtraServers: 40}})
	client := solusVM2(t, sb.SolusVM2.URL(), sb.SolusVM2.AdminToken())

	t.Run("limit groups", func(t *testing.T) {
		two, none := int64(2), int64(0)
		made, err := client.CreateLimitGroup(t.Context(), solusvm2.LimitGroup{Name: "New users", MaxServers: &two, MaxAdditionalIPs: &none}, false)
		require.NoError(t, err)
		assert.Equal(t, "New users", made.Name)
		assert.Equal(t, &two, made.MaxServers)
		assert.Nil(t, made.MaxRunningServers)
		assert.Equal(t, &none, made.MaxAdditionalIPs)
		_, err = client.CreateLimitGroup(t.Context(), solusvm2.LimitGroup{Name: "New users"}, false)
		var exists *creation.ExistsError
		require.ErrorAs(t, err, &exists)
		assert.Equal(t, []string{made.ID}, exists.IDs)
		made.MaxRunningServers = &two
		changed, err := client.UpdateLimitGroup(t.Context(), made)
		require.NoError(t, err)
		assert.Equal(t, &two, changed.MaxRunningServers)
		_, err = client.UpdateLimitGroup(t.Context(), solusvm2.LimitGroup{ID: made.ID})
		var refusal *solusvm2.Error
		require.ErrorAs(t, err, &refusal)
		assert.Equal(t, []solusvm2.FieldError{{Field: "name", Message: "The name field is required."}}, refusal.Fields)
		require.Error(t, client.DeleteLimitGroup(t.Context(), "1"), "users have it")
		require.NoError(t, client.DeleteLimitGroup(t.Context(), made.ID))
		_, err = client.LimitGroup(t.Context(), made.ID)
		require.ErrorIs(t, err, transport.ErrNotFound)
	})

	t.Run("tokens", func(t *testing.T) {
		account, err := client.Account(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"Administrator"}, account.Roles)
		token, err := client.CreateAPIToken(t.Context(), "WHMCS", account.ID, false)
		require.NoError(t, err)
		mine, err := solusVM2(t, sb.SolusVM2.URL()+"/api/v1/", token.Token).Account(t.Context())
		require.NoError(t, err)
		assert.Equal(t, account, mine)
		token, err = client.RenameAPIToken(t.Context(), token.ID, "Billing")
		require.NoError(t, err)
		read, err := client.APIToken(t.Context(), token.ID)
		require.NoError(t, err)
		assert.Equal(t, token, read)
		require.NoError(t, client.DeleteAPIToken(t.Context(), token.ID))
		_, err = client.APIToken(t.Context(), token.ID)
		require.ErrorIs(t, err, transport.ErrNotFound)
	})

	t.Run("servers and users", func(t *testing.T) {
		servers, err := client.Servers(t.Context(), solusvm2.ServerFilter{})
		require.NoError(t, err)
		assert.Len(t, servers, 45)
		one, err := client.Server(t.Context(), servers[44].ID)
		require.NoError(t, err)
		assert.Equal(t, servers[44], one)
		assert.NotEmpty(t, one.IPv4Addresses)
		users, err := client.UsersByEmail(t.Context(), "ASHA@example.com")
		require.NoError(t, err)
		require.Len(t, users, 1)
		own, err := client.Servers(t.Context(), solusvm2.ServerFilter{UserID: users[0].ID, VirtualizationType: "kvm"})
		require.NoError(t, err)
		assert.Less(t, len(own), 45)
		for _, server := range own {
			assert.Equal(t, "asha@example.com", server.UserEmail)
		}
	})

	t.Run("integration", func(t *testing.T) {
		got, err := client.BillingIntegration(t.Context())
		require.NoError(t, err)
		assert.Equal(t, solusvm2.BillingIntegration{}, got)
		sb.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) {
			s.Settings["billing_integration"] = map[string]any{"type": "whmcs", "drivers": map[string]any{"whmcs": map[string]any{"url": "https://b.example.com/", "token": "t"}}}
		})
		got, err = client.BillingIntegration(t.Context())
		require.NoError(t, err)
		assert.Equal(t, solusvm2.BillingIntegration{Type: "whmcs", URL: "https://b.example.com/", HasToken: true}, got)
	})

	t.Run("refusals", func(t *testing.T) {
		_, err := solusVM2(t, sb.SolusVM2.URL(), "wrong").Account(t.Context())
		require.ErrorContains(t, err, "Check the API token")
		_, err = solusVM2(t, sb.SolusVM2.URL(), sb.SolusVM2.ClientToken()).LimitGroups(t.Context())
		require.ErrorContains(t, err, "must be an administrator")
		_, err = solusVM2(t, sb.SolusVM2.URL()+"/panel", sb.SolusVM2.AdminToken()).Account(t.Context())
		require.ErrorContains(t, err, `an HTML page titled "SolusVM 2"`)
	})
}
