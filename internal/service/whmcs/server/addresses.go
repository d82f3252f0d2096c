package server

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/address"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
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

// elementAt returns an element of a list, or nil if the list has none at this place.
func elementAt(list types.List, i int) attr.Value {
	if i < len(list.Elements()) {
		return list.Elements()[i]
	}
	return nil
}

// checkAddresses refuses new host names and IP addresses that are not valid. WHMCS accepts any text, and the module
// fails later.
func checkAddresses(w *whmcsobject.Write[model]) {
	prior := w.Prior
	if prior == nil {
		prior = &model{}
	}
	checkHostname(w, path.Root("hostname"), w.Plan.Hostname, prior.Hostname)
	checkAddress(w, path.Root("ip_address"), w.Plan.IPAddress, prior.IPAddress)
	for i, element := range w.Plan.AssignedIPAddresses.Elements() {
		text, known := element.(types.String)
		if !known || text.IsUnknown() || slices.ContainsFunc(prior.AssignedIPAddresses.Elements(), text.Equal) || address.IsSome(text.ValueString()) {
			continue
		}
		resourcekit.AddAttributeError(w.Diagnostics, path.Root("assigned_ip_addresses").AtListIndex(i), "Invalid IP address",
			fmt.Sprintf("%q is not an IP address, a network such as 192.0.2.0/24 or a range such as 192.0.2.1-192.0.2.9.", text.ValueString()))
	}
	for i, element := range w.Plan.Nameservers.Elements() {
		if slices.ContainsFunc(prior.Nameservers.Elements(), element.Equal) {
			continue
		}
		object, _ := element.(types.Object)
		at := path.Root("nameservers").AtListIndex(i)
		hostname, _ := object.Attributes()["hostname"].(types.String)
		checkHostname(w, at.AtName("hostname"), hostname, types.StringNull())
		one, _ := object.Attributes()["ip_address"].(types.String)
		checkAddress(w, at.AtName("ip_address"), one, types.StringNull())
	}
}

func checkAddress(w *whmcsobject.Write[model], at path.Path, text, prior types.String) {
	if text.ValueString() != "" && !text.Equal(prior) && !address.IsOne(text.ValueString()) {
		resourcekit.AddAttributeError(w.Diagnostics, at, "Invalid IP address", fmt.Sprintf("%q is not an IP address.", text.ValueString()))
	}
}

// likeAddress matches text that looks like an IP address and not like a host name.
var likeAddress = regexp.MustCompile(`^([0-9]+(\.[0-9]+){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$`)

func checkHostname(w *whmcsobject.Write[model], at path.Path, text, prior types.String) {
	name := text.ValueString()
	const summary = "Invalid host name"
	switch {
	case name == "" || text.Equal(prior):
	case strings.Contains(name, "://"):
		_, rest, _ := strings.Cut(name, "://")
		host, _, _ := strings.Cut(rest, "/")
		resourcekit.AddAttributeError(w.Diagnostics, at, summary, fmt.Sprintf("%q is a URL. Set only the host name: %q. Use the attributes secure and port for the connection.", name, host))
	case strings.ContainsAny(name, " \t\n"):
		resourcekit.AddAttributeError(w.Diagnostics, at, summary, fmt.Sprintf("%q has white space.", name))
	case likeAddress.MatchString(name) && !address.IsOne(name):
		resourcekit.AddAttributeError(w.Diagnostics, at, "Invalid IP address", fmt.Sprintf("%q is not an IP address.", name))
	case strings.Contains(name, "/"):
		w.Diagnostics.AddAttributeWarning(at, "The host name has a path", fmt.Sprintf("%q has a path. Most modules expect only the host name.", name))
	}
}
