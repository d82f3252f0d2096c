package dcim

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

const (
	noPackages  = `{"data":[],"meta":{"last_page":1}}`
	twoPackages = `{"data":[{"id":7,"name":"E3"},{"id":8,"name":"E5"}],"meta":{"last_page":1}}`
	createLine  = `{"method": "POST", "path": "/packages"}`
	updateLine  = `{"method": "PUT", "path": "/packages/{id}"}`
)

func answersWith(answer string, more ...string) []string {
	return append([]string{
		createLine, `{"method": "POST", "path": "/packages", "answer": "` + answer + `"}`,
		updateLine, `{"method": "PUT", "path": "/packages/{id}", "answer": "` + answer + `"}`,
	}, more...)
}

// TestAnswers: what the response to a creation or an update lacks is read.
func TestAnswers(t *testing.T) {
	t.Parallel()
	created := false
	serve := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			answersNow := map[string]string{
				"GET /packages": noPackages, "GET /packages/7": `{"data":{"id":7,"name":"E3"}}`,
				"POST /packages": answer, "PUT /packages/7": answer,
			}
			if created {
				answersNow["GET /packages"] = twoPackages
			}
			created = created || r.Method == http.MethodPost
			responds(t, answersNow)(w, r)
		}
	}
	for name, c := range map[string]struct{ says, answer string }{
		"id alone":             {answerID, `{"data":7}`},
		"id as text":           {answerID, `{"data":"7"}`},
		"id in an object":      {answerID, `{"data":{"id":7}}`},
		"nothing":              {answerNone, `{"data":null}`},
		"nothing, as a list":   {answerNone, `{"data":[]}`},
		"nothing, as a bool":   {answerNone, `{"data":true}`},
		"the object after all": {answerID, `{"data":{"id":7,"name":"E3"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			created = false
			client := withProfile(t, serve(c.answer), append(answersWith(c.says), onlyNames(t)...)...)
			made, err := client.CreatePackage(t.Context(), Package{Name: "E3"}, false)
			require.NoError(t, err)
			assert.Equal(t, Package{ID: "7", Name: "E3"}, made)
			updated, err := client.UpdatePackage(t.Context(), made)
			require.NoError(t, err)
			assert.Equal(t, made, updated)
		})
	}
}

// TestAnswers_undeclared: the error of a response without the object names the member of the profile.
func TestAnswers_undeclared(t *testing.T) {
	t.Parallel()
	client := withProfile(t, responds(t, map[string]string{"PUT /packages/7": `{"data":null}`}), onlyNames(t)...)
	_, err := client.UpdatePackage(t.Context(), Package{ID: "7", Name: "E3"})
	require.ErrorContains(t, err, "If the DCIM does not return the object, set operations.packages.update.answer")
	client = withProfile(t, responds(t, map[string]string{"GET /packages": noPackages, "POST /packages": `{"data":null}`}),
		append(answersWith(answerID), onlyNames(t)...)...)
	_, err = client.CreatePackage(t.Context(), Package{Name: "E3"}, false)
	var lost *creation.LostError
	require.ErrorAs(t, err, &lost)
	require.ErrorContains(t, err, `there is no id at "data" (envelope.data_path)`)
}

// TestAnswers_unread: a write that succeeded is a success even if the object cannot be read after it.
func TestAnswers_unread(t *testing.T) {
	t.Parallel()
	handler := func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && r.URL.Path != "/api/v1/packages" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		responds(t, map[string]string{"GET /packages": noPackages, "POST /packages": `{"data":7}`, "PUT /packages/7": `{}`})(w, r)
	}
	client := withProfile(t, handler, append(answersWith(answerID), onlyNames(t)...)...)
	made, err := client.CreatePackage(t.Context(), Package{Name: "E3"}, false)
	var unread *ReadBackError
	require.ErrorAs(t, err, &unread)
	assert.Equal(t, Package{ID: "7", Name: "E3"}, made)
	updated, err := client.UpdatePackage(t.Context(), Package{ID: "7", Name: "E5"})
	require.ErrorAs(t, err, &unread)
	assert.Equal(t, Package{ID: "7", Name: "E5"}, updated)
}

// TestAnswers_notFoundByName: without an id in the response, exactly one new object of the name must appear.
func TestAnswers_notFoundByName(t *testing.T) {
	t.Parallel()
	client := withProfile(t, responds(t, map[string]string{"GET /packages": noPackages, "POST /packages": `{}`}),
		append(answersWith(answerNone), onlyNames(t)...)...)
	_, err := client.CreatePackage(t.Context(), Package{Name: "E3"}, false)
	var lost *creation.LostError
	require.ErrorAs(t, err, &lost)
	require.ErrorContains(t, err, `the list shows 0 new objects with the name "E3", not one`)
}

// TestAnswers_secret: the response to the creation of a key holds id and secret, and the rest is read.
func TestAnswers_secret(t *testing.T) {
	t.Parallel()
	client := withProfile(t, responds(t, map[string]string{
		"GET /system-api-keys": noPackages, "POST /system-api-keys": `{"data":{"id":3,"secret":"shown-once"}}`,
		"GET /system-api-keys/3": `{"data":{"id":3,"label":"whmcs","ip":"192.0.2.1","key":"the-key"}}`,
	}), `{"method": "POST", "path": "/system-api-keys"}`, `{"method": "POST", "path": "/system-api-keys", "answer": "id"}`)
	key, err := client.CreateAPIKey(t.Context(), "whmcs", []string{"192.0.2.1"}, false)
	require.NoError(t, err)
	assert.Equal(t, APIKey{ID: "3", Label: "whmcs", IPAddresses: []string{"192.0.2.1"}, Key: "the-key", Secret: "shown-once"}, key)
	assert.Equal(t, transport.Mask, client.Redact("shown-once"))
}

// TestAnswers_secretBeside: the response to the creation of a key may hold the secret beside the object.
func TestAnswers_secretBeside(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ answer, path, create string }{
		"beside the object": {
			`{"data":{"id":3,"label":"whmcs","ip":"192.0.2.1","key":"the-key"},"plainTextToken":"shown-once"}`, "plainTextToken", "",
		},
		"in another object": {
			`{"data":{"id":3,"label":"whmcs","ip":"192.0.2.1","key":"the-key"},"meta":{"secret":"shown-once"}}`, "meta.secret", "",
		},
		"beside the id alone": {`{"data":3,"secret":"shown-once"}`, "secret", `, "answer": "id"`},
		"in both":             {`{"data":{"id":3,"secret":"shown-once"},"secret":"no"}`, "secret", `, "answer": "id"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := withProfile(t, responds(t, map[string]string{
				"GET /system-api-keys": noPackages, "POST /system-api-keys": c.answer,
				"GET /system-api-keys/3": `{"data":{"id":3,"label":"whmcs","ip":"192.0.2.1","key":"the-key"}}`,
			}), `{"method": "POST", "path": "/system-api-keys"}`, `{"method": "POST", "path": "/system-api-keys"`+c.create+`}`,
				`"secret": {"path": "secret"`, `"secret": {"path": "`+c.path+`"`)
			key, err := client.CreateAPIKey(t.Context(), "whmcs", []string{"192.0.2.1"}, false)
			require.NoError(t, err)
			assert.Equal(t, APIKey{
				ID: "3", Label: "whmcs", IPAddresses: []string{"192.0.2.1"}, Key: "the-key", Secret: "shown-once",
			}, key)
			assert.Equal(t, transport.Mask, client.Redact("shown-once"))
		})
	}
}

