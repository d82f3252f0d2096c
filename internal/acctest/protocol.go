package acctest

import (
	"context"
	"io"
	"maps"
	"math/big"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/provider"
)

// Unknown stands in a configuration for a value that is not known yet.
var Unknown = unknown{}

type unknown struct{}

// Protocol is the provider as Terraform's own process sees it: for exact attribute paths, and for what the installed Terraform is too old
// to show, such as identities.
type Protocol struct {
	server     tfprotov6.ProviderServer
	schemas    *tfprotov6.GetProviderSchemaResponse
	identities *tfprotov6.GetResourceIdentitySchemasResponse
	log        io.Writer // nil = nowhere
}

// NewProtocol starts a provider of the given version, not configured yet.
func NewProtocol(t testing.TB, version string, adjust ...provider.Adjust) *Protocol {
	t.Helper()
	p := &Protocol{server: provider.NewServer(version, adjust...)()}
	var err error
	p.schemas, err = p.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	require.NoError(t, err)
	require.Empty(t, p.schemas.Diagnostics)
	p.identities, err = p.server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	require.NoError(t, err)
	require.Empty(t, p.identities.Diagnostics)
	return p
}

// Again starts another provider of the same kind, as Terraform does for each command, and configures it. It spares the making of the schemas.
func (p *Protocol) Again(t testing.TB, settings Settings, adjust ...provider.Adjust) *Protocol {
	t.Helper()
	again := &Protocol{server: provider.NewServer("test", adjust...)(), schemas: p.schemas, identities: p.identities, log: p.log}
	diagnostics := again.Configure(t, settings.block())
	require.False(t, failed(diagnostics), "%v", Messages(diagnostics))
	return again
}

// LogTo sends the provider's log, all of it, to a writer.
func (p *Protocol) LogTo(w io.Writer) { p.log = w }

// context is that of a call.
func (p *Protocol) context(t testing.TB) context.Context {
	if p.log == nil {
		return t.Context()
	}
	return tflogtest.RootLogger(t.Context(), p.log)
}

// Protocol starts a provider that is configured for these surroundings.
func (e *Env) Protocol(t testing.TB) *Protocol {
	t.Helper()
	return e.ProtocolWith(t, nil)
}

// ProtocolWith is Protocol with settings of WHMCS in place of the usual ones.
func (e *Env) ProtocolWith(t testing.TB, whmcs map[string]any) *Protocol {
	t.Helper()
	return e.ProtocolOf(t, whmcs, nil)
}

// ProtocolOf is Protocol with settings of WHMCS and of the DCIM in place of the usual ones. Warnings of theirs are let pass.
func (e *Env) ProtocolOf(t testing.TB, whmcs, dcim map[string]any) *Protocol {
	t.Helper()
	return e.ProtocolOfAll(t, whmcs, dcim, nil)
}

// ProtocolOfAll is ProtocolOf with settings of the SolusVM 2 panel too.
func (e *Env) ProtocolOfAll(t testing.TB, whmcs, dcim, solusvm2 map[string]any) *Protocol {
	t.Helper()
	settings := e.Settings()
	maps.Copy(settings["whmcs"], whmcs)
	maps.Copy(settings["dcim"], dcim)
	maps.Copy(settings["solusvm2"], solusvm2)
	p := NewProtocol(t, "test")
	diagnostics := p.Configure(t, settings.block())
	require.False(t, failed(diagnostics), "%v", Messages(diagnostics))
	return p
}

// Settings are the contents of the provider block, by system.
type Settings map[string]map[string]any

// block is the provider block.
func (s Settings) block() map[string]any {
	block := map[string]any{}
	for system, settings := range s {
		block[system] = settings
	}
	return block
}

