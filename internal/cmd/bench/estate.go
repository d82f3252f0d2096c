package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/terraformcli"
)

// variant is one way to run the same command.
type variant struct {
	name        string
	environment []string
	arguments   []string
	// bare uses no provider. It is the lower limit of the time.
	bare bool
}

var (
	get       = variant{name: "get", environment: []string{"HOSTING_COALESCE=off"}}
	framework = variant{name: "framework", environment: []string{"HOSTING_FAST_PLAN=off"}}
	fast      = variant{name: "fast"}
	noRefresh = variant{name: "norefresh", environment: []string{"HOSTING_FAST_PLAN=off"}, arguments: []string{"-refresh=false"}}
	floor     = variant{name: "floor", bare: true}

	planVariants  = []variant{get, framework, fast, noRefresh}
	applyVariants = []variant{get, fast}
	allVariants   = []string{get.name, framework.name, fast.name, noRefresh.name, floor.name}
)

// productConfiguration is the configuration. A seller of dedicated servers has many products.
const productConfiguration = `terraform {
  required_providers {
    hosting = { source = "hosting-iac/hosting" }
  }
}

resource "hosting_whmcs_product_group" "bench" {
  name = "Dedicated servers"
}

locals {
  numbers = flatten([for k in range(0, %[1]d, 1000) : range(k, min(k + 1000, %[1]d))]) # a range has 1,024 numbers at most
  # A map: Terraform evaluates for_each again for each object, which is slow with a set.
  products = { for n in local.numbers : format("%%05d", n) => format("Dedicated %%05d", n) }
}

resource "hosting_whmcs_product" "bench" {
  for_each = local.products

  product_group_id = hosting_whmcs_product_group.bench.id
  name             = each.value
  description      = "4 cores, 16 GB memory, 1 TB disk"
  pay_type         = "recurring"
  prices = {
    USD = { monthly = "89.00", annually = "979.00" }
    INR = { monthly = "7400.00", annually = "81400.00" }
    EUR = { monthly = "82.00" }
  }
  setup_fees = {
    USD = { monthly = "25.00" }
    INR = { monthly = "2100.00" }
  }
  auto_setup = "on_payment"
  module     = "toplink_dcim"
  toplink_dcim = {
    package      = "E3-1230"
    client_power = true
  }
}
`

// floorConfiguration is the configuration of the floor variant.
const floorConfiguration = `locals {
  numbers = flatten([for k in range(0, %[1]d, 1000) : range(k, min(k + 1000, %[1]d))]) # a range has 1,024 numbers at most
  products = { for n in local.numbers : format("%%05d", n) => format("Dedicated %%05d", n) }
}

resource "terraform_data" "bench" {
  for_each = local.products
  input    = each.value
}
`

// tools are the programs that a run uses.
type tools struct {
	cli   *terraformcli.CLI
	usage string // file that the meter writes
	start func(ctx context.Context) (whmcs, error)
}

// estate is a WHMCS and the configuration of its content. For the floor variant, it is only the
// configuration.
type estate struct {
	tools  *tools
	size   int
	folder string
	whmcs  whmcs // nil in the floor variant
}

// newEstate creates an empty estate in its own folder.
func newEstate(ctx context.Context, t *tools, temp string, size int, bare bool) (*estate, error) {
	folder, err := os.MkdirTemp(temp, "estate-")
	if err != nil {
		return nil, err
	}
	e := &estate{tools: t, size: size, folder: folder}
	if !bare {
		if e.whmcs, err = t.start(ctx); err != nil {
			return nil, err
		}
	}
	if err = e.configure(); err == nil {
		_, _, err = e.cli(variant{}).Run(ctx, []int{0}, "init", "-no-color")
	}
	if err != nil {
		return nil, errors.Join(err, e.close())
	}
	return e, nil
}

// configure writes the configuration for the number of objects in the estate.
func (e *estate) configure() error {
	configuration := productConfiguration
	if e.whmcs == nil {
		configuration = floorConfiguration
	}
	return os.WriteFile(filepath.Join(e.folder, "main.tf"), []byte(fmt.Sprintf(configuration, e.size)), 0o600)
}

func (e *estate) close() error {
	var err error
	if e.whmcs != nil {
		err = e.whmcs.close()
	}
	return errors.Join(err, os.RemoveAll(e.folder))
}

