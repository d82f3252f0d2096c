// Terraform-provider-hosting connects TopLink DCIM and SolusVM 2 to WHMCS. Terraform starts it; the companion command writes the
// files that it needs inside WHMCS.
package main

import (
	"context"
	"flag"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/hosting-iac/terraform-provider-hosting/internal/provider"
)

// version is set by the build.
var version = "dev"

// address is where the provider lives in a registry.
const address = "registry.terraform.io/hosting-iac/hosting"

func main() {
	if len(os.Args) > 1 && os.Args[1] == "companion" {
		if err := writeCompanion(os.Args[2:]); err != nil {
			log.Fatalf("companion: %v", err)
		}
		return
	}
	debug := flag.Bool("debug", false, "serve for a debugger: print the TF_REATTACH_PROVIDERS to use instead of being started by Terraform")
	flag.Parse()
	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{Address: address, Debug: *debug, ProtocolVersion: 6})
	if err != nil {
		log.Fatal(err)
	}
}
