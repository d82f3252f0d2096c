// Package decimal handles money as exact decimal text. Nothing in it, or built on it, ever passes through a binary float.
package decimal

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// Limits of the text accepted by [Parse]; the companion protocol accepts the same (internal/companion/PROTOCOL.md).
const (
	MaxIntegerDigits  = 12
	MaxFractionDigits = 8
)

// ErrSyntax reports text that is not a plain decimal number such as "-12.50".
var ErrSyntax = errors.New("not a decimal number")

// Decimal is exact decimal text: an optional minus sign, 1 to 12 digits, and optionally a point and 1 to 8 digits. Two
// Decimals are compared by value ("10" equals "10.00"), never by text: use [Decimal.Equal].
type Decimal string

// Parse checks text and returns it as a Decimal. The error wraps [ErrSyntax].
func Parse(text string) (Decimal, error) {
	rest := strings.TrimPrefix(text, "-")
	whole, fraction, hasPoint := strings.Cut(rest, ".")
	switch {
	case !digits(whole) || (hasPoint && !digits(fraction)):
		return "", fmt.Errorf("%q is %w: write digits with an optional point, such as \"10\" or \"10.50\"", text, ErrSyntax)
	case len(whole) > MaxIntegerDigits:
		return "", fmt.Errorf("%q is %w within range: more than %d digits before the point", text, ErrSyntax, MaxIntegerDigits)
	case len(fraction) > MaxFractionDigits:
		return "", fmt.Errorf("%q is %w within range: more than %d digits after the point", text, ErrSyntax, MaxFractionDigits)
	}
	return Decimal(text), nil
}

func digits(s string) bool {
	if s == "" {
		return false
	}
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// Rat returns the exact value. Text that did not come from [Parse] and is not a number counts as zero, with ok false.
func (d Decimal) Rat() (value *big.Rat, ok bool) {
	if _, err := Parse(string(d)); err != nil {
		return new(big.Rat), false
	}
	value, ok = new(big.Rat).SetString(string(d))
	return value, ok
}

// Equal tells whether both stand for the same number; two texts that are not numbers are equal when they are the same text.
func (d Decimal) Equal(other Decimal) bool {
	a, okA := d.Rat()
	b, okB := other.Rat()
	if !okA || !okB {
		return d == other
	}
	return a.Cmp(b) == 0
}

// IsZero tells whether the value is zero.
func (d Decimal) IsZero() bool {
	value, ok := d.Rat()
	return ok && value.Sign() == 0
}

// IsNegative tells whether the value is below zero.
func (d Decimal) IsNegative() bool {
	value, ok := d.Rat()
	return ok && value.Sign() < 0
}

// Scale is the number of digits after the point that matter: 1 for "10.50", 0 for "10.00".
func (d Decimal) Scale() int {
	_, fraction, _ := strings.Cut(string(d), ".")
	return len(strings.TrimRight(fraction, "0"))
}

// ChangePercent is the size of the change from d to next in percent of d, never negative. From zero to anything else it is
// unbounded: ok is false.
func (d Decimal) ChangePercent(next Decimal) (percent *big.Rat, ok bool) {
	from, _ := d.Rat()
	to, _ := next.Rat()
	if from.Sign() == 0 {
		return new(big.Rat), to.Sign() == 0
	}
	diff := new(big.Rat).Sub(to, from)
	diff.Quo(diff, from)
	diff.Mul(diff, big.NewRat(100, 1))
	return diff.Abs(diff), true
}
