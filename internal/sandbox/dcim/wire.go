package dcim

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// parse takes a request out of its spelling.
func (p *wireProfile) parse(r *http.Request, body []byte) dcimRequest {
	op, given, kind, id, malformed := p.match(r, body)
	request := dcimRequest{kind: kind, id: system.Number(id), credentials: p.credentials(r, body), malformed: malformed, called: op}
	if op.name == "" {
		return request
	}
	_, request.op, _ = strings.Cut(op.name, ".")
	switch request.op {
	case "list":
		request.offset, request.size = p.part(given)
	case "create", "update":
		request.fields = p.read(kind, given)
	case "assign_package":
		ids := elements(dig(given, op.ServersField))
		if op.Separator != "" {
			for _, id := range system.SplitList(wireText(dig(given, op.ServersField)), op.Separator) {
				ids = append(ids, id)
			}
		}
		for _, id := range ids {
			request.servers = append(request.servers, system.Number(wireText(id)))
		}
		target := wireText(dig(given, op.PackageField))
		if target != wireText(op.None) {
			request.packageID = max(system.Number(target), -1)
			if request.packageID == 0 {
				request.packageID = -1 // not a package's id
			}
		}
	}
	return request
}

// part is which rows of a list are asked for.
func (p *wireProfile) part(given map[string]any) (offset, size int64) {
	if p.Paging.Style == "none" {
		return 0, 1 << 30
	}
	size = pageNumber(dig(given, p.Paging.SizeField), standardPage)
	if size < 1 {
		size = standardPage
	}
	size = min(size, maxPage)
	if p.Paging.Style == "offset" {
		return max(pageNumber(dig(given, p.Paging.OffsetField), 0), 0), size
	}
	return (max(pageNumber(dig(given, p.Paging.PageField), 1), 1) - 1) * size, size
}

func pageNumber(value any, standard int64) int64 {
	const most = 1 << 31
	n, err := strconv.ParseInt(wireText(value), 10, 64)
	if err != nil || n > most {
		return standard
	}
	return n
}

// classOf names an outcome as profiles do, and the status of HTTP for it.
var classOf = map[outcome]struct {
	class  string
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

// render puts an answer into the profile's envelope.
func (p *wireProfile) render(request dcimRequest, result dcimResult) system.Reply {
	switch result.outcome {
	case outcomeDone:
		return p.renderSuccess(request, result)
	case outcomeWrongHost:
		return system.Reply{Status: http.StatusNotFound, ContentType: "text/html", Body: []byte("<html><body><h1>404 Not Found</h1></body></html>\n")}
	}
	envelope, how := map[string]any{}, classOf[result.outcome]
	bury(envelope, p.Envelope.MessagePath, result.message)
	if p.Envelope.ErrorsPath != "" && result.errors != nil {
		bury(envelope, p.Envelope.ErrorsPath, p.complaints(request, result.errors))
	}
	if p.Envelope.Success != nil {
		bury(envelope, p.Envelope.Success.Path, "error")
	}
	if p.Envelope.CodePath == "" {
		return system.JSON(how.status, envelope)
	}
	for code, class := range p.Envelope.ErrorClasses {
		if class == how.class {
			bury(envelope, p.Envelope.CodePath, sameKind(p, code))
		}
	}
	return system.JSON(http.StatusOK, envelope)
}

// sameKind writes a code as the values of success are written: a number beside numbers.
func sameKind(p *wireProfile, code string) any {
	if n, err := strconv.ParseInt(code, 10, 64); err == nil && p.Envelope.Success != nil {
		if _, isNumber := p.Envelope.Success.Values[0].(float64); isNumber {
			return n
		}
	}
	return code
}

// complaints are the messages by the names in which the caller sent the fields.
func (p *wireProfile) complaints(request dcimRequest, errs map[string][]string) map[string]any {
	out := map[string]any{}
	for name, messages := range errs {
		wire := name
		if f, ok := p.Fields[request.kind][name]; ok {
			wire = f.WritePath
		}
		switch {
		case request.op == "assign_package" && name == "package_id":
			wire = request.called.PackageField
		case request.op == "assign_package" && name == "server_ids":
			wire = request.called.ServersField
		}
		out[wire] = messages
	}
	return out
}

func (p *wireProfile) renderSuccess(request dcimRequest, result dcimResult) system.Reply {
	envelope := map[string]any{}
	status := http.StatusOK
	if success := p.Envelope.Success; success != nil {
		bury(envelope, success.Path, success.Values[0])
	} else if request.op == "create" {
		status = http.StatusCreated
	} else if request.op == "delete" || request.op == "assign_package" {
		return system.Reply{Status: http.StatusNoContent}
	}
	path := p.Envelope.DataPath
	if request.op == "list" {
		path = *p.Envelope.ListPath
	}
	if request.called.DataPath != nil {
		path = *request.called.DataPath
	}
	var content any
	switch {
	case request.op == "list":
		rows := []any{}
		for _, row := range result.rows {
			rows = append(rows, p.write(request.kind, row))
		}
		content = rows
	case len(result.rows) > 0:
		content = p.write(request.kind, result.rows[0])
	}
	if path == "" {
		if content == nil {
			content = envelope
		}
		return system.JSON(status, content)
	}
	bury(envelope, path, content)
	if request.op == "list" && p.Paging.TotalPath != "" {
		bury(envelope, p.Paging.TotalPath, result.total)
	}
	if request.op == "list" && p.Paging.LastPagePath != "" {
		bury(envelope, p.Paging.LastPagePath, max((result.total+request.size-1)/request.size, 1))
	}
	return system.JSON(status, envelope)
}
