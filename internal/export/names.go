package export

import (
	"fmt"
	"strings"

	"github.com/gosimple/slug"
)

// maxName is the number of characters from which a name is cut.
const maxName = 64

// nameObjects gives each object a name that is unique within its type. A twin gets the name of its product group as
// prefix, otherwise its id as suffix. A number follows if that is taken too. The objects are in the order of their ids,
// so that a later twin does not change the names of earlier objects.
func (e *exporter) nameObjects() {
	taken := map[string]bool{}
	for _, o := range e.objects {
		candidates := []string{identifier(o.display)}
		if group := e.byID[productGroupType+" "+o.text("product_group_id")]; group != nil {
			candidates = append(candidates, identifier(group.display+" "+o.display))
		}
		withID := identifier(o.display) + "_" + strings.ReplaceAll(slug.Make(o.id), "-", "_")
		candidates = append(candidates, withID)
		for n := 0; ; n++ {
			if n < len(candidates) {
				o.name = candidates[n]
			} else { // another object is called what this one with its id is called
				o.name = fmt.Sprintf("%s_%d", withID, n-len(candidates)+2)
			}
			if !taken[o.address()] {
				break
			}
		}
		taken[o.address()] = true
	}
}

// identifier returns a name of Terraform made of a text: lower-case ASCII letters, digits and underscores. A long name
// is cut, at the end of a word if there is one.
func identifier(text string) string {
	name := strings.ReplaceAll(slug.Make(text), "-", "_")
	if len(name) > maxName {
		name = name[:maxName]
		if i := strings.LastIndexByte(name, '_'); i > maxName/2 {
			name = name[:i]
		}
	}
	switch {
	case name == "":
		return "unnamed"
	case name[0] >= '0' && name[0] <= '9':
		return "n" + name
	}
	return name
}
