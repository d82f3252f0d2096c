package whmcs

import (
	"maps"
	"slices"
	"strings"
)

// write is one create, update or delete with the state of its checks.
type write struct {
	t        *tx
	k        *kind
	id       int64
	name     string // the id as given in the request
	creating bool
	prior    Row

	values map[string]any
	expect map[string]any
	// unknown are the fields whose values are not known at plan time. Checks that depend on them are skipped.
	unknown        map[string]bool
	allowDuplicate bool
	// safety protect the other objects that the write changes. deleting is true if the object is deleted.
	safety   SafetySettings
	deleting bool
	// liveGuard are the fields that must not change while the product has live services.
	liveGuard []string
	// mayRunModules is true if module code may run, so that option names can be resolved.
	mayRunModules bool
	// dryRun is true for a validation.
	dryRun bool
	// makesConnection is true in a dry run if the same apply makes a connection.
	makesConnection bool

	// nothingToDelete is true if there is nothing to delete.
	nothingToDelete bool

	// remarks are sentences about a deletion for hook_errors.
	remarks []string

	// optionNumbers are the numbers of the given module options, by the given key.
	optionNumbers map[string]any

	// priceChanges is the number of prices of an existing object that change. It is 0 if the operator sets no limits.
	priceChanges int64

	invalidErrors, unsupportedErrors []fieldError
}

func (w *write) reject(path, format string, args ...any) {
	w.invalidErrors = append(w.invalidErrors, errorAt(path, format, args...)...)
}

// rejectTaken rejects a value that another object has. That object may change its value in the same run of Terraform.
func (w *write) rejectTaken(path, message string) {
	w.invalidErrors = append(w.invalidErrors, fieldError{Field: path, Message: message, Reason: "taken"})
}

func (w *write) rejectUnsupported(path, format string, args ...any) {
	w.unsupportedErrors = append(w.unsupportedErrors, errorAt(path, format, args...)...)
}

func (w *write) refusal() *failure {
	switch {
	case w.invalidErrors != nil:
		return invalid(w.invalidErrors)
	case w.unsupportedErrors != nil:
		return unsupported(w.unsupportedErrors)
	}
	return nil
}

// parse checks the form of each value.
func (w *write) parse(values map[string]any) *failure {
	w.values = map[string]any{}
	for _, name := range sortedKeys(values) {
		f, v := w.k.field(name), values[name]
		switch {
		case f == nil && name != "id":
			w.reject(name, "is not a known field")
		case f == nil || f.write == nil:
			w.reject(name, "is read only")
		case w.unknown[name]:
		case v == nil && f.nullable:
			w.values[name] = nil
		case v == nil:
		default:
			parsed, errs := f.parse(name, v)
			w.invalidErrors = append(w.invalidErrors, errs...)
			if errs == nil && f.absent(w.t) {
				w.rejectUnsupported(name, "needs a table or a column that this WHMCS does not have")
			}
			w.values[name] = parsed
		}
	}
	for i := range w.k.fields {
		if f := &w.k.fields[i]; w.creating && f.required && !w.unknown[f.name] && values[f.name] == nil {
			w.reject(f.name, "is required")
		}
	}
	for _, name := range sortedKeys(w.expect) {
		if f := w.k.field(name); f == nil || f.read == nil {
			w.reject("expect."+name, "is not a known field")
		} else if f.parse != nil && w.expect[name] != nil {
			_, errs := f.parse("expect."+name, w.expect[name])
			w.invalidErrors = append(w.invalidErrors, slices.DeleteFunc(errs, func(e fieldError) bool { return !e.unreadable })...)
		}
	}
	for _, name := range w.liveGuard {
		if f := w.k.field(name); f == nil || f.write == nil {
			w.reject("guard_live", "contains an unknown field: %s", name)
		}
	}
	return w.refusal()
}

