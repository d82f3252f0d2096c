package acctest_test

import "github.com/stretchr/testify/assert"

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
		c.has(c.write(moved), object{"success": false}) // nobody listens there
		c.refused(c.tryWrite(object{"op": "test_connection", "id": id, "values": object{"port": 2}}), "invalid", "password")
		// What else the hash holds may well be one.
		c.env.WHMCS.Set(c, "tblservers", id, "accesshash", `{"username_prefix":"p","hostname_format":"{label}","token":"Canary-token"}`)
		o := c.refused(c.tryWrite(moved), "invalid", "access_hash")
		assert.NotContains(c, o.Raw, "Canary")
	}},
}
