// Command meter stands in the provider's place: it runs the provider that HOSTING_BENCH_PROVIDER names and, when that has ended, adds a line to the
// file HOSTING_BENCH_USAGE about what it used. It is small, so that what it costs itself does not show beside a plan.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
)

func main() {
	code, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "meter:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

func run() (int, error) {
	// The provider is to die with the thread that started it, which therefore has to stay.
	runtime.LockOSThread()
	command := exec.Command(os.Getenv("HOSTING_BENCH_PROVIDER"), os.Args[1:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	dieTogether(command)
	var failed *exec.ExitError
	if err := command.Run(); err != nil && !errors.As(err, &failed) {
		return 0, err
	}
	file, err := os.OpenFile(os.Getenv("HOSTING_BENCH_USAGE"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	ended := command.ProcessState
	_, err = fmt.Fprintf(file, "{\"cpu_seconds\":%.6f,\"peak_bytes\":%d}\n", (ended.UserTime() + ended.SystemTime()).Seconds(), peak(ended))
	return ended.ExitCode(), errors.Join(err, file.Close())
}
