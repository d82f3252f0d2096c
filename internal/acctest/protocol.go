package acctest

import (
	"context"
	"io"
	"maps"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
	"github.com/hosting-iac/terraform-provider-hosting/internal/provider"
)

// Unknown is a value of a configuration that is not known yet.
var Unknown = protocol.Unknown

// The parts of package protocol that tests name.
type (
	// Instance is one object as Terraform keeps it in its state.
	Instance = protocol.Instance
	// Planned is a planned change that is not applied yet.
	Planned = protocol.Change
)

// Protocol calls a provider as Terraform's own process does. It has exact attribute paths, and features that the
// installed Terraform is too old for, such as identities. Its methods fail the test where [protocol.Client] returns an
// error.
type Protocol struct {
	client *protocol.Client
	log    io.Writer // nil = nowhere
}

// Schemas is a client of a provider that is not configured, for its schemas. They are the same for each provider, and
// made once.
func Schemas(t testing.TB) *protocol.Client {
	t.Helper()
	client, err := schemas()
	require.NoError(t, err)
	return client
}

var schemas = sync.OnceValues(func() (*protocol.Client, error) {
	return protocol.New(context.Background(), provider.NewServer("test")())
})

// Started returns a client of a new provider. [NewServer] makes the provider.
func Started(t testing.TB, version string, adjust ...provider.Adjust) *protocol.Client {
	t.Helper()
	server, err := NewServer(version, adjust...)
	require.NoError(t, err)
	return Schemas(t).With(server)
}

// NewProtocol starts a provider of the given version, not configured yet.
func NewProtocol(t testing.TB, version string, adjust ...provider.Adjust) *Protocol {
	t.Helper()
	return &Protocol{client: Started(t, version, adjust...)}
}

