package transport

import (
	"context"
	"fmt"
	"time"
)

// Level is the severity of a log line.
type Level int

// The levels, in ascending order of severity.
const (
	LevelTrace Level = iota
	LevelDebug
	LevelInfo
	LevelWarn
	LevelError
)

func (l Level) String() string {
	names := [...]string{"trace", "debug", "info", "warn", "error"}
	if l < 0 || int(l) >= len(names) {
		return fmt.Sprintf("level(%d)", int(l))
	}
	return names[l]
}

// Logger receives the masked log lines of a client. It is called concurrently and must not block for
// long.
type Logger func(ctx context.Context, level Level, msg string, fields map[string]any)

// Log writes a line to the configured [Logger] with secrets masked. Numbers, booleans and durations are
// passed unchanged, all other values as text.
func (c *Client) Log(ctx context.Context, level Level, msg string, fields map[string]any) {
	c.log(ctx, level, msg, fields, c.redactor.Redact)
}

func (c *Client) log(ctx context.Context, level Level, msg string, fields map[string]any, redact func(string) string) {
	if c.cfg.Logger == nil {
		return
	}
	clean := make(map[string]any, len(fields)+1)
	clean["system"] = c.cfg.System
	for k, v := range fields {
		switch v := v.(type) {
		case bool, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, float32, float64, time.Duration:
			clean[k] = v
		case string:
			clean[k] = redact(v)
		default:
			clean[k] = redact(fmt.Sprint(v))
		}
	}
	c.cfg.Logger(ctx, level, redact(msg), clean)
}
