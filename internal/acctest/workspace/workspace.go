// Package workspace runs `terraform plan`, `apply`, `destroy`, `refresh` and `import` in process, for tests. It
// evaluates a configuration with the HCL library and calls the provider through package protocol, in Terraform's
// order. It validates all objects, and refreshes and plans them in the order of the references. Before each write it
// plans again with known values. It saves each object as soon as the object is written.
//
// It checks that a plan matches the configuration and an apply matches the plan. Unknown blocks and arguments are
// errors. Modules, backends, sensitive marks and plan output are not supported.
package workspace

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
	ctymsgpack "github.com/zclconf/go-cty/cty/msgpack"

	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
)

// Workspace is a configuration, a state and a provider.
type Workspace struct {
	// Start starts a provider that is not configured, as Terraform does for each command.
	Start func(ctx context.Context) (*protocol.Client, error)
	// Provider is the content of the provider block. It replaces a block in the configuration.
	Provider map[string]any
	// Variables are the values of the configuration's variables.
	Variables map[string]cty.Value
	// Parallelism is the maximum number of instances of one resource that are processed concurrently. The default is
	// 10.
	Parallelism int

	config  *configuration
	types   *types
	state   map[string]*object // by address
	outputs map[string]cty.Value
}

// object is one instance of a resource or data source in the state.
type object struct {
	address             string // hosting_whmcs_server.dcim["a"]
	block               string // hosting_whmcs_server.dcim
	key                 cty.Value
	data                bool
	instance            *protocol.Instance // nil for data
	value               cty.Value
	dependencies        []string // blocks
	tainted             bool
	createBeforeDestroy bool
	deposed             []*protocol.Instance
}

// Diagnostic is a warning or an error about one object.
type Diagnostic struct {
	Address         string // "" = about none
	Error           bool
	Summary, Detail string
	Source          string // the line of the attribute, "" if unknown
}

// Failure is the errors of one command.
type Failure []Diagnostic

// Error formats the errors as Terraform does, without wrapping long lines.
func (f Failure) Error() string {
	var b strings.Builder
	for _, d := range f {
		fmt.Fprintf(&b, "Error: %s\n\n", d.Summary)
		if d.Address != "" {
			fmt.Fprintf(&b, "  with %s,\n", d.Address)
		}
		if d.Source != "" {
			fmt.Fprintf(&b, "  on main.tf:\n  %s\n\n", d.Source)
		}
		fmt.Fprintf(&b, "%s\n\n", d.Detail)
	}
	return b.String()
}

// Load reads a configuration. files maps file names to content. The state is kept.
func (w *Workspace) Load(ctx context.Context, files map[string]string) error {
	if w.types == nil {
		client, err := w.Start(ctx)
		if err != nil {
			return err
		}
		if w.types, err = typesOf(client); err != nil {
			return err
		}
	}
	config, err := parse(files)
	if err != nil {
		return err
	}
	w.config = config
	return nil
}

// client starts a provider and configures it from w.Provider. If w.Provider is nil, it uses the provider block.
// References in the block are unknown during a plan.
func (w *Workspace) client(ctx context.Context, s *scope) (*protocol.Client, error) {
	client, err := w.Start(ctx)
	if err != nil {
		return nil, err
	}
	var diagnostics protocol.Diagnostics
	if w.Provider != nil {
		diagnostics, err = client.Configure(ctx, w.Provider)
	} else {
		var value *tfprotov6.DynamicValue
		if value, err = w.providerConfig(s); err != nil {
			return nil, err
		}
		diagnostics, err = client.ConfigureEncoded(ctx, value)
	}
	if err != nil {
		return nil, err
	}
	return client, failure("", nil, diagnostics).orNil()
}

// asFailure is the Failure in an error's chain.
func asFailure(err error) (Failure, bool) {
	var f Failure
	is := errors.As(err, &f)
	return f, is
}

func (f Failure) orNil() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// failure is the errors among a call's diagnostics.
func failure(address string, b *block, diagnostics protocol.Diagnostics) Failure {
	var f Failure
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			f = append(f, Diagnostic{Address: address, Error: true, Summary: d.Summary, Detail: d.Detail, Source: b.source(d.Attribute)})
		}
	}
	return f
}

func decode(value *tfprotov6.DynamicValue, kind cty.Type) (cty.Value, error) {
	return ctymsgpack.Unmarshal(value.MsgPack, kind)
}

func encode(value cty.Value, kind cty.Type) (*tfprotov6.DynamicValue, error) {
	packed, err := ctymsgpack.Marshal(value, kind)
	return &tfprotov6.DynamicValue{MsgPack: packed}, err
}
