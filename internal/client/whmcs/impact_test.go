package whmcs

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
)

func TestMonthly(t *testing.T) {
	t.Parallel()
	eur, usd := "EUR", "USD"
	amount := func(text decimal.Decimal) *decimal.Decimal { return &text }
	months, err := Monthly([]Revenue{
		{Currency: nil, Cycle: "monthly", Amount: amount("5.00")},
		{Currency: &eur, Cycle: "annually", Amount: nil},
		{Currency: &usd, Cycle: "annually", Amount: amount("100.14")}, // 8.345
		{Currency: &usd, Cycle: "biennially", Amount: nil},
		{Currency: &usd, Cycle: "monthly", Amount: amount("0.10")},
		{Currency: &usd, Cycle: "other", Amount: amount("7.00")},
		{Currency: &usd, Cycle: "quarterly", Amount: amount("10.00")}, // 3.333…
	})
	require.NoError(t, err)
	assert.Equal(t, []MonthlyRevenue{
		{Currency: "EUR", Withheld: []string{"annually"}},
		{Currency: "USD", Amount: amount("11.78"), Withheld: []string{"biennially"}},
	}, months)
	_, err = Monthly([]Revenue{
		{Currency: &usd, Cycle: "annually", Amount: amount("99999999999999.00")},
		{Currency: &usd, Cycle: "monthly", Amount: amount("99999999999999.00")},
	})
	require.ErrorIs(t, err, decimal.ErrRange)
}
