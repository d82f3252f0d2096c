package whmcs

import (
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
)

// kind declares one kind of object of the companion protocol.
type kind struct {
	name, table string
	// named kinds have names in place of ids; nil = ids are digits.
	named *naming
	// naturalKey are the fields no two objects share, unless the caller insists.
	naturalKey []string
	fields     []field
	// writable kinds can be created, updated and deleted, where operations does not name fewer.
	writable   bool
	operations []string
	// stays tells that an object is there still after its deletion, which takes back what was written.
	stays bool
	// check judges what no single value tells: references, uniqueness, values that depend on each other.
	check func(w *write)
	// loss refuses to take away what others need; nil where nothing can be.
	loss func(w *write) *failure
	// extras are what the answer of a creation or update carries besides the row. May be nil.
	extras func(w *write) map[string]any
	// begin runs other people's code before a creation or update is stored, end before a deletion is: what they do is not undone. May be nil.
	begin func(w *write) error
	end   func(t *tx, id int64) error
	// finish makes the changes that belong to no single field.
	finish func(w *write, row Row)
	// usage are the counters that move by themselves.
	usage func(t *tx, id int64, row Row) map[string]any
	// affects are the other objects that a write changes too. May be nil.
	affects func(w *write, deleting bool) []affected
	// uses are what forbids deletion.
	uses func(t *tx, id int64) []use
	// cleanup removes the object's own rows in other tables.
	cleanup func(t *tx, id int64)
	// hooks run after creation, update and deletion with the id as hookParameter; none when empty.
	created, edited, deleted string
	hookParameter            string
}

// allKinds are the kinds of the protocol in the order info names them.
var allKinds = []*kind{
	&productGroupKind, &serverKind, &serverGroupKind, &productKind, &optionGroupKind, &addonModuleKind, &solusvm2BillingKind, &landingPageKind, &currencyKind, &emailTemplateKind, &adminRoleKind,
	&moduleKind,
}

// affected is another object that a write changes.
type affected struct {
	kind *kind
	id   int64
}

// refuseOperation refuses a write that there is not for this kind.
func (k *kind) refuseOperation(op string) *failure {
	if k.operations == nil || slices.Contains(k.operations, op) {
		return nil
	}
	return unsupported(wrong("op", "names %q, which there is not for a %s", op, k.name))
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

// object is the row as the protocol shows it.
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

// filterable is a scalar field of the row by name, "id" included.
func (k *kind) filterable(t *tx, name string) (func(id int64) any, func(v any) any) {
	if name == "id" {
		return func(id int64) any { return k.idText(t, id) }, plain
	}
	f := k.field(name)
	if f == nil || f.read == nil || f.compound() {
		return nil, nil
	}
	return func(id int64) any { return f.value(t, id, t.row(k.table, id)) }, f.lenient
}

func scalar(v any) bool {
	switch v.(type) {
	case []any, map[string]any:
		return false
	}
	return true
}

// twin is the id of another object with the natural key given, or 0.
func (k *kind) twin(t *tx, key map[string]any, except int64) int64 {
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

// readable takes the writing out of fields; the parser stays, for filters.
func readable(fields ...field) []field {
	for i := range fields {
		fields[i].write = nil
	}
	return fields
}
