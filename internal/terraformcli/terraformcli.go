// Package terraformcli builds the provider of this repository and runs the real Terraform or OpenTofu
// with it. It uses no registry, and it removes settings for other systems from the environment.
package terraformcli

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

// StopTimeout is the time that a program has to stop before it is killed.
var StopTimeout = 10 * time.Second

// result is the result of a program.
type result struct {
	exit   int
	stderr string
	cpu    time.Duration
}

// execute runs a program and passes each line of its standard output to onLine. When ctx ends, it stops
// the program and the program's child processes. A non-zero exit code is not an error.
func execute(ctx context.Context, folder string, environment []string, onLine func(string), name string,
	arguments ...string) (end result, err error) {
	command := exec.CommandContext(ctx, name, arguments...)
	command.Dir, command.Env = folder, environment
	command.WaitDelay = StopTimeout
	startInGroup(command)
	var stderr bytes.Buffer
	command.Stderr = &stderr
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
		killGroup(command)
	}
	if ctx.Err() != nil {
		return result{}, ctx.Err()
	}
	end.stderr = stderr.String()
	if state := command.ProcessState; state != nil {
		end.cpu = state.UserTime() + state.SystemTime()
	}
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		end.exit, err = failed.ExitCode(), nil
	}
	return end, err
}

// CLI is a Terraform or OpenTofu binary with its working directory and environment.
type CLI struct {
	Path, Product, Version string
	Folder                 string
	Environment            []string
	// CPU is the processor time of the last Run, including its child processes.
	CPU time.Duration
}

// registry returns the default registry host of the product.
func (c *CLI) registry() string {
	if c.Product == "OpenTofu" {
		return "registry.opentofu.org"
	}
	return "registry.terraform.io"
}

const installAdvice = "install Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu (https://opentofu.org/docs/intro/install), 1.8 or later, or set TERRAFORM to its path"

// Find returns the program from TERRAFORM, from PATH, or from root/bin, where an earlier run installed
// it. If there is none, Find installs Terraform there.
func Find(ctx context.Context, root string, say func(string, ...any)) (*CLI, error) {
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
		return nil, fmt.Errorf("neither terraform nor tofu is on PATH, and Terraform could not be installed (%w): %s",
			err, installAdvice)
	}
	return identify(ctx, path)
}

func install(ctx context.Context, folder string) (string, error) {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return "", err
	}
	constraints, err := version.NewConstraint(">= 1.8, < 2.0")
	if err != nil {
		return "", err
	}
	path, err := (&releases.LatestVersion{Product: product.Terraform, Constraints: constraints, InstallDir: folder,
		Timeout: 3 * time.Minute}).Install(ctx)
	if err != nil {
		_ = os.Remove(folder) // only when it is empty
	}
	return path, err
}

var versionLine = regexp.MustCompile(`^(Terraform|OpenTofu) v(([0-9]+)\.([0-9]+)\.[^\s]+)`)

// identify reads the program's product and version.
func identify(ctx context.Context, path string) (*CLI, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	var first string
	end, err := execute(ctx, "", Clean(os.Environ()), func(line string) {
		if first == "" {
			first = line
		}
	}, path, "version")
	if err != nil {
		return nil, fmt.Errorf("%s version: %w", path, err)
	}
	found := versionLine.FindStringSubmatch(first)
	if end.exit != 0 || found == nil {
		return nil, fmt.Errorf("%s is neither Terraform nor OpenTofu: `version` printed %q %s", path, first, end.stderr)
	}
	major, _ := strconv.Atoi(found[3]) // digits, by the pattern
	minor, _ := strconv.Atoi(found[4])
	if major < 1 || major == 1 && minor < 8 {
		return nil, fmt.Errorf("%s is %s %s, which is too old: %s", path, found[1], found[2], installAdvice)
	}
	return &CLI{Path: path, Product: found[1], Version: found[2]}, nil
}

// Clean removes variables from an environment that could direct Terraform or the provider to other
// systems, or change their output.
func Clean(environment []string) []string {
	return slices.DeleteFunc(slices.Clone(environment), func(entry string) bool {
		return slices.ContainsFunc([]string{"TF_", "WHMCS_", "DCIM_", "SOLUSVM2_"},
			func(prefix string) bool { return strings.HasPrefix(entry, prefix) })
	})
}

