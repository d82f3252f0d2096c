// Package export writes the configuration of what exists: resources as a person would write them, with references in
// place of ids, and import blocks. It lists and reads the objects through the provider. It knows no object, apart from
// the tables in this package: what refers to what, and what is always written.
package export

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
	ctymsgpack "github.com/zclconf/go-cty/cty/msgpack"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
)

// Options choose what is exported.
type Options struct {
	Out  string   // folder to write
	Only []string // resource types, such as hosting_whmcs_product. Empty means all
	// Except are resource types that are left out.
	Except        []string
	ProductGroups []string // names or ids of product groups. Empty means all
	Hidden        bool     // also products that are hidden, or in a hidden group
	Retired       bool     // also retired products
	WithServices  bool     // also hidden and retired products that have live services
	All           bool     // also write attributes that have the default of a creation
	// Fields makes a price list: one map with these attributes of all products, instead of all objects.
	Fields []string
	// Progress is called before the objects of a type are read.
	Progress func(typeName string)
}

// Summary says what was exported.
type Summary struct {
	Folder string `json:"folder"`
	// Exported is the number of exported objects by resource type, and LeftOut the number of objects that were left out,
	// by reason.
	Exported map[string]int `json:"exported"`
	LeftOut  map[string]int `json:"left_out"`
	// NotManaged is the number of objects of WHMCS that no resource describes. Only a companion that counts them fills it.
	NotManaged map[string]int `json:"not_managed"`
	// Unreadable are the messages about objects that could not be read.
	Unreadable []string `json:"unreadable"`
	// Warnings are what reading the objects warned of. Warnings with the same explanation are one.
	Warnings []Warning `json:"warnings"`
}

// Warning is one explanation, and what it is about.
type Warning struct {
	About  []string `json:"about"`
	Detail string   `json:"detail"`
}

func (s *Summary) warn(diagnostics protocol.Diagnostics) {
	for _, d := range diagnostics {
		i := slices.IndexFunc(s.Warnings, func(w Warning) bool { return w.Detail == d.Detail })
		if i < 0 {
			s.Warnings = append(s.Warnings, Warning{Detail: d.Detail})
			i = len(s.Warnings) - 1
		}
		s.Warnings[i].About = append(s.Warnings[i].About, d.Summary)
	}
}

// Reasons to leave out a product.
const (
	leftOutHidden  = "hidden products"
	leftOutRetired = "retired products"
	leftOutGroup   = "products of other product groups"
)

// leftOutOtherGroups is the reason to leave out a product group.
const leftOutOtherGroups = "product groups that were not chosen"

const (
	productType      = "hosting_whmcs_product"
	productGroupType = "hosting_whmcs_product_group"
)

// object is one object to export.
type object struct {
	typeName, id string
	display      string // what a person recognises
	name         string // in Terraform: hosting_whmcs_product.<name>
	values       cty.Value
	warnings     protocol.Diagnostics // of the read
}

func (o *object) address() string { return o.typeName + "." + o.name }

// text returns a text attribute, and "" for null and for another type.
func (o *object) text(attribute string) string {
	if !o.values.Type().HasAttribute(attribute) {
		return ""
	}
	value := o.values.GetAttr(attribute)
	if value.IsNull() || value.Type() != cty.String {
		return ""
	}
	return value.AsString()
}

func (o *object) flag(attribute string) bool {
	if !o.values.Type().HasAttribute(attribute) {
		return false
	}
	value := o.values.GetAttr(attribute)
	return !value.IsNull() && value.Type() == cty.Bool && value.True()
}

// exporter exports from one configured provider.
type exporter struct {
	client       *protocol.Client
	unconfigured *protocol.Client
	options      Options
	exported     []string // the resource types to export
	types        map[string]cty.Type
	objects      []*object // by type, then in the order of the list
	byID         map[string]*object
	// withServices are the ids of the products with live services. It is empty unless the options need it.
	withServices map[string]bool
	summary      *Summary
}

