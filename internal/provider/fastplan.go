package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/vmihailenco/msgpack/v5/msgpcode"

	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// fastPlanVariable set to "off" makes the framework plan every object.
const fastPlanVariable = "HOSTING_FAST_PLAN"

// fast are the resources whose unchanged objects are planned without the framework. Their ModifyPlan is not called
// then. The values say why it neither changes nor reports anything for an unchanged object.
var fast = map[string]string{
	"hosting_whmcs_addon_module":              whmcsModifyPlan,
	"hosting_whmcs_configurable_option_group": whmcsModifyPlan,
	"hosting_whmcs_product":                   whmcsModifyPlan,
	"hosting_whmcs_product_addon":             whmcsModifyPlan,
	"hosting_whmcs_product_group":             whmcsModifyPlan,
	"hosting_whmcs_server":                    whmcsModifyPlan,
	"hosting_whmcs_server_group":              whmcsModifyPlan,
	"hosting_solusvm2_landing_page":           whmcsModifyPlan,
}

const whmcsModifyPlan = "whmcsobject.Resource.ModifyPlan returns if plan and state are equal"

// fastServer is the framework's server with a fast path for plans of unchanged objects. The framework follows the path
// to each value through the schema several times to find that nothing changes. That took half of the provider's CPU
// time in a plan of 1,000 unchanged products.
type fastServer struct {
	forgetful
	provider *hosting
	off      bool
	clients  atomic.Pointer[resourcekit.Clients] // nil until the provider is configured
	shapes   sync.Map                            // a func() *shapes by resource type
}

// shapes are the shapes of a resource and of its identity.
type shapes struct {
	construct        func() resource.Resource
	object, identity *shape
}

func newFastServer(framework forgetful, p *hosting) *fastServer {
	s := &fastServer{forgetful: framework, provider: p, off: os.Getenv(fastPlanVariable) == "off"}
	for _, construct := range resources {
		one := construct()
		name := resource.MetadataResponse{}
		one.Metadata(context.Background(), resource.MetadataRequest{ProviderTypeName: "hosting"}, &name)
		if _, is := fast[name.TypeName]; is {
			s.shapes.Store(name.TypeName, sync.OnceValue(func() *shapes {
				made, err := shapesOf(context.Background(), one)
				if err != nil {
					return nil // TestFast fails
				}
				made.construct = construct
				return made
			}))
		}
	}
	return s
}

// shapesOf returns the shapes of a resource. The error says why the fast path cannot serve the resource.
func shapesOf(ctx context.Context, of resource.Resource) (*shapes, error) {
	identified, is := of.(resource.ResourceWithIdentity)
	if !is {
		return nil, fmt.Errorf("the resource has no identity")
	}
	if _, is := of.(resource.ResourceWithUpgradeIdentity); is {
		return nil, fmt.Errorf("the resource upgrades its identity")
	}
	schema, identity := resource.SchemaResponse{}, resource.IdentitySchemaResponse{}
	of.Schema(ctx, resource.SchemaRequest{}, &schema)
	identified.IdentitySchema(ctx, resource.IdentitySchemaRequest{}, &identity)
	object, err := objectShape(ctx, schema.Schema)
	if err != nil {
		return nil, err
	}
	named, err := identityShape(ctx, identity.IdentitySchema)
	return &shapes{object: object, identity: named}, err
}

// shapesOf returns the shapes of a resource type, or nil if the fast path does not serve it.
func (s *fastServer) shapesOf(typeName string) *shapes {
	stored, _ := s.shapes.Load(typeName)
	if once, is := stored.(func() *shapes); is {
		return once()
	}
	return nil
}

// ConfigureProvider configures the provider.
func (s *fastServer) ConfigureProvider(
	ctx context.Context, r *tfprotov6.ConfigureProviderRequest,
) (*tfprotov6.ConfigureProviderResponse, error) {
	answer, err := s.forgetful.ConfigureProvider(ctx, r)
	if err == nil && !hasError(answer.Diagnostics) {
		s.clients.Store(s.provider.clients)
	} else {
		s.clients.Store(nil)
	}
	return answer, err
}

func hasError(diagnostics []*tfprotov6.Diagnostic) bool {
	for _, d := range diagnostics {
		if d.Severity != tfprotov6.DiagnosticSeverityWarning {
			return true
		}
	}
	return false
}

// PlanResourceChange plans an unchanged object without the framework, and lets the framework plan all others.
func (s *fastServer) PlanResourceChange(
	ctx context.Context, r *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	if answer := s.PlanUnchanged(r); answer != nil {
		return answer, nil
	}
	return s.PlanChange(ctx, r)
}

