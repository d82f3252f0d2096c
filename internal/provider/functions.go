package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
)

// priceFunction is a function of three amounts that returns an amount.
type priceFunction struct {
	name       string
	definition function.Definition
	compute    func(a, b, c decimal.Decimal) (decimal.Decimal, error)
	// faulty is the position of the argument that an error of compute refers to.
	faulty map[error]int64
}

func amount(name, description string) function.StringParameter {
	return function.StringParameter{Name: name, MarkdownDescription: description}
}

func newConvertPrice() function.Function {
	return &priceFunction{
		name: "convert_price",
		definition: function.Definition{
			Summary: "Converts a price to another currency",
			MarkdownDescription: "Multiplies a price by an exchange rate and rounds the result to a multiple of `step`. " +
				"All arguments and the result are exact decimal text. " +
				"A result exactly between two multiples becomes the greater one. Only a price of zero becomes zero.",
			Parameters: []function.Parameter{
				amount("amount", "The price, such as `\"89.00\"`, 0 or more."),
				amount("rate", "Units of the other currency for one unit of the price's currency, such as `\"1.0835\"`. Greater than zero."),
				amount("step", "The result is a multiple of this and has as many digits after the point: `\"0.01\"`, "+
					"or `\"1\"` for a currency without decimals."),
			},
			Return: function.StringReturn{},
		},
		compute: decimal.Decimal.Convert,
		faulty:  map[error]int64{decimal.ErrRate: 1, decimal.ErrStep: 2},
	}
}

func newRoundPrice() function.Function {
	return &priceFunction{
		name: "round_price",
		definition: function.Definition{
			Summary: "Rounds a price to a usual ending",
			MarkdownDescription: "Returns the price nearest to `amount` that is a multiple of `step` plus `ending`. " +
				"With the step `\"1\"` and the ending `\"0.99\"` these are 0.99, 1.99, 2.99 and so on. " +
				"All arguments and the result are exact decimal text. " +
				"An amount exactly between two prices becomes the greater one. Only an amount of zero becomes zero.",
			Parameters: []function.Parameter{
				amount("amount", "The price, such as `\"96.43\"`, 0 or more."),
				amount("step", "Distance between two prices, such as `\"1\"` or `\"10\"`. Greater than zero."),
				amount("ending", "Amount of the price above a multiple of the step, such as `\"0.99\"`. 0 or more, and less than the step."),
			},
			Return: function.StringReturn{},
		},
		compute: decimal.Decimal.Round,
		faulty:  map[error]int64{decimal.ErrStep: 1, decimal.ErrEnding: 2},
	}
}

func (f *priceFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = f.name
}

func (f *priceFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = f.definition
}

func (f *priceFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var texts [3]string
	if resp.Error = req.Arguments.Get(ctx, &texts[0], &texts[1], &texts[2]); resp.Error != nil {
		return
	}
	var amounts [3]decimal.Decimal
	for i, text := range texts {
		parsed, err := decimal.Parse(text)
		if err != nil {
			resp.Error = function.NewArgumentFuncError(int64(i), f.parameter(i)+": "+err.Error())
			return
		}
		amounts[i] = parsed
	}
	result, err := f.compute(amounts[0], amounts[1], amounts[2])
	if err != nil {
		resp.Error = f.argumentError(amounts, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, string(result))
}

func (f *priceFunction) parameter(i int) string { return f.definition.Parameters[i].GetName() }

// argumentError is the error about the argument that made the computation fail.
func (f *priceFunction) argumentError(amounts [3]decimal.Decimal, err error) *function.FuncError {
	for cause, position := range f.faulty {
		if errors.Is(err, cause) {
			return function.NewArgumentFuncError(position, f.parameter(int(position))+" "+err.Error())
		}
	}
	if errors.Is(err, decimal.ErrNegative) {
		for i, one := range amounts {
			if one.IsNegative() {
				return function.NewArgumentFuncError(int64(i), f.parameter(i)+" "+err.Error())
			}
		}
	}
	return function.NewFuncError(err.Error())
}
