// Command sandbox runs a sandbox of WHMCS, the TopLink DCIM and SolusVM 2 on loopback. It writes a working folder for
// Terraform and prints the two commands that apply it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/terraformcli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "sandbox:", err)
		os.Exit(1)
	}
}

// faultFlags contains the rules of -fault.
type faultFlags []sandbox.Fault

func (f *faultFlags) String() string { return fmt.Sprintf("%d rules", len(*f)) }

func (f *faultFlags) Set(text string) error {
	fault, err := sandbox.ParseFault(text)
	*f = append(*f, fault)
	return err
}

// command contains the flags of one run.
type command struct {
	options      sandbox.Options
	faults       faultFlags
	profile      string
	folder       string
	bare         bool
	landingPage  bool
	liveServices int
	asJSON       bool
}

func parseFlags(args []string, errOut io.Writer) (*command, error) {
	c := &command{}
	flags := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	flags.SetOutput(errOut)
	flags.StringVar(&c.folder, "folder", defaultFolder,
		"`folder` for the Terraform files, the provider and the data, relative to the repository (empty: none)")
	flags.BoolVar(&c.bare, "bare", false, "write no example into the folder, only the access to the sandbox")
	flags.BoolVar(&c.landingPage, "landing-page", false, "allow Terraform to write the landing page of post-pay")
	flags.IntVar(&c.liveServices, "live-services", 0, "`number` of active services of the product Legacy VPS")
	flags.DurationVar(&c.options.Latency, "latency", 0, "`time` to wait before each response, for example 50ms")
	flags.Var(&c.faults, "fault",
		`JSON `+"`rule`"+` that spoils responses, for example {"op":"create","status":502} (may be repeated)`)
	flags.IntVar(&c.options.Size, "size", 0, "`number` of additional products in WHMCS")
	flags.IntVar(&c.options.DCIM.ExtraServers, "servers", 0, "`number` of additional servers in the DCIM")
	flags.BoolVar(&c.options.DCIM.CanonicalAddresses, "canonical-addresses", false,
		"let the DCIM store IP addresses in their canonical form")
	flags.StringVar(&c.profile, "dcim-profile", "assumed", "wire profile of the DCIM: assumed, or a `file`")
	flags.StringVar(&c.options.StateFile, "state", "",
		"`file` that keeps the data and the credentials across restarts (default: a file in the folder)")
	flags.StringVar(&c.options.ListenWHMCS, "listen-whmcs", "127.0.0.1:8081",
		"loopback `address` of WHMCS (port 0: a free port)")
	flags.StringVar(&c.options.ListenDCIM, "listen-dcim", "127.0.0.1:8082",
		"loopback `address` of the DCIM (port 0: a free port)")
	flags.StringVar(&c.options.ListenSolusVM2, "listen-solusvm2", "127.0.0.1:8083",
		"loopback `address` of the SolusVM 2 panel (port 0: a free port)")
	flags.BoolVar(&c.asJSON, "json", false,
		"print the addresses and credentials as one line of JSON, and write no folder unless -folder is given")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	folderGiven := false
	flags.Visit(func(f *flag.Flag) { folderGiven = folderGiven || f.Name == "folder" })
	if c.asJSON && !folderGiven {
		c.folder = ""
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if c.options.Size < 0 || c.options.DCIM.ExtraServers < 0 || c.liveServices < 0 {
		return nil, errors.New("-size, -servers and -live-services must not be negative")
	}
	if err := c.resolve(); err != nil {
		return nil, err
	}
	return c, nil
}

// resolve reads the profile, and makes the paths absolute.
func (c *command) resolve() (err error) {
	if c.profile != "assumed" {
		text, err := os.ReadFile(c.profile)
		if err != nil {
			return fmt.Errorf("-dcim-profile: %w", err)
		}
		c.options.DCIM.Profile = string(text)
		if c.profile, err = filepath.Abs(c.profile); err != nil {
			return err
		}
	}
	c.options.SafetySettings = &sandbox.SafetySettings{
		AllowDelete: true, LandingPage: c.landingPage, HTTPHosts: []string{"127.0.0.1", "localhost", "::1"},
	}
	if c.folder == "" {
		return nil
	}
	if !filepath.IsAbs(c.folder) {
		root, err := terraformcli.Root()
		if err != nil {
			return err
		}
		c.folder = filepath.Join(root, c.folder)
	}
	if c.options.StateFile == "" {
		c.options.StateFile = filepath.Join(c.folder, stateFile)
	}
	return nil
}

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	c, err := parseFlags(args, errOut)
	if err != nil {
		return err
	}
	var record folderRecord
	if c.folder != "" {
		if record, err = openFolder(c.folder); err != nil {
			return err
		}
		if err := buildProvider(ctx, filepath.Join(c.folder, mirrorFolder), errOut); err != nil {
			return err
		}
	}
	sb, err := c.start()
	if err != nil {
		return err
	}
	access := newAccess(sb, c.profile)
	if err := c.announce(out, record, access); err != nil {
		return errors.Join(err, sb.Close())
	}
	<-ctx.Done()
	return sb.Close()
}

