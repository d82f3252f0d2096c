// Package protocol speaks Terraform's plugin protocol to a provider in the same process. It configures the provider
// and imports, reads, plans and applies objects without a Terraform binary.
//
// The methods that configure, validate, import, read, plan and apply return diagnostics and an error. The error is a
// failure of the call itself. Examples are a value that does not fit the schema, and a cancelled context. Methods of
// one Client may be called at the same time, as Terraform does.
package protocol

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// terraformVersion is the version that is sent to the provider. Providers use it in their User-Agent header.
const terraformVersion = "1.11.4"

// Client is a connection to one provider.
type Client struct {
	server     tfprotov6.ProviderServer
	schemas    *tfprotov6.GetProviderSchemaResponse
	identities *tfprotov6.GetResourceIdentitySchemasResponse
}

// Instance is one object as Terraform keeps it in its state.
type Instance struct {
	TypeName string
	State    *tfprotov6.DynamicValue
	Private  []byte
	Identity *tfprotov6.ResourceIdentityData
}

// New reads the schemas of a provider. The provider is not configured yet.
func New(ctx context.Context, server tfprotov6.ProviderServer) (*Client, error) {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, err
	}
	if all := Diagnostics(append(schemas.Diagnostics, identities.Diagnostics...)); len(all) > 0 {
		return nil, fmt.Errorf("get the provider's schemas: %v", all.Messages())
	}
	return &Client{server: server, schemas: schemas, identities: identities}, nil
}

// With returns a client of another server of the same provider, as Terraform starts one for each command. It reuses
// the schemas.
func (c *Client) With(server tfprotov6.ProviderServer) *Client {
	return &Client{server: server, schemas: c.schemas, identities: c.identities}
}

// ProviderSchema is the schema of the provider block.
func (c *Client) ProviderSchema() *tfprotov6.Schema { return c.schemas.Provider }

// ResourceSchemas are the schemas of all resources by type name.
func (c *Client) ResourceSchemas() map[string]*tfprotov6.Schema { return c.schemas.ResourceSchemas }

// ListResourceSchemas are the schemas of the filters of all list resources by type name.
func (c *Client) ListResourceSchemas() map[string]*tfprotov6.Schema {
	return c.schemas.ListResourceSchemas
}

// DataSourceSchemas are the schemas of all data sources by type name.
func (c *Client) DataSourceSchemas() map[string]*tfprotov6.Schema { return c.schemas.DataSourceSchemas }

// Configure validates the contents of the provider block and, if they are valid, configures the provider.
func (c *Client) Configure(ctx context.Context, config map[string]any) (Diagnostics, error) {
	value, err := Encode(c.schemas.Provider.ValueType(), config)
	if err != nil {
		return nil, err
	}
	return c.ConfigureEncoded(ctx, value)
}

// ConfigureEncoded is [Client.Configure] for an encoded configuration.
func (c *Client) ConfigureEncoded(ctx context.Context, config *tfprotov6.DynamicValue) (Diagnostics, error) {
	validated, err := c.server.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: config})
	if err != nil {
		return nil, err
	}
	if Diagnostics(validated.Diagnostics).HasError() {
		return validated.Diagnostics, nil
	}
	configured, err := c.server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: config, TerraformVersion: terraformVersion})
	if err != nil {
		return nil, err
	}
	return append(validated.Diagnostics, configured.Diagnostics...), nil
}

// ValidateResource validates the configuration of a resource.
func (c *Client) ValidateResource(ctx context.Context, typeName string, config *tfprotov6.DynamicValue) (Diagnostics, error) {
	validated, err := c.server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: config, ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		return nil, err
	}
	return validated.Diagnostics, nil
}

// ValidateDataSource validates the configuration of a data source.
func (c *Client) ValidateDataSource(ctx context.Context, typeName string, config *tfprotov6.DynamicValue) (Diagnostics, error) {
	validated, err := c.server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: config})
	if err != nil {
		return nil, err
	}
	return validated.Diagnostics, nil
}

// ReadDataSource reads a data source with a valid configuration.
func (c *Client) ReadDataSource(ctx context.Context, typeName string, config *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, Diagnostics, error) {
	read, err := c.server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
	if err != nil {
		return nil, nil, err
	}
	return read.State, read.Diagnostics, nil
}

// ImportByIdentity imports the object with the given identity attributes. It does not read the object. The instance is
// nil if there was an error.
func (c *Client) ImportByIdentity(ctx context.Context, typeName string, identity map[string]any) (*Instance, Diagnostics, error) {
	schema, found := c.identities.IdentitySchemas[typeName]
	if !found {
		return nil, nil, fmt.Errorf("%s has no identity", typeName)
	}
	value, err := Encode(schema.ValueType(), identity)
	if err != nil {
		return nil, nil, err
	}
	return c.importState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: typeName, Identity: &tfprotov6.ResourceIdentityData{IdentityData: value}})
}

// ImportByID is [Client.ImportByIdentity] with an id in text.
func (c *Client) ImportByID(ctx context.Context, typeName, id string) (*Instance, Diagnostics, error) {
	return c.importState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
}

