package whmcsobject

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestPartKeys: keys of imported parts come from the names, and are keys that the schemas accept.
func TestPartKeys(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 100)
	assert.Equal(t, map[string]string{
		"1": "memory", "2": "option_64_gb", "3": "option_3", "5": "disk_5", "6": "for_", "7": "option_7", "8": "grosse", "9": long[:60], "10": "disk_4_10", "4": "disk_4_4",
	}, PartKeys(map[string]string{
		"1": "memory|Memory in GB", "2": "64 GB", "3": "मेमोरी", "4": "Disk", "5": " disk!", "6": "for", "7": "", "8": "Größe", "9": long, "10": "Disk 4",
	}, "option_"))
}
