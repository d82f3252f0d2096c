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

// These hooks misbehave. They are values of Options.Hooks.
const (
	// HooksThrow makes every hook throw.
	HooksThrow = "throw"
	// HooksRewrite makes the server hooks replace the hostname and blank the username, as one public module does
	// (seen).
	HooksRewrite = "rewrite"
	// HooksTransaction makes the hook after a server's creation begin a transaction and throw.
	HooksTransaction = "transaction"
	// HooksDDL makes a hook at LogActivity create a table inside AddProduct and UpdateModuleConfiguration. This commits
	// the open transaction.
	HooksDDL = "ddl"
	// HooksQuote makes ProductEdit throw an exception that quotes the first and the fourth module option.
	HooksQuote = "quote"
	// HooksRecord makes every hook write what it gets and sees into the table testhost_hooks.
	HooksRecord = "record"
)

// CompanionLocal is the companion.local.php of the test host: it allows deletions, and panels of SolusVM 2 on loopback
// without TLS.
const CompanionLocal = `<?php
return ['allow_delete' => true, 'solusvm2' => ['http_hosts' => ['127.0.0.1']]];
`

// Options configures an installation. The zero value is a working installation.
type Options struct {
	// SystemURL is the address in WHMCS's own settings. If empty, it is the installation's URL.
	SystemURL string
	// Version is the version of WHMCS. If empty, it is "8.13.1-release.1".
	Version string
	// AllowedIPs are the addresses that may call the API. If nil, only 127.0.0.1 is allowed.
	AllowedIPs []string
	// AccessKey is the API access key, which admits callers from other addresses. If empty, there is none.
	AccessKey string
	// CompanionLocal is the content of companion.local.php. If empty, it is [CompanionLocal].
	CompanionLocal string
	// WithoutLocalFile omits companion.local.php.
	WithoutLocalFile bool
	// Hooks is "" or one of the constants whose names begin with Hooks.
	Hooks string
	// StrictSQL enables the strict SQL mode. WHMCS itself disables it.
	StrictSQL bool
	// Legacy makes an old installation. Tables and connection have the character set utf8mb3. The SQL mode is not
	// strict, addon settings have no ids, and every column of a query result is text, as before PHP 8.1.
	Legacy bool
	// ArrayResults makes query results plain arrays of text, as the library of WHMCS 7 does, instead of collections.
	ArrayResults bool
	// NoAddonActions makes ActivateModule and the related actions refuse addon modules. It is not documented whether
	// WHMCS accepts addon modules there.
	NoAddonActions bool
	// LocalAPIElsewhere makes localAPI use another database connection than its caller.
	LocalAPIElsewhere bool
	// EncryptedAddonSettings encrypts stored passwords of addon modules. They are read with the class
	// WHMCS\Module\Addon\Setting, as 8.13 may do.
	EncryptedAddonSettings bool
	// OtherSolusVM2Tables makes the SolusVM 2 addon store its settings in its own tables, not where the companion's
	// map assumes them.
	OtherSolusVM2Tables bool
	// WithoutCompanion omits the companion's files.
	WithoutCompanion bool
	// WithoutSolusVM2 omits the companion's folder SolusVm2 and the hook file.
	WithoutSolusVM2 bool
	// WithoutHookFile omits only the companion's file in includes/hooks.
	WithoutHookFile bool
	// DatabaseSocket is the socket to the database server. If empty, it is the server's own.
	DatabaseSocket string
	// DatabaseUser is the user whom the installation connects as, without a password. If empty, it is root.
	DatabaseUser string
}

// Installation is one WHMCS of the host.
type Installation struct {
	// URL is the address of WHMCS. Its API is at URL/includes/api.php.
	URL string
	// Identifier and Secret are a credential whose role allows all actions of the host.
	Identifier, Secret string
	// ReadOnlyIdentifier and ReadOnlySecret are a credential without TerraformWrite and without official writes.
	ReadOnlyIdentifier, ReadOnlySecret string
	// NoAPIIdentifier and NoAPISecret are a credential whose role allows nothing.
	NoAPIIdentifier, NoAPISecret string

	host *Host
	name string
	once sync.Once
}

// NewInstallation makes an installation and removes it at the end of the test.
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

// Install makes an installation. Drop removes it.
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
	if options.WithoutLocalFile {
		options.CompanionLocal = ""
	} else if options.CompanionLocal == "" {
		options.CompanionLocal = CompanionLocal
	}
	var response struct {
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
		"local_api_elsewhere":      options.LocalAPIElsewhere,
		"encrypted_addon_settings": options.EncryptedAddonSettings,
		"solusvm2_elsewhere":       options.OtherSolusVM2Tables,
		"database_socket":          options.DatabaseSocket,
		"database_user":            options.DatabaseUser,
	}, &response)
	if err != nil {
		return nil, err
	}
	full, readOnly, none := response.Credentials.Full, response.Credentials.ReadOnly, response.Credentials.None
	installation.Identifier, installation.Secret = full.Identifier, full.Secret
	installation.ReadOnlyIdentifier, installation.ReadOnlySecret = readOnly.Identifier, readOnly.Secret
	installation.NoAPIIdentifier, installation.NoAPISecret = none.Identifier, none.Secret
	return installation, nil
}

