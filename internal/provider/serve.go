package provider

import (
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// address is where the provider lives in a registry.
const address = "registry.terraform.io/hosting-iac/hosting"

// Serve serves the provider to the Terraform or OpenTofu that started this process or, with debugging, to the one that a person starts.
func Serve(version string, debugging bool) error {
	if !debugging {
		if err := quieten(os.LookupEnv, os.Setenv); err != nil {
			return err
		}
	}
	spendMemory(os.LookupEnv)
	var options []tf6server.ServeOpt
	if debugging {
		options = append(options, tf6server.WithManagedDebug())
	}
	return tf6server.Serve(address, NewServer(version), options...)
}

// quieten has the framework log no more than Terraform passes on. It traces each step of each call, Terraform reads every line of that, and throws it
// away unless TF_LOG or TF_LOG_PROVIDER asks for it: with thousands of objects a large part of a plan. Whoever sets the framework's own variables
// keeps what they set.
func quieten(lookup func(string) (string, bool), set func(name, value string) error) error {
	wanted, _ := lookup("TF_LOG_PROVIDER")
	if wanted == "" {
		wanted, _ = lookup("TF_LOG")
	}
	level := strings.ToUpper(wanted)
	switch {
	case level == "":
		level = "OFF"
	case !slices.Contains([]string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF"}, level):
		return nil // JSON, and whatever else Terraform takes for TRACE
	}
	// The framework and the protocol below it, and what the provider itself logs.
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_PROVIDER_HOSTING"} {
		if _, own := lookup(name); own {
			continue
		}
		if err := set(name, level); err != nil {
			return err
		}
	}
	return nil
}

// What the garbage collector may do. A plan makes much garbage and keeps little, so that by Go's own measure it is collected many times a second;
// the limit, in bytes, keeps memory from growing where much is kept.
const (
	collectAtPercent = 400
	collectAtBytes   = 128 << 20
)

// spendMemory trades some memory for time, unless Go's own variables say otherwise.
func spendMemory(lookup func(string) (string, bool)) {
	_, percent := lookup("GOGC")
	_, limit := lookup("GOMEMLIMIT")
	if !percent && !limit {
		debug.SetGCPercent(collectAtPercent)
		debug.SetMemoryLimit(collectAtBytes)
	}
}
