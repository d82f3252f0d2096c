// Package sandbox runs stateful stand-ins of the systems the provider talks to, on loopback: a WHMCS with its official API actions and the
// Terraform companion, a TopLink DCIM, and a SolusVM 2 panel. They keep state and enforce the real systems' rules, so that what passes here fails there only
// for reasons the facts pages name as unknown.
//
// The package deliberately shares no code with the API clients: a mistake made in both would hide itself.
package sandbox

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/fault"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/journal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/whmcs"
)

// Options configures a Sandbox. The zero value is a small, fast, in-memory installation that admits loopback callers.
type Options struct {
	// Latency is waited before every request is looked at.
	Latency time.Duration
	// Clock gives the time of journal entries, stored answers and last calls; time.Now when nil.
	Clock func() time.Time
	// StateFile keeps the state of all systems as JSON across restarts. It holds credentials and is written with mode 0600.
	StateFile string
	// Size is the number of extra products seeded into their own product group.
	Size int

	// ListenWHMCS, ListenDCIM and ListenSolusVM2 are loopback addresses; an ephemeral port of 127.0.0.1 when empty.
	ListenWHMCS    string
	ListenDCIM     string
	ListenSolusVM2 string

	// SystemURL is WHMCS's own idea of its address. It is independent of the listener, because the installation's UUID depends on it.
	SystemURL string
	// AllowedIPs may call the WHMCS API; the loopback addresses when nil.
	AllowedIPs []string
	// AccessKey lets a caller pass the IP allow-list; no bypass exists when empty.
	AccessKey string
	// Credential and ReadOnlyCredential replace the random ones.
	Credential         whmcs.Credential
	ReadOnlyCredential whmcs.Credential
	// Brakes are what the operator's companion.local.php forbids.
	Brakes whmcs.Brakes
	// Installation pins the UUID the companion reports.
	Installation string
	// MissingColumns lists tables ("tblproducts_slugs") and columns ("tblproducts.color") that this WHMCS is too old to have.
	MissingColumns []string
	// CompanionVersion is what the companion says of itself; that of the PHP files when empty.
	CompanionVersion string
	// WithoutHookFile leaves the companion's file in includes/hooks out.
	WithoutHookFile bool
	// NoCompanion leaves the companion's files out, as before its installation.
	NoCompanion bool

	// PostPay is what concerns the SolusVM 2 addon of WHMCS.
	PostPay whmcs.PostPayOptions

	// DCIM configures the TopLink DCIM.
	DCIM dcim.Options
	// SolusVM2 configures the SolusVM 2 panel.
	SolusVM2 solusvm2.Options
}

// Sandbox is a set of fake systems that share one state store, journal and fault list.
type Sandbox struct {
	// WHMCS is the billing system. It is an http.Handler, usable without Start.
	WHMCS *whmcs.WHMCS
	// DCIM is the TopLink DCIM. It is an http.Handler, usable without Start.
	DCIM *dcim.DCIM
	// SolusVM2 is the SolusVM 2 panel. It is an http.Handler, usable without Start.
	SolusVM2 *solusvm2.SolusVM2

	options Options
	store   *store
	journal *journal.Journal
	faults  *fault.List
	moment  atomic.Pointer[func(Moment) bool]
	loadErr error
}

// Moment is one of the two boundaries of a request: it has arrived, or its work is done and its answer has not left.
type Moment struct {
	System, Op, Kind string
	Write, Done      bool
}

// OnMoment registers a function that is called at every boundary of every request and may take its time; nil takes it out. When it returns false the
// request goes no further: its connection is reset.
func (sb *Sandbox) OnMoment(look func(Moment) bool) {
	if look == nil {
		sb.moment.Store(nil)
		return
	}
	sb.moment.Store(&look)
}

// passes asks whoever looks at the moments.
func (sb *Sandbox) passes(about system.Call, done bool) bool {
	look := sb.moment.Load()
	return look == nil || (*look)(Moment{System: about.System, Op: about.Op, Kind: about.Kind, Write: about.Write, Done: done})
}

