package whmcsobject

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// memoryKey is the one key of the private state that this package uses.
const memoryKey = "whmcs"

// Memory is what a resource instance keeps beside its state: facts that are nobody's configuration.
type Memory struct {
	// Installation is the companion's UUID of the WHMCS that this object lives in. Writes to another one are refused: a staging
	// copy of the database has the same ids.
	Installation string `json:"installation,omitempty"`
	// Fingerprints are those of the secrets this resource last wrote or accepted, by field (of module options by module_options.<number>).
	Fingerprints map[string]string `json:"fingerprints,omitempty"`
	// OptionNumbers are the numbers of the module options that the configuration names in words.
	OptionNumbers map[string]string `json:"option_numbers,omitempty"`
	// Applied are amounts that this resource last wrote or accepted, by a path of the object's own making. A guard on changes lets
	// an amount return to them.
	Applied map[string]string `json:"applied,omitempty"`
	// Imported is set between an import and the read that follows it.
	Imported bool `json:"imported,omitempty"`
}

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func recall(ctx context.Context, from privateReader) (*Memory, diag.Diagnostics) {
	memory := &Memory{}
	raw, diags := from.GetKey(ctx, memoryKey)
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, memory); err != nil {
			diags.AddError("Unreadable private state", "The provider's private data of this resource cannot be read: "+err.Error()+". Remove the resource from state and import it again.")
		}
	}
	if memory.Fingerprints == nil {
		memory.Fingerprints = map[string]string{}
	}
	return memory, diags
}

func (m *Memory) keep(ctx context.Context, to privateWriter) diag.Diagnostics {
	raw, err := json.Marshal(m)
	if err != nil {
		var diags diag.Diagnostics
		diags.AddError("Unable to encode private state", err.Error())
		return diags
	}
	return to.SetKey(ctx, memoryKey, raw)
}
