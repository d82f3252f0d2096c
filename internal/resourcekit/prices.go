package resourcekit

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
)

// The attributes prices and setup_fees are two maps: currency code, then billing cycle, then amount. They are not
// nested objects, because Terraform drops a misspelt attribute of an object without a message. WHMCS keeps both
// amounts of a currency in one row, so a write always has both. A fee that is not listed is zero.

// PricesType is the type of the attributes prices and setup_fees.
var PricesType = types.MapType{ElemType: cyclesType}

var (
	cyclesType      = types.MapType{ElemType: DecimalType{}}
	currencyPattern = regexp.MustCompile(`^[A-Z0-9]{1,8}$`)
)

const currencyForm = "must be a currency code such as USD"

// Prices is the attribute prices.
func Prices(cycles []string, description string) schema.MapAttribute {
	return schema.MapAttribute{
		Optional: true, ElementType: cyclesType, MarkdownDescription: description,
		Validators: []validator.Map{
			mapvalidator.NoNullValues(),
			mapvalidator.ValueMapsAre(mapvalidator.NoNullValues(), mapvalidator.KeysAre(stringvalidator.OneOf(cycles...)), validAmounts{}),
		},
		PlanModifiers: append(changedPrices(), KeepEqualAmounts()),
	}
}

// changedPrices are the checks of new and changed prices.
func changedPrices() []planmodifier.Map {
	return []planmodifier.Map{ChangedKeys{stringvalidator.RegexMatches(currencyPattern, currencyForm)}, changedAmounts{}}
}

// changedAmounts refuses new and changed amounts below zero.
type changedAmounts struct{ keepEqualAmount }

func (changedAmounts) PlanModifyMap(_ context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	for _, currency := range slices.Sorted(maps.Keys(req.ConfigValue.Elements())) {
		for cycle, value := range cyclesOf(req.ConfigValue.Elements()[currency]) {
			amount, _ := value.(Decimal)
			if amount.IsKnown() && amount.Decimal().IsNegative() && !amount.Equal(AmountAt(req.StateValue, currency, cycle)) {
				refuseNegative(&resp.Diagnostics, req.Path.AtMapKey(currency).AtMapKey(cycle), amount.ValueString())
			}
		}
	}
}

// SetupFees is the attribute setup_fees. A fee of zero and a fee that is not listed are the same.
func SetupFees(cycles []string, description string) schema.MapAttribute {
	attribute := Prices(cycles, description)
	attribute.PlanModifiers = append(changedPrices(), keepEqualFees{})
	return attribute
}

// CurrencyAmounts validates a map of amounts by currency code.
func CurrencyAmounts() []validator.Map {
	return []validator.Map{
		mapvalidator.NoNullValues(), mapvalidator.KeysAre(stringvalidator.RegexMatches(currencyPattern, currencyForm)),
		validAmounts{}, mapvalidator.ValueStringsAre(NotNegative()),
	}
}

// KnownAmounts returns the known amounts of a map by currency code, or nil without any.
func KnownAmounts(amounts types.Map) map[string]decimal.Decimal {
	var out map[string]decimal.Decimal
	for code, element := range amounts.Elements() {
		if amount, ok := element.(Decimal); ok && amount.IsKnown() {
			if out == nil {
				out = map[string]decimal.Decimal{}
			}
			out[code] = amount.Decimal()
		}
	}
	return out
}

// validAmounts validates each amount of a map. The framework validates a custom type only where it is the type of an
// attribute.
type validAmounts struct{}

func (validAmounts) Description(context.Context) string {
	return "must be decimal numbers"
}

func (v validAmounts) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (validAmounts) ValidateMap(ctx context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	for key, element := range req.ConfigValue.Elements() {
		if amount, ok := element.(Decimal); ok {
			answer := xattr.ValidateAttributeResponse{}
			amount.ValidateAttribute(ctx, xattr.ValidateAttributeRequest{Path: req.Path.AtMapKey(key)}, &answer)
			resp.Diagnostics.Append(answer.Diagnostics...)
		}
	}
}

// keepEqualFees plans the prior map when both charge the same.
type keepEqualFees struct{ keepEqualAmount }

func (keepEqualFees) PlanModifyMap(_ context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsNull() {
		return
	}
	if equalAmounts(WithoutZeros(req.StateValue), WithoutZeros(req.PlanValue)) {
		resp.PlanValue = req.StateValue
	}
}

// WithoutZeros returns the amounts that are not zero, of the currencies that have one. It is unknown if a part is
// unknown.
func WithoutZeros(fees types.Map) types.Map {
	currencies := map[string]attr.Value{}
	for currency, element := range fees.Elements() {
		if !allKnown(element) {
			return types.MapUnknown(cyclesType)
		}
		cycles := maps.Clone(cyclesOf(element))
		maps.DeleteFunc(cycles, func(_ string, amount attr.Value) bool {
			fee, _ := amount.(Decimal)
			return fee.Decimal().IsZero()
		})
		if len(cycles) > 0 {
			currencies[currency] = types.MapValueMust(DecimalType{}, cycles)
		}
	}
	return types.MapValueMust(cyclesType, currencies)
}

// CycleAmount is the price and the set-up fee of one currency and billing cycle. A fee that is not listed is null.
type CycleAmount struct {
	Currency, Cycle string
	Price, SetupFee Decimal
}

