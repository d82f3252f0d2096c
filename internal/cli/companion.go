package cli

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion"
)

// companionCommand returns the command that writes the companion's PHP files.
func companionCommand() *cli.Command {
	return &cli.Command{
		Name:  "companion",
		Usage: "write the PHP files that WHMCS needs (version " + companion.Version + ")",
		Description: "Writes the files of the companion below DIR, with the paths that they have in WHMCS.\n" +
			"companion.local.php.dist is a commented example of the operator's settings.\n" +
			"A companion.local.php that exists is kept. Without it the companion only reads.",
		Flags: []cli.Flag{&cli.StringFlag{
			Name: "out", Required: true, Usage: "write to `DIR`: a new folder, or the root folder of WHMCS",
		}},
		Action: func(_ context.Context, c *cli.Command) error {
			if err := noArguments(c); err != nil {
				return err
			}
			written, err := companion.WriteTo(c.String("out"))
			if err != nil {
				return fmt.Errorf("the companion could not be written: %w", err)
			}
			for _, path := range written {
				if _, err := fmt.Fprintln(c.Root().Writer, path); err != nil {
					return err
				}
			}
			_, err = fmt.Fprintf(c.Root().Writer, "companion %s: %d files written. Copy them into WHMCS's root folder,"+
				" then grant TerraformRead and TerraformWrite to the API role.\n"+
				"The companion only reads until there is a companion.local.php: copy companion.local.php.dist and choose.\n",
				companion.Version, len(written))
			return err
		},
	}
}
