package solusvm2

import (
	"context"
	"net/url"
)

// Server is a virtual server. The password and address of its console are never decoded.
type Server struct {
	ID                 string
	Name               string
	Description        string
	UUID               string
	VirtualizationType string // kvm, vz
	VCPU               int64
	RAMBytes           int64
	DiskGiB            int64
	Status             string // open set: started, stopped, processing, …
	IsSuspended        bool
	Location           string
	Plan               string
	Project            string
	UserID             string
	UserEmail          string
	FQDNs              []string
	BootMode           string
	IPv4Addresses      []string // the primary address first
	IPv6Address        string   // the primary address
	CreatedAt          string
}

// ServerFilter selects servers. An empty field matches all servers.
type ServerFilter struct {
	UserID             string
	ComputeResourceID  string
	Status             string
	VirtualizationType string
}

type addressRow struct {
	IP        text `json:"ip"`
	IsPrimary bool `json:"is_primary"`
}

// blockRow is a block of IPv6 addresses. The vendor's WHMCS module reads one block, newer clients read a list
// (facts/solusvm2: fixture, seen).
type blockRow struct {
	Primary   text `json:"primary_ip"`
	IsPrimary bool `json:"is_primary"`
}

type addressesRow struct {
	IPv4 []addressRow `json:"ipv4"`
	IPv6 []blockRow   `json:"ipv6"`
}

// ipv6 returns the primary address of the primary block. If no block is marked so, the first one counts.
func (row addressesRow) ipv6() string {
	address := ""
	for _, block := range row.IPv6 {
		switch {
		case block.Primary == "":
		case block.IsPrimary:
			return string(block.Primary)
		case address == "":
			address = string(block.Primary)
		}
	}
	return address
}

type specificationsRow struct {
	VCPU int64 `json:"vcpu"`
	RAM  int64 `json:"ram"`
	Disk int64 `json:"disk"`
}

type serverRow struct {
	ID                 text              `json:"id"`
	Name               text              `json:"name"`
	Description        note              `json:"description"`
	UUID               note              `json:"uuid"`
	VirtualizationType note              `json:"virtualization_type"`
	Specifications     specificationsRow `json:"specifications"`
	Status             text              `json:"status"`
	RealStatus         text              `json:"real_status"`
	IsSuspended        bool              `json:"is_suspended"`
	Location           nameRow           `json:"location"`
	Plan               nameRow           `json:"plan"`
	Project            nameRow           `json:"project"`
	User               ownerRow          `json:"user"`
	FQDNs              []text            `json:"fqdns"`
	BootMode           note              `json:"boot_mode"`
	CreatedAt          note              `json:"created_at"`
	IPAddresses        addressesRow      `json:"ip_addresses"`
	IPs                []addressRow      `json:"ips"` // older panels
}

func (row serverRow) rowID() text { return row.ID }

func (row serverRow) server() Server {
	s := Server{
		ID: string(row.ID), Name: string(row.Name), Description: string(row.Description), UUID: string(row.UUID),
		VirtualizationType: string(row.VirtualizationType), Status: string(row.Status), IsSuspended: row.IsSuspended,
		VCPU: row.Specifications.VCPU, RAMBytes: row.Specifications.RAM, DiskGiB: row.Specifications.Disk,
		Location: string(row.Location.Name), Plan: string(row.Plan.Name), Project: string(row.Project.Name),
		UserID: string(row.User.ID), UserEmail: string(row.User.Email),
		BootMode: string(row.BootMode), CreatedAt: string(row.CreatedAt),
		FQDNs: []string{}, IPv4Addresses: []string{}, IPv6Address: row.IPAddresses.ipv6(),
	}
	if row.RealStatus != "" {
		s.Status = string(row.RealStatus)
	}
	for _, name := range row.FQDNs {
		s.FQDNs = append(s.FQDNs, string(name))
	}
	addresses := row.IPAddresses.IPv4
	if len(addresses) == 0 {
		addresses = row.IPs
	}
	for _, primary := range []bool{true, false} {
		for _, address := range addresses {
			if address.IsPrimary == primary && address.IP != "" {
				s.IPv4Addresses = append(s.IPv4Addresses, string(address.IP))
			}
		}
	}
	return s
}

var servers = collection{path: "servers", noun: "server"}

// Servers lists the virtual servers that match the filter.
func (c *Client) Servers(ctx context.Context, filter ServerFilter) ([]Server, error) {
	query := url.Values{}
	for name, value := range map[string]string{
		"user_id": filter.UserID, "compute_resource_id": filter.ComputeResourceID,
		"status": filter.Status, "virtualization_type": filter.VirtualizationType,
	} {
		if value != "" {
			query.Set("filter["+name+"]", value)
		}
	}
	rows, err := list[serverRow](ctx, c, servers.list(query))
	if err != nil {
		return nil, err
	}
	return values(rows, serverRow.server)
}

// Server reads one virtual server. The error is transport.ErrNotFound when it does not exist.
func (c *Client) Server(ctx context.Context, id string) (Server, error) {
	row, err := requestObject[serverRow](ctx, c, servers.read(id))
	return row.server(), err
}
