package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// result is the content of results.json. internal/tools/bench draws it.
type result struct {
	Date      string   `json:"date"`
	Machine   machine  `json:"machine"`
	Terraform string   `json:"terraform"`
	Host      string   `json:"host"` // sandbox or php
	Starts    starts   `json:"starts"`
	Samples   []sample `json:"samples"`
}

type machine struct {
	System string `json:"system"`
	Cores  int    `json:"cores"`
	// The load average of the last minute, before and after the run. If it exceeds the number of cores,
	// other processes affected the results.
	LoadBefore string `json:"load_before"`
	LoadAfter  string `json:"load_after"`
}

// starts are the starts of the two providers, in pairs.
type starts struct {
	Provider  []start `json:"provider"`
	Reference []start `json:"reference"`
}

// startRatio returns the median of the ratios of the provider's starts to the reference's starts.
func startRatio(of func(start) float64) func(r *result) (float64, bool) {
	return func(r *result) (float64, bool) {
		var ratios []float64
		for i, took := range r.Starts.Provider {
			if i < len(r.Starts.Reference) {
				ratios = append(ratios, of(took)/of(r.Starts.Reference[i]))
			}
		}
		return median(ratios)
	}
}

// busy reports whether the load before the measurements exceeded the number of cores. Seconds then
// depend on other processes.
func (m machine) busy() bool {
	before, err := strconv.ParseFloat(m.LoadBefore, 64)
	return err == nil && before > float64(m.Cores)
}

func thisMachine() machine {
	return machine{System: runtime.GOOS + "/" + runtime.GOARCH, Cores: runtime.NumCPU(), LoadBefore: load()}
}

