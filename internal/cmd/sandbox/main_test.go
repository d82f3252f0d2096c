package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/terraformcli"
)

// freePorts are the flags with which tests can run beside a sandbox of the developer.
var freePorts = []string{"-listen-whmcs", "127.0.0.1:0", "-listen-dcim", "localhost:0", "-listen-solusvm2",
	"127.0.0.1:0"}

// begin runs the command until the test ends, or until stop is called.
func begin(t *testing.T, args ...string) (output *bufio.Reader, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, append(freePorts, args...), in, t.Output())
		_ = in.CloseWithError(io.EOF)
		done <- err
	}()
	stopped := false
	stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-done
	}
	t.Cleanup(func() { _ = stop() })
	return bufio.NewReader(out), stop
}

func beginJSON(t *testing.T, args ...string) (access, func() error) {
	t.Helper()
	output, stop := begin(t, append(args, "-json")...)
	line, err := output.ReadBytes('\n')
	require.NoError(t, err)
	var a access
	require.NoError(t, json.Unmarshal(line, &a))
	return a, stop
}

func TestRunServesUntilCancelled(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	a, stop := beginJSON(t, "-state", state, "-fault", `{"action":"WhmcsDetails","status":503}`)
	form := url.Values{"identifier": {a.WHMCS.Identifier}, "secret": {a.WHMCS.Secret}, "action": {"WhmcsDetails"},
		"responsetype": {"json"}}
	for _, want := range []int{http.StatusServiceUnavailable, http.StatusOK} {
		response, err := http.PostForm(a.WHMCS.URL+"/includes/api.php", form)
		require.NoError(t, err)
		_ = response.Body.Close()
		assert.Equal(t, want, response.StatusCode)
	}
	require.NoError(t, stop())
	assert.FileExists(t, state)

	second, _ := beginJSON(t, "-state", state)
	assert.Equal(t, a.WHMCS.Identifier, second.WHMCS.Identifier)
	assert.Equal(t, a.WHMCS.Installation, second.WHMCS.Installation, "another port is not another installation")
}

func TestRunRefuses(t *testing.T) {
	taken, _ := beginJSON(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-listen-whmcs", "0.0.0.0:0"}, "is not a loopback address"},
		{[]string{"-listen-dcim", "192.0.2.1:80"}, "is not a loopback address"},
		{[]string{"-listen-solusvm2", "192.0.2.1:80"}, "is not a loopback address"},
		{[]string{"-listen-whmcs", strings.TrimPrefix(taken.WHMCS.URL, "http://")},
			"Stop the other sandbox, or choose other addresses"},
		{[]string{"-fault", `{"typo":1}`}, "typo"},
		{[]string{"-fault", `{"path":"("}`}, "path"},
		{[]string{"extra"}, `unexpected argument "extra"`},
		{[]string{"-size", "-1"}, "must not be negative"},
		{[]string{"-servers", "-1"}, "must not be negative"},
		{[]string{"-live-services", "-1"}, "must not be negative"},
		{[]string{"-dcim-profile", filepath.Join(t.TempDir(), "missing.json")}, "-dcim-profile"},
	} {
		err := run(t.Context(), append(append([]string{"-json"}, freePorts...), c.args...), io.Discard, io.Discard)
		require.ErrorContains(t, err, c.want, strings.Join(c.args, " "))
	}
}

func TestRunWithoutAFolderPrintsTheProviderBlock(t *testing.T) {
	output, stop := begin(t, "-folder", "", "-live-services", "2")
	var text strings.Builder
	for !strings.Contains(text.String(), "Ctrl-C") {
		line, err := output.ReadString('\n')
		require.NoError(t, err, text.String())
		text.WriteString(line)
	}
	assert.Contains(t, text.String(), `profile = "assumed"`)
	assert.Contains(t, text.String(), "  SolusVM 2     http://127.0.0.1:")
	_, whmcs, _ := strings.Cut(text.String(), "  WHMCS         ")
	whmcs, _, _ = strings.Cut(whmcs, "\n")
	response, err := http.Get(whmcs)
	require.NoError(t, err)
	page, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Contains(t, string(page), "<b>2</b>", "two services")
	require.NoError(t, stop())
}

// printedCommands reads the output up to its end and returns the two commands.
func printedCommands(t *testing.T, output *bufio.Reader) []string {
	t.Helper()
	var commands []string
	announced := false
	for {
		line, err := output.ReadString('\n')
		require.NoError(t, err)
		announced = announced || strings.HasPrefix(line, "Run these two commands")
		if announced && strings.HasPrefix(line, "  ") {
			commands = append(commands, strings.TrimSpace(line))
		}
		if strings.Contains(line, "Ctrl-C") {
			require.Len(t, commands, 2)
			return commands
		}
	}
}

