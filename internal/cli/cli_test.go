package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion"
)

// run runs the binary's command line and returns its exit code and outputs.
func run(args ...string) (code int, out, errOut string) {
	var o, e bytes.Buffer
	code = Run(context.Background(), "1.2.3", append([]string{"/plugins/terraform-provider-hosting_v1.2.3"}, args...), &o, &e)
	return code, o.String(), e.String()
}

func TestCompanionWritesFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	for _, args := range [][]string{{"companion", "--out", dir}, {"companion", "--out=" + dir}, {"companion", "-out", dir}} {
		code, out, errOut := run(args...)
		require.Equal(t, exitOK, code, errOut)
		require.Empty(t, errOut)
		require.Contains(t, out, "companion "+companion.Version+": ")
		require.Contains(t, out, filepath.Join(dir, "includes", "api", "terraformread.php")+"\n")
		require.FileExists(t, filepath.Join(dir, "includes", "api", "terraformwrite.php"))
	}
}

func TestCompanionReportsAFolderThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	code, _, errOut := run("companion", "--out", file)
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "Error: the companion could not be written: write "+file)
}

func TestUsageErrors(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"companoin"}, `there is no command "companoin". Did you mean "companion"?`},
		{[]string{"--debgu"}, `flag provided but not defined: -debgu. Run "terraform-provider-hosting --help"`},
		{[]string{"companion"}, `"out" not set`},
		{[]string{"companion", "--in", "x"}, `Run "terraform-provider-hosting companion --help" for the accepted flags`},
		{[]string{"companion", "--out", "x", "y"}, `the command companion takes no argument, but got "y"`},
		{[]string{"export"}, `"out" not set`},
		{[]string{"export", "--out", " "}, "--out is empty"},
		{[]string{"export", "--out", "x", "--fields", ","}, "--fields is empty"},
		{[]string{"export", "--out", "x", "--only", ""}, "--only is empty"},
		{[]string{"export", "--out", "x", "--except="}, "--except is empty"},
		{[]string{"export", "--out", "x", "--format", "yaml"}, `--format is text or json, but got "yaml"`},
	} {
		code, _, errOut := run(c.args...)
		require.Equal(t, exitUsage, code, "%v: %s", c.args, errOut)
		require.Contains(t, errOut, c.says)
	}
	require.NoDirExists(t, "x")
}

func TestHelpAndVersion(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"-h"}} {
		code, out, _ := run(args...)
		require.Equal(t, exitOK, code)
		require.Contains(t, out, "companion")
		require.Contains(t, out, "--debug")
	}
	code, out, _ := run("companion", "--help")
	require.Equal(t, exitOK, code)
	require.Contains(t, out, "--out DIR")
	code, out, _ = run("--version")
	require.Equal(t, exitOK, code)
	require.Equal(t, "terraform-provider-hosting version 1.2.3\n", out)
}

// TestServesWithoutACommand: Terraform passes no argument, a person passes -debug as the documentation of other
// providers says.
func TestServesWithoutACommand(t *testing.T) {
	for _, c := range []struct {
		args  []string
		debug bool
	}{{nil, false}, {[]string{"-debug"}, true}, {[]string{"--debug"}, true}, {[]string{"-debug=true"}, true}} {
		var served []bool
		serve := func(version string, debug bool) error {
			require.Equal(t, "1.2.3", version)
			served = append(served, debug)
			return errors.New("stopped")
		}
		var out bytes.Buffer
		err := command("1.2.3", serve, &out, &out).Run(t.Context(), append([]string{name}, c.args...))
		require.EqualError(t, err, "stopped")
		require.Equal(t, []bool{c.debug}, served)
		require.Empty(t, out.String())
	}
}
