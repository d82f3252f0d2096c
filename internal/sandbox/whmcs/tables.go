package whmcs

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// Row is one database row: the text that MySQL would return, by column. An absent column is empty.
type Row map[string]string

// Table is one database table.
type Table struct {
	// Next is the id of the next row. Ids are never reused.
	Next int64         `json:"next"`
	Rows map[int64]Row `json:"rows"`
}

// State is the database and the files of WHMCS.
type State struct {
	Tables map[string]*Table `json:"tables"`
	// Engines are the storage engines of the tables that are not InnoDB.
	Engines map[string]string `json:"engines,omitempty"`
	// Settings is tblconfiguration.
	Settings map[string]string `json:"settings"`
	// Terraform is mod_terraform_settings.
	Terraform map[string]string `json:"terraform"`
	// PriceChanges are the changes of prices by minute, and LastPrices the prices that were switched off.
	PriceChanges map[int64]int64   `json:"price_changes,omitempty"`
	LastPrices   map[string]string `json:"last_prices,omitempty"`
	// Responses is mod_terraform_requests: the stored responses of writes, by key.
	Responses map[string]StoredResponse `json:"answers"`
	// Modules are the names of the installed server modules.
	Modules []string `json:"modules"`
	// RemovedAddons are the names of addon modules whose folders were removed.
	RemovedAddons []string `json:"removed_addons,omitempty"`
	// Credentials are the API credentials by identifier.
	Credentials map[string]APICredential `json:"credentials"`
	// EncryptionKey encrypts the secrets in the database, as the hash in configuration.php does.
	EncryptionKey []byte `json:"encryption_key"`
	// Files are additional files in the WHMCS folder, by path. KeptFiles is mod_terraform_files: the previous content
	// of the files that the companion wrote. The content is null if there was no file.
	Files     map[string]string  `json:"files,omitempty"`
	KeptFiles map[string]*string `json:"kept_files,omitempty"`
	// postPay contains the operator's map of the SolusVM 2 addon's settings, and the places where the addon stores
	// them.
	postPay PostPayOptions
	// Activity is the activity log, the oldest entry first.
	Activity []string `json:"activity"`
}

// APICredential is one API credential with the actions of its role.
type APICredential struct {
	Secret string `json:"secret"`
	Admin  string `json:"admin"`
	// Actions are lower-case names. A nil list allows every action.
	Actions []string `json:"actions,omitempty"`
	// Name distinguishes the seeded credentials.
	Name string `json:"name"`
}

// StoredResponse is the response of a write, without secrets.
type StoredResponse struct {
	Digest  string    `json:"digest"`
	Payload []byte    `json:"payload"`
	Time    time.Time `json:"time"`
}

// Table returns the table with this name. It is created at the first use.
func (s *State) Table(name string) *Table {
	table := s.Tables[name]
	if table == nil {
		table = &Table{Next: 1, Rows: map[int64]Row{}}
		s.Tables[name] = table
	}
	return table
}

// Row returns the row with this id, or nil.
func (s *State) Row(table, id string) Row { return s.Table(table).Rows[system.Number(id)] }

// Set changes one column of an existing row.
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

// log writes to the activity log.
func (s *State) log(line string) {
	if len(s.Activity) >= activityLimit {
		s.Activity = slices.Clone(s.Activity[activityLimit/10:])
	}
	s.Activity = append(s.Activity, line)
}

// tx is one database transaction. Changes are applied at once, and rollback undoes them. A row is replaced and never
// changed in place.
type tx struct {
	state *State
	now   time.Time
	undo  []func()
	// indexes are the row ids by table, column and value. A write to a table removes its indexes.
	indexes map[string]map[string]map[string][]int64
	// missing contains the tables and columns that this WHMCS does not have.
	missing map[string]bool
	// trigger changes rows before they are stored.
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

// nextID returns the next id. As in MySQL, a rollback does not free it.
func (t *tx) nextID(table string) int64 {
	tab := t.state.Table(table)
	tab.Next++
	return tab.Next - 1
}

func (t *tx) insert(table string, row Row) int64 {
	id := t.nextID(table)
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

// ids returns all ids of a table, ascending.
func (t *tx) ids(table string) []int64 {
	return slices.Sorted(maps.Keys(t.state.Table(table).Rows))
}

// idsBy returns the ids of the rows whose column has this value, ascending.
func (t *tx) idsBy(table, column, value string) []int64 {
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

// idsWhere returns the ids of the rows that match one column and the other values, ascending.
func (t *tx) idsWhere(table, column, value string, others Row) []int64 {
	var found []int64
	for _, id := range t.idsBy(table, column, value) {
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

// exists reports whether a row exists.
func (t *tx) exists(table, id string) bool { return t.row(table, system.Number(id)) != nil }

func text(id int64) string { return strconv.FormatInt(id, 10) }
