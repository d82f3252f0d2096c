// Command profiled is the provider with a profiler. The released provider contains no profiler. Each
// process writes cpu-<pid>.pprof and, at its end, heap-<pid>.pprof to the folder in
// HOSTING_BENCH_PROFILES.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime/pprof"

	"github.com/hosting-iac/terraform-provider-hosting/internal/provider"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() (err error) {
	file := func(what string) (*os.File, error) {
		return os.Create(filepath.Join(os.Getenv("HOSTING_BENCH_PROFILES"), fmt.Sprintf("%s-%d.pprof", what, os.Getpid())))
	}
	cpu, err := file("cpu")
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return err
	}
	defer func() {
		pprof.StopCPUProfile()
		err = errors.Join(err, cpu.Close())
		heap, failed := file("heap")
		if failed == nil {
			failed = errors.Join(pprof.WriteHeapProfile(heap), heap.Close())
		}
		err = errors.Join(err, failed)
	}()
	return provider.Serve("profiled", false)
}
