package whmcs

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// topLinkModule is the folder name of the vendor's module.
const topLinkModule = "toplink_dcim"

// topLinkSystemField is the custom field whose options the vendor's module fills. Seen: on the module's screens.
const topLinkSystemField = "Pre Install System"

// serverModule is the content of a server module's PHP file.
type serverModule struct {
	displayName string
	// hooks is true if the module has a hooks.php. edited is its hook at ProductEdit, or nil. formHooks are its hook
	// points that store fields of an admin form.
	hooks     bool
	edited    func(t *tx, product int64)
	formHooks string
	options   []moduleOption
	// literal is true if the text of the file shows the whole declaration. It is then known without running code.
	literal bool
	// withoutServer are the options that the module declares while WHMCS has no server of it. Nil means the same options.
	withoutServer []moduleOption
	// demandsServer is true if the declaration fails as long as WHMCS has no server of the module.
	demandsServer bool
	test          func(ctx context.Context, p connection) error
}

// moduleOption is one entry of <module>_ConfigOptions. Its number is its position, counted from 1.
type moduleOption struct {
	// name is the key of the declaration, and label its FriendlyName, which may be empty.
	name, label string
	// kind is text, password, dropdown, yesno, radio or textarea.
	kind, defaultValue string
	choices            []string
}

// connection contains the parameters of a module's TestConnection.
type connection struct {
	hostname, ip, username, password string
	secure                           bool
	port                             int64
}

// serverModules are the modules whose files exist. State.Modules lists the installed ones.
var serverModules = map[string]serverModule{
	topLinkModule: {
		displayName: "Toplink DCIM",
		// Seen: the order on the module's settings screen. Assumed: the numbers follow this order.
		options: []moduleOption{
			{name: "Connection Node", kind: "text"},
			{name: "Data Center", kind: "text"},
			{name: "Package", kind: "text"},
			{name: "Suspend Action", kind: "dropdown", defaultValue: "close port", choices: []string{"close port", "power off", "close port and power off", "none"}},
			{name: "Terminate Action", kind: "dropdown", defaultValue: "power off", choices: []string{"power off", "close port", "close port and power off", "none"}},
			{name: "Client VNC/IPMI", kind: "yesno"},
			{name: "Client Power", kind: "yesno"},
			{name: "Client Reinstall", kind: "yesno"},
			{name: "Client Port Limits", kind: "yesno"},
			{name: "Client Hardware Info", kind: "yesno"},
		},
		test: testTopLink,
	},
	"samplevps": {
		displayName: "Sample VPS",
		hooks:       true,
		options: []moduleOption{
			{name: "Plan", kind: "dropdown", defaultValue: "small", choices: []string{"small", "medium", "large"}},
			{name: "Disk", kind: "text", defaultValue: "20"},
			{name: "Backups", kind: "yesno"},
			{name: "Token", kind: "password"},
		},
		test: func(_ context.Context, p connection) error {
			if p.username == "" || p.password == "" {
				return errors.New("Sample VPS needs a user name and a password")
			}
			return nil
		},
	},
	// These are not installed until a test unpacks them.
	"gamehost": {
		displayName: "Game Host", literal: true,
		options: []moduleOption{
			{name: "memory", label: "Memory (MB)", kind: "text", defaultValue: "1024"},
			{name: "location_id", label: "Location ID", kind: "text"},
			{name: "egg_id", label: "Egg ID", kind: "text"},
			{name: "edition", kind: "dropdown", defaultValue: "java", choices: []string{"java", "bedrock"}},
			{name: "backups", kind: "yesno"},
			{name: "token", label: "API Token", kind: "text"},
			{name: "password", kind: "password"},
		},
	},
	"gamepanel": {
		displayName: "Game Panel",
		options: []moduleOption{
			{name: "location_id", label: "Location ID", kind: "text"},
			{name: "egg_id", label: "Egg ID", kind: "text"},
			{name: "password", kind: "password"},
			{name: "edition", kind: "dropdown", choices: []string{"java"}},
		},
	},
	"latepanel": {
		displayName: "latepanel",
		options: []moduleOption{
			{name: "Plan", kind: "dropdown", choices: []string{"R&D", "gold"}},
			{name: "Node", kind: "text"},
		},
		withoutServer: []moduleOption{{name: "Plan", kind: "dropdown"}},
	},
	"needspanel": {
		displayName: "needspanel", demandsServer: true,
		options: []moduleOption{{name: "Plan", kind: "text"}},
	},
	"optionmaker": {
		displayName: "Option Maker", hooks: true, edited: makeOptions, literal: true,
		options: []moduleOption{{name: "Plan", kind: "text"}, {name: "Token", kind: "password"}},
	},
	"formreader": {
		displayName: "Form Reader", literal: true, hooks: true, formHooks: "AdminProductConfigFieldsSave",
		options: []moduleOption{{name: "Plan", kind: "text"}},
	},
}