// Configure creates the working directory and environment in which the program uses only this provider,
// without a registry. It returns the path at which the provider's binary is expected.
func (c *CLI) Configure(temp string) (binary string, err error) {
	const providerVersion = "0.1.0" // satisfies the constraint of the examples
	mirror := filepath.Join(temp, "mirror")
	home := filepath.Join(mirror, c.registry(), "hosting-iac", "hosting", providerVersion, runtime.GOOS+"_"+runtime.GOARCH)
	c.Folder = filepath.Join(temp, "work")
	for _, folder := range []string{home, c.Folder} {
		if err := os.MkdirAll(folder, 0o750); err != nil {
			return "", err
		}
	}
	settings := filepath.Join(temp, "cli.tfrc")
	content := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n",
		filepath.ToSlash(mirror))
	if err := os.WriteFile(settings, []byte(content), 0o600); err != nil {
		return "", err
	}
	c.Environment = append(Clean(os.Environ()), "TF_CLI_CONFIG_FILE="+settings, "CHECKPOINT_DISABLE=1",
		"TF_IN_AUTOMATION=1", "TF_INPUT=0")
	binary = filepath.Join(home, "terraform-provider-hosting_v"+providerVersion)
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	return binary, nil
}

// Run runs a command of the program and returns its output. An exit code that is not in allowed is an
// error.
func (c *CLI) Run(ctx context.Context, allowed []int, arguments ...string) (exit int, output string, err error) {
	var text strings.Builder
	end, err := execute(ctx, c.Folder, c.Environment, func(line string) { text.WriteString(line + "\n") }, c.Path,
		arguments...)
	c.CPU = end.cpu
	if err == nil && !slices.Contains(allowed, end.exit) {
		err = fmt.Errorf("exit code %d:\n%s%s", end.exit, text.String(), end.stderr)
	}
	if err != nil {
		return end.exit, "", fmt.Errorf("%s %s: %w", strings.ToLower(c.Product), arguments[0], err)
	}
	return end.exit, text.String(), nil
}

// Plan reports whether the plan has changes, and returns its output.
func (c *CLI) Plan(ctx context.Context) (changes bool, output string, err error) {
	exit, output, err := c.Run(ctx, []int{0, 2}, "plan", "-no-color", "-detailed-exitcode")
	return exit == 2, output, err
}

// event is one line of the program's JSON output.
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

// Apply applies without approval. It calls done for each object and warn for each warning.
func (c *CLI) Apply(ctx context.Context, done func(action, address, id string),
	warn func(summary, detail, address string), options ...string) error {
	var failures []string
	arguments := append([]string{"apply", "-auto-approve", "-json"}, options...)
	end, err := execute(ctx, c.Folder, c.Environment, func(line string) {
		var e event
		if json.Unmarshal([]byte(line), &e) != nil {
			return
		}
		switch {
		case e.Type == "apply_complete":
			done(e.Hook.Action, e.Hook.Resource.Address, e.Hook.IDValue)
		case e.Type == "diagnostic" && e.Diagnostic.Severity == "error":
			failures = append(failures, fmt.Sprintf("%s: %s\n%s",
				e.Diagnostic.Address, e.Diagnostic.Summary, e.Diagnostic.Detail))
		case e.Type == "diagnostic":
			warn(e.Diagnostic.Summary, e.Diagnostic.Detail, e.Diagnostic.Address)
		}
	}, c.Path, arguments...)
	if err == nil && end.exit != 0 {
		err = fmt.Errorf("exit code %d\n%s%s", end.exit, strings.Join(failures, "\n"), end.stderr)
	}
	if err != nil {
		return fmt.Errorf("%s apply: %w", strings.ToLower(c.Product), err)
	}
	return nil
}

// Root returns the repository's root folder. The working directory may be any folder in the repository.
func Root() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "terraform-registry-manifest.json")); err == nil {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", errors.New("the working directory is not inside the repository of the provider: start the program there")
		}
		folder = parent
	}
}

// Build compiles a command of the repository, for example ".", which is the provider, and copies it to binary. The
// result is kept in root/bin/build, so that Go links it again only if the code has changed. The compiler's temporary
// files go to temp, because an interrupted compiler does not delete them.
func Build(ctx context.Context, root, temp, binary, command string) error {
	kept := filepath.Join(root, "bin", "build", strings.Trim(strings.ReplaceAll(command, "/", "-"), ".-")+"-"+filepath.Base(binary))
	end, err := execute(ctx, root, append(os.Environ(), "GOTMPDIR="+temp), func(string) {}, "go", "build",
		"-buildvcs=false", "-o", kept, command)
	if err == nil && end.exit != 0 {
		err = fmt.Errorf("exit code %d\n%s", end.exit, end.stderr)
	}
	if err == nil {
		err = copyProgram(kept, binary)
	}
	if err != nil {
		return fmt.Errorf("go build %s: %w", command, err)
	}
	return nil
}

func copyProgram(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o755) //nolint:gosec // a program is executable
}
