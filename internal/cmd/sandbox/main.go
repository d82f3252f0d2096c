// Command sandbox runs a sandbox of WHMCS, the TopLink DCIM and SolusVM 2 on loopback. It prints the
// provider configuration that reaches them.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
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

// faultFlags contains the rules of --fault.
type faultFlags []sandbox.Fault

func (f *faultFlags) String() string { return fmt.Sprintf("%d rules", len(*f)) }

func (f *faultFlags) Set(text string) error {
	fault, err := sandbox.ParseFault(text)
	*f = append(*f, fault)
	return err
}

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	var options sandbox.Options
	var faults faultFlags
	flags := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	flags.SetOutput(errOut)
	flags.StringVar(&options.ListenWHMCS, "listen-whmcs", "127.0.0.1:8081",
		"loopback `address` of WHMCS; port 0 picks a free one")
	flags.StringVar(&options.ListenDCIM, "listen-dcim", "127.0.0.1:8082",
		"loopback `address` of the DCIM; port 0 picks a free one")
	flags.StringVar(&options.ListenSolusVM2, "listen-solusvm2", "127.0.0.1:8083",
		"loopback `address` of the SolusVM 2 panel; port 0 picks a free one")
	flags.DurationVar(&options.Latency, "latency", 0, "`time` to wait before every answer, such as 50ms")
	flags.Var(&faults, "fault", `rule that spoils answers, as JSON, such as {"op":"create","status":502}; repeatable`)
	flags.IntVar(&options.Size, "size", 0, "`number` of extra products")
	flags.IntVar(&options.DCIM.ExtraServers, "servers", 0, "`number` of extra servers in the DCIM")
	flags.BoolVar(&options.DCIM.CanonicalAddresses, "canonical-addresses", false, "let the DCIM store IP addresses in their canonical spelling")
	flags.StringVar(&options.StateFile, "state", "", "`file` that keeps the state, credentials included, across restarts")
	profile := flags.String("dcim-profile", "assumed", "wire profile that the DCIM speaks: assumed, or a `file`")
	asJSON := flags.Bool("json", false, "print the access data as one line of JSON")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if options.Size < 0 || options.DCIM.ExtraServers < 0 {
		return errors.New("--size and --servers must not be negative")
	}
	if *profile != "assumed" {
		text, err := os.ReadFile(*profile)
		if err != nil {
			return fmt.Errorf("--dcim-profile: %w", err)
		}
		options.DCIM.Profile = string(text)
	}
	sb := sandbox.New(options)
	for _, fault := range faults {
		sb.AddFault(fault)
	}
	if err := sb.Start(); err != nil {
		return err
	}
	if err := printAccess(out, newAccess(sb, *profile), *asJSON); err != nil {
		return errors.Join(err, sb.Close())
	}
	<-ctx.Done()
	return sb.Close()
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
	a.SolusVM2.URL, a.SolusVM2.Token = sb.SolusVM2.URL(), sb.SolusVM2.AdminToken()
	return a
}

func printAccess(out io.Writer, a access, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(a)
	}
	if _, err := fmt.Fprintf(out, "# Pages to look at: WHMCS %s/  DCIM %s/\n\n", a.WHMCS.URL, a.DCIM.URL); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, `provider "hosting" {
  whmcs {
    url        = %q
    identifier = %q
    secret     = %q
  }
  dcim {
    url     = %q
    key     = %q
    secret  = %q
    profile = %q
  }
  solusvm2 {
    url   = %q
    token = %q
  }
}

# Requests so far:  %s/_sandbox/journal
# Spoil an answer:  curl -d '{"op":"create","status":502}' %s/_sandbox/faults
# Stop with Ctrl-C.
`, a.WHMCS.URL, a.WHMCS.Identifier, a.WHMCS.Secret, a.DCIM.URL, a.DCIM.Key, a.DCIM.Secret, a.DCIM.Profile, a.SolusVM2.URL, a.SolusVM2.Token, a.WHMCS.URL, a.WHMCS.URL)
	return err
}
