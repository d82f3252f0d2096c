package decimal

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// Errors of [Decimal.Convert] and [Decimal.Round].
var (
	ErrNegative = errors.New("must not be negative")
	ErrRate     = errors.New("must be greater than zero")
	ErrStep     = errors.New("must be greater than zero")
	ErrEnding   = errors.New("must be at least zero and less than the step")
	ErrRange    = errors.New("the result has too many digits")
)

// Convert multiplies an amount by an exchange rate. The result is the nearest multiple of step, with as many digits
// after the point as step has. A result exactly between two multiples becomes the greater one.
func (d Decimal) Convert(rate, step Decimal) (Decimal, error) {
	amount, _ := d.Rat()
	factor, _ := rate.Rat()
	if amount.Sign() < 0 || factor.Sign() < 0 {
		return "", ErrNegative
	}
	if factor.Sign() == 0 {
		return "", ErrRate // the result would be free of charge
	}
	return nearest(new(big.Rat).Mul(amount, factor), step, "0")
}

// Round returns the price nearest to an amount. A price is a multiple of step plus ending. With the step "1" and the
// ending "0.99", the prices are 0.99, 1.99, 2.99 and so on. An amount exactly between two prices becomes the greater
// one. Only an amount of zero becomes zero.
func (d Decimal) Round(step, ending Decimal) (Decimal, error) {
	amount, _ := d.Rat()
	if amount.Sign() < 0 {
		return "", ErrNegative
	}
	return nearest(amount, step, ending)
}

// nearest returns the number nearest to an exact amount that is a multiple of step plus ending.
func nearest(amount *big.Rat, step, ending Decimal) (Decimal, error) {
	size, _ := step.Rat()
	offset, _ := ending.Rat()
	if size.Sign() <= 0 {
		return "", ErrStep
	}
	if offset.Sign() < 0 || offset.Cmp(size) >= 0 {
		return "", ErrEnding
	}
	if amount.Sign() == 0 {
		return "0", nil
	}
	// n = floor((amount - ending) / step + 1/2)
	n := new(big.Rat).Sub(amount, offset)
	n.Quo(n, size)
	n.Add(n, big.NewRat(1, 2))
	steps := new(big.Int).Div(n.Num(), n.Denom())
	if steps.Sign() < 0 {
		steps.SetInt64(0)
	}
	if steps.Sign() == 0 && offset.Sign() == 0 {
		steps.SetInt64(1) // a price does not become free
	}
	result := new(big.Rat).SetInt(steps)
	result.Mul(result, size)
	result.Add(result, offset)
	rounded, err := Parse(result.FloatString(max(fractionDigits(step), fractionDigits(ending))))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrRange, err)
	}
	return rounded, nil
}

// fractionDigits returns the number of digits after the point, with trailing zeros.
func fractionDigits(d Decimal) int {
	_, fraction, _ := strings.Cut(string(d), ".")
	return len(fraction)
}
