package server

import (
	"maps"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// withKnownSpelling returns a row in which addresses have the spelling of the model. The private state keeps the stored
// spelling, which the next write has to expect.
func withKnownSpelling(row *whmcs.Server, m *model, private *resourcekit.PrivateState) *whmcs.Server {
	known := *row
	stored := maps.Clone(private.StoredTexts)
	if stored == nil {
		stored = map[string]string{}
	}
	keep := func(at, text string, prior types.String) string {
		kept := resourcekit.KeepAddress(prior, text)
		if kept != text {
			stored[strings.ReplaceAll(at, "*", "="+kept)] = text
		}
		return kept
	}
	known.Hostname = keep("/hostname", row.Hostname, m.Hostname)
	known.IPAddress = keep("/ip_address", row.IPAddress, m.IPAddress)
	known.AssignedIPAddresses = make([]string, len(row.AssignedIPAddresses))
	for i, text := range row.AssignedIPAddresses {
		prior, _ := elementAt(m.AssignedIPAddresses, i).(types.String)
		known.AssignedIPAddresses[i] = keep("/assigned_ip_addresses/*", text, prior)
	}
	known.Nameservers = make([]whmcs.Nameserver, len(row.Nameservers))
	for i, nameserver := range row.Nameservers {
		prior, _ := elementAt(m.Nameservers, i).(types.Object)
		hostname, _ := prior.Attributes()["hostname"].(types.String)
		address, _ := prior.Attributes()["ip_address"].(types.String)
		at := "/nameservers/" + strconv.Itoa(i)
		known.Nameservers[i] = whmcs.Nameserver{
			Hostname: keep(at+"/hostname", nameserver.Hostname, hostname), IPAddress: keep(at+"/ip_address", nameserver.IPAddress, address),
		}
	}
	private.StoredTexts = stored
	return &known
}

// elementAt returns an element of a list; nil if the list has none at this place.
func elementAt(list types.List, i int) attr.Value {
	if i < len(list.Elements()) {
		return list.Elements()[i]
	}
	return nil
}
