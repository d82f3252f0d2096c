package whmcs

// failure is an error response of the companion.
type failure struct {
	code, message string
	details       map[string]any
}

const (
	codeInvalid      = "invalid"
	codeNotFound     = "not_found"
	codeConflict     = "conflict"
	codeInUse        = "in_use"
	codeExists       = "exists"
	codeUnsupported  = "unsupported"
	codeReadOnly     = "read_only"
	codeInternal     = "internal"
	codeNotAttempted = "not_attempted"
)

func invalid(errs []fieldError) *failure {
	return &failure{codeInvalid, "The request was refused: " + list(errs), map[string]any{"errors": errs}}
}

func unsupported(errs []fieldError) *failure {
	return &failure{codeUnsupported, "This WHMCS cannot do that: " + list(errs), map[string]any{"errors": errs}}
}

func list(errs []fieldError) string {
	var out string
	for i, e := range errs {
		if i > 0 {
			out += "; "
		}
		if e.Field != "" {
			out += e.Field + " "
		}
		out += e.Message
	}
	return out
}

func notFound(kind, id string) *failure {
	return &failure{codeNotFound, "There is no " + kind + " with id " + id + ".", map[string]any{"kind": kind, "id": id}}
}

// difference is a field whose value is not the expected one.
type difference struct {
	Field    string `json:"field"`
	Expected any    `json:"expected"`
	Actual   any    `json:"actual"`
}

func conflict(fields []difference) *failure {
	message := "Changed in the meantime:"
	for _, f := range fields {
		message += " " + f.Field
	}
	return &failure{codeConflict, message, map[string]any{"fields": fields}}
}

// use is the number of objects of a kind that need another object.
type use struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

// inUse returns a failure if any count is not zero.
func inUse(message string, uses []use) *failure {
	var counted []use
	for _, u := range uses {
		if u.Count > 0 {
			counted = append(counted, u)
		}
	}
	if counted == nil {
		return nil
	}
	return &failure{codeInUse, message, map[string]any{"references": counted}}
}

func readOnly(reason, message string) *failure {
	return &failure{codeReadOnly, message, map[string]any{"reason": reason}}
}
