package preflight_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// payload is a success of the companion.
func payload(text string) string {
	return `{"result":"success","payload":"` + base64.StdEncoding.EncodeToString([]byte(text)) + `"}`
}

// Neither system returns one of these responses when it works.
var answers = map[string]sandbox.Fault{
	"null":                      {Body: `null`},
	"a list":                    {Body: `[]`},
	"an empty object":           {Body: `{}`},
	"data of another form":      {Body: `{"data":[1,"two",null,{"id":[]}],"meta":{"last_page":"many"}}`},
	"a payload of null":         {Body: payload(`null`)},
	"a payload of other types":  {Body: payload(`{"installation":1,"addon":5,"rows":{},"settings":{},"tables":[]}`)},
	"a row of other types":      {Body: payload(`{"installation":"x","protocol":1,"addon":"solusvm2","settings":[],"rows":[{"id":"1"}]}`)},
	"server error":              {Status: http.StatusInternalServerError},
	"a page":                    {HTML: true},
	"half an answer":            {Truncate: 20},
	"hang-up":                   {Reset: true},
	"a secret in the complaint": {Status: http.StatusUnprocessableEntity, Body: `{"message":"Bearer canary-token-1 is not welcome","result":"error"}`},
}

// TestAccPreflight_answers: a finding reports each spoilt response of either system, from any request on. The
// preflight does not fail, writes nothing and shows no secret.
func TestAccPreflight_answers(t *testing.T) {
	for name, fault := range answers {
		t.Run(name, func(t *testing.T) {
			options := panelOnly
			options.Sandbox.SolusVM2.Token = "canary-token-1"
			acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
				setUp(t, env)
				p := env.Protocol(t, acctest.Settings{"whmcs": object{"max_retries": 0}})
				for system, calls := range map[string]int{"solusvm2": 12, "whmcs": 9} {
					for nth := 1; nth <= calls; nth++ {
						fault := fault
						fault.System, fault.Nth, fault.Times = system, nth, -1
						env.Sandbox.Journal().Reset()
						repair := env.Sandbox.AddFault(fault)
						found := p.Preflight(t, dataSource, nil)
						repair()
						where := fmt.Sprintf("%s, from call %d on: %s", system, nth, found.Text())
						noSecrets(t, env, found)
						// Whether the landing page may be written is for information: the last call of WHMCS spoils nothing.
						if system != "whmcs" || nth < calls {
							assert.NotEmpty(t, found.Failed(), where)
							assert.False(t, found.OK, where)
						}
						for _, request := range env.Sandbox.Journal().Requests() {
							assert.False(t, request.Write, "%s: %+v", where, request)
						}
					}
				}
			})
		})
	}
}
