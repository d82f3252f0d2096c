package panelobject

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
)

// PackageName names the package of a server. The DCIM may show its id alone.
func PackageName(s dcim.Server) string {
	if s.PackageName == "" {
		return "with the id " + s.PackageID
	}
	return fmt.Sprintf("%q (id %s)", s.PackageName, s.PackageID)
}

// ServerName names a server in messages: "node-1 (id 7)".
func ServerName(s dcim.Server) string { return fmt.Sprintf("%s (id %s)", s.Label, s.ID) }

// mostNames is the number of names that a shortened list contains.
const mostNames = 10

// ShortList joins up to 11 texts. It shortens a longer list to mostNames texts.
func ShortList(texts []string) string {
	if len(texts) > mostNames+1 {
		return strings.Join(texts[:mostNames], ", ") + fmt.Sprintf(", and %d more", len(texts)-mostNames)
	}
	return strings.Join(texts, ", ")
}

// ServerNames names servers, and shortens a long list.
func ServerNames(servers []dcim.Server) string {
	names := make([]string, len(servers))
	for i, s := range servers {
		names[i] = ServerName(s)
	}
	return ShortList(names)
}

// SameServer checks that a server is the one that the state was last read from. A new label on the same host is a
// rename. A new label on another host means another DCIM, in which another server has the same id.
func SameServer[M any](c *Call[*dcim.Client, M], now dcim.Server) bool {
	if !c.Moved() || c.Mark == "" || c.Mark == now.Label {
		return true
	}
	c.Diagnostics.AddError("The provider is connected to another DCIM", fmt.Sprintf(
		"The state belongs to the DCIM at %s. Under the id %s the DCIM at %s has the server %q, and the state has %q. Nothing was changed. Correct the provider's configuration, or remove the resource from the state.",
		c.Host, now.ID, c.Client.Host(), now.Label, c.Mark))
	return false
}

// Customer names the customer of a server, or its usage type when the DCIM does not name the customer.
func Customer(s dcim.Server) string {
	if s.AssignedUser != "" {
		return s.AssignedUser
	}
	return "usage type " + s.UsageType
}

// WarnFaulty warns of servers that the DCIM marks as faulty, because WHMCS may sell a server that has a package.
func WarnFaulty(diags *diag.Diagnostics, attribute string, servers ...dcim.Server) {
	faulty := slices.DeleteFunc(slices.Clone(servers), func(s dcim.Server) bool { return !s.Faulty() })
	switch len(faulty) {
	case 0:
	case 1:
		diags.AddAttributeWarning(path.Root(attribute), "The server is faulty", "The DCIM marks the server "+ServerName(faulty[0])+" as faulty. If the server has a package, WHMCS may sell it.")
	default:
		diags.AddAttributeWarning(path.Root(attribute), "Servers are faulty", "The DCIM marks these servers as faulty: "+ServerNames(faulty)+". If a faulty server has a package, WHMCS may sell it.")
	}
}