// start starts the sandbox with its faults and live services.
func (c *command) start() (*sandbox.Sandbox, error) {
	sb := sandbox.New(c.options)
	for _, fault := range c.faults {
		sb.AddFault(fault)
	}
	if err := sb.Start(); err != nil {
		if errors.Is(err, syscall.EADDRINUSE) {
			err = fmt.Errorf("%w. Stop the other sandbox, or choose other addresses with -listen-whmcs, -listen-dcim and -listen-solusvm2", err)
		}
		return nil, err
	}
	sb.WHMCS.Mutate(func(state *sandbox.State) {
		// A preflight compares the SystemURL with the address in the configuration.
		state.Settings["SystemURL"] = sb.WHMCS.URL() + "/"
		state.Terraform["installation_system_url"] = state.Settings["SystemURL"]
		for len(state.Table("tblhosting").Rows) < c.liveServices {
			state.AddService("1", "0", "Active")
		}
	})
	return sb, nil
}

// announce writes the working folder and prints how to use the sandbox.
func (c *command) announce(out io.Writer, record folderRecord, a access) error {
	content := folderContent{
		access: a, Folder: c.folder, Mirror: filepath.Join(c.folder, mirrorFolder), LandingPage: c.landingPage,
		Terraform: terraformCommand(), bare: c.bare,
	}
	var remarks []string
	if c.folder != "" {
		files, err := content.files()
		if err != nil {
			return err
		}
		if remarks, err = record.write(c.folder, files); err != nil {
			return err
		}
	}
	if c.asJSON {
		return json.NewEncoder(out).Encode(a)
	}
	return content.print(out, remarks)
}

