package acctest_test

import (
	"maps"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
)

// fieldPlaces are the kinds of the field table that a resource writes, with the client's type of their rows. Parts
// belong to the kind before them.
var fieldPlaces = []struct {
	kind     kinds.Kind
	typeName string // "" for parts
	row      any
	needs    map[string]any // further attributes of the resource
}{
	{kinds.ProductGroup.Kind, "hosting_whmcs_product_group", whmcs.ProductGroup{}, nil},
	{kinds.Server.Kind, "hosting_whmcs_server", whmcs.Server{}, nil},
	{kinds.ServerGroup.Kind, "hosting_whmcs_server_group", whmcs.ServerGroup{}, nil},
	{kinds.Product.Kind, "hosting_whmcs_product", whmcs.Product{}, map[string]any{
		"manage_quantity": true, "prices": map[string]any{"USD": monthly, "EUR": monthly, "INR": monthly}, "module_options": map[string]any{"Plan": "small", "Disk": "20"},
	}},
	{kinds.CustomField.Kind, "", whmcs.CustomField{}, nil},
	{kinds.ProductAddon.Kind, "hosting_whmcs_product_addon", whmcs.ProductAddon{}, map[string]any{
		"prices": map[string]any{"USD": monthly, "EUR": monthly, "INR": monthly},
	}},
	{kinds.ConfigurableOptionGroup.Kind, "hosting_whmcs_configurable_option_group", whmcs.ConfigurableOptionGroup{}, map[string]any{
		"options": parts(kinds.ConfigurableOption.Kind, map[string]any{"sub_options": parts(kinds.ConfigurableSubOption.Kind, nil)}),
	}},
	{kinds.ConfigurableOption.Kind, "", whmcs.ConfigurableOption{}, nil},
	{kinds.ConfigurableSubOption.Kind, "", whmcs.SubOption{}, nil},
}

var monthly = map[string]any{"monthly": "10.00"}

// attributeNames are the attributes with another name than their field.
var attributeNames = map[string]string{"product.quantity": "initial_quantity"}

func attributeOf(kind kinds.Kind, field kinds.Field) string {
	if name := attributeNames[kind.Name+"."+field.Name]; name != "" {
		return name
	}
	return field.Name
}

// patternSamples are texts of the forms that the field table knows.
var patternSamples = map[string]string{
	kinds.Host:                                    "192.0.2.7",
	kinds.ProductGroup.Slug.Pattern:               "sample-slug",
	kinds.ProductGroup.OrderFormTemplate.Pattern:  "standard_cart",
	kinds.ProductGroup.DisabledGateways.Pattern:   "samplevps", // also the name of a server module
	kinds.Product.Slug.Pattern:                    "sample.slug",
	kinds.Product.Color.Pattern:                   "#a1b2c3",
	kinds.Product.Subdomains.Pattern:              ".example.net",
	kinds.Product.FreeDomainBillingCycles.Pattern: "annually",
}

// sample is a value of a field that is not its default, as the configuration has it.
func sample(field kinds.Field) any {
	switch field.Form {
	case kinds.Boolean:
		return true
	case kinds.Integer:
		return int(field.Minimum) + 3
	case kinds.Decimal:
		return "12.50"
	case kinds.Reference:
		return "1"
	case kinds.Choice:
		if field.Default == kinds.CustomField.Type.Default {
			return "dropdown" // the only type of custom field with options
		}
		for _, word := range field.WordsOf() {
			if word != field.Default && word != "one_time" {
				return word
			}
		}
	case kinds.TextList, kinds.TextSet:
		return []any{sampleText(field)}
	}
	return sampleText(field)
}

