package acctest_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest/workspace"
	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// TestConverge_randomChanges makes random sequences of changes to a small estate. Each set of changes is done by one
// apply, or by two if the first error says "apply again". Then the plan is empty. The seed names the sequence.
//
// Two changes are left out, because no provider can make them in one apply. Two slugs that are swapped need a
// temporary value. A group that products leave cannot be removed in the same run, because Terraform deletes it first.
// The messages of both have tests of their own.
func TestConverge_randomChanges(t *testing.T) {
	sequences := 30
	if acctest.Full() {
		sequences = 300
	}
	for seed := range sequences {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			if seed%10 == 0 {
				acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) { converge(t, env, seed) })
				return
			}
			acctest.Each(t, acctest.Options{SandboxOnly: "other seeds also run on PHP"}, func(t *testing.T, env *acctest.Env) { converge(t, env, seed) })
		})
	}
}

// converge plays the sequence of one seed. Every third sequence processes one object at a time.
func converge(t *testing.T, env *acctest.Env, seed int) {
	settings := map[string]any{}
	for system, values := range env.Settings() {
		settings[system] = values
	}
	w := &workspace.Workspace{Provider: settings, Start: func(context.Context) (*protocol.Client, error) {
		return acctest.Started(t, "test"), nil
	}}
	if seed%3 == 0 {
		w.Parallelism = 1
	}
	e := newEstate(uint64(seed))
	for step := range 4 {
		var done []string
		if step > 0 {
			done = append(e.change(), e.changeElsewhere(t, env, w.State())...)
		}
		hcl := e.config()
		require.NoError(t, w.Load(t.Context(), map[string]string{"main.tf": hcl}))
		_, err := w.Do(t.Context(), workspace.Options{})
		if err != nil && strings.Contains(err.Error(), "apply again") {
			done = append(done, "first apply: "+err.Error())
			_, err = w.Do(t.Context(), workspace.Options{})
		}
		require.NoError(t, err, "step %d: %s\n%s", step, strings.Join(done, "; "), hcl)
		plan, err := w.Plan(t.Context(), workspace.Options{})
		require.NoError(t, err)
		require.True(t, plan.IsEmpty(), "step %d: the plan after the apply is not empty: %s\n%s", step, strings.Join(done, "; "), hcl)
	}
	_, err := w.Do(t.Context(), workspace.Options{Destroy: true})
	require.NoError(t, err, "destroy")
}

// estate is the configuration that changes, by the keys of for_each.
type estate struct {
	random       *rand.Rand
	groups       map[string]string // names
	products     map[string]estateProduct
	servers      map[string]string   // names
	serverGroups map[string][]string // keys of servers
	packages     map[string][]string // ids of DCIM servers
	options      map[string][]string // keys of sub-options, by the key of the option
	names        map[string]string   // of options and sub-options
	offered      []string            // keys of the products that offer the options
}

type estateProduct struct {
	group, name, slug, price, description string
	upgrades                              []string // keys of products
}

func newEstate(seed uint64) *estate {
	e := &estate{
		random:       rand.New(rand.NewPCG(seed, 1)),
		groups:       map[string]string{"g1": "Dedicated", "g2": "Virtual"},
		products:     map[string]estateProduct{},
		servers:      map[string]string{"s1": "North", "s2": "South"},
		serverGroups: map[string][]string{"first": {"s1"}, "second": {"s2"}},
		packages:     map[string][]string{"small": {"104"}, "large": {"105", "106"}},
		options:      map[string][]string{"ram": {"r1", "r2"}, "disk": {"d1"}},
		names:        map[string]string{"ram": "Memory", "disk": "Disk", "r1": "32 GB", "r2": "64 GB", "d1": "1 TB"},
		offered:      []string{"p1"},
	}
	for i, key := range []string{"p1", "p2", "p3"} {
		e.products[key] = estateProduct{group: "g1", name: fmt.Sprint("Product ", i), slug: "slug-" + key, price: "10.00"}
	}
	return e
}

// one returns a random key.
func one[V any](e *estate, m map[string]V) string {
	all := slices.Sorted(maps.Keys(m))
	return all[e.random.IntN(len(all))]
}

