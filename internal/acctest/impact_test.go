package acctest_test

import (
	"cmp"
	"fmt"
	"math/big"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// database is the database of a WHMCS on the test host.
type database interface {
	Exec(sql string, args ...any) error
	Query(sql string, args ...any) ([]map[string]any, error)
}

// insertMany adds rows of the same columns.
func insertMany(c *contract, table string, rows []map[string]string) {
	c.Helper()
	db, isPHP := c.env.WHMCS.(database)
	if !isPHP {
		for _, row := range rows {
			c.env.WHMCS.Insert(c, table, row)
		}
		return
	}
	columns := []string{}
	for column := range rows[0] {
		columns = append(columns, column)
	}
	slices.Sort(columns)
	for chunk := range slices.Chunk(rows, 100) {
		marks, values := []string{}, []any{}
		for _, row := range chunk {
			marks = append(marks, "("+strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")+")")
			for _, column := range columns {
				values = append(values, row[column])
			}
		}
		require.NoError(c, db.Exec("INSERT INTO "+table+" (`"+strings.Join(columns, "`, `")+"`) VALUES "+strings.Join(marks, ", "), values...))
	}
}

// sold is one generated service with its addon.
type sold struct {
	product, client, currency, stored, cycle, status, amount, promotion, paid, date string
	addonCycle, addonStatus, addonAmount                                            string
}

// storedCycles are the cycles as WHMCS stores them.
var storedCycles = [][2]string{
	{"Monthly", "monthly"}, {"Quarterly", "quarterly"}, {"Semi-Annually", "semiannually"}, {"Annually", "annually"},
	{"Biennially", "biennially"}, {"Triennially", "triennially"},
	{"Free Account", "free"}, {"One Time", "one_time"}, {"One-Time", "one_time"},
}

// sell fills WHMCS with services of the products: three currencies, all cycles and statuses, discounts, overrides and
// addons. The three promotions are of no end, of three payments, and of the first payment only.
func (c *contract) sell(products []string, number int) []sold {
	c.Helper()
	random := rand.New(rand.NewPCG(17, 500))
	code := map[string]string{"1": "USD", "2": "INR", "3": "EUR"}
	clients := []map[string]string{}
	for n := range 60 {
		clients = append(clients, map[string]string{
			"firstname": "Canary-Firstname", "lastname": "Canary-Lastname", "companyname": "Canary-Company",
			"email": fmt.Sprintf("canary%d@customer.example", n), "address1": "Canary-Street 1", "city": "Canary-City",
			"phonenumber": "+1.5550100", "currency": fmt.Sprint(1 + n%3),
		})
	}
	insertMany(c, "tblclients", clients) // ids 2 to 61
	for _, p := range [][2]string{{"1", "0"}, {"1", "3"}, {"0", "3"}} {
		c.env.WHMCS.Insert(c, "tblpromotions", map[string]string{"code": "P", "appliesto": "", "requires": "", "recurring": p[0], "recurfor": p[1]})
	}
	pick := func(weighted ...string) string { return weighted[random.IntN(len(weighted))] }
	money := func() string { return fmt.Sprintf("%d.%02d", random.IntN(400), random.IntN(100)) }
	all, services, addons := []sold{}, []map[string]string{}, []map[string]string{}
	for n := range number {
		client := random.IntN(60)
		cycle := storedCycles[random.IntN(len(storedCycles))]
		s := sold{
			product: pick(products...), client: fmt.Sprint(client + 2), currency: code[fmt.Sprint(1+client%3)],
			stored: cycle[0], cycle: cycle[1],
			status: pick("Active", "Active", "Active", "Suspended", "Pending", "Terminated", "Cancelled", "Fraud", "Completed"),
			amount: money(), promotion: pick("0", "0", "1", "2", "3"), paid: fmt.Sprint(random.IntN(5)),
			date: fmt.Sprintf("20%02d-%02d-%02d", 20+random.IntN(6), 1+random.IntN(12), 1+random.IntN(28)),
		}
		services = append(services, map[string]string{
			"packageid": s.product,
			"userid":    s.client, "regdate": s.date, "domain": "canary.customer.example", "qty": pick("1", "1", "3"),
			"firstpaymentamount": money(), "amount": s.amount, "billingcycle": s.stored, "domainstatus": s.status,
			"promoid": s.promotion, "promocount": s.paid, "overideautosuspend": pick("0", "1"),
		})
		if n%3 == 0 {
			addon := storedCycles[random.IntN(len(storedCycles))]
			s.addonCycle, s.addonStatus, s.addonAmount = addon[1], pick("Active", "Suspended", "Pending", "Terminated"), money()
			addons = append(addons, map[string]string{
				"hostingid": fmt.Sprint(n + 1), "addonid": "0", "name": "Canary-Addon", "qty": "2", "setupfee": money(),
				"recurring": s.addonAmount, "billingcycle": addon[0], "status": s.addonStatus,
			})
		}
		all = append(all, s)
	}
	insertMany(c, "tblhosting", services)
	insertMany(c, "tblhostingaddons", addons)
	return all
}

// totals are counts and sums as text, by the fields that they are grouped by.
type totals map[string]string

// countedByHand counts the generated services of a product.
func countedByHand(all []sold, product string) (counts, revenue, addons totals, newest string) {
	number, ending := map[string]int{}, map[string]int{}
	sums, payers := map[string]*big.Rat{}, map[string]map[string]bool{}
	add := func(key, client, amount string) {
		if sums[key] == nil {
			sums[key], payers[key] = new(big.Rat), map[string]bool{}
		}
		value, _ := new(big.Rat).SetString(amount)
		sums[key].Add(sums[key], value)
		payers[key][client] = true
	}
	recurs := func(cycle, status string) bool {
		return (status == "Active" || status == "Suspended") && cycle != "free" && cycle != "one_time"
	}
	for _, s := range all {
		if s.product != product {
			continue
		}
		newest = max(newest, s.date)
		key := s.currency + " " + s.cycle + " " + s.status
		number[key]++
		if s.promotion == "2" && s.paid < "3" {
			ending[key]++
		}
		if recurs(s.cycle, s.status) {
			add("services "+s.currency+" "+s.cycle, s.client, s.amount)
		}
		if s.addonStatus != "" && recurs(s.addonCycle, s.addonStatus) {
			add("addons "+s.currency+" "+s.addonCycle, s.client, s.addonAmount)
		}
	}
	counts, revenue, addons = totals{}, totals{}, totals{}
	for key := range number {
		counts[key] = fmt.Sprintf("%d services, %d promotions end", number[key], ending[key])
	}
	for key, sum := range sums {
		text := "withheld"
		if len(payers[key]) >= 5 {
			text = sum.FloatString(2)
		}
		of, key, _ := strings.Cut(key, " ")
		if of == "services" {
			revenue[key] = text
		} else {
			addons[key] = text
		}
	}
	return counts, revenue, addons, newest
}

func countsOf(services []whmcs.ServiceCount) totals {
	out := totals{}
	for _, s := range services {
		out[fmt.Sprintf("%s %s %s", *s.Currency, s.Cycle, s.Status)] = fmt.Sprintf("%d services, %d promotions end", s.Count, *s.EndingPromotions)
	}
	return out
}

func sumsOf(revenue []whmcs.Revenue) totals {
	out := totals{}
	for _, r := range revenue {
		text := "withheld"
		if r.Amount != nil {
			text = string(*r.Amount)
		}
		out[*r.Currency+" "+r.Cycle] = text
	}
	return out
}

// TestImpactTotals: over 500 generated services, the totals are those of a count by hand and of an independent query.
func TestImpactTotals(t *testing.T) {
	options := acctest.Options{PHPModes: []acctest.PHPMode{acctest.ModernPHP, acctest.OldPHP}}
	acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		one, two, few := c.priced(inUSD("100.00", "0.00")), c.priced(inUSD("50.00", "0.00")), c.priced(inUSD("1.00", "0.00"))
		c.settings(guarded(func(s *sandbox.SafetySettings) { s.Revenue = true }))
		all := c.sell([]string{one, two, one, two, one, two, one, two, few}, 500)
		client := newWHMCSClient(t, env)
		for _, product := range []string{one, two, few} {
			found, err := client.Impact(t.Context(), product)
			require.NoError(t, err)
			require.NotNil(t, found)
			counts, revenue, addons, newest := countedByHand(all, product)
			assert.Equal(t, counts, countsOf(found.Services))
			assert.Equal(t, revenue, sumsOf(found.Revenue))
			assert.Equal(t, addons, sumsOf(found.AddonRevenue))
			require.NotNil(t, found.NewestServiceDate)
			assert.Equal(t, newest, *found.NewestServiceDate)
			if db, isPHP := env.WHMCS.(database); isPHP {
				assert.Equal(t, queried(t, db, countQuery, product), countsOf(found.Services))
				assert.Equal(t, queried(t, db, revenueQuery, product), sumsOf(found.Revenue))
				assert.Equal(t, queried(t, db, addonQuery, product), sumsOf(found.AddonRevenue))
			}
		}
		counts, revenue, _, _ := countedByHand(all, few)
		require.NotEmpty(t, counts)
		require.Contains(t, strings.Join(values(revenue), " "), "withheld", "a sum over fewer than five clients")
		_, revenue, addons, _ := countedByHand(all, one)
		require.Regexp(t, `\d`, strings.Join(values(revenue), " "))
		require.NotEmpty(t, addons)
	})
}