// Again starts another provider, as Terraform does for each command, and configures it.
func (p *Protocol) Again(t testing.TB, settings Settings, adjust ...provider.Adjust) *Protocol {
	t.Helper()
	again := &Protocol{client: Started(t, "test", adjust...), log: p.log}
	diagnostics := again.Configure(t, settings.block())
	require.False(t, diagnostics.HasError(), "%v", diagnostics.Messages())
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

// Protocol starts a provider that is configured for these surroundings. changes replace single settings. Warnings of
// the configuration are ignored.
func (e *Env) Protocol(t testing.TB, changes ...Settings) *Protocol {
	t.Helper()
	settings := e.Settings()
	for _, change := range changes {
		for system, values := range change {
			if settings[system] == nil {
				settings[system] = map[string]any{}
			}
			maps.Copy(settings[system], values)
		}
	}
	p := NewProtocol(t, "test")
	diagnostics := p.Configure(t, settings.block())
	require.False(t, diagnostics.HasError(), "%v", diagnostics.Messages())
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

// Settings are the usual ones. A request to WHMCS is retried once, a request to a panel is not.
func (e *Env) Settings() Settings {
	credential := e.WHMCS.Credential()
	key, secret := e.Sandbox.DCIM.AdminKey()
	return Settings{
		"whmcs":    {"url": e.WHMCS.URL(), "identifier": credential.Identifier, "secret": credential.Secret, "max_retries": 1},
		"dcim":     {"url": e.Sandbox.DCIM.URL(), "key": key, "secret": secret, "profile": e.profile, "max_retries": 0},
		"solusvm2": {"url": e.Sandbox.SolusVM2.URL(), "token": e.Sandbox.SolusVM2.AdminToken(), "max_retries": 0},
	}
}

// Configure validates the provider's configuration and, where it is valid, configures the provider.
func (p *Protocol) Configure(t testing.TB, config map[string]any) protocol.Diagnostics {
	t.Helper()
	diagnostics, err := p.client.Configure(p.context(t), config)
	require.NoError(t, err)
	return diagnostics
}

// Client is the protocol client below.
func (p *Protocol) Client() *protocol.Client { return p.client }

// Provider is the schema of the provider block.
func (p *Protocol) Provider() *tfprotov6.Schema { return p.client.ProviderSchema() }

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
	for _, nested := range schema.Block.BlockTypes {
		walk(nested.TypeName+".", nested.Block.Attributes)
	}
	return found
}

// Resources are the schemas of all resources.
func (p *Protocol) Resources() map[string]*tfprotov6.Schema { return p.client.ResourceSchemas() }

// Plan validates a resource's configuration and, where it is valid, plans to create it.
func (p *Protocol) Plan(t testing.TB, typeName string, config map[string]any) []*tfprotov6.Diagnostic {
	t.Helper()
	require.Contains(t, p.Resources(), typeName)
	value := encode(t, p.Resources()[typeName].ValueType(), config)
	validated, err := p.client.ValidateResource(p.context(t), typeName, value)
	require.NoError(t, err)
	if validated.HasError() {
		return validated
	}
	_, planned, err := p.client.Plan(p.context(t), typeName, nil, value)
	require.NoError(t, err)
	return append(validated, planned...)
}

// ReadDataSource validates the configuration of a data source and, where it is valid, reads it and returns its state.
func (p *Protocol) ReadDataSource(t testing.TB, typeName string, config map[string]any) (map[string]tftypes.Value, []*tfprotov6.Diagnostic) {
	t.Helper()
	require.Contains(t, p.client.DataSourceSchemas(), typeName)
	kind := p.client.DataSourceSchemas()[typeName].ValueType()
	value := encode(t, kind, config)
	validated, err := p.client.ValidateDataSource(p.context(t), typeName, value)
	require.NoError(t, err)
	if validated.HasError() {
		return nil, validated
	}
	state, diagnostics, err := p.client.ReadDataSource(p.context(t), typeName, value)
	require.NoError(t, err)
	attributes, err := protocol.Attributes(kind, state)
	require.NoError(t, err)
	return attributes, diagnostics
}

// Import imports by identity and reads what was imported, as `import { identity = {…} }` does. The instance is nil
// when that failed.
func (p *Protocol) Import(t testing.TB, typeName string, identity map[string]any) (*Instance, []*tfprotov6.Diagnostic) {
	t.Helper()
	imported, diagnostics, err := p.client.ImportByIdentity(p.context(t), typeName, identity)
	require.NoError(t, err)
	if imported == nil {
		return nil, diagnostics
	}
	instance, read := p.Read(t, imported)
	if protocol.Diagnostics(read).HasError() {
		return nil, read
	}
	return instance, read
}

// List lists the objects of a resource type with their states. A limit of 0 is none.
func (p *Protocol) List(t testing.TB, typeName string, filters map[string]any, limit int64) ([]protocol.Listed, protocol.Diagnostics) {
	t.Helper()
	listed, diagnostics, err := p.client.List(p.context(t), typeName, filters, limit, true)
	require.NoError(t, err)
	return listed, diagnostics
}

// Invoke invokes an action and returns its progress messages.
func (p *Protocol) Invoke(t testing.TB, actionType string, config map[string]any) ([]string, protocol.Diagnostics) {
	t.Helper()
	progress, diagnostics, err := p.client.Invoke(p.context(t), actionType, config)
	require.NoError(t, err)
	return progress, diagnostics
}

// ImportID imports by an id in text, without reading what was imported. The state is nil when that failed.
func (p *Protocol) ImportID(t testing.TB, typeName, id string) (map[string]tftypes.Value, []*tfprotov6.Diagnostic) {
	t.Helper()
	imported, diagnostics, err := p.client.ImportByID(p.context(t), typeName, id)
	require.NoError(t, err)
	if imported == nil {
		return nil, diagnostics
	}
	return p.State(t, imported), diagnostics
}

// Read refreshes an instance.
func (p *Protocol) Read(t testing.TB, i *Instance) (*Instance, []*tfprotov6.Diagnostic) {
	t.Helper()
	read, diagnostics, err := p.client.Read(p.context(t), i)
	require.NoError(t, err)
	return read, diagnostics
}

// State is an instance's state, or nil if the object does not exist.
func (p *Protocol) State(t testing.TB, i *Instance) map[string]tftypes.Value {
	t.Helper()
	attributes, err := p.client.Attributes(i)
	require.NoError(t, err)
	return attributes
}

// Identity is an instance's identity as text.
func (p *Protocol) Identity(t testing.TB, i *Instance) map[string]string {
	t.Helper()
	attributes, err := p.client.IdentityAttributes(i)
	require.NoError(t, err)
	require.NotNil(t, attributes)
	out := map[string]string{}
	for name, value := range attributes {
		out[name] = Text(t, value)
	}
	return out
}

// PlanChange plans a creation (prior nil), an update, or a destruction (config nil), as Terraform does. The plan is
// nil when that failed.
func (p *Protocol) PlanChange(t testing.TB, typeName string, prior *Instance, config map[string]any) (*Planned, []*tfprotov6.Diagnostic) {
	t.Helper()
	require.Contains(t, p.Resources(), typeName)
	var value *tfprotov6.DynamicValue
	if config != nil {
		value = encode(t, p.Resources()[typeName].ValueType(), config)
	}
	change, diagnostics, err := p.client.Plan(p.context(t), typeName, prior, value)
	require.NoError(t, err)
	if change != nil {
		require.Empty(t, change.RequiresReplace, "a replacement is two changes")
	}
	return change, diagnostics
}

// IsEmpty reports whether a plan changes nothing.
func (p *Protocol) IsEmpty(t testing.TB, change *Planned) bool {
	t.Helper()
	empty, err := p.client.IsEmpty(change)
	require.NoError(t, err)
	return empty
}

// Apply carries out a plan. The instance is what Terraform saves, also if there were errors. Its State is nil if there
// is nothing to save.
func (p *Protocol) Apply(t testing.TB, change *Planned) (*Instance, []*tfprotov6.Diagnostic) {
	t.Helper()
	applied, diagnostics, err := p.client.Apply(p.context(t), change)
	require.NoError(t, err)
	return applied, diagnostics
}

// Do plans and applies a change that must succeed without a diagnostic.
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
	if err := p.client.Stop(p.context(t)); err != nil {
		t.Errorf("the provider could not be stopped: %v", err)
	}
}

// Text is a value of text, "<null>" or "<unknown>".
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
	return protocol.Diagnostics(diagnostics).Messages()
}

// Value is a Go value in Terraform's types (see [protocol.Value]).
func Value(t testing.TB, kind tftypes.Type, value any) tftypes.Value {
	t.Helper()
	out, err := protocol.Value(kind, value)
	require.NoError(t, err)
	return out
}

func encode(t testing.TB, kind tftypes.Type, value any) *tfprotov6.DynamicValue {
	t.Helper()
	out, err := protocol.Encode(kind, value)
	require.NoError(t, err)
	return out
}
