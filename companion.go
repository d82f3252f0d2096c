package main

import (
	"errors"
	"flag"
	"fmt"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion"
)

// writeCompanion is the command `companion --out DIR`: it writes the companion's PHP files as they belong into WHMCS's root folder.
func writeCompanion(args []string) error {
	flags := flag.NewFlagSet("companion", flag.ContinueOnError)
	out := flags.String("out", "", "folder to write to: a new folder, or WHMCS's root folder itself")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *out == "" {
		return errors.New("say where to write with --out DIR; the files go as they are into WHMCS's root folder")
	}
	written, err := companion.WriteTo(*out)
	if err != nil {
		return err
	}
	for _, name := range written {
		fmt.Println(name)
	}
	fmt.Printf("companion %s: %d files written. Copy them into WHMCS's root folder, then grant TerraformRead and TerraformWrite to the API role.\n", companion.Version, len(written))
	return nil
}
