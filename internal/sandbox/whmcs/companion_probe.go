package whmcs

import (
	"context"
	"slices"
	"strings"
)

// testConnection runs the connection test of a server's module with candidate values. Nothing is stored. The module
// runs without the store's lock, because it may call another system of the sandbox.
func (w *WHMCS) testConnection(ctx context.Context, q *request) (map[string]any, *failure) {
	values, id := q.object("values"), int64(0)
	if q.fields["id"] != nil {
		id = q.id("id")
	}
	if refused := w.checkWrite(q, "test_connection"); refused != nil {
		return nil, refused
	}
	var module string
	var candidate connection
	var refused *failure
	w.env.View(func() {
		module, candidate, refused = w.candidate(values, id)
	})
	if refused != nil {
		return nil, refused
	}
	if serverModules[module].test == nil {
		return nil, unsupported(errorAt("module", "The server module %s has no connection test", module))
	}
	payload := map[string]any{"success": true, "error": ""}
	if err := serverModules[module].test(ctx, candidate); err != nil {
		payload["success"], payload["error"] = false, err.Error()
	}
	return payload, nil
}

// candidate merges the given values into those of a stored server. It requires only the values of a connection.
func (w *WHMCS) candidate(values map[string]any, id int64) (string, connection, *failure) {
	t := w.begin()
	row := t.row(serverKind.table, id)
	if id != 0 && row == nil {
		return "", connection{}, notFound(serverKind.name, text(id))
	}
	attempt := &write{t: t, k: &serverKind, id: id, prior: row}
	if refused := attempt.parse(values); refused != nil {
		return "", connection{}, refused
	}
	checkServer(attempt)
	module, _ := attempt.values["module"].(string)
	if module == "" {
		module = row["type"]
	}
	if module == "" {
		attempt.reject("module", "is required")
	}
	if refused := attempt.refusal(); refused != nil {
		return "", connection{}, refused
	}
	if !t.installed(module) {
		return "", connection{}, unsupported(errorAt("module", "%s", missingModule("servers", module)))
	}
	get := func(name string) any {
		if v, given := attempt.values[name]; given {
			return v
		}
		f := serverKind.field(name)
		if f.secret != nil {
			return f.secret(t, row)
		}
		return f.read(t, id, row)
	}
	port, _ := get("port").(int64)
	return module, connection{
		hostname: cast[string](get("hostname")), ip: cast[string](get("ip_address")), username: cast[string](get("username")),
		password: cast[string](get("password")), secure: cast[bool](get("secure")), port: port,
	}, nil
}

// refuseSecretsForOtherAddress refuses a write or a connection test that would send a stored secret to an address other
// than the stored one. For another address, the request must contain the secret.
func refuseSecretsForOtherAddress(attempt *write) {
	if attempt.prior == nil || attempt.deleting {
		return
	}
	moved := slices.DeleteFunc([]string{"module", "hostname", "ip_address", "port", "secure"}, func(name string) bool {
		v, given := attempt.values[name]
		return !given || same(v, attempt.k.field(name).read(attempt.t, attempt.id, attempt.prior))
	})
	if len(moved) == 0 {
		return
	}
	secrets := []string{"password", "access_hash"}
	members := hashMembers(attempt.prior)
	_, hasPrefix := members["username_prefix"].(string)
	if _, hasFormat := members["hostname_format"].(string); hasPrefix && hasFormat && len(members) == 2 {
		secrets = secrets[:1] // the settings of the TopLink module are not secret
	}
	for _, name := range secrets {
		if _, given := attempt.values[name]; !given && !attempt.unknown[name] && attempt.k.field(name).secret(attempt.t, attempt.prior) != "" {
			attempt.reject(name, "must be sent again, because %s changes. Otherwise WHMCS would send the stored secret to another address", strings.Join(moved, ", "))
		}
	}
}
