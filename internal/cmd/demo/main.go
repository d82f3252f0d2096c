// Command demo shows both runbooks (examples/runbooks/complete) at work without any real system: it builds the provider, starts stand-ins of WHMCS, the
// TopLink DCIM and SolusVM 2, and applies, breaks, repairs and destroys with the real Terraform or OpenTofu. It ends with an error at the first thing that
// is not as it should be.
//
// Terraform or OpenTofu is taken from TERRAFORM (a name or a path), else from PATH, else Terraform is installed below bin.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	// SIGPIPE: whoever reads the output went away. SIGHUP: the terminal did. Both must clean up as an interrupt does.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	err := run(ctx, newPrinter(os.Stdout))
	interrupted := ctx.Err() != nil
	stop()
	switch {
	case interrupted:
		fmt.Fprintln(os.Stderr, "demo: interrupted; everything it started has ended")
		os.Exit(130)
	case err != nil:
		fmt.Fprintln(os.Stderr, "demo: FAILED:", err)
		os.Exit(1)
	}
}

// run plays the whole demonstration.
func run(ctx context.Context, out *printer) (err error) {
	temp, err := os.MkdirTemp("", "hosting-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	d := &demo{out: out, temp: temp}
	defer func() {
		if d.sandbox != nil {
			err = errors.Join(err, d.sandbox.Close())
		}
	}()
	return d.play(ctx)
}