// Settings are the usual ones: WHMCS is asked again once, the panels are not.
func (e *Env) Settings() Settings {
	credential := e.WHMCS.Credential()
	key, secret := e.Sandbox.DCIM.AdminKey()
	return Settings{
		"whmcs":    {"url": e.WHMCS.URL(), "identifier": credential.Identifier, "secret": credential.Secret, "max_retries": 1},
		"dcim":     {"url": e.Sandbox.DCIM.URL(), "key": key, "secret": secret, "profile": e.profile, "max_retries": 0},
		"solusvm2": {"url": e.Sandbox.SolusVM2.URL(), "token": e.Sandbox.SolusVM2.AdminToken(), "max_retries": 0},
	}
}

// Configure validates the provider's configuration and, where it is valid, hands it over as Terraform does.
func (p *Protocol) Configure(t testing.TB, config map[string]any) []*tfprotov6.Diagnostic {
	t.Helper()
	value := dynamic(t, p.schemas.Provider.ValueType(), config)
	validated, err := p.server.ValidateProviderConfig(p.context(t), &tfprotov6.ValidateProviderConfigRequest{Config: value})
	require.NoError(t, err)
	if len(validated.Diagnostics) > 0 {
		return validated.Diagnostics
	}
	configured, err := p.server.ConfigureProvider(p.context(t), &tfprotov6.ConfigureProviderRequest{Config: value, TerraformVersion: "1.11.4"})
	require.NoError(t, err)
	return configured.Diagnostics
}

// Provider is the schema of the provider block.
func (p *Protocol) Provider() *tfprotov6.Schema { return p.schemas.Provider }

// Sensitive lists a schema's sensitive attributes by dotted path, and whether only the provider sets them.
func Sensitive(schema *tfprotov6.Schema) map[string]bool {
	found := map[string]bool{}
	var walk func(prefix string, attributes []*tfprotov6.SchemaAttribute)
	walk = func(prefix string, attributes []*tfprotov6.SchemaAttribute) {
		for _, attribute := range attributes {
			if attribute.Sensitive {
				found[prefix+attribute.Name] = attribute.Computed && !attribute.Optional
			}
			if attribute.NestedType != nil {
				walk(prefix+attribute.Name+".", attribute.NestedType.Attributes)
			}
		}
	}
	walk("", schema.Block.Attributes)
	return found
}

// Resources are the schemas of all resources.
func (p *Protocol) Resources() map[string]*tfprotov6.Schema { return p.schemas.ResourceSchemas }

// Plan validates a resource's configuration and, where it is valid, plans to create it.
func (p *Protocol) Plan(t testing.TB, typeName string, config map[string]any) []*tfprotov6.Diagnostic {
	t.Helper()
	kind := p.resource(t, typeName).ValueType()
	value := dynamic(t, kind, config)
	validated, err := p.server.ValidateResourceConfig(p.context(t), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: value, ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	require.NoError(t, err)
	if failed(validated.Diagnostics) {
		return validated.Diagnostics
	}
	planned, err := p.server.PlanResourceChange(p.context(t), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, Config: value, ProposedNewState: value, PriorState: dynamic(t, kind, nil),
	})
	require.NoError(t, err)
	return append(validated.Diagnostics, planned.Diagnostics...)
}

// ReadDataSource validates the configuration of a data source and, where it is valid, reads it and returns its state.
func (p *Protocol) ReadDataSource(t testing.TB, typeName string, config map[string]any) (map[string]tftypes.Value, []*tfprotov6.Diagnostic) {
	t.Helper()
	require.Contains(t, p.schemas.DataSourceSchemas, typeName)
	kind := p.schemas.DataSourceSchemas[typeName].ValueType()
	validated, err := p.server.ValidateDataResourceConfig(p.context(t), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: dynamic(t, kind, config)})
	require.NoError(t, err)
	if failed(validated.Diagnostics) {
		return nil, validated.Diagnostics
	}
	read, err := p.server.ReadDataSource(p.context(t), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: dynamic(t, kind, config)})
	require.NoError(t, err)
	return attributes(t, kind, read.State), read.Diagnostics
}

// Instance is a resource instance as Terraform keeps it.
type Instance struct {
	TypeName string
	State    *tfprotov6.DynamicValue
	Private  []byte
	Identity *tfprotov6.ResourceIdentityData
}

