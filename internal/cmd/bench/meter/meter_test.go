package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMeter: the meter returns the program's exit code and appends one line for each run.
func TestMeter(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	folder := t.TempDir()
	program, usage := filepath.Join(folder, "program"), filepath.Join(folder, "usage")
	require.NoError(t, os.WriteFile(program, []byte("#!/bin/sh\nexit 3\n"), 0o755))
	t.Setenv("HOSTING_BENCH_PROVIDER", program)
	t.Setenv("HOSTING_BENCH_USAGE", usage)
	for range 2 {
		code, err := run()
		require.NoError(t, err)
		assert.Equal(t, 3, code)
	}
	raw, err := os.ReadFile(usage)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	require.Len(t, lines, 2)
	for _, line := range lines {
		var used struct {
			CPUSeconds *float64 `json:"cpu_seconds"`
			PeakBytes  int64    `json:"peak_bytes"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &used))
		require.NotNil(t, used.CPUSeconds)
		if runtime.GOOS == "linux" {
			assert.Greater(t, used.PeakBytes, int64(100<<10))
		}
	}

	t.Setenv("HOSTING_BENCH_PROVIDER", filepath.Join(folder, "missing"))
	_, err = run()
	require.ErrorIs(t, err, os.ErrNotExist)
}
