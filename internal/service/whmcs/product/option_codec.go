package product

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// optionCodec is the companion's name for how WHMCS keeps the characters that mean something in HTML in module settings. No evidence tells it,
// so the operator has to.
const optionCodec = "product.module_options"

const htmlCharacters = `&<>"'`

// checkOptionCodec says at plan what the companion would say at apply, after other objects were changed: until the operator has chosen a codec,
// text with these characters is not written, unless the module itself declares it as a choice. WHMCS is asked only when such text is there.
func checkOptionCodec(ctx context.Context, c *planCheck) {
	module := c.Plan.Module.ValueString()
	doubtful := map[string]path.Path{} // by option: number or name, or a setting of toplink_dcim
	for key, element := range c.Plan.ModuleOptions.Elements() {
		if isDoubtful(element) && (c.Prior == nil || !element.Equal(c.Prior.ModuleOptions.Elements()[key])) {
			doubtful[key] = path.Root("module_options").AtMapKey(key)
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
	info, err := c.Client.Info(ctx)
	if err != nil || info.Codecs[optionCodec] != "" {
		return // the apply checks again
	}
	declared, err := c.Client.CachedModuleSchema(ctx, module)
	if err != nil {
		return // a credential that may not ask the module does not know its choices
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
