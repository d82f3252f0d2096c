// Package panelobject is the common lifecycle of the objects of a panel, which is the DCIM or SolusVM 2. A panel has
// no conditional writes, and its host is the only name of its installation. An object describes itself with a
// [Definition]. The package of an object holds the code that only this object needs. It embeds the [Resource] and
// overrides a method.
package panelobject

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// Client calls a panel.
type Client interface {
	// Host is the host and port that is called.
	Host() string
}

// Definition describes the resource of one kind of object. C is the panel's client, M the Terraform model, R what the
// client reads of the object.
type Definition[C Client, M, R any] struct {
	Name            string // the resource type without "hosting_", such as "dcim_package"
	Noun            string // what messages call the object, such as "DCIM package"
	NounWithArticle string // the subject of messages about an import: "A package"
	ObjectReference string // what the id identifies: "the package"
	ListHint        string // says where the ids of an import are listed
	Schema          schema.Schema
	Creation        Creation // the zero value for objects without a name

	// Read reads the object of the model, of which an import knows only the id. transport.ErrNotFound says that the
	// panel does not have it.
	Read func(ctx context.Context, client C, m *M) (R, error)
	// Absent returns why what was read does not hold the object, and "" when it does. Optional.
	Absent func(m *M, now R) string
	// Same checks that what was read is the object in state, and not one with the same id in another panel. It adds an
	// error when it is not. Optional.
	Same func(c *Call[C, M], now R) bool
	// IdentityMark returns a value that identifies the object across panels, such as its label. Define it if the state
	// has no such attribute. The value is kept in private state and comes back as Call.Mark. Optional.
	IdentityMark func(m *M, now R) string
	// Fill copies what was read into a model. After an import it also sets the attributes that the panel does not
	// know.
	Fill func(ctx context.Context, m *M, now R, importing bool) diag.Diagnostics

	// CheckPlan checks a planned change with the panel. It never sets planned values.
	CheckPlan func(ctx context.Context, c *Call[C, M])
	// Create creates the object and completes c.Plan. The returned object is ignored if ok is false.
	Create func(ctx context.Context, c *Call[C, M]) (made R, ok bool)
	// Changed reports whether an update must be sent. If Changed is nil, every update is sent.
	Changed func(prior, plan *M) bool
	// Update changes the object, of which now was read just before, and completes c.Plan. With ok, c.Plan is saved
	// even if there are errors.
	Update func(ctx context.Context, c *Call[C, M], now R) (changed R, ok bool)
	// Delete deletes the object, of which now was read just before. The caller reports a returned error. An error that
	// Delete reports is not returned.
	Delete func(ctx context.Context, c *Call[C, M], now R) error
}

// Creation describes objects that have a name and cannot be created twice safely, for messages. See package creation.
type Creation struct {
	Noun      string // "key"
	Attribute string // the attribute of the name: "label"
	NameVerb  string // the word before the name, such as "labelled", or ""
	Place     string // where the panel lists the objects: "Settings > System API"
	Secret    string // says that the secret of an existing object is lost, or "" for objects without a secret
}

// Call holds what the functions of a Definition work with.
type Call[C Client, M any] struct {
	Client  C
	Clients *resourcekit.Clients // of all systems
	// Prior is nil in a creation. Plan is nil in a destroy and in a read.
	Prior, Plan *M
	// Host is the host of the panel that the state was last read from, and Mark what IdentityMark returned
	// then. Both are "" on creation and after an import.
	Host, Mark  string
	Diagnostics *diag.Diagnostics

	id       string // "" on creation
	private  *resourcekit.PrivateState
	messages messages
}

// Owner returns a random name of the resource, which stays the same as long as the resource lives.
func (c *Call[C, M]) Owner() string { return c.private.Owner }

// Moved reports whether the host of the panel differs from the host that the state was last read from. It may be the
// same panel under another host.
func (c *Call[C, M]) Moved() bool { return c.Host != "" && c.Host != c.Client.Host() }

// system holds the differences between the DCIM and SolusVM 2.
type system[C Client] struct {
	name  string // in messages: "SolusVM 2 panel"
	short string // as the subject of a sentence: "SolusVM 2"
	// client takes the client of the panel out of all clients.
	client func(clients *resourcekit.Clients) (client C, configured, unknown bool, missing string)
	// fieldErrors returns what a failure says about single fields.
	fieldErrors func(err error) []fieldError
}

// fieldError is what a panel says about one field.
type fieldError struct{ Field, Message string }

// NewDCIM makes the resource of an object of the DCIM.
func NewDCIM[M, R any](definition Definition[*dcim.Client, M, R]) *Resource[*dcim.Client, M, R] {
	return newResource(definition, system[*dcim.Client]{
		name: "DCIM", short: "The DCIM",
		fieldErrors: func(err error) (list []fieldError) {
			var failure *dcim.Error
			if errors.As(err, &failure) {
				for _, f := range failure.Fields {
					list = append(list, fieldError(f))
				}
			}
			return list
		},
		client: func(clients *resourcekit.Clients) (client *dcim.Client, configured, unknown bool, missing string) {
			s := clients.DCIM
			return s.Client, s.Client != nil, s.Unknown, s.Missing
		},
	})
}

// NewSolusVM2 makes the resource of an object of SolusVM 2.
func NewSolusVM2[M, R any](definition Definition[*solusvm2.Client, M, R]) *Resource[*solusvm2.Client, M, R] {
	return newResource(definition, system[*solusvm2.Client]{
		name: "SolusVM 2 panel", short: "SolusVM 2",
		fieldErrors: func(err error) (list []fieldError) {
			var failure *solusvm2.Error
			if errors.As(err, &failure) {
				for _, f := range failure.Fields {
					list = append(list, fieldError(f))
				}
			}
			return list
		},
		client: func(clients *resourcekit.Clients) (client *solusvm2.Client, configured, unknown bool, missing string) {
			s := clients.SolusVM2
			return s.Client, s.Client != nil, s.Unknown, s.Missing
		},
	})
}
