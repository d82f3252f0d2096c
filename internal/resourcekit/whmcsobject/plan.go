package whmcsobject

import (
	"context"
	"errors"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// ModifyPlan keeps unknown what is unknown, and runs the checks that ask WHMCS. They never set planned values from live data, and a WHMCS that cannot be asked is
// at most a warning: an offline plan stays possible.
func (o *object[M, R, PM]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if !req.Plan.Raw.IsNull() {
		raw, err := resourcekit.KeepUnknowns(req.Plan.Raw, req.Config.Raw)
		if err != nil {
			resp.Diagnostics.AddError("Unable to plan the "+o.def.Noun, err.Error())
			return
		}
		req.Plan.Raw, resp.Plan.Raw = raw, raw
	}
	unchanged := req.Plan.Raw.Equal(req.State.Raw)
	if req.Plan.Raw.IsNull() || o.clients == nil || unchanged && o.def.CheckUnchanged == nil {
		return
	}
	system := o.clients.WHMCS
	if system.Client == nil && !system.Unknown {
		resp.Diagnostics.AddError("Unable to reach the system of this WHMCS "+o.def.Noun, system.Missing)
		return
	}
	var plan, config M
	var prior *M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	id := ""
	if !req.State.Raw.IsNull() {
		prior = new(M)
		resp.Diagnostics.Append(req.State.Get(ctx, prior)...)
		id = PM(prior).Base().ID.ValueString()
	}
	memory, diags := recall(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if prior != nil && o.def.Replaces != nil && o.def.Replaces(prior, &plan) {
		return
	}
	check := &PlanCheck[M]{Prior: prior, Plan: &plan, Config: &config, Memory: memory, ID: id, Clients: o.clients, Client: system.Client, Diagnostics: &resp.Diagnostics}
	if unchanged {
		o.def.CheckUnchanged(ctx, check)
		return
	}
	if o.def.CheckPlan != nil {
		o.def.CheckPlan(ctx, check)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	if system.Client == nil || check.Unchecked {
		return
	}

	fields := o.def.Values(&plan)
	values := fields.Values
	if prior == nil && o.def.CreateOnly != nil {
		maps.Copy(values, o.def.CreateOnly(&plan))
	}
	if prior != nil {
		_, values = o.difference(prior, &plan)
	}
	options := o.writeOptions(prior, &plan)
	if duplicates := o.sharesName(&plan); prior == nil && duplicates != nil {
		options.AllowDuplicateName = duplicates.ValueBool()
	}
	if (prior != nil || o.def.Single) && len(values) == 0 && !options.Connect {
		return
	}
	if system.Client.HasWritten() {
		return // This is an apply: its write of this object validates itself.
	}
	if o.def.Single {
		id = whmcs.SingleID // a creation is a change too
	}
	err := whmcs.CollectionOf[R](system.Client, o.def.Kind).Validate(ctx, id, values, fields.Unknown, options)
	o.reportCheck(ctx, &resp.Diagnostics, id, req, err)
}

// reportCheck turns the companion's verdict on a planned write into diagnostics.
func (o *object[M, R, PM]) reportCheck(ctx context.Context, diags *diag.Diagnostics, id string, req resource.ModifyPlanRequest, err error) {
	var failure *whmcs.Error
	switch {
	case err == nil:
	case errors.Is(err, transport.ErrNotFound):
		// Deleted behind Terraform while refresh was off; the apply says so.
	case whmcs.IsUnreachable(err) || !errors.As(err, &failure):
		diags.AddWarning("WHMCS could not check the planned "+o.def.Noun,
			"The plan was made without asking WHMCS whether it accepts the change: "+resourcekit.Sentence(err.Error())+" The apply will tell.")
	case failure.Code == whmcs.CodeReadOnly:
		// A warning, so that a pipeline that only looks for drift still shows its plan.
		diags.AddWarning("The operator of WHMCS forbids this change", resourcekit.Sentence(failure.Error())+" The apply will be refused.")
	case failure.Code == whmcs.CodeExists:
		// Not an error yet: the apply may be about to destroy that very object, which a resource cannot see.
		diags.AddWarning(o.aNoun()+" of this name exists", o.existsDetail(id, failure)+
			" Unless this apply destroys that object first, this will be refused.")
	default:
		o.report(ctx, diags, "plan", id, req.Plan.Schema, err)
	}
}
