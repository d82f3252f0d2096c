package productusage

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
)

// TestNewElement_otherStatus: services of a status that the provider does not know are counted under one key.
func TestNewElement_otherStatus(t *testing.T) {
	t.Parallel()
	shown, err := newElement(whmcs.ProductImpact{ID: "1", Impact: &whmcs.Impact{Services: []whmcs.ServiceCount{
		{Status: "Active", Cycle: "monthly", Count: 3}, {Status: "Parked", Cycle: "monthly", Count: 2}, {Status: "", Cycle: "free", Count: 1},
	}}})
	require.NoError(t, err)
	assert.EqualValues(t, 6, shown.Services)
	assert.Equal(t, map[string]int64{
		"pending": 0, "active": 3, "suspended": 0, "completed": 0, "terminated": 0, "cancelled": 0, "fraud": 0, "other": 3,
	}, shown.ServicesByStatus)
}
