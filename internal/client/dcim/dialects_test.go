package dcim_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/clienttest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/clienttest/dialects"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// dialectClient starts a DCIM of a style and returns a client with the example profile of that style. replace are
// pairs of texts to replace in the profile.
func dialectClient(t *testing.T, style string, replace ...string) (*dialects.Server, *dcim.Client) {
	t.Helper()
	profile, err := os.ReadFile(filepath.Join("testdata", "dialects", style+".json"))
	require.NoError(t, err)
	text := string(profile)
	for i := 0; i < len(replace); i += 2 {
		require.Contains(t, text, replace[i])
		text = strings.ReplaceAll(text, replace[i], replace[i+1])
	}
	server := dialects.Start(t, style)
	client, err := dcim.New(dcim.Config{
		Transport: transport.Config{Clock: clienttest.Clock{}, RequestTimeout: 10 * time.Second},
		URL:       server.URL, Key: dialects.Key, Secret: dialects.Secret, Profile: text,
	})
	require.NoError(t, err)
	return server, client
}

// TestDialects uses every operation on DCIMs of unlike styles, each with its example profile.
func TestDialects(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/dialects/*.json")
	require.NoError(t, err)
	require.Len(t, files, len(dialects.Styles()))
	for _, style := range dialects.Styles() {
		t.Run(style, func(t *testing.T) {
			t.Parallel()
			server, client := dialectClient(t, style)
			ctx := t.Context()
			for _, kind := range []dcim.ProbeKind{dcim.ProbeAPIKeys, dcim.ProbePackages, dcim.ProbeServers} {
				_, err := client.Probe(ctx, kind)
				require.NoError(t, err, kind)
			}

			servers, err := client.ListServers(ctx)
			require.NoError(t, err)
			require.Len(t, servers, 7)
			require.Equal(t, dcim.Server{
				ID: "101", Label: "node-101", UsageType: servers[0].UsageType, MemoryGB: 64, IPAddress: "198.51.100.101",
			}, servers[0])
			require.False(t, servers[0].Assigned())
			require.True(t, servers[6].Assigned())
			require.Equal(t, "asha.rao", servers[6].AssignedUser)

			key, err := client.CreateAPIKey(ctx, "WHMCS ~ 1 & é", []string{"192.0.2.1", "192.0.2.2"}, false)
			require.NoError(t, err)
			wantKey := dcim.APIKey{
				ID: key.ID, Label: "WHMCS ~ 1 & é", IPAddresses: []string{"192.0.2.1", "192.0.2.2"},
				Key: strings.Repeat("c", 64), Secret: strings.Repeat("d", 64),
			}
			require.Equal(t, wantKey, key)
			wantKey.Secret = ""
			read, err := client.GetAPIKey(ctx, key.ID)
			require.NoError(t, err)
			require.Equal(t, wantKey, read)
			wantKey.Label, wantKey.IPAddresses = "Billing", []string{"192.0.2.3"}
			updatedKey, err := client.UpdateAPIKey(ctx, key.ID, "Billing", wantKey.IPAddresses)
			require.NoError(t, err)
			require.Equal(t, wantKey, updatedKey)

			want := dcim.Package{
				Name: "E3 ~ 1", MemoryGB: 32, IPCount: 5, CollectHardwareInformation: true,
				Disks: []dcim.Disk{{Type: "SSD", Interface: "SATA", Size: "480 GB"}, {Type: "HDD", Interface: "SAS", Size: "4 TB"}},
			}
			made, err := client.CreatePackage(ctx, want, false)
			require.NoError(t, err)
			want.ID = made.ID
			require.Equal(t, want, made)
			got, err := client.GetPackage(ctx, made.ID)
			require.NoError(t, err)
			require.Equal(t, want, got)
			_, err = client.CreatePackage(ctx, want, false)
			var exists *creation.ExistsError
			require.ErrorAs(t, err, &exists)
			want.MemoryGB, want.Disks, want.CollectHardwareInformation = 64, nil, false
			updated, err := client.UpdatePackage(ctx, want)
			require.NoError(t, err)
			require.Equal(t, want, updated)
			require.Equal(t, 64, server.Row("package", made.ID)["memory"])

			require.NoError(t, client.AssignPackage(ctx, []string{"101"}, made.ID))
			require.NoError(t, client.AssignPackage(ctx, []string{"102", "103", "104"}, made.ID))
			bound, err := client.GetServer(ctx, "103")
			require.NoError(t, err)
			require.Equal(t, made.ID, bound.PackageID)
			require.NoError(t, client.UnassignPackage(ctx, []string{"102", "103"}, made.ID))
			for id, bound := range map[string]bool{"101": true, "102": false, "103": false, "104": true, "105": false} {
				now, err := client.GetServer(ctx, id)
				require.NoError(t, err)
				require.Equal(t, bound, now.PackageID == made.ID, id)
				require.Equal(t, bound, server.PackageOf(id) != 0, id)
			}

			// Refusals.
			var lost *creation.LostError
			_, err = client.CreatePackage(ctx, dcim.Package{Name: "Large", MemoryGB: 4000}, false)
			var refused *dcim.Error
			require.ErrorAs(t, err, &refused)
			require.Contains(t, fmt.Sprint(refused, refused.Fields), "is out of range.")
			require.NotErrorAs(t, err, &lost, "a refusal is a refusal")
			err = client.AssignPackage(ctx, []string{"105"}, "4711")
			var failure *dcim.AssignError
			require.ErrorAs(t, err, &failure)
			require.True(t, failure.Refused())
			for _, err := range []error{
				func() error { _, err := client.GetPackage(ctx, "4711"); return err }(),
				func() error { _, err := client.GetAPIKey(ctx, "4711"); return err }(),
				func() error { _, err := client.GetServer(ctx, "4711"); return err }(),
			} {
				require.ErrorIs(t, err, transport.ErrNotFound)
			}

			require.NoError(t, client.UnassignPackage(ctx, []string{"101", "104"}, made.ID))
			require.NoError(t, client.DeletePackage(ctx, made.ID))
			require.NoError(t, client.DeleteAPIKey(ctx, key.ID))
			assert.Equal(t, 1, server.Count("package"))
			assert.Zero(t, server.Count("key"))
		})
	}
}

// TestDialects_token: the token is used again, and renewed when the DCIM refuses it.
func TestDialects_token(t *testing.T) {
	t.Parallel()
	server, client := dialectClient(t, "login-token")
	for range 12 {
		_, err := client.ListAPIKeys(t.Context())
		require.NoError(t, err)
	}
	logins := 0
	for _, request := range server.Requests() {
		if request == "login" {
			logins++
		}
	}
	assert.Equal(t, 2, logins)
	assert.Equal(t, "login", server.Requests()[0])
	assert.False(t, slices.Contains(server.Requests(), ""))
}