// change changes the configuration in one to three ways, and says how.
func (e *estate) change() []string {
	ways := []func() string{
		e.renameProduct, e.swapProductNames, e.moveProduct, e.dropProduct, e.addProduct, e.reprice, e.upgrade,
		e.renameGroups, e.addOrDropGroup, e.renameServers, e.moveServer, e.addOrDropServer, e.movePackageServer,
		e.changeOptions, e.offer, e.slug,
	}
	var done []string
	for range 1 + e.random.IntN(3) {
		done = append(done, ways[e.random.IntN(len(ways))]())
	}
	return done
}

func (e *estate) renameProduct() string {
	key := one(e, e.products)
	p := e.products[key]
	p.name = fmt.Sprint("Renamed ", e.random.IntN(1000))
	p.description = []string{"", "one line", "two\nlines", "Speicher für Jäger", "राजधानी"}[e.random.IntN(5)]
	e.products[key] = p
	return "rename " + key
}

func (e *estate) swapProductNames() string {
	a, b := one(e, e.products), one(e, e.products)
	pa, pb := e.products[a], e.products[b]
	pa.name, pb.name = pb.name, pa.name
	e.products[a], e.products[b] = pa, pb
	if a == b {
		e.products[a] = pa
	}
	return "swap the names of " + a + " and " + b
}

func (e *estate) moveProduct() string {
	key := one(e, e.products)
	p := e.products[key]
	p.group = one(e, e.groups)
	e.products[key] = p
	return "move " + key + " to " + p.group
}

func (e *estate) dropProduct() string {
	if len(e.products) < 2 {
		return "drop no product"
	}
	key := one(e, e.products)
	delete(e.products, key)
	for other, p := range e.products {
		p.upgrades = slices.DeleteFunc(slices.Clone(p.upgrades), func(k string) bool { return k == key })
		e.products[other] = p
	}
	e.offered = slices.DeleteFunc(e.offered, func(k string) bool { return k == key })
	return "drop " + key
}

func (e *estate) addProduct() string {
	key := fmt.Sprint("p", 1+e.random.IntN(6))
	if _, there := e.products[key]; !there {
		e.products[key] = estateProduct{group: one(e, e.groups), name: fmt.Sprint("Product ", e.random.IntN(4), key), price: "20.00"}
	}
	return "add " + key
}

func (e *estate) reprice() string {
	key := one(e, e.products)
	p := e.products[key]
	p.price = []string{"", "1.00", "10.00", "99.99"}[e.random.IntN(4)]
	e.products[key] = p
	return "reprice " + key
}

func (e *estate) slug() string {
	key := one(e, e.products)
	p := e.products[key]
	p.slug = fmt.Sprint("fresh-", e.random.IntN(1_000_000))
	e.products[key] = p
	return "new slug of " + key
}

func (e *estate) upgrade() string {
	key := one(e, e.products)
	p := e.products[key]
	p.upgrades = nil
	for other := range e.products {
		if other < key && e.random.IntN(2) == 0 {
			p.upgrades = append(p.upgrades, other)
		}
	}
	slices.Sort(p.upgrades)
	e.products[key] = p
	return "upgrades of " + key
}

func (e *estate) renameGroups() string {
	if e.random.IntN(2) == 0 {
		a, b := one(e, e.groups), one(e, e.groups)
		e.groups[a], e.groups[b] = e.groups[b], e.groups[a]
		return "swap the names of " + a + " and " + b
	}
	key := one(e, e.groups)
	e.groups[key] = fmt.Sprint("Group ", e.random.IntN(1000))
	return "rename " + key
}

func (e *estate) addOrDropGroup() string {
	if _, there := e.groups["g3"]; !there {
		e.groups["g3"] = "Third"
		return "add g3"
	}
	for _, p := range e.products {
		if p.group == "g3" {
			return "keep g3"
		}
	}
	// A product may have left the group in this very step.
	return "keep the empty g3"
}

func (e *estate) renameServers() string {
	a, b := one(e, e.servers), one(e, e.servers)
	e.servers[a], e.servers[b] = e.servers[b], e.servers[a]
	return "swap the names of " + a + " and " + b
}

