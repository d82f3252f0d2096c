package product_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// The plan refuses text for which the companion needs a codec. The error shows the setting to write.
func TestProduct_optionCodec(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		for at, settings := range map[string]map[string]any{
			`module_options["Disk"]`: {"module": "samplevps", "module_options": map[string]any{"Disk": "R&D", "Plan": "small"}},
			`module_options["2"]`:    {"module": "samplevps", "module_options": map[string]any{"1": "small", "2": `40"`}},
			"toplink_dcim.package":   {"module": "toplink_dcim", "toplink_dcim": map[string]any{"package": "E3 <new>", "data_center": "FRA", "suspend_action": "none", "terminate_action": "none"}},
		} {
			settings["prices"] = everyCurrency("10")
			_, diagnostics := p.PlanChange(t, productType, nil, attributes(settings))
			messages := acctest.Messages(diagnostics)
			require.Len(t, messages, 1, at)
			assert.Contains(t, messages[0], "error at "+at)
			assert.Contains(t, messages[0], "'codecs' => ['product.module_options' => 'entity']")
		}
	})
}
