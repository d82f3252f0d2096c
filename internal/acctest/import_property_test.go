package acctest_test

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest/workspace"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
)

// The tests of this file store unusual values that the columns of WHMCS and the fields of the panels can hold. They
// import the objects with the configuration that Terraform and OpenTofu generate. This configuration must be valid,
// and its plan empty.

// oddTexts are valid UTF-8 that a TEXT column can hold.
var oddTexts = []string{
	"", " ", " leading", "trailing \n", "one\r\ntwo", "a\nb\n", "सड़क", "e\u0301a\u0300", "🚀", `"quoted" \ back`, "${var.x} %{ if }", "&amp;amp;", "&lt;b&gt;&#039;", "a & b <c>",
	`{"a": 1, "b": [true, null]}`, "[ ]", "null", "0", "true", "for", "\u0001\u001f", "\u200b\u00a0", ".", "a,,b, c ,", ".com,.Com,com", "#FFF", "2001:DB8::1", "fill|Name", "Title Case_x.y", "١٢",
	strings.Repeat("ü", 100), strings.Repeat("x", 2000),
}

// oddVarchars are the odd texts that fit into a short column.
func oddVarchars() []string {
	var short []string
	for _, text := range oddTexts {
		if len([]rune(text)) <= 100 {
			short = append(short, text)
		}
	}
	return append(short, "1,MB,MB", "MB")
}

var (
	oddIntegers = []string{"0", "-1", "2147483647", "-2147483648", "4711"}
	oddFlags    = []string{"0", "1", "2", "-1"}
	oddTicks    = []string{"", "on", "off", "1", "0", "yes"}
	oddAmounts  = []string{"0.00", "-5.00", "99999999999999.99", "0.01"}
)

// oddColumns are the values to store in the columns of a table, by column.
type oddColumns map[string][]string

// with adds columns.
func (c oddColumns) with(values []string, columns ...string) oddColumns {
	for _, column := range columns {
		c[column] = values
	}
	return c
}

// oddFields are the columns of the plain fields of a kind.
func oddFields(kind kinds.Kind) oddColumns {
	columns := oddColumns{}
	for _, field := range kind.Fields() {
		switch {
		case field.Column == "":
		case field.Form == kinds.Boolean && field.Ticked:
			columns[field.Column] = oddTicks
		case field.Form == kinds.Boolean:
			columns[field.Column] = oddFlags
		case field.Form == kinds.Integer, field.Form == kinds.Reference, strings.Contains(field.ColumnNote, "id in"):
			columns[field.Column] = oddIntegers
		case field.Form == kinds.Decimal:
			columns[field.Column] = oddAmounts
		case field.Form == kinds.Choice:
			columns[field.Column] = choices(field)
		case field.Length == kinds.TextColumn:
			columns[field.Column] = oddTexts
		default:
			columns[field.Column] = oddVarchars()
		}
	}
	return columns
}

// choices are the stored words of a field, and others. Where all stored words are numbers, the column may be one.
func choices(field kinds.Field) []string {
	stored, numbers := []string{}, true
	for _, word := range field.Words {
		stored = append(stored, word.Column)
		_, err := strconv.Atoi(word.Column)
		numbers = numbers && err == nil
	}
	if numbers {
		return append(stored, oddIntegers...)
	}
	return append(stored, "", "Surprise", " on")
}

// rows are rows that together hold all values. Row n has the value n of each column.
func (c oddColumns) rows(fixed map[string]string) []map[string]string {
	most := 0
	for _, values := range c {
		most = max(most, len(values))
	}
	rows := make([]map[string]string, most)
	for n := range rows {
		rows[n] = map[string]string{}
		for column, values := range c {
			rows[n][column] = values[n%len(values)]
		}
		maps.Copy(rows[n], fixed)
	}
	return rows
}

