package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	version "github.com/hashicorp/go-version"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

// patience is how long a program that was asked to stop may take before it is killed.
var patience = 10 * time.Second

// execute runs a program to its end and hands each line of its standard output to onLine. When ctx ends, the program and what it started are
// stopped. exit is the program's exit code; err is for everything but an exit code.
func execute(ctx context.Context, folder string, environment []string, onLine func(string), name string, arguments ...string) (exit int, stderr string, err error) {
	command := exec.CommandContext(ctx, name, arguments...)
	command.Dir, command.Env = folder, environment
	command.WaitDelay = patience
	ownGroup(command)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	reader, writer := io.Pipe()
	command.Stdout = writer
	read := make(chan struct{})
	go func() {
		defer close(read)
		lines := bufio.NewScanner(reader)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			onLine(lines.Text())
		}
		_, _ = io.Copy(io.Discard, reader)
	}()
	err = command.Run()
	_ = writer.Close()
	<-read
	if err != nil {
		sweep(command)
	}
	if ctx.Err() != nil {
		return 0, "", ctx.Err()
	}
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return failed.ExitCode(), complaints.String(), nil
	}
	return 0, complaints.String(), err
}

// cli is the Terraform or OpenTofu that plays.
type cli struct {
	path, product, version string
	folder                 string
	environment            []string
}

// registry is the host that the product completes a provider's source with.
func (c *cli) registry() string {
	if c.product == "OpenTofu" {
		return "registry.opentofu.org"
	}
	return "registry.terraform.io"
}

const installAdvice = "install Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu (https://opentofu.org/docs/intro/install), 1.8 or later, or set TERRAFORM to its path"

// find looks for the program: TERRAFORM, PATH, what an earlier run installed below root/bin, and at last installs it there.
func find(ctx context.Context, root string, say func(string, ...any)) (*cli, error) {
	if wanted := os.Getenv("TERRAFORM"); wanted != "" {
		path, err := exec.LookPath(wanted)
		if err != nil {
			return nil, fmt.Errorf("TERRAFORM=%s is not a program: %w", wanted, err)
		}
		return identify(ctx, path)
	}
	folder := filepath.Join(root, "bin", "terraform")
	for _, name := range []string{"terraform", "tofu", filepath.Join(folder, "terraform")} {
		if path, err := exec.LookPath(name); err == nil {
			return identify(ctx, path)
		}
	}
	say("Neither terraform nor tofu is on PATH: installing Terraform from releases.hashicorp.com into %s ...", folder)
	path, err := install(ctx, folder)
	if err != nil {
		return nil, fmt.Errorf("neither terraform nor tofu is on PATH, and Terraform could not be installed (%w): %s", err, installAdvice)
	}
	return identify(ctx, path)
}

func install(ctx context.Context, folder string) (string, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	constraints, err := version.NewConstraint(">= 1.8, < 2.0")
	if err != nil {
		return "", err
	}
	path, err := (&releases.LatestVersion{Product: product.Terraform, Constraints: constraints, InstallDir: folder, Timeout: 3 * time.Minute}).Install(ctx)
	if err != nil {
		_ = os.Remove(folder) // only when it is empty
	}
	return path, err
}

var versionLine = regexp.MustCompile(`^(Terraform|OpenTofu) v(([0-9]+)\.([0-9]+)\.[^\s]+)`)

// identify asks the program what it is.
func identify(ctx context.Context, path string) (*cli, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	var first string
	exit, stderr, err := execute(ctx, "", clean(os.Environ()), func(line string) {
		if first == "" {
			first = line
		}
	}, path, "version")
	if err != nil {
		return nil, fmt.Errorf("%s version: %w", path, err)
	}
	found := versionLine.FindStringSubmatch(first)
	if exit != 0 || found == nil {
		return nil, fmt.Errorf("%s is neither Terraform nor OpenTofu: `version` answered %q %s", path, first, stderr)
	}
	major, _ := strconv.Atoi(found[3]) // digits, by the pattern
	minor, _ := strconv.Atoi(found[4])
	if major < 1 || major == 1 && minor < 8 {
		return nil, fmt.Errorf("%s is %s %s, which is too old: %s", path, found[1], found[2], installAdvice)
	}
	return &cli{path: path, product: found[1], version: found[2]}, nil
}

