// Command meter runs as Terraform's provider process. It starts the provider in HOSTING_BENCH_PROVIDER
// and passes everything on to it. When the provider has ended, meter appends its resource usage to the
// file in HOSTING_BENCH_USAGE. It is small, so that its own cost is negligible.
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
	// The provider is killed when the thread that started it ends. This thread must therefore continue
	// to exist.
	runtime.LockOSThread()
	command := exec.Command(os.Getenv("HOSTING_BENCH_PROVIDER"), os.Args[1:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	killWithParent(command)
	var failed *exec.ExitError
	if err := command.Run(); err != nil && !errors.As(err, &failed) {
		return 0, err
	}
	file, err := os.OpenFile(os.Getenv("HOSTING_BENCH_USAGE"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	ended := command.ProcessState
	_, err = fmt.Fprintf(file, "{\"cpu_seconds\":%.6f,\"peak_bytes\":%d}\n",
		(ended.UserTime() + ended.SystemTime()).Seconds(), peak(ended))
	return ended.ExitCode(), errors.Join(err, file.Close())
}