func values(t totals) []string {
	out := []string{}
	for _, text := range t {
		out = append(out, text)
	}
	return out
}

// The queries count and sum as an administrator would with SQL. Each returns pairs of a key and a text, as totals.
const (
	countQuery = `SELECT CONCAT(u.code, ' ', CASE h.billingcycle WHEN 'Free Account' THEN 'free' WHEN 'One Time' THEN 'one_time'
			WHEN 'One-Time' THEN 'one_time' ELSE LOWER(REPLACE(h.billingcycle, '-', '')) END, ' ', h.domainstatus) AS k,
		CONCAT(COUNT(*), ' services, ', SUM(h.promoid IN (SELECT p.id FROM tblpromotions p
			WHERE p.recurring = 1 AND p.recurfor > h.promocount)), ' promotions end') AS v
		FROM tblhosting h, tblclients c, tblcurrencies u
		WHERE h.userid = c.id AND c.currency = u.id AND h.packageid = ? GROUP BY k`
	revenueQuery = `SELECT CONCAT(u.code, ' ', LOWER(REPLACE(h.billingcycle, '-', ''))) AS k,
		IF(COUNT(DISTINCT c.id) < 5, 'withheld', CAST(SUM(h.amount) AS CHAR)) AS v
		FROM tblhosting h, tblclients c, tblcurrencies u
		WHERE h.userid = c.id AND c.currency = u.id AND h.packageid = ? AND h.domainstatus IN ('Active', 'Suspended')
		AND h.billingcycle NOT IN ('Free Account', 'One Time', 'One-Time') GROUP BY k`
	addonQuery = `SELECT CONCAT(u.code, ' ', LOWER(REPLACE(a.billingcycle, '-', ''))) AS k,
		IF(COUNT(DISTINCT c.id) < 5, 'withheld', CAST(SUM(a.recurring) AS CHAR)) AS v
		FROM tblhostingaddons a, tblhosting h, tblclients c, tblcurrencies u
		WHERE a.hostingid = h.id AND h.userid = c.id AND c.currency = u.id AND h.packageid = ?
		AND a.status IN ('Active', 'Suspended') AND a.billingcycle NOT IN ('Free Account', 'One Time', 'One-Time') GROUP BY k`
)

