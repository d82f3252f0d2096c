package solusvm2

import "context"

// Plan is a plan for virtual servers and its price in tokens. A token has a price in each currency of WHMCS.
type Plan struct {
	ID                 string
	Name               string
	VirtualizationType string // kvm, vz
	IsVisible          bool
	VCPU               int64
	RAMBytes           int64
	DiskGiB            int64
	TokensPerHour      int64
	TokensPerMonth     int64 // the most that the hours of one month cost (facts/solusvm2: doc)
	IPTokensPerHour    int64 // of one additional IP address
	IPTokensPerMonth   int64
}

type planRow struct {
	ID                 text              `json:"id"`
	Name               text              `json:"name"`
	VirtualizationType note              `json:"virtualization_type"`
	IsVisible          bool              `json:"is_visible"`
	Params             specificationsRow `json:"params"`
	TokensPerHour      int64             `json:"tokens_per_hour"`
	TokensPerMonth     int64             `json:"tokens_per_month"`
	IPTokensPerHour    int64             `json:"ip_tokens_per_hour"`
	IPTokensPerMonth   int64             `json:"ip_tokens_per_month"`
}

func (row planRow) rowID() text { return row.ID }

func (row planRow) plan() Plan {
	return Plan{
		ID: string(row.ID), Name: string(row.Name), VirtualizationType: string(row.VirtualizationType),
		IsVisible: row.IsVisible, VCPU: row.Params.VCPU, RAMBytes: row.Params.RAM, DiskGiB: row.Params.Disk,
		TokensPerHour: row.TokensPerHour, TokensPerMonth: row.TokensPerMonth,
		IPTokensPerHour: row.IPTokensPerHour, IPTokensPerMonth: row.IPTokensPerMonth,
	}
}

var plans = collection{path: "plans", noun: "plan"}

// Plans lists all plans (facts/solusvm2: client).
func (c *Client) Plans(ctx context.Context) ([]Plan, error) {
	rows, err := list[planRow](ctx, c, plans.list(nil))
	if err != nil {
		return nil, err
	}
	return values(rows, planRow.plan)
}
