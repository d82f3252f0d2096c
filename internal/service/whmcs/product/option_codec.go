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

// checkOptionCodec reports at plan the errors that the companion would report at apply. Until the operator sets the
// codec, the companion refuses text with HTML characters, unless the module declares the text as a choice. It sends a
// request to WHMCS only if the plan has such text.
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
		return // without permission to run the module's code, its choices are unknown
	}
	for key, at := range settings {
		checkDoubt(c, at, declared, strconv.Itoa(info.Toplink.Options[key]))
	}
	for key, at := range doubtful {
		checkDoubt(c, at, declared, key)
	}
}

// checkDoubt checks a doubtful text of an option. The text passes if the module declares choices. If the module may
// declare them after other changes of this run, it is a warning.
func checkDoubt(c *planCheck, at path.Path, declared *whmcs.ModuleSchema, key string) {
	option := findOption(declared, key)
	const summary = "The codec of module options is not set"
	switch {
	case option == nil && !declared.HasFixedNames(), option != nil && option.MayGetChoices():
		warnBeforeApply(c, at, summary+", unless the module offers the value", "The module offers no choices for this option now. "+
			"It may offer some after other changes of this run. The apply reads the choices again, and fails if the value is not one of them. "+doubt())
	case option == nil || option.Choices == nil:
		resourcekit.AddAttributeError(c.Diagnostics, at, summary, doubt())
	}
}

func isDoubtful(element any) bool {
	value, ok := element.(types.String)
	return ok && strings.ContainsAny(value.ValueString(), htmlCharacters)
}

func doubt() string {
	return fmt.Sprintf(
		"The value has one of the characters %[1]s. The companion cannot detect whether this WHMCS stores them unchanged or as HTML entities. "+
			"Save such a text once in WHMCS's admin area, and look at the column configoption… of tblproducts. Then set codecs in includes/terraform_companion/companion.local.php: "+
			"'codecs' => ['%[2]s' => 'entity'] if the column has &amp; for &, or 'raw' if it has &. Or use a value without these characters.",
		strings.Join(strings.Split(htmlCharacters, ""), " "), optionCodec)
}
