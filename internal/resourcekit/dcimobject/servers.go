package dcimobject

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
)

// ServerName is how messages call a server.
func ServerName(s dcim.Server) string { return fmt.Sprintf("%s (id %s)", s.Label, s.ID) }

// mostNames bounds what a message lists.
const mostNames = 10

// Some lists texts, a long list only in part.
func Some(texts []string) string {
	if len(texts) > mostNames+1 {
		return strings.Join(texts[:mostNames], ", ") + fmt.Sprintf(", and %d more", len(texts)-mostNames)
	}
	return strings.Join(texts, ", ")
}

// ServerNames names servers, a long list only in part.
func ServerNames(servers []dcim.Server) string {
	names := make([]string, len(servers))
	for i, s := range servers {
		names[i] = ServerName(s)
	}
	return Some(names)
}

// SameServer makes sure that a server is the one that the state was last read from, which was labelled mark. Another label alone is another
// label; another label at another host is another DCIM, where the ids are the same and the servers are not.
func SameServer[M any](c *Call[M], now dcim.Server) bool {
	if !c.Moved() || c.Mark == "" || c.Mark == now.Label {
		return true
	}
	c.Diagnostics.AddError("Another DCIM answered", fmt.Sprintf(
		"The state belongs to the DCIM at %s. Under the id %s the DCIM at %s has the server %q, and the state was made with %q. Nothing was changed. Point the provider at the right DCIM; or remove the resource from state.",
		c.Host, now.ID, c.Client.Host(), now.Label, c.Mark))
	return false
}

// Customer says who has the server: the customer's name, or the usage type that tells that somebody has it.
func Customer(s dcim.Server) string {
	if s.AssignedUser != "" {
		return s.AssignedUser
	}
	return "usage type " + s.UsageType
}

// WarnFaulty warns of those servers that the DCIM marks as broken: with a package they may be sold.
func WarnFaulty(diags *diag.Diagnostics, attribute string, servers ...dcim.Server) {
	faulty := slices.DeleteFunc(slices.Clone(servers), func(s dcim.Server) bool { return !s.Faulty() })
	switch len(faulty) {
	case 0:
	case 1:
		diags.AddAttributeWarning(path.Root(attribute), "The server is faulty", "The DCIM marks the server "+ServerName(faulty[0])+" as faulty. Bound to a package it may be sold.")
	default:
		diags.AddAttributeWarning(path.Root(attribute), "Servers are faulty", "The DCIM marks these servers as faulty: "+ServerNames(faulty)+". Bound to a package they may be sold.")
	}
}
