package dcim

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// parse decodes a request from its wire format.
func (p *wireProfile) parse(r *http.Request, body []byte) logicalRequest {
	op, given, kind, id, malformed := p.match(r, body)
	request := logicalRequest{kind: kind, id: system.Number(id), credentials: p.readCredentials(r, body),
		malformed: malformed, operation: op}
	if op.name == "" {
		return request
	}
	_, request.op, _ = strings.Cut(op.name, ".")
	switch request.op {
	case "list":
		request.offset, request.size = p.pageRange(given)
	case "create", "update":
		request.fields = p.decodeFields(kind, given)
	case "assign_package":
		ids := listElements(valueAt(given, op.ServersField))
		if op.Separator != "" {
			for _, id := range system.SplitList(scalarText(valueAt(given, op.ServersField)), op.Separator) {
				ids = append(ids, id)
			}
		}
		for _, id := range ids {
			request.serverIDs = append(request.serverIDs, system.Number(scalarText(id)))
		}
		target := scalarText(valueAt(given, op.PackageField))
		if target != scalarText(op.None) {
			request.packageID = max(system.Number(target), -1)
			if request.packageID == 0 {
				request.packageID = -1 // an invalid id, because 0 means no package
			}
		}
	}
	return request
}

// pageRange returns the requested rows of a list.
func (p *wireProfile) pageRange(given map[string]any) (offset, size int64) {
	if p.Paging.Style == "none" {
		return 0, 1 << 30
	}
	size = pageNumber(valueAt(given, p.Paging.SizeField), defaultPageSize)
	if size < 1 {
		size = defaultPageSize
	}
	size = min(size, maxPageSize)
	if p.Paging.Style == "offset" {
		return max(pageNumber(valueAt(given, p.Paging.Field), 0), 0), size
	}
	return (max(pageNumber(valueAt(given, p.Paging.Field), 1), 1) - 1) * size, size
}

func pageNumber(value any, standard int64) int64 {
	const most = 1 << 31
	n, err := strconv.ParseInt(scalarText(value), 10, 64)
	if err != nil || n > most {
		return standard
	}
	return n
}

// errorClasses maps an outcome to the profile's error class and to the HTTP status.
var errorClasses = map[outcome]struct {
	name   string
	status int
}{
	outcomeMalformed:  {"invalid", http.StatusBadRequest},
	outcomeDenied:     {"unauthorized", http.StatusUnauthorized},
	outcomeForbidden:  {"forbidden", http.StatusForbidden},
	outcomeNotFound:   {"not_found", http.StatusNotFound},
	outcomeNotAllowed: {"invalid", http.StatusMethodNotAllowed},
	outcomeConflict:   {"conflict", http.StatusConflict},
	outcomeInvalid:    {"invalid", http.StatusUnprocessableEntity},
}

// render encodes a result in the profile's envelope.
func (p *wireProfile) render(request logicalRequest, result logicalResult) system.Response {
	switch result.outcome {
	case outcomeDone:
		return p.renderSuccess(request, result)
	case outcomeWrongHost:
		return system.Response{Status: http.StatusNotFound, ContentType: "text/html",
			Body: []byte("<html><body><h1>404 Not Found</h1></body></html>\n")}
	}
	envelope, class := map[string]any{}, errorClasses[result.outcome]
	setAt(envelope, p.Envelope.MessagePath, result.message)
	if p.Envelope.ErrorsPath != "" && result.errors != nil {
		setAt(envelope, p.Envelope.ErrorsPath, p.fieldErrors(request, result.errors))
	}
	if p.Envelope.Success != nil {
		setAt(envelope, p.Envelope.Success.Path, "error")
	}
	if p.Envelope.CodePath == "" {
		return system.JSON(class.status, envelope)
	}
	for code, name := range p.Envelope.ErrorClasses {
		if name == class.name {
			setAt(envelope, p.Envelope.CodePath, typedCode(p, code))
		}
	}
	return system.JSON(http.StatusOK, envelope)
}

// typedCode returns a code as a number if the success values are numbers.
func typedCode(p *wireProfile, code string) any {
	if n, err := strconv.ParseInt(code, 10, 64); err == nil && p.Envelope.Success != nil {
		if _, isNumber := p.Envelope.Success.Values[0].(float64); isNumber {
			return n
		}
	}
	return code
}

// fieldErrors returns the messages by the field names of the wire format.
func (p *wireProfile) fieldErrors(request logicalRequest, errs map[string][]string) map[string]any {
	out := map[string]any{}
	for name, messages := range errs {
		wire := name
		if f, ok := p.Fields[request.kind][name]; ok {
			wire = f.WritePath
		}
		switch {
		case request.op == "assign_package" && name == "package_id":
			wire = request.operation.PackageField
		case request.op == "assign_package" && name == "server_ids":
			wire = request.operation.ServersField
		}
		out[wire] = messages
	}
	return out
}

func (p *wireProfile) renderSuccess(request logicalRequest, result logicalResult) system.Response {
	envelope := map[string]any{}
	status := http.StatusOK
	if success := p.Envelope.Success; success != nil {
		setAt(envelope, success.Path, success.Values[0])
	} else if request.op == "create" {
		status = http.StatusCreated
	} else if request.op == "delete" || request.op == "assign_package" {
		return system.Response{Status: http.StatusNoContent}
	}
	path := p.Envelope.DataPath
	if request.op == "list" {
		path = *p.Envelope.ListPath
	}
	if request.operation.DataPath != nil {
		path = *request.operation.DataPath
	}
	var content any
	switch {
	case request.op == "list":
		rows := []any{}
		for _, row := range result.rows {
			rows = append(rows, encodeFields(p.Fields[request.kind], row))
		}
		content = rows
	case len(result.rows) > 0:
		content = encodeFields(p.Fields[request.kind], result.rows[0])
	}
	if path == "" {
		if content == nil {
			content = envelope
		}
		return system.JSON(status, content)
	}
	setAt(envelope, path, content)
	if request.op == "list" && p.Paging.TotalPath != "" {
		setAt(envelope, p.Paging.TotalPath, result.total)
	}
	if request.op == "list" && p.Paging.LastPagePath != "" {
		setAt(envelope, p.Paging.LastPagePath, max((result.total+request.size-1)/request.size, 1))
	}
	return system.JSON(status, envelope)
}
