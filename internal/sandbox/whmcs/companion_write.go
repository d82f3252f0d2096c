package whmcs

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

var writeOperations = map[string]operation{
	"create": singleWrite,
	"update": singleWrite,
	"delete": singleWrite,
	"test_connection": func(w *WHMCS, r *http.Request, q *request, _ caller) (map[string]any, *failure) {
		return w.testConnection(r.Context(), q)
	},
	"module_schema": companionModuleSchema,
	"connect":       companionConnect,
}

// responseLifetime is how long the stored response of a write is kept.
const responseLifetime = 7 * 24 * time.Hour

// refuse applies the safety settings. The caller holds the store's lock.
func (b SafetySettings) refuse(op, kind, id string) *failure {
	switch {
	case b.Faults != nil:
		return readOnly("companion.local.php", strings.Join(b.Faults, ". ")+". Writes are refused until the file is corrected")
	case b.Absent:
		return readOnly("read_only", "Writes are refused, because companion.local.php does not exist. Copy "+
			"companion.local.php.dist to companion.local.php in the same folder, and set read_only to false")
	case b.ReadOnly:
		return readOnly("read_only", "companion.local.php sets read_only to true")
	case !b.AllowDelete && op == "delete":
		return readOnly("allow_delete", "Deletions are refused, because companion.local.php does not set allow_delete to true")
	case kind != "" && b.Kinds != nil && !slices.Contains(b.Kinds, kind):
		return readOnly("kinds", "companion.local.php does not list the kind "+system.Truncate(kind)+" in kinds")
	case kind == landingPageKind.name && !b.LandingPage:
		return readOnly("landing_page", "companion.local.php does not set landing_page to true")
	case (op == "update" || op == "delete" || op == "connect") && slices.Contains(b.ProtectedIDs[kind], id):
		return readOnly("protected_ids", "companion.local.php protects the "+noun(kind)+" "+id+" (protected_ids)")
	}
	return nil
}

// checkWrite checks the safety settings and the installation for an operation that stores nothing.
func (w *WHMCS) checkWrite(q *request, op string) *failure {
	installation := q.installation()
	if refused := q.refusal(); refused != nil {
		return refused
	}
	var refused *failure
	w.env.View(func() {
		if refused = w.safety.refuse(op, "", ""); refused == nil {
			refused = w.state.checkInstallation(installation)
		}
	})
	return refused
}

func (s *State) checkInstallation(wanted any) *failure {
	if actual := s.installation(); wanted != nil && wanted != actual {
		return conflict([]difference{{"installation", wanted, actual}})
	}
	return nil
}

// writableKind returns the kind of a write. The caller holds the store's lock.
func (w *WHMCS) writableKind(q *request) (*kind, *failure) {
	k, refused := q.requestedKind()
	if refused != nil {
		return nil, refused
	}
	if !k.writable {
		return nil, unsupported(errorAt("kind", "Objects of the kind %s are read only", k.name))
	}
	if tables := w.state.nonInnoDB(slices.Concat(writtenTables[k.name], ownTables)); len(tables) > 0 {
		return nil, unsupported(errorAt("kind", "The database cannot roll back a failed write, because these tables are not InnoDB: %s. Run: %s Back up the "+
			"database first. Switch on the maintenance mode of WHMCS while the statements run", strings.Join(tables, ", "), alterStatements(tables)))
	}
	return k, nil
}

func singleWrite(w *WHMCS, _ *http.Request, q *request, _ caller) (map[string]any, *failure) {
	return w.write(q)
}

// change is a create, update or delete whose form is valid.
type change struct {
	op, key, kind  string
	installation   any // a string, or nil if the write names none
	id             string
	values, expect map[string]any
	allowDuplicate bool
	guard          []string
}

func parseChange(q *request) (change, *failure) {
	c := change{op: q.requiredText("op"), key: q.key(), kind: q.requiredText("kind"), installation: q.installation()}
	if c.op != "create" {
		c.id, c.expect = q.idOfKind("id", kindNamed(c.kind)), q.object("expect")
	}
	if c.op != "delete" {
		c.values, c.allowDuplicate = q.object("values"), q.boolean("allow_duplicate_name")
	}
	switch c.op {
	case "create", "delete":
	case "update":
		c.guard = q.textList("guard_live")
		if c.guard != nil && c.kind != productKind.name {
			q.reject("guard_live", "belongs to products only")
		}
	default:
		q.reject("op", "must be create, update or delete")
	}
	return c, q.refusal()
}

