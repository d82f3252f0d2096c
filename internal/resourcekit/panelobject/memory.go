package panelobject

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// The keys of the private state.
const (
	hostKey = "host" // of the panel that the state was last read from
	markKey = "mark" // what the definition's Mark then was
)

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// recall reads what is remembered, and tells whether that is nothing, as after an import.
func (c *Call[C, M]) recall(ctx context.Context, from privateReader) (imported bool) {
	for key, to := range map[string]*string{hostKey: &c.Host, markKey: &c.Mark} {
		raw, diags := from.GetKey(ctx, key)
		c.Diagnostics.Append(diags...)
		if len(raw) == 0 {
			continue
		}
		if err := json.Unmarshal(raw, to); err != nil {
			c.Diagnostics.AddError("Unreadable private state", "The provider's private data of this resource cannot be read: "+err.Error()+". Remove the resource from state and import it again.")
		}
	}
	return c.Host == ""
}

func remember(ctx context.Context, host, mark string, to privateWriter, diags *diag.Diagnostics) {
	for key, text := range map[string]string{hostKey: host, markKey: mark} {
		raw, err := json.Marshal(text)
		if err != nil {
			diags.AddError("Unable to encode private state", err.Error())
			return
		}
		diags.Append(to.SetKey(ctx, key, raw)...)
	}
}

// elsewhere speaks up when an object is missing from a panel that is not the one it was last seen in: that says nothing about the right
// one, so the object must not be forgotten.
func (o *object[C, M, R]) elsewhere(c *Call[C, M], id string) bool {
	if !c.Moved() {
		return false
	}
	system := o.def.System.Name
	c.Diagnostics.AddError("Another "+system+" answered", fmt.Sprintf(
		"The state of the %s %s belongs to the %s at %s, and %s has none of this id, which says nothing about the right one. Point the provider at the right %s; or, if that is the right one by another name, remove the resource from state.",
		o.def.Noun, id, system, c.Host, c.Client.Host(), system))
	return true
}