type credential struct {
	Identifier string `json:"identifier"`
	Secret     string `json:"secret"`
}

// Exec runs one statement in the installation's database. Each "?" is replaced by an argument.
func (i *Installation) Exec(sql string, args ...any) error {
	_, err := i.insert(sql, args...)
	return err
}

// insert runs one statement and returns the id of the new row.
func (i *Installation) insert(sql string, args ...any) (string, error) {
	var response struct {
		ID string `json:"id"`
	}
	err := i.host.control(context.Background(), "exec", i.statement(sql, args), &response)
	return response.ID, err
}

// Query returns the rows of one statement. Integers are json.Number, decimals and texts are strings.
func (i *Installation) Query(sql string, args ...any) ([]map[string]any, error) {
	var response struct {
		Rows []map[string]any `json:"rows"`
	}
	err := i.host.control(context.Background(), "query", i.statement(sql, args), &response)
	return response.Rows, err
}

// Dump returns the definition and the sorted rows of each table. Two dumps are equal if every row is byte-equal. The
// dump omits the companion's tables (mod_terraform_…) and the activity log, because every request may write to them.
func (i *Installation) Dump() (map[string][]string, error) {
	var response struct {
		Tables map[string][]string `json:"tables"`
	}
	if err := i.host.control(context.Background(), "dump", map[string]any{"name": i.name}, &response); err != nil {
		return nil, err
	}
	for name, lines := range response.Tables {
		if strings.HasPrefix(name, "mod_terraform_") || name == "tblactivitylog" {
			delete(response.Tables, name)
			continue
		}
		slices.Sort(lines)
	}
	return response.Tables, nil
}

// Files returns a digest of each file of the host and the installation, by path.
func (i *Installation) Files() (map[string]string, error) {
	var response struct {
		Files map[string]string `json:"files"`
	}
	err := i.host.control(context.Background(), "files", map[string]any{"name": i.name}, &response)
	return response.Files, err
}

// ActivityLog returns the texts of the activity log, the oldest first.
func (i *Installation) ActivityLog() ([]string, error) {
	rows, err := i.Query("SELECT description FROM tblactivitylog ORDER BY id")
	texts := make([]string, 0, len(rows))
	for _, row := range rows {
		texts = append(texts, fmt.Sprint(row["description"]))
	}
	return texts, err
}

// AddService adds a customer's service of a product on a server and returns its id. The status is for example Active
// or Terminated. An empty serverID means no server.
func (i *Installation) AddService(productID, serverID, status string) (string, error) {
	if serverID == "" {
		serverID = "0"
	}
	return i.insert(
		"INSERT INTO tblhosting (userid, packageid, server, regdate, domain, domainstatus, billingcycle, firstpaymentamount, amount) "+
			"VALUES (1, ?, ?, CURDATE(), '', ?, 'Monthly', 10, 10)",
		productID, serverID, status,
	)
}

// SetModule installs a module of the host in the installation, or removes it. The module is servers/<name> or
// addons/<name>. The modules in the folder neighbours are in no installation until they are installed.
func (i *Installation) SetModule(module string, unpacked bool) error {
	return i.host.control(context.Background(), "module", map[string]any{"name": i.name, "module": module, "unpacked": unpacked}, nil)
}

// ReadFile reads a file below the installation's own folder. exists is false if there is no file.
func (i *Installation) ReadFile(path string) (content string, exists bool, err error) {
	var response struct {
		Content *string `json:"content"`
	}
	if err := i.host.control(context.Background(), "readFile", map[string]any{"name": i.name, "path": path}, &response); err != nil || response.Content == nil {
		return "", false, err
	}
	raw, err := base64.StdEncoding.DecodeString(*response.Content)
	return string(raw), true, err
}

// WriteFile writes a file below the installation's own folder.
func (i *Installation) WriteFile(path, content string) error {
	input := map[string]any{"name": i.name, "path": path, "content": base64.StdEncoding.EncodeToString([]byte(content))}
	return i.host.control(context.Background(), "writeFile", input, nil)
}

// LinkFolder creates a symbolic link in the installation's own folder. The target is outside of the folder.
func (i *Installation) LinkFolder(path, target string) error {
	return i.host.control(context.Background(), "link", map[string]any{"name": i.name, "path": path, "target": target}, nil)
}

// Remove removes a file of the installation, or a folder with its content.
func (i *Installation) Remove(path string) error {
	return i.host.control(context.Background(), "remove", map[string]any{"name": i.name, "path": path}, nil)
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

// control calls an operation of the host's own endpoint.
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
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the test host refuses %s with status %d: %s", operation, response.StatusCode, content)
	}
	if output == nil {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()
	return decoder.Decode(output)
}
