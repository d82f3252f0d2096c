// Package sandbox runs stateful fakes of the systems that the provider calls, on loopback. They are a WHMCS with its
// official API actions and the Terraform companion, a TopLink DCIM, and a SolusVM 2 panel. They keep state and
// enforce the rules of the real systems. The real systems can differ only in what the facts pages list as unknown.
//
// The package shares no code with the API clients. A mistake that both shared would not show in a test.
package sandbox

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/fault"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/journal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/page"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/whmcs"
)

// Options configures a Sandbox. The zero value is an in-memory installation without latency that accepts loopback
// callers.
type Options struct {
	// Latency is the wait before each request is handled.
	Latency time.Duration
	// Clock is the time of journal entries, stored responses and last calls. If nil, time.Now is used.
	Clock func() time.Time
	// StateFile stores the state of all systems as JSON, so that it survives a restart. The file contains credentials
	// and has mode 0600.
	StateFile string
	// Size is the number of additional products. They have a product group of their own.
	Size int

	// ListenWHMCS, ListenDCIM and ListenSolusVM2 are loopback addresses. If empty, 127.0.0.1 with a free port is
	// used.
	ListenWHMCS    string
	ListenDCIM     string
	ListenSolusVM2 string

	// SystemURL is the address in WHMCS's own settings. It does not depend on the listener, because the UUID of the
	// installation depends on it.
	SystemURL string
	// AllowedIPs are the addresses that may call the WHMCS API. If nil, the loopback addresses are allowed.
	AllowedIPs []string
	// AccessKey is the API access key, which bypasses AllowedIPs. If empty, there is no bypass.
	AccessKey string
	// Credential and ReadOnlyCredential replace the random credentials.
	Credential         whmcs.Credential
	ReadOnlyCredential whmcs.Credential
	// SafetySettings are the safety settings of companion.local.php. If nil, deletions are allowed, and panels of
	// SolusVM 2 on loopback without TLS.
	SafetySettings *SafetySettings
	// Installation sets the UUID that the companion reports.
	Installation string
	// MissingColumns lists tables ("tblproducts_slugs") and columns ("tblproducts.color") that this version of WHMCS
	// does not have.
	MissingColumns []string
	// CompanionVersion is the version that the companion reports. If empty, the version of the PHP files is used.
	CompanionVersion string
	// WithoutHookFile omits the companion's file in includes/hooks.
	WithoutHookFile bool
	// NoCompanion omits all files of the companion, as before its installation.
	NoCompanion bool

	// PostPay configures the SolusVM 2 addon of WHMCS.
	PostPay whmcs.PostPayOptions

	// DCIM configures the TopLink DCIM.
	DCIM dcim.Options
	// SolusVM2 configures the SolusVM 2 panel.
	SolusVM2 solusvm2.Options
}

// Sandbox is a set of fake systems that share one state store, journal and list of fault rules.
type Sandbox struct {
	// WHMCS is the billing system. It is an http.Handler, usable without Start.
	WHMCS *whmcs.WHMCS
	// DCIM is the TopLink DCIM. It is an http.Handler, usable without Start.
	DCIM *dcim.DCIM
	// SolusVM2 is the SolusVM 2 panel. It is an http.Handler, usable without Start.
	SolusVM2 *solusvm2.SolusVM2

	options    Options
	store      *store
	journal    *journal.Journal
	faults     *fault.List
	onBoundary atomic.Pointer[func(Boundary) bool]
	lastChange atomic.Pointer[page.Message]
	loadErr    error
}

// Boundary is a point in the handling of a request. If Done is false, the request has arrived. If Done is true, the
// request has been executed and the response has not been sent.
type Boundary struct {
	System, Op, Kind string
	Write, Done      bool
}

// OnBoundary sets a function that is called at each boundary of each request. It may block. If it returns false, the
// connection is reset. A nil function removes it.
func (sb *Sandbox) OnBoundary(handle func(Boundary) bool) {
	if handle == nil {
		sb.onBoundary.Store(nil)
		return
	}
	sb.onBoundary.Store(&handle)
}

// reachBoundary calls the function that OnBoundary set. It returns false if the connection must be reset.
func (sb *Sandbox) reachBoundary(about system.RequestInfo, done bool) bool {
	handle := sb.onBoundary.Load()
	return handle == nil || (*handle)(Boundary{System: about.System, Op: about.Op, Kind: about.Kind, Write: about.Write,
		Done: done})
}

// New makes a Sandbox with the seeded state, or with the content of Options.StateFile if the file exists. If the file
// is invalid, Start returns the error.
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
	shared := system.Environment{View: sb.store.view, Change: sb.store.change, Now: options.Clock}
	var err error
	sb.WHMCS = whmcs.New(shared, options.whmcs(), sb.store.whmcs)
	sb.DCIM, err = dcim.New(shared, options.DCIM, sb.store.dcim)
	sb.SolusVM2 = solusvm2.New(shared, sb.store.solusvm2)
	sb.loadErr = errors.Join(sb.loadErr, err)
	sb.WHMCS.Endpoint = system.Endpoint{Address: options.ListenWHMCS, Handler: sb.handler(sb.WHMCS)}
	sb.DCIM.Endpoint = system.Endpoint{Address: options.ListenDCIM, Handler: sb.handler(sb.DCIM)}
	sb.SolusVM2.Endpoint = system.Endpoint{Address: options.ListenSolusVM2, Handler: sb.handler(sb.SolusVM2)}
	return sb
}

// whmcs returns the options of WHMCS.
func (o Options) whmcs() whmcs.Options {
	return whmcs.Options{
		SystemURL: o.SystemURL, AllowedIPs: o.AllowedIPs, AccessKey: o.AccessKey, Credential: o.Credential,
		ReadOnlyCredential: o.ReadOnlyCredential,
		SafetySettings:     o.SafetySettings, Installation: o.Installation, MissingColumns: o.MissingColumns,
		CompanionVersion: o.CompanionVersion,
		WithoutHookFile:  o.WithoutHookFile, NoCompanion: o.NoCompanion, PostPay: o.PostPay, Size: o.Size,
	}
}

// Start starts a listener for each system. It refuses addresses that are not loopback addresses.
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

// Close stops listening and closes open connections. It returns the last error of writing the state file.
func (sb *Sandbox) Close() error {
	errs := []error{sb.store.lastError()}
	for _, endpoint := range sb.endpoints() {
		errs = append(errs, endpoint.Close())
	}
	return errors.Join(errs...)
}

// Journal returns the record of all requests to all systems.
func (sb *Sandbox) Journal() *journal.Journal { return sb.journal }

// AddFault adds a fault rule. The returned function removes it. AddFault panics if ParseFault would refuse the rule.
func (sb *Sandbox) AddFault(rule fault.Rule) (remove func()) {
	if err := rule.Check(); err != nil {
		panic(err)
	}
	return sb.faults.Add(rule)
}

func (sb *Sandbox) endpoints() []*system.Endpoint {
	return []*system.Endpoint{&sb.WHMCS.Endpoint, &sb.DCIM.Endpoint, &sb.SolusVM2.Endpoint}
}