// importAll imports the objects with these ids: the full test run as both programs do, the short one as one of them.
func importAll(t *testing.T, env *acctest.Env, typeName string, ids []string) {
	t.Helper()
	requireListed(t, env, typeName, ids)
	for n, id := range ids {
		for i, by := range []workspace.Generator{workspace.Terraform, workspace.OpenTofu} {
			if !acctest.Full() && n%2 != i {
				continue
			}
			t.Run(fmt.Sprintf("%d by %s", n, by), func(t *testing.T) {
				acctest.ImportGenerated(t, env, by, typeName+".x", id)
			})
		}
	}
}

// insertAll inserts the rows and returns their ids.
func insertAll(t *testing.T, env *acctest.Env, table string, rows []map[string]string) []string {
	t.Helper()
	ids := make([]string, len(rows))
	for n, row := range rows {
		ids[n] = env.WHMCS.Insert(t, table, row)
	}
	return ids
}

func TestImportGenerated_productGroup(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		importAll(t, env, "hosting_whmcs_product_group", insertAll(t, env, "tblproductgroups", oddFields(kinds.ProductGroup.Kind).rows(nil)))
	})
}

func TestImportGenerated_server(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		columns := oddFields(kinds.Server.Kind)
		for n := 1; n <= 5; n++ {
			name := fmt.Sprintf("nameserver%d", n)
			columns[name], columns[name+"ip"] = oddTexts[n:], oddTexts[2*n:]
		}
		columns["accesshash"] = []string{
			"", "token", `{"username_prefix":"a","hostname_format":"b"}`, `{"username_prefix":"","hostname_format":""}`,
			`{"username_prefix":" x","hostname_format":"<&>","more":1}`, `{"username_prefix":1}`,
		}
		columns["type"] = append([]string{"toplink_dcim", "toplink_dcim", "samplevps"}, oddTexts...)
		columns["password"] = []string{"", env.WHMCS.Encrypt(t, "secret"), "not encrypted"}
		importAll(t, env, "hosting_whmcs_server", insertAll(t, env, "tblservers", columns.rows(nil)))
	})
}

func TestImportGenerated_serverGroup(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		ids := insertAll(t, env, "tblservergroups", oddFields(kinds.ServerGroup.Kind).rows(nil))
		for n, id := range ids {
			env.WHMCS.Insert(t, "tblservergroupsrel", map[string]string{"groupid": id, "serverid": oddIntegers[n%len(oddIntegers)]})
		}
		importAll(t, env, "hosting_whmcs_server_group", ids)
	})
}

func TestImportGenerated_product(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		columns := oddFields(kinds.Product.Kind).with(oddIntegers, "overagesdisklimit", "overagesbwlimit").with(oddFlags, "affiliateonetime").
			with([]string{"", "1,MB,GB", "1,XB,", "1", "on,MB,MB,", "0", "1, ,"}, "overagesenabled").
			with([]string{"0.0000", "99.9999", "-1.5000"}, "overagesdiskprice", "overagesbwprice").
			with([]string{"", "percentage", "fixed", "none", "Surprise"}, "affiliatepaytype").with(oddAmounts, "affiliatepayamount")
		columns["freedomainpaymentterms"] = append([]string{"monthly,annually", "Annually,Free Account", "onetime,semi-annually"}, oddTexts...)
		for n := 1; n <= 24; n++ {
			columns[fmt.Sprintf("configoption%d", n)] = oddTexts[n:]
		}
		ids := insertAll(t, env, "tblproducts", columns.rows(nil))
		for n, id := range ids {
			if n%2 == 0 {
				env.WHMCS.Insert(t, "tblproducts_slugs", map[string]string{"product_id": id, "group_id": "1", "group_slug": "", "slug": oddVarchars()[n%len(oddVarchars())], "active": "1"})
				env.WHMCS.Insert(t, "tblproduct_upgrade_products", map[string]string{"product_id": id, "upgrade_product_id": oddIntegers[n/2%len(oddIntegers)]})
				env.WHMCS.Insert(t, "tblproduct_recommendations", map[string]string{"product_id": id, "sortorder": "-1", "recommended_product_id": oddIntegers[n/2%len(oddIntegers)]})
			}
			if n%3 == 0 {
				renewal := oddColumns{}.with(oddFlags, "enabled").with(oddIntegers, "monthly", "quarterly", "semiannually", "annually", "biennially", "triennially")
				env.WHMCS.Insert(t, "tblondemandrenewals", renewal.rows(map[string]string{"rel_type": "Product", "rel_id": id})[n/3%len(oddIntegers)])
			}
			for _, currency := range []string{"1", "2", "9"}[n%2 : 2+n%2] {
				env.WHMCS.Insert(t, "tblpricing", oddPrices(n, map[string]string{"type": "product", "relid": id, "currency": currency}))
			}
			fields := oddFields(kinds.CustomField.Kind).rows(map[string]string{"type": "product", "relid": id})
			for offset := range 2 {
				env.WHMCS.Insert(t, "tblcustomfields", fields[(n+offset)%len(fields)])
			}
		}
		importAll(t, env, "hosting_whmcs_product", ids)
	})
}

