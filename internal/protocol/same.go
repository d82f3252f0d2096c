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
	if identity, has := c.identities.IdentitySchemas[typeName]; has {
		if err := same("planned identity", identity.ValueType(), identityOf(a), identityOf(b)); err != nil {
			return err
		}
	}
	first, err := decodePrivate(a.PlannedPrivate)
	if err != nil {
		return err
	}
	second, err := decodePrivate(b.PlannedPrivate)
	if err != nil {
		return err
	}
	if !maps.Equal(first, second) {
		return fmt.Errorf("planned private state: %s and %s", a.PlannedPrivate, b.PlannedPrivate)
	}
	if x, y := Diagnostics(a.Diagnostics).Messages(), Diagnostics(b.Diagnostics).Messages(); !slices.Equal(x, y) {
		return fmt.Errorf("diagnostics: %q and %q", x, y)
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

func identityOf(plan *tfprotov6.PlanResourceChangeResponse) *tfprotov6.DynamicValue {
	if plan.PlannedIdentity == nil {
		return nil
	}
	return plan.PlannedIdentity.IdentityData
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
