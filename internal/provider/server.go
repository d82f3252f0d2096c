package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lease"
)

// NewServer returns a constructor of the provider's protocol server. version is the version of the build, or "dev".
func NewServer(version string, adjust ...Adjust) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		p := &hosting{version: version, adjust: adjust}
		server := providerserver.NewProtocol6(p)()
		if all, ok := server.(everything); ok {
			return newFastServer(forgetful{all}, p)
		}
		return server
	}
}

// everything is the set of interfaces that the framework's server implements.
type everything interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

// forgetful is the framework's server without its memory leak. The framework (seen: 1.19.0, registerContext) keeps the
// cancel function of each call for StopProvider, until the provider stops. That also keeps the context of the call and
// its loggers, which are 9 kB. A plan of 4,000 objects makes about 16,000 calls. Garbage collection then took more CPU
// time than all other work. Frequent calls therefore get a context that releases its values when the call ends. Their
// context and the framework can still cancel the calls.
type forgetful struct{ everything }

// call makes a call with a context that is released when the call ends.
func call[Q, A any](ctx context.Context, ask Q, serve func(context.Context, Q) (A, error)) (A, error) {
	leased, end := lease.New(ctx)
	defer end()
	return serve(leased, ask)
}

func (s forgetful) ValidateResourceConfig(ctx context.Context, r *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	answer, err := call(ctx, r, s.everything.ValidateResourceConfig)
	if err == nil {
		answer.Diagnostics = wholeNumbers(ctx, answer.Diagnostics, r.Config, func(all *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema {
			return all.ResourceSchemas[r.TypeName]
		}, s.GetProviderSchema)
	}
	return answer, err
}

func (s forgetful) ValidateProviderConfig(ctx context.Context, r *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	answer, err := call(ctx, r, s.everything.ValidateProviderConfig)
	if err == nil {
		answer.Diagnostics = wholeNumbers(ctx, answer.Diagnostics, r.Config, func(all *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema {
			return all.Provider
		}, s.GetProviderSchema)
	}
	return answer, err
}

func (s forgetful) UpgradeResourceState(ctx context.Context, r *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return call(ctx, r, s.everything.UpgradeResourceState)
}

func (s forgetful) UpgradeResourceIdentity(ctx context.Context, r *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return call(ctx, r, s.everything.UpgradeResourceIdentity)
}

func (s forgetful) ReadResource(ctx context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return call(ctx, r, s.everything.ReadResource)
}

func (s forgetful) PlanResourceChange(ctx context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return call(ctx, r, s.everything.PlanResourceChange)
}

func (s forgetful) ApplyResourceChange(ctx context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return call(ctx, r, s.everything.ApplyResourceChange)
}

func (s forgetful) ImportResourceState(ctx context.Context, r *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return call(ctx, r, s.everything.ImportResourceState)
}

func (s forgetful) ValidateDataResourceConfig(ctx context.Context, r *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	answer, err := call(ctx, r, s.everything.ValidateDataResourceConfig)
	if err == nil {
		answer.Diagnostics = wholeNumbers(ctx, answer.Diagnostics, r.Config, func(all *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema {
			return all.DataSourceSchemas[r.TypeName]
		}, s.GetProviderSchema)
	}
	return answer, err
}

func (s forgetful) ReadDataSource(ctx context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return call(ctx, r, s.everything.ReadDataSource)
}

func (s forgetful) CallFunction(ctx context.Context, r *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return call(ctx, r, s.everything.CallFunction)
}
