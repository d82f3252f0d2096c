package cli

import (
	"context"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v3"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
)

// moduleOptionsCommand returns the command that prints the options of a server module.
func moduleOptionsCommand() *cli.Command {
	return &cli.Command{
		Name:      "module-options",
		Usage:     "list the options that a server module of WHMCS declares",
		ArgsUsage: "MODULE",
		Description: "WHMCS runs the declaration of the module. The companion stores the declaration.\n" +
			"Imports of the module's products then contain the options that are not passwords.\n" +
			"The environment variables WHMCS_URL, WHMCS_IDENTIFIER, WHMCS_SECRET and WHMCS_ACCESS_KEY\n" +
			"have the meaning that they have for the provider. The credential needs TerraformWrite.",
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.Args().Len() != 1 {
				return usageError{fmt.Errorf("the command module-options takes one argument, the name of a server module, but got %d", c.Args().Len())}
			}
			client, err := whmcs.New(whmcs.Config{
				URL: os.Getenv("WHMCS_URL"), Identifier: os.Getenv("WHMCS_IDENTIFIER"), Secret: os.Getenv("WHMCS_SECRET"), AccessKey: os.Getenv("WHMCS_ACCESS_KEY"),
			})
			if err != nil {
				return fmt.Errorf("WHMCS is not configured by WHMCS_URL, WHMCS_IDENTIFIER and WHMCS_SECRET: %w", err)
			}
			declared, err := client.ModuleSchema(ctx, c.Args().First(), whmcs.ModuleProduct{})
			if err != nil {
				return fmt.Errorf("cannot read the options of the module %s: %w", c.Args().First(), err)
			}
			table := tabwriter.NewWriter(c.Root().Writer, 0, 0, 2, ' ', 0)
			_, _ = fmt.Fprintln(table, "NUMBER\tNAME\tSHOWN AS\tTYPE\tDEFAULT\tCHOICES") // Flush returns the error
			for _, option := range declared.Options {
				_, _ = fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\n",
					option.Number, option.Name, option.Label, option.Type, option.Default, strings.Join(option.Choices, ", "))
			}
			return table.Flush()
		},
	}
}
