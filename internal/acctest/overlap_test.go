package acctest_test

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// TestOverlap: two Terraforms with states of their own plan another change of the same objects from the same
// beginning, and apply at once. Of each object one change is made and the other refused as a conflict: none is lost,
// none silently overwritten.
func TestOverlap(t *testing.T) {
	const many = 8
	eachObject(t, acctest.Options{}, func(t *testing.T, env *acctest.Env, o kept) {
		sides := [2]*acctest.Protocol{env.Protocol(t), env.Protocol(t)}
		var changes [many][2]*acctest.Planned
		var held [many][2]*acctest.Instance
		value := func(n, side int) string { return fmt.Sprintf("by-%d-of-%d", side, n) }
		for n := range many {
			config := maps.Clone(o.config)
			config["name"] = fmt.Sprintf("Object %d", n)
			held[n][0] = sides[0].Do(t, o.typeName, nil, config)
			other, diagnostics := sides[1].Import(t, o.typeName, map[string]any{"id": id(t, sides[0], held[n][0])})
			require.Empty(t, acctest.Messages(diagnostics))
			held[n][1] = other
			for side, p := range sides {
				changed := maps.Clone(config)
				changed[o.field] = value(n, side)
				change, diagnostics := p.PlanChange(t, o.typeName, held[n][side], changed)
				require.NotNil(t, change, "%v", acctest.Messages(diagnostics))
				changes[n][side] = change
			}
		}

		var failures [many][2][]string
		var all sync.WaitGroup
		for n := range many {
			for side, p := range sides {
				all.Go(func() {
					_, diagnostics := p.Apply(t, changes[n][side])
					failures[n][side] = errorsOf(acctest.Messages(diagnostics))
				})
			}
		}
		all.Wait()

		conflicts := 0
		for n := range many {
			winner := 0
			if len(failures[n][0]) > 0 {
				winner = 1
			}
			require.Empty(t, failures[n][winner], "one of the two has to be made")
			require.Len(t, failures[n][1-winner], 1)
			require.Contains(t, failures[n][1-winner][0], "error at "+o.field+": Unable to update")
			require.Contains(t, failures[n][1-winner][0], "it was changed in WHMCS")
			conflicts++
			row := env.WHMCS.Row(t, o.table, id(t, sides[0], held[n][0]))
			require.True(t, strings.HasPrefix(row[o.column], value(n, winner)), "%q was overwritten with %q", value(n, winner), row[o.column])
		}
		require.Equal(t, many, conflicts)
	})
}
