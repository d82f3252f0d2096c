// Package whmcsobject is the common lifecycle of the WHMCS objects that the provider reads and writes through the
// companion. An object describes itself with a [Definition]. The package of an object holds the code that only this
// object needs.
package whmcsobject

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// Definition describes the resource of one kind of object. M is the Terraform model, R the client's row.
type Definition[M, R any] struct {
	Name string     // the resource type without "hosting_", such as "whmcs_server"
	Noun string     // what messages call the object, such as "server"
	Kind whmcs.Kind // the kind in the companion protocol
	IDs  IDs        // the zero value: WHMCS numbers the objects of this kind
	// Schema is the schema without the attributes id and allow_duplicate_name. Resource.Schema adds them.
	Schema func(ctx context.Context) schema.Schema
	// DuplicateNames is true for kinds in which several objects may have one name. They have the attribute
	// allow_duplicate_name.
	DuplicateNames bool
	// Key returns the fields of the natural key. A delete expects them unchanged.
	Key func(m *M) whmcs.Values
	// Values returns the managed fields of a model, without write-only values.
	Values func(m *M) Fields
	// Fill copies a row into a model. Optional attributes that are null in the model stay null, except during an
	// import.
	Fill func(ctx context.Context, row *R, m *M, o FillOptions)
	// Exists reports whether a row that WHMCS always has is an object, for the read of an import and for other reads.
	// Optional.
	Exists func(row *R, importing bool) bool
	// CompleteImport completes the first read after an import with further requests. Optional.
	CompleteImport func(
		ctx context.Context, client *whmcs.Client, row *R, m *M, private *resourcekit.PrivateState, diags *diag.Diagnostics,
	)
	// ValidateConfig checks the configuration without a request to WHMCS. Any value may be unknown. Optional.
	ValidateConfig func(config *M) diag.Diagnostics
	// CheckPlan checks a planned write. It may add to the values and options that WHMCS then validates. Optional.
	CheckPlan func(ctx context.Context, w *Write[M])
	// BeforeWrite completes a write just before it is sent. An error in w.Diagnostics stops it. Optional.
	BeforeWrite func(ctx context.Context, w *Write[M])
	// KeepOnDestroy returns the values to write instead of deleting the object. Nil deletes it, and empty values leave
	// it as it is. Optional.
	KeepOnDestroy func(m *M) whmcs.Values
	// ProductField is the field in which products refer to an object of this kind, or "".
	ProductField string
	// InUseRemedy is the next step in the error when WHMCS refuses a delete because the object is in use.
	InUseRemedy string
}

// IDs describes the ids of a kind.
type IDs struct {
	Description string // of the attribute id, without the full stop
	Import      string // describes the id of an import, for messages: "the name of its folder"
	Valid       func(id string) bool
	// Single is the id of the object, for a kind with exactly one object. Creating the resource updates the existing
	// object.
	Single string
}

// SingleIDs are the ids of a kind that every WHMCS has exactly once.
var SingleIDs = IDs{
	Description: "Always `" + whmcs.SingleID + "`: a WHMCS has these once",
	Import:      "the id " + whmcs.SingleID,
	Valid:       func(id string) bool { return id == whmcs.SingleID },
	Single:      whmcs.SingleID,
}

// FillOptions describes the source of the row that Fill copies.
type FillOptions struct {
	Import  bool                     // the first read after an import: every attribute is filled
	Written bool                     // the row is the response to a write
	Sent    whmcs.Values             // the values of that write
	PartIDs map[string]whmcs.PartIDs // the ids in that response, by the keys in the plan
	// PrivateState is saved after Fill.
	PrivateState *resourcekit.PrivateState
	Diagnostics  *diag.Diagnostics
}

// Fields are the managed fields of an object on the wire.
type Fields struct {
	Values  whmcs.Values
	Unknown []string // the fields that are unknown, in whole or in part
}

// Write is one creation or update, either planned or about to be sent.
type Write[M any] struct {
	ID                  string // "" on creation, except for a kind that every WHMCS has exactly once
	Prior, Plan, Config *M     // Prior is nil on creation. Only Config holds write-only values.
	// Values are the fields to send: on creation all managed fields, in an update those that change. An update may
	// have none.
	Values  whmcs.Values
	Expect  whmcs.Values // the prior values of the fields in Values, which WHMCS compares before it writes
	Unknown []string     // planned fields that are not known yet
	Options whmcs.WriteOptions

	PrivateState *resourcekit.PrivateState
	Clients      *resourcekit.Clients
	Client       *whmcs.Client // nil in a plan whose WHMCS settings are not known yet
	Diagnostics  *diag.Diagnostics

	schema  resourcekit.Schema
	planned tftypes.Value
	saveTo  saveTarget
}

// saveTarget is where the outcome of a write is saved: the fields that resource.CreateResponse and
// resource.UpdateResponse share.
type saveTarget struct {
	state    *tfsdk.State
	identity *tfsdk.ResourceIdentity
	private  resourcekit.PrivateWriter
}

// operation names the write in messages.
func (w *Write[M]) operation() (verb, past string) {
	if w.Prior == nil {
		return "create", "created"
	}
	return "update", "updated"
}

// AcceptSecret reports whether the state keeps its secret. WHMCS shows a secret only as a fingerprint. The first
// fingerprint, and one after a write with the secret, is stored and accepted. A read with another fingerprint returns
// false: the secret was changed in WHMCS. A write without the secret returns true, because its plan knows the secret.
func (o FillOptions) AcceptSecret(field, fingerprint string, sent bool) bool {
	accepted, known := o.PrivateState.Fingerprints[field]
	if known && !sent {
		return accepted == fingerprint || o.Written
	}
	o.PrivateState.Fingerprints[field] = fingerprint
	return true
}