// TestWithoutGet: without an operation for single objects, they are read from the list.
func TestWithoutGet(t *testing.T) {
	t.Parallel()
	client := withProfile(t, responds(t, map[string]string{"GET /packages": twoPackages}),
		append(onlyNames(t), `"packages.get": {"method": "GET", "path": "/packages/{id}"},`, ``)...)
	p, err := client.GetPackage(t.Context(), "8")
	require.NoError(t, err)
	assert.Equal(t, Package{ID: "8", Name: "E5"}, p)
	_, err = client.GetPackage(t.Context(), "9")
	require.ErrorIs(t, err, transport.ErrNotFound)
}

// TestEmptyObject: an empty object is "not found" only if the list confirms it.
func TestEmptyObject(t *testing.T) {
	t.Parallel()
	for _, empty := range []string{`null`, `[]`, `{}`, `""`} {
		client := withProfile(t, responds(t, map[string]string{
			"GET /packages": twoPackages, "GET /packages/8": `{"data":` + empty + `}`, "GET /packages/9": `{"data":` + empty + `}`,
		}), onlyNames(t)...)
		_, err := packageKind.get(t.Context(), client, "9")
		require.ErrorIs(t, err, transport.ErrNotFound, empty)
		_, err = packageKind.get(t.Context(), client, "8")
		require.ErrorIs(t, err, ErrProfile, empty)
		require.NotErrorIs(t, err, transport.ErrNotFound, empty)
	}
}

