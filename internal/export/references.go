package export

import (
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
)

// reference is the attribute of another resource that an attribute refers to.
type reference struct{ typeName, attribute string }

// references are the attributes that hold the id, or the name, of another exported object, by resource type and path.
var references = map[string]reference{
	"hosting_whmcs_product.product_group_id":                             {"hosting_whmcs_product_group", "id"},
	"hosting_whmcs_product.server_group_id":                              {"hosting_whmcs_server_group", "id"},
	"hosting_whmcs_product.upgrade_product_ids":                          {"hosting_whmcs_product", "id"},
	"hosting_whmcs_product.recommended_product_ids":                      {"hosting_whmcs_product", "id"},
	"hosting_whmcs_product.toplink_dcim.package":                         {"hosting_dcim_package", "name"},
	"hosting_whmcs_server_group.server_ids":                              {"hosting_whmcs_server", "id"},
	"hosting_whmcs_configurable_option_group.product_ids":                {"hosting_whmcs_product", "id"},
	"hosting_whmcs_product_addon.product_ids":                            {"hosting_whmcs_product", "id"},
	"hosting_dcim_package_servers.package_id":                            {"hosting_dcim_package", "id"},
	"hosting_dcim_server_binding.package_id":                             {"hosting_dcim_package", "id"},
	"hosting_solusvm2_billing_settings.post_pay.new_user_limit_group_id": {"hosting_solusvm2_limit_group", "id"},
}

// chain are the resource types that lead from the choice of products to what these products use.
var chain = []string{productType, productGroupType, "hosting_whmcs_server_group", "hosting_dcim_package"}

// belongsTo are the references by which an object is a part of the object that it refers to. It is exported with it.
var belongsTo = map[string]bool{
	"hosting_whmcs_configurable_option_group.product_ids": true, "hosting_whmcs_product_addon.product_ids": true,
	"hosting_dcim_package_servers.package_id": true, "hosting_dcim_server_binding.package_id": true,
}

// usedByProducts returns the products, what they refer to, and what belongs to any of these.
func (e *exporter) usedByProducts() map[*object]bool {
	used := map[*object]bool{}
	var use func(*object)
	use = func(o *object) {
		if !used[o] {
			used[o] = true
			for path := range references {
				for _, to := range e.targets(o, path) {
					use(to)
				}
			}
		}
	}
	for _, o := range e.objects {
		if o.typeName == productType {
			use(o)
		}
	}
	for _, o := range e.objects {
		for path := range belongsTo {
			if slices.ContainsFunc(e.targets(o, path), func(to *object) bool { return used[to] }) {
				used[o] = true
			}
		}
	}
	return used
}

// targets returns the objects that an object refers to with the attribute at a path of references.
func (e *exporter) targets(from *object, path string) []*object {
	attribute, found := strings.CutPrefix(path, from.typeName+".")
	if !found {
		return nil
	}
	value := from.values
	for step := range strings.SplitSeq(attribute, ".") {
		if value.IsNull() {
			return nil
		}
		value = value.GetAttr(step)
	}
	values := []cty.Value{value}
	if !value.IsNull() && value.CanIterateElements() {
		values = value.AsValueSlice()
	}
	var targets []*object
	for _, one := range values {
		if !one.IsNull() {
			if to, _ := e.target(from, attribute, one.AsString()); to != nil {
				targets = append(targets, to)
			}
		}
	}
	return targets
}

// namesOf are the attributes with ids for which another attribute has the names. Only the names are written, so that a
// person changes one attribute.
var namesOf = map[string]string{"hosting_whmcs_addon_module.admin_role_ids": "admin_role_names"}

// hasNames reports whether the names are written instead of an attribute with ids.
func hasNames(of *object, path string) bool {
	names, found := namesOf[of.typeName+"."+path]
	return found && !of.values.GetAttr(names).IsNull()
}