// productEdited runs the hooks at ProductEdit of the modules whose hooks WHMCS loads.
func (w *WHMCS) productEdited(product int64) {
	s := w.state
	for _, module := range system.SplitList(s.Settings["ModuleHooks"], ",") {
		if run := serverModules[module].edited; run != nil && slices.Contains(s.Modules, module) {
			run(w.begin(), product)
		}
	}
}

// makeOptions makes a custom field and a group of configurable options for a new product of the module. Several public
// modules do this (seen).
func makeOptions(t *tx, product int64) {
	row := t.row("tblproducts", product)
	if row["servertype"] != "optionmaker" || row["configoption1"] == "" {
		return
	}
	field := Row{"type": "product", "fieldname": "node_id|Node"}
	if len(t.idsWhere("tblcustomfields", "relid", text(product), field)) == 0 {
		field["relid"], field["fieldtype"], field["adminonly"] = text(product), "text", "on"
		t.insert("tblcustomfields", field)
	}
	if len(t.idsBy("tblproductconfiglinks", "pid", text(product))) > 0 {
		return
	}
	group := t.insert("tblproductconfiggroups", Row{"name": "Option Maker #" + text(product) + " " + row["name"]})
	t.insert("tblproductconfiglinks", Row{"gid": text(group), "pid": text(product)})
	option := t.insert("tblproductconfigoptions", Row{"gid": text(group), "optionname": "location|Location", "optiontype": "1"})
	choice := t.insert("tblproductconfigoptionssub", Row{"configid": text(option), "optionname": "fra|Frankfurt"})
	for _, currency := range t.ids("tblcurrencies") {
		writeOptionPrices(t, choice, text(currency), nil)
	}
}

// askModule returns the declaration of a module, and the failure of the declaration, or "".
func (t *tx) askModule(name string) (m serverModule, failure string) {
	m = serverModules[name]
	switch {
	case len(t.idsBy("tblservers", "type", name)) > 0:
	case m.demandsServer:
		m.options = nil
		return m, fmt.Sprintf("The server module %[1]s failed in %[1]s_ConfigOptions: WHMCS has no server of the panel", name)
	case m.withoutServer != nil:
		m.options = m.withoutServer
	}
	return m, ""
}

// optionNumber returns the number of the option with the name that the module declares. The name on the screen counts
// if no option has it as its own name.
func (m serverModule) optionNumber(name string) (int, bool) {
	i := slices.IndexFunc(m.options, func(o moduleOption) bool { return o.name == name })
	if i < 0 {
		i = slices.IndexFunc(m.options, func(o moduleOption) bool { return o.label == name && name != "" })
	}
	return i + 1, i >= 0
}

// secretOption reports whether a value of a module's option is shown as a fingerprint. That is the case if the option
// is or may be a password, or if a write has given it as a secret. An option may be a password if the module does not
// declare it, or if the module is gone. It may also be one if the module's file contains passwords and no write has run
// the declaration yet. The ten known settings of the TopLink module are not secrets.
func (t *tx) secretOption(module string, n int) bool {
	m, known := serverModules[module]
	if !known {
		return true
	}
	speaks := slices.ContainsFunc(m.options, func(o moduleOption) bool { return o.kind == "password" })
	if speaks && !m.literal && t.state.Terraform["asked."+module] == "" {
		return true
	}
	if module != topLinkModule && slices.Contains(t.secretMarks(module), strconv.Itoa(n)) {
		return true
	}
	return n > len(m.options) || m.options[n-1].kind == "password"
}

// secretMarks are the numbers of the options that a write has given as secrets, whatever the module declares.
func (t *tx) secretMarks(module string) []string {
	return system.SplitList(t.state.Terraform["secret.servers/"+module], ",")
}

func (t *tx) markSecretOption(module, number string) {
	if marks := t.secretMarks(module); module != "" && !slices.Contains(marks, number) {
		key := "secret.servers/" + module
		before := t.state.Terraform[key]
		t.undo = append(t.undo, func() { t.state.Terraform[key] = before })
		t.state.Terraform[key] = strings.Join(append(marks, number), ",")
	}
}

// declaration returns what a server module declares, as rows show it. It is nil if that is not known without running
// the module's code.
func (t *tx) declaration(module string) any {
	m, known := serverModules[module]
	if !known || !m.literal && t.state.Terraform["asked."+module] == "" {
		return nil
	}
	options := []any{}
	for i, o := range m.options {
		options = append(options, map[string]any{
			"number": i + 1, "name": o.name, "label": o.label, "type": o.kind, "default": o.defaultValue,
		})
	}
	return options
}