// Import imports by identity and reads what was imported, as `import { identity = {…} }` does. The instance is nil when that failed.
func (p *Protocol) Import(t testing.TB, typeName string, identity map[string]any) (*Instance, []*tfprotov6.Diagnostic) {
	t.Helper()
	value := dynamic(t, p.identities.IdentitySchemas[typeName].ValueType(), identity)
	imported, err := p.server.ImportResourceState(p.context(t), &tfprotov6.ImportResourceStateRequest{
		TypeName: typeName, Identity: &tfprotov6.ResourceIdentityData{IdentityData: value},
	})
	require.NoError(t, err)
	if failed(imported.Diagnostics) {
		return nil, imported.Diagnostics
	}
	require.Len(t, imported.ImportedResources, 1)
	found := imported.ImportedResources[0]
	instance, diagnostics := p.Read(t, &Instance{TypeName: typeName, State: found.State, Private: found.Private, Identity: found.Identity})
	if failed(diagnostics) {
		return nil, diagnostics
	}
	return instance, diagnostics
}

// ImportID imports by an id in text, without reading what was imported. The state is nil when that failed.
func (p *Protocol) ImportID(t testing.TB, typeName, id string) (map[string]tftypes.Value, []*tfprotov6.Diagnostic) {
	t.Helper()
	imported, err := p.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
	require.NoError(t, err)
	if failed(imported.Diagnostics) {
		return nil, imported.Diagnostics
	}
	require.Len(t, imported.ImportedResources, 1)
	return attributes(t, p.resource(t, typeName).ValueType(), imported.ImportedResources[0].State), imported.Diagnostics
}

// Read refreshes an instance.
func (p *Protocol) Read(t testing.TB, i *Instance) (*Instance, []*tfprotov6.Diagnostic) {
	t.Helper()
	read, err := p.server.ReadResource(p.context(t), &tfprotov6.ReadResourceRequest{
		TypeName: i.TypeName, CurrentState: i.State, Private: i.Private, CurrentIdentity: i.Identity,
	})
	require.NoError(t, err)
	return &Instance{TypeName: i.TypeName, State: read.NewState, Private: read.Private, Identity: read.NewIdentity}, read.Diagnostics
}

// State is an instance's state; nil when the object is gone.
func (p *Protocol) State(t testing.TB, i *Instance) map[string]tftypes.Value {
	t.Helper()
	return attributes(t, p.resource(t, i.TypeName).ValueType(), i.State)
}

// Identity is an instance's identity as text.
func (p *Protocol) Identity(t testing.TB, i *Instance) map[string]string {
	t.Helper()
	require.NotNil(t, i.Identity)
	out := map[string]string{}
	for name, value := range attributes(t, p.identities.IdentitySchemas[i.TypeName].ValueType(), i.Identity.IdentityData) {
		out[name] = Text(t, value)
	}
	return out
}

func (p *Protocol) resource(t testing.TB, typeName string) *tfprotov6.Schema {
	t.Helper()
	require.Contains(t, p.schemas.ResourceSchemas, typeName)
	return p.schemas.ResourceSchemas[typeName]
}

// Text is a value of text; "<null>" and "<unknown>" where it has none.
func Text(t testing.TB, value tftypes.Value) string {
	t.Helper()
	switch {
	case !value.IsKnown():
		return "<unknown>"
	case value.IsNull():
		return "<null>"
	}
	var text string
	require.NoError(t, value.As(&text))
	return text
}

// Elements are those of a known collection.
func Elements(t testing.TB, value tftypes.Value) []tftypes.Value {
	t.Helper()
	var elements []tftypes.Value
	require.NoError(t, value.As(&elements))
	return elements
}

// Messages are diagnostics as one line each: severity, attribute path, summary, detail.
func Messages(diagnostics []*tfprotov6.Diagnostic) []string {
	var out []string
	for _, d := range diagnostics {
		path := ""
		if d.Attribute != nil {
			path = PathText(d.Attribute)
		}
		out = append(out, strings.ToLower(d.Severity.String())+" at "+path+": "+d.Summary+": "+d.Detail)
	}
	return out
}

