package sandbox

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProductGroupLifecycle(t *testing.T) {
	sb := start(t, Options{})
	id, row := create(t, sb, "product_group", object{"name": "Bare metal & more", "disabled_gateways": []string{"stripe", "paypal", "stripe"}})
	assert.Equal(t, object{
		"id": id, "name": "Bare metal & more", "slug": "bare-metal-more", "headline": "", "tagline": "", "order_form_template": "",
		"disabled_gateways": []any{"paypal", "stripe"}, "hidden": false, "order": 2.0,
	}, row)
	assert.Equal(t, row, rowOf(t, sb, "product_group", id))
	assert.Equal(t, "Bare metal &amp; more", sb.WHMCS.Row("tblproductgroups", id)["name"], "stored as the admin area stores it")

	got := update(t, sb, "product_group", id, object{"headline": "", "hidden": false}, object{"headline": "Metal", "hidden": true})
	require.Equal(t, "success", got.Result)
	assert.Equal(t, "Metal", got.Payload["row"].(object)["headline"])
	assert.Equal(t, []any{}, got.Payload["hook_errors"])

	got = write1(t, sb, object{"op": "delete", "kind": "product_group", "id": id, "expect": object{"name": "Bare metal & more"}})
	require.Equal(t, "success", got.Result)
	assert.Equal(t, id, got.Payload["id"])
	assert.Equal(t, 1, sb.WHMCS.Count("product_group"))
	assert.Equal(t, 3, sb.Journal().CountWrites("whmcs"))
	assert.Equal(t, 1, sb.Journal().Count("whmcs", "get", "product_group"))
}

func TestProductGroupRules(t *testing.T) {
	sb := start(t, Options{})
	group := func(values object) answer {
		return write1(t, sb, object{"op": "create", "kind": "product_group", "values": values})
	}
	refused(t, group(object{}), codeInvalid, "name")
	refused(t, group(object{"name": nil}), codeInvalid, "name")
	refused(t, group(object{"name": ""}), codeInvalid, "name")
	refused(t, group(object{"name": "bell\a"}), codeInvalid, "name")
	refused(t, group(object{"name": "A", "hidden": "yes", "order": -1, "colour": "red", "id": "4"}), codeInvalid, "colour,hidden,id,order")
	refused(t, group(object{"name": "A", "order": 1.5}), codeInvalid, "order")
	refused(t, group(object{"name": "A", "disabled_gateways": []string{"a,b"}}), codeInvalid, "disabled_gateways")
	refused(t, group(object{"name": "A", "slug": "Not A Slug"}), codeInvalid, "slug")
	refused(t, group(object{"name": "A", "slug": "legacy-co"}), codeInvalid, "slug")

	got := group(object{"name": "Legacy & Co"})
	refused(t, got, codeExists, "")
	assert.Equal(t, "1", got.Payload["id"])
	assert.Equal(t, object{"name": "Legacy & Co"}, got.Payload["key"])
	assert.Equal(t, "product_group", got.Payload["kind"])
	got = write1(t, sb, object{"op": "create", "kind": "product_group", "values": object{"name": "Legacy & Co"}, "allow_duplicate_name": true})
	require.Equal(t, "success", got.Result)
	assert.Equal(t, "legacy-co-2", got.Payload["row"].(object)["slug"])

	got = write1(t, sb, object{"op": "delete", "kind": "product_group", "id": "1", "expect": object{"name": "Legacy & Co"}})
	refused(t, got, codeInUse, "")
	assert.Equal(t, []any{object{"kind": "products", "count": 1.0}}, got.Payload["references"])
	refused(t, write1(t, sb, object{"op": "delete", "kind": "product_group", "id": "1"}), codeInvalid, "expect.name")
	refused(t, write1(t, sb, object{"op": "delete", "kind": "product_group", "id": "1", "expect": object{"name": "Other"}}), codeConflict, "name")
	got = write1(t, sb, object{"op": "delete", "kind": "product_group", "id": "77", "expect": object{"name": "Other"}})
	refused(t, got, codeNotFound, "")
	assert.Equal(t, "77", got.Payload["id"])
}

func TestConflictNamesEveryField(t *testing.T) {
	sb := start(t, Options{})
	got := update(t, sb, "product_group", "1", object{"headline": "x", "order": 7, "hidden": false, "disabled_gateways": []string{"a"}}, object{"headline": "y"})
	refused(t, got, codeConflict, "disabled_gateways,headline,order")
	assert.Contains(t, got.Payload["fields"], object{"field": "headline", "expected": "x", "actual": ""})
	refused(t, update(t, sb, "product_group", "1", object{"nonsense": 1}, object{}), codeInvalid, "expect.nonsense")
	assert.Empty(t, sb.WHMCS.Row("tblproductgroups", "1")["headline"])
}

func TestMissingColumnsReadNullAndRefuseValues(t *testing.T) {
	sb := start(t, Options{MissingColumns: []string{"tblproductgroups.slug", "tblproducts_slugs", "tblondemandrenewals"}})
	id, row := create(t, sb, "product_group", object{"name": "Old", "slug": nil})
	assert.Nil(t, row["slug"])
	refused(t, update(t, sb, "product_group", id, object{}, object{"slug": "old"}), codeUnsupported, "slug")
	_, row = create(t, sb, "product", object{"product_group_id": id, "name": "P"})
	assert.Nil(t, row["slug"])
	assert.Nil(t, row["on_demand_renewal"])
}