// TestUnassign: unbinding has an operation of its own, and ids may be in the path.
func TestUnassign(t *testing.T) {
	t.Parallel()
	var sent []string
	handler := func(w http.ResponseWriter, r *http.Request) {
		sent = append(sent, r.Method+" "+r.URL.Path)
		w.WriteHeader(http.StatusNoContent)
	}
	assignLine := `"servers.assign_package": {"method": "POST", "path": "/servers/assign-package", "servers_field": "server_ids", "package_field": "package_id", "none": null, "max": 500}`
	client := withProfile(t, handler, assignLine, `"servers.assign_package": {"method": "PUT", "path": "/packages/{package}/servers/{server}"},
    "servers.unassign_package": {"method": "DELETE", "path": "/packages/{package}/servers/{server}"}`)
	require.NoError(t, client.AssignPackage(t.Context(), []string{"101", "102"}, "7"))
	require.NoError(t, client.UnassignPackage(t.Context(), []string{"101"}, "7"))
	assert.Equal(t, []string{"PUT /api/v1/packages/7/servers/101", "PUT /api/v1/packages/7/servers/102", "DELETE /api/v1/packages/7/servers/101"}, sent)
}

// TestEmptyBody: an update whose response has no body is a success if the profile says so. A 204 under a
// profile with a success flag is a success too.
func TestEmptyBody(t *testing.T) {
	t.Parallel()
	status := http.StatusOK
	handler := func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			responds(t, map[string]string{"GET /packages/7": `{"code":0,"data":{"7":{"id":7,"name":"E3"}}}`})(w, r)
			return
		}
		w.WriteHeader(status)
	}
	client := withProfile(t, handler, append(answersWith(answerNone), onlyNames(t)...)...)
	updated, err := client.UpdatePackage(t.Context(), Package{ID: "7", Name: "E3"})
	require.NoError(t, err)
	assert.Equal(t, Package{ID: "7", Name: "E3"}, updated)
	require.ErrorIs(t, client.DeletePackage(t.Context(), "7"), transport.ErrUnconfirmed)

	status = http.StatusNoContent
	client = withProfile(t, handler, append(withSuccess, onlyNames(t)...)...)
	require.NoError(t, client.DeletePackage(t.Context(), "7"))
}

// TestNullIsSuccess: a member that is absent, or null, from a success may be an object in a failure.
func TestNullIsSuccess(t *testing.T) {
	t.Parallel()
	for body, says := range map[string]string{
		`{"data":{"id":7,"name":"E3"}}`:                       "",
		`{"data":{"id":7,"name":"E3"},"error":null}`:          "",
		`{"data":{"id":7,"name":"E3"},"error":[]}`:            "",
		`{"data":{"id":7,"name":"E3"},"error":{}}`:            "",
		`{"data":{"id":7,"name":"E3"},"error":""}`:            "",
		`{"error":{"text":"Busy"},"data":null}`:               "Busy",
		`{"error":"x","data":null}`:                           "(envelope.message_path)",
		`{"error":{"text":"ok"},"data":{"id":7,"name":"E3"}}`: "(envelope.success.values)",
	} {
		client := withProfile(t, responds(t, map[string]string{"GET /packages/7": body, "GET /packages": noPackages}), append(onlyNames(t),
			`"data_path": "data",`, `"success": {"path": "error", "values": [null]}, "data_path": "data",`,
			`"message_path": "message"`, `"message_path": "error.text"`)...)
		p, err := client.GetPackage(t.Context(), "7")
		if says == "" {
			require.NoError(t, err, body)
			assert.Equal(t, Package{ID: "7", Name: "E3"}, p)
			continue
		}
		require.ErrorContains(t, err, says, body)
	}
}

// TestNoPackage: the id that requests send for no package means none in a response too.
func TestNoPackage(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, "https://dcim.example.net")
	assign := client.profile.Operations[opAssign]
	row := map[string]any{}
	for _, f := range client.profile.Fields[objectServer] {
		_ = setPath(row, f.Path, nil) // package.id and package.name share an object
	}
	row["id"], row["power_status"], row["package"] = "1", "on", map[string]any{"id": "-1", "name": nil}
	for none, want := range map[any]string{nil: "-1", "-1": "", "0": "-1"} {
		assign.None = none
		client.profile.Operations[opAssign] = assign
		server, err := client.server("servers.get", row)
		require.NoError(t, err)
		assert.Equal(t, want, server.PackageID)
	}
}