func queried(t *testing.T, db database, query, product string) totals {
	t.Helper()
	rows, err := db.Query(query, product)
	require.NoError(t, err)
	out := totals{}
	for _, row := range rows {
		out[fmt.Sprint(row["k"])] = fmt.Sprint(row["v"])
	}
	return out
}

func newWHMCSClient(t *testing.T, env *acctest.Env) *whmcs.Client {
	t.Helper()
	client, err := whmcs.New(whmcs.Config{
		URL: env.WHMCS.URL(), Identifier: env.WHMCS.ReadOnlyCredential().Identifier, Secret: env.WHMCS.ReadOnlyCredential().Secret,
	})
	require.NoError(t, err)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return client
}

// TestImpactRules: what the totals leave out.
func TestImpactRules(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		product := c.priced(inUSD("100.00", "0.00"))
		impact := func() object {
			row := c.read(object{"op": "get", "kind": "product", "ids": []string{product}, "with": []string{"impact"}})["rows"].([]any)[0].(object)
			assert.NotContains(c, row, "usage")
			found, _ := row["impact"].(object)
			return found
		}
		empty := object{"services": []any{}, "newest_service_date": nil, "revenue": nil, "addon_revenue": nil}
		assert.Equal(c, empty, impact())
		c.env.WHMCS.AddService(c, product, "0", "Active")
		orphan := c.env.WHMCS.AddService(c, product, "0", "Pending")
		c.env.WHMCS.Set(c, "tblhosting", orphan, "userid", "77")
		c.env.WHMCS.Set(c, "tblhosting", orphan, "billingcycle", "Weekly")
		c.env.WHMCS.Set(c, "tblhosting", orphan, "promocount", "0")
		found := impact()
		assert.Equal(c, []any{
			object{"currency": nil, "cycle": "other", "status": "Pending", "count": 1.0, "ending_promotions": 0.0},
			object{"currency": "USD", "cycle": "monthly", "status": "Active", "count": 1.0, "ending_promotions": 0.0},
		}, found["services"])
		assert.Nil(c, found["revenue"], "the operator does not allow it")
		c.settings(guarded(func(s *sandbox.SafetySettings) { s.Revenue = true }))
		withheld := []any{object{"currency": "USD", "cycle": "monthly", "amount": nil}}
		assert.Equal(c, withheld, impact()["revenue"])
		assert.Equal(c, []any{}, impact()["addon_revenue"])
		for client := range 4 {
			service := c.env.WHMCS.AddService(c, product, "0", "Suspended")
			c.env.WHMCS.Set(c, "tblhosting", service, "userid", fmt.Sprint(100+client))
		}
		// The four clients do not exist, so their currency is not known: they do not add up with the fifth.
		assert.Equal(c, append([]any{object{"currency": nil, "cycle": "monthly", "amount": nil}}, withheld...), impact()["revenue"])
		both := c.read(object{"op": "list", "kind": "product", "filter": object{"id": product}, "with": []string{"usage", "impact"}})["rows"].([]any)[0].(object)
		assert.Contains(c, both, "usage")
		assert.Contains(c, both, "impact")
		for _, request := range []object{
			{"op": "list", "kind": "server", "with": []string{"impact"}}, {"op": "get", "kind": "product", "ids": []string{"1"}, "with": []string{"impacts"}},
		} {
			c.refused(c.tryRead(request), "invalid", "with")
		}
		answer := c.tryRead(object{"op": "list", "kind": "product", "with": []string{"usage", "impact"}})
		assert.NotContains(c, strings.ToLower(answer.Raw), "canary", "data of a client")
		assert.Zero(c, cmp.Compare(answer.Result, "success"))
	})
}

