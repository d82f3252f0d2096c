package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/terraformcli"
)

// bench is one run of the benchmark.
type bench struct {
	settings settings
	say      func(format string, arguments ...any)
	root     string
	temp     string
	tools    *tools
	result   result
}

func run(ctx context.Context, arguments []string, out, errOut io.Writer) (err error) {
	chosen, err := parse(arguments, errOut)
	if err != nil {
		return err
	}
	b := &bench{settings: chosen, result: result{Machine: thisMachine()}} // before compiling, which loads the machine
	started := time.Now()
	b.say = func(format string, arguments ...any) {
		_, _ = fmt.Fprintf(errOut, "%6.0fs  %s\n", time.Since(started).Seconds(), fmt.Sprintf(format, arguments...))
	}
	if b.temp, err = os.MkdirTemp("", "hosting-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.temp)) }()
	if err := b.prepare(ctx); err != nil {
		return err
	}
	err = b.measure(ctx)
	b.result.Machine.LoadAfter = load()
	// An interrupted run also writes its report.
	return errors.Join(err, b.result.write(b.settings.out, out))
}

func (b *bench) measure(ctx context.Context) error {
	if err := b.measureStarts(ctx); err != nil {
		return err
	}
	for _, size := range b.settings.sizes {
		if err := b.measurePlans(ctx, size); err != nil {
			return err
		}
	}
	for _, size := range b.settings.applySizes {
		if err := b.measureApplies(ctx, size); err != nil {
			return err
		}
	}
	return nil
}

// prepare builds the provider and the measuring programs.
func (b *bench) prepare(ctx context.Context) (err error) {
	if b.root, err = terraformcli.Root(); err != nil {
		return err
	}
	if !filepath.IsAbs(b.settings.out) {
		b.settings.out = filepath.Join(b.root, b.settings.out)
	}
	if err := os.MkdirAll(b.settings.out, 0o755); err != nil {
		return err
	}
	cli, err := terraformcli.Find(ctx, b.root, b.say)
	if err != nil {
		return err
	}
	meter, err := cli.Configure(b.temp)
	if err != nil {
		return err
	}
	b.tools = &tools{cli: cli, usage: filepath.Join(b.temp, "usage.jsonl"), start: hosts[b.settings.host]}
	b.say("%s %s; building the provider ...", cli.Product, cli.Version)
	provider := "."
	if b.settings.profile {
		provider = "./internal/cmd/bench/profiled"
		profiles := filepath.Join(b.settings.out, "profiles")
		if err := errors.Join(os.RemoveAll(profiles), os.MkdirAll(profiles, 0o755)); err != nil {
			return err
		}
		cli.Environment = append(cli.Environment, "HOSTING_BENCH_PROFILES="+profiles)
	}
	for _, program := range []struct{ command, binary string }{
		{"./internal/cmd/bench/meter", meter}, {provider, b.program("provider")},
		{"./internal/cmd/bench/reference", b.program("reference")},
	} {
		if err := terraformcli.Build(ctx, b.root, b.temp, program.binary, program.command); err != nil {
			return err
		}
	}
	cli.Environment = append(cli.Environment, "HOSTING_BENCH_PROVIDER="+b.program("provider"),
		"HOSTING_BENCH_USAGE="+b.tools.usage)
	b.result = result{Date: time.Now().UTC().Format(time.DateOnly), Machine: b.result.Machine,
		Terraform: cli.Product + " " + cli.Version, Host: b.settings.host}
	return nil
}

func (b *bench) program(name string) string { return filepath.Join(b.temp, name+".exe") }

// measureStarts compares the start of the provider with the start of the reference provider.
func (b *bench) measureStarts(ctx context.Context) error {
	b.say("starting the provider and the reference until they serve their schema, %d times in turns", b.settings.starts)
	for range b.settings.starts {
		for name, into := range map[string]*[]start{"reference": &b.result.Starts.Reference,
			"provider": &b.result.Starts.Provider} {
			s, err := startToSchema(ctx, b.program(name), b.temp)
			if err != nil {
				return err
			}
			*into = append(*into, s)
		}
	}
	return nil
}

// newAppliedEstate returns an estate of the given size with all objects applied.
func (b *bench) newAppliedEstate(ctx context.Context, v variant, size int) (*estate, error) {
	e, err := newEstate(ctx, b.tools, b.temp, 1, v.bare)
	if err != nil {
		return nil, err
	}
	if _, err = e.apply(ctx, v, 0); err == nil {
		err = e.grow(size)
	}
	if err != nil {
		return nil, errors.Join(err, e.close())
	}
	return e, nil
}

// measurePlans measures plans of one number of products.
func (b *bench) measurePlans(ctx context.Context, size int) (err error) {
	full, err := b.newAppliedEstate(ctx, fast, size)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, full.close()) }()
	bare, err := b.newAppliedEstate(ctx, floor, size)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bare.close()) }()
	estates := map[bool]*estate{false: full, true: bare}
	for round := range b.settings.rounds {
		// The first variant of each round changes, so that none always benefits from a warm machine.
		for _, latency := range b.settings.latencies {
			turn := slices.Concat(planVariants[round%len(planVariants):], planVariants[:round%len(planVariants)])
			if latency == b.settings.latencies[0] {
				turn = append(turn, floor) // it has no requests, so the latency does not matter
			}
			for _, v := range b.settings.chosen(turn) {
				s, err := estates[v.bare].plan(ctx, v, latency)
				if err != nil {
					return err
				}
				b.record(s, round)
			}
		}
	}
	return nil
}

// measureApplies measures the creation of one number of products, each time in a new WHMCS.
func (b *bench) measureApplies(ctx context.Context, size int) error {
	for round := range b.settings.applyRounds {
		for i, latency := range b.settings.latencies {
			turn := applyVariants
			if i == 0 {
				turn = append(slices.Clone(turn), floor)
			}
			for _, v := range b.settings.chosen(turn) {
				e, err := newEstate(ctx, b.tools, b.temp, size, v.bare)
				if err != nil {
					return err
				}
				s, err := e.apply(ctx, v, latency)
				if err := errors.Join(err, e.close()); err != nil {
					return err
				}
				b.record(s, round)
			}
		}
	}
	return nil
}

// chosen returns the variants to measure.
func (s settings) chosen(variants []variant) []variant {
	return slices.DeleteFunc(slices.Clone(variants), func(v variant) bool {
		return len(s.variants) > 0 &&
			!slices.Contains(s.variants, v.name)
	})
}

func (b *bench) record(s sample, round int) {
	s.Round = round
	b.result.Samples = append(b.result.Samples, s)
	b.say("%-5s  %4d products  %2d ms  round %d  %-9s  %6.2f s  %6.2f s of CPU, %d reads, %d writes, provider %.2f s of CPU and %d MiB",
		s.Command, s.Size, s.LatencyMS, round+1, s.Variant, s.Seconds, s.CPUSeconds, s.Reads, s.Writes, s.ProviderCPUSeconds,
		s.ProviderPeakBytes>>20)
}
