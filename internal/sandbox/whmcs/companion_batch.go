package whmcs

import (
	"net/http"
	"time"
)

const (
	maxValidations = 100
	maxBatchSize   = 96 << 10
	batchTime      = 15 * time.Second
)

// companionBatch runs validations one after the other. Each has its own result.
func companionBatch(w *WHMCS, r *http.Request, q *request, client caller) (map[string]any, *failure) {
	validations, isList := q.fields["ops"].([]any)
	if !isList || len(validations) < 1 || len(validations) > maxValidations {
		q.reject("ops", "must be a list of 1 to %d operations", maxValidations)
	}
	if q.size > maxBatchSize {
		q.reject("", "The request must not be larger than %d bytes", maxBatchSize)
	}
	if refused := q.refusal(); refused != nil {
		return nil, refused
	}
	started, results := w.env.Now(), make([]any, 0, len(validations))
	for _, validation := range validations {
		if w.env.Now().Sub(started) > batchTime {
			results = append(results, map[string]any{
				"ok": false, "code": codeNotAttempted, "message": "The time limit of the batch ended before this operation.",
			})
			continue
		}
		results = append(results, w.validationResult(r, validation, client))
	}
	return map[string]any{"results": results}, nil
}

// validationResult runs one validation of a batch.
func (w *WHMCS) validationResult(r *http.Request, validation any, client caller) map[string]any {
	fields, isObject := validation.(map[string]any)
	payload, refused := map[string]any(nil), invalid(errorAt("", "Each element of ops must be an object"))
	if isObject {
		q := &request{fields: fields}
		if q.requiredText("op") != "validate" {
			q.reject("op", "must be validate")
			refused = q.refusal()
		} else {
			payload, refused = companionValidate(w, r, q, client)
		}
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
