package acctest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// BadValue is a configuration that a plan must refuse, and with what words at which attribute.
type BadValue struct {
	Name       string
	Attributes map[string]any // replace those of a valid configuration. Nil removes an attribute
	Path       string         // of the attribute of the message, or "" for none
	Says       string
}

// BadInput plans to create each of the configurations and expects the plan to be refused with the message, at its
// attribute.
func BadInput(t *testing.T, env *Env, typeName string, right map[string]any, table []BadValue) {
	t.Helper()
	p := env.Protocol(t)
	require.Empty(t, Messages(p.Plan(t, typeName, right)), "the configuration that is right is refused")
	for _, bad := range table {
		t.Run(bad.Name, func(t *testing.T) {
			config := maps.Clone(right)
			maps.Copy(config, bad.Attributes)
			messages := Messages(p.Plan(t, typeName, config))
			require.True(t, slices.ContainsFunc(messages, func(message string) bool {
				return strings.HasPrefix(message, "error at "+bad.Path+": ") && strings.Contains(message, bad.Says)
			}), "want an error at %q that says %q, got %q", bad.Path, bad.Says, messages)
		})
	}
}
