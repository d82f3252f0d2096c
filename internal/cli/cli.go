// Package cli holds the command line of the provider's binary. Without a command the binary serves the provider.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v3"

	"github.com/hosting-iac/terraform-provider-hosting/internal/provider"
)

// Exit codes of the binary.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// name is the name of the binary in messages. The file name from the Registry also has a version.
const name = "terraform-provider-hosting"

// usageError is a mistake in the command line.
type usageError struct{ error }

// Run runs the command in args and returns the exit code: 0 for success, 1 for a failure, 2 for a wrong command line.
// args[0] is the program. Results are written to out, errors to errOut.
func Run(ctx context.Context, version string, args []string, out, errOut io.Writer) int {
	err := command(version, provider.Serve, out, errOut).Run(ctx, args)
	if err == nil {
		return exitOK
	}
	_, _ = fmt.Fprintf(errOut, "Error: %v\n", err) // a closed error output leaves nothing to report to
	if errors.As(err, new(usageError)) {
		return exitUsage
	}
	return exitFailed
}

// command returns the root command. serve serves the provider, with debug for a debugger.
func command(version string, serve func(version string, debug bool) error, out, errOut io.Writer) *cli.Command {
	root := &cli.Command{
		Name:    name,
		Version: version,
		Usage:   "Terraform provider for WHMCS, TopLink DCIM and SolusVM 2",
		Description: "Terraform starts this program without arguments to use the provider.\n" +
			"The commands below are for people.",
		Flags: []cli.Flag{&cli.BoolFlag{
			Name: "debug", Local: true,
			Usage: "serve the provider for a debugger and print the TF_REATTACH_PROVIDERS value to use",
		}},
		Commands:  []*cli.Command{companionCommand(), dcimProfileCommand(), exportCommand(version), moduleOptionsCommand(), usageCommand()},
		Writer:    out,
		ErrWriter: errOut,
		Action: func(_ context.Context, c *cli.Command) error {
			if unknown := c.Args().First(); unknown != "" {
				return unknownCommand(c, unknown)
			}
			return serve(version, c.Bool("debug"))
		},
		// Run prints each error once and chooses the exit code.
		ExitErrHandler: func(context.Context, *cli.Command, error) {},
	}
	prepare(root)
	return root
}

// prepare sets what all commands have in common.
func prepare(c *cli.Command) {
	c.HideHelpCommand = true
	c.OnUsageError = func(_ context.Context, c *cli.Command, err error, _ bool) error {
		return usageError{fmt.Errorf("%w. Run \"%s --help\" for the accepted flags", err, c.FullName())}
	}
	for _, below := range c.Commands {
		prepare(below)
	}
}

// unknownCommand returns an error that names the nearest command.
func unknownCommand(root *cli.Command, unknown string) error {
	nearest := cli.SuggestCommand(root.Commands, unknown)
	return usageError{fmt.Errorf("there is no command %q. Did you mean %q? Run \"%s --help\" for all commands", unknown, nearest, name)}
}

// noArguments refuses arguments that a command does not take.
func noArguments(c *cli.Command) error {
	if unexpected := c.Args().First(); unexpected != "" {
		return usageError{fmt.Errorf("the command %s takes no argument, but got %q", c.Name, unexpected)}
	}
	return nil
}
