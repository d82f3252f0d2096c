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

type nameRow struct {
	Name text `json:"name"`
}

type addressRow struct {
	IP        text `json:"ip"`
	IsPrimary flag `json:"is_primary"`
}

type addressesRow struct {
	IPv4 []addressRow `json:"ipv4"`
	IPv6 []struct {
		Primary text `json:"primary_ip"`
	} `json:"ipv6"`
}

type specificationsRow struct {
	VCPU number `json:"vcpu"`
	RAM  number `json:"ram"`
	Disk number `json:"disk"`
}

type serverRow struct {
	ID                 text                         `json:"id"`
	Name               text                         `json:"name"`
	Description        text                         `json:"description"`
	UUID               text                         `json:"uuid"`
	VirtualizationType text                         `json:"virtualization_type"`
	Specifications     phpObject[specificationsRow] `json:"specifications"`
	Status             text                         `json:"status"`
	RealStatus         text                         `json:"real_status"`
	IsSuspended        flag                         `json:"is_suspended"`
	Location           phpObject[nameRow]           `json:"location"`
	Plan               phpObject[nameRow]           `json:"plan"`
	Project            phpObject[nameRow]           `json:"project"`
	User               phpObject[userRow]           `json:"user"`
	FQDNs              []text                       `json:"fqdns"`
	BootMode           text                         `json:"boot_mode"`
	CreatedAt          text                         `json:"created_at"`
	IPAddresses        phpObject[addressesRow]      `json:"ip_addresses"`
	IPs                []addressRow                 `json:"ips"` // older panels
}

func (row serverRow) rowID() text { return row.ID }

func (row serverRow) server() Server {
	s := Server{
		ID: string(row.ID), Name: string(row.Name), Description: string(row.Description), UUID: string(row.UUID),
		VirtualizationType: string(row.VirtualizationType), Status: string(row.Status), IsSuspended: bool(row.IsSuspended),
		VCPU: int64(row.Specifications.value.VCPU), RAMBytes: int64(row.Specifications.value.RAM),
		DiskGiB: int64(row.Specifications.value.Disk), Location: string(row.Location.value.Name),
		Plan: string(row.Plan.value.Name), Project: string(row.Project.value.Name),
		UserID: string(row.User.value.ID), UserEmail: string(row.User.value.Email),
		BootMode: string(row.BootMode), CreatedAt: string(row.CreatedAt),
		FQDNs: []string{}, IPv4Addresses: []string{},
	}
	if row.RealStatus != "" {
		s.Status = string(row.RealStatus)
	}
	for _, name := range row.FQDNs {
		s.FQDNs = append(s.FQDNs, string(name))
	}
	addresses := row.IPAddresses.value.IPv4
	if addresses == nil {
		addresses = row.IPs
	}
	for _, primary := range []flag{true, false} {
		for _, address := range addresses {
			if address.IsPrimary == primary && address.IP != "" {
				s.IPv4Addresses = append(s.IPv4Addresses, string(address.IP))
			}
		}
	}
	for _, block := range row.IPAddresses.value.IPv6 {
		if s.IPv6Address == "" {
			s.IPv6Address = string(block.Primary)
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
	rows, err := list[serverRow](ctx, c, request{operation: "servers: list", path: servers.path, query: query})
	if err != nil {
		return nil, err
	}
	all := make([]Server, len(rows))
	for i, row := range rows {
		all[i] = row.server()
	}
	return all, nil
}

// Server reads one virtual server. The error is transport.ErrNotFound when it does not exist.
func (c *Client) Server(ctx context.Context, id string) (Server, error) {
	row, err := requestObject[serverRow](ctx, c, servers.read(id))
	return row.server(), err
}