// shell runs commands in one shell, and enters "yes". It returns the exit code and the output.
func shell(t *testing.T, commands ...string) (int, string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "sh", "-c", strings.Join(commands, "\n"))
	command.Env = append(terraformcli.Clean(os.Environ()), "CHECKPOINT_DISABLE=1", "NO_COLOR=1")
	if tool := os.Getenv("TF_ACC_TERRAFORM_PATH"); tool != "" {
		command.Env = append(command.Env, "PATH="+filepath.Dir(tool)+string(os.PathListSeparator)+os.Getenv("PATH"))
	}
	command.Stdin = strings.NewReader("yes\n")
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	if err := command.Run(); err != nil && command.ProcessState == nil {
		require.NoError(t, err)
	}
	return command.ProcessState.ExitCode(), out.String()
}

// TestQuickStart runs the two printed commands with the real Terraform or OpenTofu. It then follows the README of the
// folder: a changed price, an order, and a broken connection.
func TestQuickStart(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance test: set TF_ACC=1, or run make test")
	}
	folder := filepath.Join(t.TempDir(), "it's a folder")
	output, stop := begin(t, "-folder", folder, "-landing-page")
	commands := printedCommands(t, output)
	exit, text := shell(t, commands...)
	require.Zero(t, exit, text)
	assert.Contains(t, text, "Resources: 12 added, 0 changed, 0 destroyed.")
	assert.Contains(t, text, "to_do = []", "each finding of the preflights is ok")
	plan := strings.TrimSuffix(commands[1], "apply") + "plan -no-color -detailed-exitcode"
	exit, text = shell(t, commands[0], plan)
	require.Zero(t, exit, "the second plan is not empty: %s", text)

	var changes []string
	for _, line := range strings.Split(written(t, folder, "README.md"), "\n") {
		if strings.HasPrefix(line, "curl ") {
			changes = append(changes, line+" || exit 9")
		}
	}
	require.Len(t, changes, 6, "the README has other curl commands")
	price, order, deleteKey, move, fail, repair := changes[0], changes[1], changes[2], changes[3], changes[4], changes[5]

	exit, text = shell(t, commands[0], price, plan)
	require.Equal(t, 2, exit, text)
	assert.Contains(t, text, `"95.00" -> "89.00"`)
	exit, text = shell(t, commands...)
	require.Zero(t, exit, text)

	edit(t, folder, "dedicated-server.tf", `{ monthly = "89.00" }`, `{ monthly = "890.00" }`)
	exit, text = shell(t, commands[0], plan)
	require.Equal(t, 1, exit, text)
	assert.Contains(t, text, "max_price_change_percent")
	edit(t, folder, "dedicated-server.tf", `{ monthly = "890.00" }`, `{ monthly = "89.00" }`)

	edit(t, folder, "dedicated-server.tf", `terminate_action = "power off"`, `terminate_action = "none"`)
	exit, text = shell(t, commands[0], order, plan)
	require.Equal(t, 1, exit, text)
	assert.Contains(t, text, "allow_live_changes")
	exit, text = shell(t, commands[0], strings.TrimSuffix(commands[1], "apply")+"destroy -no-color")
	require.Equal(t, 1, exit, text)
	edit(t, folder, "dedicated-server.tf", `terminate_action = "none"`, `terminate_action = "power off"`)

	exit, text = shell(t, commands[0], deleteKey, move, plan)
	require.Equal(t, 2, exit, text)
	assert.Contains(t, text, "hosting_dcim_api_key.whmcs will be created")
	assert.Contains(t, text, `connection_status = "integration_differs" ->`)
	exit, text = shell(t, commands...)
	require.Zero(t, exit, text)
	assert.Contains(t, text, "to_do = []")

	exit, text = shell(t, commands[0], fail, plan)
	require.Equal(t, 1, exit, text)
	assert.Contains(t, text, "503")
	exit, text = shell(t, commands[0], repair, plan)
	require.Zero(t, exit, text)
	require.NoError(t, stop())
}

// TestGuidesInTheSandbox runs the printed commands of a bare folder in a folder of the reader. It then runs the first
// commands of the guides: `terraform init`, and the export.
func TestGuidesInTheSandbox(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance test: set TF_ACC=1, or run make test")
	}
	folder, mine := filepath.Join(t.TempDir(), "it's a folder"), t.TempDir()
	output, stop := begin(t, "-folder", folder, "-bare")
	commands := printedCommands(t, output)
	assert.NoFileExists(t, filepath.Join(folder, "README.md"))
	const settings = `terraform {
  required_providers {
    hosting = {
      source  = "hosting-iac/hosting"
      version = "~> 0.1"
    }
  }
}`
	require.NoError(t, os.WriteFile(filepath.Join(mine, "versions.tf"), []byte(settings), 0o600))
	exit, text := shell(t, "set -e; cd "+quoteShell(mine), commands[0], commands[1], terraformCommand()+" init",
		`"$(find -L .terraform -type f -name 'terraform-provider-hosting*')" export --out estate`)
	require.Zero(t, exit, text)
	assert.Contains(t, written(t, mine, filepath.Join("estate", "whmcs_product.tf")), "Legacy VPS")
	require.NoError(t, stop())
}

// edit replaces a text in a file of the folder.
func edit(t *testing.T, folder, name, before, after string) {
	t.Helper()
	content := written(t, folder, name)
	require.Contains(t, content, before)
	require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(strings.Replace(content, before, after, 1)),
		0o600))
}
