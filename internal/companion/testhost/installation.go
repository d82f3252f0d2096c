package testhost

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Hooks that misbehave, for Options.
const (
	// HooksThrow makes every hook throw.
	HooksThrow = "throw"
	// HooksRewrite makes the server hooks replace the hostname and blank the username, as one public module does (seen).
	HooksRewrite = "rewrite"
	// HooksTransaction makes the hook after a server's creation begin a transaction and throw.
	HooksTransaction = "transaction"
	// HooksDDL makes hooks inside AddProduct and UpdateModuleConfiguration create a table, which commits whatever transaction is open.
	HooksDDL = "ddl"
)

// Options shape an installation. The zero value is one that works.
type Options struct {
	// SystemURL is WHMCS's own address in its settings; the installation's URL where empty.
	SystemURL string
	// Version is WHMCS's version, "8.13.1-release.1" where empty.
	Version string
	// AllowedIPs are the exact addresses that may call the API; 127.0.0.1 where nil.
	AllowedIPs []string
	// AccessKey lets callers from other addresses in; none where empty.
	AccessKey string
	// CompanionLocal is the text of companion.local.php; no file where empty.
	CompanionLocal string
	// Hooks is "", HooksThrow, HooksRewrite, HooksTransaction or HooksDDL.
	Hooks string
	// StrictSQL switches the strict SQL mode on, which WHMCS itself switches off.
	StrictSQL bool
	// Legacy makes an old installation: tables and connection of character set utf8mb3, SQL mode not strict, addon settings without ids.
	Legacy bool
	// ArrayResults gives the companion plain arrays of text for query results, as the library of WHMCS 7 does, instead of collections.
	ArrayResults bool
	// NoAddonActions has ActivateModule and its sisters refuse addon modules; whether WHMCS's accept them is not documented.
	NoAddonActions bool
	// EncryptedAddonSettings stores passwords of addon modules encrypted, behind the class WHMCS\Module\Addon\Setting, as 8.13 may.
	EncryptedAddonSettings bool
	// SolusVM2Elsewhere has the SolusVM 2 addon keep its settings in tables of its own, not where the companion's map assumes them.
	SolusVM2Elsewhere bool
	// WithoutCompanion leaves the companion's files out.
	WithoutCompanion bool
	// WithoutSolusVM2 leaves out the companion's folder SolusVm2, and the hook file.
	WithoutSolusVM2 bool
	// WithoutHookFile leaves out the companion's file in includes/hooks alone.
	WithoutHookFile bool
}

// Installation is one WHMCS of the host.
type Installation struct {
	// URL is WHMCS's address; its API is at URL/includes/api.php.
	URL string
	// Identifier and Secret are a credential whose role allows everything that the host serves.
	Identifier, Secret string
	// ReadOnlyIdentifier and ReadOnlySecret are a credential without TerraformWrite and without official writes.
	ReadOnlyIdentifier, ReadOnlySecret string
	// NoAPIIdentifier and NoAPISecret are a credential whose role allows nothing.
	NoAPIIdentifier, NoAPISecret string

	host *Host
	name string
	once sync.Once
}

// NewInstallation makes an installation that is dropped with the test.
func (h *Host) NewInstallation(tb testing.TB, options Options) *Installation {
	tb.Helper()
	installation, err := h.Install(context.Background(), options)
	if err != nil {
		tb.Fatalf("make an installation of the test host: %v", err)
	}
	tb.Cleanup(func() {
		if err := installation.Drop(); err != nil {
			tb.Logf("drop an installation of the test host: %v", err)
		}
	})
	return installation
}

// Install makes an installation; Drop removes it.
func (h *Host) Install(ctx context.Context, options Options) (*Installation, error) {
	installation := &Installation{host: h, name: "i" + randomHex(6)}
	installation.URL = h.url + "/i/" + installation.name
	if options.SystemURL == "" {
		options.SystemURL = installation.URL + "/"
	}
	if options.Version == "" {
		options.Version = "8.13.1-release.1"
	}
	if options.AllowedIPs == nil {
		options.AllowedIPs = []string{"127.0.0.1"}
	}
	var answer struct {
		Credentials struct {
			Full     credential `json:"full"`
			ReadOnly credential `json:"read_only"`
			None     credential `json:"none"`
		} `json:"credentials"`
	}
	err := h.control(ctx, "create", map[string]any{
		"name":                     installation.name,
		"system_url":               options.SystemURL,
		"version":                  options.Version,
		"allowed_ips":              options.AllowedIPs,
		"access_key":               options.AccessKey,
		"companion_local":          options.CompanionLocal,
		"hooks":                    options.Hooks,
		"strict":                   options.StrictSQL,
		"without_companion":        options.WithoutCompanion,
		"without_solusvm2":         options.WithoutSolusVM2,
		"without_hook_file":        options.WithoutHookFile,
		"legacy":                   options.Legacy,
		"array_results":            options.ArrayResults,
		"addon_actions":            !options.NoAddonActions,
		"encrypted_addon_settings": options.EncryptedAddonSettings,
		"solusvm2_elsewhere":       options.SolusVM2Elsewhere,
	}, &answer)
	if err != nil {
		return nil, err
	}
	full, readOnly, none := answer.Credentials.Full, answer.Credentials.ReadOnly, answer.Credentials.None
	installation.Identifier, installation.Secret = full.Identifier, full.Secret
	installation.ReadOnlyIdentifier, installation.ReadOnlySecret = readOnly.Identifier, readOnly.Secret
	installation.NoAPIIdentifier, installation.NoAPISecret = none.Identifier, none.Secret
	return installation, nil
}