// verify makes the checks that depend on the stored state.
func (w *write) verify() *failure {
	if !w.creating {
		if w.prior = w.t.row(w.k.table, w.id); w.prior == nil {
			return notFound(w.k.name, w.name)
		}
		if differences := w.compare(); differences != nil {
			return conflict(differences)
		}
	}
	for i := range w.k.fields {
		f := &w.k.fields[i]
		if id, given := w.values[f.name].(string); given && f.refers != "" && !w.t.exists(f.refers, id) {
			w.reject(f.name, "contains an id that does not exist: %s", id)
		}
	}
	if w.k.check != nil {
		w.k.check(w)
	}
	if refused := w.refusal(); refused != nil {
		return refused
	}
	if w.nothingToDelete {
		return notFound(w.k.name, w.name)
	}
	if w.k.checkRemovals != nil {
		if refused := w.k.checkRemovals(w); refused != nil {
			return refused
		}
	}
	if refused := w.checkNaturalKey(); refused != nil {
		return refused
	}
	if refused := w.checkGuard(); refused != nil || w.deleting {
		return refused
	}
	if refused := w.checkPrices(); refused != nil {
		return refused
	}
	return w.checkAffected()
}

// checkAffected refuses a write that changes another object which is protected.
func (w *write) checkAffected() *failure {
	if w.k.affects == nil {
		return nil
	}
	return w.refuseAffected(w.k.affects(w, w.deleting))
}

// refuseAffected refuses a write that changes other objects, if the operator protects one of them or its kind.
func (w *write) refuseAffected(others []affected) *failure {
	for _, other := range others {
		id := kindNamed(other.kind).idText(w.t, other.id)
		refused := w.safety.refuse("update", other.kind, id)
		if refused == nil {
			continue
		}
		changed := "This write also changes the " + noun(other.kind) + " " + id
		switch refused.details["reason"] {
		case "protected_ids":
			return readOnly("protected_ids", changed+", which companion.local.php protects (protected_ids)")
		case "kinds":
			return readOnly("kinds", changed+", and companion.local.php does not list the kind "+other.kind+" in kinds")
		}
	}
	return nil
}

// compare returns the differences between the stored object and the expected values.
func (w *write) compare() []difference {
	var differences []difference
	for _, name := range sortedKeys(w.expect) {
		f := w.k.field(name)
		expected, actual := w.expect[name], f.value(w.t, w.id, w.prior)
		if f.compare != nil {
			differences = append(differences, f.compare(w, w.prior, expected)...)
			continue
		}
		if f.differs != nil {
			differences = append(differences, f.differs(name, f.normalized(expected), actual)...)
			continue
		}
		object, isObject := expected.(map[string]any)
		if !f.keyed || !isObject {
			wanted := f.normalized(expected)
			if f.leaveWith != "" && !same(wanted, actual) {
				wanted, actual = existing(w.t, f.leaveWith, wanted), existing(w.t, f.leaveWith, actual)
			}
			if !same(wanted, actual) {
				if f.showsFingerprint {
					wanted = maskSecret(wanted)
				}
				differences = append(differences, difference{name, wanted, actual})
			}
			continue
		}
		held, _ := actual.(map[string]any)
		for _, key := range sortedKeys(object) {
			wanted := f.normalizedKey(key, object[key])
			found, present := held[key]
			if !present {
				found = f.absentKeyValue
			}
			if wanted == nil && !present {
				continue
			}
			if !same(wanted, found) {
				if f.showsFingerprint {
					wanted = maskSecret(wanted)
				}
				differences = append(differences, difference{name + "." + key, wanted, found})
			}
		}
	}
	return differences
}

// normalizedKey converts one member of an expected object to the form of rows.
func (f *field) normalizedKey(key string, v any) any {
	if object, ok := f.normalized(map[string]any{key: v}).(map[string]any); ok {
		return object[key]
	}
	return normalizeValue(v)
}

func (w *write) checkNaturalKey() *failure {
	changed, key := w.creating, map[string]any{}
	for _, name := range w.k.naturalKey {
		if w.unknown[name] {
			return nil
		}
		_, given := w.values[name]
		changed = changed || given && !same(w.values[name], w.k.field(name).read(w.t, w.id, w.prior))
		key[name] = w.finalValue(name)
	}
	if !changed || w.allowDuplicate {
		return nil
	}
	twin := w.k.findDuplicate(w.t, key, w.id)
	if twin == 0 {
		return nil
	}
	id := w.k.idText(w.t, twin)
	name, _ := key[w.k.naturalKey[len(w.k.naturalKey)-1]].(string)
	return &failure{
		codeExists, "WHMCS already has the " + title(w.k.name, name, id),
		map[string]any{"kind": w.k.name, "id": id, "key": key},
	}
}

