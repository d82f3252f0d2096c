package acctest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// phpWHMCS is the real companion in PHP on MariaDB, inside the WHMCS-shaped test host.
type phpWHMCS struct{ *testhost.Installation }

// PHPMode is a kind of installation of the test host.
type PHPMode struct {
	name string
	old  bool
}

var (
	// ModernPHP is an installation as WHMCS 8 makes it.
	ModernPHP = PHPMode{name: "php"}
	// OldPHP is one that has been upgraded since WHMCS 7: utf8mb3, no strict SQL, query results as arrays of text.
	OldPHP = PHPMode{name: "php-old", old: true}
)

func newPHP(t testing.TB, mode PHPMode, options testhost.Options) WHMCS {
	t.Helper()
	if mode.old {
		options.Legacy, options.ArrayResults, options.Version = true, true, "7.10.3-release.1"
	}
	return phpWHMCS{testhost.Shared(t).NewInstallation(t, options)}
}

func (phpWHMCS) Name() string  { return "php" }
func (p phpWHMCS) URL() string { return p.Installation.URL }
func (p phpWHMCS) Credential() sandbox.Credential {
	return sandbox.Credential{Identifier: p.Identifier, Secret: p.Secret}
}
func (p phpWHMCS) ReadOnlyCredential() sandbox.Credential {
	return sandbox.Credential{Identifier: p.ReadOnlyIdentifier, Secret: p.ReadOnlySecret}
}

func (p phpWHMCS) query(t testing.TB, sql string, args ...any) []map[string]string {
	t.Helper()
	rows, err := p.Query(sql, args...)
	require.NoError(t, err)
	out := make([]map[string]string, len(rows))
	for i, row := range rows {
		out[i] = map[string]string{}
		for column, value := range row {
			if value != nil {
				out[i][column] = fmt.Sprint(value)
			}
		}
	}
	return out
}

func (p phpWHMCS) Row(t testing.TB, table, id string) map[string]string {
	t.Helper()
	rows := p.query(t, "SELECT * FROM `"+table+"` WHERE id = ?", id)
	if len(rows) == 0 {
		return nil
	}
	return rows[0]
}

func (p phpWHMCS) Set(t testing.TB, table, id, column, value string) {
	t.Helper()
	require.NotNil(t, p.Row(t, table, id), "no row %s in %s", id, table)
	require.NoError(t, p.Exec("UPDATE `"+table+"` SET `"+column+"` = ? WHERE id = ?", value, id))
}

func (p phpWHMCS) Prices(t testing.TB, productID string) map[string]map[string]string {
	t.Helper()
	return p.prices(t, "product", productID)
}

func (p phpWHMCS) OptionPrices(t testing.TB, subOptionID string) map[string]map[string]string {
	t.Helper()
	return p.prices(t, "configoptions", subOptionID)
}

func (p phpWHMCS) prices(t testing.TB, of, id string) map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]string{}
	for _, row := range p.query(t, "SELECT c.code, p.* FROM tblpricing p JOIN tblcurrencies c ON c.id = p.currency WHERE p.type = ? AND p.relid = ?", of, id) {
		out[row["code"]] = row
	}
	return out
}

func (p phpWHMCS) SetPrice(t testing.TB, productID, currency, column, value string) {
	t.Helper()
	require.Contains(t, p.Prices(t, productID), currency)
	require.NoError(t, p.Exec("UPDATE tblpricing SET `"+column+"` = ? WHERE type = 'product' AND relid = ? AND currency = (SELECT id FROM tblcurrencies WHERE code = ?)", value, productID, currency))
}

