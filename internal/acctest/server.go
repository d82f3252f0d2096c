package acctest

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	ctymsgpack "github.com/zclconf/go-cty/cty/msgpack"

	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
	"github.com/hosting-iac/terraform-provider-hosting/internal/provider"
)

// NewServer starts a provider whose plans of unchanged objects are made twice: by the fast path and by the framework. A
// plan that differs is an error.
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
}

type comparing struct {
	Planner
	schemas *protocol.Client
}

// PlanResourceChange plans an object with the framework, and compares a plan of the fast path with it.
func (c *comparing) PlanResourceChange(
	ctx context.Context, r *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	fast := c.PlanUnchanged(r)
	if fast == nil {
		encoded, err := c.asTerraform(r)
		if err != nil {
			return nil, err
		}
		fast = c.PlanUnchanged(encoded)
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

// asTerraform encodes the values of a request as Terraform does, which sorts sets. The provider and package protocol do
// not. Without it, the in-process tests would use the fast path less often than Terraform.
func (c *comparing) asTerraform(r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeRequest, error) {
	schema, known := c.schemas.ResourceSchemas()[r.TypeName]
	if !known {
		return r, nil
	}
	kind, err := protocol.CtyType(schema.ValueType())
	if err != nil {
		return nil, err
	}
	encoded := *r
	for _, value := range []**tfprotov6.DynamicValue{&encoded.PriorState, &encoded.ProposedNewState, &encoded.Config} {
		if *value == nil {
			continue
		}
		decoded, err := ctymsgpack.Unmarshal((*value).MsgPack, kind)
		if err != nil {
			return r, nil //nolint:nilerr // the framework reports it
		}
		packed, err := ctymsgpack.Marshal(decoded, kind)
		if err != nil {
			return nil, err
		}
		*value = &tfprotov6.DynamicValue{MsgPack: packed}
	}
	return &encoded, nil
}
