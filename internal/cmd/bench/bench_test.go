package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// TestBench measures a few objects: every program builds and starts, and every command produces its
// results.
func TestBench(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance test: set TF_ACC=1, or run make test")
	}
	t.Setenv("TERRAFORM", os.Getenv("TF_ACC_TERRAFORM_PATH"))
	folder := t.TempDir()
	var out, progress bytes.Buffer
	latencies, argument := []int64{1}, "1"
	if acctest.Full() {
		latencies, argument = []int64{0, 1}, "0,1"
	}
	require.NoError(t, run(t.Context(), []string{"-sizes", "3", "-latencies", argument, "-rounds", "1", "-starts", "1",
		"-out", folder}, &out, &progress), progress.String())

	raw, err := os.ReadFile(filepath.Join(folder, "results.json"))
	require.NoError(t, err)
	var r result
	require.NoError(t, json.Unmarshal(raw, &r))
	type row struct {
		command, variant string
		latency          int64
	}
	var rows []row
	for _, s := range r.Samples {
		rows = append(rows, row{s.Command, s.Variant, s.LatencyMS})
		assert.Positive(t, s.Seconds, "%+v", s)
		if s.Variant == floor.name {
			assert.Zero(t, s.ProviderCPUSeconds, "%+v", s)
			continue
		}
		assert.Positive(t, s.ProviderCPUSeconds, "%+v", s)
		assert.Greater(t, s.CPUSeconds, s.ProviderCPUSeconds, "%+v", s)
		switch {
		case s.Command == "apply":
			assert.Positive(t, s.Writes, "%+v", s)
		case s.Variant == noRefresh.name:
			assert.Zero(t, s.Reads+s.Writes, "%+v", s)
		default:
			assert.Positive(t, s.Reads, "%+v", s)
			assert.Zero(t, s.Writes, "%+v", s)
		}
	}
	var want []row
	for i, latency := range latencies {
		want = append(want, row{"plan", "get", latency}, row{"plan", "framework", latency}, row{"plan", "fast", latency}, row{"plan", "norefresh", latency},
			row{"apply", "get", latency}, row{"apply", "fast", latency})
		if i == 0 {
			want = append(want, row{"plan", "floor", latency}, row{"apply", "floor", latency})
		}
	}
	assert.ElementsMatch(t, want, rows)
	require.Len(t, r.Starts.Provider, 1)
	require.Len(t, r.Starts.Reference, 1)
	assert.Greater(t, r.Starts.Provider[0].SchemaBytes, r.Starts.Reference[0].SchemaBytes)
	assert.Positive(t, r.Starts.Provider[0].CPUSeconds)
	assert.Contains(t, out.String(), "| 3 | 1 ms | fast |")
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		arguments []string
		want      settings
		wantError string
	}{
		{"nothing", nil, settings{sizes: []int{100, 1000, 4000}, applySizes: []int{100, 1000},
			latencies: []time.Duration{0, 50 * time.Millisecond}, rounds: 3, applyRounds: 1, starts: 31, out: "bench", host: "sandbox"}, ""},
		{"some", []string{"-sizes", "2000,10, 10", "-latencies", "20", "-rounds", "2", "-out", "x"},
			settings{sizes: []int{10, 2000}, applySizes: []int{10}, latencies: []time.Duration{20 * time.Millisecond}, rounds: 2,
				applyRounds: 1, starts: 31, out: "x", host: "sandbox"}, ""},
		{"no creation", []string{"-sizes", "10", "-apply-sizes", "0", "-latencies", "0"},
			settings{sizes: []int{10}, applySizes: []int{}, latencies: []time.Duration{0}, rounds: 3, applyRounds: 1, starts: 31,
				out: "bench", host: "sandbox"}, ""},
		{"everything", []string{"-full", "-profile"}, settings{sizes: fullRun.sizes, applySizes: fullRun.applySizes,
			latencies: fullRun.latencies, rounds: 5, applyRounds: 3, starts: 101, out: "bench", profile: true,
			host: "sandbox"}, ""},
		{"no number", []string{"-sizes", "ten"}, settings{}, `-sizes: "ten" is not a whole number of 1 or more`},
		{"negative", []string{"-latencies", "-1"}, settings{}, `-latencies: "-1" is not a whole number of 0 or more`},
		{"negative rounds", []string{"-rounds", "-1"}, settings{}, "-rounds must not be negative"},
		{"one variant", []string{"-sizes", "10", "-latencies", "0", "-variants", "fast"},
			settings{sizes: []int{10}, applySizes: []int{10}, latencies: []time.Duration{0}, variants: []string{"fast"},
				rounds: 3, applyRounds: 1, starts: 31, out: "bench", host: "sandbox"}, ""},
		{"no such variant", []string{"-variants", "fast,slow"}, settings{}, `-variants: there is no "slow"`},
		{"PHP", []string{"-full", "-host", "php"}, settings{sizes: fullRun.sizes, applySizes: fullRun.applySizes,
			latencies: fullRun.latencies, rounds: 5, applyRounds: 3, starts: 101, out: "bench", host: "php"}, ""},
		{"no such host", []string{"-host", "xampp"}, settings{}, `-host: there is no "xampp"`},
		{"too much", []string{"100"}, settings{}, `unexpected argument "100"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := parse(c.arguments, io.Discard)
			if c.wantError != "" {
				require.EqualError(t, err, c.wantError)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
}

// TestTargets: ratios are calculated within a round, so a slow round does not change them.
func TestTargets(t *testing.T) {
	t.Parallel()
	r := result{Machine: machine{Cores: 2, LoadBefore: "0.50"},
		Starts: starts{Provider: []start{{Seconds: 0.2, CPUSeconds: 0.12}, {Seconds: 0.6, CPUSeconds: 0.12},
			{Seconds: 0.3, CPUSeconds: 0.12}}, Reference: []start{{Seconds: 0.1, CPUSeconds: 0.1},
			{Seconds: 0.4, CPUSeconds: 0.1}, {Seconds: 0.2, CPUSeconds: 0.1}}}}
	for round, slowness := range []float64{1, 10, 1.2} {
		for variant, took := range map[string]float64{"get": 9, "framework": 7, "fast": 4.2, "norefresh": 4, "floor": 2} {
			r.Samples = append(r.Samples, sample{Command: "plan", Variant: variant, Size: 1000, LatencyMS: 50, Round: round,
				Seconds: took * slowness, CPUSeconds: took, ProviderCPUSeconds: took - 2.2, ProviderPeakBytes: 80 << 20})
		}
	}
	r.Samples = append(r.Samples, sample{Command: "plan", Variant: "fast", Size: 4000, LatencyMS: 50, Seconds: 20,
		ProviderCPUSeconds: 10, ProviderPeakBytes: 250 << 20})
	for i, want := range []struct {
		value   float64
		verdict string
	}{
		{4.2 / 7, "met"},
		{2 / 4.8, "met"},
		{1.05, "missed"},
		{9 / 4.2, "met"},
		{250, "missed"},
		{1.5, "missed"},
		{1.2, "met"},
		{1.25, "missed"},
	} {
		value, ok := targets[i].measure(&r)
		require.True(t, ok, targets[i].what)
		assert.InDelta(t, want.value, value, 1e-9, targets[i].what)
		assert.Equal(t, want.verdict, targets[i].verdict(value), targets[i].what)
	}
	report := r.report()
	assert.Contains(t, report, "| plan of 1,000 at 50 ms: fast ÷ -refresh=false through the framework | ≤ 0.9 | 1.05 | missed |")
	assert.Contains(t, report, "| plan of 4,000: peak memory of the provider | ≤ 150 MiB | 250.00 MiB | missed |")
	assert.Contains(t, report, "| 1000 | 50 ms | fast | 3 | 5.04 | 4.20 – 42.00 | 2.10 | 4.20 | 2.00 | 80 | 0 | 0 |")
	assert.NotContains(t, report, "busy")

	// On a busy machine, values in seconds are not judged. Values that do not depend on the load are.
	r.Machine.LoadBefore = "17.20"
	report = r.report()
	assert.Contains(t, report, "fast ÷ -refresh=false through the framework | ≤ 0.9 | 1.05 | not judged: busy machine |")
	assert.Contains(t, report, "peak memory of the provider | ≤ 150 MiB | 250.00 MiB | missed |")
	assert.Equal(t, "missed", target{limit: 1.7, least: true}.verdict(1.69))
}

func TestMedian(t *testing.T) {
	t.Parallel()
	_, ok := median(nil)
	assert.False(t, ok)
	for _, c := range []struct {
		values []float64
		want   float64
	}{{[]float64{3}, 3}, {[]float64{4, 1}, 2.5}, {[]float64{9, 1, 2}, 2}} {
		got, ok := median(c.values)
		assert.True(t, ok)
		assert.InDelta(t, c.want, got, 1e-9)
	}
}
