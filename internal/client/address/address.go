// Package address compares IP addresses and networks, which have several spellings: 2001:DB8::1 is 2001:db8:0::1.
package address

import (
	"net/netip"
	"strings"
)

// Canonical returns the canonical spelling of an IP address, or of a network such as 192.0.2.0/24. Any other text is
// returned unchanged.
func Canonical(text string) string {
	if one, err := netip.ParseAddr(text); err == nil {
		return one.String()
	}
	if network, err := netip.ParsePrefix(text); err == nil {
		return network.String()
	}
	return text
}

// Equal reports whether two texts are the same text, or spellings of the same address or network.
func Equal(a, b string) bool { return a == b || Canonical(a) == Canonical(b) }

// IsOne reports whether text is one IP address, without a zone.
func IsOne(text string) bool {
	one, err := netip.ParseAddr(text)
	return err == nil && one.Zone() == ""
}

// IsSome reports whether text is one IP address, a network, or a range such as 192.0.2.1-192.0.2.9.
func IsSome(text string) bool {
	if _, err := netip.ParsePrefix(text); err == nil {
		return true
	}
	first, last, isRange := strings.Cut(text, "-")
	return IsOne(text) || isRange && IsOne(first) && IsOne(last)
}
