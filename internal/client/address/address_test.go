package address_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/address"
)

func TestEqual(t *testing.T) {
	for _, same := range [][2]string{
		{"2001:DB8::1", "2001:db8:0:0::1"}, {"::ffff:192.0.2.1", "::ffff:c000:201"}, {"192.0.2.1", "192.0.2.1"}, {"", ""},
		{"2001:DB8::/32", "2001:db8::/32"}, {"host.example.com", "host.example.com"},
	} {
		assert.True(t, address.Equal(same[0], same[1]), "%q", same)
	}
	for _, other := range [][2]string{
		{"2001:db8::1", "2001:db8::10"}, {"192.0.2.1", "::ffff:192.0.2.1"}, {"192.0.2.1", ""}, {"192.0.2.1", "192.0.2.01"},
		{"Host.example.com", "host.example.com"}, {"2001:db8::/32", "2001:db8::/48"},
	} {
		assert.False(t, address.Equal(other[0], other[1]), "%q", other)
	}
}

func TestForms(t *testing.T) {
	for _, one := range []string{"192.0.2.1", "2001:db8::1", "::"} {
		assert.True(t, address.IsOne(one), one)
		assert.True(t, address.IsSome(one), one)
	}
	for _, some := range []string{"192.0.2.0/24", "2001:db8::/32", "192.0.2.1-192.0.2.9"} {
		assert.False(t, address.IsOne(some), some)
		assert.True(t, address.IsSome(some), some)
	}
	for _, none := range []string{"", "203.0.113.300", "192.0.2", "2001:db8::g", "fe80::1%eth0", "host", "192.0.2.0/33", "192.0.2.1-host"} {
		assert.False(t, address.IsSome(none), none)
	}
}
