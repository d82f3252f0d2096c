package protocol

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// SamePlan returns an error if two plans of a resource differ once they are decoded.
func (c *Client) SamePlan(typeName string, a, b *tfprotov6.PlanResourceChangeResponse) error {
	schema, err := c.resource(typeName)
	if err != nil {
		return err
	}
	if err := same("planned state", schema.ValueType(), a.PlannedState, b.PlannedState); err != nil {
		return err
	}
	if err := c.sameIdentity(typeName, a.PlannedIdentity, b.PlannedIdentity); err != nil {
		return err
	}
	if err := samePrivate(a.PlannedPrivate, b.PlannedPrivate); err != nil {
		return err
	}
	if err := sameMessages(a.Diagnostics, b.Diagnostics); err != nil {
		return err
	}
	if !slices.EqualFunc(a.RequiresReplace, b.RequiresReplace, (*tftypes.AttributePath).Equal) {
		return fmt.Errorf("requires replace: %v and %v", a.RequiresReplace, b.RequiresReplace)
	}
	if (a.Deferred == nil) != (b.Deferred == nil) || a.Deferred != nil && *a.Deferred != *b.Deferred {
		return fmt.Errorf("deferred: %v and %v", a.Deferred, b.Deferred)
	}
	if a.UnsafeToUseLegacyTypeSystem != b.UnsafeToUseLegacyTypeSystem { //nolint:staticcheck // compared, not used
		return fmt.Errorf("legacy type system: %v and %v", a.UnsafeToUseLegacyTypeSystem, b.UnsafeToUseLegacyTypeSystem) //nolint:staticcheck // as above
	}
	return nil
}

// SameRead returns an error if two reads of a resource differ once they are decoded.
func (c *Client) SameRead(typeName string, a, b *tfprotov6.ReadResourceResponse) error {
	schema, err := c.resource(typeName)
	if err != nil {
		return err
	}
	if err := same("state", schema.ValueType(), a.NewState, b.NewState); err != nil {
		return err
	}
	if err := c.sameIdentity(typeName, a.NewIdentity, b.NewIdentity); err != nil {
		return err
	}
	if err := samePrivate(a.Private, b.Private); err != nil {
		return err
	}
	return sameMessages(a.Diagnostics, b.Diagnostics)
}

// SameData returns an error if two states of a data source differ once they are decoded.
func (c *Client) SameData(typeName string, a, b *tfprotov6.DynamicValue) error {
	return same("state", c.DataSourceSchemas()[typeName].ValueType(), a, b)
}

func same(what string, kind tftypes.Type, a, b *tfprotov6.DynamicValue) error {
	if a == nil || b == nil {
		if a != b {
			return fmt.Errorf("%s: %v and %v", what, a, b)
		}
		return nil
	}
	first, err := a.Unmarshal(kind)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	second, err := b.Unmarshal(kind)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if !first.Equal(second) {
		return fmt.Errorf("%s: %s and %s", what, first, second)
	}
	return nil
}

func (c *Client) sameIdentity(typeName string, a, b *tfprotov6.ResourceIdentityData) error {
	identity, has := c.identities.IdentitySchemas[typeName]
	if !has {
		return nil
	}
	return same("identity", identity.ValueType(), identityOf(a), identityOf(b))
}

func identityOf(identity *tfprotov6.ResourceIdentityData) *tfprotov6.DynamicValue {
	if identity == nil {
		return nil
	}
	return identity.IdentityData
}

func sameMessages(a, b []*tfprotov6.Diagnostic) error {
	if x, y := Diagnostics(a).Messages(), Diagnostics(b).Messages(); !slices.Equal(x, y) {
		return fmt.Errorf("diagnostics: %q and %q", x, y)
	}
	return nil
}

func samePrivate(a, b []byte) error {
	first, err := decodePrivate(a)
	if err != nil {
		return err
	}
	second, err := decodePrivate(b)
	if err != nil {
		return err
	}
	if !maps.Equal(first, second) {
		return fmt.Errorf("private state: %s and %s", a, b)
	}
	return nil
}

func decodePrivate(raw []byte) (map[string]string, error) {
	if len(raw) == 0 {
		return nil, nil //nolint:nilnil // no private state
	}
	var values map[string][]byte
	if err := json.Unmarshal(raw, &values); err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for name, value := range values {
		texts[name] = string(value)
	}
	return texts, nil
}