// password calls one of WHMCS's two official actions on passwords.
func (p phpWHMCS) password(t testing.TB, action, password string) string {
	t.Helper()
	form := url.Values{"action": {action}, "password2": {password}, "identifier": {p.Identifier}, "secret": {p.Secret}, "responsetype": {"json"}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.Installation.URL+"/includes/api.php", strings.NewReader(form.Encode()))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	var answer struct {
		Result   string `json:"result"`
		Password string `json:"password"`
	}
	require.NoError(t, json.NewDecoder(response.Body).Decode(&answer))
	require.Equal(t, "success", answer.Result)
	return answer.Password
}

func (p phpWHMCS) SetServerPassword(t testing.TB, id, password string) {
	t.Helper()
	p.Set(t, "tblservers", id, "password", p.password(t, "EncryptPassword", password))
}

func (p phpWHMCS) ServerPassword(t testing.TB, id string) string {
	t.Helper()
	return p.password(t, "DecryptPassword", p.Row(t, "tblservers", id)["password"])
}

func (p phpWHMCS) Delete(t testing.TB, table, id string) {
	t.Helper()
	require.Contains(t, kinds, table)
	require.NoError(t, p.Exec("DELETE FROM `"+table+"` WHERE id = ?", id))
	switch table {
	case "tblproducts":
		require.NoError(t, p.Exec("DELETE FROM tblpricing WHERE type = 'product' AND relid = ?", id))
		require.NoError(t, p.Exec("DELETE FROM tblproducts_slugs WHERE product_id = ?", id))
	case "tblproductconfiggroups":
		for _, option := range p.query(t, "SELECT id FROM tblproductconfigoptions WHERE gid = ?", id) {
			require.NoError(t, p.Exec("DELETE FROM tblproductconfigoptionssub WHERE configid = ?", option["id"]))
		}
		require.NoError(t, p.Exec("DELETE FROM tblproductconfigoptions WHERE gid = ?", id))
		require.NoError(t, p.Exec("DELETE FROM tblproductconfiglinks WHERE gid = ?", id))
	case "tblservers":
		require.NoError(t, p.Exec("DELETE FROM tblservergroupsrel WHERE serverid = ?", id))
	case "tblservergroups":
		require.NoError(t, p.Exec("DELETE FROM tblservergroupsrel WHERE groupid = ?", id))
	}
}

func (p phpWHMCS) Insert(t testing.TB, table string, row map[string]string) string {
	t.Helper()
	columns, marks, values := make([]string, 0, len(row)), make([]string, 0, len(row)), make([]any, 0, len(row))
	for column, value := range row {
		columns, marks, values = append(columns, "`"+column+"`"), append(marks, "?"), append(values, value)
	}
	require.NoError(t, p.Exec("INSERT INTO `"+table+"` ("+strings.Join(columns, ", ")+") VALUES ("+strings.Join(marks, ", ")+")", values...))
	if table == "tblservergroupsrel" { // its rows have no ids
		return ""
	}
	return p.query(t, "SELECT MAX(id) AS id FROM `"+table+"`")[0]["id"]
}

func (p phpWHMCS) AddService(t testing.TB, productID, serverID, status string) string {
	t.Helper()
	id, err := p.Installation.AddService(productID, serverID, status)
	require.NoError(t, err)
	return id
}

func (p phpWHMCS) Choose(t testing.TB, serviceID, optionID, subOptionID string) string {
	t.Helper()
	require.NoError(t, p.Exec("INSERT INTO tblhostingconfigoptions (relid, configid, optionid) VALUES (?, ?, ?)", serviceID, optionID, subOptionID))
	return p.query(t, "SELECT MAX(id) AS id FROM tblhostingconfigoptions")[0]["id"]
}

func (p phpWHMCS) AddCustomField(t testing.TB, productID, name, options string) string {
	t.Helper()
	require.NoError(t, p.Exec("INSERT INTO tblcustomfields (type, relid, fieldname, fieldtype, description, fieldoptions, regexpr, adminonly, required, showorder, showinvoice) VALUES ('product', ?, ?, 'dropdown', '', ?, '', '', '', 'on', '')", productID, name, options))
	return p.query(t, "SELECT MAX(id) AS id FROM tblcustomfields")[0]["id"]
}

