package acctest_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// verdict is what came of a fault in a phase, over all requests of the phase.
type verdict string

const (
	// completes: the phase ends well although the fault lasts.
	completes verdict = "completes"
	// repeats: it ends well when the fault passes, and stops with an error when it lasts.
	repeats verdict = "repeats"
	// stops: it stops with an error, at one of its requests at least, even when the fault passes.
	stops verdict = "stops"
)

// outcomes are those of one resource, by fault and phase.
type outcomes map[string]map[phase]verdict

// tally is what the whole matrix came to.
type tally struct {
	mutex      sync.Mutex
	cells      int // resource × fault × phase
	runs       int // a cell at one of its requests, once or lasting
	byResource map[string]outcomes
}

func (y *tally) add(typeName string, found outcomes, cells, runs int) {
	y.mutex.Lock()
	defer y.mutex.Unlock()
	y.cells, y.runs = y.cells+cells, y.runs+runs
	y.byResource[typeName] = found
}

// TestFaults plays every fault to every resource in every phase of its life, at every request of the phase. In all
// cases, no object is created twice, left without a name in an error, or treated as deleted while it exists. No state
// and no secret is lost. The error names the object and the next step, and the next apply reaches the configuration.
func TestFaults(t *testing.T) {
	t.Parallel()
	y := &tally{byResource: map[string]outcomes{}}
	t.Run("matrix", func(t *testing.T) {
		for i, row := range faultRows(t) {
			t.Run(row.name(), func(t *testing.T) {
				row := faultRows(t)[i] // nothing of it is shared with the others
				acctest.Each(t, faults, func(t *testing.T, env *acctest.Env) {
					b := newFaultBench(t, env, row)
					found, cells := outcomes{}, 0
					for _, fault := range matrixFaults {
						found[fault.name] = map[phase]verdict{}
						for _, ph := range phases {
							if all := b.cells(fault, ph); len(all) > 0 {
								found[fault.name][ph] = b.verdict(all)
								cells++
							}
						}
					}
					b.events(found)
					for _, name := range eventFaults {
						cells += len(found[name])
					}
					y.add(row.name(), found, cells, b.runs)
				})
			})
		}
	})
	if t.Failed() {
		return
	}
	t.Logf("%d cells (resource × fault × phase) in %d runs\n%s", y.cells, y.runs, y.table())
	if len(y.byResource) < len(faultRows(t)) {
		t.Log("-run left out rows of the matrix, so the tables of the guide are not compared")
		return
	}
	y.compareGuide(t)
}

// verdict plays the cells of a fault in a phase.
func (b *faultBench) verdict(all []cell) verdict {
	b.Helper()
	come := completes
	for _, c := range all {
		switch completed := b.play(c); {
		case completed:
		case c.lasting && c.fault.passes && come == completes:
			come = repeats
		case !c.lasting || !c.fault.passes:
			come = stops
		}
	}
	return come
}

// table is what came of it, for reading: resources of which the same came stand together, and so do faults.
func (y *tally) table() string {
	groups := map[string][]string{}
	for _, typeName := range slices.Sorted(maps.Keys(y.byResource)) {
		rows := y.byResource[typeName].rows()
		resource, rest, _ := strings.Cut(typeName, " ")
		groups[rows] = append(groups[rows], strings.TrimSpace("`"+resource+"` "+rest))
	}
	tables := slices.Collect(maps.Keys(groups))
	slices.SortFunc(tables, func(a, b string) int { return strings.Compare(groups[a][0], groups[b][0]) })
	var b strings.Builder
	for _, rows := range tables {
		fmt.Fprintf(&b, "%s:\n\n| fault | plan | create | read | update | delete |\n|---|---|---|---|---|---|\n%s\n", strings.Join(groups[rows], ",\n"), rows)
	}
	return b.String()
}

// rows are the lines of a table.
func (o outcomes) rows() string {
	var order []string
	names := map[string][]string{}
	for _, name := range faultNames() {
		line := ""
		for _, ph := range phases {
			came := o[name][ph]
			if came == "" {
				came = "-"
			}
			line += " " + string(came) + " |"
		}
		if strings.Trim(line, "- |") == "" {
			continue
		}
		if names[line] == nil {
			order = append(order, line)
		}
		names[line] = append(names[line], name)
	}
	var b strings.Builder
	for _, line := range order {
		fmt.Fprintf(&b, "| %s |%s\n", strings.Join(names[line], "<br>"), line)
	}
	return b.String()
}

// faultNames are all faults of the tables.
func faultNames() []string {
	var names []string
	for _, fault := range matrixFaults {
		names = append(names, fault.name)
	}
	return append(names, eventFaults...)
}

// The part of the guide that this test writes.
const (
	faultGuide  = "../../templates/guides/11-failure-behaviour.md"
	tablesBegin = "<!-- written by TestFaults -->\n"
	tablesEnd   = "<!-- end of what TestFaults writes -->\n"
)

var updateGuide = flag.Bool("update-guide", false, "write what came of the faults into templates/guides/11-failure-behaviour.md")

// compareGuide compares the tables of the guide with the outcomes, or with -update-guide writes them there.
func (y *tally) compareGuide(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(faultGuide)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(text), tablesBegin)
	require.True(t, found)
	was, after, found := strings.Cut(rest, tablesEnd)
	require.True(t, found)
	want := fmt.Sprintf("\nTested: %d cells (resource × fault × step).\n\n%s", y.cells, y.table())
	if *updateGuide {
		require.NoError(t, os.WriteFile(faultGuide, []byte(before+tablesBegin+want+tablesEnd+after), 0o644))
		return
	}
	require.Equal(t, want, was, "the guide says otherwise: go test ./internal/acctest -run 'TestFaults$' -update-guide, then make docs")
}
