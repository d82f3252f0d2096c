package protocol

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Change is a planned change of one object.
type Change struct {
	TypeName        string
	Prior           *Instance               // nil: the object is to be created
	Config          *tfprotov6.DynamicValue // null: the object is to be destroyed
	Planned         *tfprotov6.DynamicValue
	RequiresReplace []*tftypes.AttributePath // attributes that can only change with a new object
	private         []byte
	identity        *tfprotov6.ResourceIdentityData
}

// Plan plans a creation (prior nil), an update, or a destruction (config nil). It does not validate the configuration.
// The change is nil if there was an error.
func (c *Client) Plan(ctx context.Context, typeName string, prior *Instance, config *tfprotov6.DynamicValue) (*Change, Diagnostics, error) {
	schema, err := c.resource(typeName)
	if err != nil {
		return nil, nil, err
	}
	null, err := Encode(schema.ValueType(), nil)
	if err != nil {
		return nil, nil, err
	}
	change := &Change{TypeName: typeName, Prior: prior, Config: null}
	request := &tfprotov6.PlanResourceChangeRequest{TypeName: typeName, PriorState: null, ProposedNewState: null}
	if prior != nil {
		request.PriorState, request.PriorPrivate, request.PriorIdentity = prior.State, prior.Private, prior.Identity
	}
	if config != nil {
		change.Config = config
		if request.ProposedNewState, err = proposed(schema, request.PriorState, config); err != nil {
			return nil, nil, err
		}
	}
	request.Config = change.Config
	planned, err := c.server.PlanResourceChange(ctx, request)
	if err != nil {
		return nil, nil, err
	}
	if Diagnostics(planned.Diagnostics).HasError() {
		return nil, planned.Diagnostics, nil
	}
	change.Planned, change.private, change.identity = planned.PlannedState, planned.PlannedPrivate, planned.PlannedIdentity
	change.RequiresReplace = planned.RequiresReplace
	return change, planned.Diagnostics, nil
}

// IsEmpty reports whether a planned change changes nothing.
func (c *Client) IsEmpty(change *Change) (bool, error) {
	schema, err := c.resource(change.TypeName)
	if err != nil {
		return false, err
	}
	if change.Prior == nil {
		return false, nil
	}
	before, err := change.Prior.State.Unmarshal(schema.ValueType())
	if err != nil {
		return false, err
	}
	after, err := change.Planned.Unmarshal(schema.ValueType())
	if err != nil {
		return false, err
	}
	return before.Equal(after), nil
}

// Apply carries out a planned change. The instance is what Terraform saves, also if there were errors. Its state is
// null if there is nothing to save.
func (c *Client) Apply(ctx context.Context, change *Change) (*Instance, Diagnostics, error) {
	schema, err := c.resource(change.TypeName)
	if err != nil {
		return nil, nil, err
	}
	request := &tfprotov6.ApplyResourceChangeRequest{
		TypeName: change.TypeName, Config: change.Config, PlannedState: change.Planned, PlannedPrivate: change.private, PlannedIdentity: change.identity,
	}
	if change.Prior != nil {
		request.PriorState = change.Prior.State
	} else if request.PriorState, err = Encode(schema.ValueType(), nil); err != nil {
		return nil, nil, err
	}
	applied, err := c.server.ApplyResourceChange(ctx, request)
	if err != nil {
		return nil, nil, err
	}
	return &Instance{TypeName: change.TypeName, State: applied.NewState, Private: applied.Private, Identity: applied.NewIdentity}, applied.Diagnostics, nil
}

// proposed is the new state that Terraform proposes to the provider: the configuration, with the prior values of
// computed attributes that the configuration leaves out.
func proposed(schema *tfprotov6.Schema, prior, config *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, error) {
	kind := schema.ValueType()
	before, err := prior.Unmarshal(kind)
	if err != nil {
		return nil, err
	}
	given, err := config.Unmarshal(kind)
	if err != nil {
		return nil, err
	}
	attributes, err := proposedAttributes(schema.Block.Attributes, before, given)
	if err != nil {
		return nil, err
	}
	var whole map[string]tftypes.Value
	if err := given.As(&whole); err != nil {
		return nil, err
	}
	// The other members of whole are nested blocks. They have no computed attributes.
	for name, value := range attributes {
		whole[name] = value
	}
	value, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, whole))
	return &value, err
}

