package dialects

import (
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // the style signs with MD5
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

var styles = map[string]style{
	"envelope-200":  envelope200,
	"login-token":   loginToken,
	"md5-sorted":    md5Sorted,
	"hmac-headers":  hmacHeaders,
	"json-rpc":      jsonRPC,
	"sha256-form":   sha256Form,
	"get-for-all":   getForAll,
	"rest-resource": restResource,
	"next-links":    nextLinks,
	"cookie-cursor": cookieCursor,
}

// envelope200: everything is a POST with a JSON body that holds the credentials. Every response has the HTTP
// status 200. An update returns null, a creation the id alone, and a missing object is an empty list.
var envelope200 = style{
	names: map[string]map[string]string{
		"key": {"id": "id", "label": "title", "ips": "ip_list", "key": "appid", "secret": "appsecret"},
		"package": {"id": "id", "name": "title", "memory": "memory", "ips": "ip_num", "disks": "disk_list",
			"collect": "auto_collect"},
		"server": {"id": "id", "label": "sn", "user": "member.nickname", "usage": "use_type", "package": "plan",
			"ip": "main_ip", "memory": "memory"},
	},
	out: func(kind, field string, value any) any {
		switch {
		case kind == "server" && field == "package" && value == 0:
			return []any{}
		case kind == "server" && field == "package":
			return map[string]any{"id": value, "title": "E3"}
		case kind == "key" && field == "ips":
			return strings.Join(texts(value), ",")
		}
		return value
	},
	in: func(kind, field string, value any) any {
		if kind == "key" && field == "ips" {
			return split(text(value), ",")
		}
		return value
	},
	authentic: func(_ *Server, _ *http.Request, body []byte) bool {
		given := object(body)
		return given["app_id"] == Key && given["app_secret"] == Secret
	},
	parse: func(r *http.Request, body []byte) call {
		given := object(body)
		path, ok := strings.CutPrefix(r.URL.Path, "/index.php/api/")
		if !ok || r.Method != http.MethodPost {
			return call{}
		}
		size := number(given["limit"])
		return call{
			op: strings.ReplaceAll(path, "/", "."), id: text(given["id"]), in: given,
			size: size, offset: (number(given["page"]) - 1) * size,
			servers: texts(given["ids"]), packageID: text(given["plan_id"]),
		}
	},
	reply: func(w http.ResponseWriter, c call, done result) {
		var data any
		switch {
		case c.verb() == "list":
			data = map[string]any{"rows": done.list, "total": done.total}
		case c.op == "key.create":
			data = done.row
		case c.verb() == "create":
			data = done.id
		case c.verb() == "get":
			data = done.row
		}
		send(w, http.StatusOK, map[string]any{"code": 1, "msg": "操作成功", "data": data})
	},
	refuse: func(w http.ResponseWriter, c call, why refusal) {
		if why.status == http.StatusNotFound && c.verb() == "get" {
			send(w, http.StatusOK, map[string]any{"code": 1, "msg": "操作成功", "data": []any{}})
			return
		}
		send(w, http.StatusOK, map[string]any{"code": -why.status, "msg": why.message, "data": nil})
	},
}

// loginToken: REST with a login. Pages are counted from 0, ids are text, sizes are in MB, and a token serves 9
// requests.
var loginToken = style{
	names: map[string]map[string]string{
		"key": {"id": "id", "label": "name", "ips": "allowedIps", "key": "clientId", "secret": "clientSecret"},
		"package": {"id": "id", "name": "name", "memory": "memoryMb", "ips": "ipCount", "disks": "disks",
			"collect": "autoCollect"},
		"server": {"id": "id", "label": "hostname", "user": "tenant", "usage": "state", "package": "packageId",
			"memory": "memoryMb", "ip": "primaryIp"},
	},
	out: func(kind, field string, value any) any {
		switch {
		case field == "id":
			return text(value)
		case field == "package" && value == 0:
			return nil
		case field == "package":
			return text(value)
		case field == "memory" && kind == "server":
			return number(value)*1024 - 300 // as measured
		case field == "memory":
			return number(value) * 1024
		case field == "user" && value == "":
			return nil
		}
		return value
	},
	in: func(_, field string, value any) any {
		if n := number(value); field == "memory" && n%1024 == 0 {
			return n / 1024
		}
		return value
	},
	login: func(s *Server, w http.ResponseWriter, r *http.Request, body []byte) bool {
		if r.URL.Path != "/v2/auth/token" {
			return false
		}
		given := object(body)
		if given["clientId"] != Key || given["clientSecret"] != Secret || given["grantType"] != "client_credentials" {
			send(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client", "detail": "Unknown client."})
			return true
		}
		s.uses++
		s.token = fmt.Sprintf("jwt-%d-%d", s.uses, time.Now().UnixNano())
		s.uses = 0
		send(w, http.StatusOK, map[string]any{"accessToken": s.token, "expiresIn": 3600})
		return true
	},
	authentic: func(s *Server, r *http.Request, _ []byte) bool {
		s.uses++
		return s.token != "" && r.Header.Get("Authorization") == "Bearer "+s.token && s.uses < 10
	},
	parse: func(r *http.Request, body []byte) call {
		steps := strings.Split(strings.TrimPrefix(r.URL.Path, "/v2/"), "/")
		size := number(r.URL.Query().Get("size"))
		c := call{in: object(body), size: size, offset: number(r.URL.Query().Get("page")) * size}
		kind := map[string]string{"api-clients": "key", "packages": "package", "servers": "server"}[steps[0]]
		switch len(steps) {
		case 1:
			c.op = kind + map[string]string{http.MethodGet: ".list", http.MethodPost: ".create"}[r.Method]
		case 2:
			c.id = steps[1]
			c.op = kind + map[string]string{http.MethodGet: ".get", http.MethodPatch: ".update",
				http.MethodDelete: ".delete"}[r.Method]
		case 4:
			c.packageID, c.servers = steps[1], []string{steps[3]}
			c.op = map[string]string{http.MethodPut: "server.bind", http.MethodDelete: "server.unbind"}[r.Method]
		}
		return c
	},
	reply: func(w http.ResponseWriter, c call, done result) {
		switch c.verb() {
		case "list":
			send(w, http.StatusOK, map[string]any{"content": done.list,
				"totalPages": (done.total + c.size - 1) / c.size})
		case "create":
			created := map[string]any{"id": text(done.id)}
			for _, name := range []string{"clientId", "clientSecret"} {
				if value, ok := done.row[name]; ok {
					created[name] = value
				}
			}
			send(w, http.StatusCreated, created)
		case "get":
			send(w, http.StatusOK, done.row)
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	},
	refuse: func(w http.ResponseWriter, _ call, why refusal) {
		code := strings.ToLower(strings.ReplaceAll(http.StatusText(why.status), " ", "_"))
		send(w, why.status, map[string]any{"error": code, "detail": why.message})
	},
}

// md5Sorted: one address, forms, and an upper-case MD5 over the sorted parameters between two secrets. Lists are
// objects with numbers as names, an empty list is "", single objects cannot be read, and numbers are text.
var md5Sorted = style{
	names: map[string]map[string]string{
		"key": {"id": "kid", "label": "remark", "ips": "ips", "key": "akey", "secret": "asecret"},
		"package": {"id": "pid", "name": "pname", "memory": "mem", "ips": "ipnum", "disks": "disks",
			"collect": "scan"},
		"server": {"id": "sid", "label": "code", "user": "owner", "usage": "flag", "package": "pid",
			"memory": "mem", "ip": "ip"},
	},
	out: func(kind, field string, value any) any {
		switch {
		case field == "usage":
			return map[string]string{"rented": "2", "idle": "1", "faulty": "9"}[text(value)]
		case field == "collect":
			return map[bool]string{true: "1", false: "0"}[value == true]
		case field == "disks" || kind == "key" && field == "ips":
			return numbered(value)
		}
		return text(value)
	},
	authentic: func(_ *Server, r *http.Request, body []byte) bool {
		given := parameters(r, body)
		sign := given.Get("sign")
		given.Del("sign")
		var joined string
		for _, name := range sortedNames(given) {
			joined += name + given.Get(name)
		}
		at, err := time.ParseInLocation(time.DateTime, given.Get("timestamp"), time.FixedZone("", 8*60*60))
		sum := md5.Sum([]byte(Secret + joined + Secret)) //nolint:gosec // the style signs with MD5
		return given.Get("app_key") == Key && isRecent(at, err) && sign == fmt.Sprintf("%X", sum)
	},
	parse: func(r *http.Request, body []byte) call {
		given := parameters(r, body)
		size := number(given.Get("n"))
		op, ok := strings.CutPrefix(given.Get("method"), "dcim.")
		if !ok || r.URL.Path != "/gateway" || strings.HasSuffix(op, ".get") {
			return call{}
		}
		return call{
			op: op, id: given.Get("oid"), in: nested(given), size: size, offset: (number(given.Get("p")) - 1) * size,
			servers: texts(split(given.Get("sids"), ",")), packageID: given.Get("pid"),
		}
	},
	reply: func(w http.ResponseWriter, c call, done result) {
		answer := map[string]any{"status": "1", "info": "ok"}
		switch c.verb() {
		case "list":
			answer["list"] = numbered(done.list)
		case "create":
			answer["kid"], answer["pid"] = text(done.id), text(done.id)
			for _, name := range []string{"akey", "asecret"} {
				if value, is := done.row[name]; is {
					answer[name] = value
				}
			}
		}
		send(w, http.StatusOK, answer)
	},
	refuse: func(w http.ResponseWriter, _ call, why refusal) {
		send(w, http.StatusOK, map[string]any{"status": "0", "info": why.message})
	},
}

// hmacHeaders is REST with bare lists and objects. Headers hold an HMAC over date, path, query and body. Rows are
// skipped, and disks are JSON in a text.
var hmacHeaders = style{
	names: map[string]map[string]string{
		"key": {"id": "ID", "label": "Name", "ips": "Sources", "key": "AccessKey", "secret": "SecretKey"},
		"package": {"id": "ID", "name": "Name", "memory": "MemoryGiB", "ips": "AddressCount", "disks": "Disks",
			"collect": "Collect"},
		"server": {"id": "ID", "label": "Name", "user": "Owner.Name", "usage": "Usage", "package": "Package.ID",
			"package_name": "Package.Name", "memory": "MemoryGiB", "ip": "Address"},
	},
	out: func(_, field string, value any) any {
		if field == "disks" {
			encoded, _ := json.Marshal(value)
			return string(encoded)
		}
		return value
	},
	in: func(_, field string, value any) any {
		if field == "disks" {
			var list []any
			if json.Unmarshal([]byte(text(value)), &list) != nil {
				return "no list"
			}
			return list
		}
		return value
	},
	authentic: func(_ *Server, r *http.Request, body []byte) bool {
		at, err := http.ParseTime(r.Header.Get("X-Date"))
		lines := []string{r.Method, r.URL.Path, r.URL.RawQuery, r.Header.Get("X-Date"),
			fmt.Sprintf("%x", sha256.Sum256(body))}
		mac := hmac.New(sha256.New, []byte(Secret))
		_, _ = mac.Write([]byte(strings.Join(lines, "\n")))
		return isRecent(at, err) &&
			r.Header.Get("Authorization") == "HMAC "+Key+":"+base64.StdEncoding.EncodeToString(mac.Sum(nil))
	},
	parse: func(r *http.Request, body []byte) call {
		steps := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
		given := object(body)
		c := call{in: given, size: number(r.URL.Query().Get("limit")), offset: number(r.URL.Query().Get("offset"))}
		kind := map[string]string{"keys": "key", "packages": "package", "servers": "server"}[steps[0]]
		switch {
		case len(steps) == 1:
			c.op = kind + map[string]string{http.MethodGet: ".list", http.MethodPost: ".create"}[r.Method]
		case r.URL.Path == "/servers/assign" && r.Method == http.MethodPost:
			c.op, c.servers, c.packageID = "server.bind", texts(given["servers"]), text(given["package"])
			if c.packageID == "none" {
				c.packageID = "0"
			}
		default:
			c.id = steps[1]
			c.op = kind + map[string]string{http.MethodGet: ".get", http.MethodPut: ".update",
				http.MethodDelete: ".delete"}[r.Method]
		}
		return c
	},
	reply: func(w http.ResponseWriter, c call, done result) {
		switch c.verb() {
		case "list":
			send(w, http.StatusOK, done.list)
		case "create":
			send(w, http.StatusCreated, done.row)
		case "get", "update":
			send(w, http.StatusOK, done.row)
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	},
	refuse: func(w http.ResponseWriter, _ call, why refusal) {
		code := strings.ReplaceAll(http.StatusText(why.status), " ", "")
		send(w, why.status, map[string]any{"error": map[string]any{"code": code, "message": why.message}})
	},
}

// jsonRPC: JSON-RPC 2.0 with basic authentication and nested parameters.
var jsonRPC = style{
	names: map[string]map[string]string{
		"key": {"id": "id", "label": "label", "ips": "acl", "key": "login", "secret": "password"},
		"package": {"id": "id", "name": "name", "memory": "spec.memory", "ips": "spec.addresses",
			"disks": "spec.disks", "collect": "spec.collect"},
		"server": {"id": "id", "label": "name", "user": "customer", "usage": "usage", "package": "package_id",
			"memory": "spec.memory", "ip": "spec.address"},
	},
	authentic: func(_ *Server, r *http.Request, _ []byte) bool {
		user, password, ok := r.BasicAuth()
		return ok && user == Key && password == Secret
	},
	parse: func(r *http.Request, body []byte) call {
		given := object(body)
		params, _ := given["params"].(map[string]any)
		if r.URL.Path != "/rpc" || given["jsonrpc"] != "2.0" || text(given["id"]) != "1" {
			return call{}
		}
		return call{
			op: text(given["method"]), id: text(params["id"]), in: params,
			offset: number(params["offset"]), size: number(params["limit"]),
			servers: texts(params["servers"]), packageID: text(params["package"]),
		}
	},
	reply: func(w http.ResponseWriter, c call, done result) {
		var found any = true
		switch c.verb() {
		case "list":
			found = map[string]any{"items": done.list, "count": done.total}
		case "get":
			found = done.row
		case "create":
			found = map[string]any{"id": done.id}
			if c.kind() == "key" {
				found = map[string]any{"id": done.id, "login": done.row["login"], "password": done.row["password"]}
			}
		}
		send(w, http.StatusOK, map[string]any{"jsonrpc": "2.0", "id": 1, "result": found})
	},
	refuse: func(w http.ResponseWriter, _ call, why refusal) {
		send(w, http.StatusOK, map[string]any{"jsonrpc": "2.0", "id": 1,
			"error": map[string]any{"code": -32000 - why.status, "message": why.message}})
	},
}

// sha256Form has forms and queries with a SHA-256 over http_build_query of the sorted parameters. Responses have the
// number of pages and rates in kbps. A separate operation unbinds.
var sha256Form = style{
	names: map[string]map[string]string{
		"key": {"id": "id", "label": "name", "ips": "whitelist", "key": "api_key", "secret": "api_secret"},
		"package": {"id": "id", "name": "name", "memory": "ram", "ips": "ip_total", "disks": "hdd",
			"collect": "auto"},
		"server": {"id": "id", "label": "hostname", "user": "client.name", "usage": "type", "package": "group.id",
			"package_name": "group.name", "memory": "ram", "ip": "ips.0"},
	},
	out: func(_, field string, value any) any {
		switch field {
		case "collect":
			return map[bool]string{true: "on", false: "off"}[value == true]
		case "ips", "memory", "id":
			if list, ok := value.([]any); ok {
				return list
			}
			return text(value)
		}
		return value
	},
	in: func(_, field string, value any) any {
		if field == "collect" {
			return value == "on"
		}
		return value
	},
	authentic: func(_ *Server, r *http.Request, body []byte) bool {
		given := parameters(r, body)
		sign := given.Get("sign")
		given.Del("sign")
		ms, err := strconv.ParseInt(given.Get("ts"), 10, 64)
		signed := strings.ReplaceAll(given.Encode(), "~", "%7E") + "&secret=" + Secret
		return given.Get("key") == Key && isRecent(time.UnixMilli(ms), err) &&
			sign == fmt.Sprintf("%x", sha256.Sum256([]byte(signed)))
	},
	parse: func(r *http.Request, body []byte) call {
		given := parameters(r, body)
		op, ok := strings.CutPrefix(r.URL.Path, "/client/api/")
		if !ok {
			return call{}
		}
		size := number(given.Get("per_page"))
		in := nested(given)
		return call{
			op: strings.ReplaceAll(op, "/", "."), id: given.Get("id"), in: in,
			size: size, offset: (number(given.Get("page")) - 1) * size,
			servers: texts(in["hosts"]), packageID: given.Get("group"),
		}
	},
	reply: func(w http.ResponseWriter, c call, done result) {
		var data any
		switch c.verb() {
		case "list":
			data = map[string]any{"list": done.list, "pages": (done.total + c.size - 1) / c.size}
			for _, row := range done.list {
				shown, _ := row.(map[string]any)
				ips, isObject := shown["ips"].(map[string]any)
				if isObject {
					shown["ips"] = []any{ips["0"]}
				}
			}
		case "get", "create", "update":
			data = done.row
			if ips, isObject := done.row["ips"].(map[string]any); isObject {
				done.row["ips"] = []any{ips["0"]}
			}
		}
		send(w, http.StatusOK, map[string]any{"success": true, "message": "", "data": data})
	},
	refuse: func(w http.ResponseWriter, _ call, why refusal) {
		send(w, http.StatusOK, map[string]any{"success": false, "message": why.message, "errno": why.status,
			"data": nil, "errors": []any{why.message}})
	},
}

// getForAll: everything is a GET with the credentials in the query. Sizes have their unit, booleans are yes and
// no, and a write returns nothing but its success.
var getForAll = style{
	names: map[string]map[string]string{
		"key": {"id": "key_id", "label": "label", "ips": "ip", "key": "hash", "secret": "pass"},
		"package": {"id": "package_id", "name": "package", "memory": "ram", "ips": "ips", "disks": "disk",
			"collect": "scan"},
		"server": {"id": "server_id", "label": "server", "user": "username", "usage": "status",
			"package": "package_id", "memory": "ram", "ip": "ip"},
	},
	out: func(kind, field string, value any) any {
		switch {
		case field == "collect":
			return map[bool]string{true: "yes", false: "no"}[value == true]
		case field == "memory":
			return text(value) + " GB"
		case field == "disks":
			return value
		case field == "ips" && kind == "key":
			return strings.Join(texts(value), " ")
		}
		return text(value)
	},
	in: func(kind, field string, value any) any {
		switch {
		case field == "collect":
			return value == "yes"
		case field == "ips" && kind == "key":
			return split(text(value), " ")
		}
		return value
	},
	authentic: func(_ *Server, r *http.Request, _ []byte) bool {
		return r.URL.Query().Get("api_user") == Key && r.URL.Query().Get("api_pass") == Secret
	},
	parse: func(r *http.Request, _ []byte) call {
		given := r.URL.Query()
		if r.URL.Path != "/admin/command.php" || r.Method != http.MethodGet {
			return call{}
		}
		return call{
			op: given.Get("cmd"), id: given.Get("of"), in: nested(given),
			servers: []string{given.Get("server")}, packageID: given.Get("package_id"),
		}
	},
	reply: func(w http.ResponseWriter, c call, done result) {
		answer := map[string]any{"result": "success"}
		switch {
		case c.verb() == "list" && len(done.list) > 0:
			answer[c.kind()] = done.list
		case c.verb() == "list":
			answer[c.kind()] = map[string]any{}
		case c.verb() == "get", c.op == "key.create":
			answer[c.kind()] = done.row
		}
		send(w, http.StatusOK, answer)
	},
	refuse: func(w http.ResponseWriter, _ call, why refusal) {
		send(w, http.StatusOK, map[string]any{"result": "error", "message": why.message})
	},
}

// restResource: REST in the manner of Laravel: data, meta, 422 with messages by field, and the binding as an
// update of the server.
var restResource = style{
	names: map[string]map[string]string{
		"key": {"id": "id", "label": "name", "ips": "allowed_ips", "key": "key", "secret": "secret"},
		"package": {"id": "id", "name": "name", "memory": "memory", "ips": "ip_count", "disks": "disks",
			"collect": "collect"},
		"server": {"id": "id", "label": "label", "user": "customer.name", "usage": "usage",
			"package": "package_id", "memory": "memory", "ip": "main_ip"},
	},
	out: func(_, field string, value any) any {
		if field == "package" && value == 0 {
			return nil
		}
		return value
	},
	authentic: func(_ *Server, r *http.Request, _ []byte) bool {
		return r.Header.Get("Authorization") == "Bearer "+Key+"|"+Secret
	},
	parse: func(r *http.Request, body []byte) call {
		steps := strings.Split(strings.Trim(strings.TrimPrefix(r.URL.Path, "/api"), "/"), "/")
		given := object(body)
		size := number(r.URL.Query().Get("per_page"))
		c := call{in: given, size: size, offset: (max(number(r.URL.Query().Get("page")), 1) - 1) * size}
		kind := map[string]string{"tokens": "key", "packages": "package", "servers": "server"}[steps[0]]
		switch {
		case len(steps) == 1:
			c.op = kind + map[string]string{http.MethodGet: ".list", http.MethodPost: ".create"}[r.Method]
		case kind == "server" && r.Method == http.MethodPatch:
			c.op, c.servers, c.packageID = "server.bind", []string{steps[1]}, text(given["package_id"])
		default:
			c.id = steps[1]
			c.op = kind + map[string]string{http.MethodGet: ".get", http.MethodPut: ".update",
				http.MethodDelete: ".delete"}[r.Method]
		}
		return c
	},
	reply: func(w http.ResponseWriter, c call, done result) {
		switch c.verb() {
		case "list":
			send(w, http.StatusOK, map[string]any{"data": done.list,
				"meta": map[string]any{"last_page": max(1, (done.total+c.size-1)/c.size)}})
		case "create":
			send(w, http.StatusCreated, map[string]any{"data": done.row})
		case "get", "update":
			send(w, http.StatusOK, map[string]any{"data": done.row})
		case "bind":
			send(w, http.StatusOK, map[string]any{"message": "Saved."})
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	},
	refuse: func(w http.ResponseWriter, _ call, why refusal) {
		answer := map[string]any{"message": why.message}
		if why.field != "" {
			answer["errors"] = map[string]any{why.field: []any{why.message}}
		}
		send(w, why.status, answer)
	},
}

// nextLinks is REST in the style of Django. The links to the next page name another host. The whole response of an
// error is its messages by field. A binding of many servers is a list of objects.
var nextLinks = style{
	names: map[string]map[string]string{
		"key": {"id": "id", "label": "description", "ips": "allowed_ips", "key": "key", "secret": "token"},
		"package": {"id": "id", "name": "name", "memory": "memory", "ips": "ip_count", "disks": "disks",
			"collect": "collect"},
		"server": {"id": "id", "label": "name", "user": "tenant.name", "usage": "status.value", "package": "role.id",
			"package_name": "role.name", "memory": "memory", "ip": "primary_ip.address"},
	},
	out: func(kind, field string, value any) any {
		if kind == "key" && field == "ips" {
			networks := []any{}
			for _, address := range texts(value) {
				networks = append(networks, address+"/32")
			}
			return networks
		}
		return value
	},
	authentic: func(_ *Server, r *http.Request, _ []byte) bool {
		return r.Header.Get("Authorization") == "Token "+Secret
	},
	parse: func(r *http.Request, body []byte) call {
		path, ok := strings.CutPrefix(r.URL.Path, "/api/dcim/")
		steps := strings.Split(strings.TrimSuffix(path, "/"), "/")
		if !ok || !strings.HasSuffix(path, "/") {
			return call{}
		}
		query := r.URL.Query()
		c := call{in: object(body), offset: number(query.Get("offset")), size: min(max(number(query.Get("limit")), 1), 3)}
		kind := map[string]string{"tokens": "key", "packages": "package", "servers": "server"}[steps[0]]
		switch {
		case kind == "server" && len(steps) == 1 && r.Method == http.MethodPatch:
			c.op = "server.bind"
			for _, element := range list(body) {
				row, _ := element.(map[string]any)
				c.servers, c.packageID = append(c.servers, text(row["id"])), text(row["role"])
			}
		case len(steps) == 1:
			c.op = kind + map[string]string{http.MethodGet: ".list", http.MethodPost: ".create"}[r.Method]
		default:
			c.id = steps[1]
			c.op = kind + map[string]string{http.MethodGet: ".get", http.MethodPatch: ".update",
				http.MethodDelete: ".delete"}[r.Method]
		}
		return c
	},
	reply: func(w http.ResponseWriter, c call, done result) {
		switch c.verb() {
		case "list":
			var next any
			if end := c.offset + c.size; end < done.total {
				next = fmt.Sprintf("http://backend.internal:8001/api/dcim/?limit=%d&offset=%d", c.size, end)
			}
			send(w, http.StatusOK, map[string]any{"count": done.total, "next": next, "previous": nil, "results": done.list})
		case "create":
			send(w, http.StatusCreated, done.row)
		case "get", "update":
			send(w, http.StatusOK, done.row)
		case "bind":
			send(w, http.StatusOK, []any{})
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	},
	refuse: func(w http.ResponseWriter, _ call, why refusal) {
		if why.status == http.StatusUnprocessableEntity {
			send(w, http.StatusBadRequest, map[string]any{why.field: []any{why.message}})
			return
		}
		send(w, why.status, map[string]any{"detail": why.message})
	},
}

// cookieCursor: a session in a cookie, with a token for writes, which serves 9 requests. A cursor leads to the next
// page, and the last page has none. Requests hold lists of objects, and a binding is a list of ids.
var cookieCursor = style{
	names: map[string]map[string]string{
		"key": {"id": "id", "label": "label", "ips": "sources", "key": "name", "secret": "secret"},
		"package": {"id": "id", "name": "title", "memory": "ram", "ips": "addresses", "disks": "storage",
			"collect": "scan"},
		"server": {"id": "id", "label": "hostname", "user": "owner", "usage": "state", "package": "package",
			"memory": "ram", "ip": "addresses.0"},
	},
	out: func(kind, field string, value any) any {
		switch {
		case kind == "key" && field == "ips":
			sources := []any{}
			for _, address := range texts(value) {
				sources = append(sources, map[string]any{"cidr": address})
			}
			return sources
		case field == "package" && value == 0:
			return -1
		}
		return value
	},
	in: func(kind, field string, value any) any {
		if kind != "key" || field != "ips" {
			return value
		}
		addresses := []any{}
		sources, _ := elements(value)
		for _, source := range sources {
			row, _ := source.(map[string]any)
			addresses = append(addresses, text(row["cidr"]))
		}
		return addresses
	},
	login: func(s *Server, w http.ResponseWriter, r *http.Request, body []byte) bool {
		if r.URL.Path != "/json/session" {
			return false
		}
		form, _ := url.ParseQuery(string(body))
		if form.Get("username") != Key || form.Get("password") != Secret {
			send(w, http.StatusUnauthorized, map[string]any{"reason": "Login failed.", "status": "denied"})
			return true
		}
		s.token, s.uses = fmt.Sprintf("s%d", time.Now().UnixNano()), 0
		http.SetCookie(w, &http.Cookie{Name: "PANELSID", Value: s.token, Path: "/", HttpOnly: true})
		send(w, http.StatusOK, map[string]any{"user": map[string]any{"CSRFPreventionToken": "csrf-" + s.token}})
		return true
	},
	authentic: func(s *Server, r *http.Request, _ []byte) bool {
		s.uses++
		cookie, err := r.Cookie("PANELSID")
		return err == nil && s.token != "" && cookie.Value == s.token && s.uses < 10 &&
			(r.Method == http.MethodGet || r.Header.Get("X-Csrf-Token") == "csrf-"+s.token)
	},
	parse: func(r *http.Request, body []byte) call {
		steps := strings.Split(strings.TrimPrefix(r.URL.Path, "/json/"), "/")
		given := object(body)
		rows, _ := elements(given["rows"])
		c := call{size: 3, in: map[string]any{}}
		if len(rows) == 1 {
			c.in, _ = rows[0].(map[string]any)
		}
		if from, err := base64.RawURLEncoding.DecodeString(r.URL.Query().Get("cursor")); err == nil {
			c.offset = number(string(from))
		}
		kind := map[string]string{"apikeys": "key", "packages": "package", "servers": "server"}[steps[0]]
		switch {
		case len(steps) == 3 && steps[2] == "servers":
			c.packageID, c.servers = steps[1], texts(list(body))
			c.op = map[string]string{http.MethodPost: "server.bind", http.MethodDelete: "server.unbind"}[r.Method]
		case len(steps) == 2:
			c.id, c.op = steps[1], kind+map[string]string{http.MethodGet: ".get", http.MethodDelete: ".delete"}[r.Method]
		default:
			c.id = text(c.in["id"])
			c.op = kind + map[string]string{http.MethodGet: ".list", http.MethodPost: ".create",
				http.MethodPut: ".update"}[r.Method]
		}
		return c
	},
	reply: func(w http.ResponseWriter, c call, done result) {
		for _, row := range append([]any{done.row}, done.list...) {
			shown, _ := row.(map[string]any)
			if addresses, isObject := shown["addresses"].(map[string]any); isObject {
				shown["addresses"] = []any{addresses["0"]}
			}
		}
		switch c.verb() {
		case "list":
			meta := map[string]any{}
			if end := c.offset + c.size; end < done.total {
				meta["next_cursor"] = base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(end)))
			}
			send(w, http.StatusOK, map[string]any{"rows": done.list, "meta": meta})
		case "create", "update":
			send(w, http.StatusOK, map[string]any{"rows": []any{done.row}})
		case "get":
			send(w, http.StatusOK, done.row)
		default:
			send(w, http.StatusOK, map[string]any{"status": "ok"})
		}
	},
	refuse: func(w http.ResponseWriter, _ call, why refusal) {
		send(w, why.status, map[string]any{"reason": why.message, "status": "denied"})
	},
}

// parameters returns the parameters of a request, wherever it has them.
func parameters(r *http.Request, body []byte) url.Values {
	if r.Method == http.MethodGet {
		return r.URL.Query()
	}
	form, _ := url.ParseQuery(string(body))
	return form
}

func sortedNames(values url.Values) []string {
	var names []string
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// numbered returns a list as an object with numbers as names, and an empty one as "".
func numbered(value any) any {
	list, _ := elements(value)
	if len(list) == 0 {
		return ""
	}
	out := map[string]any{}
	for i, element := range list {
		out[strconv.Itoa(i)] = element
	}
	return out
}

func split(joined, separator string) []any {
	list := []any{}
	for part := range strings.SplitSeq(joined, separator) {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}
