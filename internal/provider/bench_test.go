package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/stretchr/testify/require"
)

// BenchmarkGetProviderSchema makes every schema, as the start of the provider does.
func BenchmarkGetProviderSchema(b *testing.B) {
	for b.Loop() {
		answer, err := NewServer("test")().GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
		require.NoError(b, err)
		require.Empty(b, answer.Diagnostics)
	}
}
