package dcim

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
)

// ProfileAssumed is the name of the wire profile that is built in. Choosing it is a decision: the DCIM's wire format is not public.
const ProfileAssumed = "assumed"

//go:embed profiles/assumed.json
var profiles embed.FS

// profile spells the client's operations and logical fields for one DCIM. Everything that is assumed about the wire format stands in
// such a document, and nowhere else.
type profile struct {
	Name        string            `json:"name"`
	Description string            `json:"description"`
	BasePath    string            `json:"base_path"`
	AuthHeaders map[string]string `json:"auth_headers"` // values with {key} and {secret}
	DataPath    string            `json:"data_path"`
	MessagePath string            `json:"message_path"`
	ErrorsPath  string            `json:"errors_path"`
	Paging      struct {
		PageParameter string `json:"page_parameter"`
		SizeParameter string `json:"size_parameter"`
		Size          int    `json:"size"`
		LastPagePath  string `json:"last_page_path"`
	} `json:"paging"`
	Operations map[string]operation         `json:"operations"`
	Fields     map[string]map[string]string `json:"fields"` // object → logical field → dotted path on the wire
}

// operation is one call: its method, and its path with {id}.
type operation struct {
	Method string `json:"method"`
	Path   string `json:"path"`
}

func loadProfile(name string) (*profile, error) {
	if name != ProfileAssumed {
		return nil, fmt.Errorf("unknown wire profile %q: the one available is %q", name, ProfileAssumed)
	}
	raw, err := profiles.ReadFile("profiles/" + name + ".json")
	if err != nil {
		return nil, fmt.Errorf("read the wire profile %q: %w", name, err)
	}
	p := &profile{}
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(p); err != nil {
		return nil, fmt.Errorf("read the wire profile %q: %w", name, err)
	}
	return p, nil
}

func (p *profile) operation(name string) (operation, error) {
	op, ok := p.Operations[name]
	if !ok {
		return operation{}, fmt.Errorf("the wire profile %q has no operation %q", p.Name, name)
	}
	return op, nil
}

// at walks a dotted path into decoded JSON; nil when a step is absent.
func at(value any, path string) any {
	if path == "" {
		return value
	}
	for _, step := range strings.Split(path, ".") {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[step]
	}
	return value
}