func (e *estate) moveServer() string {
	key := one(e, e.servers)
	for group, members := range e.serverGroups {
		e.serverGroups[group] = slices.DeleteFunc(slices.Clone(members), func(k string) bool { return k == key })
	}
	to := one(e, e.serverGroups)
	e.serverGroups[to] = append(e.serverGroups[to], key)
	return "move " + key + " to the server group " + to
}

func (e *estate) addOrDropServer() string {
	if _, there := e.servers["s3"]; !there {
		e.servers["s3"] = "West"
		e.serverGroups["first"] = append(e.serverGroups["first"], "s3")
		return "add s3"
	}
	delete(e.servers, "s3")
	for group, members := range e.serverGroups {
		e.serverGroups[group] = slices.DeleteFunc(slices.Clone(members), func(k string) bool { return k == "s3" })
	}
	return "drop s3"
}

func (e *estate) movePackageServer() string {
	id := fmt.Sprint(104 + e.random.IntN(3))
	for _, members := range e.packages {
		if slices.Equal(members, []string{id}) {
			return "keep the last server of a package" // hosting_dcim_package_servers has at least one
		}
	}
	for key, members := range e.packages {
		e.packages[key] = slices.DeleteFunc(slices.Clone(members), func(k string) bool { return k == id })
	}
	to := one(e, e.packages)
	e.packages[to] = append(e.packages[to], id)
	return "move the DCIM server " + id + " to " + to
}

func (e *estate) changeOptions() string {
	key := one(e, e.options)
	switch e.random.IntN(4) {
	case 0:
		e.names[key] += "+"
		return "rename the option " + key
	case 1:
		e.options[key] = append(slices.Clone(e.options[key]), fmt.Sprint("n", e.random.IntN(1000)))
		slices.Sort(e.options[key])
		e.options[key] = slices.Compact(e.options[key])
		return "add a sub-option to " + key
	case 2:
		if len(e.options[key]) > 1 {
			e.options[key] = e.options[key][1:]
		}
		return "drop a sub-option of " + key
	}
	if subs := e.options[key]; len(subs) > 1 {
		a, b := subs[0], subs[1]
		e.names[a], e.names[b] = e.name(b), e.name(a)
	}
	return "swap the names of sub-options of " + key
}

func (e *estate) offer() string {
	e.offered = nil
	for _, key := range slices.Sorted(maps.Keys(e.products)) {
		if e.random.IntN(2) == 0 {
			e.offered = append(e.offered, key)
		}
	}
	return "offer the options with " + strings.Join(e.offered, ", ")
}

// changeElsewhere changes one object in WHMCS or in the DCIM, as a person would.
func (e *estate) changeElsewhere(t *testing.T, env *acctest.Env, state []workspace.Object) []string {
	o := state[e.random.IntN(len(state))]
	number := ""
	if o.Value.Type().HasAttribute("id") {
		number = o.Value.GetAttr("id").AsString()
	}
	switch o.TypeName {
	case "hosting_whmcs_product":
		switch e.random.IntN(5) {
		case 0:
			env.WHMCS.Set(t, "tblproducts", number, "name", "Changed by hand")
		case 1:
			env.WHMCS.Set(t, "tblproducts", number, "description", "two\r\nlines")
		case 2:
			env.WHMCS.Set(t, "tblproducts", number, "paytype", "free")
		case 3:
			env.WHMCS.SetPrice(t, number, "USD", "monthly", "77.00")
		case 4:
			env.WHMCS.Delete(t, "tblproducts", number)
		}
	case "hosting_whmcs_product_group":
		env.WHMCS.Set(t, "tblproductgroups", number, "name", "Ja\u0308ger")
	case "hosting_whmcs_server":
		env.WHMCS.Set(t, "tblservers", number, "maxaccounts", "7")
	case "hosting_whmcs_server_group":
		env.WHMCS.Delete(t, "tblservergroups", number)
	case "hosting_whmcs_configurable_option_group":
		env.WHMCS.Set(t, "tblproductconfiggroups", number, "description", "by hand")
	case "hosting_dcim_package_servers":
		env.Sandbox.DCIM.Mutate(func(s *sandbox.DCIMState) {
			for i := range s.Servers {
				if s.Servers[i].ID == 105 {
					s.Servers[i].PackageID = 0
				}
			}
		})
	}
	return []string{"change " + o.Address + " elsewhere"}
}

