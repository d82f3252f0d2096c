package transport

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ParseRetryAfter reads the value of a Retry-After header: whole seconds or an HTTP date, the latter as the time from now. It returns false when the
// value is neither; a date in the past is a wait of 0, a number beyond the range of a Duration the longest Duration.
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

// retryAfter reads the Retry-After of an answer. A date is measured against the Date of the same answer when there is one, so that a clock that
// differs between the two machines does not shorten the wait.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if at, err := http.ParseTime(h.Get("Date")); err == nil {
		now = at
	}
	wait, _ := ParseRetryAfter(h.Get("Retry-After"), now)
	return wait
}
