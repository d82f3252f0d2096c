package sandbox

import (
	"net/http"
	"time"
)

const (
	maxMembers   = 100
	maxBatchSize = 96 << 10
	batchTime    = 15 * time.Second
)

// companionBatch runs writes one after the other; each is its own transaction with its own result.
func companionBatch(w *WHMCS, _ *http.Request, q *query, _ caller) (map[string]any, *failure) {
	members, isList := q.fields["ops"].([]any)
	if !isList || len(members) < 1 || len(members) > maxMembers {
		q.reject("ops", "must be a list of 1 to %d operations", maxMembers)
	}
	if q.size > maxBatchSize {
		q.reject("", "must not be longer than %d bytes", maxBatchSize)
	}
	if refused := w.admitWrite(q, "batch"); refused != nil {
		return nil, refused
	}
	started, results := w.sb.now(), make([]any, 0, len(members))
	for _, member := range members {
		if w.sb.now().Sub(started) > batchTime {
			results = append(results, map[string]any{
				"ok": false, "code": codeNotAttempted, "message": "The batch ran out of time before this operation.",
			})
			continue
		}
		results = append(results, w.member(member))
	}
	return map[string]any{"results": results}, nil
}

func (w *WHMCS) member(member any) map[string]any {
	fields, isObject := member.(map[string]any)
	payload, refused := map[string]any(nil), invalid(wrong("", "must be an object"))
	if isObject {
		payload, refused = w.write(&query{fields: fields})
	}
	if refused == nil {
		payload["ok"] = true
		return payload
	}
	result := w.withInstallation(refused.details)
	if refused.code == codeInternal && result["reference"] == nil {
		result["reference"] = w.logInternal(refused.message)
	}
	result["ok"], result["code"], result["message"] = false, refused.code, refused.message
	return result
}