func proposedAttributes(schema []*tfprotov6.SchemaAttribute, prior, config tftypes.Value) (map[string]tftypes.Value, error) {
	var before, given map[string]tftypes.Value
	if prior.IsKnown() && !prior.IsNull() {
		if err := prior.As(&before); err != nil {
			return nil, err
		}
	}
	if err := config.As(&given); err != nil {
		return nil, err
	}
	out := make(map[string]tftypes.Value, len(given))
	for _, attribute := range schema {
		value := given[attribute.Name]
		old, hasOld := before[attribute.Name]
		switch {
		case attribute.WriteOnly:
			value = tftypes.NewValue(value.Type(), nil)
		case !value.IsKnown():
		case value.IsNull():
			if attribute.Computed && hasOld && !hasConfiguredValue(attribute, old) {
				value = old
			}
		case attribute.NestedType != nil:
			if !hasOld {
				old = tftypes.NewValue(value.Type(), nil)
			}
			var err error
			if value, err = proposedNested(attribute.NestedType, old, value); err != nil {
				return nil, err
			}
		}
		out[attribute.Name] = value
	}
	return out, nil
}

// proposedNested proposes a nested attribute. Elements of lists correspond by index, those of maps by key.
func proposedNested(nested *tfprotov6.SchemaObject, prior, config tftypes.Value) (tftypes.Value, error) {
	element := func(old, value tftypes.Value) (tftypes.Value, error) {
		if !value.IsKnown() || value.IsNull() {
			return value, nil
		}
		attributes, err := proposedAttributes(nested.Attributes, old, value)
		if err != nil {
			return value, err
		}
		return tftypes.NewValue(value.Type(), attributes), nil
	}
	known := prior.IsKnown() && !prior.IsNull()
	switch nested.Nesting {
	case tfprotov6.SchemaObjectNestingModeSingle:
		return element(prior, config)
	case tfprotov6.SchemaObjectNestingModeList:
		var old, given []tftypes.Value
		if err := config.As(&given); err != nil {
			return config, err
		}
		if known {
			if err := prior.As(&old); err != nil {
				return config, err
			}
		}
		for i, value := range given {
			var before tftypes.Value
			if i < len(old) {
				before = old[i]
			}
			var err error
			if given[i], err = element(before, value); err != nil {
				return config, err
			}
		}
		return tftypes.NewValue(config.Type(), given), nil
	case tfprotov6.SchemaObjectNestingModeMap:
		var old, given map[string]tftypes.Value
		if err := config.As(&given); err != nil {
			return config, err
		}
		if known {
			if err := prior.As(&old); err != nil {
				return config, err
			}
		}
		for key, value := range given {
			var err error
			if given[key], err = element(old[key], value); err != nil {
				return config, err
			}
		}
		return tftypes.NewValue(config.Type(), given), nil
	}
	// Terraform matches set elements by value. This is not implemented: the provider has no nested set with computed
	// attributes.
	return config, nil
}

// hasConfiguredValue reports whether a prior nested value can only come from a configuration, because an attribute
// that is not computed has a value. When the configuration no longer has such a value, Terraform does not propose to
// keep it.
func hasConfiguredValue(attribute *tfprotov6.SchemaAttribute, prior tftypes.Value) bool {
	if !attribute.Optional || attribute.NestedType == nil {
		return false
	}
	return anyConfigured(attribute.NestedType.Attributes, prior)
}

func anyConfigured(schema []*tfprotov6.SchemaAttribute, value tftypes.Value) bool {
	if !value.IsKnown() || value.IsNull() {
		return false
	}
	if value.Type().Is(tftypes.Object{}) {
		var attributes map[string]tftypes.Value
		if value.As(&attributes) != nil {
			return false
		}
		for _, attribute := range schema {
			inner := attributes[attribute.Name]
			switch {
			case !inner.IsKnown() || inner.IsNull():
			case !attribute.Computed:
				return true
			case attribute.NestedType != nil && anyConfigured(attribute.NestedType.Attributes, inner):
				return true
			}
		}
		return false
	}
	if value.Type().Is(tftypes.Map{}) {
		var elements map[string]tftypes.Value
		if value.As(&elements) != nil {
			return false
		}
		for _, element := range elements {
			if anyConfigured(schema, element) {
				return true
			}
		}
		return false
	}
	var elements []tftypes.Value
	if value.As(&elements) != nil {
		return false
	}
	for _, element := range elements {
		if anyConfigured(schema, element) {
			return true
		}
	}
	return false
}

// Destruction returns the change that deletes a replaced object. Terraform sends no plan request for it. The provider
// gets the private state planned for the new object. If planned is nil, an earlier apply created the new object, and
// the provider gets the old private state.
func (c *Client) Destruction(planned *Change, old *Instance) (*Change, error) {
	schema, err := c.resource(old.TypeName)
	if err != nil {
		return nil, err
	}
	null, err := Encode(schema.ValueType(), nil)
	if err != nil {
		return nil, err
	}
	change := &Change{TypeName: old.TypeName, Prior: old, Config: null, Planned: null, private: old.Private, identity: old.Identity}
	if planned != nil {
		change.private = planned.private
	}
	return change, nil
}