// Run exports from a configured provider. unconfigured is another provider, whose plans send no requests. systems are
// the systems that are configured: "whmcs", "dcim", "solusvm2".
func Run(
	ctx context.Context, client, unconfigured *protocol.Client, systems []string, options Options,
) (*Summary, error) {
	e := &exporter{
		client: client, unconfigured: unconfigured, options: options, types: map[string]cty.Type{}, byID: map[string]*object{},
		summary: &Summary{
			Folder: options.Out, Exported: map[string]int{}, LeftOut: map[string]int{}, NotManaged: map[string]int{},
			Unreadable: []string{}, Warnings: []Warning{},
		},
	}
	var err error
	if e.exported, err = e.typeNames(systems); err != nil {
		return nil, err
	}
	for _, typeName := range e.readTypes(systems) {
		if err := e.list(ctx, typeName); err != nil {
			return nil, err
		}
	}
	if options.WithServices {
		if err := e.findServices(ctx); err != nil {
			return nil, err
		}
	}
	if slices.ContainsFunc(e.exported, isOfWHMCS) {
		if err := e.readPreflight(ctx); err != nil {
			return nil, err
		}
	}
	if err := e.choose(); err != nil {
		return nil, err
	}
	e.nameObjects()
	e.keep()
	if len(e.objects)+len(e.summary.Unreadable) == 0 {
		return nil, e.nothingError()
	}
	files, err := e.files(ctx)
	if err != nil {
		return nil, err
	}
	if err := write(options.Out, files); err != nil {
		return nil, err
	}
	if n := len(e.summary.Unreadable); n > 0 {
		return e.summary, fmt.Errorf("%d objects could not be read, so they were not exported: %s", n,
			strings.Join(e.summary.Unreadable, "; "))
	}
	return e.summary, nil
}

// onlyIfNamed are resource types that describe what another resource type describes too: hosting_dcim_package_servers
// has the bindings of servers.
var onlyIfNamed = map[string]bool{"hosting_dcim_server_binding": true}

// typeNames returns the resource types to export.
func (e *exporter) typeNames(systems []string) ([]string, error) {
	all := slices.Sorted(maps.Keys(e.client.ListResourceSchemas()))
	if len(e.options.Fields) > 0 {
		switch {
		case len(e.options.Only)+len(e.options.Except) > 0:
			return nil, errors.New("a price list has products only: leave out the choice of resource types, or the fields")
		case !slices.Contains(systems, "whmcs"):
			return nil, errors.New("a price list needs WHMCS: set WHMCS_URL and its credentials")
		}
		return []string{productType}, nil
	}
	for _, named := range slices.Concat(e.options.Only, e.options.Except) {
		if !slices.Contains(all, named) {
			return nil, fmt.Errorf("there is no resource type %q. Resource types: %s", named, strings.Join(all, ", "))
		}
	}
	var chosen []string
	for _, name := range all {
		system := systemOf(name)
		switch {
		case slices.Contains(e.options.Except, name):
		case len(e.options.Only) > 0 && !slices.Contains(e.options.Only, name):
		case len(e.options.Only) == 0 && onlyIfNamed[name]:
		case !slices.Contains(systems, system) && len(e.options.Only) == 0:
		case system == "solusvm2" && isStoredInWHMCS[name] && !slices.Contains(systems, "whmcs"):
		default:
			chosen = append(chosen, name)
		}
	}
	if len(chosen) == 0 {
		return nil, errors.New("nothing to export: set WHMCS_URL, DCIM_URL or SOLUSVM2_URL and the credentials that belong to it")
	}
	return chosen, nil
}

// isStoredInWHMCS are the resource types of SolusVM 2 that live in WHMCS.
var isStoredInWHMCS = map[string]bool{"hosting_solusvm2_billing_settings": true, "hosting_solusvm2_landing_page": true}

// readTypes returns the resource types to read: those to export, and those that the choice of products needs.
func (e *exporter) readTypes(systems []string) []string {
	var needed []string
	switch {
	case len(e.options.ProductGroups) > 0 && len(e.options.Fields) == 0:
		needed = chain
	case slices.Contains(e.exported, productType):
		needed = []string{productGroupType}
	}
	read := slices.Clone(e.exported)
	for _, typeName := range needed {
		if !slices.Contains(read, typeName) && slices.Contains(systems, systemOf(typeName)) {
			read = append(read, typeName)
		}
	}
	return read
}

// systemOf returns the system in the name of a resource type.
func systemOf(typeName string) string {
	system, _, _ := strings.Cut(strings.TrimPrefix(typeName, "hosting_"), "_")
	return system
}

// keep counts the objects of the exported types and collects their warnings. It drops the objects that were only read
// to choose and name others.
func (e *exporter) keep() {
	e.objects = slices.DeleteFunc(e.objects, func(o *object) bool {
		if slices.Contains(e.exported, o.typeName) {
			e.summary.Exported[o.typeName]++
			e.summary.warn(o.warnings)
			return false
		}
		delete(e.byID, o.typeName+" "+o.id)
		return true
	})
}