// oddPrices are the odd prices of one row of tblpricing.
func oddPrices(n int, fixed map[string]string) map[string]string {
	amounts := append([]string{"-1.00"}, oddAmounts...)
	row := maps.Clone(fixed)
	for i, cycle := range []string{"monthly", "quarterly", "semiannually", "annually", "biennially", "triennially"} {
		row[cycle], row[cycle[:1]+"setupfee"] = amounts[(n+i)%len(amounts)], amounts[(n+2*i)%len(amounts)]
	}
	return row
}

func TestImportGenerated_productAddon(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		products := oddColumns{}.with([]string{"", "1", ",1,", "1,1", "1, 4711", "x,0", "-3"}, "packages")
		rows := oddFields(kinds.ProductAddon.Kind).rows(nil)
		for n := range rows {
			maps.Copy(rows[n], products.rows(nil)[n%7])
			rows[n]["billingcycle"] = []string{"free", "Free", "onetime", "One Time", "recurring", "Monthly", ""}[n%7]
		}
		ids := insertAll(t, env, "tbladdons", rows)
		for n, id := range ids {
			for _, currency := range []string{"1", "2", "9"}[n%2 : 2+n%2] {
				env.WHMCS.Insert(t, "tblpricing", oddPrices(n, map[string]string{"type": "addon", "relid": id, "currency": currency}))
			}
		}
		importAll(t, env, "hosting_whmcs_product_addon", ids)
	})
}

func TestImportGenerated_configurableOptionGroup(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		ids := insertAll(t, env, "tblproductconfiggroups", oddFields(kinds.ConfigurableOptionGroup.Kind).rows(nil))
		options := oddFields(kinds.ConfigurableOption.Kind)
		subOptions := oddFields(kinds.ConfigurableSubOption.Kind)
		for n, id := range ids {
			env.WHMCS.Insert(t, "tblproductconfiglinks", map[string]string{"gid": id, "pid": oddIntegers[n%len(oddIntegers)]})
			rows := options.rows(map[string]string{"gid": id})
			// Two options of one name, and one with another.
			for _, at := range []int{n, n, n + 1} {
				option := env.WHMCS.Insert(t, "tblproductconfigoptions", rows[at%len(rows)])
				inner := subOptions.rows(map[string]string{"configid": option})
				for _, at := range []int{n, n + 2, n + 2} {
					sub := env.WHMCS.Insert(t, "tblproductconfigoptionssub", inner[at%len(inner)])
					env.WHMCS.Insert(t, "tblpricing", oddPrices(at, map[string]string{"type": "configoptions", "relid": sub, "currency": "1"}))
				}
			}
		}
		importAll(t, env, "hosting_whmcs_configurable_option_group", ids)
	})
}