// cli returns the program for this folder and this WHMCS.
func (e *estate) cli(v variant) *terraformcli.CLI {
	cli := *e.tools.cli
	cli.Folder = e.folder
	cli.Environment = append(append([]string{}, cli.Environment...), v.environment...)
	if e.whmcs != nil {
		cli.Environment = append(cli.Environment, e.whmcs.settings()...)
	}
	return &cli
}

// sample is the cost of one command.
type sample struct {
	Command   string  `json:"command"` // plan or apply
	Variant   string  `json:"variant"`
	Size      int     `json:"size"`
	LatencyMS int64   `json:"latency_ms"`
	Round     int     `json:"round"`
	Seconds   float64 `json:"seconds"`
	Reads     int     `json:"reads"`
	Writes    int     `json:"writes"`
	// CPU time of the command and its child processes. Other processes on the machine affect it less
	// than the seconds.
	CPUSeconds float64 `json:"cpu_seconds"`
	// CPU time of the provider's processes, and the largest peak memory of one process.
	ProviderCPUSeconds float64 `json:"provider_cpu_seconds"`
	ProviderPeakBytes  int64   `json:"provider_peak_bytes"`
}

// plan plans the unchanged configuration.
func (e *estate) plan(ctx context.Context, v variant, latency time.Duration) (sample, error) {
	s, output, err := e.measure(ctx, v, latency, []int{0, 2},
		append([]string{"plan", "-no-color", "-detailed-exitcode"}, v.arguments...))
	if err == nil && !strings.Contains(output, "No changes.") {
		err = fmt.Errorf("the plan should be empty, and is not:\n%s", output[:min(len(output), 4000)])
	}
	return s, err
}

// apply creates all objects.
func (e *estate) apply(ctx context.Context, v variant, latency time.Duration) (sample, error) {
	s, output, err := e.measure(ctx, v, latency, []int{0}, []string{"apply", "-no-color", "-auto-approve"})
	if err != nil {
		return s, err
	}
	want := e.size
	if e.whmcs != nil {
		want++ // the product group
		stand, err := e.whmcs.products()
		if err != nil {
			return s, err
		}
		if stand < e.size {
			return s, fmt.Errorf("%d products were to be created, but WHMCS has %d", e.size, stand)
		}
	}
	if !strings.Contains(output, fmt.Sprintf("Apply complete! Resources: %d added, 0 changed, 0 destroyed.", want)) {
		return s, fmt.Errorf("%d objects should have been created:\n%s", want, output[max(0, len(output)-2000):])
	}
	return s, nil
}

func (e *estate) measure(ctx context.Context, v variant, latency time.Duration, allowed []int,
	arguments []string) (sample, string, error) {
	s := sample{Command: arguments[0], Variant: v.name, Size: e.size, LatencyMS: latency.Milliseconds()}
	if err := os.RemoveAll(e.tools.usage); err != nil {
		return s, "", err
	}
	if e.whmcs != nil {
		e.whmcs.measure(latency)
	}
	started := time.Now()
	cli := e.cli(v)
	_, output, err := cli.Run(ctx, allowed, arguments...)
	s.Seconds, s.CPUSeconds = time.Since(started).Seconds(), cli.CPU.Seconds()
	if err != nil || v.bare {
		return s, output, err
	}
	s.Reads, s.Writes = e.whmcs.requests()
	s.ProviderCPUSeconds, s.ProviderPeakBytes, err = readUsage(e.tools.usage)
	return s, output, err
}

// readUsage adds up the records of the meter.
func readUsage(file string) (cpu float64, peak int64, err error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return 0, 0, fmt.Errorf("the provider left no record of what it used: %w", err)
	}
	for line := range strings.Lines(string(raw)) {
		var process struct {
			CPUSeconds float64 `json:"cpu_seconds"`
			PeakBytes  int64   `json:"peak_bytes"`
		}
		if err := json.Unmarshal([]byte(line), &process); err != nil {
			return 0, 0, fmt.Errorf("what the provider used: %q: %w", line, err)
		}
		cpu += process.CPUSeconds
		peak = max(peak, process.PeakBytes)
	}
	return cpu, peak, nil
}
