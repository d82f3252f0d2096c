package server

import (
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

var noText = types.StringNull()

func plain(secret string) *model { return &model{Password: types.StringValue(secret)} }

// versioned is a write-only secret as a plan or a state has it: the version alone.
func versioned(version int64) *model { return &model{PasswordWOVersion: types.Int64Value(version)} }

func noSecret() *model { return &model{} }

func TestSecretValues(t *testing.T) {
	t.Parallel()
	client, err := whmcs.New(whmcs.Config{URL: "https://billing.example.net"})
	require.NoError(t, err)
	const before = "f1"
	for name, c := range map[string]struct {
		prior, plan *model
		writeOnly   types.String
		accepted    map[string]string
		send        any    // nil = nothing
		expect      string // fingerprint
	}{
		"created with one":                 {nil, plain("s3cret"), noText, nil, "s3cret", ""},
		"created with a write-only one":    {nil, versioned(1), types.StringValue("s3cret"), nil, "s3cret", ""},
		"created with none":                {nil, noSecret(), noText, nil, nil, ""},
		"unchanged":                        {plain("s3cret"), plain("s3cret"), noText, map[string]string{"password": before}, nil, ""},
		"changed":                          {plain("old"), plain("s3cret"), noText, map[string]string{"password": before}, "s3cret", before},
		"changed, nothing accepted yet":    {plain("old"), plain("s3cret"), noText, nil, "s3cret", ""},
		"left out: never cleared":          {plain("old"), noSecret(), noText, map[string]string{"password": before}, nil, ""},
		"given for the first time":         {noSecret(), plain("s3cret"), noText, map[string]string{"password": before}, "s3cret", before},
		"write-only one, same version":     {versioned(1), versioned(1), types.StringValue("s3cret"), map[string]string{"password": before}, nil, ""},
		"write-only one, another version":  {versioned(1), versioned(2), types.StringValue("s3cret"), map[string]string{"password": before}, "s3cret", before},
		"write-only one, after drift":      {noSecret(), versioned(1), types.StringValue("s3cret"), map[string]string{"password": before}, "s3cret", before},
		"from plain to write-only":         {plain("old"), versioned(1), types.StringValue("s3cret"), map[string]string{"password": before}, "s3cret", before},
		"from write-only to plain":         {versioned(1), plain("s3cret"), noText, map[string]string{"password": before}, "s3cret", before},
		"version without a secret":         {versioned(1), versioned(2), noText, map[string]string{"password": before}, nil, ""},
		"write-only one, not known yet":    {versioned(1), versioned(2), types.StringUnknown(), nil, nil, ""},
		"plain one, not known yet":         {plain("old"), &model{Password: types.StringUnknown()}, noText, nil, nil, ""},
		"version is dropped":               {versioned(1), noSecret(), noText, map[string]string{"password": before}, nil, ""},
		"another one's fingerprint is not": {plain("old"), plain("s3cret"), noText, map[string]string{"access_hash": before}, "s3cret", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := *c.plan
			config.PasswordWO = c.writeOnly
			accepted := maps.Clone(c.accepted)
			w := &whmcsobject.Write[model]{
				Client: client, Prior: c.prior, Plan: c.plan, Config: &config, Values: whmcs.Values{}, Expect: whmcs.Values{},
				PrivateState: &resourcekit.PrivateState{Fingerprints: accepted},
			}
			addSecrets(w)
			values, expect := whmcs.Values{}, whmcs.Values{}
			if c.send != nil {
				values["password"] = c.send
			}
			if c.expect != "" {
				expect["password_fingerprint"] = c.expect
			}
			assert.Equal(t, values, w.Values)
			assert.Equal(t, expect, w.Expect)
		})
	}
}

func TestSecretDrift(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state    *model
		accepted map[string]string
		stored   string
		want     *model
	}{
		"as accepted":                     {plain("s"), map[string]string{"password": "f1"}, "f1", plain("s")},
		"as accepted, write-only":         {versioned(3), map[string]string{"password": "f1"}, "f1", versioned(3)},
		"changed in WHMCS":                {plain("s"), map[string]string{"password": "f1"}, "f2", noSecret()},
		"changed in WHMCS, write-only":    {versioned(3), map[string]string{"password": "f1"}, "f2", noSecret()},
		"cleared in WHMCS":                {plain("s"), map[string]string{"password": "f1"}, "", noSecret()},
		"set in WHMCS where none was":     {noSecret(), map[string]string{"password": ""}, "f1", noSecret()},
		"unmanaged and changed":           {noSecret(), map[string]string{"password": "f1"}, "f2", noSecret()},
		"nothing accepted yet":            {plain("s"), map[string]string{}, "f1", plain("s")},
		"nothing accepted yet, versioned": {versioned(3), map[string]string{}, "f1", versioned(3)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row := &whmcs.Server{PasswordFingerprint: c.stored}
			options := whmcsobject.FillOptions{PrivateState: &resourcekit.PrivateState{Fingerprints: c.accepted}}
			fillSecrets(row, c.state, options)
			assert.Equal(t, c.want, c.state)
			assert.Equal(t, c.stored, options.PrivateState.Fingerprints["password"], "what is stored now is what an update expects")
			fillSecrets(row, c.state, options)
			assert.Equal(t, c.want, c.state, "a second read changes nothing")
		})
	}
}
