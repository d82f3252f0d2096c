package product

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// optionCodec is the companion's name for the encoding of HTML characters in module options. The companion cannot
// detect it, so the operator has to set it.
const optionCodec = "product.module_options"

const htmlCharacters = `&<>"'`

// checkOptionCodec reports at plan what the companion would report at apply. Until the operator sets the codec, the
// companion refuses text with HTML characters, unless the module declares the text as a choice. WHMCS is asked only
// when the plan has such text.
func checkOptionCodec(ctx context.Context, c *planCheck) {
	module := c.Plan.Module.ValueString()
	doubtful := map[string]path.Path{} // by the number or name of the option
	for _, group := range c.optionGroups() {
		for key, element := range group.options.Elements() {
			if isDoubtful(element) && !element.Equal(group.prior.Elements()[key]) {
				doubtful[key] = group.at(key)
			}
		}
	}
	settings := map[string]path.Path{}
	for key, element := range c.Plan.ToplinkDCIM.Attributes() {
		if isDoubtful(element) && (c.Prior == nil || !element.Equal(c.Prior.ToplinkDCIM.Attributes()[key])) {
			settings[key] = path.Root("toplink_dcim").AtName(key)
		}
	}
	if len(doubtful)+len(settings) == 0 {
		return
	}
	info, err := c.Client.CachedInfo(ctx)
	if err != nil || info.Codecs[optionCodec] != "" {
		return // the apply checks again
	}
	declared, err := c.Client.CachedModuleSchema(ctx, module, whmcs.ModuleProduct{ID: c.ID, ServerGroupID: c.Plan.ServerGroupID.ValueString()})
	if err != nil {
		return // without permission to ask the module, its choices are unknown
	}
	for key, at := range settings {
		number := strconv.Itoa(info.Toplink.Options[key])
		if option := findOption(declared, number); option == nil || option.Choices == nil {
			refuseDoubt(c, at)
		}
	}
	for key, at := range doubtful {
		if option := findOption(declared, key); option == nil || option.Choices == nil {
			refuseDoubt(c, at)
		}
	}
}

func isDoubtful(element any) bool {
	value, ok := element.(types.String)
	return ok && strings.ContainsAny(value.ValueString(), htmlCharacters)
}

func refuseDoubt(c *planCheck, at path.Path) {
	resourcekit.AddAttributeError(c.Diagnostics, at, "How WHMCS keeps these characters has to be chosen", fmt.Sprintf(
		"The value holds one of %[1]s, and whether this WHMCS keeps them as they are or as HTML entities in module settings cannot be told from what is stored. "+
			"Save such a text once in WHMCS's admin area and look at the column configoption… of tblproducts; then write into includes/terraform_companion/companion.local.php "+
			"'codecs' => ['%[2]s' => 'entity'] where the column holds &amp; for &, or 'raw' where it holds & itself. Or use a value without these characters.",
		strings.Join(strings.Split(htmlCharacters, ""), " "), optionCodec))
}
