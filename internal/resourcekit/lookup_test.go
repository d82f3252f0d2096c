package resourcekit

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
)

// TestIncompleteLists: objects that cannot be read do not hide the others.
func TestIncompleteLists(t *testing.T) {
	t.Parallel()
	failure := lenient.Complete([]error{errors.New("package 7: memory is odd"), errors.New("package 9: it has no name")})
	read := func(context.Context, *struct{}) ([]string, error) {
		return []string{"a", "b"}, fmt.Errorf("list: %w", failure)
	}
	system := System[struct{}]{Client: &struct{}{}}
	shown, diags := Listing[struct{}, string, string]{
		System: system, What: "DCIM packages", List: read, Show: func(s string) string { return s },
	}.Read(t.Context())
	assert.Equal(t, []string{"a", "b"}, shown)
	require.False(t, diags.HasError())
	require.Len(t, diags, 1)
	assert.Equal(t, "The list of DCIM packages lacks 2 objects that could not be read", diags[0].Summary())
	assert.Contains(t, diags[0].Detail(), "memory is odd")
	assert.Contains(t, diags[0].Detail(), "it has no name")

	lookup := Lookup[struct{}, string]{
		System: system, Noun: "DCIM package", Name: types.StringValue("b"), List: read,
		Of: func(s string) (string, string) { return s, s },
	}
	found, diags := lookup.Read(t.Context())
	require.False(t, diags.HasError())
	assert.Equal(t, "b", found)
	assert.Len(t, diags, 1)
	lookup.Name, lookup.Attribute = types.StringValue("c"), "name"
	_, diags = lookup.Read(t.Context())
	assert.Equal(t, 1, diags.ErrorsCount())
	assert.Equal(t, 1, diags.WarningsCount(), "the wanted one may be an odd one")

	read = func(context.Context, *struct{}) ([]string, error) { return nil, errors.New("no answer") }
	_, diags = Listing[struct{}, string, string]{System: system, What: "DCIM packages", List: read}.Read(t.Context())
	assert.True(t, diags.HasError())
}
