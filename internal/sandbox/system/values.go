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

// Clip keeps a caller's free text from filling the journal.
func Clip(text string) string {
	const most = 64
	if len(text) > most {
		return text[:most]
	}
	return text
}

// RandomHex is n random bytes in lower-case hex.
func RandomHex(n int) string {
	raw := make([]byte, n)
	_, _ = rand.Read(raw)
	return hex.EncodeToString(raw)
}

// NewUUID is a random UUID.
func NewUUID() string {
	raw := make([]byte, 16)
	_, _ = rand.Read(raw)
	return FormatUUID(raw, 4)
}

// FormatUUID spells 16 bytes as a UUID of a version.
func FormatUUID(raw []byte, version byte) string {
	raw[6] = raw[6]&0x0f | version<<4
	raw[8] = raw[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", raw[:4], raw[4:6], raw[6:8], raw[8:10], raw[10:])
}

// SplitList reads a column that holds several texts.
func SplitList(column, separator string) []string {
	var list []string
	for part := range strings.SplitSeq(column, separator) {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// Number is the value of an id's digits; 0, which no row has, when it is not one.
func Number(id string) int64 {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// HostOf is an address without its port.
func HostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// Slug makes a slug from a name; numbered when taken.
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