func sampleText(field kinds.Field) string {
	switch {
	case strings.HasSuffix(field.Name, "_email"):
		return "Other Product/Service Welcome Email"
	case field.Pattern == kinds.Product.Module.Pattern:
		return "samplevps"
	case field.Name == kinds.Server.Hostname.Name:
		return "sample.example.com"
	case field.Name == kinds.Server.IPAddress.Name, field.Name == kinds.Server.AssignedIPAddresses.Name:
		return "192.0.2.7"
	case field.Name == kinds.CustomField.ValidationRegex.Name:
		return "/^R&D <.*>$/"
	case field.Pattern != "":
		return patternSamples[field.Pattern]
	}
	return "R&D <" + field.Name + ">"
}

// stored is what the column holds of a field's sample.
func stored(field kinds.Field) string {
	switch value := sample(field).(type) {
	case bool:
		if field.Ticked {
			return "on"
		}
		return "1"
	case int:
		return strconv.Itoa(value)
	case []any:
		text, _ := value[0].(string)
		return encoded(field, text)
	case string:
		for _, word := range field.Words {
			if word.Word == value {
				return word.Column
			}
		}
		return encoded(field, value)
	}
	return ""
}

func encoded(field kinds.Field, text string) string {
	if field.Codec != kinds.Plain {
		return text
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

// samples are the samples of all fields of a kind, with further attributes.
func samples(kind kinds.Kind, further map[string]any) map[string]any {
	all := maps.Clone(further)
	if all == nil {
		all = map[string]any{}
	}
	for _, field := range kind.Fields() {
		all[attributeOf(kind, field)] = sample(field)
	}
	return all
}

// parts are one part of a kind, under the key "one".
func parts(kind kinds.Kind, further map[string]any) map[string]any {
	return map[string]any{"one": samples(kind, further)}
}

// TestFieldsInEveryPlace writes every field of the field table through its resource, and reads it back. The failure
// names the field and the place that lacks it: the client's row type, the schema, values() or fill().
func TestFieldsInEveryPlace(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		server := p.Do(t, "hosting_whmcs_server", nil, map[string]any{"name": "S", "module": "samplevps"})
		p.Do(t, "hosting_whmcs_server_group", nil, map[string]any{"name": "G", "server_ids": []any{p.Identity(t, server)["id"]}})
		for _, place := range fieldPlaces {
			t.Run(place.kind.Name, func(t *testing.T) {
				checkRowType(t, place.kind, reflect.TypeOf(place.row))
				if place.typeName == "" {
					return
				}
				schema := p.Resources()[place.typeName]
				for _, field := range place.kind.Fields() {
					require.True(t, hasAttribute(schema, attributeOf(place.kind, field)), "the schema of %s lacks the field %s", place.typeName, field.Name)
				}
				made := p.Do(t, place.typeName, nil, samples(place.kind, place.needs))
				id := p.Identity(t, made)["id"]
				read, diagnostics := p.Import(t, place.typeName, map[string]any{"id": id})
				require.Empty(t, acctest.Messages(diagnostics))
				checkFields(t, env, place.kind, id, p.State(t, made), p.State(t, read))
			})
		}
	})
}

// TestCustomFieldsInEveryPlace does the same with custom fields, which a product with multiple quantities cannot have.
func TestCustomFieldsInEveryPlace(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		made := p.Do(t, "hosting_whmcs_product", nil, map[string]any{
			"name": "P", "product_group_id": "1", "pay_type": "free", "custom_fields": parts(kinds.CustomField.Kind, nil),
		})
		var all, attributes map[string]tftypes.Value
		require.NoError(t, p.State(t, made)["custom_fields"].As(&all))
		require.NoError(t, all["one"].As(&attributes))
		checkFields(t, env, kinds.CustomField.Kind, acctest.Text(t, attributes["id"]), attributes, nil)
	})
}