// write executes one write. The protocol defines the order of the checks.
func (w *WHMCS) write(q *request) (map[string]any, *failure) {
	c, refused := parseChange(q)
	if refused != nil {
		return nil, refused
	}
	var payload map[string]any
	err := w.env.Change(func() error {
		payload, refused = w.commit(q, c)
		return nil
	})
	if err != nil && refused == nil {
		refused = &failure{code: codeInternal, message: "The state could not be saved"}
	}
	return payload, refused
}

// commit executes a write. The caller holds the store's lock.
func (w *WHMCS) commit(q *request, c change) (map[string]any, *failure) {
	if refused := w.safety.refuse(c.op, c.kind, c.id); refused != nil {
		return nil, refused
	}
	k, refused := w.writableKind(q)
	if refused != nil {
		return nil, refused
	}
	if refused := k.refuseOperation(c.op); refused != nil {
		return nil, refused
	}
	s := w.state
	if refused := s.checkInstallation(c.installation); refused != nil {
		return nil, refused
	}
	digest := s.digest(k, c)
	if payload, refused := w.replay(c.key, digest); payload != nil || refused != nil {
		return payload, refused
	}
	t := w.begin()
	var payload map[string]any
	attempt := &write{
		t: t, k: k, id: k.numberOf(t, c.id), name: c.id, creating: c.op == "create", deleting: c.op == "delete", expect: c.expect,
		unknown: map[string]bool{}, allowDuplicate: c.allowDuplicate, liveGuard: c.guard, mayRunModules: true, safety: w.safety,
	}
	hook, name, deleteErrors := k.edited, c.id, []string{}
	switch c.op {
	case "delete":
		hook = ""
		deleteErrors, refused = w.runDeleteHooks(attempt)
		if refused == nil {
			payload, refused = attempt.remove()
		}
	case "create":
		hook = k.created
		payload, refused = attempt.perform(c.values)
		name = k.idText(t, attempt.id)
	default:
		payload, refused = attempt.perform(c.values)
	}
	if refused != nil {
		t.rollback()
		return nil, refused
	}
	remarks := append(append([]string{}, attempt.remarks...), deleteErrors...)
	payload["installation"], payload["hook_errors"] = s.installation(), remarks
	if stored, err := json.Marshal(payload); err == nil {
		s.Responses[c.key] = StoredResponse{Digest: digest, Payload: stored, Time: w.env.Now()}
	}
	s.log("Terraform: " + c.op + " " + k.name + " " + name)
	hookErrors := append(remarks, w.runHooks(hook, attempt.id)...)
	if row, written := payload["row"].(map[string]any); written && hook != "" {
		hookErrors = append(hookErrors, w.changedByHooks(k, attempt.id, row, hook)...)
	}
	payload["hook_errors"] = hookErrors
	return payload, nil
}

// title returns the name of the stored object in messages.
func (w *write) title() string {
	key := w.k.naturalKey[len(w.k.naturalKey)-1]
	name, _ := w.k.field(key).value(w.t, w.id, w.prior).(string)
	return title(w.k.name, name, w.name)
}

// perform validates and stores a creation or update.
func (w *write) perform(values map[string]any) (map[string]any, *failure) {
	if refused := w.parse(values); refused != nil {
		return nil, refused
	}
	if refused := w.verify(); refused != nil {
		return nil, refused
	}
	if w.k.begin != nil {
		if refused := w.k.begin(w); refused != nil {
			return nil, refused
		}
	}
	if refused := w.store(); refused != nil {
		return nil, refused
	}
	payload := map[string]any{"row": w.k.object(w.t, w.id)}
	if w.creating {
		payload["id"] = w.k.idText(w.t, w.id)
	}
	if w.k.extras != nil {
		maps.Copy(payload, w.k.extras(w))
	}
	if w.optionNumbers != nil {
		payload["module_option_numbers"] = w.optionNumbers
	}
	return payload, nil
}

// runDeleteHooks runs the hooks of a deletion as long as the row is still there. The object is checked before, and
// again after them.
func (w *WHMCS) runDeleteHooks(attempt *write) ([]string, *failure) {
	if attempt.k.deleted == "" {
		return []string{}, attempt.checkRemoval()
	}
	if refused := attempt.checkRemoval(); refused != nil {
		return nil, refused
	}
	hookErrors := w.runHooks(attempt.k.deleted, attempt.id)
	refused := attempt.checkRemoval()
	if refused != nil {
		refused.message += ". The hooks of " + attempt.k.deleted + " have run"
	}
	return hookErrors, refused
}

