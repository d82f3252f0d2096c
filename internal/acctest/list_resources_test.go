package acctest_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// requireListed requires that the list of a resource type has the objects with these ids. An object of a list has the
// state and the identity that an import gives it.
func requireListed(t *testing.T, env *acctest.Env, typeName string, ids []string) {
	t.Helper()
	p := env.Protocol(t)
	listed, diagnostics := p.List(t, typeName, nil, 0)
	require.Empty(t, diagnostics.Messages())
	byID := map[string]protocol.Listed{}
	for _, one := range listed {
		require.False(t, one.Diagnostics.HasError(), "%v", one.Diagnostics.Messages())
		byID[p.Identity(t, &one.Instance)["id"]] = one
	}
	for _, id := range ids {
		one, found := byID[id]
		require.True(t, found, "the list has %v, not %s", slices.Collect(maps.Keys(byID)), id)
		imported, diagnostics := p.Import(t, typeName, map[string]any{"id": id})
		require.NotNil(t, imported, "%v", acctest.Messages(diagnostics))
		assert.Equal(t, p.State(t, imported), p.State(t, &one.Instance), "%s %s", typeName, id)
		identity := p.Identity(t, &one.Instance)
		assert.NotEmpty(t, identity["installation"])
		withInstallation, diagnostics := p.Import(t, typeName, map[string]any{"id": id, "installation": identity["installation"]})
		require.NotNil(t, withInstallation, "%v", acctest.Messages(diagnostics))
		assert.Equal(t, p.Identity(t, withInstallation), identity)
	}
}

// TestListResources_kinds: each resource has a list resource. The tests TestImportGenerated_… list each kind.
func TestListResources_kinds(t *testing.T) {
	t.Parallel()
	schemas := acctest.Schemas(t)
	assert.Equal(t, slices.Sorted(maps.Keys(schemas.ResourceSchemas())), slices.Sorted(maps.Keys(schemas.ListResourceSchemas())))
}

// names are the display names of a list.
func names(listed []protocol.Listed) []string {
	var all []string
	for _, one := range listed {
		all = append(all, one.DisplayName)
	}
	return all
}

func TestListResources_filters(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		for _, columns := range []map[string]string{
			{"name": "Dedicated E3", "gid": "1", "servertype": "toplink_dcim", "hidden": "0", "retired": "0"},
			{"name": "Dedicated E5", "gid": "1", "servertype": "", "hidden": "1", "retired": "0"},
			{"name": "VPS", "gid": "77", "servertype": "toplink_dcim", "hidden": "0", "retired": "1"},
		} {
			made := p.Do(t, "hosting_whmcs_product", nil, map[string]any{"product_group_id": "1", "name": columns["name"], "pay_type": "free"})
			for column, value := range columns {
				env.WHMCS.Set(t, "tblproducts", p.Identity(t, made)["id"], column, value)
			}
		}
		only := func(filters map[string]any) []string {
			t.Helper()
			all := map[string]any{"name_regex": "^(Dedicated E|VPS$)"}
			maps.Copy(all, filters)
			listed, diagnostics := env.Protocol(t).List(t, "hosting_whmcs_product", all, 0)
			require.Empty(t, diagnostics.Messages())
			return names(listed)
		}
		assert.Equal(t, []string{"Dedicated E3", "Dedicated E5", "VPS"}, only(nil))
		assert.Equal(t, []string{"Dedicated E5"}, only(map[string]any{"name_regex": "E5$"}))
		assert.Equal(t, []string{"Dedicated E3", "VPS"}, only(map[string]any{"module": "toplink_dcim"}))
		assert.Equal(t, []string{"Dedicated E5"}, only(map[string]any{"module": ""}))
		assert.Equal(t, []string{"VPS"}, only(map[string]any{"product_group_id": "77"}))
		assert.Equal(t, []string{"Dedicated E3", "VPS"}, only(map[string]any{"hidden": false}))
		assert.Equal(t, []string{"VPS"}, only(map[string]any{"retired": true}))
		_, diagnostics := env.Protocol(t).List(t, "hosting_whmcs_product", map[string]any{"name_regex": "("}, 0)
		require.True(t, diagnostics.HasError())
		assert.Contains(t, diagnostics.Messages()[0], "regular expression")
		for typeName, filter := range map[string]string{
			"hosting_whmcs_product": "product_group_id", "hosting_dcim_server_binding": "package_id", "hosting_solusvm2_api_token": "user_id",
		} {
			_, diagnostics := env.Protocol(t).List(t, typeName, map[string]any{filter: "x"}, 0)
			require.Len(t, diagnostics, 1)
			assert.Contains(t, diagnostics.Messages()[0], "must be an id")
		}
	})
}