type credential struct {
	Identifier string `json:"identifier"`
	Secret     string `json:"secret"`
}

// Exec runs one statement in the installation's database, with ? for each argument.
func (i *Installation) Exec(sql string, args ...any) error {
	_, err := i.insert(sql, args...)
	return err
}

// insert runs one statement and returns the id of a new row.
func (i *Installation) insert(sql string, args ...any) (string, error) {
	var answer struct {
		ID string `json:"id"`
	}
	err := i.host.control(context.Background(), "exec", i.statement(sql, args), &answer)
	return answer.ID, err
}

// Query returns the rows of one statement. Whole numbers are json.Number, decimals and texts are strings.
func (i *Installation) Query(sql string, args ...any) ([]map[string]any, error) {
	var answer struct {
		Rows []map[string]any `json:"rows"`
	}
	err := i.host.control(context.Background(), "query", i.statement(sql, args), &answer)
	return answer.Rows, err
}

// Dump returns every table's definition and rows, sorted, by table: two dumps are equal where no byte of a row differs. The tables
// of the companion (mod_terraform_…) and the activity log are left out, for every request may write to them.
func (i *Installation) Dump() (map[string][]string, error) {
	var answer struct {
		Tables map[string][]string `json:"tables"`
	}
	if err := i.host.control(context.Background(), "dump", map[string]any{"name": i.name}, &answer); err != nil {
		return nil, err
	}
	for name, lines := range answer.Tables {
		if strings.HasPrefix(name, "mod_terraform_") || name == "tblactivitylog" {
			delete(answer.Tables, name)
			continue
		}
		slices.Sort(lines)
	}
	return answer.Tables, nil
}

// Files gives a digest of every file that the host and the installation consist of, by path.
func (i *Installation) Files() (map[string]string, error) {
	var answer struct {
		Files map[string]string `json:"files"`
	}
	err := i.host.control(context.Background(), "files", map[string]any{"name": i.name}, &answer)
	return answer.Files, err
}

// ActivityLog returns the texts of the activity log, oldest first.
func (i *Installation) ActivityLog() ([]string, error) {
	rows, err := i.Query("SELECT description FROM tblactivitylog ORDER BY id")
	texts := make([]string, 0, len(rows))
	for _, row := range rows {
		texts = append(texts, fmt.Sprint(row["description"]))
	}
	return texts, err
}

// AddService gives a customer a service of a product on a server, in a status such as Active or Terminated, and returns
// its id. An empty serverID is no server.
func (i *Installation) AddService(productID, serverID, status string) (string, error) {
	if serverID == "" {
		serverID = "0"
	}
	return i.insert(
		"INSERT INTO tblhosting (userid, packageid, server, regdate, domain, domainstatus) VALUES (1, ?, ?, CURDATE(), '', ?)", //nolint:misspell // it is WHMCS's word
		productID, serverID, status,
	)
}

// SetModule unpacks a module of the host into the installation, or removes it: servers/<name> or addons/<name>.
func (i *Installation) SetModule(module string, unpacked bool) error {
	return i.host.control(context.Background(), "module", map[string]any{"name": i.name, "module": module, "unpacked": unpacked}, nil)
}

// ReadFile gives a file of the installation's own folder, by its path below that; there tells whether there is one.
func (i *Installation) ReadFile(path string) (content string, there bool, err error) {
	var answer struct {
		Content *string `json:"content"`
	}
	if err := i.host.control(context.Background(), "readFile", map[string]any{"name": i.name, "path": path}, &answer); err != nil || answer.Content == nil {
		return "", false, err
	}
	raw, err := base64.StdEncoding.DecodeString(*answer.Content)
	return string(raw), true, err
}

// WriteFile puts a file into the installation's own folder.
func (i *Installation) WriteFile(path, content string) error {
	input := map[string]any{"name": i.name, "path": path, "content": base64.StdEncoding.EncodeToString([]byte(content))}
	return i.host.control(context.Background(), "writeFile", input, nil)
}

// LinkFolder puts a symbolic link to a folder outside into the installation's own folder.
func (i *Installation) LinkFolder(path, target string) error {
	return i.host.control(context.Background(), "link", map[string]any{"name": i.name, "path": path, "target": target}, nil)
}

// RemoveFolder removes a folder of the installation's own, and what is in it.
func (i *Installation) RemoveFolder(path string) error {
	return i.host.control(context.Background(), "removeFolder", map[string]any{"name": i.name, "path": path}, nil)
}

// Drop removes the installation and its database.
func (i *Installation) Drop() error {
	var err error
	i.once.Do(func() {
		err = i.host.control(context.Background(), "drop", map[string]any{"name": i.name}, nil)
	})
	return err
}

func (i *Installation) statement(sql string, args []any) map[string]any {
	if args == nil {
		args = []any{}
	}
	return map[string]any{"name": i.name, "sql": sql, "args": args}
}

// control calls the host's own endpoint.
func (h *Host) control(ctx context.Context, operation string, input, output any) error {
	body, err := json.Marshal(input)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url+"/_testhost/"+operation, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("X-Testhost-Token", h.token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the test host refuses %s with status %d: %s", operation, response.StatusCode, answer)
	}
	if output == nil {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(answer))
	decoder.UseNumber()
	return decoder.Decode(output)
}
