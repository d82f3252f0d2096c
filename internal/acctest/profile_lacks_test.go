package acctest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// TestAccProfileLacks: what a change needs and the wire profile lacks is refused in the plan.
func TestAccProfileLacks(t *testing.T) {
	type object = map[string]any
	key, pack := object{"label": "WHMCS"}, object{"name": "E3", "memory_gb": 32}
	binding, bulk := object{"server_id": "104", "package_id": "1"}, object{"package_id": "1", "server_ids": []any{"104", "105"}}
	for _, c := range []struct {
		name, lacks, typeName string
		made, config          object // made is created with the whole profile before, or nil
		says                  string // "" if the plan is not refused
	}{
		{"create a key", "operations/api_keys.create", "hosting_dcim_api_key", nil, key, `no operation "api_keys.create"`},
		{"look for its label", "operations/api_keys.list", "hosting_dcim_api_key", nil, key, `no operation "api_keys.list"`},
		{"update a key", "operations/api_keys.update", "hosting_dcim_api_key", key, object{"label": "Billing"}, `no operation "api_keys.update"`},
		{"delete a key", "operations/api_keys.delete", "hosting_dcim_api_key", key, nil, `no operation "api_keys.delete"`},
		{"rotate a key", "operations/api_keys.delete", "hosting_dcim_api_key", key, object{"label": "WHMCS", "rotation_triggers": object{"a": "b"}}, `no operation "api_keys.delete"`},
		{"create a package", "operations/packages.create", "hosting_dcim_package", nil, pack, `no operation "packages.create"`},
		{"write a field", "fields/package/memory_gb", "hosting_dcim_package", nil, pack, `Add fields.package.memory_gb`},
		{"update a package", "operations/packages.update", "hosting_dcim_package", pack, object{"name": "E5"}, `no operation "packages.update"`},
		{"delete a package", "operations/packages.delete", "hosting_dcim_package", pack, nil, `no operation "packages.delete"`},
		{"look for its servers", "operations/servers.list", "hosting_dcim_package", pack, nil, `no operation "servers.list"`},
		{"bind a server", "operations/servers.assign_package", "hosting_dcim_server_binding", nil, binding, `no operation "servers.assign_package"`},
		{"unbind a server", "operations/servers.assign_package", "hosting_dcim_server_binding", binding, nil, `no operation "servers.unassign_package"`},
		{"bind servers", "operations/servers.assign_package", "hosting_dcim_package_servers", nil, bulk, `no operation "servers.assign_package"`},
		{"list servers", "operations/servers.list", "hosting_dcim_package_servers", nil, bulk, `no operation "servers.list"`},
		{"unused: update", "operations/packages.update", "hosting_dcim_package", nil, pack, ""},
		{"unused: delete", "operations/api_keys.delete", "hosting_dcim_api_key", nil, key, ""},
		{"replaced: get", "operations/packages.get", "hosting_dcim_package", pack, object{"name": "E5"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			acctest.Each(t, acctest.Options{SandboxOnly: "the objects live in the DCIM"}, func(t *testing.T, env *acctest.Env) {
				var made *acctest.Instance
				if c.made != nil {
					made = env.Protocol(t).Do(t, c.typeName, nil, c.made)
				}
				var profile object
				require.NoError(t, json.Unmarshal([]byte(env.ProfileText(t)), &profile))
				steps := strings.Split(c.lacks, "/")
				at := profile
				for _, step := range steps[:len(steps)-1] {
					at, _ = at[step].(object)
				}
				require.Contains(t, at, steps[len(steps)-1])
				delete(at, steps[len(steps)-1])
				text, err := json.Marshal(profile)
				require.NoError(t, err)

				env.Sandbox.Journal().Reset()
				p := env.Protocol(t, acctest.Settings{"dcim": object{"profile": string(text)}})
				planned, diagnostics := p.PlanChange(t, c.typeName, made, c.config)
				messages := strings.Join(acctest.Messages(diagnostics), "\n")
				if c.says == "" {
					require.Empty(t, messages)
					_, diagnostics = p.Apply(t, planned)
					require.Empty(t, acctest.Messages(diagnostics))
					return
				}
				require.Nil(t, planned)
				require.Contains(t, messages, "The wire profile does not describe a request that the plan needs")
				require.Contains(t, messages, c.says)
				require.Zero(t, env.Sandbox.Journal().CountWrites("dcim"))
			})
		})
	}
}
