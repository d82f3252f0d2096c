// Package billingsettings is hosting_solusvm2_billing_settings: what the SolusVM 2 addon of WHMCS is connected to, and how post-pay billing works.
package billingsettings

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// What happens to the settings when they leave the configuration.
const (
	onDestroyKeep           = "keep"
	onDestroyDisablePostPay = "disable_post_pay"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return whmcsobject.New(whmcsobject.Definition[model, whmcs.SolusVM2Billing]{
		Name:           "solusvm2_billing_settings",
		Noun:           "SolusVM 2 billing configuration",
		Kind:           whmcs.KindSolusVM2Billing,
		Schema:         resourceSchema,
		Single:         true,
		Attributes:     attributes,
		Values:         values,
		Fill:           fill,
		Secrets:        secrets,
		ValidateConfig: validateConfig,
		CheckPlan:      checkPlan,
		CheckUnchanged: warnOfPrices,
		Applied:        applied,
		Observe:        observe,
		WriteOptions: func(prior, plan *model) whmcs.WriteOptions {
			return whmcs.WriteOptions{Connect: connects(prior, plan)}
		},
		Send:   send,
		Report: reportConnection,
		KeepOnDestroy: func(m *model) whmcs.Values {
			if m.OnDestroy.ValueString() == onDestroyDisablePostPay {
				return whmcs.Values{"post_pay_enabled": false}
			}
			return whmcs.Values{}
		},
		// An addon that somebody deactivated offers nothing any more.
		Vacant:   func(row *whmcs.SolusVM2Billing) bool { return !row.Active },
		Imported: func(m *model) { m.OnDestroy = types.StringValue(onDestroyKeep) },
	})
}

// send connects, where the plan says so, and then stores the rest: the panel that is connected has the limit groups that the rest refers to.
func send(ctx context.Context, w *whmcsobject.PendingWrite[model], rest whmcsobject.Send[whmcs.SolusVM2Billing]) (*whmcs.Written[whmcs.SolusVM2Billing], error) {
	key, _ := w.Values["api_key"].(string)
	delete(w.Values, "api_key")
	delete(w.Expect, "api_key_fingerprint")
	if !w.Options.Connect {
		return rest(ctx)
	}
	for _, given := range []types.String{w.Plan.apiKey(), w.Config.text("api_key_wo")} {
		if key == "" {
			key = given.ValueString()
		}
	}
	expect := whmcs.Values{}
	if w.Prior != nil {
		if url := w.Prior.text("url"); !url.IsNull() {
			expect["url"] = url.ValueString()
		}
		if fingerprint, known := w.Memory.Fingerprints["api_key"]; known {
			expect["api_key_fingerprint"] = fingerprint
		}
	}
	connected, err := w.Client.Connect(ctx, w.Plan.text("url").ValueString(), key, expect, w.Options)
	if err != nil {
		return nil, err
	}
	// A connection stores the key whether it changed or not.
	delete(w.Memory.Fingerprints, "api_key")
	if row := connected.Row; row != nil && row.APIKeyFingerprint != nil {
		w.Memory.Fingerprints["api_key"] = *row.APIKeyFingerprint
	}
	if len(w.Values) == 0 {
		return &connected.Written, nil
	}
	written, err := rest(ctx)
	if err != nil {
		return &connected.Written, err
	}
	written.HookErrors = append(connected.HookErrors, written.HookErrors...)
	return written, nil
}
