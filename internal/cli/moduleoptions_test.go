package cli

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/sandboxtest"
)

func TestModuleOptions(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	credential := sb.WHMCS.Credential()
	t.Setenv("WHMCS_URL", sb.WHMCS.URL())
	t.Setenv("WHMCS_IDENTIFIER", credential.Identifier)
	t.Setenv("WHMCS_SECRET", credential.Secret)
	code, out, errOut := run("module-options", "samplevps")
	require.Equal(t, exitOK, code, errOut)
	require.Contains(t, out, "NUMBER  NAME")
	require.Contains(t, out, "1       Plan               dropdown  small    small, medium, large\n")

	code, _, errOut = run("module-options", "nosuch")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "Error: cannot read the options of the module nosuch: ")
	code, _, errOut = run("module-options")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errOut, "takes one argument, the name of a server module")
	t.Setenv("WHMCS_URL", "")
	code, _, errOut = run("module-options", "samplevps")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "WHMCS is not configured")
}