// print prints the pages of the systems, and the commands or the provider block.
func (c folderContent) print(out io.Writer, remarks []string) error {
	var text strings.Builder
	fmt.Fprintf(&text, "The sandbox runs on this computer only. Its systems are simulated. Open them in a browser:\n\n"+
		"  WHMCS         %s/\n  TopLink DCIM  %s/\n  SolusVM 2     %s/\n\n", c.WHMCS.URL, c.DCIM.URL, c.SolusVM2.URL)
	if c.Folder == "" {
		if err := parsedTemplates.ExecuteTemplate(&text, "provider.tf.tmpl", c); err != nil {
			return err
		}
		text.WriteString("\nPress Ctrl-C to stop the sandbox.\n")
	} else {
		for _, remark := range remarks {
			fmt.Fprintf(&text, "%s\n\n", remark)
		}
		c.printCommands(&text)
		fmt.Fprintf(&text, "Press Ctrl-C to stop the sandbox. It keeps its data in %s. Delete this folder to start again.\n",
			quoteShell(c.Folder))
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// printCommands prints the commands that apply the example. A bare folder has no example, so its commands set the
// environment for a folder of the reader.
func (c folderContent) printCommands(text io.Writer) {
	if c.bare {
		fmt.Fprintf(text, "Run these two commands in another terminal, in an empty folder:\n\n"+
			"  export TF_CLI_CONFIG_FILE=%s\n  . %s\n\n"+
			"Then follow a guide. docs/guides/01-getting-started.md lists the values that the guides have in the sandbox.\n",
			quoteShell(filepath.Join(c.Folder, "terraform.rc")), quoteShell(filepath.Join(c.Folder, "access.sh")))
		return
	}
	fmt.Fprintf(text, "Run these two commands in another terminal:\n\n"+
		"  cd %s && export TF_CLI_CONFIG_FILE=\"$PWD/terraform.rc\"\n  %s apply\n\n%s explains what to try next.\n",
		quoteShell(c.Folder), c.Terraform, quoteShell(filepath.Join(c.Folder, "README.md")))
}

// terraformCommand returns the command of the program that is installed.
func terraformCommand() string {
	if _, err := exec.LookPath("terraform"); err != nil {
		if _, err := exec.LookPath("tofu"); err == nil {
			return "tofu"
		}
	}
	return "terraform"
}

// registries are the default registries of Terraform and OpenTofu.
var registries = []string{"registry.terraform.io", "registry.opentofu.org"}

// providerFolder returns the folder of the provider in a mirror of a registry.
func providerFolder(mirror, registry string) string {
	return filepath.Join(mirror, registry, "hosting-iac", "hosting", providerVersion, runtime.GOOS+"_"+runtime.GOARCH)
}

// buildProvider builds the provider of this repository into a mirror, from which `terraform init` installs it.
func buildProvider(ctx context.Context, mirror string, errOut io.Writer) error {
	root, err := terraformcli.Root()
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "sandbox-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	file := "terraform-provider-hosting_v" + providerVersion
	if runtime.GOOS == "windows" {
		file += ".exe"
	}
	if _, err := fmt.Fprintln(errOut, "Building the provider. The first build takes a minute or two ..."); err != nil {
		return err
	}
	for _, registry := range registries {
		folder := providerFolder(mirror, registry)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		if err := terraformcli.Build(ctx, root, temp, filepath.Join(folder, file), "."); err != nil {
			return err
		}
	}
	return nil
}

// access contains the URLs and credentials of the sandbox.
type access struct {
	WHMCS struct {
		URL          string             `json:"url"`
		Identifier   string             `json:"identifier"`
		Secret       string             `json:"secret"`
		ReadOnly     sandbox.Credential `json:"read_only"`
		Installation string             `json:"installation"`
	} `json:"whmcs"`
	DCIM struct {
		URL     string `json:"url"`
		Key     string `json:"key"`
		Secret  string `json:"secret"`
		Profile string `json:"profile"`
		Host    string `json:"-"`
		Port    string `json:"-"`
	} `json:"dcim"`
	SolusVM2 struct {
		URL   string `json:"url"`
		Token string `json:"token"`
	} `json:"solusvm2"`
}

func newAccess(sb *sandbox.Sandbox, profile string) access {
	var a access
	credential := sb.WHMCS.Credential()
	a.WHMCS.URL, a.WHMCS.Identifier, a.WHMCS.Secret = sb.WHMCS.URL(), credential.Identifier, credential.Secret
	a.WHMCS.ReadOnly, a.WHMCS.Installation = sb.WHMCS.ReadOnlyCredential(), sb.WHMCS.Installation()
	a.DCIM.URL, a.DCIM.Profile = sb.DCIM.URL(), profile
	a.DCIM.Key, a.DCIM.Secret = sb.DCIM.AdminKey()
	if parsed, err := url.Parse(a.DCIM.URL); err == nil {
		a.DCIM.Host, a.DCIM.Port, _ = net.SplitHostPort(parsed.Host)
	}
	a.SolusVM2.URL, a.SolusVM2.Token = sb.SolusVM2.URL(), sb.SolusVM2.AdminToken()
	return a
}