func (p phpWHMCS) Enter(t testing.TB, fieldID, serviceID, value string) {
	t.Helper()
	require.NoError(t, p.Exec("INSERT INTO tblcustomfieldsvalues (fieldid, relid, value) VALUES (?, ?, ?)", fieldID, serviceID, value))
}

func (p phpWHMCS) AddonSetting(t testing.TB, module, setting string) (value string, there bool) {
	t.Helper()
	rows := p.query(t, "SELECT value FROM tbladdonmodules WHERE module = ? AND setting = ?", module, setting)
	if len(rows) == 0 {
		return "", false
	}
	return rows[0]["value"], true
}

func (p phpWHMCS) SetAddonSetting(t testing.TB, module, setting, value string) {
	t.Helper()
	_, there := p.AddonSetting(t, module, setting)
	require.True(t, there, "%s has no setting %s", module, setting)
	require.NoError(t, p.Exec("UPDATE tbladdonmodules SET value = ? WHERE module = ? AND setting = ?", value, module, setting))
}

func (p phpWHMCS) Encrypt(t testing.TB, text string) string {
	t.Helper()
	return p.password(t, "EncryptPassword", text)
}

func (p phpWHMCS) RemoveAddon(t testing.TB, module string) {
	t.Helper()
	require.NoError(t, p.Exec("DELETE FROM tbladdonmodules WHERE module = ?", module))
	require.NoError(t, p.Exec("UPDATE tblconfiguration SET value = TRIM(BOTH ',' FROM REPLACE(CONCAT(',', value, ','), CONCAT(',', ?, ','), ',')) WHERE setting = 'ActiveAddonModules'", module))
}

func (p phpWHMCS) SetConfiguration(t testing.TB, setting, value string) {
	t.Helper()
	require.NoError(t, p.Exec("DELETE FROM tblconfiguration WHERE setting = ?", setting))
	require.NoError(t, p.Exec("INSERT INTO tblconfiguration (setting, value) VALUES (?, ?)", setting, value))
}

func (p phpWHMCS) SetEngine(t testing.TB, table, engine string) {
	t.Helper()
	require.NoError(t, p.Exec("ALTER TABLE `"+table+"` ENGINE = "+engine))
}

func (p phpWHMCS) SetModule(t testing.TB, module string, unpacked bool) {
	t.Helper()
	require.NoError(t, p.Installation.SetModule(module, unpacked))
}

func (p phpWHMCS) Count(t testing.TB, table string) int {
	t.Helper()
	return len(p.query(t, "SELECT 1 FROM `"+table+"`"))
}

func (p phpWHMCS) Dump(t testing.TB) map[string][]string {
	t.Helper()
	tables, err := p.Installation.Dump()
	require.NoError(t, err)
	return tables
}

func (p phpWHMCS) Files(t testing.TB) map[string]string {
	t.Helper()
	files, err := p.Installation.Files()
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

func (p phpWHMCS) LogText(t testing.TB) string {
	t.Helper()
	lines, err := p.ActivityLog()
	require.NoError(t, err)
	return strings.Join(lines, "\n")
}

func (p phpWHMCS) ReadFile(t testing.TB, path string) (string, bool) {
	t.Helper()
	content, there, err := p.Installation.ReadFile(path)
	require.NoError(t, err)
	return content, there
}

func (p phpWHMCS) WriteFile(t testing.TB, path, content string) {
	t.Helper()
	require.NoError(t, p.Installation.WriteFile(path, content))
}

func (p phpWHMCS) RemoveFile(t testing.TB, path string) {
	t.Helper()
	require.NoError(t, p.Installation.Remove(path))
}

// EnvOf is surroundings without a sandbox, for what only an installation of the test host has.
func EnvOf(installation *testhost.Installation) *Env { return &Env{WHMCS: phpWHMCS{installation}} }
