package resourcekit_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// fakePrivate is a resource's private state.
type fakePrivate map[string][]byte

func (f fakePrivate) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return f[key], nil
}

func (f fakePrivate) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	f[key] = value
	return nil
}

func TestPrivateStateRoundTrip(t *testing.T) {
	t.Parallel()
	for name, state := range map[string]*resourcekit.PrivateState{
		"everything": {
			Installation: "0b3f5a9e-7b57-4c0e-9c2c-6a2f4a1f8d10", Fingerprints: map[string]string{"password": "f1", "access_hash": ""},
			OptionNumbers: map[string]string{"Package": "3"}, Imported: true,
		},
		"nothing": {Fingerprints: map[string]string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			private := fakePrivate{}
			assert.Empty(t, state.Save(t.Context(), private))
			assert.Len(t, private, 1)
			got, diags := resourcekit.LoadPrivateState(t.Context(), private)
			assert.Empty(t, diags)
			assert.Equal(t, state, got)
		})
	}
}

func TestPrivateStateIsMissingOrUnreadable(t *testing.T) {
	t.Parallel()
	got, diags := resourcekit.LoadPrivateState(t.Context(), fakePrivate{})
	assert.Empty(t, diags)
	assert.Equal(t, &resourcekit.PrivateState{Fingerprints: map[string]string{}}, got, "nothing was saved yet")

	got, diags = resourcekit.LoadPrivateState(t.Context(), fakePrivate{"hosting": []byte("{")})
	require.True(t, diags.HasError())
	assert.Contains(t, diags[0].Detail(), "Remove the resource from state and import it again")
	assert.NotNil(t, got.Fingerprints)

	got, diags = resourcekit.LoadPrivateState(t.Context(), fakePrivate{"hosting": []byte(`{"fingerprints":null,"of_a_later_version":1}`)})
	assert.Empty(t, diags)
	assert.NotNil(t, got.Fingerprints)
}