// always are the attributes that are written even if they have the default of a creation. They decide about sales,
// about money and about the steps after an order.
var always = map[string]bool{
	"hidden": true, "retired": true, "tax": true, "stock_control": true, "auto_setup": true, "module": true, "pay_type": true,
	"prices": true, "setup_fees": true,
}

// kindsOfParts are the kinds of the parts of an object, by resource type and path.
var kindsOfParts = map[string]string{
	"hosting_whmcs_product.custom_fields":                         kinds.CustomField.Kind.Name,
	"hosting_whmcs_configurable_option_group.options":             kinds.ConfigurableOption.Kind.Name,
	"hosting_whmcs_configurable_option_group.options.sub_options": kinds.ConfigurableSubOption.Kind.Name,
}

// isDefault reports whether a new object gets this value if the configuration leaves the attribute out. planned are
// the values that the provider plans for a creation. The field table knows what WHMCS adds, also to the parts of an
// object. Otherwise the default is nothing: an empty text, zero, false or an empty collection.
//
// A part keeps only nothing if the configuration leaves it out. Parts without a table are written in full.
func isDefault(typeName, path string, value cty.Value, planned map[string]cty.Value) bool {
	kindName, attribute := strings.TrimPrefix(typeName, "hosting_whmcs_"), path
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		kindName, attribute = kindsOfParts[typeName+"."+path[:i]], path[i+1:]
	} else if standard, known := planned[path]; known {
		return standard.RawEquals(value)
	}
	for _, kind := range kinds.All() {
		if kind.Name != kindName {
			continue
		}
		for _, field := range kind.Fields() {
			if field.Name == attribute {
				return !field.Computed && isFieldDefault(field, value) && (attribute == path || isNothing(value))
			}
		}
	}
	return attribute == path && isNothing(value)
}

func isFieldDefault(field kinds.Field, value cty.Value) bool {
	switch standard := field.Default.(type) {
	case nil:
		return isNothing(value)
	case bool:
		return value.Type() == cty.Bool && value.RawEquals(cty.BoolVal(standard))
	case int:
		return value.Type() == cty.Number && value.RawEquals(cty.NumberIntVal(int64(standard)))
	case string:
		return value.Type() == cty.String && value.AsString() == standard
	}
	return false
}

// isNothing reports whether a value is an empty text, zero, false or an empty collection.
func isNothing(value cty.Value) bool {
	switch kind := value.Type(); {
	case kind == cty.String:
		return value.AsString() == ""
	case kind == cty.Number:
		return value.RawEquals(cty.Zero)
	case kind == cty.Bool:
		return value.False()
	case kind.IsObjectType():
		return false
	}
	return value.LengthInt() == 0
}

// graph holds the references between objects, so that no circle of references is written.
type graph map[*object]map[*object]bool

// connect adds a reference unless it would close a circle.
func (g graph) connect(from, to *object) bool {
	if from == to || g.reaches(to, from, map[*object]bool{}) {
		return false
	}
	if g[from] == nil {
		g[from] = map[*object]bool{}
	}
	g[from][to] = true
	return true
}

func (g graph) reaches(from, to *object, seen map[*object]bool) bool {
	if from == to {
		return true
	}
	seen[from] = true
	for next := range g[from] {
		if !seen[next] && g.reaches(next, to, seen) {
			return true
		}
	}
	return false
}

// target returns the object that a value at a path refers to, or nil.
func (e *exporter) target(from *object, path, value string) (*object, string) {
	ref, found := references[from.typeName+"."+path]
	if !found || value == "" {
		return nil, ""
	}
	if ref.attribute == "id" {
		return e.byID[ref.typeName+" "+value], ref.attribute
	}
	var only *object
	for _, o := range e.objects {
		if o.typeName == ref.typeName && o.text(ref.attribute) == value {
			if only != nil {
				return nil, "" // two objects have this name
			}
			only = o
		}
	}
	return only, ref.attribute
}
