package server

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// secret is one secret field with its two attributes: a plain one, which the state holds, and a write-only one with a
// version.
type secret struct {
	field       string // such as "password", whose fingerprint is field + "_fingerprint"
	sharedWith  string // a field that WHMCS stores in the same place, so that writing it changes the secret, or ""
	value       func(m *model) types.String
	writeOnly   func(m *model) types.String // only the configuration holds it
	version     func(m *model) types.Int64
	forget      func(m *model) // makes value and version null
	fingerprint func(row *whmcs.Server) string
}

var secrets = []secret{
	{
		field:       "password",
		value:       func(m *model) types.String { return m.Password },
		writeOnly:   func(m *model) types.String { return m.PasswordWO },
		version:     func(m *model) types.Int64 { return m.PasswordWOVersion },
		forget:      func(m *model) { m.Password, m.PasswordWOVersion = types.StringNull(), types.Int64Null() },
		fingerprint: func(row *whmcs.Server) string { return row.PasswordFingerprint },
	},
	{
		field:       "access_hash",
		sharedWith:  "toplink_dcim",
		value:       func(m *model) types.String { return m.AccessHash },
		writeOnly:   func(m *model) types.String { return m.AccessHashWO },
		version:     func(m *model) types.Int64 { return m.AccessHashWOVersion },
		forget:      func(m *model) { m.AccessHash, m.AccessHashWOVersion = types.StringNull(), types.Int64Null() },
		fingerprint: func(row *whmcs.Server) string { return row.AccessHashFingerprint },
	},
}

// addSecrets adds to a write the secrets that are new or changed, with the fingerprints that WHMCS is expected to
// have. A secret that is null is never sent, so that it never clears the stored one.
func addSecrets(w *whmcsobject.Write[model]) {
	for _, s := range secrets {
		if value := s.toSend(w); value != "" {
			w.Values[s.field] = value
			if fingerprint, known := w.PrivateState.Fingerprints[s.field]; w.Prior != nil && known {
				w.Expect[s.field+"_fingerprint"] = fingerprint
			}
		}
		_, itself := w.Values[s.field]
		_, shared := w.Values[s.sharedWith]
		if itself || shared {
			delete(w.PrivateState.Fingerprints, s.field) // the response has the new one
		}
	}
}

// planSecrets adds the secrets that WHMCS needs again because the address of the server changes. The validation of the
// plan then checks the same write as the apply.
func planSecrets(w *whmcsobject.Write[model]) {
	if !isMoved(w) {
		return
	}
	for _, s := range secrets {
		switch secret := s.configured(w); {
		case secret.IsUnknown():
			w.Unknown = append(w.Unknown, s.field)
		case secret.ValueString() != "":
			w.Values[s.field] = secret.ValueString()
		}
	}
}

// addressFields are the fields that say where WHMCS sends the secrets of a server.
var addressFields = []string{"module", "hostname", "ip_address", "port", "secure"}

// isMoved reports whether an update changes where WHMCS sends the secrets. WHMCS then needs them again.
func isMoved(w *whmcsobject.Write[model]) bool {
	return w.Prior != nil && slices.ContainsFunc(addressFields, func(field string) bool {
		_, changes := w.Values[field]
		return changes || slices.Contains(w.Unknown, field)
	})
}

// configured returns the value of the plain attribute, or else of the write-only one.
func (s secret) configured(w *whmcsobject.Write[model]) types.String {
	if value := s.value(w.Plan); !value.IsNull() {
		return value
	}
	return s.writeOnly(w.Config)
}

// toSend returns the value to send, or "".
func (s secret) toSend(w *whmcsobject.Write[model]) string {
	value, version := s.value(w.Plan), s.version(w.Plan)
	switch {
	case isMoved(w):
		return s.configured(w).ValueString()
	case !value.IsNull() && (w.Prior == nil || !value.Equal(s.value(w.Prior))):
		return value.ValueString()
	case !version.IsNull() && (w.Prior == nil || !version.Equal(s.version(w.Prior))):
		return s.writeOnly(w.Config).ValueString()
	}
	return ""
}

// fillSecrets makes the attributes of a secret null if the secret was changed in WHMCS. The plan shows the difference,
// and the next apply restores the secret.
func fillSecrets(row *whmcs.Server, m *model, o whmcsobject.FillOptions) {
	for _, s := range secrets {
		stored := s.fingerprint(row)
		if !o.AcceptSecret(s.field, stored, false) {
			s.forget(m)
			o.PrivateState.Fingerprints[s.field] = stored // the next update expects this one
		}
	}
}
