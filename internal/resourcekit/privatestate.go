package resourcekit

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// privateStateKey is the only key of Terraform's private state that the provider uses.
const privateStateKey = "hosting"

// PrivateState is what a resource keeps in Terraform's private state: facts about the object that no attribute holds.
type PrivateState struct {
	// Installation identifies the system that the object was last read from. It is the UUID of a WHMCS, which its
	// companion reports, or the host and port of a panel. Writes to another system are refused, because a copy of a
	// system has the same ids.
	Installation string `json:"installation,omitempty"`
	// Mark identifies an object across panels, such as its label. Empty for objects of WHMCS.
	Mark string `json:"mark,omitempty"`
	// Owner is a random name of the resource, which distinguishes it from other resources of the same run.
	Owner string `json:"owner,omitempty"`
	// Fingerprints are the fingerprints of the secrets that this resource last wrote or accepted, by field.
	Fingerprints map[string]string `json:"fingerprints,omitempty"`
	// OptionNumbers are the numbers of the module options that the configuration gives by name.
	OptionNumbers map[string]string `json:"option_numbers,omitempty"`
	// FormerModule is the module that a product had before it was changed in WHMCS, until the next write.
	FormerModule string `json:"former_module,omitempty"`
	// LastWrittenAmounts are the amounts of money that this resource last wrote, by attribute path. A guard against
	// large changes always accepts a change back to them.
	LastWrittenAmounts map[string]string `json:"last_written_amounts,omitempty"`
	// StoredTexts are the texts that WHMCS stores in another form than the state, by their path in the row.
	StoredTexts map[string]string `json:"stored_texts,omitempty"`
	// Imported is set between an import and the read that follows it.
	Imported bool `json:"imported,omitempty"`
}

// PrivateReader is the part of the framework's private state that reads.
type PrivateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// PrivateWriter is the part of the framework's private state that writes.
type PrivateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// withoutPrivateState is the key of [WithoutPrivateState].
type withoutPrivateState struct{}

// WithoutPrivateState returns a context for an import whose state is only shown. Terraform keeps no private state for
// it. So the read after the import gets the private state of an import, and saves none.
func WithoutPrivateState(ctx context.Context) context.Context {
	return context.WithValue(ctx, withoutPrivateState{}, true)
}

// LoadPrivateState reads the private state of a resource. It is empty, and never nil, when nothing was saved.
func LoadPrivateState(ctx context.Context, from PrivateReader) (*PrivateState, diag.Diagnostics) {
	if ctx.Value(withoutPrivateState{}) != nil {
		return &PrivateState{Imported: true, Fingerprints: map[string]string{}}, nil
	}
	state := &PrivateState{}
	raw, diags := from.GetKey(ctx, privateStateKey)
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, state); err != nil {
			diags.AddError("Unreadable private state", "The provider's private data of this resource cannot be read: "+err.Error()+". Remove the resource from state and import it again.")
		}
	}
	if state.Fingerprints == nil {
		state.Fingerprints = map[string]string{}
	}
	return state, diags
}

// Save writes the private state.
func (s *PrivateState) Save(ctx context.Context, to PrivateWriter) diag.Diagnostics {
	if ctx.Value(withoutPrivateState{}) != nil {
		return nil
	}
	raw, err := json.Marshal(s)
	if err != nil {
		var diags diag.Diagnostics
		diags.AddError("Unable to encode private state", err.Error())
		return diags
	}
	return to.SetKey(ctx, privateStateKey, raw)
}
