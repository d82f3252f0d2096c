package whmcs

import "github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"

var serverGroupKind = declared(kinds.ServerGroup.Kind, kind{
	fields: []field{
		{
			name: "server_ids", many: true, parse: setOf("ids", reference, "an id"), leaveWith: "tblservers",
			read: func(t *tx, id int64, _ Row) any {
				return sortedSet(columnOf(t, "tblservergroupsrel", t.idsBy("tblservergroupsrel", "groupid", text(id)), "serverid"))
			},
			write: func(w *write, _ Row, v any) {
				removeWhere(w.t, "tblservergroupsrel", "groupid", w.id)
				for _, server := range texts(v) {
					w.t.insert("tblservergroupsrel", Row{"groupid": text(w.id), "serverid": server})
				}
			},
		},
	},
	check: func(w *write) {
		w.requireExisting("server_ids", "tblservers")
	},
	usage: func(t *tx, id int64, _ Row) map[string]any {
		return map[string]any{
			"products": len(t.idsBy("tblproducts", "servergroup", text(id))),
			"addons":   len(t.idsBy("tbladdons", "server_group_id", text(id))),
		}
	},
	affects: func(w *write, _ bool) []affected { return w.changedIDs("server_ids", kinds.Server.Kind.Name) },
	uses: func(t *tx, id int64) []use {
		return []use{
			{"products", len(t.idsBy("tblproducts", "servergroup", text(id)))},
			{"addons", len(t.idsBy("tbladdons", "server_group_id", text(id)))},
		}
	},
	cleanup: func(t *tx, id int64) { removeWhere(t, "tblservergroupsrel", "groupid", id) },
})
