// Package dcimobject is the lifecycle of the DCIM's objects: that of [panelobject], with the DCIM's client and its failures as diagnostics.
package dcimobject

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/panelobject"
)

// Definition is all that differs between one object of the DCIM and another; see [panelobject.Definition]. Its System is filled in by [New].
type Definition[M, R any] = panelobject.Definition[*dcim.Client, M, R]

// Call is what the functions of a Definition work with.
type Call[M any] = panelobject.Call[*dcim.Client, M]

// New makes the resource of a definition.
func New[M, R any](definition Definition[M, R]) resource.Resource {
	definition.System = panelobject.System[*dcim.Client]{
		Name: "DCIM", Report: Report,
		Reach: func(clients *resourcekit.Clients) (client *dcim.Client, ok, unknown bool, missing string) {
			system := clients.DCIM
			return system.Client, system.Client != nil, system.Unknown, system.Missing
		},
	}
	return panelobject.New(definition)
}