func (w *write) checkGuard() *failure {
	live := countLive(w.t, "tblhosting", serviceProduct, w.id)
	if len(w.liveGuard) == 0 || live == 0 {
		return nil
	}
	guard := w.liveGuard
	// Both names refer to the same columns.
	if slices.Contains(guard, "module_options") || slices.Contains(guard, "toplink_dcim") {
		guard = slices.Concat(guard, []string{"module_options", "toplink_dcim"})
	}
	var changed []string
	for _, name := range guard {
		if w.changes(name) && !slices.Contains(changed, name) {
			changed = append(changed, name)
		}
	}
	if changed == nil {
		return nil
	}
	return inUse(strings.Join(changed, ", ")+" cannot change. The "+w.title(), []use{{"services", live}})
}

// requireExisting rejects ids of a set that the table does not have.
func (w *write) requireExisting(field, table string) {
	missing := slices.DeleteFunc(texts(w.values[field]), func(id string) bool { return w.t.exists(table, id) })
	if len(missing) > 0 {
		w.reject(field, "contains ids that do not exist: %s", strings.Join(missing, ", "))
	}
}

// changes reports whether the write would change a field.
func (w *write) changes(name string) bool {
	v, given := w.values[name]
	return given && !w.k.field(name).isStored(w, w.prior, v)
}

// finalValue returns the value of a field after the write: the given value, or else the stored or initial one. It
// returns nil if a plan does not know the value.
func (w *write) finalValue(name string) any {
	f := w.k.field(name)
	if w.unknown[name] {
		return nil
	}
	if v, given := w.values[name]; given {
		return v
	}
	if !w.creating {
		return f.value(w.t, w.id, w.prior)
	}
	return f.initial
}

// store writes the row and reads it back.
func (w *write) store() *failure {
	row := maps.Clone(w.prior)
	if w.creating {
		w.id, row = w.t.nextID(w.k.table), Row{}
	}
	for i := range w.k.fields {
		f := &w.k.fields[i]
		v, given := w.values[f.name]
		if !given && w.creating && !f.absent(w.t) {
			v, given = f.initial, f.initial != nil
			if compute, computed := v.(func(*write) any); computed {
				v = compute(w)
			}
		}
		if given && f.write != nil {
			f.write(w, row, v)
		}
	}
	w.t.put(w.k.table, w.id, row)
	if w.k.finish != nil {
		w.k.finish(w, row)
	}
	kept := w.t.row(w.k.table, w.id)
	for _, name := range sortedKeys(w.values) {
		if !w.k.field(name).isStored(w, kept, w.values[name]) {
			return &failure{code: codeInternal, message: "The database did not store the value of " + name}
		}
	}
	return nil
}

// isStored reports whether the stored row has this value. Of an object, it compares the given keys.
func (f *field) isStored(w *write, row Row, v any) bool {
	t, id := w.t, w.id
	if f.secret != nil {
		return f.secret(t, row) == v
	}
	if f.compare != nil {
		return f.compare(w, row, v) == nil
	}
	actual := f.value(t, id, row)
	if f.differs != nil {
		return f.differs(f.name, v, actual) == nil
	}
	wanted, isObject := v.(map[string]any)
	if !f.keyed || !isObject {
		return same(actual, v)
	}
	held, _ := actual.(map[string]any)
	return !slices.ContainsFunc(sortedKeys(wanted), func(key string) bool {
		found, present := held[key]
		if !present {
			found = f.absentKeyValue
		}
		return !same(found, wanted[key])
	})
}

// existing returns the listed ids that the table has, in their order.
func existing(t *tx, table string, ids any) any {
	return anyList(slices.DeleteFunc(slices.Clone(texts(ids)), func(id string) bool { return !t.exists(table, id) }))
}