func (e *estate) name(key string) string {
	if name, named := e.names[key]; named {
		return name
	}
	return "Choice " + key
}

// config is the configuration in HCL.
func (e *estate) config() string {
	var b strings.Builder
	entries := func(header string, keys []string, entry func(key string) string) {
		b.WriteString(header + " = {\n")
		for _, key := range keys {
			fmt.Fprintf(&b, "    %s = %s\n", key, entry(key))
		}
		b.WriteString("  }\n")
	}
	quoted := func(words []string, format string) string {
		var out []string
		for _, word := range words {
			out = append(out, fmt.Sprintf(format, word))
		}
		return "[" + strings.Join(out, ", ") + "]"
	}
	b.WriteString("resource \"hosting_whmcs_product_group\" \"g\" {\n")
	entries("  for_each", slices.Sorted(maps.Keys(e.groups)), func(key string) string { return fmt.Sprintf("%q", e.groups[key]) })
	b.WriteString("  name = each.value\n}\n")
	for _, key := range slices.Sorted(maps.Keys(e.products)) {
		p := e.products[key]
		fmt.Fprintf(&b, "resource \"hosting_whmcs_product\" %q {\n  product_group_id = hosting_whmcs_product_group.g[%q].id\n  name = %q\n  pay_type = \"recurring\"\n", key, p.group, p.name)
		if p.slug != "" {
			fmt.Fprintf(&b, "  slug = %q\n", p.slug)
		}
		if p.price != "" {
			fmt.Fprintf(&b, "  prices = { USD = { monthly = %q } }\n", p.price)
		} else {
			b.WriteString("  prices = { USD = {} }\n")
		}
		fmt.Fprintf(&b, "  description = %q\n  upgrade_product_ids = %s\n}\n", p.description, quoted(p.upgrades, "hosting_whmcs_product.%s.id"))
	}
	b.WriteString("resource \"hosting_whmcs_server\" \"s\" {\n")
	entries("  for_each", slices.Sorted(maps.Keys(e.servers)), func(key string) string { return fmt.Sprintf("%q", e.servers[key]) })
	b.WriteString("  name = each.value\n  module = \"samplevps\"\n  max_accounts = 100\n}\n")
	b.WriteString("resource \"hosting_whmcs_server_group\" \"sg\" {\n")
	entries("  for_each", slices.Sorted(maps.Keys(e.serverGroups)), func(key string) string { return quoted(e.serverGroups[key], "%q") })
	b.WriteString("  name = each.key\n  server_ids = [for s in each.value : hosting_whmcs_server.s[s].id]\n}\n")
	b.WriteString("resource \"hosting_dcim_package\" \"d\" {\n")
	entries("  for_each", slices.Sorted(maps.Keys(e.packages)), func(string) string { return "true" })
	b.WriteString("  name = each.key\n}\nresource \"hosting_dcim_package_servers\" \"d\" {\n")
	entries("  for_each", slices.Sorted(maps.Keys(e.packages)), func(key string) string { return quoted(e.packages[key], "%q") })
	b.WriteString("  package_id = hosting_dcim_package.d[each.key].id\n  server_ids = each.value\n}\n")
	b.WriteString("resource \"hosting_whmcs_configurable_option_group\" \"o\" {\n  name = \"Options\"\n  description = \"\"\n")
	fmt.Fprintf(&b, "  product_ids = %s\n", quoted(e.offered, "hosting_whmcs_product.%s.id"))
	entries("  options", slices.Sorted(maps.Keys(e.options)), func(key string) string {
		var subs []string
		for _, sub := range e.options[key] {
			subs = append(subs, fmt.Sprintf("%s = { name = %q }", sub, e.name(sub)))
		}
		return fmt.Sprintf("{ name = %q, sub_options = { %s } }", e.name(key), strings.Join(subs, ", "))
	})
	b.WriteString("}\n")
	return b.String()
}
