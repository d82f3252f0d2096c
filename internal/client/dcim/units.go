package dcim

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// measure is what a field with a unit measures. The name of the field ends in the base unit.
type measure struct {
	suffix string
	units  map[string]*big.Rat // how many of the base unit one unit is
	// implausible is the smallest number that is more likely in another unit than in the base unit.
	implausible int64
}

var measures = []*measure{
	{"_gb", map[string]*big.Rat{
		"B": big.NewRat(1, 1<<30), "KB": big.NewRat(1, 1<<20), "MB": big.NewRat(1, 1<<10), "GB": big.NewRat(1, 1),
		"TB": big.NewRat(1<<10, 1),
	}, 4096},
	{"_mbps", map[string]*big.Rat{
		"bps": big.NewRat(1, 1e6), "kbps": big.NewRat(1, 1e3), "Mbps": big.NewRat(1, 1), "Gbps": big.NewRat(1e3, 1),
	}, 1e6},
}

// measureOf returns the measure of a field, or nil.
func measureOf(name string) *measure {
	for _, m := range measures {
		if strings.HasSuffix(name, m.suffix) {
			return m
		}
	}
	return nil
}

// base returns the base unit.
func (m *measure) base() string {
	if m == nil {
		return ""
	}
	for name, size := range m.units {
		if size.Cmp(big.NewRat(1, 1)) == 0 {
			return name
		}
	}
	return ""
}

var quantity = regexp.MustCompile(`^(-?[0-9]{1,40})(\.[0-9]{1,40})?(?: ?([A-Za-z]{1,5}))?$`)

// parse reads a number, which may be followed by its unit: "32 GB". declared is the unit of the profile. unit is
// the unit of the text or of the profile, or empty.
func (m *measure) parse(text, declared string) (value *big.Rat, unit string, ok bool) {
	parts := quantity.FindStringSubmatch(text)
	if len(parts) == 0 || m == nil && parts[3] != "" {
		return nil, "", false
	}
	value, _ = new(big.Rat).SetString(parts[1] + parts[2])
	if m == nil {
		return value, "", true
	}
	unit = declared
	if parts[3] != "" {
		unit = ""
		written := strings.Replace(strings.ToLower(parts[3]), "ib", "b", 1)
		for name := range m.units {
			// "32G" is 32 GB as a size, and 32 Gbps as a rate.
			lower := strings.ToLower(name)
			if lower == written || len(written) == 1 && lower != "b" && lower[:1] == written {
				unit = name
			}
		}
		if unit == "" {
			return nil, "", false
		}
	}
	if size, known := m.units[unit]; known {
		value.Mul(value, size)
	}
	return value, unit, true
}

// write returns a number of the base unit as a number of a unit.
func (m *measure) write(n int64, unit string) string {
	if m == nil || unit == "" {
		return strconv.FormatInt(n, 10)
	}
	value := new(big.Rat).Quo(new(big.Rat).SetInt64(n), m.units[unit])
	if value.IsInt() {
		return value.Num().String()
	}
	return strings.TrimRight(value.FloatString(9), "0")
}

// rounded returns the nearest whole number.
func rounded(value *big.Rat) *big.Rat {
	half := new(big.Rat).Add(value, big.NewRat(1, 2))
	whole := new(big.Int).Div(half.Num(), half.Denom()) // rounds down, also below zero
	return new(big.Rat).SetInt(whole)
}