func (c *Client) importState(ctx context.Context, request *tfprotov6.ImportResourceStateRequest) (*Instance, Diagnostics, error) {
	imported, err := c.server.ImportResourceState(ctx, request)
	if err != nil {
		return nil, nil, err
	}
	if Diagnostics(imported.Diagnostics).HasError() {
		return nil, imported.Diagnostics, nil
	}
	if count := len(imported.ImportedResources); count != 1 {
		return nil, imported.Diagnostics, fmt.Errorf("the import of one %s returned %d objects", request.TypeName, count)
	}
	found := imported.ImportedResources[0]
	return &Instance{TypeName: request.TypeName, State: found.State, Private: found.Private, Identity: found.Identity}, imported.Diagnostics, nil
}

// Listed is one object that a list resource found. Its instance has a state only if the list was requested with it.
type Listed struct {
	Instance
	DisplayName string
	Diagnostics Diagnostics
}

// List lists the objects of a resource type that pass the filters. A limit of 0 means no limit. The diagnostics are
// those of the filters. Each object has its own.
func (c *Client) List(
	ctx context.Context, typeName string, filters map[string]any, limit int64, withState bool,
) ([]Listed, Diagnostics, error) {
	schema, found := c.schemas.ListResourceSchemas[typeName]
	server, lists := c.server.(tfprotov6.ListResourceServer)
	if !found || !lists {
		return nil, nil, fmt.Errorf("the provider has no list resource %s", typeName)
	}
	config, err := Encode(schema.ValueType(), filters)
	if err != nil {
		return nil, nil, err
	}
	validated, err := server.ValidateListResourceConfig(ctx, &tfprotov6.ValidateListResourceConfigRequest{TypeName: typeName, Config: config})
	if err != nil {
		return nil, nil, err
	}
	if Diagnostics(validated.Diagnostics).HasError() {
		return nil, validated.Diagnostics, nil
	}
	stream, err := server.ListResource(ctx, &tfprotov6.ListResourceRequest{
		TypeName: typeName, Config: config, Limit: limit, IncludeResource: withState,
	})
	if err != nil {
		return nil, nil, err
	}
	var all []Listed
	for one := range stream.Results {
		all = append(all, Listed{
			Instance:    Instance{TypeName: typeName, State: one.Resource, Identity: one.Identity},
			DisplayName: one.DisplayName, Diagnostics: one.Diagnostics,
		})
	}
	return all, validated.Diagnostics, nil
}

// Invoke validates, plans and invokes an action. progress are the messages of the action.
func (c *Client) Invoke(ctx context.Context, actionType string, config map[string]any) (progress []string, diagnostics Diagnostics, err error) {
	schema, found := c.schemas.ActionSchemas[actionType]
	server, invokes := c.server.(tfprotov6.ActionServer)
	if !found || !invokes {
		return nil, nil, fmt.Errorf("the provider has no action %s", actionType)
	}
	encoded, err := Encode(schema.Schema.ValueType(), config)
	if err != nil {
		return nil, nil, err
	}
	validated, err := server.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: actionType, Config: encoded})
	if err != nil {
		return nil, nil, err
	}
	if Diagnostics(validated.Diagnostics).HasError() {
		return nil, validated.Diagnostics, nil
	}
	planned, err := server.PlanAction(ctx, &tfprotov6.PlanActionRequest{ActionType: actionType, Config: encoded})
	if err != nil {
		return nil, nil, err
	}
	if diagnostics = append(validated.Diagnostics, planned.Diagnostics...); diagnostics.HasError() {
		return nil, diagnostics, nil
	}
	stream, err := server.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{ActionType: actionType, Config: encoded})
	if err != nil {
		return nil, nil, err
	}
	for event := range stream.Events {
		switch e := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, e.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diagnostics = append(diagnostics, e.Diagnostics...)
		}
	}
	return progress, diagnostics, nil
}

// Read refreshes an instance. The state of the result is null if the object no longer exists.
func (c *Client) Read(ctx context.Context, i *Instance) (*Instance, Diagnostics, error) {
	read, err := c.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: i.TypeName, CurrentState: i.State, Private: i.Private, CurrentIdentity: i.Identity,
	})
	if err != nil {
		return nil, nil, err
	}
	return &Instance{TypeName: i.TypeName, State: read.NewState, Private: read.Private, Identity: read.NewIdentity}, read.Diagnostics, nil
}

// Attributes are the attributes of an instance, nil if its object does not exist.
func (c *Client) Attributes(i *Instance) (map[string]tftypes.Value, error) {
	schema, err := c.resource(i.TypeName)
	if err != nil {
		return nil, err
	}
	return Attributes(schema.ValueType(), i.State)
}

// IdentityAttributes are the identity attributes of an instance, nil if it has no identity.
func (c *Client) IdentityAttributes(i *Instance) (map[string]tftypes.Value, error) {
	schema, found := c.identities.IdentitySchemas[i.TypeName]
	if !found || i.Identity == nil {
		return nil, nil
	}
	return Attributes(schema.ValueType(), i.Identity.IdentityData)
}

// Stop cancels the calls that are under way, as Terraform does when a person interrupts it.
func (c *Client) Stop(ctx context.Context) error {
	stopped, err := c.server.StopProvider(ctx, &tfprotov6.StopProviderRequest{})
	if err == nil && stopped.Error != "" {
		err = errors.New(stopped.Error)
	}
	return err
}

func (c *Client) resource(typeName string) (*tfprotov6.Schema, error) {
	schema, found := c.schemas.ResourceSchemas[typeName]
	if !found {
		return nil, fmt.Errorf("the provider has no resource %s", typeName)
	}
	return schema, nil
}
