// Command bench measures the costs of this provider. It runs the real Terraform or OpenTofu against a
// sandbox of the systems, and writes tables and raw results into a folder. It measures the variants
// alternately in one run, because machines differ and are seldom idle.
//
// For each size, it creates that many products and then plans them repeatedly without changes. The
// variants are:
//
//	get        one request for each object (HOSTING_COALESCE=off)
//	framework  the framework plans every object (HOSTING_FAST_PLAN=off)
//	fast       the default: concurrent reads are served from one list request, and unchanged objects are planned fast
//	norefresh  framework, with -refresh=false
//	floor      the same number of terraform_data, which need no provider process and no requests
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	interrupted := ctx.Err() != nil
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case interrupted:
		fmt.Fprintln(os.Stderr, "bench: interrupted. All programs that it started have ended.")
		os.Exit(130)
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench: FAILED:", err)
		os.Exit(1)
	}
}

// settings define the measurements.
type settings struct {
	sizes, applySizes   []int
	latencies           []time.Duration
	variants            []string // their names, or empty for all
	rounds, applyRounds int
	starts              int // of each provider, until its schema is served
	out                 string
	profile             bool
	host                string // "sandbox", or "php" for the companion on PHP and MariaDB
}

// defaults are enough for every target. fullRun measures every size at every latency.
var (
	defaults = settings{
		sizes: []int{100, 1000, 4000}, applySizes: []int{100, 1000},
		latencies: []time.Duration{0, 50 * time.Millisecond}, rounds: 3, applyRounds: 1, starts: 31,
	}
	fullRun = settings{
		sizes: []int{100, 1000, 2000, 4000}, applySizes: []int{100, 1000, 2000, 4000},
		latencies: []time.Duration{0, 20 * time.Millisecond, 50 * time.Millisecond}, rounds: 5, applyRounds: 3, starts: 101,
	}
)

// parse parses the command line.
func parse(arguments []string, errOut io.Writer) (settings, error) {
	chosen := defaults
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(errOut)
	full := flags.Bool("full", false, "measure every size at every latency, which takes hours")
	sizes := flags.String("sizes", "", "`numbers` of products, for example 100,1000")
	applySizes := flags.String("apply-sizes", "",
		"`numbers` of products whose creation is also measured, or 0 for none (default: those of -sizes up to 1000)")
	latencies := flags.String("latencies", "", "`milliseconds` that every response takes, for example 0,50")
	variants := flags.String("variants", "",
		"`names` of the variants to measure: get, framework, fast, norefresh, floor (default: all of them)")
	rounds := flags.Int("rounds", 0, "number of measurements of each plan (the table shows medians)")
	applyRounds := flags.Int("apply-rounds", 0, "number of measurements of each creation")
	starts := flags.Int("starts", 0, "number of starts of each provider")
	flags.StringVar(&chosen.out, "out", "bench", "`folder` for the results")
	flags.BoolVar(&chosen.profile, "profile", false,
		"write CPU profiles of the provider into the folder profiles, which slows it down a little")
	flags.StringVar(&chosen.host, "host", "sandbox",
		"`WHMCS` to plan for: sandbox, or php for the companion on PHP and MariaDB")
	if err := flags.Parse(arguments); err != nil {
		return settings{}, err
	}
	if flags.NArg() > 0 {
		return settings{}, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if *full {
		out, profile, host := chosen.out, chosen.profile, chosen.host
		chosen = fullRun
		chosen.out, chosen.profile, chosen.host = out, profile, host
	}
	if hosts[chosen.host] == nil {
		return settings{}, fmt.Errorf("-host: there is no %q", chosen.host)
	}
	var err error
	if *sizes != "" {
		if chosen.sizes, err = numbers("-sizes", *sizes, 1); err != nil {
			return settings{}, err
		}
		if !*full {
			chosen.applySizes = slices.DeleteFunc(slices.Clone(chosen.sizes), func(n int) bool { return n > 1000 })
		}
	}
	if *applySizes != "" {
		if chosen.applySizes, err = numbers("-apply-sizes", *applySizes, 0); err != nil {
			return settings{}, err
		}
		chosen.applySizes = slices.DeleteFunc(chosen.applySizes, func(n int) bool { return n == 0 })
	}
	if *latencies != "" {
		milliseconds, err := numbers("-latencies", *latencies, 0)
		if err != nil {
			return settings{}, err
		}
		chosen.latencies = nil
		for _, n := range milliseconds {
			chosen.latencies = append(chosen.latencies, time.Duration(n)*time.Millisecond)
		}
	}
	if *variants != "" {
		chosen.variants = strings.Split(*variants, ",")
		for _, name := range chosen.variants {
			if !slices.Contains(allVariants, name) {
				return settings{}, fmt.Errorf("-variants: there is no %q", name)
			}
		}
	}
	for _, count := range []struct {
		name  string
		given int
		into  *int
	}{{"-rounds", *rounds, &chosen.rounds}, {"-apply-rounds", *applyRounds, &chosen.applyRounds},
		{"-starts", *starts, &chosen.starts}} {
		if count.given < 0 {
			return settings{}, fmt.Errorf("%s must not be negative", count.name)
		}
		if count.given > 0 {
			*count.into = count.given
		}
	}
	return chosen, nil
}

// numbers parses comma-separated whole numbers. It returns them sorted and without duplicates.
func numbers(name, text string, least int) ([]int, error) {
	var list []int
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < least {
			return nil, fmt.Errorf("%s: %q is not a whole number of %d or more", name, part, least)
		}
		list = append(list, n)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}
