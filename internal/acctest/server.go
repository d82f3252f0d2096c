package acctest

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	ctymsgpack "github.com/zclconf/go-cty/cty/msgpack"

	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
	"github.com/hosting-iac/terraform-provider-hosting/internal/provider"
)

// NewServer starts a provider whose reads and plans of unchanged objects are made twice: by the fast path and by the
// framework. A response that differs is an error.
func NewServer(version string, adjust ...provider.Adjust) (Planner, error) {
	server := provider.NewServer(version, adjust...)()
	fast, is := server.(Planner)
	if !is {
		return nil, fmt.Errorf("%T has no fast path", server)
	}
	all, err := schemas()
	return &comparing{fast, all}, err
}

// Planner is a provider with a fast path.
type Planner interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
	// PlanUnchanged returns nil if the framework has to plan the object.
	PlanUnchanged(r *tfprotov6.PlanResourceChangeRequest) *tfprotov6.PlanResourceChangeResponse
	// PlanChange lets the framework plan the object.
	PlanChange(ctx context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error)
	// ReadUnchanged returns nil if the framework has to read the object, with the returned context.
	ReadUnchanged(ctx context.Context, r *tfprotov6.ReadResourceRequest) (context.Context, *tfprotov6.ReadResourceResponse)
	// ReadObject lets the framework read the object.
	ReadObject(ctx context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error)
	// ReadDataSourceBoth also returns the state in the encoding of the fast path, or nil.
	ReadDataSourceBoth(ctx context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, *tfprotov6.DynamicValue, error)
}

type comparing struct {
	Planner
	schemas *protocol.Client
}

// ReadResource reads an object with the framework, and compares a read of the fast path with it. Both have one
// response of WHMCS. The response of the fast path holds the state of the request itself.
func (c *comparing) ReadResource(
	ctx context.Context, r *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	state, err := c.asTerraform(r.TypeName, r.CurrentState)
	if err != nil {
		return nil, err
	}
	encoded := *r
	encoded.CurrentState = state
	ctx, fast := c.ReadUnchanged(ctx, &encoded)
	answer, err := c.ReadObject(ctx, r)
	if err != nil || fast == nil {
		return answer, err
	}
	if err := c.schemas.SameRead(r.TypeName, answer, fast); err != nil {
		return nil, fmt.Errorf("the fast path reads a %s unlike the framework: %w", r.TypeName, err)
	}
	fast.NewState = r.CurrentState
	return fast, nil
}

// ReadDataSource reads a data source, and compares the state in the encoding of the fast path with that of the
// framework.
func (c *comparing) ReadDataSource(
	ctx context.Context, r *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	answer, fast, err := c.ReadDataSourceBoth(ctx, r)
	if err != nil || protocol.Diagnostics(answer.Diagnostics).HasError() {
		return answer, err
	}
	if fast == nil {
		return nil, fmt.Errorf("the fast path cannot encode a %s", r.TypeName)
	}
	if err := c.schemas.SameData(r.TypeName, answer.State, fast); err != nil {
		return nil, fmt.Errorf("the fast path encodes a %s unlike the framework: %w", r.TypeName, err)
	}
	answer.State = fast
	return answer, nil
}

// PlanResourceChange plans an object with the framework, and compares a plan of the fast path with it.
func (c *comparing) PlanResourceChange(
	ctx context.Context, r *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	fast := c.PlanUnchanged(r)
	if fast == nil {
		encoded := *r
		for _, value := range []**tfprotov6.DynamicValue{&encoded.PriorState, &encoded.ProposedNewState, &encoded.Config} {
			sorted, err := c.asTerraform(r.TypeName, *value)
			if err != nil {
				return nil, err
			}
			*value = sorted
		}
		fast = c.PlanUnchanged(&encoded)
	}
	answer, err := c.PlanChange(ctx, r)
	if err != nil || fast == nil {
		return answer, err
	}
	if err := c.schemas.SamePlan(r.TypeName, answer, fast); err != nil {
		return nil, fmt.Errorf("the fast path plans a %s unlike the framework: %w", r.TypeName, err)
	}
	return fast, nil
}

// asTerraform encodes a value as Terraform does, which sorts sets. The provider and package protocol do not. Without
// it, the in-process tests would use the fast path less often than Terraform.
func (c *comparing) asTerraform(typeName string, value *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, error) {
	schema, known := c.schemas.ResourceSchemas()[typeName]
	if !known || value == nil {
		return value, nil
	}
	kind, err := protocol.CtyType(schema.ValueType())
	if err != nil {
		return nil, err
	}
	decoded, err := ctymsgpack.Unmarshal(value.MsgPack, kind)
	if err != nil {
		return value, nil //nolint:nilerr // the framework reports it
	}
	packed, err := ctymsgpack.Marshal(decoded, kind)
	return &tfprotov6.DynamicValue{MsgPack: packed}, err
}
