package cli

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/urfave/cli/v3"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
)

// usageCommand returns the command that reports the post-pay usage by customer. It is not a data source, because data
// of customers must not enter a state.
func usageCommand() *cli.Command {
	return &cli.Command{
		Name:  "usage",
		Usage: "report the post-pay usage of SolusVM 2 by customer",
		Description: "Prints one line for each virtual server that has usage in the month.\n" +
			"The environment variables SOLUSVM2_URL and SOLUSVM2_TOKEN have the meaning that they have\n" +
			"for the provider. The output contains data of customers.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "period", Required: true, Usage: "report the `MONTH`, such as 2026-10"},
			&cli.StringFlag{Name: "timezone", Value: "UTC", Usage: "start and end the month in this `ZONE`, such as Asia/Kolkata"},
			&cli.StringFlag{Name: "format", Value: "table", Usage: "print as `FORMAT`: table, csv or json (one object per line)"},
		},
		Action: reportUsage,
	}
}

// usageLine is one virtual server in the report.
type usageLine struct {
	UserID        string `json:"user_id"`
	BillingUserID string `json:"billing_user_id"`
	ServerID      string `json:"server_id"`
	Server        string `json:"server"`
	Plan          string `json:"plan"`
	Tokens        int64  `json:"tokens"`
	CreatedAt     string `json:"created_at"`
	TerminatedAt  string `json:"terminated_at"`
}

var usageColumns = []string{"user_id", "billing_user_id", "server_id", "server", "plan", "tokens", "created_at", "terminated_at"}

func (l usageLine) cells() []string {
	return []string{
		l.UserID, l.BillingUserID, l.ServerID, l.Server, l.Plan, strconv.FormatInt(l.Tokens, 10), l.CreatedAt, l.TerminatedAt,
	}
}

func reportUsage(ctx context.Context, c *cli.Command) error {
	if err := noArguments(c); err != nil {
		return err
	}
	period := c.String("period")
	if !solusvm2.PeriodPattern.MatchString(period) {
		return usageError{fmt.Errorf("--period is a month such as 2026-10, but got %q", period)}
	}
	report, ok := usageFormats[c.String("format")]
	if !ok {
		return usageError{fmt.Errorf("--format is table, csv or json, but got %q", c.String("format"))}
	}
	url, token := os.Getenv("SOLUSVM2_URL"), os.Getenv("SOLUSVM2_TOKEN")
	if url == "" || token == "" {
		return usageError{errors.New("SOLUSVM2_URL and SOLUSVM2_TOKEN must be set to call SolusVM 2")}
	}
	client, err := solusvm2.New(solusvm2.Config{URL: url, Token: token})
	if err != nil {
		return err
	}
	plans, err := client.PlanNames(ctx)
	if err != nil {
		return fmt.Errorf("the plans of the virtual servers could not be read: %w", err)
	}
	write, finish := report(c.Root().Writer)
	err = client.EachUsage(ctx, period, c.String("timezone"), func(user solusvm2.UserUsage) error {
		for _, s := range user.Servers {
			line := usageLine{
				UserID: user.UserID, BillingUserID: user.BillingUserID, ServerID: s.ID, Server: s.Name,
				Plan: plans[s.ID], Tokens: s.Tokens, CreatedAt: s.CreatedAt, TerminatedAt: s.TerminatedAt,
			}
			if err := write(line); err != nil {
				return fmt.Errorf("the report could not be written: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("the usage of %s could not be read: %w", period, err)
	}
	return finish()
}

// usageFormats are the formats of the report. Each writes line by line, so that the memory does not grow with the
// number of customers. A table must know all lines before it can align them.
var usageFormats = map[string]func(io.Writer) (write func(usageLine) error, finish func() error){
	"json": func(out io.Writer) (func(usageLine) error, func() error) {
		encoder := json.NewEncoder(out)
		return func(l usageLine) error { return encoder.Encode(l) }, func() error { return nil }
	},
	"csv": func(out io.Writer) (func(usageLine) error, func() error) {
		table := csv.NewWriter(out)
		_ = table.Write(usageColumns) // Error returns the error
		write := func(l usageLine) error {
			cells := l.cells()
			for i := range cells {
				cells[i] = withoutFormula(cells[i])
			}
			return table.Write(cells)
		}
		return write, func() error {
			table.Flush()
			return table.Error()
		}
	},
	"table": func(out io.Writer) (func(usageLine) error, func() error) {
		table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(table, "USER\tBILLING USER\tSERVER\tNAME\tPLAN\tTOKENS\tCREATED\tTERMINATED") // Flush returns the error
		write := func(l usageLine) error {
			for i, cell := range l.cells() {
				separator := "\t"
				if i == 0 {
					separator = ""
				}
				if _, err := fmt.Fprintf(table, "%s%s", separator, printable(cell)); err != nil {
					return err
				}
			}
			_, err := fmt.Fprintln(table)
			return err
		}
		return write, table.Flush
	},
}

// printable returns text without characters that change a terminal or the table. Customers choose names of servers.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}

// withoutFormula returns a cell that a spreadsheet does not run. Customers choose names of servers.
func withoutFormula(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
