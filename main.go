// Terraform-provider-hosting connects TopLink DCIM and SolusVM 2 to WHMCS. Terraform starts it; the companion command writes the
// files that it needs inside WHMCS.
package main

import (
	"flag"
	"log"
	"os"

	"github.com/hosting-iac/terraform-provider-hosting/internal/provider"
)

// version is set by the build.
var version = "dev"

func main() {
	if len(os.Args) > 1 && os.Args[1] == "companion" {
		if err := writeCompanion(os.Args[2:]); err != nil {
			log.Fatalf("companion: %v", err)
		}
		return
	}
	debug := flag.Bool("debug", false, "serve for a debugger: print the TF_REATTACH_PROVIDERS to use instead of being started by Terraform")
	flag.Parse()
	if err := provider.Serve(version, *debug); err != nil {
		log.Fatal(err)
	}
}
