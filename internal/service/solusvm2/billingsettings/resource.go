// Package billingsettings is hosting_solusvm2_billing_settings: the connection of WHMCS's SolusVM 2 addon to a panel,
// and the rules of post-pay.
package billingsettings

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// Values of on_destroy.
const (
	onDestroyKeep           = "keep"
	onDestroyDisablePostPay = "disable_post_pay"
)

// settings is the resource. Its writes differ from those of other objects: one write may first connect the addon to a
// panel and then store the rest.
type settings struct {
	*whmcsobject.Resource[model, whmcs.SolusVM2Billing]
}

// NewResource makes the resource.
func NewResource() resource.Resource {
	s := &settings{}
	s.Resource = whmcsobject.New(whmcsobject.Definition[model, whmcs.SolusVM2Billing]{
		Name:           "solusvm2_billing_settings",
		Noun:           "SolusVM 2 billing configuration",
		Kind:           whmcs.KindSolusVM2Billing,
		IDs:            whmcsobject.SingleIDs,
		Schema:         resourceSchema,
		Values:         values,
		Fill:           s.fill,
		ValidateConfig: validateConfig,
	})
	return s
}

// fill copies a row into a model, with the secret and the two attributes that no setting holds.
func (s *settings) fill(ctx context.Context, row *whmcs.SolusVM2Billing, m *model, o whmcsobject.FillOptions) {
	fillSettings(row, m, o)
	fillAPIKey(row, m, o)
	s.fillStatus(ctx, row, m, o)
	if o.Written {
		o.PrivateState.LastWrittenAmounts = lastWrittenAmounts(m)
	}
}

// ModifyPlan checks the plan. Settings that do not change are checked too, because WHMCS may have a new currency
// without a token price.
func (s *settings) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	w, ok := s.PlanWrite(ctx, req, resp)
	if !ok {
		return
	}
	c := newCheck(ctx, w)
	if resp.Plan.Raw.Equal(req.State.Raw) {
		warnOfUnpricedCurrencies(ctx, c)
		return
	}
	w.Options.Connect = connects(w.Prior, w.Plan)
	if checkPlan(ctx, c) {
		s.ReportValidation(ctx, w, withAttributeNames(s.Validate(ctx, w)))
	}
}

// Create changes the settings that WHMCS already has.
func (s *settings) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if w, ok := s.BeginCreate(ctx, req, resp); ok {
		s.write(ctx, w, resp.Private)
	}
}

// Update changes the settings.
func (s *settings) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if w, ok := s.BeginUpdate(ctx, req, resp); ok {
		s.write(ctx, w, resp.Private)
	}
}

// write makes the connection if the plan says so. It then stores the other settings, which may refer to limit groups of
// the connected panel. If the second part of an update fails, the private state keeps the fingerprint of the key of the
// new connection. A failed creation keeps nothing. The next creation makes the connection again.
func (s *settings) write(ctx context.Context, w *whmcsobject.Write[model], private resourcekit.PrivateWriter) {
	w.Options.Connect = connects(w.Prior, w.Plan)
	written, err := s.connect(ctx, w)
	if err != nil {
		s.reportWrite(ctx, w, err)
		return
	}
	connected := written
	if written == nil || len(w.Values) > 0 {
		written, err = s.Send(ctx, w)
	}
	if err != nil {
		s.reportWrite(ctx, w, err)
		if connected != nil {
			w.Diagnostics.AddWarning("A part of the SolusVM 2 billing configuration was written",
				"WHMCS stored the connection. Storing the other settings failed. Correct the cause in the error and apply again. The next apply writes only the other settings.")
			s.WarnOfHooks(w.Diagnostics, "updated in part", w.ID, connected.HookErrors)
			if w.Prior != nil {
				w.Diagnostics.Append(w.PrivateState.Save(ctx, private)...)
			}
		}
		return
	}
	if connected != nil && written != connected {
		written.HookErrors = append(connected.HookErrors, written.HookErrors...)
	}
	s.Save(ctx, w, written)
}

// connect makes the connection if the plan says so, and otherwise returns nil. Only the write of the connection has the
// API key.
func (s *settings) connect(
	ctx context.Context, w *whmcsobject.Write[model],
) (*whmcs.Written[whmcs.SolusVM2Billing], error) {
	if !w.Options.Connect {
		return nil, nil //nolint:nilnil // neither a response nor a failure
	}
	key := w.Plan.apiKey().ValueString()
	if key == "" {
		key = w.Config.text("api_key_wo").ValueString()
	}
	expect := whmcs.Values{}
	if w.Prior != nil {
		if url := w.Prior.text("url"); !url.IsNull() {
			expect["url"] = url.ValueString()
		}
		if fingerprint, known := w.PrivateState.Fingerprints[apiKey]; known {
			expect[apiKey+"_fingerprint"] = fingerprint
		}
	}
	connected, err := w.Client.Connect(ctx, w.Plan.text("url").ValueString(), key, expect, w.Options)
	if err != nil {
		return nil, err
	}
	// WHMCS stores the key at every connection, whether it changed or not.
	delete(w.PrivateState.Fingerprints, apiKey)
	if row := connected.Row; row != nil && row.APIKeyFingerprint != nil {
		w.PrivateState.Fingerprints[apiKey] = *row.APIKeyFingerprint
	}
	if connected.Installation != "" {
		w.PrivateState.Installation = connected.Installation
	}
	return &connected.Written, nil
}

// Delete keeps the settings, or switches post-pay off if on_destroy says so.
func (s *settings) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	collection, ok := s.Collection(&resp.Diagnostics)
	if !ok {
		return
	}
	var m model
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	private, diags := resourcekit.LoadPrivateState(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || m.OnDestroy.ValueString() != onDestroyDisablePostPay {
		return
	}
	if found, err := collection.Get(ctx, whmcs.SingleID); err == nil && found.Row != nil && !found.Row.Active {
		return // a deactivated addon offers no post-pay
	}
	written, err := collection.Update(ctx, whmcs.SingleID, whmcs.Values{}, whmcs.Values{"post_pay_enabled": false}, whmcs.WriteOptions{Installation: private.Installation})
	switch {
	case whmcs.CodeOf(err) == whmcs.CodeNotFound:
	case err != nil:
		s.Report(ctx, &resp.Diagnostics, whmcsobject.Failure{
			Verb: "update", ID: whmcs.SingleID, Schema: req.State.Schema, Err: withAttributeNames(err),
		})
	default:
		s.WarnOfHooks(&resp.Diagnostics, "updated", whmcs.SingleID, written.HookErrors)
	}
}