// Amounts returns the prices with their set-up fees, by currency and cycle. known is false if any part is unknown.
func Amounts(prices, fees types.Map) (list []CycleAmount, known bool) {
	known = !prices.IsUnknown() && !fees.IsUnknown()
	for _, element := range fees.Elements() {
		known = known && allKnown(element)
	}
	for currency, element := range prices.Elements() {
		known = known && allKnown(element)
		for cycle, value := range cyclesOf(element) {
			price, _ := value.(Decimal)
			list = append(list, CycleAmount{Currency: currency, Cycle: cycle, Price: price, SetupFee: AmountAt(fees, currency, cycle)})
		}
	}
	slices.SortFunc(list, func(a, b CycleAmount) int {
		return cmp.Or(cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.Cycle, b.Cycle))
	})
	return list, known
}

// AmountAt returns one amount of prices or setup_fees, or null.
func AmountAt(amounts types.Map, currency, cycle string) Decimal {
	if amount, listed := cyclesOf(amounts.Elements()[currency])[cycle].(Decimal); listed {
		return amount
	}
	return NullDecimal()
}

func cyclesOf(element attr.Value) map[string]attr.Value {
	cycles, _ := element.(types.Map)
	return cycles.Elements()
}

func allKnown(element attr.Value) bool {
	for _, amount := range cyclesOf(element) {
		if amount.IsUnknown() {
			return false
		}
	}
	return !element.IsUnknown()
}

// ValidateSetupFees adds an error for each set-up fee without a price, because WHMCS never charges it. at is the path
// of the object that has prices and setup_fees.
func ValidateSetupFees(diags *diag.Diagnostics, at func(name string) path.Path, prices, fees types.Map) {
	if prices.IsUnknown() {
		return
	}
	for _, currency := range slices.Sorted(maps.Keys(fees.Elements())) {
		listed := prices.Elements()[currency]
		if listed != nil && listed.IsUnknown() {
			continue
		}
		if listed == nil {
			AddAttributeError(diags, at("setup_fees").AtMapKey(currency), "A set-up fee needs a price",
				fmt.Sprintf("setup_fees lists %[1]s and prices does not. Add %[1]s to prices, or remove it from setup_fees.", currency))
			continue
		}
		for _, cycle := range slices.Sorted(maps.Keys(cyclesOf(fees.Elements()[currency]))) {
			if _, priced := cyclesOf(listed)[cycle]; !priced {
				AddAttributeError(diags, at("setup_fees").AtMapKey(currency).AtMapKey(cycle), "A set-up fee needs a price",
					fmt.Sprintf("WHMCS charges a set-up fee only with a price of the same billing cycle. Add %s to prices.%s, or remove the fee.", cycle, currency))
			}
		}
	}
}

// WarnOfPricesSwitchedOff adds a warning for each listed currency without a billing cycle, and for each price of the
// state that the plan switches off. what is the name of the object. effect is the effect of a missing price.
func WarnOfPricesSwitchedOff(diags *diag.Diagnostics, at path.Path, what, effect string, prior, planned types.Map) {
	for _, currency := range slices.Sorted(maps.Keys(planned.Elements())) {
		element := planned.Elements()[currency]
		if element.IsUnknown() {
			continue
		}
		var off []string
		for _, cycle := range slices.Sorted(maps.Keys(cyclesOf(prior.Elements()[currency]))) {
			before := AmountAt(prior, currency, cycle)
			if _, on := cyclesOf(element)[cycle]; !on && before.IsKnown() {
				off = append(off, cycle+" "+before.ValueString())
			}
		}
		_, listed := prior.Elements()[currency]
		switch {
		case len(off) > 0:
			diags.AddAttributeWarning(at.AtMapKey(currency), fmt.Sprintf("%s: %s %s no longer has a price", what, currency, strings.Join(off, ", ")),
				fmt.Sprintf("prices.%s no longer lists these billing cycles, so %s. To keep a price, list it.", currency, effect))
		case len(cyclesOf(element)) == 0 && !listed:
			diags.AddAttributeWarning(at.AtMapKey(currency), fmt.Sprintf("%s: no price in %s", what, currency),
				fmt.Sprintf("prices.%s lists no billing cycle, so %s.", currency, effect))
		}
	}
}

// AmountRow is the price and the set-up fee of a currency and billing cycle in WHMCS.
type AmountRow struct{ Price, SetupFee Decimal }

// AmountMaps builds the attributes prices and setup_fees from rows, by currency and billing cycle. A set-up fee of zero
// appears only where listed has it. listed is setup_fees of the configuration or of the state.
func AmountMaps(rows map[string]map[string]AmountRow, listed types.Map) (prices, fees types.Map) {
	priceElements, feeElements := map[string]attr.Value{}, map[string]attr.Value{}
	for currency, cycles := range rows {
		priced, charged := map[string]attr.Value{}, map[string]attr.Value{}
		for cycle, row := range cycles {
			priced[cycle] = row.Price
			if !row.SetupFee.Decimal().IsZero() || !AmountAt(listed, currency, cycle).IsNull() {
				charged[cycle] = row.SetupFee
			}
		}
		priceElements[currency] = types.MapValueMust(DecimalType{}, priced)
		if _, is := listed.Elements()[currency]; is || len(charged) > 0 {
			feeElements[currency] = types.MapValueMust(DecimalType{}, charged)
		}
	}
	fees = types.MapNull(cyclesType)
	if !listed.IsNull() || len(feeElements) > 0 {
		fees = types.MapValueMust(cyclesType, feeElements)
	}
	return types.MapValueMust(cyclesType, priceElements), fees
}
