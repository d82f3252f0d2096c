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

// spoilt are responses that a working WHMCS does not return.
func spoilt() map[string]sandbox.Fault {
	payload := func(text string) sandbox.Fault {
		return sandbox.Fault{Body: `{"result":"success","payload":"` + base64.StdEncoding.EncodeToString([]byte(text)) + `"}`}
	}
	return map[string]sandbox.Fault{
		"null":                      {Body: `null`},
		"a list":                    {Body: `[]`},
		"an empty object":           {Body: `{}`},
		"success without a payload": {Body: `{"result":"success"}`},
		"a payload that is none":    {Body: `{"result":"success","payload":"%%%"}`},
		"a payload of null":         payload(`null`),
		"a payload that is a list":  payload(`[1,2]`),
		"a payload of other types":  payload(`{"installation":1,"protocol":"x","modules":[],"evidence":{},"objects":"none"}`),
		"an error without a word":   {Body: `{"result":"error"}`},
		"server error":              {Status: http.StatusInternalServerError},
		"a page":                    {HTML: true},
		"nothing":                   {Empty: true},
		"half an answer":            {Truncate: 20},
		"hang-up":                   {Reset: true},
		"permission":                {Status: http.StatusForbidden, Body: `{"result":"error","message":"Invalid Permissions: API action is not allowed"}`},
	}
}

// TestAccPreflight_spoilt: a finding reports each spoilt response, from any request on. The preflight does not fail,
// writes nothing and shows no secret.
func TestAccPreflight_spoilt(t *testing.T) {
	for name, fault := range spoilt() {
		t.Run(name, func(t *testing.T) {
			acctest.Each(t, acctest.Options{SandboxOnly: "faults are the sandbox's"}, func(t *testing.T, env *acctest.Env) {
				env.AtHome(t)
				server(t, env, nil)
				p := env.Protocol(t, acctest.Settings{"whmcs": object{"max_retries": 0}})
				for nth := 1; nth <= 6; nth++ { // five calls, and the connection test
					fault.System, fault.Nth, fault.Times = "whmcs", nth, -1
					env.Sandbox.Journal().Reset()
					repair := env.Sandbox.AddFault(fault)
					found := p.Preflight(t, dataSource, object{"test_server_ids": []any{"1"}})
					repair()
					where := fmt.Sprintf("from call %d on: %s", nth, found.Text())
					noSecrets(t, env, found)
					requests := env.Sandbox.Journal().Requests()
					if nth <= len(requests) {
						assert.NotEmpty(t, found.Failed(), where)
						assert.False(t, found.OK, where)
					}
					for _, request := range requests {
						assert.False(t, request.Write && request.Op != "info" && request.Op != "test_connection", "%s: %+v", where, request)
					}
				}
			})
		})
	}
}