// PathText is an attribute path as a person writes it: whmcs.headers["X-Token"], servers[0].name.
func PathText(path *tftypes.AttributePath) string {
	var b strings.Builder
	for i, step := range path.Steps() {
		switch s := step.(type) {
		case tftypes.AttributeName:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(string(s))
		case tftypes.ElementKeyString:
			b.WriteString(`["` + string(s) + `"]`)
		case tftypes.ElementKeyInt:
			b.WriteString("[" + big.NewInt(int64(s)).String() + "]")
		case tftypes.ElementKeyValue:
			b.WriteString("[*]")
		}
	}
	return b.String()
}

func failed(diagnostics []*tfprotov6.Diagnostic) bool {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return true
		}
	}
	return false
}

func dynamic(t testing.TB, kind tftypes.Type, value any) *tfprotov6.DynamicValue {
	t.Helper()
	out, err := tfprotov6.NewDynamicValue(kind, Value(t, kind, value))
	require.NoError(t, err)
	return &out
}

func attributes(t testing.TB, kind tftypes.Type, from *tfprotov6.DynamicValue) map[string]tftypes.Value {
	t.Helper()
	if from == nil {
		return nil
	}
	value, err := from.Unmarshal(kind)
	require.NoError(t, err)
	if value.IsNull() {
		return nil
	}
	var out map[string]tftypes.Value
	require.NoError(t, value.As(&out))
	return out
}

// Value is a Go value in Terraform's types: nil is null, Unknown is unknown, attributes that a map leaves out are null.
func Value(t testing.TB, kind tftypes.Type, value any) tftypes.Value {
	t.Helper()
	switch v := value.(type) {
	case nil:
		return tftypes.NewValue(kind, nil)
	case unknown:
		return tftypes.NewValue(kind, tftypes.UnknownValue)
	case tftypes.Value: // of an attribute that takes any type
		return v
	case map[string]any:
		return tftypes.NewValue(kind, elements(t, kind, v))
	case []any:
		list := make([]tftypes.Value, len(v))
		for i, element := range v {
			list[i] = Value(t, elementType(t, kind), element)
		}
		return tftypes.NewValue(kind, list)
	case int:
		return tftypes.NewValue(kind, big.NewFloat(float64(v)))
	case float64:
		return tftypes.NewValue(kind, big.NewFloat(v))
	default:
		return tftypes.NewValue(kind, v)
	}
}

func elements(t testing.TB, kind tftypes.Type, given map[string]any) map[string]tftypes.Value {
	t.Helper()
	out := map[string]tftypes.Value{}
	object, isObject := kind.(tftypes.Object)
	if isObject {
		for name, attribute := range object.AttributeTypes {
			out[name] = Value(t, attribute, given[name])
		}
	}
	for name, value := range given {
		if isObject {
			require.Contains(t, object.AttributeTypes, name)
			continue
		}
		out[name] = Value(t, elementType(t, kind), value)
	}
	return out
}

func elementType(t testing.TB, kind tftypes.Type) tftypes.Type {
	t.Helper()
	switch k := kind.(type) {
	case tftypes.List:
		return k.ElementType
	case tftypes.Set:
		return k.ElementType
	case tftypes.Map:
		return k.ElementType
	}
	require.Fail(t, "not a collection", "%s", kind)
	return nil
}

