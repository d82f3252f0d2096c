package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// companionOnPHP installs the archive by the guide: its content goes into WHMCS's root folder. Then the companion
// responds and only reads, because there is no companion.local.php.
func (v *verification) companionOnPHP(ctx context.Context) error {
	if err := testhost.Available(); err != nil {
		if os.Getenv("CI") == "true" {
			return err
		}
		_, err = fmt.Fprintf(v.out, "not installed on PHP: %v\n", err)
		return err
	}
	host, err := testhost.Start(ctx, testhost.Settings{})
	if err != nil {
		return err
	}
	defer host.Close()
	installation, err := host.Install(ctx, testhost.Options{WithoutCompanion: true, WithoutLocalFile: true})
	if err != nil {
		return err
	}
	files, err := unpack(filepath.Join(v.folder, v.companionName()))
	if err != nil {
		return err
	}
	php := 0
	for _, f := range files {
		//nolint:contextcheck // an operation of the test host on loopback takes no context
		if err := installation.WriteFile(f.name, string(f.content)); err != nil {
			return err
		}
		if strings.HasSuffix(f.name, ".php") {
			php++
		}
	}
	client, err := whmcs.New(whmcs.Config{
		URL: installation.URL, Identifier: installation.Identifier, Secret: installation.Secret,
	})
	if err != nil {
		return err
	}
	info, err := client.Info(ctx)
	if err != nil {
		return err
	}
	if !info.ReadOnly {
		return errors.New("the companion writes without a companion.local.php")
	}
	_, err = fmt.Fprintf(v.out, "%d PHP files installed. Companion %s responds on PHP %s and only reads.\n",
		php, info.CompanionVersion, info.PHPVersion)
	return err
}
