package whmcsobject

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// Create creates the object. A failed creation leaves nothing in state.
func (r *Resource[M, R]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if w, ok := r.BeginCreate(ctx, req, resp); ok {
		r.sendAndSave(ctx, w)
	}
}

// Update sends the fields that change. WHMCS refuses them when one of them no longer has its prior value.
func (r *Resource[M, R]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if w, ok := r.BeginUpdate(ctx, req, resp); ok {
		r.sendAndSave(ctx, w)
	}
}

func (r *Resource[M, R]) sendAndSave(ctx context.Context, w *Write[M]) {
	written, err := r.Send(ctx, w)
	if err != nil {
		r.ReportWrite(ctx, w, err)
		return
	}
	r.Save(ctx, w, written)
}

// BeginCreate prepares a creation. ok is false if it must not be sent. The diagnostics then hold an error.
func (r *Resource[M, R]) BeginCreate(
	ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse,
) (w *Write[M], ok bool) {
	return r.begin(ctx, writeRequest{plan: req.Plan, config: req.Config},
		saveTarget{state: &resp.State, identity: resp.Identity, private: resp.Private}, &resp.Diagnostics)
}

// BeginUpdate prepares an update. ok is false if it must not be sent. The diagnostics then hold an error.
func (r *Resource[M, R]) BeginUpdate(
	ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse,
) (w *Write[M], ok bool) {
	return r.begin(ctx, writeRequest{plan: req.Plan, config: req.Config, state: req.State, private: req.Private},
		saveTarget{state: &resp.State, identity: resp.Identity, private: resp.Private}, &resp.Diagnostics)
}

func (r *Resource[M, R]) begin(
	ctx context.Context, req writeRequest, saveTo saveTarget, diags *diag.Diagnostics,
) (*Write[M], bool) {
	if _, ok := r.Collection(diags); !ok {
		return nil, false
	}
	w, ok := r.newWrite(ctx, req, diags)
	if !ok {
		return nil, false
	}
	w.saveTo = saveTo
	if w.Prior != nil && r.def.DuplicateNames {
		// WHMCS allows it, and the other object may change its name in the same run. The plan warned of it.
		w.Options.AllowDuplicateName = true
	}
	if r.def.BeforeWrite != nil {
		r.def.BeforeWrite(ctx, w)
	}
	return w, !diags.HasError()
}

// writeRequest holds the fields that the framework's requests to plan, create and update have in common.
type writeRequest struct {
	plan    tfsdk.Plan
	config  tfsdk.Config
	state   tfsdk.State               // null on creation
	private resourcekit.PrivateReader // nil on creation
}

// newWrite decodes a request and computes the values of the write. ok is false when the request cannot be decoded.
func (r *Resource[M, R]) newWrite(
	ctx context.Context, req writeRequest, diags *diag.Diagnostics,
) (w *Write[M], ok bool) {
	w = &Write[M]{
		ID: r.def.IDs.Single, Plan: new(M), Config: new(M), Expect: whmcs.Values{},
		PrivateState: &resourcekit.PrivateState{Fingerprints: map[string]string{}},
		Clients:      r.Clients, Client: r.Clients.WHMCS.Client, Diagnostics: diags, schema: req.plan.Schema, planned: req.plan.Raw,
	}
	if w.Client != nil {
		w.Client.AddSecrets(resourcekit.SensitiveTexts(ctx, req.config,
			tfsdk.Config{Schema: req.plan.Schema, Raw: req.plan.Raw}, tfsdk.Config{Schema: req.plan.Schema, Raw: req.state.Raw})...)
	}
	diags.Append(req.plan.Get(ctx, w.Plan)...)
	diags.Append(req.config.Get(ctx, w.Config)...)
	if !req.state.Raw.IsNull() {
		w.Prior = new(M)
		diags.Append(req.state.Get(ctx, w.Prior)...)
		w.ID = idOf(ctx, req.state, diags)
		private, more := resourcekit.LoadPrivateState(ctx, req.private)
		diags.Append(more...)
		w.PrivateState = private
	}
	if w.Prior == nil && r.def.DuplicateNames {
		var allow types.Bool
		diags.Append(req.plan.GetAttribute(ctx, path.Root("allow_duplicate_name"), &allow)...)
		w.Options.AllowDuplicateName = allow.ValueBool()
	}
	if diags.HasError() {
		return nil, false
	}
	w.Options.Installation = w.PrivateState.Installation
	planned := r.def.Values(w.Plan)
	w.Values, w.Unknown = planned.Values, planned.Unknown
	if w.Prior != nil {
		w.Expect, w.Values = whmcs.Diff(r.def.Values(w.Prior).Values, planned.Values)
		w.Expect = whmcs.StoredTexts(w.PrivateState.StoredTexts).Restore(w.Expect)
	}
	return w, true
}

func idOf(ctx context.Context, state tfsdk.State, diags *diag.Diagnostics) string {
	var id types.String
	diags.Append(state.GetAttribute(ctx, path.Root("id"), &id)...)
	return id.ValueString()
}

// Send sends the write. It returns nil, without an error, if nothing was sent: an update, or the creation of a single
// object, without values.
func (r *Resource[M, R]) Send(ctx context.Context, w *Write[M]) (*whmcs.Written[R], error) {
	collection := whmcs.CollectionOf[R](w.Client, r.def.Kind)
	switch {
	case w.ID == "":
		return collection.Create(ctx, w.Values, w.Options)
	case len(w.Values) == 0:
		return nil, nil //nolint:nilnil // neither a response nor a failure
	}
	return collection.Update(ctx, w.ID, w.Expect, w.Values, w.Options)
}

// ReportWrite turns a failed write into diagnostics.
func (r *Resource[M, R]) ReportWrite(ctx context.Context, w *Write[M], err error) {
	verb, _ := w.operation()
	r.Report(ctx, w.Diagnostics, Failure{Verb: verb, ID: w.ID, Schema: w.schema, Err: err})
}

// Delete deletes the object, or writes what KeepOnDestroy says instead.
func (r *Resource[M, R]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	collection, ok := r.Collection(&resp.Diagnostics)
	if !ok {
		return
	}
	var m M
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	id := idOf(ctx, req.State, &resp.Diagnostics)
	private, diags := resourcekit.LoadPrivateState(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	var kept whmcs.Values
	if r.def.KeepOnDestroy != nil {
		kept = r.def.KeepOnDestroy(&m)
	}
	options := whmcs.WriteOptions{Installation: private.Installation}
	key := whmcs.StoredTexts(private.StoredTexts).Restore(r.def.Key(&m))
	verb, past := "delete", "deleted"
	var written *whmcs.Written[R]
	var err error
	switch {
	case kept == nil:
		written, err = collection.Delete(ctx, id, key, options)
	case len(kept) == 0:
		return
	default:
		verb, past = "update", "updated"
		written, err = collection.Update(ctx, id, key, kept, options)
	}
	switch {
	case whmcs.CodeOf(err) == whmcs.CodeNotFound: // already deleted
	case err != nil:
		r.Report(ctx, &resp.Diagnostics, Failure{Verb: verb, ID: id, Schema: req.State.Schema, Err: err})
	default:
		r.WarnOfHooks(&resp.Diagnostics, past, id, written.HookErrors)
	}
}
