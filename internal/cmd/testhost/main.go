// Command testhost starts the WHMCS test host (PHP and MariaDB) once for many test binaries:
//
//	go run ./internal/cmd/testhost -- go test ./...
//
// It runs the command with HOSTING_TESTHOST set, and exits with the command's exit code.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

func main() {
	arguments := os.Args[1:]
	if len(arguments) > 0 && arguments[0] == "--" {
		arguments = arguments[1:]
	}
	if len(arguments) == 0 {
		fmt.Fprintln(os.Stderr, "usage: testhost -- COMMAND [ARGUMENT...]")
		os.Exit(2)
	}
	code, err := run(arguments)
	if err != nil {
		fmt.Fprintln(os.Stderr, "testhost:", err)
	}
	os.Exit(code)
}

// run starts the host, runs the command and stops the host. It returns the command's exit code, or 1 with an error.
func run(arguments []string) (int, error) {
	// A terminal also sends its interrupt to the command. The host must stop after the command.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	host, err := testhost.Start(ctx, testhost.Settings{})
	if err != nil {
		return 1, err
	}
	defer host.Close()

	command := exec.CommandContext(ctx, arguments[0], arguments[1:]...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	command.Env = append(os.Environ(), testhost.EnvironmentVariable+"="+host.Environment())
	err = command.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return max(exit.ExitCode(), 1), nil
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}
