// Package decimal represents money as exact decimal text. It never uses binary floating point.
package decimal

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// Limits of [Parse]. The companion protocol has the same limits (internal/companion/PROTOCOL.md).
const (
	MaxIntegerDigits  = 14
	MaxFractionDigits = 8
)

// ErrSyntax means that a text is not a plain decimal number such as "-12.50".
var ErrSyntax = errors.New("not a decimal number")

// Decimal is exact decimal text: an optional minus sign, 1 to 14 digits, and optionally a point and 1 to 8 digits.
// Compare Decimals with [Decimal.Equal], because "10" equals "10.00".
type Decimal string

// Parse validates text and returns it as a Decimal. The error wraps [ErrSyntax].
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

// Rat returns the exact value. For text that is not a valid number, it returns zero and ok is false.
func (d Decimal) Rat() (value *big.Rat, ok bool) {
	if _, err := Parse(string(d)); err != nil {
		return new(big.Rat), false
	}
	value, ok = new(big.Rat).SetString(string(d))
	return value, ok
}

// Equal reports whether both have the same value. Two texts that are not numbers are equal if they are the same text.
func (d Decimal) Equal(other Decimal) bool {
	a, okA := d.Rat()
	b, okB := other.Rat()
	if !okA || !okB {
		return d == other
	}
	return a.Cmp(b) == 0
}

// IsZero reports whether the value is zero.
func (d Decimal) IsZero() bool {
	value, ok := d.Rat()
	return ok && value.Sign() == 0
}

// IsNegative reports whether the value is less than zero.
func (d Decimal) IsNegative() bool {
	value, ok := d.Rat()
	return ok && value.Sign() < 0
}

// Scale returns the number of digits after the point without trailing zeros: 1 for "10.50", 0 for "10.00".
func (d Decimal) Scale() int {
	_, fraction, _ := strings.Cut(string(d), ".")
	return len(strings.TrimRight(fraction, "0"))
}

// ChangePercent returns the size of the change from d to next in percent of d. It is never negative. If d is zero and
// next is not, the change has no percentage and ok is false.
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

// Plus returns the exact sum, with as many digits after the point as the more exact of the two. The error wraps
// [ErrRange] if the sum has more than [MaxIntegerDigits] digits before the point.
func (d Decimal) Plus(other Decimal) (Decimal, error) {
	a, _ := d.Rat()
	b, _ := other.Rat()
	return inRange(new(big.Rat).Add(a, b), max(fractionDigits(d), fractionDigits(other)))
}

// DividedBy returns the quotient of d and a positive n with this many digits after the point. It is rounded half away
// from zero.
func (d Decimal) DividedBy(n int64, places int) (Decimal, error) {
	value, _ := d.Rat()
	return inRange(new(big.Rat).Quo(value, new(big.Rat).SetInt64(n)), places)
}

// inRange returns a number with this many digits after the point, or an error that wraps [ErrRange].
func inRange(value *big.Rat, places int) (Decimal, error) {
	text, err := Parse(value.FloatString(places))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrRange, err)
	}
	return text, nil
}

// Times returns the exact product of d and n, with as many digits after the point as d has. The error wraps
// [ErrRange] if the product has more than [MaxIntegerDigits] digits before the point.
func (d Decimal) Times(n int64) (Decimal, error) {
	value, _ := d.Rat()
	return inRange(new(big.Rat).Mul(value, new(big.Rat).SetInt64(n)), fractionDigits(d))
}