// New makes a Sandbox with its seeds, or with the content of Options.StateFile where that exists. A state file that cannot be read is
// reported by Start.
func New(options Options) *Sandbox {
	if options.Clock == nil {
		options.Clock = time.Now
	}
	if options.AllowedIPs == nil {
		options.AllowedIPs = []string{"127.0.0.1", "::1"}
	}
	sb := &Sandbox{options: options, journal: &journal.Journal{}, faults: &fault.List{}}
	sb.store, sb.loadErr = openStore(options.StateFile)
	if sb.store.whmcs == nil {
		sb.store.whmcs = whmcs.Seed(options.whmcs())
	}
	if sb.store.dcim == nil {
		sb.store.dcim = dcim.Seed(options.DCIM, options.Clock())
	}
	if sb.store.solusvm2 == nil {
		sb.store.solusvm2 = solusvm2.Seed(options.SolusVM2, options.Clock())
	}
	shared := system.Host{View: sb.store.view, Change: sb.store.change, Now: options.Clock}
	var err error
	sb.WHMCS = whmcs.New(shared, options.whmcs(), sb.store.whmcs)
	sb.DCIM, err = dcim.New(shared, options.DCIM, sb.store.dcim)
	sb.SolusVM2 = solusvm2.New(shared, sb.store.solusvm2)
	sb.loadErr = errors.Join(sb.loadErr, err)
	sb.WHMCS.Endpoint = system.Endpoint{Address: options.ListenWHMCS, Handler: sb.front(sb.WHMCS)}
	sb.DCIM.Endpoint = system.Endpoint{Address: options.ListenDCIM, Handler: sb.front(sb.DCIM)}
	sb.SolusVM2.Endpoint = system.Endpoint{Address: options.ListenSolusVM2, Handler: sb.front(sb.SolusVM2)}
	return sb
}

// whmcs are the options that concern WHMCS.
func (o Options) whmcs() whmcs.Options {
	return whmcs.Options{
		SystemURL: o.SystemURL, AllowedIPs: o.AllowedIPs, AccessKey: o.AccessKey, Credential: o.Credential, ReadOnlyCredential: o.ReadOnlyCredential,
		Brakes: o.Brakes, Installation: o.Installation, MissingColumns: o.MissingColumns, CompanionVersion: o.CompanionVersion,
		WithoutHookFile: o.WithoutHookFile, NoCompanion: o.NoCompanion, PostPay: o.PostPay, Size: o.Size,
	}
}

// Start listens for every system. Addresses other than loopback ones are refused.
func (sb *Sandbox) Start() error {
	if sb.loadErr != nil {
		return sb.loadErr
	}
	if err := sb.store.change(func() error { return nil }); err != nil {
		return err
	}
	for _, endpoint := range sb.endpoints() {
		if err := endpoint.Start(); err != nil {
			return errors.Join(err, sb.Close())
		}
	}
	return nil
}

// Close stops listening and drops open connections. It reports the last failure to write the state file.
func (sb *Sandbox) Close() error {
	errs := []error{sb.store.lastError()}
	for _, endpoint := range sb.endpoints() {
		errs = append(errs, endpoint.Close())
	}
	return errors.Join(errs...)
}

// Journal is the record of every request of every system.
func (sb *Sandbox) Journal() *journal.Journal { return sb.journal }

// AddFault installs a rule that spoils matching answers. The function returned takes it out again. It panics on a rule that ParseFault would
// refuse.
func (sb *Sandbox) AddFault(fault fault.Rule) (remove func()) {
	if err := fault.Check(); err != nil {
		panic(err)
	}
	return sb.faults.Add(fault)
}

func (sb *Sandbox) endpoints() []*system.Endpoint {
	return []*system.Endpoint{&sb.WHMCS.Endpoint, &sb.DCIM.Endpoint, &sb.SolusVM2.Endpoint}
}
