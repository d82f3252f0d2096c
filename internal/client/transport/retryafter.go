package transport

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ParseRetryAfter parses a Retry-After header. The value is a number of whole seconds or an HTTP date.
// A date is returned as the time from now, and a past date as 0. A number beyond the range of a
// Duration is returned as the longest Duration. Any other value returns false.
func ParseRetryAfter(value string, now time.Time) (time.Duration, bool) {
	value = strings.TrimSpace(value)
	if value == "" {
		return 0, false
	}
	if strings.Trim(value, "0123456789") == "" {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > int64(math.MaxInt64/time.Second) {
			return math.MaxInt64, true
		}
		return time.Duration(seconds) * time.Second, true
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return max(0, at.Sub(now)), true
}

// retryAfter reads the Retry-After header of a response. A date is compared with the Date header of the
// same response, if there is one. A difference between the clocks of the two machines then does not
// shorten the wait.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if at, err := http.ParseTime(h.Get("Date")); err == nil {
		now = at
	}
	wait, _ := ParseRetryAfter(h.Get("Retry-After"), now)
	return wait
}
