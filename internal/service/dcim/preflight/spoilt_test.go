package preflight_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// spoilt are responses that a working DCIM does not return.
var spoilt = map[string]sandbox.Fault{
	"null":                    {Body: `null`},
	"a number":                {Body: `404`},
	"a list":                  {Body: `[]`},
	"an empty object":         {Body: `{}`},
	"a list of other things":  {Body: `{"status":"ok","code":0,"data":[1,"two",null],"result":{"rows":[[]],"count":1}}`},
	"a count beyond all":      {Body: `{"status":"ok","code":0,"data":[],"meta":{"last_page":99999999999999999999},"result":{"rows":[],"count":99999999999999999999}}`},
	"an error without a word": {Status: http.StatusTeapot, Body: `{}`},
	"server error":            {Status: http.StatusInternalServerError},
	"forbidden":               {Status: http.StatusForbidden, Body: `{"message":"No."}`},
	"a page":                  {HTML: true},
	"nothing":                 {Empty: true},
	"half an answer":          {Truncate: 20},
	"hang-up":                 {Reset: true},
}

// TestAccPreflight_spoilt: a finding reports each spoilt response, from any request on. The preflight does not fail,
// writes nothing and shows no secret.
func TestAccPreflight_spoilt(t *testing.T) {
	for name, fault := range spoilt {
		t.Run(name, func(t *testing.T) {
			acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
				addPackage(t, env)
				fault := fault // the profiles run side by side
				for nth := 1; nth <= 9; nth++ {
					fault.System, fault.Nth, fault.Times = "dcim", nth, -1
					env.Sandbox.Journal().Reset()
					repair := env.Sandbox.AddFault(fault)
					found := preflight(t, env, object{"max_retries": 0})
					repair()
					where := fmt.Sprintf("from call %d on: %s", nth, found.Text())
					requests := env.Sandbox.Journal().Requests()
					if nth <= len(requests) {
						assert.NotEmpty(t, found.Failed(), where)
						assert.False(t, found.OK, where)
					}
					for _, request := range requests {
						assert.False(t, request.Write, "%s: %+v", where, request)
					}
				}
			})
		})
	}
}