// checkRowType compares the client's row type with the fields of a kind.
func checkRowType(t *testing.T, kind kinds.Kind, row reflect.Type) {
	t.Helper()
	members := map[string]reflect.Type{}
	for i := range row.NumField() {
		members[row.Field(i).Tag.Get("json")] = row.Field(i).Type
	}
	for _, field := range kind.Fields() {
		member, found := members[field.Name]
		if !assert.True(t, found, "internal/client/whmcs/rows.go: %s lacks the field %s", row.Name(), field.Name) {
			continue
		}
		if field.Since != "" || field.Nullable {
			assert.Equal(t, reflect.Pointer, member.Kind(), "internal/client/whmcs/rows.go: %s of %s must be a pointer, because it can be null", field.Name, row.Name())
		}
	}
}

// checkFields looks for the samples in the database and in the state, and does the same with the parts of the object.
func checkFields(t *testing.T, env *acctest.Env, kind kinds.Kind, id string, made, read map[string]tftypes.Value) {
	t.Helper()
	row := env.WHMCS.Row(t, kind.Table, id)
	for _, field := range kind.Fields() {
		name := attributeOf(kind, field)
		if field.Column != "" && !field.OwnCode {
			if !assert.Equal(t, stored(field), row[field.Column], "values() does not send the field %s of %s: column %s of %s", field.Name, kind.Name, field.Column, kind.Table) {
				continue
			}
		}
		want, err := protocol.Value(made[name].Type(), sample(field))
		require.NoError(t, err)
		assert.True(t, want.Equal(made[name]), "values() or fill() changes the field %s of %s: %s", field.Name, kind.Name, made[name])
		if read != nil {
			assert.True(t, want.Equal(read[name]), "fill() does not set the attribute %s of %s: %s", name, kind.Name, read[name])
		}
	}
	for attribute, part := range map[string]kinds.Kind{
		"options": kinds.ConfigurableOption.Kind, "sub_options": kinds.ConfigurableSubOption.Kind,
	} {
		var all, attributes map[string]tftypes.Value
		if value, has := made[attribute]; has && value.Type().Is(tftypes.Map{}) {
			require.NoError(t, value.As(&all))
			require.NoError(t, all["one"].As(&attributes))
			checkFields(t, env, part, acctest.Text(t, attributes["id"]), attributes, nil)
		}
	}
}

func hasAttribute(schema *tfprotov6.Schema, name string) bool {
	for _, attribute := range schema.Block.Attributes {
		if attribute.Name == name {
			return true
		}
	}
	return false
}

// TestStoredValuesOfAnyFormStay: WHMCS can hold values that a new value must not have. An import reads them, and a
// configuration with the same values plans no change.
func TestStoredValuesOfAnyFormStay(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		made := p.Do(t, "hosting_whmcs_product", nil, map[string]any{"name": "P", "product_group_id": "1", "pay_type": "free"})
		id := p.Identity(t, made)["id"]
		for column, value := range map[string]string{
			"allowqty": "2", "freedomaintlds": "com", "freedomainpaymentterms": "Annually", "color": "red", "order": "-1", "subdomain": "example.net",
			"servertype": "old.module",
		} {
			env.WHMCS.Set(t, "tblproducts", id, column, value)
		}
		imported, diagnostics := p.Import(t, "hosting_whmcs_product", map[string]any{"id": id})
		require.Empty(t, acctest.Messages(diagnostics))
		config := map[string]any{
			"name": "P", "product_group_id": "1", "pay_type": "free", "allow_multiple_quantities": "2", "free_domain_tlds": []any{"com"},
			"free_domain_billing_cycles": []any{"Annually"}, "color": "red", "order": -1, "subdomains": []any{"example.net"}, "module": "old.module",
		}
		change, diagnostics := env.Protocol(t).PlanChange(t, "hosting_whmcs_product", imported, config)
		require.Empty(t, acctest.Messages(diagnostics))
		require.True(t, p.IsEmpty(t, change))

		config["color"] = "blue"
		_, diagnostics = env.Protocol(t).PlanChange(t, "hosting_whmcs_product", imported, config)
		require.Len(t, acctest.Messages(diagnostics), 1)
		require.Contains(t, acctest.Messages(diagnostics)[0], "error at color: ")
	})
}
