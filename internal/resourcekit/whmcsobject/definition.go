// Package whmcsobject is the lifecycle that every object kept by the WHMCS companion shares: plan-time checks, compare-and-set
// writes, secrets with fingerprints, refusal of another installation, import, and messages. An object brings a [Definition].
package whmcsobject

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// Object is the attribute that every object has. A model embeds it, or [Common].
type Object struct {
	ID types.String `tfsdk:"id"`
}

// Base gives the lifecycle access to it.
func (o *Object) Base() *Object { return o }

// Common are the attributes of an object whose name others of its kind may have too.
type Common struct {
	Object

	AllowDuplicateName types.Bool `tfsdk:"allow_duplicate_name"`
}

func (c *Common) allowDuplicateName() *types.Bool { return &c.AllowDuplicateName }

// Model is a pointer to a model that embeds Object.
type Model[M any] interface {
	*M
	Base() *Object
}

// Definition is all that differs between one object and another. M is the Terraform model, R the client's row.
type Definition[M, R any] struct {
	Name   string     // type name behind "hosting_", such as "whmcs_server"
	Noun   string     // what a person calls it, such as "server"
	Kind   whmcs.Kind // its kind in the companion protocol
	Schema func(ctx context.Context) schema.Schema
	// Single says that every WHMCS has one such object, with the id "1", whose creation is a change of what is there and whose deletion leaves it
	// there.
	Single bool
	// IDs are the ids that can be imported, where they are not WHMCS's numbers.
	IDs IDs
	// Exists tells whether a row is an object at all; nil = every row is.
	Exists func(row *R) bool
	// Attributes are the places of fields that are not attributes of the same name: "terms_url": "post_pay.terms_url". May be nil.
	Attributes map[string]string
	// Key are the fields of the natural key: what a delete expects, and what tells two objects apart for a person.
	Key []string
	// DeleteKey is the natural key where it is none of the managed fields. May be nil.
	DeleteKey func(m *M) whmcs.Values
	// Values are the managed fields of a model on the wire: known ones as values, others by name. Secrets are not among them.
	Values func(m *M) Fields
	// CreateOnly are further fields that are sent on creation only. May be nil.
	CreateOnly func(m *M) whmcs.Values
	// Fill copies a row into a model. Facets that the model leaves null stay null, except on import.
	Fill func(ctx context.Context, row *R, m *M, how Filling)
	// Secrets are the write-only fields. May be nil.
	Secrets []Secret[M, R]
	// ValidateConfig adds checks of the configuration alone; anything may be unknown. May be nil.
	ValidateConfig func(config *M) diag.Diagnostics
	// Applied are the amounts of a model that was just written, for Memory.Applied. May be nil.
	Applied func(m *M) map[string]string
	// CheckPlan adds object-specific plan-time checks; prior is nil on creation. May be nil.
	CheckPlan func(ctx context.Context, c *PlanCheck[M])
	// Replaces tells that a change makes another object, whose creation is planned, and checked, on its own. May be nil.
	Replaces func(prior, plan *M) bool
	// CheckUnchanged is what a plan says of an object that it does not change. May be nil.
	CheckUnchanged func(ctx context.Context, c *PlanCheck[M])
	// Report says in the object's own words what a failure means; false leaves it to the general ones. May be nil.
	Report func(diags *diag.Diagnostics, summary string, failure *whmcs.Error) bool
	// Observe adds to a model what is not in its row, after every read and write; after a write, what the plan knows already has to stay. May be nil.
	Observe func(ctx context.Context, clients *resourcekit.Clients, row *R, m *M, written bool, diags *diag.Diagnostics)
	// Send carries out a write in steps of its own; the usual one, rest, sends what is left in the pending write's values, and is nothing where
	// nothing is left. An answer beside an error says what certainly happened before. May be nil.
	Send func(ctx context.Context, w *PendingWrite[M], rest Send[R]) (*whmcs.Written[R], error)
	// BeforeWrite runs before a create (prior nil) or an update; an error stops the write. May be nil.
	BeforeWrite func(ctx context.Context, w *PendingWrite[M]) diag.Diagnostics
	// WriteOptions adds object-specific conditions to a create (prior nil) or update. May be nil.
	WriteOptions func(prior, plan *M) whmcs.WriteOptions
	// KeepOnDestroy says what to change instead of deleting, when the model asks to be kept; nil values delete. May be nil.
	KeepOnDestroy func(m *M) whmcs.Values
	// Vacant tells that there is nothing left to change for KeepOnDestroy. May be nil.
	Vacant func(row *R) bool
	// Imported sets the attributes that only Terraform knows to their defaults after an import. May be nil.
	Imported func(m *M)
	// InUseRemedy says what cures an in_use refusal of a delete.
	InUseRemedy string
}

// IDs are the form of a kind's ids.
type IDs struct {
	Form  *regexp.Regexp
	Words string // "the name of its folder, such as solusvm2"
}

// Send carries out a write.
type Send[R any] func(ctx context.Context) (*whmcs.Written[R], error)

// Filling says why a model is being filled from a row, and with what memory.
type Filling struct {
	Import bool // every facet is to be filled
	// Written tells that the row answers a write, whose model already names all that it is to hold; PartIDs are the ids in the answer.
	Written bool
	Sent    whmcs.Values // what that write sent
	PartIDs map[string]whmcs.PartIDs
	Memory  *Memory // what this resource instance keeps in private state
}

// Fields are an object's managed fields on the wire.
type Fields struct {
	Values  whmcs.Values
	Unknown []string // fields whose value, or a part of it, is not known yet
}

// PlanCheck is the material of an object's own plan-time checks.
type PlanCheck[M any] struct {
	Prior, Plan, Config *M // Prior is nil on creation
	Memory              *Memory
	ID                  string
	Clients             *resourcekit.Clients
	Unchecked           bool          // set by a check: WHMCS could not judge the write yet, and is not asked
	Client              *whmcs.Client // nil when it is not known yet how to reach WHMCS
	Diagnostics         *diag.Diagnostics
}

// PendingWrite is a write about to be sent.
type PendingWrite[M any] struct {
	Client      *whmcs.Client
	ID          string       // "" on creation
	Prior, Plan *M           // Prior is nil on creation
	Values      whmcs.Values // what is about to be sent, secrets included; may be empty on an update
	Expect      whmcs.Values // what of it is expected to be there before
	Options     whmcs.WriteOptions
	Memory      *Memory
	Config      *M // the one place that write-only values stand in
}

// Secret is one write-only field with its two attributes: the plain one, kept in state, and the write-only one with its version.
type Secret[M, R any] struct {
	Field       string // "password"; the row's fingerprint field is Field + "_fingerprint"
	SharedWith  string // another field that is kept in the same place, so that writing it changes the secret; "" = none
	Value       func(m *M) types.String
	WriteOnly   func(m *M) types.String // only configuration holds it
	Version     func(m *M) types.Int64
	Forget      func(m *M) // makes value and version null
	Fingerprint func(row *R) string
}
