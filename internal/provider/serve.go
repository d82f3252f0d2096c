package provider

import (
	"os"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// address is the address of the provider in a registry.
const address = "registry.terraform.io/hosting-iac/hosting"

// Serve serves the provider to the Terraform or OpenTofu process that started this process. With debugging, the user
// starts that process.
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

// quieten sets the log level of the framework to the level that Terraform shows. The framework traces each step of
// each call. Terraform reads every line, and drops it unless TF_LOG or TF_LOG_PROVIDER is set. That takes a large part
// of the time of a plan with thousands of objects. Variables of the framework that are already set are kept.
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
		return nil // JSON, and other values that Terraform treats as TRACE
	}
	// The log levels of the framework, of the protocol and of the provider.
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

// heapFloor delays the first garbage collection until the heap has twice its size. A plan allocates much memory and
// keeps little, so Go would otherwise collect many times a second. heapFloor is never written, so it uses no physical
// memory. Collections of a large heap follow Go's default. A fixed memory limit would cause constant collections there.
var heapFloor []byte //nolint:unused // it only has to be reachable

// heapFloorBytes is half of the heap at which the first collection starts.
const heapFloorBytes = 64 << 20

// spendMemory uses more memory to save time, unless GOGC or GOMEMLIMIT is set.
func spendMemory(lookup func(string) (string, bool)) {
	_, percent := lookup("GOGC")
	_, limit := lookup("GOMEMLIMIT")
	if !percent && !limit {
		heapFloor = make([]byte, heapFloorBytes)
	}
}
