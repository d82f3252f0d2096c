package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v3"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
)

// dcimProfileCommand returns the commands for wire profiles.
func dcimProfileCommand() *cli.Command {
	return &cli.Command{
		Name:  "dcim-profile",
		Usage: "work on a wire profile of a TopLink DCIM",
		Commands: []*cli.Command{{
			Name:      "check",
			Usage:     "validate a wire profile and compare it with a DCIM",
			ArgsUsage: "FILE",
			Description: "Without --url, the command validates the file. With --url or DCIM_URL,\n" +
				"it also calls every read operation. It writes nothing to the DCIM.\n" +
				"It prints what it sent, what came, how each field was read, and what to change.\n" +
				"The environment variables DCIM_KEY and DCIM_SECRET hold the credential. The output masks both.",
			Flags: []cli.Flag{
				&cli.StringFlag{Name: "url", Usage: "address of the DCIM", Sources: cli.EnvVars("DCIM_URL")},
				&cli.StringFlag{Name: "record",
					Usage: "directory for the masked requests and responses, for a bug report"},
			},
			Action: checkProfile,
		}},
		Action: func(_ context.Context, c *cli.Command) error {
			return usageError{fmt.Errorf("the command dcim-profile takes a command: check. Run \"%s --help\"",
				c.FullName())}
		},
	}
}

// errProfile means that the profile does not fit the DCIM. The output says why.
var errProfile = errors.New("the wire profile does not fit the DCIM: change the lines above and run the command again")

func checkProfile(ctx context.Context, c *cli.Command) error {
	if c.Args().Len() != 1 {
		return usageError{fmt.Errorf("the command check takes one argument, the file of a wire profile, but got %d",
			c.Args().Len())}
	}
	file, url, out := c.Args().First(), c.String("url"), c.Root().Writer
	if err := dcim.CheckProfile(file); err != nil {
		return err
	}
	if url == "" {
		_, err := fmt.Fprintf(out, "The wire profile %s is valid. Set --url to compare it with a DCIM.\n", file)
		return err
	}
	key, secret := os.Getenv("DCIM_KEY"), os.Getenv("DCIM_SECRET")
	if key == "" || secret == "" {
		return usageError{errors.New("DCIM_KEY and DCIM_SECRET must be set to call the DCIM")}
	}
	client, err := dcim.New(dcim.Config{URL: url, Key: key, Secret: secret, Profile: file})
	if err != nil {
		return err
	}
	report := &profileReport{out: out, client: client}
	report.line("The wire profile %s is valid.", file)
	if missing := client.MissingOperations(); len(missing) > 0 {
		report.line("It has no operation %s. A plan that needs one is refused.", strings.Join(missing, ", "))
	}
	checks := client.CheckReads(ctx)
	problems := 0
	for _, check := range checks {
		report.check(check)
		problems += len(check.Problems)
	}
	if directory := c.String("record"); directory != "" {
		if err := record(directory, checks); err != nil {
			return err
		}
		report.line("\nThe requests and responses are in %s. Look for personal data before you share them.",
			directory)
	}
	switch {
	case report.err != nil:
		return report.err
	case problems > 0:
		return errProfile
	}
	report.line("\nEvery read operation fits. Test the operations that write next, with a package of its own.")
	return report.err
}

// profileReport prints checks. err is the first error of the output.
type profileReport struct {
	out    io.Writer
	client *dcim.Client
	err    error
}

func (r *profileReport) line(format string, args ...any) {
	_, err := fmt.Fprintf(r.out, format+"\n", args...)
	r.err = cmp.Or(r.err, err)
}

// maxShown is the number of bytes of a response that the report shows. --record keeps the whole response.
const maxShown = 1500

func (r *profileReport) check(check dcim.Check) {
	r.line("\n%s", strings.ToUpper(strings.ReplaceAll(string(check.Kind), "_", " ")))
	if check.Missing {
		r.line("The profile has no operation %s.list, so nothing was read.", check.Kind)
		return
	}
	for _, x := range check.Exchanges {
		r.line("\n%s", x.Operation)
		r.line("  sent     %s", indented(x.Request))
		if x.Status == 0 {
			r.line("  came     no response")
			continue
		}
		shown := x.Response
		if len(shown) > maxShown {
			shown = strings.ToValidUTF8(shown[:maxShown], "") + " …"
		}
		r.line("  came     HTTP %d %s", x.Status, indented(shown))
	}
	if len(check.Fields) > 0 {
		r.line("\nThe first of %d rows:", check.Rows)
		table := tabwriter.NewWriter(r.out, 2, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(table, "  FIELD\tPATH\tFOUND\tREAD AS") // Flush returns the error
		for _, f := range check.Fields {
			found, read := short(f.Found), short(f.Read)
			if f.Found == "" {
				found = "nothing"
			}
			if f.Problem != "" {
				read = "not read"
			}
			_, _ = fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", f.Name, f.Path, found, read)
		}
		r.err = cmp.Or(r.err, table.Flush())
	}
	for _, note := range check.Notes {
		r.line("note: %s", note)
	}
	for _, problem := range check.Problems {
		r.line("CHANGE: %s", problem)
	}
}

func indented(text string) string {
	return strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n           ")
}

// short shortens a value for one column.
func short(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// record writes each request with its response into a file of its own.
func record(directory string, checks []dcim.Check) error {
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return fmt.Errorf("the directory for the record could not be made: %w", err)
	}
	number := 0
	for _, check := range checks {
		for _, x := range check.Exchanges {
			number++
			name := fmt.Sprintf("%02d-%s.txt", number, strings.ReplaceAll(x.Operation, " ", "-"))
			text := fmt.Sprintf("%s\nHTTP %d\n%s\n", x.Request, x.Status, x.Response)
			if err := os.WriteFile(filepath.Join(directory, name), []byte(text), 0o600); err != nil {
				return fmt.Errorf("the record could not be written: %w", err)
			}
		}
	}
	return nil
}
