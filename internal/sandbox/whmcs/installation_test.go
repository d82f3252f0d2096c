package whmcs

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestInstallationUUID compares the derivation with the example of RFC 9562's name-based UUID.
func TestInstallationUUID(t *testing.T) {
	s := &State{
		Settings:  map[string]string{"SystemURL": "www.example.com"},
		Terraform: map[string]string{"installation": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"},
	}
	assert.Equal(t, "2ed6657d-e927-568b-95e1-2665a8aea6a2", s.installation())
}
