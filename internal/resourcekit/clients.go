// Package resourcekit holds what the resources and data sources share: access to the clients, diagnostics, private
// state, custom types and validators.
package resourcekit

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
)

// System is the client of one system, or the reason why it is missing. The reason is reported by the first resource
// that needs the client, because a provider may be configured for one system only.
type System[C any] struct {
	Client *C
	// Unknown says that settings of the system are not known yet, for example when they come from a resource that the
	// same apply creates. Plan-time checks are then skipped.
	Unknown bool
	// Missing is the reason, with the attributes and variables to set. It is empty when Client is set.
	Missing string
}

// Get returns the client, or an error that names the missing settings. noun is the object or list that needs the
// client.
func (s System[C]) Get(noun string) (*C, diag.Diagnostics) {
	var diags diag.Diagnostics
	if s.Client == nil {
		diags.AddError("Unable to access the "+noun, s.Missing)
	}
	return s.Client, diags
}

// Guards are the limits of the provider configuration on prices.
type Guards struct {
	MaxPriceChangePercent decimal.Decimal // "" = off
	AllowZeroPrice        bool
	MinPrices             map[string]decimal.Decimal // by currency code, nil = off
	Unknown               bool                       // the guards are not known yet: the apply checks them
}

// Clients is the provider data that every resource and data source gets.
type Clients struct {
	WHMCS    System[whmcs.Client]
	DCIM     System[dcim.Client]
	SolusVM2 System[solusvm2.Client]
	Guards   Guards
	// CompanionVersion is the version of the companion that this provider's binary contains, or "" if it is not known.
	CompanionVersion string
	Run              Run
}

// FromProviderData returns the Clients in the framework's untyped provider data. Before the provider is configured, the
// framework passes nil. ok is then false without an error.
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
