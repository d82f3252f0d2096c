package whmcs

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
	members := q.members()
	if refused := w.admitWrite(q, "batch"); refused != nil {
		return nil, refused
	}
	return w.batch(members, w.write), nil
}

// companionBatchOfReads runs validations one after the other.
func companionBatchOfReads(w *WHMCS, r *http.Request, q *query, who caller) (map[string]any, *failure) {
	members := q.members()
	if refused := q.refusal(); refused != nil {
		return nil, refused
	}
	return w.batch(members, func(member *query) (map[string]any, *failure) {
		if member.needed("op") != "validate" {
			member.reject("op", "must be one of validate")
			return nil, member.refusal()
		}
		return companionValidate(w, r, member, who)
	}), nil
}

// members are the operations of a batch.
func (q *query) members() []any {
	members, isList := q.fields["ops"].([]any)
	if !isList || len(members) < 1 || len(members) > maxMembers {
		q.reject("ops", "must be a list of 1 to %d operations", maxMembers)
	}
	if q.size > maxBatchSize {
		q.reject("", "must not be longer than %d bytes", maxBatchSize)
	}
	return members
}

func (w *WHMCS) batch(members []any, run func(*query) (map[string]any, *failure)) map[string]any {
	started, results := w.env.Now(), make([]any, 0, len(members))
	for _, member := range members {
		if w.env.Now().Sub(started) > batchTime {
			results = append(results, map[string]any{
				"ok": false, "code": codeNotAttempted, "message": "The batch ran out of time before this operation.",
			})
			continue
		}
		results = append(results, w.member(member, run))
	}
	return map[string]any{"results": results}
}

func (w *WHMCS) member(member any, run func(*query) (map[string]any, *failure)) map[string]any {
	fields, isObject := member.(map[string]any)
	payload, refused := map[string]any(nil), invalid(wrong("", "must be an object"))
	if isObject {
		payload, refused = run(&query{fields: fields})
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