// checkRemoval makes the checks of a deletion.
func (w *write) checkRemoval() *failure {
	for _, name := range w.k.naturalKey {
		if w.expect[name] == nil {
			w.reject("expect."+name, "is required for a delete")
		}
	}
	if refused := w.parse(nil); refused != nil {
		return refused
	}
	if refused := w.verify(); refused != nil {
		return refused
	}
	if refused := inUse("The "+w.title(), w.k.uses(w.t, w.id)); refused != nil {
		return refused
	}
	return w.checkAffected()
}

// remove deletes an object that has been checked.
func (w *write) remove() (map[string]any, *failure) {
	t, k := w.t, w.k
	if k.end != nil {
		if refused := k.end(t, w.id); refused != nil {
			return nil, refused
		}
	}
	if k.remarks != nil {
		w.remarks = k.remarks(t, w.id)
	}
	if k.cleanup != nil {
		k.cleanup(t, w.id)
	}
	if !k.remains {
		t.remove(k.table, w.id)
	}
	return map[string]any{"id": w.name}, nil
}

// digest identifies the content of a write. Secrets are replaced by fingerprints.
func (s *State) digest(k *kind, c change) string {
	values := map[string]any{}
	for name, value := range c.values {
		if f := k.field(name); f != nil && f.secret != nil {
			if secret, isText := value.(string); isText {
				value = s.fingerprint(secret)
			}
		}
		values[name] = value
	}
	content, _ := json.Marshal([]any{c.op, k.name, c.id, values})
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// replay returns the stored response of an earlier write with this key.
func (w *WHMCS) replay(key, digest string) (map[string]any, *failure) {
	s := w.state
	for old, stored := range s.Responses {
		if w.env.Now().Sub(stored.Time) > responseLifetime {
			delete(s.Responses, old)
		}
	}
	stored, known := s.Responses[key]
	if !known {
		return nil, nil
	}
	if stored.Digest != digest {
		return nil, invalid(errorAt("key", "was already used for another request"))
	}
	payload, err := decodeObject(stored.Payload)
	if err != nil {
		return nil, &failure{code: codeInternal, message: "The stored response cannot be read"}
	}
	payload["replayed"] = true
	return payload, nil
}

// runHooks runs third-party code after the commit and returns its errors. An error changes nothing.
func (w *WHMCS) runHooks(name string, id int64) []string {
	hookErrors := []string{}
	if name == "" {
		return hookErrors
	}
	if name == "ProductEdit" {
		w.productEdited(id)
	}
	for _, hook := range w.hooks {
		if err := hook(name, text(id), w.state); err != nil {
			hookErrors = append(hookErrors, name+": "+err.Error())
		}
	}
	return hookErrors
}

// changedByHooks names the fields of a written object that hooks changed.
func (w *WHMCS) changedByHooks(k *kind, id int64, row map[string]any, hook string) []string {
	t := w.begin()
	if t.row(k.table, id) == nil {
		return []string{hook + ": a hook deleted the object"}
	}
	now, changed := k.object(t, id), []string(nil)
	for _, f := range k.fields {
		if _, shown := row[f.name]; shown && !same(row[f.name], now[f.name]) {
			changed = append(changed, f.name)
		}
	}
	if changed == nil {
		return nil
	}
	return []string{hook + ": a hook changed " + strings.Join(changed, ", ")}
}

func companionModuleSchema(w *WHMCS, _ *http.Request, q *request, _ caller) (map[string]any, *failure) {
	module := q.requiredText("module")
	for _, member := range []string{"id", "server_group_id"} { // of the product, for modules that fill their lists by it
		if q.fields[member] != nil {
			q.idOfKind(member, &productKind)
		}
	}
	if module != "" && !regexp.MustCompile(kinds.Server.Module.Pattern).MatchString(module) {
		q.reject("module", "must be the name of a module")
	}
	if refused := w.checkWrite(q, "module_schema"); refused != nil {
		return nil, refused
	}
	var refused *failure
	var asked serverModule
	w.env.View(func() {
		t := w.begin()
		if !t.installed(module) {
			refused = unsupported(errorAt("module", "%s", missingModule("servers", module)))
			return
		}
		var failed string
		if asked, failed = t.askModule(module); failed != "" {
			refused = moduleFailed(failed)
		}
	})
	if refused != nil {
		return nil, refused
	}
	w.Mutate(func(s *State) { s.loadDeclaration(module) })
	return asked.schema(module), nil
}
