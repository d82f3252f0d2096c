package whmcs

import (
	"regexp"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// naming defines a kind whose objects have names instead of ids. Internally each object has a number, which the
// protocol does not contain.
type naming struct {
	// form is the pattern of a name.
	form *regexp.Regexp
	// names returns all objects by number.
	names func(t *tx) map[int64]string
}

var (
	folderForm     = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	moduleNameForm = regexp.MustCompile(`^([a-z]{1,16}/)?[A-Za-z0-9_-]{1,64}$`)
)

// ids returns all objects of a kind in the order of lists: by number, or by name.
func (k *kind) ids(t *tx) []int64 {
	if k.named == nil {
		return t.ids(k.table)
	}
	names := k.named.names(t)
	ids := make([]int64, 0, len(names))
	for id := range names {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b int64) int { return strings.Compare(names[a], names[b]) })
	return ids
}

// idText returns the id in the form of the protocol.
func (k *kind) idText(t *tx, id int64) string {
	if k.named == nil {
		return text(id)
	}
	return k.named.names(t)[id]
}

// numberOf returns the number of the object with a protocol id. It returns 0, which is not a valid number, if there is
// none.
func (k *kind) numberOf(t *tx, id string) int64 {
	if k.named == nil {
		if n := system.Number(id); t.row(k.table, n) != nil {
			return n
		}
		return 0
	}
	for n, name := range k.named.names(t) {
		if name == id {
			return n
		}
	}
	return 0
}

// isAfter reports whether an object comes after an id in lists.
func (k *kind) isAfter(t *tx, id int64, after string) bool {
	if after == "" {
		return true
	}
	if k.named == nil {
		return id > system.Number(after)
	}
	return k.idText(t, id) > after
}

// isID reports whether a text has the form of the kind's ids.
func (k *kind) isID(id string) bool {
	if k.named == nil {
		return idForm.MatchString(id)
	}
	return k.named.form.MatchString(id)
}

// moduleKind are the folders of modules that exist. They are not stored in the database.
var moduleKind = kind{
	name: "module", naturalKey: []string{"type", "name"},
	named: &naming{form: moduleNameForm, names: func(t *tx) map[int64]string {
		names := map[int64]string{}
		for i, m := range t.modules() {
			names[int64(i+1)] = m.kind + "s/" + m.name
		}
		return names
	}},
	fields: readable(
		moduleField("type", func(m installedModule) string { return m.kind }),
		moduleField("name", func(m installedModule) string { return m.name }),
		moduleField("display_name", func(m installedModule) string { return m.displayName }),
		field{name: "options", read: func(t *tx, id int64, _ Row) any {
			if m := t.modules()[id-1]; m.kind == "server" {
				return t.declaration(m.name)
			}
			return nil
		}},
	),
}

func moduleField(name string, of func(installedModule) string) field {
	return field{name: name, parse: textOf(shortText), read: func(t *tx, id int64, _ Row) any { return of(t.modules()[id-1]) }}
}

// installedModule is a module whose folder exists. kind is server or addon.
type installedModule struct{ kind, name, displayName string }

func (t *tx) modules() []installedModule {
	var found []installedModule
	for _, name := range t.state.Modules {
		found = append(found, installedModule{"server", name, serverModules[name].displayName})
	}
	for _, name := range t.state.addonNames() {
		found = append(found, installedModule{"addon", name, addonModules[name].displayName})
	}
	return found
}
