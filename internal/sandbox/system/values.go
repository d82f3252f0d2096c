package system

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
)

// Truncate limits the length of a caller's text in the journal.
func Truncate(text string) string {
	const most = 64
	if len(text) > most {
		return text[:most]
	}
	return text
}

// RandomHex returns n random bytes in lower-case hex.
func RandomHex(n int) string {
	raw := make([]byte, n)
	_, _ = rand.Read(raw)
	return hex.EncodeToString(raw)
}

// NewUUID returns a random UUID.
func NewUUID() string {
	raw := make([]byte, 16)
	_, _ = rand.Read(raw)
	return FormatUUID(raw, 4)
}

// FormatUUID formats 16 bytes as a UUID of the given version.
func FormatUUID(raw []byte, version byte) string {
	raw[6] = raw[6]&0x0f | version<<4
	raw[8] = raw[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", raw[:4], raw[4:6], raw[6:8], raw[8:10], raw[10:])
}

// SplitList splits a text that contains a list. Spaces around entries and empty entries are removed.
func SplitList(column, separator string) []string {
	var list []string
	for part := range strings.SplitSeq(column, separator) {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// Number parses an id. It returns 0 for an invalid id, because no row has the id 0.
func Number(id string) int64 {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// HostOf returns an address without its port.
func HostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// Slug makes a slug from a name. If the slug is taken, a number is appended.
func Slug(name, fallback string, taken func(string) bool) string {
	base := strings.Trim(notSlug.ReplaceAllString(strings.ToLower(name), "-"), "-")
	if base == "" {
		base = fallback
	}
	slug := base
	for n := 2; taken(slug); n++ {
		slug = base + "-" + strconv.Itoa(n)
	}
	return slug
}