// load returns the load average of the last minute, or "" if the system does not provide it.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// median returns the median of values. ok is false when there are none.
func median(values []float64) (middle float64, ok bool) {
	if len(values) == 0 {
		return 0, false
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2, true
}

// cell is a cell of the table of measurements.
type cell struct {
	command, variant string
	size             int
	latency          int64 // milliseconds
}

// samples returns the samples of a cell by round. The floor variant has the same samples for every latency.
func (r *result) samples(c cell) map[int]sample {
	found := map[int]sample{}
	for _, s := range r.Samples {
		if s.Command == c.command && s.Variant == c.variant && s.Size == c.size &&
			(s.LatencyMS == c.latency || c.variant == floor.name) {
			found[s.Round] = s
		}
	}
	return found
}

func seconds(s sample) float64 { return s.Seconds }

func cpu(s sample) float64 { return s.CPUSeconds }

// ratio returns the median over all rounds of compare for the two cells' samples of the same round.
func (r *result) ratio(a, b cell, compare func(a, b sample) float64) (float64, bool) {
	of := r.samples(b)
	var ratios []float64
	for round, s := range r.samples(a) {
		if other, ok := of[round]; ok {
			ratios = append(ratios, compare(s, other))
		}
	}
	return median(ratios)
}

func dividedSeconds(a, b sample) float64 { return a.Seconds / b.Seconds }

// middle returns the median of one figure of a cell.
func (r *result) middle(c cell, figure func(sample) float64) (float64, bool) {
	var values []float64
	for _, s := range r.samples(c) {
		values = append(values, figure(s))
	}
	return median(values)
}

// target is a limit that this provider promises to meet.
type target struct {
	what    string
	limit   float64
	least   bool // the limit is a minimum
	unit    string
	measure func(r *result) (float64, bool)
	// loadIndependent means that the value does not depend on seconds. It is then valid on a busy machine too.
	loadIndependent bool
}

func planCell(variant string, size int, latency int64) cell {
	return cell{command: "plan", variant: variant, size: size, latency: latency}
}

// planRatio returns the ratio of two variants of the plan of 1,000 products at 50 ms.
func planRatio(a, b variant, compare func(a, b sample) float64) func(r *result) (float64, bool) {
	return func(r *result) (float64, bool) {
		return r.ratio(planCell(a.name, 1000, 50), planCell(b.name, 1000, 50), compare)
	}
}

var targets = []target{
	{what: "plan of 1,000 at 50 ms: fast ÷ framework", limit: 0.65, measure: planRatio(fast, framework, dividedSeconds)},
	{what: "the same in CPU time of the provider", loadIndependent: true, limit: 0.45,
		measure: planRatio(fast, framework, func(a, b sample) float64 { return a.ProviderCPUSeconds / b.ProviderCPUSeconds })},
	{what: "plan of 1,000 at 50 ms: fast ÷ -refresh=false through the framework", limit: 0.9,
		measure: planRatio(fast, noRefresh, dividedSeconds)},
	{what: "plan of 1,000 at 50 ms: one request for each ÷ fast", limit: 1.7, least: true,
		measure: planRatio(get, fast, dividedSeconds)},
	{what: "plan of 4,000: peak memory of the provider", loadIndependent: true, limit: 150, unit: " MiB",
		measure: func(r *result) (float64, bool) {
			var most float64
			for _, s := range r.Samples {
				if s.Command == "plan" && s.Size == 4000 && s.Variant == fast.name {
					most = max(most, float64(s.ProviderPeakBytes)/(1<<20))
				}
			}
			return most, most > 0
		}},
	{what: "start until the schema is served ÷ that of a provider with one resource", limit: 1.3,
		measure: startRatio(func(s start) float64 { return s.Seconds })},
	{what: "the same in CPU time, the end included", loadIndependent: true, limit: 1.3,
		measure: startRatio(func(s start) float64 { return s.CPUSeconds })},
	{what: "CPU of the provider for each object of a plan: 4,000 ÷ 1,000", loadIndependent: true, limit: 1.2,
		measure: func(r *result) (float64, bool) {
			for _, latency := range []int64{0, 50, 20} {
				ratio, ok := r.ratio(planCell(fast.name, 4000, latency), planCell(fast.name, 1000, latency),
					func(large, small sample) float64 {
						return large.ProviderCPUSeconds / 4000 / (small.ProviderCPUSeconds / 1000)
					})
				if ok {
					return ratio, true
				}
			}
			return 0, false
		}},
}

// verdict compares a measured value with the limit.
func (t target) verdict(value float64) string {
	if t.least == (value >= t.limit) || value == t.limit {
		return "met"
	}
	return "missed"
}

// write writes results.json and report.md into the folder and prints the report.
func (r *result) write(folder string, out io.Writer) error {
	raw, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	report := r.report()
	_, printed := fmt.Fprintf(out, "%s\nWritten to %s\n", report, folder)
	return errors.Join(
		os.WriteFile(filepath.Join(folder, "results.json"), raw, 0o600),
		os.WriteFile(filepath.Join(folder, "report.md"), []byte(report), 0o600),
		printed,
	)
}

func (r *result) report() string {
	var b strings.Builder
	line := func(format string, arguments ...any) { _, _ = fmt.Fprintf(&b, format+"\n", arguments...) }
	line("Measured on %s with %s on %s, %d cores. WHMCS: %s. The load was %s before and %s after. "+
		"All numbers are medians of the rounds. A ratio is the median of the ratios of the rounds.",
		r.Date, r.Terraform, r.Machine.System, r.Machine.Cores, r.Host, r.Machine.LoadBefore, r.Machine.LoadAfter)
	if r.Machine.busy() {
		line("\nThe machine was busy with other programs. Targets in seconds are not checked, " +
			"and the seconds below do not describe this provider.")
	}
	for _, command := range []struct{ name, title string }{{"plan", "Plan of products that have not changed"},
		{"apply", "Creation of products"}} {
		rows := r.rows(command.name)
		if len(rows) == 0 {
			continue
		}
		line("\n### %s\n", command.title)
		line("| products | latency | variant | rounds | seconds | from – to | ÷ floor | CPU s | provider's part | peak MiB | reads | writes |")
		line("|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
		for _, row := range rows {
			line("%s", row)
		}
	}
	line("\n### Start until the schema is served\n")
	line("| provider | milliseconds | CPU | schema |\n|---|---:|---:|---:|")
	for _, row := range []struct {
		name   string
		starts []start
	}{{"this one", r.Starts.Provider}, {"one with one resource", r.Starts.Reference}} {
		var took, cpu []float64
		bytes := 0
		for _, s := range row.starts {
			took, cpu, bytes = append(took, s.Seconds), append(cpu, s.CPUSeconds), s.SchemaBytes
		}
		middle, _ := median(took)
		middleCPU, _ := median(cpu)
		line("| %s | %.1f | %.1f | %d bytes |", row.name, middle*1000, middleCPU*1000, bytes)
	}
	line("\n### Targets\n")
	line("| target | limit | measured | |\n|---|---:|---:|---|")
	for _, t := range targets {
		sign := "≤"
		if t.least {
			sign = "≥"
		}
		measured, verdict := "", "not measured"
		if value, ok := t.measure(r); ok {
			measured, verdict = fmt.Sprintf("%.2f%s", value, t.unit), t.verdict(value)
			if r.Machine.busy() && !t.loadIndependent {
				verdict = "not judged: busy machine"
			}
		}
		line("| %s | %s %g%s | %s | %s |", t.what, sign, t.limit, t.unit, measured, verdict)
	}
	return b.String()
}

// rows returns the rows of one command's table, one for each cell.
func (r *result) rows(command string) []string {
	var cells []cell
	for _, s := range r.Samples {
		c := cell{command: s.Command, variant: s.Variant, size: s.Size, latency: s.LatencyMS}
		if s.Command == command && !slices.Contains(cells, c) {
			cells = append(cells, c)
		}
	}
	slices.SortStableFunc(cells, func(a, b cell) int {
		if a.size != b.size {
			return a.size - b.size
		}
		if (a.variant == floor.name) != (b.variant == floor.name) {
			return slices.Index(allVariants, a.variant) - slices.Index(allVariants, b.variant)
		}
		if a.latency != b.latency {
			return int(a.latency - b.latency)
		}
		return slices.Index(allVariants, a.variant) - slices.Index(allVariants, b.variant)
	})
	rows := make([]string, 0, len(cells))
	for _, c := range cells {
		middle := func(figure func(sample) float64) float64 {
			value, _ := r.middle(c, figure)
			return value
		}
		least, most := 0.0, 0.0
		for _, s := range r.samples(c) {
			if least == 0 || s.Seconds < least {
				least = s.Seconds
			}
			most = max(most, s.Seconds)
		}
		took := fmt.Sprintf("%d | %.2f | %.2f – %.2f", len(r.samples(c)), middle(seconds), least, most)
		if c.variant == floor.name {
			rows = append(rows, fmt.Sprintf("| %d | | %s | %s | 1.00 | %.2f | | | | |", c.size, c.variant, took, middle(cpu)))
			continue
		}
		share := ""
		if ratio, ok := r.ratio(c, cell{command: command, variant: floor.name, size: c.size}, dividedSeconds); ok {
			share = fmt.Sprintf("%.2f", ratio)
		}
		rows = append(rows, fmt.Sprintf("| %d | %d ms | %s | %s | %s | %.2f | %.2f | %.0f | %.0f | %.0f |", c.size, c.latency,
			c.variant, took, share, middle(cpu),
			middle(func(s sample) float64 { return s.ProviderCPUSeconds }),
			middle(func(s sample) float64 { return float64(s.ProviderPeakBytes) / (1 << 20) }),
			middle(func(s sample) float64 { return float64(s.Reads) }),
			middle(func(s sample) float64 { return float64(s.Writes) })))
	}
	return rows
}
