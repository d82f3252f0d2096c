package whmcsobject

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
)

// secretChange is what a write has to say about secrets.
type secretChange struct {
	values whmcs.Values // plain secrets, by field
	expect whmcs.Values // fingerprints of those they replace
}

// secretValues collects the secrets that a create (prior nil) or an update has to send, and has the client mask them from now on. A null
// secret never clears one.
func (o *object[M, R, PM]) secretValues(client *whmcs.Client, prior, plan, config *M, memory *Memory) secretChange {
	change := secretChange{values: whmcs.Values{}, expect: whmcs.Values{}}
	for _, secret := range o.def.Secrets {
		value, version := secret.Value(plan), secret.Version(plan)
		var send types.String
		switch {
		case !value.IsNull() && (prior == nil || !value.Equal(secret.Value(prior))):
			send = value
		case !version.IsNull() && (prior == nil || !version.Equal(secret.Version(prior))):
			send = secret.WriteOnly(config)
		default:
			continue
		}
		if send.IsNull() || send.IsUnknown() {
			continue
		}
		client.AddSecrets(send.ValueString())
		change.values[secret.Field] = send.ValueString()
		if fingerprint, known := memory.Fingerprints[secret.Field]; prior != nil && known {
			change.expect[secret.Field+"_fingerprint"] = fingerprint
		}
	}
	return change
}

// rewrites tells whether a write of these fields changed the stored secret.
func (s Secret[M, R]) rewrites(values whmcs.Values) bool {
	_, itself := values[s.Field]
	_, shared := values[s.SharedWith]
	return itself || shared
}

// noticeSecretDrift compares the stored secrets' fingerprints with those last accepted. Where they differ, the attribute that
// speaks for the secret becomes null, so that the plan shows the difference and the next apply repairs it.
func (o *object[M, R, PM]) noticeSecretDrift(row *R, m *M, memory *Memory) {
	for _, secret := range o.def.Secrets {
		stored := secret.Fingerprint(row)
		accepted, known := memory.Fingerprints[secret.Field]
		if known && accepted != stored {
			secret.Forget(m)
		}
		memory.Fingerprints[secret.Field] = stored
	}
}
