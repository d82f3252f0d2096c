package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/hosting-iac/terraform-provider-hosting/internal/export"
	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
	"github.com/hosting-iac/terraform-provider-hosting/internal/provider"
)

// exportCommand returns the command that writes the configuration of what exists.
func exportCommand(version string) *cli.Command {
	return &cli.Command{
		Name: "export",
		// The name of a product group may have a comma.
		DisableSliceFlagSeparator: true,
		Usage:                     "write the configuration of what exists, and the import blocks for it",
		Description: "Writes Terraform files for the objects of WHMCS, TopLink DCIM and SolusVM 2 into DIR.\n" +
			"The environment variables have the meaning that they have for the provider, such as WHMCS_URL.\n" +
			"A system whose URL is not set is left out. The role for reading is enough. No secret is written.\n" +
			"By default only products that can be ordered are exported. The command never overwrites a file\n" +
			"that a person changed.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Required: true, Usage: "write to the folder `DIR`"},
			&cli.StringSliceFlag{Name: "only", Usage: "export this resource `TYPE`, such as hosting_whmcs_product (repeatable)"},
			&cli.StringSliceFlag{Name: "except", Usage: "leave this resource `TYPE` out (repeatable)"},
			&cli.StringSliceFlag{Name: "product-group", Usage: "export the products of the `GROUP` with this name or id (repeatable)"},
			&cli.BoolFlag{Name: "hidden", Usage: "export hidden products too"},
			&cli.BoolFlag{Name: "retired", Usage: "export retired products too"},
			&cli.BoolFlag{Name: "with-services", Usage: "export hidden and retired products that have live services too"},
			&cli.BoolFlag{Name: "all", Usage: "write attributes that have the value of a new object too"},
			&cli.StringFlag{
				Name:  "fields",
				Usage: "write a price list: one map with these `FIELDS` of all products, such as prices,setup_fees,hidden",
			},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "print the summary as `FORMAT`: text or json"},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			if err := noArguments(c); err != nil {
				return err
			}
			if format := c.String("format"); format != "text" && format != "json" {
				return usageError{fmt.Errorf("--format is text or json, but got %q", format)}
			}
			options := export.Options{
				Out: c.String("out"), Only: words(c.StringSlice("only")...), Except: words(c.StringSlice("except")...),
				ProductGroups: c.StringSlice("product-group"), Fields: words(c.String("fields")),
				Hidden: c.Bool("hidden"), Retired: c.Bool("retired"), WithServices: c.Bool("with-services"), All: c.Bool("all"),
				Progress: func(typeName string) {
					_, _ = fmt.Fprintf(c.Root().ErrWriter, "reading %s\n", typeName) // missing progress output is not a failure
				},
			}
			for flag, values := range map[string][]string{
				"out": words(options.Out), "only": options.Only, "except": options.Except, "fields": options.Fields,
			} {
				if c.IsSet(flag) && len(values) == 0 {
					return usageError{fmt.Errorf("--%s is empty. Give a value, or leave the flag out", flag)}
				}
			}
			client, err := configured(ctx, version)
			if err != nil {
				return err
			}
			summary, err := export.Run(ctx, client, client.With(provider.NewServer(version)()), configuredSystems(), options) //nolint:contextcheck // the schemas of the provider belong to no request
			if summary != nil {
				err = errors.Join(err, printSummary(c, summary))
			}
			return err
		},
	}
}

// words returns the parts of texts that commas and spaces separate.
func words(texts ...string) []string {
	return strings.FieldsFunc(strings.Join(texts, ","), func(r rune) bool { return r == ',' || r == ' ' })
}

// configured returns a provider that is configured by the environment.
func configured(ctx context.Context, version string) (*protocol.Client, error) {
	client, err := protocol.New(ctx, provider.NewServer(version)()) //nolint:contextcheck // as above
	if err != nil {
		return nil, err
	}
	diagnostics, err := client.Configure(ctx, nil)
	if err != nil {
		return nil, err
	}
	if diagnostics.HasError() {
		return nil, errors.New(diagnostics.ErrorText())
	}
	return client, nil
}

// configuredSystems returns the systems whose URL the environment has.
func configuredSystems() []string {
	var systems []string
	for _, system := range []string{"whmcs", "dcim", "solusvm2"} {
		if os.Getenv(strings.ToUpper(system)+"_URL") != "" {
			systems = append(systems, system)
		}
	}
	return systems
}

func printSummary(c *cli.Command, summary *export.Summary) error {
	if c.String("format") == "json" {
		encoder := json.NewEncoder(c.Root().Writer)
		encoder.SetIndent("", "  ")
		return encoder.Encode(summary)
	}
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(summary.Exported)) {
		fmt.Fprintf(&text, "%-45s %d\n", name, summary.Exported[name])
	}
	for _, reason := range slices.Sorted(maps.Keys(summary.LeftOut)) {
		fmt.Fprintf(&text, "left out: %-35s %d\n", reason, summary.LeftOut[reason])
	}
	for _, objects := range slices.Sorted(maps.Keys(summary.NotManaged)) {
		if n := summary.NotManaged[objects]; n > 0 {
			fmt.Fprintf(&text, "no resource for: %-28s %d\n", objects, n)
		}
	}
	for _, warning := range summary.Warnings {
		fmt.Fprintf(&text, "Warning: %s", warning.About[0])
		if more := len(warning.About) - 1; more > 0 {
			fmt.Fprintf(&text, " (and %d more)", more)
		}
		fmt.Fprintf(&text, ". %s\n", warning.Detail)
	}
	fmt.Fprintf(&text, "Written to %s. Read README.md there for the next commands.\n", summary.Folder)
	_, err := fmt.Fprint(c.Root().Writer, text.String())
	return err
}