// nothingError is the error for a choice without objects. It names what the choice left out.
func (e *exporter) nothingError() error {
	text := "there is nothing to export, so nothing was written"
	for _, reason := range slices.Sorted(maps.Keys(e.summary.LeftOut)) {
		text += fmt.Sprintf("\nLeft out: %d %s", e.summary.LeftOut[reason], reason)
	}
	return errors.New(text)
}

// findServices finds the products with live services.
func (e *exporter) findServices(ctx context.Context) error {
	products, err := e.dataSource(ctx, "hosting_whmcs_products", nil, "products")
	if err != nil {
		return fmt.Errorf("count the services of the products: %w", err)
	}
	e.withServices = map[string]bool{}
	for _, product := range products {
		if live := product.GetAttr("live_services"); !live.IsNull() && !live.RawEquals(cty.Zero) {
			e.withServices[product.GetAttr("id").AsString()] = true
		}
	}
	return nil
}

// isOfWHMCS reports whether a resource type is one of WHMCS.
func isOfWHMCS(typeName string) bool { return systemOf(typeName) == "whmcs" }

// countOf is the number of objects of one table in the finding not_managed.
var countOf = regexp.MustCompile(`(\w+) (\d+)`)

// readPreflight counts what no resource describes. If products are exported, it warns if WHMCS changes prices without
// Terraform. The plan is then empty today and changes many prices later.
func (e *exporter) readPreflight(ctx context.Context) error {
	findings, err := e.dataSource(ctx, "hosting_whmcs_preflight", map[string]any{"modules": []any{}}, "findings")
	if err != nil {
		return fmt.Errorf("read the preflight of WHMCS: %w", err)
	}
	for _, finding := range findings {
		detail := finding.GetAttr("detail").AsString()
		switch finding.GetAttr("check").AsString() {
		case "currency_recalculation":
			if slices.Contains(e.exported, productType) && finding.GetAttr("ok").False() {
				e.summary.Warnings = append(e.summary.Warnings, Warning{
					About:  []string{"WHMCS changes prices without Terraform"},
					Detail: detail + ". " + finding.GetAttr("remedy").AsString(),
				})
			}
		case "not_managed":
			counts := map[string]string{}
			for _, match := range countOf.FindAllStringSubmatch(detail, -1) {
				counts[match[1]] = match[2]
			}
			for _, of := range kinds.AllUnmanaged {
				if n, err := strconv.Atoi(counts[of.Table]); err == nil {
					e.summary.NotManaged[of.Objects] = n
				}
			}
		}
	}
	return nil
}

// dataSource reads a data source and returns the elements of one of its lists.
func (e *exporter) dataSource(ctx context.Context, name string, config map[string]any, list string) ([]cty.Value, error) {
	kind := e.client.DataSourceSchemas()[name].ValueType()
	encoded, err := protocol.Encode(kind, config)
	if err != nil {
		return nil, err
	}
	read, diagnostics, err := e.client.ReadDataSource(ctx, name, encoded)
	if err != nil {
		return nil, err
	}
	if diagnostics.HasError() {
		return nil, errors.New(diagnostics.ErrorText())
	}
	ctyKind, err := protocol.CtyType(kind)
	if err != nil {
		return nil, err
	}
	value, err := ctyValue(read, ctyKind)
	if err != nil {
		return nil, err
	}
	return value.GetAttr(list).AsValueSlice(), nil
}

// list reads all objects of a type.
func (e *exporter) list(ctx context.Context, typeName string) error {
	if e.options.Progress != nil {
		e.options.Progress(typeName)
	}
	kind, err := protocol.CtyType(e.client.ResourceSchemas()[typeName].ValueType())
	if err != nil {
		return err
	}
	e.types[typeName] = kind
	listed, diagnostics, err := e.client.List(ctx, typeName, nil, 0, true)
	if err != nil {
		return err
	}
	if diagnostics.HasError() {
		return e.listError(typeName, diagnostics)
	}
	for _, one := range listed {
		if one.Diagnostics.HasError() {
			if one.Identity == nil {
				return e.listError(typeName, one.Diagnostics)
			}
			e.summary.Unreadable = append(e.summary.Unreadable, one.Diagnostics.ErrorText())
			continue
		}
		value, err := ctyValue(one.State, kind)
		if err != nil {
			return fmt.Errorf("%s %q: %w", typeName, one.DisplayName, err)
		}
		found := &object{typeName: typeName, display: one.DisplayName, values: value, warnings: one.Diagnostics}
		found.id = found.text("id")
		e.objects = append(e.objects, found)
		e.byID[typeName+" "+found.id] = found
	}
	return nil
}

