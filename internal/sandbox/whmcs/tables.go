package whmcs

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// Row is one database row: column name to the text MySQL would show. An absent column is empty.
type Row map[string]string

// Table is one database table.
type Table struct {
	// Next is the id the next row gets; ids are never given twice.
	Next int64         `json:"next"`
	Rows map[int64]Row `json:"rows"`
}

// State is WHMCS's database and what lies beside it.
type State struct {
	Tables map[string]*Table `json:"tables"`
	// Engines are the storage engines of tables that are not InnoDB.
	Engines map[string]string `json:"engines,omitempty"`
	// Settings is tblconfiguration.
	Settings map[string]string `json:"settings"`
	// Terraform is mod_terraform_settings.
	Terraform map[string]string `json:"terraform"`
	// Answers is mod_terraform_requests: the stored answers of writes by their key.
	Answers map[string]StoredAnswer `json:"answers"`
	// Modules are the names of the server modules installed.
	Modules []string `json:"modules"`
	// RemovedAddons are the names of addon modules whose folders were taken away.
	RemovedAddons []string `json:"removed_addons,omitempty"`
	// Credentials are the API credentials by identifier.
	Credentials map[string]APICredential `json:"credentials"`
	// EncryptionKey is what the database's secrets are encrypted with, as configuration.php's hash is.
	EncryptionKey []byte `json:"encryption_key"`
	// Files are those of WHMCS that somebody put beside its own, by path; KeptFiles is mod_terraform_files: what the files that the companion wrote
	// held before, null where there were none.
	Files     map[string]string  `json:"files,omitempty"`
	KeptFiles map[string]*string `json:"kept_files,omitempty"`
	// postPay is the operator's map of the SolusVM 2 addon's settings, and where the addon keeps them.
	postPay PostPayOptions
	// Activity is the activity log, oldest first.
	Activity []string `json:"activity"`
}

// APICredential is one API credential with the actions of its role.
type APICredential struct {
	Secret string `json:"secret"`
	Admin  string `json:"admin"`
	// Actions are lower-case names; nil grants everything.
	Actions []string `json:"actions,omitempty"`
	// Name distinguishes the seeded credentials.
	Name string `json:"name"`
}

// StoredAnswer is the secret-free answer of a write.
type StoredAnswer struct {
	Digest  string    `json:"digest"`
	Payload []byte    `json:"payload"`
	Time    time.Time `json:"time"`
}

// Table is the named table, created on first use.
func (s *State) Table(name string) *Table {
	table := s.Tables[name]
	if table == nil {
		table = &Table{Next: 1, Rows: map[int64]Row{}}
		s.Tables[name] = table
	}
	return table
}

// Row is the row with this id, or nil.
func (s *State) Row(table, id string) Row { return s.Table(table).Rows[system.Number(id)] }

// Set changes one column of a row that exists.
func (s *State) Set(table, id, column, value string) {
	if row := s.Row(table, id); row != nil {
		row[column] = value
	}
}

// Insert adds a row and returns its id.
func (s *State) Insert(table string, row Row) string {
	t := s.Table(table)
	id := t.Next
	t.Next++
	t.Rows[id] = row
	return text(id)
}

const activityLimit = 1000

// log writes the activity log.
func (s *State) log(line string) {
	if len(s.Activity) >= activityLimit {
		s.Activity = slices.Clone(s.Activity[activityLimit/10:])
	}
	s.Activity = append(s.Activity, line)
}

// tx is one database transaction: changes are made at once and undone by rollback. Rows inside a transaction are never changed in place.
type tx struct {
	state *State
	undo  []func()
	// indexes serve rows by the value of one column; a write to the table drops them.
	indexes map[string]map[string]map[string][]int64
	// lacks tells which tables and columns this WHMCS does not have.
	lacks map[string]bool
	// trigger alters rows on their way into the database.
	trigger func(table, id string, row Row)
}

func (t *tx) row(table string, id int64) Row { return t.state.Table(table).Rows[id] }

func (t *tx) put(table string, id int64, row Row) {
	if t.trigger != nil {
		row = maps.Clone(row)
		t.trigger(table, text(id), row)
	}
	rows := t.state.Table(table).Rows
	before, existed := rows[id]
	t.undo = append(t.undo, func() {
		if existed {
			rows[id] = before
		} else {
			delete(rows, id)
		}
	})
	delete(t.indexes, table)
	rows[id] = row
}

// set changes columns of an existing row.
func (t *tx) set(table string, id int64, columns Row) {
	row := maps.Clone(t.row(table, id))
	maps.Copy(row, columns)
	t.put(table, id, row)
}

// reserve takes the next id. As in MySQL it is not given back by a rollback.
func (t *tx) reserve(table string) int64 {
	tab := t.state.Table(table)
	tab.Next++
	return tab.Next - 1
}

func (t *tx) insert(table string, row Row) int64 {
	id := t.reserve(table)
	t.put(table, id, row)
	return id
}

func (t *tx) remove(table string, id int64) {
	rows := t.state.Table(table).Rows
	before, existed := rows[id]
	if !existed {
		return
	}
	t.undo = append(t.undo, func() { rows[id] = before })
	delete(t.indexes, table)
	delete(rows, id)
}

func (t *tx) rollback() {
	for _, undo := range slices.Backward(t.undo) {
		undo()
	}
	t.undo, t.indexes = nil, nil
}

// ids are all ids of a table, ascending.
func (t *tx) ids(table string) []int64 {
	return slices.Sorted(maps.Keys(t.state.Table(table).Rows))
}

// by are the ids of the rows whose column has this value, ascending.
func (t *tx) by(table, column, value string) []int64 {
	if t.indexes == nil {
		t.indexes = map[string]map[string]map[string][]int64{}
	}
	if t.indexes[table] == nil {
		t.indexes[table] = map[string]map[string][]int64{}
	}
	index := t.indexes[table][column]
	if index == nil {
		index = map[string][]int64{}
		for _, id := range t.ids(table) {
			v := t.row(table, id)[column]
			index[v] = append(index[v], id)
		}
		t.indexes[table][column] = index
	}
	return index[value]
}

// where are the rows by one column that also hold the other values, ascending.
func (t *tx) where(table, column, value string, others Row) []int64 {
	var found []int64
	for _, id := range t.by(table, column, value) {
		row, all := t.row(table, id), true
		for name, want := range others {
			all = all && row[name] == want
		}
		if all {
			found = append(found, id)
		}
	}
	return found
}

// has tells whether a reference points to a row.
func (t *tx) has(table, id string) bool { return t.row(table, system.Number(id)) != nil }

func text(id int64) string { return strconv.FormatInt(id, 10) }
