package whmcs

import (
	"fmt"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// customFieldParts are the custom fields of a product. A module finds its own field by the name before "|". A new
// field of that name is therefore the module's field.
var customFieldParts = &parts{
	table: kinds.CustomField.Table, owner: "relid", fixedColumns: Row{"type": "product"},
	matchesExisting: func(part, there map[string]any) bool {
		wanted, _, _ := strings.Cut(cast[string](part["name"]), "|")
		found, _, _ := strings.Cut(cast[string](there["name"]), "|")
		return wanted == found
	},
	fields:  tableFields(kinds.CustomField.Kind),
	cleanup: func(t *tx, id int64) { removeWhere(t, "tblcustomfieldsvalues", "fieldid", id) },
}

var customFieldsField = field{
	name: "custom_fields", parse: customFieldParts.parse, initial: map[string]any{}, differs: customFieldParts.differences,
	read:  func(t *tx, id int64, _ Row) any { return customFieldParts.read(t, id) },
	write: func(w *write, _ Row, v any) { customFieldParts.store(w.t, w.id, cast[map[string]any](v)) },
}

// checkLostValues refuses to remove a field with values that customers entered.
func checkLostValues(w *write) *failure {
	given, _ := w.values["custom_fields"].(map[string]any)
	for _, key := range sortedKeys(given) {
		part := cast[map[string]any](given[key])
		if part["remove"] != true {
			continue
		}
		if !w.safety.AllowDelete {
			return deletionForbidden()
		}
		id := cast[string](part["id"])
		entered := 0
		for _, value := range w.t.idsBy("tblcustomfieldsvalues", "fieldid", id) {
			if w.t.row("tblcustomfieldsvalues", value)["value"] != "" {
				entered++
			}
		}
		name := entity.decode(w.t.row("tblcustomfields", system.Number(id))["fieldname"])
		if refused := inUse(fmt.Sprintf("Values are stored in the custom field %q (%s).", name, id), []use{{"values", entered}}); refused != nil {
			return refused
		}
	}
	return nil
}

func customFieldIDs(w *write) map[string]any {
	given, _ := w.values["custom_fields"].(map[string]any)
	if given == nil {
		return nil
	}
	return map[string]any{"custom_field_ids": customFieldParts.ids(given)}
}
