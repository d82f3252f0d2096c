package whmcs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
)

// Impact contains the services of a product as totals. A nil Impact means that this WHMCS lacks a column that the
// totals need.
type Impact struct {
	Services          []ServiceCount `json:"services"`
	NewestServiceDate *string        `json:"newest_service_date"` // nil without services
	// Revenue and AddonRevenue are nil if the operator of WHMCS does not allow sums.
	Revenue      []Revenue `json:"revenue"`
	AddonRevenue []Revenue `json:"addon_revenue"`
}

// ServiceCount is the number of services with one currency, billing cycle and status.
type ServiceCount struct {
	Currency *string `json:"currency"` // nil if the client of the service does not exist
	Cycle    string  `json:"cycle"`    // one of Cycles, "one_time", "free" or "other"
	Status   string  `json:"status"`
	Count    int64   `json:"count"`
	// EndingPromotions is the number of services with a promotion that ends after a number of payments. It is nil if
	// this WHMCS does not show it.
	EndingPromotions *int64 `json:"ending_promotions"`
}

// Revenue is the sum of what the recurring services of one currency and cycle pay in each cycle.
type Revenue struct {
	Currency *string          `json:"currency"`
	Cycle    string           `json:"cycle"`
	Amount   *decimal.Decimal `json:"amount"` // nil if fewer than five clients pay it
}

// ServiceClass says how a service pays.
type ServiceClass string

// The classes of services.
const (
	ServiceRecurring ServiceClass = "recurring" // invoiced in each billing cycle
	ServicePending   ServiceClass = "pending"   // unpaid, or waiting for its activation
	ServiceFree      ServiceClass = "free"
	ServiceOneTime   ServiceClass = "one_time"
	ServiceCompleted ServiceClass = "completed"
	ServiceEnded     ServiceClass = "ended" // terminated, cancelled or fraud
	ServiceOther     ServiceClass = "other" // of a status or cycle that the provider does not know
)

// Class returns how the services pay.
func (s ServiceCount) Class() ServiceClass {
	switch {
	case slices.Contains([]string{"Terminated", "Cancelled", "Fraud"}, s.Status):
		return ServiceEnded
	case s.Status == "Completed":
		return ServiceCompleted
	case s.Cycle == "free":
		return ServiceFree
	case s.Cycle == "one_time":
		return ServiceOneTime
	case s.Status == "Pending":
		return ServicePending
	case (s.Status == "Active" || s.Status == "Suspended") && monthsOf[s.Cycle] > 0:
		return ServiceRecurring
	}
	return ServiceOther
}

// monthsOf is the length of each billing cycle in months.
var monthsOf = map[string]int64{
	"monthly": 1, "quarterly": 3, "semiannually": 6, "annually": 12, "biennially": 24, "triennially": 36,
}

// MonthlyRevenue is what the recurring services of one currency pay in a month, on average.
type MonthlyRevenue struct {
	Currency string
	Amount   decimal.Decimal
	// Withheld are the cycles whose sums are not part of the amount, because fewer than five clients pay them.
	Withheld []string
}

// Monthly returns the sums by currency. The sum of each cycle is divided by the months of the cycle and rounded half
// up to two places. The sum over cycles is exact.
func Monthly(sums []Revenue) ([]MonthlyRevenue, error) {
	var out []MonthlyRevenue
	for _, sum := range sums {
		if sum.Currency == nil || monthsOf[sum.Cycle] == 0 {
			continue
		}
		if len(out) == 0 || out[len(out)-1].Currency != *sum.Currency {
			out = append(out, MonthlyRevenue{Currency: *sum.Currency, Amount: "0.00"})
		}
		month := &out[len(out)-1]
		if sum.Amount == nil {
			month.Withheld = append(month.Withheld, sum.Cycle)
			continue
		}
		share, err := sum.Amount.DividedBy(monthsOf[sum.Cycle], 2)
		if err == nil {
			month.Amount, err = month.Amount.Plus(share)
		}
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", *sum.Currency, sum.Cycle, err)
		}
	}
	return out, nil
}

// ErrNoImpact means that the companion is too old to count services.
var ErrNoImpact = errors.New("the companion in WHMCS is older than this provider and does not count services: " +
	"install the companion of this provider's version")

// Impact reads the services of a product. Concurrent reads are served from shared requests. A product that does not
// exist has no services.
func (c *Client) Impact(ctx context.Context, productID string) (*Impact, error) {
	stored, err := c.readsOf(KindProduct, withImpact).Get(ctx, productID)
	if isWithRefused(err) {
		return nil, ErrNoImpact
	}
	if err != nil || stored.row == nil {
		return &Impact{}, err
	}
	return c.decodeImpact(productID, stored)
}

// ProductImpact is a product with its services.
type ProductImpact struct {
	Product
	Impact *Impact `json:"impact"`
}

// Impacts reads all products with their services.
func (c *Client) Impacts(ctx context.Context) ([]ProductImpact, error) {
	rows, err := CollectionOf[ProductImpact](c, KindProduct).List(ctx, nil, withImpact)
	if isWithRefused(err) {
		return nil, ErrNoImpact
	}
	return rows, err
}

func (c *Client) decodeImpact(productID string, stored rawRow) (*Impact, error) {
	var row struct {
		Impact *Impact `json:"impact"`
	}
	if err := decode(stored.row, &row); err != nil {
		return nil, c.protocolError("TerraformRead get product "+productID, err)
	}
	return row.Impact, nil
}

// withImpact requests the services of products as totals.
const withImpact = "impact"

// isWithRefused reports whether the companion does not know the totals that a read requests.
func isWithRefused(err error) bool {
	var failure *Error
	return errors.As(err, &failure) && failure.Code == CodeInvalid &&
		slices.ContainsFunc(failure.Details.Errors, func(e FieldError) bool { return e.Field == "with" })
}
