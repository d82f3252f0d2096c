// Package resourcekit holds what every object shares: how it reaches its system's client, how failures become diagnostics, custom
// types and validators.
package resourcekit

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
)

// System is one system's client, or the reason why there is none. Configure never fails for a system that no object needs, so
// the reason is told only when an object asks.
type System[C any] struct {
	Client *C
	// Unknown says that settings of the system are not known yet, as while planning the first apply of a configuration that
	// takes them from another resource. Plan-time checks then stay away.
	Unknown bool
	// Missing says which attributes and variables to set; it is empty when Client is there.
	Missing string
}

// Get returns the client, or an error that names the settings to make.
func (s System[C]) Get(noun string) (*C, diag.Diagnostics) {
	var diags diag.Diagnostics
	if s.Client == nil {
		diags.AddError("Unable to reach the system of this "+noun, s.Missing)
	}
	return s.Client, diags
}

// Guards are the provider-wide limits on what a plan may do with money.
type Guards struct {
	MaxPriceChangePercent decimal.Decimal // "" = off
	AllowZeroPrice        bool
	Unknown               bool // the guards are not known yet: they are held at apply
}

// Clients is what the provider hands to every resource and data source.
type Clients struct {
	WHMCS    System[whmcs.Client]
	DCIM     System[dcim.Client]
	SolusVM2 System[solusvm2.Client]
	Guards   Guards
	// CompanionVersion is the version of the companion that this provider's binary writes; "" when it is not known.
	CompanionVersion string
}

// FromProviderData takes Clients out of the framework's untyped provider data. Before the provider is configured the framework
// passes nil; ok is then false without an error.
func FromProviderData(data any, diags *diag.Diagnostics) (clients *Clients, ok bool) {
	if data == nil {
		return nil, false
	}
	clients, ok = data.(*Clients)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("Expected *resourcekit.Clients, got %T. Please report this to the provider's maintainers.", data))
	}
	return clients, ok
}
