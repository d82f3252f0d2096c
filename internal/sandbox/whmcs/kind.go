package whmcs

import (
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// kind declares one kind of object of the companion protocol.
type kind struct {
	name, table string
	// named is set for kinds with names instead of ids. If nil, ids are digits.
	named *naming
	// naturalKey are the fields that must be unique, unless the request allows a duplicate.
	naturalKey []string
	fields     []field
	// writable kinds can be created, updated and deleted. If operations is set, only these operations are allowed.
	writable   bool
	operations []string
	// remains is true if the object still exists after a deletion. The deletion then only restores what was written.
	remains bool
	// check makes the checks that depend on several values or on other objects: references, uniqueness, dependent
	// values.
	check func(w *write)
	// checkRemovals refuses a removal of what other objects need. It is nil if nothing can be removed.
	checkRemovals func(w *write) *failure
	// extras returns additional members of the response to a creation or update. It may be nil.
	extras func(w *write) map[string]any
	// begin runs third-party code before a creation or update is stored, and end before a deletion. Rollback does not
	// undo what this code does. Both may be nil.
	begin func(w *write) *failure
	end   func(t *tx, id int64) *failure
	// finish makes the changes that do not belong to a single field.
	finish func(w *write, row Row)
	// usage returns the counters that change without a write.
	usage func(t *tx, id int64, row Row) map[string]any
	// affects returns the other objects that a write changes. It may be nil.
	affects func(w *write, deleting bool) []affected
	// uses returns the references that block a deletion.
	uses func(t *tx, id int64) []use
	// remarks returns sentences about what a deletion leaves. It may be nil.
	remarks func(t *tx, id int64) []string
	// cleanup deletes the object's own rows in other tables.
	cleanup func(t *tx, id int64)
	// These hooks run after a creation or update, and before a deletion, with the id as hookParameter. An empty name means
	// no hook.
	created, edited, deleted string
	hookParameter            string
}

// idHint is the message about an id of another form.
func (k *kind) idHint() string {
	if k.named != nil {
		return "must be the name of a module"
	}
	return "must be an id, a string of digits"
}

// allKinds are the kinds of the protocol in the order of info.
var allKinds = []*kind{
	&productGroupKind, &serverKind, &serverGroupKind, &productKind, &productAddonKind, &optionGroupKind, &addonModuleKind, &solusvm2BillingKind, &landingPageKind, &currencyKind, &emailTemplateKind, &adminRoleKind,
	&moduleKind,
}

// affected is another object that a write changes.
type affected struct {
	kind string
	id   int64
}

// changedIDs returns the ids that a write adds to a set of ids, or removes from it.
func (w *write) changedIDs(name, kind string) []affected {
	var former []string
	if !w.creating {
		former = texts(w.k.field(name).read(w.t, w.id, w.t.row(w.k.table, w.id)))
	}
	given := former
	if w.deleting {
		given = nil
	} else if v, is := w.values[name]; is {
		given = texts(v)
	}
	var others []affected
	for _, id := range slices.Concat(former, given) {
		if slices.Contains(former, id) != slices.Contains(given, id) {
			others = append(others, affected{kind, system.Number(id)})
		}
	}
	return others
}

// refuseOperation refuses an operation that the kind does not support.
func (k *kind) refuseOperation(op string) *failure {
	if k.operations == nil || slices.Contains(k.operations, op) {
		return nil
	}
	return unsupported(errorAt("op", "names %q, which there is not for a %s", op, k.name))
}

func kindNamed(name string) *kind {
	for _, k := range allKinds {
		if k.name == name {
			return k
		}
	}
	return nil
}

func (k *kind) field(name string) *field {
	for i := range k.fields {
		if k.fields[i].name == name {
			return &k.fields[i]
		}
	}
	return nil
}

// object returns the row in the form of the protocol.
func (k *kind) object(t *tx, id int64) map[string]any {
	row := t.row(k.table, id)
	object := map[string]any{"id": k.idText(t, id)}
	for i := range k.fields {
		if f := &k.fields[i]; f.read != nil {
			object[f.name] = f.value(t, id, row)
		}
	}
	return object
}

// filterable returns the functions that read and normalize a scalar field of a row. The field "id" is included.
func (k *kind) filterable(t *tx, name string) (func(id int64) any, func(v any) any) {
	if name == "id" {
		return func(id int64) any { return k.idText(t, id) }, normalizeValue
	}
	f := k.field(name)
	if f == nil || f.read == nil || f.compound() {
		return nil, nil
	}
	return func(id int64) any { return f.value(t, id, t.row(k.table, id)) }, f.normalized
}

func scalar(v any) bool {
	switch v.(type) {
	case []any, map[string]any:
		return false
	}
	return true
}

// findDuplicate returns the id of another object with the same natural key, or 0.
func (k *kind) findDuplicate(t *tx, key map[string]any, except int64) int64 {
	for _, id := range k.ids(t) {
		row := t.row(k.table, id)
		if id != except && !slices.ContainsFunc(k.naturalKey, func(name string) bool {
			return !same(k.field(name).read(t, id, row), key[name])
		}) {
			return id
		}
	}
	return 0
}

var (
	currencyKind      = declared(kinds.Currency.Kind, kind{})
	emailTemplateKind = declared(kinds.EmailTemplate.Kind, kind{})
	adminRoleKind     = declared(kinds.AdminRole.Kind, kind{})
)

// readable makes fields read-only. The parser remains, because filters use it.
func readable(fields ...field) []field {
	for i := range fields {
		fields[i].write = nil
	}
	return fields
}
