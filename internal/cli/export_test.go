package cli

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/sandboxtest"
)

func TestExport(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	credential := sb.WHMCS.ReadOnlyCredential()
	for name, value := range map[string]string{
		"WHMCS_URL": sb.WHMCS.URL(), "WHMCS_IDENTIFIER": credential.Identifier, "WHMCS_SECRET": credential.Secret,
		"DCIM_URL": "", "SOLUSVM2_URL": "",
	} {
		t.Setenv(name, value)
	}
	sb.WHMCS.AddProduct(sb.WHMCS.AddProductGroup("Small, medium"), "VPS", "1.00")
	out := filepath.Join(t.TempDir(), "out")
	code, said, errOut := run("export", "--out", out, "--product-group", "Small, medium",
		"--only", "hosting_whmcs_product, hosting_whmcs_product_group", "--format", "json")
	require.Equal(t, exitOK, code, errOut)
	require.Contains(t, said, `"hosting_whmcs_product": 1,`)
	require.Contains(t, said, `"hosting_whmcs_product_group": 1`)
	require.Contains(t, said, `"unreadable": []`)
	require.Contains(t, said, "The import of the product VPS leaves out module options")
	require.NotContains(t, said, "Legacy VPS") // a product that is left out
	require.Contains(t, errOut, "reading hosting_whmcs_product\n")

	t.Setenv("WHMCS_SECRET", "wrong")
	code, said, errOut = run("export", "--out", out, "--only", "hosting_whmcs_product")
	require.Equal(t, exitFailed, code)
	require.Empty(t, said)
	require.Contains(t, errOut, "Error: list hosting_whmcs_product: Unable to read WHMCS products: ")
	require.Contains(t, errOut, "Check the API credential")
}
