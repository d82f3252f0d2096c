package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/terraformcli"
)

// TestSameAsTerraform compares docschema's output with Terraform's output for the built provider. The
// output must contain everything that Terraform prints. It may contain more, because an older Terraform
// omits what it does not know.
func TestSameAsTerraform(t *testing.T) {
	terraform := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if os.Getenv("TF_ACC") == "" || terraform == "" {
		t.Skip("needs TF_ACC and TF_ACC_TERRAFORM_PATH")
	}
	folder := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	command := func(in, name string, arguments ...string) []byte {
		t.Helper()
		var problems bytes.Buffer
		c := exec.CommandContext(t.Context(), name, arguments...)
		c.Dir = in
		c.Stderr = &problems
		c.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(folder, "terraformrc"))
		out, err := c.Output()
		require.NoError(t, err, "%s", problems.String())
		return out
	}

	root, err := terraformcli.Root()
	require.NoError(t, err)
	require.NoError(t, terraformcli.Build(t.Context(), root, t.TempDir(),
		filepath.Join(folder, "terraform-provider-hosting"), "."))
	write("terraformrc", fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n",
		"hosting-iac/hosting", folder))
	write("main.tf", "terraform {\n  required_providers {\n    hosting = {\n      source = \"hosting-iac/hosting\"\n    }\n  }\n}\n")

	type document struct {
		Schemas map[string]any `json:"provider_schemas"`
	}
	var theirs, ours document
	require.NoError(t, json.Unmarshal(command(folder, terraform, "providers", "schema", "-json"), &theirs))
	require.Len(t, theirs.Schemas, 1)
	var out bytes.Buffer
	require.NoError(t, run(registryAddress, "", &out))
	require.NoError(t, json.Unmarshal(out.Bytes(), &ours))

	for _, said := range theirs.Schemas { // OpenTofu's key has another registry
		requireSaid(t, "", said, ours.Schemas[registryAddress])
	}
}

// requireSaid fails if here lacks something that there contains. False, empty and absent are equal.
func requireSaid(t *testing.T, path string, there, here any) {
	t.Helper()
	object, ok := there.(map[string]any)
	if !ok {
		require.Equal(t, there, here, "at %s", path)
		return
	}
	other, _ := here.(map[string]any)
	for name, value := range object {
		switch v := value.(type) {
		case map[string]any:
			if len(v) == 0 {
				continue
			}
		case bool:
			if !v {
				continue
			}
		}
		require.Contains(t, other, name, "at %s", path)
		requireSaid(t, path+"/"+name, value, other[name])
	}
}
