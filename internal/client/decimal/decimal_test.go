package decimal_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"0", "-1.00", "10", "10.50", "999999999999.99999999", "007.10"} {
		d, err := decimal.Parse(text)
		require.NoError(t, err, text)
		assert.Equal(t, text, string(d))
	}
	for _, text := range []string{"", "-", ".5", "5.", "1e3", "1,000.00", " 1", "+1", "0x10", "1.2.3", "NaN", "123456789012345", "1.123456789", "१०"} {
		_, err := decimal.Parse(text)
		assert.ErrorIs(t, err, decimal.ErrSyntax, text)
	}
}

func TestComparisons(t *testing.T) {
	t.Parallel()
	assert.True(t, decimal.Decimal("10").Equal("10.00"))
	assert.True(t, decimal.Decimal("-0.0").Equal("0"))
	assert.False(t, decimal.Decimal("0.1").Equal("0.10000001"))
	assert.True(t, decimal.Decimal("abc").Equal("abc"))
	assert.False(t, decimal.Decimal("abc").Equal("0"))
	assert.True(t, decimal.Decimal("0.00").IsZero())
	assert.False(t, decimal.Decimal("abc").IsZero())
	assert.True(t, decimal.Decimal("-0.01").IsNegative())
	assert.Equal(t, 1, decimal.Decimal("10.50").Scale())
	assert.Equal(t, 0, decimal.Decimal("10.00").Scale())
	assert.Equal(t, 4, decimal.Decimal("0.0001").Scale())
}

func TestChangePercent(t *testing.T) {
	t.Parallel()
	percent, ok := decimal.Decimal("200.00").ChangePercent("250")
	require.True(t, ok)
	assert.Zero(t, percent.Cmp(big.NewRat(25, 1)))
	percent, ok = decimal.Decimal("3").ChangePercent("2")
	require.True(t, ok)
	assert.Zero(t, percent.Cmp(big.NewRat(100, 3)), "exact thirds, no rounding")
	_, ok = decimal.Decimal("0").ChangePercent("1")
	assert.False(t, ok)
	_, ok = decimal.Decimal("0").ChangePercent("0.00")
	assert.True(t, ok)
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"0", "-1.00", "10.50", ".", "1e5", "--1", "999999999999.99999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := decimal.Parse(text)
		if err != nil {
			return
		}
		_, ok := d.Rat()
		require.True(t, ok, "%q parses but has no value", text)
		require.True(t, d.Equal(d))
	})
}

func TestTimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		price decimal.Decimal
		n     int64
		want  decimal.Decimal
	}{
		{"0.0125", 7200, "90.0000"}, {"0.1", 3, "0.3"}, {"89", 0, "0"}, {"0.00000001", 99999999999999, "999999.99999999"},
	} {
		got, err := c.price.Times(c.n)
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
	_, err := decimal.Decimal("99999999999999").Times(2)
	require.ErrorIs(t, err, decimal.ErrRange)
}

func TestPlusAndDividedBy(t *testing.T) {
	t.Parallel()
	sum, err := decimal.Decimal("0.10").Plus("0.205")
	require.NoError(t, err)
	require.Equal(t, decimal.Decimal("0.305"), sum)
	_, err = decimal.Decimal("99999999999999").Plus("1")
	require.ErrorIs(t, err, decimal.ErrRange)
	for _, c := range []struct {
		sum    decimal.Decimal
		months int64
		want   decimal.Decimal
	}{
		{"100.00", 3, "33.33"}, {"0.50", 12, "0.04"}, {"0.06", 12, "0.01"}, {"0.05", 12, "0.00"}, {"-0.06", 12, "-0.01"},
	} {
		got, err := c.sum.DividedBy(c.months, 2)
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
}
