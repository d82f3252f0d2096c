package whmcs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
)

// Impact contains the services of a product as totals.
type Impact struct {
	Services          []ServiceCount `json:"services"`
	NewestServiceDate *string        `json:"newest_service_date"` // nil without services
	// Revenue and AddonRevenue are nil if the operator of WHMCS does not allow sums, or if this WHMCS lacks a column.
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
	Amount   *decimal.Decimal // nil if the sums of all cycles are withheld
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
			out = append(out, MonthlyRevenue{Currency: *sum.Currency})
		}
		month := &out[len(out)-1]
		if sum.Amount == nil {
			month.Withheld = append(month.Withheld, sum.Cycle)
			continue
		}
		share, err := sum.Amount.DividedBy(monthsOf[sum.Cycle], 2)
		if err == nil && month.Amount != nil {
			share, err = month.Amount.Plus(share)
		}
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", *sum.Currency, sum.Cycle, err)
		}
		month.Amount = &share
	}
	return out, nil
}

// ErrNoImpact means that the companion is too old to count services.
var ErrNoImpact = errors.New("the companion in WHMCS is older than this provider and does not count services: " +
	"install the companion of this provider's version")

// errNoServiceColumns means that this WHMCS lacks a column that the totals need.
var errNoServiceColumns = errors.New("this WHMCS lacks a column of the tables tblhosting or tblclients that the counts need")

// Impact reads the services of a product. Concurrent reads are served from shared requests. A product that does not
// exist has no services.
func (c *Client) Impact(ctx context.Context, productID string) (*Impact, error) {
	stored, err := c.readsOf(KindProduct, withImpact).Get(ctx, productID)
	if err != nil {
		return nil, impactError(err)
	}
	if stored.row == nil {
		return &Impact{}, nil
	}
	row, err := c.decodeImpact(productID, stored)
	return row.Impact, err
}

// ProductImpact is a product with its services. It has the fields by which a list of products is filtered and shown.
type ProductImpact struct {
	ID             string  `json:"id"`
	ProductGroupID string  `json:"product_group_id"`
	Name           string  `json:"name"`
	Hidden         bool    `json:"hidden"`
	Retired        bool    `json:"retired"`
	Impact         *Impact `json:"impact"`
}

// Impacts reads the products that match the filter, with their services, page by page.
func (c *Client) Impacts(ctx context.Context, filter Values) ([]ProductImpact, error) {
	rows, err := CollectionOf[ProductImpact](c, KindProduct).List(ctx, filter, withImpact)
	if slices.ContainsFunc(rows, func(row ProductImpact) bool { return row.Impact == nil }) {
		return nil, errNoServiceColumns
	}
	return rows, impactError(err)
}

// ImpactsOf reads the products with these ids, with their services, in ascending order of ids. missing are the ids of
// products that do not exist.
func (c *Client) ImpactsOf(ctx context.Context, ids []string) (rows []ProductImpact, missing []string, err error) {
	ids = slices.SortedFunc(slices.Values(ids), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	for chunk := range slices.Chunk(ids, maxIDs) {
		found, err := c.getMany(ctx, readsKey{KindProduct, withImpact}, chunk)
		if err != nil {
			return nil, nil, impactError(err)
		}
		for _, id := range chunk {
			if found[id].row == nil {
				missing = append(missing, id)
				continue
			}
			row, err := c.decodeImpact(id, found[id])
			if err != nil {
				return nil, nil, err
			}
			rows = append(rows, row)
		}
	}
	return rows, missing, nil
}

func (c *Client) decodeImpact(productID string, stored rawRow) (row ProductImpact, err error) {
	if err := decode(stored.row, &row); err != nil {
		return row, c.protocolError("TerraformRead get product "+productID, err)
	}
	if row.Impact == nil {
		err = errNoServiceColumns
	}
	return row, err
}

// impactError returns ErrNoImpact for the refusal of a companion that does not know the totals.
func impactError(err error) error {
	if isWithRefused(err) {
		return ErrNoImpact
	}
	return err
}

// withImpact requests the services of products as totals.
const withImpact = "impact"

// isWithRefused reports whether the companion does not know the totals that a read requests.
func isWithRefused(err error) bool {
	var failure *Error
	return errors.As(err, &failure) && failure.Code == CodeInvalid &&
		slices.ContainsFunc(failure.Details.Errors, func(e FieldError) bool { return e.Field == "with" })
}