// TestImpactColumns: the totals lack what a missing column would show, and are null without a column that all need.
func TestImpactColumns(t *testing.T) {
	none := func(t *testing.T, found object) { assert.Nil(t, found) }
	for column, check := range map[string]func(t *testing.T, found object){
		"tblhosting.regdate": none, "tblclients.currency": none,
		"tblhosting.amount": func(t *testing.T, found object) {
			assert.Nil(t, found["revenue"])
			assert.Len(t, found["addon_revenue"], 1)
		},
		"tblhostingaddons.recurring": func(t *testing.T, found object) {
			assert.Len(t, found["revenue"], 1)
			assert.Nil(t, found["addon_revenue"])
		},
		"tblpromotions.recurfor": func(t *testing.T, found object) {
			assert.Len(t, found["revenue"], 1)
			assert.Contains(t, found["services"].([]any)[0], "ending_promotions")
			assert.Nil(t, found["services"].([]any)[0].(object)["ending_promotions"])
		},
	} {
		t.Run(column, func(t *testing.T) {
			options := acctest.Options{Sandbox: sandbox.Options{MissingColumns: []string{column}}}
			acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
				c := &contract{T: t, env: env}
				product := c.priced(inUSD("100.00", "0.00"))
				c.settings(guarded(func(s *sandbox.SafetySettings) { s.Revenue = true }))
				service := c.env.WHMCS.AddService(c, product, "0", "Active")
				c.env.WHMCS.Insert(c, "tblhostingaddons", map[string]string{
					"hostingid": service, "addonid": "0", "name": "IP", "setupfee": "0.00", "recurring": "2.00",
					"billingcycle": "Monthly", "status": "Active",
				})
				if db, isPHP := env.WHMCS.(database); isPHP {
					table, name, _ := strings.Cut(column, ".")
					require.NoError(t, db.Exec("ALTER TABLE "+table+" DROP COLUMN `"+name+"`"))
				}
				row := c.read(object{"op": "get", "kind": "product", "ids": []string{product}, "with": []string{"impact"}})["rows"].([]any)[0].(object)
				found, _ := row["impact"].(object)
				check(t, found)
			})
		})
	}
}
