package whmcsobject

import (
	"context"
	"regexp"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/text/runes"
	"golang.org/x/text/unicode/norm"
)

// KeepPartID plans the id of a part of an object: an option, a sub-option or a custom field. It is the id of the same
// key in state. For a new key, the id of the removed part with the same name is used. A key can therefore be renamed
// without deleting the part. Renames are common after an import.
func KeepPartID() planmodifier.String { return keepPartID{} }

type keepPartID struct{}

func (keepPartID) Description(context.Context) string {
	return "the id belongs to the key, and to the name if the key changes"
}

func (k keepPartID) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

func (keepPartID) PlanModifyString(
	ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse,
) {
	if !req.PlanValue.IsUnknown() || req.State.Raw.IsNull() {
		return
	}
	if !req.StateValue.IsNull() {
		resp.PlanValue = req.StateValue
		return
	}
	// The path is: collection, key, for a part of a part again collection and key, and then id.
	steps := req.Path.Steps()
	root := path.Root(stepName(steps[0]))
	var before, after types.Map
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, root, &before)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, root, &after)...)
	if resp.Diagnostics.HasError() {
		return
	}
	for i := 1; ; i += 2 {
		key := stepKey(steps[i])
		former, found := formerKey(before, after, key)
		if !found {
			return
		}
		if i == len(steps)-2 {
			if id, known := PartString(before, former, "id"); known {
				resp.PlanValue = types.StringValue(id)
			}
			return
		}
		collection := stepName(steps[i+1])
		before, after = PartsOf(before, former, collection), PartsOf(after, key, collection)
	}
}

func stepName(step path.PathStep) string {
	name, _ := step.(path.PathStepAttributeName)
	return string(name)
}

func stepKey(step path.PathStep) string {
	key, _ := step.(path.PathStepElementKeyString)
	return string(key)
}

// formerKey returns the key in state of the part that the plan has under key.
func formerKey(before, after types.Map, key string) (string, bool) {
	if _, kept := before.Elements()[key]; kept {
		return key, true
	}
	name, known := PartString(after, key, "name")
	if !known {
		return "", false
	}
	former, matches := "", 0
	for candidate := range before.Elements() {
		_, stays := after.Elements()[candidate]
		if had, _ := PartString(before, candidate, "name"); !stays && had == name {
			former = candidate
			matches++
		}
	}
	for other := range after.Elements() {
		_, had := before.Elements()[other]
		if wanted, _ := PartString(after, other, "name"); !had && other != key && wanted == name {
			matches++ // ambiguous: two new keys have the name
		}
	}
	return former, matches == 1 && former != ""
}

// maxKey is the greatest length of a key that the schemas accept.
const maxKey = 64

var notKey = regexp.MustCompile(`[^a-z0-9]+`)

// PartKeys returns the keys of imported parts, by their ids. names are the names of the parts, by their ids. The key
// of "memory|Memory in GB" is memory. prefix stands before a key without a letter at its beginning. Keys end in the id
// where a name leaves no text or two names leave the same.
func PartKeys(names map[string]string, prefix string) map[string]string {
	keys, used := map[string]string{}, map[string]int{}
	for id, name := range names {
		machine, _, _ := strings.Cut(name, "|")
		marks := runes.Remove(runes.In(unicode.Mn))
		plain := strings.ReplaceAll(strings.ToLower(marks.String(norm.NFKD.String(machine))), "ß", "ss")
		key := strings.Trim(notKey.ReplaceAllString(plain, "_"), "_")
		if key != "" && key[0] <= '9' {
			key = prefix + key
		}
		key = strings.TrimRight(key[:min(len(key), maxKey-2*len("_"+id))], "_")
		keys[id] = key
		used[key]++
	}
	for id, key := range keys {
		switch {
		case key == "":
			keys[id] = prefix + id
		case used[key] > 1:
			keys[id] = key + "_" + id
		case key == "for": // HCL reads an object that begins with it as an expression
			keys[id] = "for_"
		}
	}
	// "Disk" with the id 4 and "Disk 4" have one key still, if another part is called "disk".
	final := map[string]int{}
	for _, key := range keys {
		final[key]++
	}
	for id, key := range keys {
		if final[key] > 1 {
			keys[id] = key + "_" + id
		}
	}
	return keys
}

// PartString returns a text attribute of the part under a key. known is false when the attribute is null or unknown.
func PartString(in types.Map, key, attribute string) (text string, known bool) {
	value, ok := PartAttributes(in, key)[attribute].(types.String)
	return value.ValueString(), ok && !value.IsNull() && !value.IsUnknown()
}

// PartsOf returns the parts of the part under a key, such as the sub-options of an option.
func PartsOf(in types.Map, key, collection string) types.Map {
	nested, _ := PartAttributes(in, key)[collection].(types.Map)
	return nested
}

// PartAttributes returns the attributes of the part under a key, or nil if there is no such part.
func PartAttributes(in types.Map, key string) map[string]attr.Value {
	object, _ := in.Elements()[key].(types.Object)
	return object.Attributes()
}
