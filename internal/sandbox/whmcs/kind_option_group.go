package whmcs

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

var optionGroupKind = declared(kinds.ConfigurableOptionGroup.Kind, kind{
	fields: []field{
		linkedProductsField,
		{
			name: "options", parse: optionParts.parse, initial: map[string]any{}, differs: optionParts.differences,
			read:  func(t *tx, id int64, _ Row) any { return optionParts.read(t, id) },
			write: func(w *write, _ Row, v any) { optionParts.store(w.t, w.id, cast[map[string]any](v)) },
		},
	},
	check:         checkOptionGroup,
	checkRemovals: checkLostChoices,
	affects:       func(w *write, _ bool) []affected { return w.changedIDs("product_ids", kinds.Product.Kind.Name) },
	usage: func(t *tx, id int64, _ Row) map[string]any {
		return map[string]any{"products": len(t.idsBy("tblproductconfiglinks", "gid", text(id))), "choices": groupChoices(t, id)}
	},
	uses: func(t *tx, id int64) []use { return []use{{"choices", groupChoices(t, id)}} },
	cleanup: func(t *tx, id int64) {
		removeWhere(t, "tblproductconfiglinks", "gid", id)
		optionParts.removeAll(t, id)
	},
	extras: func(w *write) map[string]any {
		given, _ := w.values["options"].(map[string]any)
		if given == nil {
			return nil
		}
		return map[string]any{"option_ids": optionParts.ids(given)}
	},
})

// linkedProductsField are the products that offer the group's options.
var linkedProductsField = field{
	name: "product_ids", many: true, parse: setOf("ids", reference, "an id"), leaveWith: "tblproducts",
	read: func(t *tx, id int64, _ Row) any {
		return sortedSet(columnOf(t, "tblproductconfiglinks", t.idsBy("tblproductconfiglinks", "gid", text(id)), "pid"))
	},
	write: func(w *write, _ Row, v any) {
		removeWhere(w.t, "tblproductconfiglinks", "gid", w.id)
		for _, product := range texts(v) {
			w.t.insert("tblproductconfiglinks", Row{"gid": text(w.id), "pid": product})
		}
	},
}

// parts are the rows of a table that belong to another row. Each has its own id and fields. A request names them by
// keys that the caller chooses.
type parts struct {
	table, owner string
	fields       []field
	// fixedColumns are the column values of these rows, if the table also contains other rows.
	fixedColumns Row
	// matchesExisting reports whether an existing part, which other code made, is the new part. It is nil if other
	// code makes no parts.
	matchesExisting func(part, there map[string]any) bool
	// checkPart checks values that depend on the stored part. It may be nil. stored is nil for a new part.
	checkPart func(w *write, path string, part map[string]any, stored Row)
	// inner are the parts of a part, in the field innerName. It is nil if there are none.
	inner     *parts
	innerName string
	// cleanup deletes a part's own rows in other tables.
	cleanup func(t *tx, id int64)
}

var optionParts = &parts{
	table: kinds.ConfigurableOption.Table, owner: "gid", inner: subOptionParts, innerName: "sub_options",
	fields: tableFields(kinds.ConfigurableOption.Kind),
}

var subOptionParts = &parts{
	table: kinds.ConfigurableSubOption.Table, owner: "configid",
	fields: tableFields(kinds.ConfigurableSubOption.Kind, optionPricingField),
	cleanup: func(t *tx, id int64) {
		for _, price := range t.idsWhere("tblpricing", "relid", text(id), Row{"type": optionPriceType}) {
			t.remove("tblpricing", price)
		}
	},
}

