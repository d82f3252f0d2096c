package whmcsobject

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// savedWrite is a write that certainly happened, with what is known about it.
type savedWrite[M, R any] struct {
	written   *whmcs.Written[R]
	model     *M // the plan, with the id set
	memory    *Memory
	planned   tftypes.Value
	values    whmcs.Values // what was sent
	operation string       // "created", "updated"
}

// save brings the outcome of a certain success into state. The write's answer carries the row; where it does not, the row is
// read; where that fails too, the planned values are kept with a warning, so that the object is never lost.
func (o *object[M, R, PM]) save(ctx context.Context, collection whmcs.Collection[R], s savedWrite[M, R],
	state *tfsdk.State, id *tfsdk.ResourceIdentity, private privateWriter, diags *diag.Diagnostics,
) {
	objectID := PM(s.model).Base().ID.ValueString()
	if s.written.Installation != "" { // an answer that lacks it does not take the protection away
		s.memory.Installation = s.written.Installation
	}
	if s.written.OptionNumbers != nil {
		if s.memory.OptionNumbers == nil {
			s.memory.OptionNumbers = map[string]string{}
		}
		for name, number := range s.written.OptionNumbers {
			s.memory.OptionNumbers[name] = string(number)
		}
	}
	o.warnOfHooks(diags, s.operation, objectID, s.written.HookErrors)

	row, problem := s.written.Row, s.written.RowError
	if row == nil {
		found, err := collection.Get(ctx, objectID)
		if err == nil && found.Row != nil {
			row = found.Row
			if s.memory.Installation == "" { // there was nothing to write, and so no answer that told it
				s.memory.Installation = found.Installation
			}
		} else if err != nil {
			problem = err
		}
	}
	o.setIdentity(ctx, id, s.memory.Installation, objectID, diags)
	if row == nil {
		for _, secret := range o.def.Secrets {
			if secret.rewrites(s.values) {
				delete(s.memory.Fingerprints, secret.Field)
			}
		}
		o.savePlan(ctx, s.planned, objectID, state, diags)
		diags.Append(s.memory.keep(ctx, private)...)
		diags.AddWarning("The "+o.def.Noun+" was "+s.operation+", but could not be read back",
			"WHMCS "+s.operation+" the "+o.def.Noun+" "+objectID+" and then did not say what it looks like: "+resourcekit.Sentence(problem.Error())+
				" The planned values were saved; the next plan reads the rest.")
		return
	}
	o.def.Fill(ctx, row, s.model, Filling{Memory: s.memory, Written: true, Sent: s.values, PartIDs: s.written.PartIDs})
	for _, secret := range o.def.Secrets {
		// One that was not written keeps the fingerprint accepted last, so that drift since the plan is noticed later.
		if _, known := s.memory.Fingerprints[secret.Field]; !known || secret.rewrites(s.values) {
			s.memory.Fingerprints[secret.Field] = secret.Fingerprint(row)
		}
	}
	o.observe(ctx, row, s.model, true, diags)
	if o.def.Applied != nil {
		s.memory.Applied = o.def.Applied(s.model)
	}
	diags.Append(s.memory.keep(ctx, private)...)
	diags.Append(state.Set(ctx, s.model)...)
	keepPlanned(state, s.planned, objectID, diags)
}

// keepPlanned puts back what the plan knew already. A row shows the whole object, with what somebody changed elsewhere in it since the refresh; that is
// for the next refresh to show, and Terraform takes an apply that changes a known value for a fault of the provider.
func keepPlanned(state *tfsdk.State, planned tftypes.Value, id string, diags *diag.Diagnostics) {
	var known, now map[string]tftypes.Value
	if err := errors.Join(planned.As(&known), state.Raw.As(&now)); err != nil {
		diags.AddError("Unable to save the object "+id, err.Error())
		return
	}
	for name, value := range known {
		if value.IsFullyKnown() {
			now[name] = value
		}
	}
	state.Raw = tftypes.NewValue(state.Raw.Type(), now)
}

// savePlan keeps the planned values, unknown ones as null.
func (o *object[M, R, PM]) savePlan(ctx context.Context, planned tftypes.Value, id string, state *tfsdk.State, diags *diag.Diagnostics) {
	known, err := resourcekit.NullUnknowns(planned)
	if err != nil {
		diags.AddError("Unable to save the "+o.def.Noun, err.Error())
		return
	}
	state.Raw = known
	diags.Append(state.SetAttribute(ctx, path.Root("id"), id)...)
}

func (o *object[M, R, PM]) warnOfHooks(diags *diag.Diagnostics, operation, id string, errors []string) {
	if len(errors) == 0 {
		return
	}
	diags.AddWarning("A WHMCS hook failed after the "+o.def.Noun+" was "+operation,
		"The "+o.def.Noun+" "+id+" was "+operation+", but other code that WHMCS runs on this event reported: "+strings.Join(errors, "; ")+
			". What that code should have done may be missing; WHMCS's activity log tells more.")
}
