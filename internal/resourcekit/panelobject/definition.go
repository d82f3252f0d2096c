// Package panelobject is the lifecycle that the objects of a panel share, be it the DCIM or SolusVM 2: how they reach its client, plan-time checks,
// reading, refusal of another panel, import, identity. A panel has neither conditional writes nor a name for its installation but its host. An
// object brings a [Definition], its panel a [System].
package panelobject

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// Client calls a panel.
type Client interface {
	// Host is the host and port that is called.
	Host() string
}

// System is what differs between one panel and another.
type System[C Client] struct {
	Name string // what messages call it, such as "DCIM"
	// Reach takes the panel's client out of all, and says whether it is there.
	Reach func(clients *resourcekit.Clients) (client C, ok, unknown bool, missing string)
	// Report turns a failure of a client into diagnostics; attributes are those that a complaint can be shown at.
	Report func(diags *diag.Diagnostics, noun, verb, id string, err error, attributes ...string)
}

// Definition is all that differs between one object and another. M is the Terraform model, R what the client reads of the object.
type Definition[C Client, M, R any] struct {
	System System[C]

	Name string // type name behind "hosting_", such as "dcim_package"
	Noun string // what messages call it, such as "DCIM package"
	// Imported is how a message about the import id begins, such as "A package"; Named is what the id names, such as "the package".
	Imported, Named string
	// ListHint says where the ids of an import are listed.
	ListHint string
	// ValidID tells what an id of an import may be. May be nil: a positive whole number.
	ValidID func(id string) bool
	Schema  schema.Schema
	// Attributes are those that a complaint of the panel can be shown at.
	Attributes []string

	// ID is the model's attribute id.
	ID func(m *M) *types.String
	// Read asks the panel for the object of the model, of which an import gives no more than the id. transport.ErrNotFound says that it is gone.
	Read func(ctx context.Context, client C, m *M) (R, error)
	// Absent says why what was read does not hold the object, though the panel answered; "" when it does. May be nil.
	Absent func(m *M, now R) string
	// Same makes sure that what was read is the object in state and not one of the same id in another panel; if not, it says so. May be nil.
	Same func(c *Call[C, M], now R) bool
	// Mark is what tells the object from one of the same id in another panel, where the state does not say it. It is kept in private state and
	// comes back as Call.Mark. May be nil.
	Mark func(m *M, now R) string
	// Fill copies what was read into a model; after an import it also sets what only Terraform knows.
	Fill func(ctx context.Context, m *M, now R, importing bool) diag.Diagnostics

	// CheckPlan asks the panel about a planned change. It never sets planned values. May be nil.
	CheckPlan func(ctx context.Context, c *Call[C, M])
	// Create makes the object and completes c.Plan. What it returns is ignored when ok is false.
	Create func(ctx context.Context, c *Call[C, M]) (made R, ok bool)
	// Changed tells whether an update has anything to tell the panel. May be nil: it always has.
	Changed func(prior, plan *M) bool
	// Update changes the object, of which now is what was just read, and completes c.Plan. With ok c.Plan is saved, errors or not.
	Update func(ctx context.Context, c *Call[C, M], now R) (changed R, ok bool)
	// Delete removes the object, of which now is what was just read. An error that it returns is reported; one that it reports itself is not.
	Delete func(ctx context.Context, c *Call[C, M], now R) error
	// Report turns a client failure into diagnostics. May be nil: that of System does.
	Report func(diags *diag.Diagnostics, verb, id string, err error)
}

// Call is what the functions of a Definition work with.
type Call[C Client, M any] struct {
	Client C
	// Prior is nil on creation, Plan on destruction and while reading.
	Prior, Plan *M
	// Host is the host of the panel that the state was last read from, and Mark what the definition's Mark then was; "" on creation and
	// after an import.
	Host, Mark  string
	Diagnostics *diag.Diagnostics
	fail        func(verb, id string, err error)
}

// Fail turns a client failure into diagnostics.
func (c *Call[C, M]) Fail(verb, id string, err error) { c.fail(verb, id, err) }

// Moved tells whether the panel is called by another host name than the one that the state was last read from. It may be the same panel.
func (c *Call[C, M]) Moved() bool { return c.Host != "" && c.Host != c.Client.Host() }

// report turns a client failure into diagnostics.
func (d *Definition[C, M, R]) report(diags *diag.Diagnostics, verb, id string, err error) {
	if d.Report != nil {
		d.Report(diags, verb, id, err)
		return
	}
	d.System.Report(diags, d.Noun, verb, id, err, d.Attributes...)
}
