package terraformcli

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeTerraform writes a shell script that replaces Terraform.
func fakeTerraform(t *testing.T, script string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	path := filepath.Join(t.TempDir(), "terraform")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755))
	return path
}

func TestFind(t *testing.T) {
	for _, c := range []struct{ name, answer, want string }{
		{"terraform", "Terraform v1.11.4", ""},
		{"tofu", "OpenTofu v1.10.2", ""},
		{"pre-release", "Terraform v2.0.0-beta1", ""},
		{"too old", "Terraform v1.7.5", "too old"},
		{"something else", "Packer v1.11.0", "neither Terraform nor OpenTofu"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("TERRAFORM", fakeTerraform(t, `echo "`+c.answer+`"`))
			tool, err := Find(t.Context(), t.TempDir(), t.Logf)
			if c.want != "" {
				require.ErrorContains(t, err, c.want)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.answer, tool.Product+" v"+tool.Version)
		})
	}
	t.Run("not there", func(t *testing.T) {
		t.Setenv("TERRAFORM", filepath.Join(t.TempDir(), "terraform"))
		_, err := Find(t.Context(), t.TempDir(), t.Logf)
		require.ErrorContains(t, err, "is not a program")
	})
	t.Run("installed earlier", func(t *testing.T) {
		root := t.TempDir()
		require.NoError(t, os.MkdirAll(filepath.Join(root, "bin", "terraform"), 0o755))
		require.NoError(t, os.Rename(fakeTerraform(t, `echo "Terraform v1.12.0"`), filepath.Join(root, "bin", "terraform", "terraform")))
		t.Setenv("TERRAFORM", "")
		t.Setenv("PATH", t.TempDir())
		tool, err := Find(t.Context(), root, t.Logf)
		require.NoError(t, err)
		assert.Equal(t, "1.12.0", tool.Version)
	})
}

func TestClean(t *testing.T) {
	assert.Equal(t, []string{"PATH=/bin", "HOME=/root"}, Clean([]string{"PATH=/bin", "TF_LOG=TRACE", "TF_VAR_x=1", "WHMCS_URL=https://billing.example.com", "DCIM_KEY=k", "SOLUSVM2_TOKEN=t", "HOME=/root"}))
}