// PlanChange lets the framework plan an object.
func (s *fastServer) PlanChange(
	ctx context.Context, r *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	return s.forgetful.PlanResourceChange(ctx, r)
}

// PlanUnchanged plans an object if the framework would plan its prior state, without a message. It returns nil for all
// other objects. These are the steps of the framework (terraform-plugin-framework 1.19.0, fwserver.PlanResourceChange),
// and why none of them can change such a plan:
//
//   - Automatic deferral: Configure of this provider never defers, and a request that allows deferrals is left to the
//     framework.
//   - Resource.Configure: it only takes the clients from the provider data. Unconfigured, the framework decides.
//   - Decoding: configuration, state and identity are walked to the last byte and have the shape of the schema. Private
//     state is decoded here in the same way.
//   - Defaults: shape.whenNull has the default of each attribute. The state has it where the configuration is null. An
//     attribute below a null or missing parent is null too. All defaults are static, and none lies below a set.
//   - Write-only values are set to null: the shape accepts a write-only attribute only if its configuration is null.
//     The state is null there, because no resource saves such a value.
//   - Marking of computed values as unknown: it is done only if the plan differs from the prior state after the
//     defaults.
//   - Plan modifiers: each is one of the table "silent". They run on the prior value, with a configured value that is
//     null or the prior value. Values of custom types are validated as the framework does when it sets the planned
//     value.
//   - Requires-replace: the framework's modifiers return if the planned value is the prior one.
//   - ModifyPlan: see the table "fast". It sets neither private state, nor identity, nor a deferral.
//   - Private state: no plan modifier writes it, so the planned one is the prior one.
//   - Identity: the planned one is the prior one. Without a prior one, it is the null identity. Terraform before
//     1.12 sends none.
//   - Destroy: the proposed state is null, so the framework decides.
//
// And these are the ways in which Terraform changes a plan around the call:
//
//   - ignore_changes: Terraform replaces the configured values before the call, and sends the result as configuration
//     and proposed state. In any case, a configured value that differs from the state is left to the framework.
//   - -replace: Terraform plans the object as usual, and then again without a prior state.
//   - A tainted object is planned without a prior state.
//   - A moved object has the prior state of its former address, which is the same.
//   - -refresh=false: the prior state is the saved one. A default that differs from it is left to the framework.
//
// In all tests that use package acctest, the framework plans too, and a plan that differs fails the test.
func (s *fastServer) PlanUnchanged(r *tfprotov6.PlanResourceChangeRequest) *tfprotov6.PlanResourceChangeResponse {
	if s.off || s.clients.Load() == nil || r.ProviderMeta != nil || r.ClientCapabilities != nil && r.ClientCapabilities.DeferralAllowed {
		return nil
	}
	prior, proposed, config := packed(r.PriorState), packed(r.ProposedNewState), packed(r.Config)
	if prior == nil || config == nil || !bytes.Equal(prior, proposed) {
		return nil
	}
	of := s.shapesOf(r.TypeName)
	if of == nil || !of.object.isUnchanged(prior, config) || !isPrivateState(r.PriorPrivate) {
		return nil
	}
	answer := &tfprotov6.PlanResourceChangeResponse{
		PlannedState: r.PriorState, PlannedPrivate: r.PriorPrivate, PlannedIdentity: r.PriorIdentity,
	}
	if r.PriorIdentity == nil {
		null := &tfprotov6.DynamicValue{MsgPack: []byte{msgpcode.Nil}}
		answer.PlannedIdentity = &tfprotov6.ResourceIdentityData{IdentityData: null}
	} else if !of.identity.holds(packed(r.PriorIdentity.IdentityData)) {
		return nil
	}
	return answer
}

// packed returns the encoding of a value. It is nil for another encoding than msgpack.
func packed(value *tfprotov6.DynamicValue) []byte {
	if value == nil || len(value.JSON) > 0 {
		return nil
	}
	return value.MsgPack
}

// isPrivateState reports whether the framework can decode private state and encodes all of it again.
func isPrivateState(raw []byte) bool {
	_, ok := privateValues(raw)
	return ok
}

// privateValues decodes private state. ok is false if the framework cannot decode it, or would encode less.
func privateValues(raw []byte) (values privateState, ok bool) {
	if len(raw) == 0 {
		return nil, true
	}
	if json.Unmarshal(raw, &values) != nil {
		return nil, false
	}
	for _, value := range values {
		if !utf8.Valid(value) || !json.Valid(value) {
			return nil, false
		}
	}
	return values, len(values) > 0
}

// privateState is private state by key.
type privateState map[string][]byte

// GetKey implements [resourcekit.PrivateReader].
func (p privateState) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return p[key], nil
}