var partKey = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,63}$`)

func (p *parts) parser(name string) parser {
	if p.inner != nil && name == p.innerName {
		return p.inner.parse
	}
	for _, f := range p.fields {
		if f.name == name {
			return f.parse
		}
	}
	return nil
}

func (p *parts) parse(path string, v any) (any, []fieldError) {
	object, ok := v.(map[string]any)
	if !ok {
		return nil, errorAt(path, "must be an object")
	}
	parsed, errs, seen := map[string]any{}, []fieldError(nil), map[any]bool{}
	for _, key := range sortedKeys(object) {
		if !partKey.MatchString(key) {
			errs = append(errs, errorAt(path+"."+key, "The key must begin with a letter and consist of at most 64 letters, digits, - and _")...)
			continue
		}
		if object[key] == nil {
			continue
		}
		part, e := p.parsePart(path+"."+key, object[key])
		errs = append(errs, e...)
		if id := part["id"]; id != nil && seen[id] {
			errs = append(errs, errorAt(path+"."+key+".id", "is also the id of another key")...)
		} else {
			seen[id] = true
		}
		parsed[key] = part
	}
	if errs != nil {
		return nil, errs
	}
	return parsed, nil
}

func (p *parts) parsePart(path string, v any) (map[string]any, []fieldError) {
	object, ok := v.(map[string]any)
	if !ok {
		return nil, errorAt(path, "must be an object")
	}
	part, errs := map[string]any{}, []fieldError(nil)
	for _, name := range sortedKeys(object) {
		accept := p.parser(name)
		switch name {
		case "id":
			accept = reference
		case "remove":
			accept = boolean
		}
		if accept == nil {
			errs = append(errs, errorAt(path+"."+name, "is not a known field")...)
			continue
		}
		if object[name] == nil {
			continue
		}
		value, e := accept(path+"."+name, object[name])
		part[name], errs = value, append(errs, e...)
	}
	if object["id"] != nil {
		return part, errs
	}
	if part["remove"] == true {
		errs = append(errs, errorAt(path+".remove", "requires the id of the part")...)
	}
	for _, f := range p.fields {
		if _, given := object[f.name]; f.required && (!given || object[f.name] == nil) {
			errs = append(errs, errorAt(path+"."+f.name, "is required")...)
		}
	}
	return part, errs
}

func (p *parts) read(t *tx, owner int64) map[string]any {
	all := map[string]any{}
	for _, id := range t.idsWhere(p.table, p.owner, text(owner), p.fixedColumns) {
		row := t.row(p.table, id)
		part := map[string]any{"id": text(id)}
		for i := range p.fields {
			part[p.fields[i].name] = p.fields[i].value(t, id, row)
		}
		if p.inner != nil {
			part[p.innerName] = p.inner.read(t, id)
		}
		all[text(id)] = part
	}
	return all
}

// store stores the parts of a request. It writes the id of a new part into the request's value, so that the part can
// be read back.
func (p *parts) store(t *tx, owner int64, given map[string]any) {
	for _, key := range sortedKeys(given) {
		part := cast[map[string]any](given[key])
		id, known := part["id"].(string)
		if part["remove"] == true {
			p.remove(t, system.Number(id))
			continue
		}
		row := Row{p.owner: text(owner)}
		maps.Copy(row, p.fixedColumns)
		w := &write{t: t, id: system.Number(id), creating: !known}
		if known {
			maps.Copy(row, t.row(p.table, w.id))
		} else {
			w.id = t.nextID(p.table)
			part["id"] = text(w.id)
		}
		for i := range p.fields {
			f := &p.fields[i]
			value, given := part[f.name]
			if !given && !known {
				value, given = f.initial, f.initial != nil
			}
			if given {
				f.write(w, row, value)
			}
		}
		t.put(p.table, w.id, row)
		if inner, given := part[p.innerName].(map[string]any); given {
			p.inner.store(t, w.id, inner)
		}
	}
}

func (p *parts) remove(t *tx, id int64) {
	if p.inner != nil {
		p.inner.removeAll(t, id)
	}
	if p.cleanup != nil {
		p.cleanup(t, id)
	}
	t.remove(p.table, id)
}

func (p *parts) removeAll(t *tx, owner int64) {
	for _, id := range t.idsWhere(p.table, p.owner, text(owner), p.fixedColumns) {
		p.remove(t, id)
	}
}

// ids returns the ids of the written parts by the caller's keys.
func (p *parts) ids(given map[string]any) map[string]any {
	all := map[string]any{}
	for key, v := range given {
		part := cast[map[string]any](v)
		if part["remove"] == true {
			continue
		}
		ids := map[string]any{"id": part["id"]}
		if inner, given := part[p.innerName].(map[string]any); given {
			ids[p.innerName] = p.inner.ids(inner)
		}
		all[key] = ids
	}
	return all
}

// differences compares given parts, by key, with the stored parts, by id. It compares the given fields.
func (p *parts) differences(path string, given, actual any) []difference {
	wanted, isObject := given.(map[string]any)
	if !isObject {
		return []difference{{path, given, actual}}
	}
	there, _ := actual.(map[string]any)
	var all []difference
	for _, key := range sortedKeys(wanted) {
		at := path + "." + key
		part, _ := wanted[key].(map[string]any)
		id, _ := part["id"].(string)
		found, present := there[id].(map[string]any)
		if part["remove"] == true {
			if present {
				all = append(all, difference{at, nil, found})
			}
			continue
		}
		if !present {
			all = append(all, difference{at, wanted[key], nil})
			continue
		}
		for _, name := range sortedKeys(part) {
			switch {
			case name == p.innerName:
				all = append(all, p.inner.differences(at+"."+name, part[name], found[name])...)
			case name == "pricing":
				all = append(all, priceDifferences(at+"."+name, part[name], found[name])...)
			case !same(part[name], found[name]):
				all = append(all, difference{at + "." + name, part[name], found[name]})
			}
		}
	}
	return all
}

func checkOptionGroup(w *write) {
	w.requireExisting("product_ids", "tblproducts")
	options, _ := w.values["options"].(map[string]any)
	optionParts.check(w, "options", w.id, options)
}

// check refuses ids that belong to another owner, and unknown currencies.
func (p *parts) check(w *write, path string, owner int64, given map[string]any) {
	for _, key := range sortedKeys(given) {
		part, at := cast[map[string]any](given[key]), path+"."+key
		if part["id"] == nil && p.matchesExisting != nil {
			p.useExisting(w, owner, given, part)
		}
		id, known := part["id"].(string)
		if known && w.t.row(p.table, system.Number(id))[p.owner] != text(owner) {
			w.reject(at+".id", "is not the id of a part of this object")
			continue
		}
		if p.checkPart != nil {
			p.checkPart(w, at, part, w.t.row(p.table, system.Number(id)))
		}
		if pricing, priced := part["pricing"].(map[string]any); priced {
			for _, code := range sortedKeys(pricing) {
				if len(w.t.idsBy("tblcurrencies", "code", code)) == 0 {
					w.reject(at+".pricing."+code, "%s", w.t.unknownCurrency())
				}
			}
		}
		if inner, nested := part[p.innerName].(map[string]any); nested {
			p.inner.check(w, at+"."+p.innerName, system.Number(id), inner)
		}
	}
}

// useExisting sets the id of a new part to the id of its twin, unless another key uses that id.
func (p *parts) useExisting(w *write, owner int64, given, part map[string]any) {
	there := p.read(w.t, owner)
	for _, id := range slices.SortedFunc(maps.Keys(there), func(a, b string) int { return int(system.Number(a) - system.Number(b)) }) {
		taken := false
		for _, other := range given {
			taken = taken || cast[map[string]any](other)["id"] == id
		}
		if !taken && p.matchesExisting(part, cast[map[string]any](there[id])) {
			part["id"] = id
			return
		}
	}
}

// checkLostChoices refuses to remove options that customers have chosen.
func checkLostChoices(w *write) *failure {
	options, _ := w.values["options"].(map[string]any)
	for _, key := range sortedKeys(options) {
		option := cast[map[string]any](options[key])
		if option["remove"] == true {
			if refused := w.chosen("option", "configid", "tblproductconfigoptions", cast[string](option["id"])); refused != nil {
				return refused
			}
			continue
		}
		inner, _ := option["sub_options"].(map[string]any)
		for _, subKey := range sortedKeys(inner) {
			if sub := cast[map[string]any](inner[subKey]); sub["remove"] == true {
				if refused := w.chosen("sub-option", "optionid", "tblproductconfigoptionssub", cast[string](sub["id"])); refused != nil {
					return refused
				}
			}
		}
	}
	return nil
}

// deletionForbidden returns the refusal if the operator does not allow deletions. The removal of a part is a deletion.
func deletionForbidden(noun, name, id string) *failure {
	message := "The %s \"%s\" (%s) was not removed, because companion.local.php does not set allow_delete to true"
	return readOnly("allow_delete", fmt.Sprintf(message, noun, name, id))
}

// chosen refuses the removal of an option or sub-option that customers have chosen.
func (w *write) chosen(noun, column, table, id string) *failure {
	name := cast[string](entity.decode(w.t.row(table, system.Number(id))["optionname"]))
	if !w.safety.AllowDelete {
		return deletionForbidden(noun, name, id)
	}
	return inUse("The "+noun+" \""+name+"\" ("+id+")", []use{{"choices", len(w.t.idsBy("tblhostingconfigoptions", column, id))}})
}

func groupChoices(t *tx, group int64) int {
	count := 0
	for _, option := range t.idsBy("tblproductconfigoptions", "gid", text(group)) {
		count += len(t.idsBy("tblhostingconfigoptions", "configid", text(option)))
	}
	return count
}