// listError is the error for a type whose objects cannot be listed. It names the ways to export the rest.
func (e *exporter) listError(typeName string, diagnostics protocol.Diagnostics) error {
	return fmt.Errorf("list %s: %s\nNothing was written. To export the rest, use --except %s, or unset %s_URL",
		typeName, diagnostics.ErrorText(), typeName, strings.ToUpper(systemOf(typeName)))
}

func ctyValue(encoded *tfprotov6.DynamicValue, kind cty.Type) (cty.Value, error) {
	if encoded == nil {
		return cty.NilVal, errors.New("the provider returned no value")
	}
	return ctymsgpack.Unmarshal(encoded.MsgPack, kind)
}

// choose drops the products and product groups that the options leave out.
func (e *exporter) choose() error {
	groups := map[string]*object{}
	for _, o := range e.objects {
		if o.typeName == productGroupType {
			groups[o.id] = o
		}
	}
	chosen := map[string]bool{}
	for _, wanted := range e.options.ProductGroups {
		found := false
		for _, group := range groups {
			if group.id == wanted || group.display == wanted {
				chosen[group.id], found = true, true
			}
		}
		if !found {
			return fmt.Errorf("there is no product group %q", wanted)
		}
	}
	e.objects = slices.DeleteFunc(e.objects, func(o *object) bool {
		group := groups[o.text("product_group_id")]
		reason := ""
		switch {
		case o.typeName == productGroupType && len(chosen) > 0 && !chosen[o.id]:
			reason = leftOutOtherGroups
		case o.typeName != productType:
		case len(chosen) > 0 && !chosen[o.text("product_group_id")]:
			reason = leftOutGroup
		case e.withServices[o.id]:
		case o.flag("retired") && !e.options.Retired:
			reason = leftOutRetired
		case !e.options.Hidden && (o.flag("hidden") || group != nil && group.flag("hidden")):
			reason = leftOutHidden
		}
		if reason == "" {
			return false
		}
		e.leaveOut(o, reason)
		return true
	})
	if len(chosen) > 0 {
		used := e.usedByProducts()
		e.objects = slices.DeleteFunc(e.objects, func(o *object) bool {
			if used[o] || o.typeName == productGroupType {
				return false
			}
			e.leaveOut(o, fmt.Sprintf("%s that the chosen products do not use", o.typeName))
			return true
		})
	}
	return nil
}

// leaveOut counts an object that is not exported.
func (e *exporter) leaveOut(o *object, reason string) {
	if slices.Contains(e.exported, o.typeName) {
		e.summary.LeftOut[reason]++
	}
	delete(e.byID, o.typeName+" "+o.id)
}

// defaults returns the attributes that a creation gets if the configuration leaves them out, by name. They are what the
// provider plans for a creation with the required attributes of an object.
func (e *exporter) defaults(ctx context.Context, of *object) (map[string]cty.Value, error) {
	schema := e.client.ResourceSchemas()[of.typeName]
	required := map[string]cty.Value{}
	for name, kind := range e.types[of.typeName].AttributeTypes() {
		required[name] = cty.NullVal(kind)
	}
	for _, attribute := range schema.Block.Attributes {
		if attribute.Required {
			required[attribute.Name] = of.values.GetAttr(attribute.Name)
		}
	}
	encoded, err := ctymsgpack.Marshal(cty.ObjectVal(required), e.types[of.typeName])
	if err != nil {
		return nil, err
	}
	change, _, err := e.unconfigured.Plan(ctx, of.typeName, nil, &tfprotov6.DynamicValue{MsgPack: encoded})
	if err != nil || change == nil {
		return nil, err // without the defaults everything is written
	}
	planned, err := ctyValue(change.Planned, e.types[of.typeName])
	if err != nil {
		return nil, err
	}
	defaults := map[string]cty.Value{}
	for name, value := range planned.AsValueMap() {
		if value.IsWhollyKnown() && !value.IsNull() {
			defaults[name] = value
		}
	}
	return defaults, nil
}
