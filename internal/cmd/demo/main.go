// Command demo demonstrates both runbooks (examples/runbooks/complete) without any real system. It
// builds the provider and starts a sandbox of WHMCS, the TopLink DCIM and SolusVM 2. It then applies,
// causes drift, repairs it and destroys, with the real Terraform or OpenTofu. It fails at the first
// unexpected result.
//
// It uses the Terraform or OpenTofu from TERRAFORM (a name or a path), otherwise from PATH. If there is
// none, it installs Terraform below bin.
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
	// SIGPIPE: the reader of the output has ended. SIGHUP: the terminal has closed. Both must clean up
	// like an interrupt.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	err := run(ctx, newPrinter(os.Stdout))
	interrupted := ctx.Err() != nil
	stop()
	switch {
	case interrupted:
		fmt.Fprintln(os.Stderr, "demo: interrupted. All programs that it started have ended.")
		os.Exit(130)
	case err != nil:
		fmt.Fprintln(os.Stderr, "demo: FAILED:", err)
		os.Exit(1)
	}
}

// run runs the whole demonstration.
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