// clean takes out of an environment what could lead Terraform or the provider to other systems, or change what they print.
func clean(environment []string) []string {
	return slices.DeleteFunc(slices.Clone(environment), func(entry string) bool {
		return slices.ContainsFunc([]string{"TF_", "WHMCS_", "DCIM_", "SOLUSVM2_"}, func(prefix string) bool { return strings.HasPrefix(entry, prefix) })
	})
}

// configure prepares the folder and environment in which the program uses this provider alone, without asking a registry. It returns where the
// provider's binary has to be.
func (c *cli) configure(temp string) (binary string, err error) {
	const providerVersion = "0.0.1"
	mirror := filepath.Join(temp, "mirror")
	home := filepath.Join(mirror, c.registry(), "hosting-iac", "hosting", providerVersion, runtime.GOOS+"_"+runtime.GOARCH)
	c.folder = filepath.Join(temp, "work")
	for _, folder := range []string{home, c.folder} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return "", err
		}
	}
	settings := filepath.Join(temp, "cli.tfrc")
	content := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(mirror))
	if err := os.WriteFile(settings, []byte(content), 0o600); err != nil {
		return "", err
	}
	c.environment = append(clean(os.Environ()), "TF_CLI_CONFIG_FILE="+settings, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0")
	binary = filepath.Join(home, "terraform-provider-hosting_v"+providerVersion)
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	return binary, nil
}

// plain runs a command of the program and returns what it printed. Exit codes other than those allowed are errors.
func (c *cli) plain(ctx context.Context, allowed []int, arguments ...string) (exit int, output string, err error) {
	var text strings.Builder
	exit, stderr, err := execute(ctx, c.folder, c.environment, func(line string) { text.WriteString(line + "\n") }, c.path, arguments...)
	if err == nil && !slices.Contains(allowed, exit) {
		err = fmt.Errorf("exit code %d:\n%s%s", exit, text.String(), stderr)
	}
	if err != nil {
		return exit, "", fmt.Errorf("%s %s: %w", strings.ToLower(c.product), arguments[0], err)
	}
	return exit, text.String(), nil
}

// plan reports whether anything is to be done, and what the program prints about it.
func (c *cli) plan(ctx context.Context) (changes bool, output string, err error) {
	exit, output, err := c.plain(ctx, []int{0, 2}, "plan", "-no-color", "-detailed-exitcode")
	return exit == 2, output, err
}

// event is one line of the program's machine-readable output.
type event struct {
	Type string `json:"type"`
	Hook struct {
		Resource struct {
			Address string `json:"addr"`
		} `json:"resource"`
		Action  string `json:"action"`
		IDValue string `json:"id_value"`
	} `json:"hook"`
	Diagnostic struct {
		Severity, Summary, Detail, Address string
	} `json:"diagnostic"`
}

// apply applies without asking and reports each object and each warning as it comes.
func (c *cli) apply(ctx context.Context, done func(action, address, id string), warn func(summary, detail, address string), more ...string) error {
	var failures []string
	arguments := append([]string{"apply", "-auto-approve", "-json"}, more...)
	exit, stderr, err := execute(ctx, c.folder, c.environment, func(line string) {
		var e event
		if json.Unmarshal([]byte(line), &e) != nil {
			return
		}
		switch {
		case e.Type == "apply_complete":
			done(e.Hook.Action, e.Hook.Resource.Address, e.Hook.IDValue)
		case e.Type == "diagnostic" && e.Diagnostic.Severity == "error":
			failures = append(failures, fmt.Sprintf("%s: %s\n%s", e.Diagnostic.Address, e.Diagnostic.Summary, e.Diagnostic.Detail))
		case e.Type == "diagnostic":
			warn(e.Diagnostic.Summary, e.Diagnostic.Detail, e.Diagnostic.Address)
		}
	}, c.path, arguments...)
	if err == nil && exit != 0 {
		err = fmt.Errorf("exit code %d\n%s%s", exit, strings.Join(failures, "\n"), stderr)
	}
	if err != nil {
		return fmt.Errorf("%s apply: %w", strings.ToLower(c.product), err)
	}
	return nil
}
