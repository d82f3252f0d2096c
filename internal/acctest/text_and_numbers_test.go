package acctest_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// TestWholeNumbers: the provider itself says that a number must be whole, at every depth, and for numbers that no
// integer holds.
func TestWholeNumbers(t *testing.T) {
	huge, _, err := big.ParseFloat("1e40", 10, 512, big.ToNearestEven)
	require.NoError(t, err)
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		product := func(attribute string, value any) map[string]any {
			return map[string]any{"name": "P", "product_group_id": "1", "pay_type": "free", attribute: value}
		}
		for _, c := range []struct {
			typeName string
			config   map[string]any
			path     string
		}{
			{"hosting_whmcs_product_group", map[string]any{"name": "G", "order": 1.5}, "order"},
			{"hosting_whmcs_product_group", map[string]any{"name": "G", "order": huge}, "order"},
			{"hosting_whmcs_product", product("custom_fields", map[string]any{"a": map[string]any{"name": "A", "order": -0.5}}), `custom_fields["a"].order`},
			{"hosting_whmcs_product", product("overages", map[string]any{"enabled": true, "disk_limit": 2.25}), "overages.disk_limit"},
			{"hosting_dcim_package", map[string]any{"name": "A", "memory_gb": 0.5}, "memory_gb"},
			{"hosting_solusvm2_limit_group", map[string]any{"name": "A", "max_servers": 1.000001}, "max_servers"},
		} {
			messages := acctest.Messages(p.Plan(t, c.typeName, c.config))
			require.Len(t, messages, 1)
			require.True(t, strings.HasPrefix(messages[0], "error at "+c.path+": "), "%s", messages)
			require.Contains(t, messages[0], "must be a whole number")
		}
		messages := acctest.Messages(acctest.NewProtocol(t, "test").Configure(t, map[string]any{"whmcs": map[string]any{"url": "https://x", "identifier": "a", "secret": "b", "max_retries": 1.5}}))
		require.Len(t, messages, 1)
		require.Contains(t, messages[0], "must be a whole number")
	})
}

// TestTextThatIsTrimmed: the panels cut white space off, so that no object could hold the text.
func TestTextThatIsTrimmed(t *testing.T) {
	acctest.Each(t, panelOptions, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		for _, c := range []struct {
			typeName, path string
			config         map[string]any
		}{
			{"hosting_dcim_api_key", "label", map[string]any{"label": "WHMCS "}},
			{"hosting_dcim_package", "name", map[string]any{"name": "\u200bA"}},
			{"hosting_dcim_package", "cpu_name", map[string]any{"name": "A", "cpu_name": "Xeon\n"}},
			{"hosting_dcim_package", "disks[0].size", map[string]any{"name": "A", "disks": []any{map[string]any{"type": "SSD", "size": " 1 TB"}}}},
			{"hosting_dcim_package", "pci_devices[0].type", map[string]any{"name": "A", "pci_devices": []any{map[string]any{"type": "GPU\u00a0"}}}},
			{"hosting_solusvm2_limit_group", "name", map[string]any{"name": "\tA"}},
			{"hosting_solusvm2_api_token", "name", map[string]any{"name": "A "}},
		} {
			messages := acctest.Messages(p.Plan(t, c.typeName, c.config))
			require.Len(t, messages, 1)
			require.True(t, strings.HasPrefix(messages[0], "error at "+c.path+": "), "%s", messages)
			require.Contains(t, messages[0], "must not begin or end with white space")
		}
	})
}

// TestLengthsCountCharacters: a text in Devanagari has three bytes for each character.
func TestLengthsCountCharacters(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		long := strings.Repeat("समर्पित सर्वर ", 17) + "सर्वर"
		require.LessOrEqual(t, len([]rune(long)), 255)
		for typeName, config := range map[string]map[string]any{
			"hosting_whmcs_product_group": {"name": long}, "hosting_whmcs_server_group": {"name": long}, "hosting_whmcs_server": {"name": long, "module": "samplevps"},
			"hosting_whmcs_product":                   {"name": long, "tagline": long, "product_group_id": "1", "pay_type": "free", "custom_fields": map[string]any{"a": map[string]any{"name": long}}},
			"hosting_whmcs_product_addon":             {"name": long, "pay_type": "free"},
			"hosting_whmcs_configurable_option_group": {"name": long, "options": map[string]any{"a": map[string]any{"name": long}}},
			"hosting_dcim_package":                    {"name": long, "cpu_name": long, "disks": []any{map[string]any{"type": long}}}, "hosting_dcim_api_key": {"label": long},
			"hosting_solusvm2_limit_group": {"name": long}, "hosting_solusvm2_api_token": {"name": long},
		} {
			p.Do(t, typeName, nil, config)
		}
		messages := acctest.Messages(p.Plan(t, "hosting_dcim_package", map[string]any{"name": strings.Repeat("स", 256)}))
		require.Len(t, messages, 1)
		require.Contains(t, messages[0], "255")
	})
}
