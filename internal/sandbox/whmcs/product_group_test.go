package whmcs_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/sandboxtest"
)

func TestProductGroupLifecycle(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	id, row := sandboxtest.Create(t, sb, "product_group", object{"name": "Bare metal & more", "disabled_gateways": []string{"stripe", "paypal", "stripe"}})
	assert.Equal(t, object{
		"id": id, "name": "Bare metal & more", "slug": "bare-metal-more", "headline": "", "tagline": "", "order_form_template": "",
		"disabled_gateways": []any{"paypal", "stripe"}, "hidden": false, "order": 2.0,
	}, row)
	assert.Equal(t, row, sandboxtest.GetRow(t, sb, "product_group", id))
	assert.Equal(t, "Bare metal &amp; more", sb.WHMCS.Row("tblproductgroups", id)["name"], "stored as the admin area stores it")

	got := sandboxtest.Update(t, sb, "product_group", id, object{"headline": "", "hidden": false}, object{"headline": "Metal", "hidden": true})
	require.Equal(t, "success", got.Result)
	assert.Equal(t, "Metal", got.Payload["row"].(object)["headline"])
	assert.Equal(t, []any{}, got.Payload["hook_errors"])

	got = sandboxtest.Write(t, sb, object{"op": "delete", "kind": "product_group", "id": id, "expect": object{"name": "Bare metal & more"}})
	require.Equal(t, "success", got.Result)
	assert.Equal(t, id, got.Payload["id"])
	assert.Equal(t, 1, sb.WHMCS.Count("product_group"))
	assert.Equal(t, 3, sb.Journal().CountWrites("whmcs"))
	assert.Equal(t, 1, sb.Journal().Count("whmcs", "get", "product_group"))
}

func TestProductGroupRules(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	group := func(values object) sandboxtest.Response {
		return sandboxtest.Write(t, sb, object{"op": "create", "kind": "product_group", "values": values})
	}
	sandboxtest.RequireError(t, group(object{}), "invalid", "name")
	sandboxtest.RequireError(t, group(object{"name": nil}), "invalid", "name")
	sandboxtest.RequireError(t, group(object{"name": ""}), "invalid", "name")
	sandboxtest.RequireError(t, group(object{"name": "bell\a"}), "invalid", "name")
	sandboxtest.RequireError(t, group(object{"name": "A", "hidden": "yes", "order": -1, "colour": "red", "id": "4"}), "invalid", "colour,hidden,id,order")
	sandboxtest.RequireError(t, group(object{"name": "A", "order": 1.5}), "invalid", "order")
	sandboxtest.RequireError(t, group(object{"name": "A", "disabled_gateways": []string{"a,b"}}), "invalid", "disabled_gateways")
	sandboxtest.RequireError(t, group(object{"name": "A", "slug": "Not A Slug"}), "invalid", "slug")
	sandboxtest.RequireError(t, group(object{"name": "A", "slug": "legacy-co"}), "invalid", "slug")

	got := group(object{"name": "Legacy & Co"})
	sandboxtest.RequireError(t, got, "exists", "")
	assert.Equal(t, "1", got.Payload["id"])
	assert.Equal(t, object{"name": "Legacy & Co"}, got.Payload["key"])
	assert.Equal(t, "product_group", got.Payload["kind"])
	got = sandboxtest.Write(t, sb, object{"op": "create", "kind": "product_group", "values": object{"name": "Legacy & Co"}, "allow_duplicate_name": true})
	require.Equal(t, "success", got.Result)
	assert.Equal(t, "legacy-co-2", got.Payload["row"].(object)["slug"])

	got = sandboxtest.Write(t, sb, object{"op": "delete", "kind": "product_group", "id": "1", "expect": object{"name": "Legacy & Co"}})
	sandboxtest.RequireError(t, got, "in_use", "")
	assert.Equal(t, []any{object{"kind": "products", "count": 1.0}}, got.Payload["references"])
	sandboxtest.RequireError(t, sandboxtest.Write(t, sb, object{"op": "delete", "kind": "product_group", "id": "1"}), "invalid", "expect.name")
	sandboxtest.RequireError(t, sandboxtest.Write(t, sb, object{"op": "delete", "kind": "product_group", "id": "1", "expect": object{"name": "Other"}}), "conflict", "name")
	got = sandboxtest.Write(t, sb, object{"op": "delete", "kind": "product_group", "id": "77", "expect": object{"name": "Other"}})
	sandboxtest.RequireError(t, got, "not_found", "")
	assert.Equal(t, "77", got.Payload["id"])
}

func TestConflictNamesEveryField(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	got := sandboxtest.Update(t, sb, "product_group", "1", object{"headline": "x", "order": 7, "hidden": false, "disabled_gateways": []string{"a"}}, object{"headline": "y"})
	sandboxtest.RequireError(t, got, "conflict", "disabled_gateways,headline,order")
	assert.Contains(t, got.Payload["fields"], object{"field": "headline", "expected": "x", "actual": ""})
	sandboxtest.RequireError(t, sandboxtest.Update(t, sb, "product_group", "1", object{"nonsense": 1}, object{}), "invalid", "expect.nonsense")
	assert.Empty(t, sb.WHMCS.Row("tblproductgroups", "1")["headline"])
}

func TestMissingColumnsReadNullAndRefuseValues(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{MissingColumns: []string{"tblproductgroups.slug", "tblproducts_slugs", "tblondemandrenewals"}})
	id, row := sandboxtest.Create(t, sb, "product_group", object{"name": "Old", "slug": nil})
	assert.Nil(t, row["slug"])
	sandboxtest.RequireError(t, sandboxtest.Update(t, sb, "product_group", id, object{}, object{"slug": "old"}), "unsupported", "slug")
	_, row = sandboxtest.Create(t, sb, "product", object{"product_group_id": id, "name": "P"})
	assert.Nil(t, row["slug"])
	assert.Nil(t, row["on_demand_renewal"])
}
