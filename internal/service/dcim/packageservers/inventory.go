package packageservers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/panelobject"
)

// inventory holds all servers of a DCIM at one moment, by id.
type inventory map[string]dcim.Server

func readInventory(ctx context.Context, client *dcim.Client) (inventory, error) {
	servers, err := client.ListServers(ctx)
	if err != nil {
		return nil, err
	}
	all := make(inventory, len(servers))
	for _, s := range servers {
		all[s.ID] = s
	}
	return all, nil
}

// having returns those ids whose servers have the package.
func (all inventory) having(ids []string, packageID string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return all[id].PackageID != packageID })
}

// bound returns the servers of a model that have its package: those in server_ids, or after an import all.
func (all inventory) bound(m *model) []string {
	ids := m.servers()
	if m.ServerIDs.IsNull() {
		for id := range all {
			ids = append(ids, id)
		}
		slices.SortFunc(ids, byNumber)
	}
	return all.having(ids, m.ID.ValueString())
}

// filter returns the servers with these ids that keep accepts. It ignores ids that the DCIM does not have.
func (all inventory) filter(ids []string, keep func(dcim.Server) bool) []dcim.Server {
	var found []dcim.Server
	for _, id := range ids {
		if s, ok := all[id]; ok && keep(s) {
			found = append(found, s)
		}
	}
	return found
}

// unknown returns those ids that the DCIM does not have.
func (all inventory) unknown(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		_, ok := all[id]
		return ok
	})
}

// mark returns a hash of the labels of the model's servers. In another DCIM the same ids are those of other servers.
func (all inventory) mark(m *model) string {
	hash := sha256.New()
	for _, id := range m.servers() {
		fmt.Fprintf(hash, "%s %q\n", id, all[id].Label)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// names names servers for a message, and shortens a long list. A server that the DCIM does not have is named by its
// id.
func (all inventory) names(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = "id " + id
		if s, ok := all[id]; ok {
			names[i] = panelobject.ServerName(s)
		}
	}
	return panelobject.ShortList(names)
}

// everyID lists all ids, for messages after which the user has to act on each of them.
func everyID(ids []string) string { return strings.Join(ids, ", ") }