// loadDeclaration runs a module's declaration. From then on it is known which options are passwords.
func (s *State) loadDeclaration(module string) {
	if _, known := serverModules[module]; known {
		s.Terraform["asked."+module] = "1"
	}
}

// optionError returns the error of an option's value, or "". The empty value clears any option.
func (m serverModule) optionError(n int, value string) string {
	if value == "" || n > len(m.options) {
		return ""
	}
	option := m.options[n-1]
	choices := option.choices
	if option.kind == "yesno" {
		choices = []string{"on", ""}
	}
	if choices == nil || slices.Contains(choices, value) {
		return ""
	}
	shown := make([]string, 0, len(choices))
	for _, choice := range choices {
		if choice == "" {
			choice = `""`
		}
		shown = append(shown, choice)
	}
	return "must be one of " + strings.Join(shown, ", ")
}

// unknownOption is the message about a name that no option has.
func (m serverModule) unknownOption() string {
	if len(m.options) == 0 {
		return "is not an option. The product has no module that declares options"
	}
	names := make([]string, 0, len(m.options))
	for _, option := range m.options {
		names = append(names, option.name)
	}
	return "is not an option of the module. Options: " + strings.Join(names, ", ")
}

// missingModule is the message about a module that is not installed. The folder is servers or addons.
func missingModule(folder, name string) string {
	return "The " + strings.TrimSuffix(folder, "s") + " module \"" + name + "\" is not installed: WHMCS has no folder modules/" + folder +
		"/" + name + ". Install it, or correct the name"
}

func (m serverModule) schema(name string) map[string]any {
	options := make([]any, 0, len(m.options))
	for i, o := range m.options {
		var choices any
		if o.choices != nil {
			choices = o.choices
		}
		option := map[string]any{
			"number": i + 1, "name": o.name, "type": o.kind, "default": o.defaultValue, "choices": choices, "fixed": m.literal,
		}
		if o.label != "" {
			option["label"] = o.label
		}
		options = append(options, option)
	}
	return map[string]any{"module": name, "display_name": m.displayName, "options": options}
}

// testTimeout limits a module's connection test, as the vendor's own timeout would.
const testTimeout = 5 * time.Second

// moduleClient is the HTTP client of the modules. It connects to loopback only, so that the sandbox sends no
// credentials to a real system.
var moduleClient = &http.Client{
	Timeout: testTimeout,
	Transport: &http.Transport{
		DisableKeepAlives: true,
		// Panels have self-signed certificates. Only loopback is reached.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		DialContext:     loopback.DialContext,
	},
	CheckRedirect: refuseRedirects,
}

var loopback = &net.Dialer{Control: func(_, address string, _ syscall.RawConn) error {
	if system.LoopbackOnly(address) != nil {
		return errors.New("the sandbox connects to loopback addresses only")
	}
	return nil
}}

// refuseRedirects disables redirects.
func refuseRedirects(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// testTopLink lists the DCIM's API keys with one small authenticated read. Assumed: the vendor's module does the
// same.
func testTopLink(ctx context.Context, p connection) error {
	scheme, port, host := "http", int64(80), p.ip
	if p.secure {
		scheme, port = "https", 443
	}
	if p.port != 0 {
		port = p.port
	}
	if host == "" {
		host = p.hostname
	}
	if host == "" {
		return errors.New("neither a hostname nor an IP address is set")
	}
	address := net.JoinHostPort(host, strconv.FormatInt(port, 10))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+address+"/api/v1/system-api-keys?per_page=1", nil)
	if err != nil {
		return errors.New("the address of the DCIM is not valid")
	}
	if p.hostname != "" {
		request.Host = p.hostname
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("X-Api-Key", p.username)
	request.Header.Set("X-Api-Secret", p.password)
	response, err := moduleClient.Do(request)
	if err != nil {
		var operation *net.OpError
		if errors.As(err, &operation) {
			return fmt.Errorf("cannot connect to %s: %w", address, operation.Err)
		}
		return fmt.Errorf("cannot connect to %s", address)
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	switch response.StatusCode {
	case http.StatusOK:
		return nil
	case http.StatusUnauthorized, http.StatusForbidden:
		var answer struct{ Message string }
		if json.Unmarshal(body, &answer) == nil && answer.Message != "" {
			return errors.New(answer.Message)
		}
	}
	return fmt.Errorf("%s responded with HTTP status %d", address, response.StatusCode)
}
