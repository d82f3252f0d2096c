package whmcsobject

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// ModifyPlan checks a planned write: first the object's own checks, then WHMCS validates it. The checks never set
// planned values. Of a destroy it checks whether services use the object. A WHMCS that cannot be reached is a warning,
// so that an offline plan is possible.
func (r *Resource[M, R]) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	r.checkDestroy(ctx, req, resp)
	if !r.keepUnknowns(&req, resp) || req.Plan.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) {
		return
	}
	w, ok := r.planWrite(ctx, req, resp)
	if !ok {
		return
	}
	if r.def.CheckPlan != nil {
		r.def.CheckPlan(ctx, w)
	}
	r.ReportValidation(ctx, w, r.Validate(ctx, w))
}

// PlanWrite returns the planned write of a resource with a ModifyPlan of its own. An unchanged plan is returned too.
// ok is false for a destroy, if the provider or WHMCS is not configured, or if the plan cannot be decoded.
func (r *Resource[M, R]) PlanWrite(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) (w *Write[M], ok bool) {
	if !r.keepUnknowns(&req, resp) || req.Plan.Raw.IsNull() {
		return nil, false
	}
	return r.planWrite(ctx, req, resp)
}

// keepUnknowns plans as unknown what is unknown in the configuration.
func (r *Resource[M, R]) keepUnknowns(req *resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) bool {
	if req.Plan.Raw.IsNull() {
		return true
	}
	raw, err := resourcekit.KeepUnknowns(req.Plan.Raw, req.Config.Raw)
	if err != nil {
		resp.Diagnostics.AddError("Unable to plan the "+r.def.Noun, err.Error())
		return false
	}
	req.Plan.Raw, resp.Plan.Raw = raw, raw
	return true
}

func (r *Resource[M, R]) planWrite(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) (*Write[M], bool) {
	if r.Clients == nil {
		return nil, false // the provider is not configured yet
	}
	system := r.Clients.WHMCS
	if system.Client == nil && !system.Unknown {
		resp.Diagnostics.AddError("Unable to access the WHMCS "+r.def.Noun, system.Missing)
		return nil, false
	}
	return r.newWrite(ctx, writeRequest{plan: req.Plan, config: req.Config, state: req.State, private: req.Private}, &resp.Diagnostics)
}

// Validate checks with WHMCS whether it would accept a planned write. It sends no request after a failed check or for
// an update without values, unless Options.Connect is set. It sends none during an apply. The client has then sent a
// write, and each write is validated again.
func (r *Resource[M, R]) Validate(ctx context.Context, w *Write[M]) error {
	nothing := w.ID != "" && len(w.Values) == 0 && !w.Options.Connect
	if w.Client == nil || w.Diagnostics.HasError() || nothing || w.Client.HasWritten() {
		return nil
	}
	changes, err := whmcs.CollectionOf[R](w.Client, r.def.Kind).Validate(ctx, w.ID, w.Values, w.Unknown, w.Options)
	if err == nil && changes.Planned > 0 {
		r.warnOfManyPriceChanges(w, changes)
	}
	return err
}

// warnOfManyPriceChanges warns if the objects of the plan together change more prices than the operator allows.
// Terraform merges the warnings, because they have one summary.
func (r *Resource[M, R]) warnOfManyPriceChanges(w *Write[M], changes whmcs.PriceChanges) {
	object := r.nounWithID(w.ID)
	total := r.Clients.Run.PlanPriceChanges(object, changes.Planned)
	if total <= changes.Left {
		return
	}
	w.Diagnostics.AddWarning("The plan changes more prices than the operator of WHMCS allows in an hour", fmt.Sprintf(
		"With the %s, this plan changes at least %d prices. companion.local.php allows %d price changes in 60 minutes (max_price_changes_per_hour), and %d can change now. "+
			"The apply will fail at the limit. Apply a part of the changes with -target, and the rest an hour later. Or let the operator of WHMCS raise the limit.",
		object, total, changes.Limit, changes.Left))
}

// ReportValidation turns the result of Validate into diagnostics.
func (r *Resource[M, R]) ReportValidation(ctx context.Context, w *Write[M], err error) {
	var failure *whmcs.Error
	switch {
	case err == nil:
	case errors.Is(err, transport.ErrNotFound):
		// The object was deleted, and the plan was made without a refresh. The apply reports it.
	case whmcs.IsUnreachable(err) || !errors.As(err, &failure):
		w.Diagnostics.AddWarning("WHMCS could not check the planned "+r.def.Noun,
			"The plan was made without a check by WHMCS: "+resourcekit.Sentence(err.Error())+" The apply checks it.")
	case failure.Code == whmcs.CodeReadOnly && !failure.IsPriceGuard():
		// A warning, so that a pipeline that only looks for drift still shows its plan.
		w.Diagnostics.AddWarning("The operator of WHMCS forbids this change", resourcekit.Sentence(failure.Error())+" The apply will fail.")
	case failure.Code == whmcs.CodeExists && w.ID != "" && r.def.DuplicateNames:
		w.Diagnostics.AddWarning("Another "+r.def.Noun+" with this name exists", fmt.Sprintf(
			"WHMCS has another %s with this name, with the id %s. WHMCS allows that, and the change will be made.", r.def.Noun, failure.Details.ID))
	case failure.Code == whmcs.CodeExists:
		// A warning: the same apply may destroy the other object first, which a resource cannot see.
		w.Diagnostics.AddWarning(r.nounWithArticle()+" with this name exists", r.existsDetail(w.ID, failure)+
			" If this apply does not destroy that object first, the creation will fail.")
	case whmcs.IsTaken(err):
		// A warning: the other object may change its value in the same apply.
		for _, taken := range failure.Details.Errors {
			w.Diagnostics.AddAttributeWarning(path.Root(attributeField(taken.Field)), fmt.Sprintf("The %s of the %s is in use", taken.Field, r.def.Noun), resourcekit.Sentence("WHMCS: "+taken.Message)+takenAdvice)
		}
	default:
		r.Report(ctx, w.Diagnostics, Failure{Verb: "plan", ID: w.ID, Schema: w.schema, Err: err})
	}
}
