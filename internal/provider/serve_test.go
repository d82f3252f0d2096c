package provider

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestQuieten: the framework logs at the level that Terraform shows. Variables of the framework override that level.
func TestQuieten(t *testing.T) {
	t.Parallel()
	type variables map[string]string
	all := func(level string) variables {
		return variables{"TF_LOG_SDK": level, "TF_LOG_PROVIDER_HOSTING": level}
	}
	for _, c := range []struct {
		name      string
		given     variables
		wantAfter variables
	}{
		{"nobody listens", variables{}, all("OFF")},
		{"set to nothing", variables{"TF_LOG": "", "TF_LOG_PROVIDER": ""}, all("OFF")},
		{"only Terraform's own log", variables{"TF_LOG_CORE": "trace"}, all("OFF")},
		{"off", variables{"TF_LOG": "off"}, all("OFF")},
		{"warnings", variables{"TF_LOG": "warn"}, all("WARN")},
		{"everything", variables{"TF_LOG": "TRACE"}, all("TRACE")},
		{"the provider's variable goes first", variables{"TF_LOG": "trace", "TF_LOG_PROVIDER": "error"}, all("ERROR")},
		{"everything as JSON", variables{"TF_LOG": "json"}, variables{}},
		{"what Terraform takes for everything", variables{"TF_LOG": "1"}, variables{}},
		{"the framework's own variable", variables{"TF_LOG_SDK": "debug"}, variables{"TF_LOG_SDK": "debug", "TF_LOG_PROVIDER_HOSTING": "OFF"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			after := variables{}
			require.NoError(t, quieten(
				func(name string) (string, bool) { value, ok := c.given[name]; return value, ok },
				func(name, value string) error { after[name] = value; return nil },
			))
			for name := range c.wantAfter {
				if own, ok := c.given[name]; ok {
					after[name] = own
				}
			}
			assert.Equal(t, c.wantAfter, after)
		})
	}
}
