// Command docschema prints the provider's schema in the form of `terraform providers schema -json`.
//
// The documentation generator reads this output instead of running Terraform. An old Terraform omits
// what it does not know (identity, list resources, actions), and a new Terraform must be installed
// first.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/hosting-iac/terraform-provider-hosting/internal/provider"
)

// registryAddress is the key that Terraform uses for this provider.
const registryAddress = "registry.terraform.io/hosting-iac/hosting"

func main() {
	key := flag.String("key", registryAddress,
		"key of the provider in provider_schemas (the documentation generator needs the short name, hosting)")
	out := flag.String("out", "", "file to write (default: standard output)")
	flag.Parse()

	if err := run(*key, *out, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "docschema:", err)
		os.Exit(1)
	}
}

func run(key, out string, stdout io.Writer) error {
	schemas, err := schemasOf(context.Background(), key, provider.New("docs")())
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(schemas, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the schema: %w", err)
	}
	text = append(text, '\n')
	if out == "" {
		_, err = stdout.Write(text)
		return err
	}
	return os.WriteFile(out, text, 0o600)
}
