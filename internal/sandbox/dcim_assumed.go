package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// assumedDialect is the sandbox's named assumption of the DCIM's wire format, which is not public: JSON under /api/v1 in the Laravel
// tradition.
type assumedDialect struct{}

const assumedKeysPath = "/api/v1/system-api-keys"

func (assumedDialect) parse(r *http.Request, body []byte) dcimRequest {
	request := dcimRequest{key: r.Header.Get("X-Api-Key"), secret: r.Header.Get("X-Api-Secret")}
	rest, below := strings.CutPrefix(r.URL.Path, assumedKeysPath)
	if !below || rest != "" && !strings.HasPrefix(rest, "/") {
		return request
	}
	id, single := strings.CutPrefix(rest, "/")
	if single {
		if !idForm.MatchString(id) {
			return request
		}
		request.id = number(id)
	}
	request.kind = kindAPIKey
	request.op = map[string]map[bool]string{
		http.MethodGet:    {false: "list", true: "get"},
		http.MethodPost:   {false: "create"},
		http.MethodPut:    {true: "update"},
		http.MethodDelete: {true: "delete"},
	}[r.Method][single]
	request.page, request.perPage = max(queryNumber(r, "page", 1), 1), queryNumber(r, "per_page", standardPage)
	if request.perPage < 1 {
		request.perPage = standardPage
	}
	request.perPage = min(request.perPage, maxPage)
	if request.op == "create" || request.op == "update" {
		var form struct {
			Label *string `json:"label"`
			IP    *string `json:"ip"`
		}
		request.malformed = json.Unmarshal(body, &form) != nil
		request.label, request.ip = form.Label, form.IP
	}
	return request
}

func queryNumber(r *http.Request, name string, standard int64) int64 {
	const most = 1 << 31
	n, err := strconv.ParseInt(r.URL.Query().Get(name), 10, 64)
	if err != nil || n > most {
		return standard
	}
	return n
}

func (assumedDialect) render(request dcimRequest, result dcimResult) reply {
	message := map[string]any{"message": result.message}
	switch result.outcome {
	case outcomeWrongHost:
		return reply{status: http.StatusNotFound, contentType: "text/html", body: []byte("<html><body><h1>404 Not Found</h1></body></html>\n")}
	case outcomeMalformed:
		return jsonReply(http.StatusBadRequest, message)
	case outcomeDenied:
		return jsonReply(http.StatusUnauthorized, message)
	case outcomeForbidden:
		return jsonReply(http.StatusForbidden, message)
	case outcomeNotFound:
		return jsonReply(http.StatusNotFound, message)
	case outcomeNotAllowed:
		return jsonReply(http.StatusMethodNotAllowed, message)
	case outcomeConflict:
		return jsonReply(http.StatusConflict, message)
	case outcomeInvalid:
		return jsonReply(http.StatusUnprocessableEntity, map[string]any{"message": "The given data was invalid.", "errors": result.errors})
	}
	switch request.op {
	case "delete":
		return reply{status: http.StatusNoContent}
	case "create":
		return jsonReply(http.StatusCreated, map[string]any{"data": assumedKey(result.keys[0], true)})
	case "list":
		data := make([]any, 0, len(result.keys))
		for _, key := range result.keys {
			data = append(data, assumedKey(key, false))
		}
		return jsonReply(http.StatusOK, map[string]any{"data": data, "meta": map[string]any{
			"current_page": request.page, "last_page": max((result.total+request.perPage-1)/request.perPage, 1),
			"per_page": request.perPage, "total": result.total,
		}})
	}
	return jsonReply(http.StatusOK, map[string]any{"data": assumedKey(result.keys[0], false)})
}

// assumedKey is a key as answers carry it; the secret only once, at creation.
func assumedKey(key APIKey, withSecret bool) map[string]any {
	var lastCall any
	if key.LastCallAt != nil {
		lastCall = key.LastCallAt.Format(time.RFC3339)
	}
	data := map[string]any{
		"id": key.ID, "label": key.Label, "ip": key.IP, "key": key.Key, "last_call_at": lastCall,
		"created_at": key.CreatedAt.Format(time.RFC3339),
	}
	if withSecret {
		data["secret"] = key.Secret
	}
	return data
}
