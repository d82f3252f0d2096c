package companion_test

import (
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// The activity log is an admin page. It is not known whether every version of WHMCS escapes the log there. A name
// must therefore not be a way to run a script in an administrator's browser.
func TestActivityLogHoldsNoMarkup(t *testing.T) {
	t.Parallel()
	const script = `<script src="//evil.example.com"></script>`
	w := newWHMCS(t, testhost.Options{})
	id, _ := w.create("product_group", object{"name": script})
	w.ok(w.update("product_group", id, object{}, object{"name": script + "2"}))
	w.create("server", object{"name": script, "module": "samplevps", "hostname": script})
	w.post(w.form("TerraformWrite", object{"op": "test_connection", "values": object{"module": "samplevps", "hostname": script}}))
	log, err := w.ActivityLog()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(log, "\n")
	if strings.ContainsAny(text, `<>"`) {
		t.Errorf("markup in the activity log: %s", text)
	}
	if strings.Count(text, "&lt;script") < 4 {
		t.Errorf("the activity log does not tell of the writes: %s", text)
	}
}