// TestListResources_many: a list of many objects with their states costs few requests, and stops at its limit.
func TestListResources_many(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "the sandbox counts requests"}, func(t *testing.T, env *acctest.Env) {
		group := env.Sandbox.WHMCS.AddProductGroup("Many")
		for range 1200 {
			env.Sandbox.WHMCS.AddProduct(group, "VPS", "1.00")
		}
		p := env.Protocol(t)
		env.Sandbox.Journal().Reset()
		listed, diagnostics := p.List(t, "hosting_whmcs_product", map[string]any{"product_group_id": group}, 0)
		require.Empty(t, diagnostics.Messages())
		assert.Len(t, listed, 1200)
		assert.LessOrEqual(t, len(env.Sandbox.Journal().Requests()), 6)
		listed, _ = p.List(t, "hosting_whmcs_product", map[string]any{"product_group_id": group}, 7)
		assert.Len(t, listed, 7)
	})
}

// TestListResources_errors: an error is in the stream, where Terraform shows it.
func TestListResources_errors(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "only the sandbox plays faults"}, func(t *testing.T, env *acctest.Env) {
		missing := acctest.NewProtocol(t, "test")
		require.Empty(t, missing.Configure(t, nil).Messages())
		for _, typeName := range []string{"hosting_whmcs_product", "hosting_dcim_package", "hosting_solusvm2_api_token", "hosting_solusvm2_landing_page"} {
			listed, diagnostics := missing.List(t, typeName, nil, 0)
			require.Empty(t, diagnostics.Messages())
			require.Len(t, listed, 1, typeName)
			assert.Contains(t, strings.Join(listed[0].Diagnostics.Messages(), "\n"), "Set", typeName)
		}
		env.Sandbox.AddFault(sandbox.Fault{System: "whmcs", Status: 500, Times: -1})
		listed, _ := env.Protocol(t).List(t, "hosting_whmcs_product", nil, 0)
		require.Len(t, listed, 1)
		assert.True(t, listed[0].Diagnostics.HasError())
	})
}

// TestExamples_lists: the filters of each example are filters of its list resource.
func TestExamples_lists(t *testing.T) {
	acctest.Each(t, faults, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		seen := map[string]bool{}
		for path, text := range exampleFiles(t, "list-resources/*/list-resource.tfquery.hcl") {
			file, diagnostics := hclsyntax.ParseConfig([]byte(text), path, hcl.InitialPos)
			require.False(t, diagnostics.HasErrors(), "%s: %v", path, diagnostics)
			for _, block := range file.Body.(*hclsyntax.Body).Blocks {
				filters := map[string]any{}
				for _, config := range block.Body.Blocks {
					for name, attribute := range config.Body.Attributes {
						value, diagnostics := attribute.Expr.Value(nil)
						require.False(t, diagnostics.HasErrors(), "%s: %v", path, diagnostics)
						if value.Type() == cty.Bool {
							filters[name] = value.True()
							continue
						}
						filters[name] = value.AsString()
					}
				}
				_, found := p.List(t, block.Labels[0], filters, 0)
				require.Empty(t, found.Messages(), path)
				seen[block.Labels[0]] = true
			}
		}
		assert.Len(t, seen, len(acctest.Schemas(t).ListResourceSchemas()))
	})
}
