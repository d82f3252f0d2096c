package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// unchangedReader is a resource that reads an object without the framework.
type unchangedReader interface {
	resource.ResourceWithConfigure
	ReadUnchanged(ctx context.Context, saved whmcsobject.Saved) (_ context.Context, installation string, unchanged bool)
}

// ReadResource reads an unchanged object without the framework, and lets the framework read all others.
func (s *fastServer) ReadResource(
	ctx context.Context, r *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	ctx, answer := s.ReadUnchanged(ctx, r)
	if answer != nil {
		return answer, nil
	}
	return s.ReadObject(ctx, r)
}

// ReadObject lets the framework read an object.
func (s *fastServer) ReadObject(
	ctx context.Context, r *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	return s.forgetful.ReadResource(ctx, r)
}

// ReadDataSource reads a data source. Its state is encoded without the framework.
func (s *fastServer) ReadDataSource(
	ctx context.Context, r *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	if s.off {
		return s.forgetful.ReadDataSource(ctx, r)
	}
	var encoded resourcekit.Encoded
	answer, err := s.forgetful.ReadDataSource(resourcekit.WithEncoded(ctx, &encoded), r)
	if err == nil && encoded.State != nil {
		answer.State = &tfprotov6.DynamicValue{MsgPack: encoded.State}
	}
	return answer, err
}

// ReadDataSourceBoth reads a data source once. It returns the framework's response and the state that was encoded
// without the framework, which may be nil.
func (s *fastServer) ReadDataSourceBoth(
	ctx context.Context, r *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, *tfprotov6.DynamicValue, error) {
	encoded := resourcekit.Encoded{Both: true}
	answer, err := s.forgetful.ReadDataSource(resourcekit.WithEncoded(ctx, &encoded), r)
	if err != nil || encoded.State == nil {
		return answer, nil, err
	}
	return answer, &tfprotov6.DynamicValue{MsgPack: encoded.State}, nil
}

// ReadUnchanged reads an object. It returns a response if the framework would respond with the state, private state and
// identity of the request, without a message. Otherwise it returns nil and a context for the framework's read. With it,
// that read does not ask WHMCS again. These are the steps of the framework (terraform-plugin-framework 1.19.0,
// fwserver.ReadResource), and why the response is the same:
//
//   - Automatic deferral and Resource.Configure: see PlanUnchanged.
//   - Decoding: the shape decodes state and identity to the last byte, and refuses what is not of the schema.
//   - Private state: it has no key of the framework, such as the mark of an import.
//   - Resource.Read: whmcsobject.Resource.ReadUnchanged does the same with the decoded values. It compares the result
//     with the state, and the private state that would be saved with the saved one.
//   - Identity: Read keeps the prior identity, if it names this object. Without a prior one, it sets id and
//     installation.
//   - Semantic equality: an amount that is written in another way keeps the text of the state. sameValue compares so.
//   - Write-only values are set to null: the shape accepts no others.
//
// In all tests that use package acctest, the framework reads too, and a read that differs fails the test.
func (s *fastServer) ReadUnchanged(
	ctx context.Context, r *tfprotov6.ReadResourceRequest,
) (context.Context, *tfprotov6.ReadResourceResponse) {
	clients, of := s.clients.Load(), s.shapesOf(r.TypeName)
	if s.off || clients == nil || of == nil || r.ProviderMeta != nil ||
		r.ClientCapabilities != nil && r.ClientCapabilities.DeferralAllowed {
		return ctx, nil
	}
	reader, is := of.construct().(unchangedReader)
	private, decoded := privateValues(r.Private)
	values := of.object.attributesOf(packed(r.CurrentState))
	if !is || !decoded || len(private) != 1 || values == nil {
		return ctx, nil
	}
	reader.Configure(ctx, resource.ConfigureRequest{ProviderData: clients}, &resource.ConfigureResponse{})
	ctx, installation, unchanged := reader.ReadUnchanged(ctx, whmcsobject.Saved{Values: values, Private: private})
	if !unchanged {
		return ctx, nil
	}
	answer := &tfprotov6.ReadResourceResponse{NewState: r.CurrentState, Private: r.Private, NewIdentity: r.CurrentIdentity}
	if r.CurrentIdentity != nil {
		prior := of.identity.attributesOf(packed(r.CurrentIdentity.IdentityData))
		at, named := prior["installation"].(types.String)
		if !named || !prior["id"].Equal(values["id"]) || !at.IsNull() && at.ValueString() != installation {
			return ctx, nil
		}
		return ctx, answer
	}
	id, is := values["id"].(types.String)
	if !is {
		return ctx, nil
	}
	named := map[string]tftypes.Value{
		"id":           tftypes.NewValue(tftypes.String, id.ValueString()),
		"installation": tftypes.NewValue(tftypes.String, installation),
	}
	kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String, "installation": tftypes.String}}
	encoded, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, named))
	if err != nil {
		return ctx, nil
	}
	answer.NewIdentity = &tfprotov6.ResourceIdentityData{IdentityData: &encoded}
	return ctx, answer
}
