package packageservers_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// TestAccPackageServers_order: the order of the ids has no meaning, and the state keeps that of the configuration.
func TestAccPackageServers_order(t *testing.T) {
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		p, id := env.Protocol(t), addPackage(env)
		made := p.Do(t, typeName, nil, config(id, "106", "104", "105"))
		ids := func(i *acctest.Instance) (list []string) {
			for _, element := range acctest.Elements(t, p.State(t, i)["server_ids"]) {
				list = append(list, acctest.Text(t, element))
			}
			return list
		}
		require.Equal(t, []string{"106", "104", "105"}, ids(made))
		require.True(t, p.IsEmpty(t, plan(t, p, made, config(id, "104", "105", "106"))))
		set(env, 0, "104")
		read, diagnostics := p.Read(t, made)
		require.Empty(t, acctest.Messages(diagnostics))
		require.Equal(t, []string{"106", "105"}, ids(read))
		require.Equal(t, []string{"105", "104", "106"}, ids(p.Do(t, typeName, read, config(id, "105", "104", "106"))))
	})
}

// TestAccPackageServers_many: the time of a plan does not grow with the square of the number of servers. With a set,
// 3,000 servers took minutes here.
func TestAccPackageServers_many(t *testing.T) {
	const many = 3000
	options := options
	options.Sandbox.DCIM.ExtraServers = many
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		p, id := env.Protocol(t), addPackage(env)
		ids := extra(0, many)
		set(env, id, ids...)
		start := time.Now()
		made := p.Do(t, typeName, nil, config(id, ids[1:]...))
		read, diagnostics := p.Read(t, made)
		require.Empty(t, acctest.Messages(diagnostics))
		slices.Reverse(ids)
		require.False(t, p.IsEmpty(t, plan(t, p, read, config(id, ids...))))
		require.Less(t, time.Since(start), 30*time.Second)
		t.Log(time.Since(start))
	})
}
