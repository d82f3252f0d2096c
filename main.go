// Terraform-provider-hosting connects TopLink DCIM and SolusVM 2 to WHMCS. Terraform starts it without arguments.
// Package internal/cli holds the commands that a person runs.
package main

import (
	"context"
	"os"

	"github.com/hosting-iac/terraform-provider-hosting/internal/cli"
)

// version is set by the build.
var version = "dev"

func main() {
	os.Exit(cli.Run(context.Background(), version, os.Args, os.Stdout, os.Stderr))
}
