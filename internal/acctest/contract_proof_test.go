package acctest_test

import (
	"strings"

	"github.com/stretchr/testify/assert"
)

// storable are the texts that the installation's tables can hold. An old one refuses characters beyond the first
// 65,536.
func (c *contract) storable(texts ...string) []string {
	c.Helper()
	tables, _ := c.read(object{"op": "info"})["tables"].(object)
	if groups, found := tables["tblproductgroups"].(object); found && groups["charset"] == "utf8mb4" {
		return texts
	}
	var kept []string
	for _, text := range texts {
		if !strings.ContainsFunc(text, func(r rune) bool { return r > 0xffff }) {
			kept = append(kept, text)
			continue
		}
		c.refused(c.tryWrite(object{"op": "create", "kind": "product_group", "values": object{"name": text, "tagline": text}}), "invalid", "name", "tagline")
	}
	return kept
}

// contractProofCases are differences between the two hosts, and between them and the protocol, that larger tests found.
var contractProofCases = []struct {
	name string
	test func(c *contract)
}{
	{"the settings of a TopLink server are no secret that keeps it at its address", func(c *contract) {
		id, _ := c.create("server", object{
			"name": "Moving", "module": "toplink_dcim", "hostname": "127.0.0.1", "ip_address": "127.0.0.1", "port": 1, "secure": false, "password": "Canary-stored",
			"toplink_dcim": object{"username_prefix": "p", "hostname_format": "{label}"},
		})
		moved := object{"op": "test_connection", "id": id, "values": object{"port": 2, "password": "Canary-given"}}
		c.has(c.write(moved), object{"success": false}) // the port is closed
		c.refused(c.tryWrite(object{"op": "test_connection", "id": id, "values": object{"port": 2}}), "invalid", "password")
		// Other keys of the hash may be secrets.
		c.env.WHMCS.Set(c, "tblservers", id, "accesshash", `{"username_prefix":"p","hostname_format":"{label}","token":"Canary-token"}`)
		o := c.refused(c.tryWrite(moved), "invalid", "access_hash")
		assert.NotContains(c, o.Raw, "Canary")
	}},
}
