package provider

import (
	"context"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// unreadable are the summaries of the framework's errors for a number that its attribute cannot hold. They say "This is
// always an error in the provider" (terraform-plugin-framework 1.19).
var unreadable = map[string]bool{"Configuration Read Error": true, "Value Conversion Error": true}

// floats are the attributes that accept fractions. All other numbers of the provider are whole.
var floats = map[string]bool{"max_requests_per_second": true}

// wholeNumbers replaces the framework's errors about fractions with errors that say what the configuration has to be.
// schema finds the schema of the configuration. It is only called if there is such an error.
func wholeNumbers(
	ctx context.Context, diagnostics []*tfprotov6.Diagnostic, config *tfprotov6.DynamicValue, schema func(*tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema,
	schemas func(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error),
) []*tfprotov6.Diagnostic {
	rest := make([]*tfprotov6.Diagnostic, 0, len(diagnostics))
	for _, d := range diagnostics {
		if !unreadable[d.Summary] {
			rest = append(rest, d)
		}
	}
	if len(rest) == len(diagnostics) {
		return diagnostics
	}
	all, err := schemas(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || schema(all) == nil {
		return diagnostics
	}
	value, err := config.Unmarshal(schema(all).ValueType())
	if err != nil {
		return diagnostics
	}
	found := false
	err = tftypes.Walk(value, func(path *tftypes.AttributePath, v tftypes.Value) (bool, error) {
		if !v.Type().Is(tftypes.Number) || !v.IsKnown() || v.IsNull() {
			return true, nil
		}
		number := new(big.Float)
		if err := v.As(&number); err != nil {
			return false, err
		}
		name, _ := path.LastStep().(tftypes.AttributeName)
		if _, accuracy := number.Int64(); accuracy == big.Exact || floats[string(name)] {
			return true, nil
		}
		found = true
		rest = append(rest, &tfprotov6.Diagnostic{
			Severity: tfprotov6.DiagnosticSeverityError, Attribute: path, Summary: "Not a whole number",
			Detail: fmt.Sprintf("The value of %s must be a whole number between -9223372036854775808 and 9223372036854775807, got: %s.", name, number.Text('g', 20)),
		})
		return true, nil
	})
	if err != nil || !found {
		return diagnostics
	}
	return rest
}