// Planned is a change that is planned and not applied yet.
type Planned struct {
	typeName string
	prior    *Instance // nil = a creation
	config   *tfprotov6.DynamicValue
	planned  *tfprotov6.DynamicValue
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

// PlanChange plans a creation (prior nil), an update, or a destruction (config nil), as Terraform does. The plan is nil when that failed.
func (p *Protocol) PlanChange(t testing.TB, typeName string, prior *Instance, config map[string]any) (*Planned, []*tfprotov6.Diagnostic) {
	t.Helper()
	schema := p.resource(t, typeName)
	kind := schema.ValueType()
	change := &Planned{typeName: typeName, prior: prior, config: dynamic(t, kind, nil)}
	request := &tfprotov6.PlanResourceChangeRequest{TypeName: typeName, PriorState: dynamic(t, kind, nil), ProposedNewState: dynamic(t, kind, nil)}
	var before map[string]tftypes.Value
	if prior != nil {
		request.PriorState, request.PriorPrivate, request.PriorIdentity = prior.State, prior.Private, prior.Identity
		before = attributes(t, kind, prior.State)
	}
	if config != nil {
		change.config = dynamic(t, kind, config)
		request.ProposedNewState = proposed(t, schema, before, change.config)
	}
	request.Config = change.config
	planned, err := p.server.PlanResourceChange(p.context(t), request)
	require.NoError(t, err)
	if failed(planned.Diagnostics) {
		return nil, planned.Diagnostics
	}
	require.Empty(t, planned.RequiresReplace, "a replacement is two changes")
	change.planned, change.private, change.identity = planned.PlannedState, planned.PlannedPrivate, planned.PlannedIdentity
	return change, planned.Diagnostics
}

// proposed is what Terraform proposes: the configuration, and the prior value of what is computed and left out.
func proposed(t testing.TB, schema *tfprotov6.Schema, prior map[string]tftypes.Value, config *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	t.Helper()
	kind := schema.ValueType()
	out := attributes(t, kind, config)
	for _, attribute := range schema.Block.Attributes {
		switch value := out[attribute.Name]; {
		case attribute.WriteOnly:
			out[attribute.Name] = tftypes.NewValue(value.Type(), nil)
		case attribute.Computed && value.IsKnown() && value.IsNull() && prior != nil:
			out[attribute.Name] = prior[attribute.Name]
		}
	}
	value, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, out))
	require.NoError(t, err)
	return &value
}

// IsEmpty tells whether a plan changes nothing.
func (p *Protocol) IsEmpty(t testing.TB, change *Planned) bool {
	t.Helper()
	require.NotNil(t, change.prior)
	kind := p.resource(t, change.typeName).ValueType()
	before, err := change.prior.State.Unmarshal(kind)
	require.NoError(t, err)
	after, err := change.planned.Unmarshal(kind)
	require.NoError(t, err)
	return before.Equal(after)
}

// Apply carries out a plan. The instance is what Terraform would save, whether or not there were errors; its State is null (nil attributes) when
// nothing is left to save.
func (p *Protocol) Apply(t testing.TB, change *Planned) (*Instance, []*tfprotov6.Diagnostic) {
	t.Helper()
	request := &tfprotov6.ApplyResourceChangeRequest{
		TypeName: change.typeName, Config: change.config, PlannedState: change.planned, PlannedPrivate: change.private, PlannedIdentity: change.identity,
		PriorState: dynamic(t, p.resource(t, change.typeName).ValueType(), nil),
	}
	if change.prior != nil {
		request.PriorState = change.prior.State
	}
	applied, err := p.server.ApplyResourceChange(p.context(t), request)
	require.NoError(t, err)
	return &Instance{TypeName: change.typeName, State: applied.NewState, Private: applied.Private, Identity: applied.NewIdentity}, applied.Diagnostics
}

// Do plans and applies a change that must succeed without a word.
func (p *Protocol) Do(t testing.TB, typeName string, prior *Instance, config map[string]any) *Instance {
	t.Helper()
	change, diagnostics := p.PlanChange(t, typeName, prior, config)
	require.Empty(t, Messages(diagnostics))
	instance, diagnostics := p.Apply(t, change)
	require.Empty(t, Messages(diagnostics))
	return instance
}

// Stop cancels what the provider is doing, as Terraform does when it is interrupted.
func (p *Protocol) Stop(t testing.TB) {
	t.Helper()
	stopped, err := p.server.StopProvider(p.context(t), &tfprotov6.StopProviderRequest{})
	if err != nil || stopped.Error != "" {
		t.Errorf("the provider could not be stopped: %v %v", err, stopped)
	}
}
