package decimal_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
)

func TestConvert(t *testing.T) {
	t.Parallel()
	for _, c := range [][4]decimal.Decimal{
		// amount, rate, step, result
		{"100", "1.0835", "0.01", "108.35"},
		{"89.00", "0.9217", "0.01", "82.03"}, // 82.0313
		{"0.10", "0.05", "0.01", "0.01"},     // 0.005 is exactly between 0.00 and 0.01
		{"19.99", "156.3", "1", "3124"},      // 3124.437, a currency without decimals
		{"19.99", "156.3", "100", "3100"},
		{"10", "1.05", "0.05", "10.50"},
		{"1", "0.001", "0.01", "0.01"}, // not free
		{"0", "1.5", "0.01", "0"},
		{"0.1", "0.2", "0.00000001", "0.02000000"}, // exact, unlike 0.1*0.2 in binary
	} {
		got, err := c[0].Convert(c[1], c[2])
		require.NoError(t, err, c)
		assert.Equal(t, c[3], got, c)
	}
	for _, c := range []struct {
		amount, rate, step decimal.Decimal
		want               error
	}{
		{"-1", "1", "0.01", decimal.ErrNegative}, {"1", "-1", "0.01", decimal.ErrNegative}, {"1", "1", "0", decimal.ErrStep},
		{"1", "0", "1", decimal.ErrRate}, {"0", "0.00", "1", decimal.ErrRate},
		{"1", "1", "-1", decimal.ErrStep}, {"99999999999999", "10", "1", decimal.ErrRange},
	} {
		_, err := c.amount.Convert(c.rate, c.step)
		require.ErrorIs(t, err, c.want, c)
	}
}

func TestRound(t *testing.T) {
	t.Parallel()
	for _, c := range [][4]decimal.Decimal{
		// amount, step, ending, result
		{"103.40", "1", "0.99", "102.99"}, {"103.50", "1", "0.99", "103.99"}, {"103.49", "1", "0.99", "103.99"}, {"0.20", "1", "0.99", "0.99"},
		{"103.40", "10", "9", "99"}, {"104", "10", "9", "109"}, {"103.40", "10", "9.95", "99.95"}, {"103.40", "5", "0.00", "105.00"},
		{"2.50", "1", "0", "3"}, {"0.30", "1", "0", "1"}, {"0", "1", "0.99", "0"}, {"3124", "100", "0", "3100"}, {"99.99", "1", "0.99", "99.99"},
	} {
		got, err := c[0].Round(c[1], c[2])
		require.NoError(t, err, c)
		assert.Equal(t, c[3], got, c)
	}
	for _, c := range []struct {
		amount, step, ending decimal.Decimal
		want                 error
	}{
		{"-1", "1", "0", decimal.ErrNegative}, {"1", "0", "0", decimal.ErrStep}, {"1", "1", "1", decimal.ErrEnding}, {"1", "1", "-0.01", decimal.ErrEnding},
	} {
		_, err := c.amount.Round(c.step, c.ending)
		require.ErrorIs(t, err, c.want, c)
	}
}
