package packageservers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/dcimobject"
)

// inventory is all servers of a DCIM at one moment, by id.
type inventory map[string]dcim.Server

func list(ctx context.Context, client *dcim.Client) (inventory, error) {
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

// having are those of the ids whose servers have the package.
func (all inventory) having(ids []string, packageID string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return all[id].PackageID != packageID })
}

// bound are the servers of a model that have its package: those of server_ids, or after an import all.
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

// filter are the servers of the ids that keep accepts; ids that the DCIM does not have are none.
func (all inventory) filter(ids []string, keep func(dcim.Server) bool) []dcim.Server {
	var found []dcim.Server
	for _, id := range ids {
		if s, ok := all[id]; ok && keep(s) {
			found = append(found, s)
		}
	}
	return found
}

// unknown are the ids of which the DCIM has no server.
func (all inventory) unknown(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		_, ok := all[id]
		return ok
	})
}

// mark stands for the labels of the model's servers. Another DCIM has the same ids, and under them other servers.
func (all inventory) mark(m *model) string {
	hash := sha256.New()
	for _, id := range m.servers() {
		fmt.Fprintf(hash, "%s %q\n", id, all[id].Label)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// names calls servers as messages do, a long list only in part; those that the DCIM does not have by their ids alone.
func (all inventory) names(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = "id " + id
		if s, ok := all[id]; ok {
			names[i] = dcimobject.ServerName(s)
		}
	}
	return dcimobject.Some(names)
}

// everyID lists ids that somebody has to do something about, however many they are.
func everyID(ids []string) string { return strings.Join(ids, ", ") }
