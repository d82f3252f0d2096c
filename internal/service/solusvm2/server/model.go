package server

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// shown is a virtual server in the data sources. It lacks the password and address of the console, so that the state
// does not contain them.
type shown struct {
	ID                 types.String `tfsdk:"id"`
	Name               types.String `tfsdk:"name"`
	Description        types.String `tfsdk:"description"`
	UUID               types.String `tfsdk:"uuid"`
	VirtualizationType types.String `tfsdk:"virtualization_type"`
	VCPU               types.Int64  `tfsdk:"vcpu"`
	RAMBytes           types.Int64  `tfsdk:"ram_bytes"`
	DiskGiB            types.Int64  `tfsdk:"disk_gib"`
	Status             types.String `tfsdk:"status"`
	IsSuspended        types.Bool   `tfsdk:"is_suspended"`
	Location           types.String `tfsdk:"location"`
	Plan               types.String `tfsdk:"plan"`
	Project            types.String `tfsdk:"project"`
	UserID             types.String `tfsdk:"user_id"`
	UserEmail          types.String `tfsdk:"user_email"`
	FQDNs              []string     `tfsdk:"fqdns"`
	BootMode           types.String `tfsdk:"boot_mode"`
	IPv4Addresses      []string     `tfsdk:"ipv4_addresses"`
	IPv6Address        types.String `tfsdk:"ipv6_address"`
	CreatedAt          types.String `tfsdk:"created_at"`
}

func shownAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                  resourcekit.ComputedString("SolusVM 2's id of the server."),
		"name":                resourcekit.ComputedString("Name of the server."),
		"description":         resourcekit.ComputedString("Description. Null if there is none."),
		"uuid":                resourcekit.ComputedString("UUID of the server."),
		"virtualization_type": resourcekit.ComputedString("`kvm` or `vz`."),
		"vcpu":                resourcekit.ComputedInt("Virtual CPUs."),
		"ram_bytes":           resourcekit.ComputedInt("Memory in bytes."),
		"disk_gib":            resourcekit.ComputedInt("Disk in GiB."),
		"status":              resourcekit.ComputedString("Current status, such as `started`, `stopped` or `processing`. SolusVM 2 may have others."),
		"is_suspended":        resourcekit.ComputedBool("Whether the server is suspended."),
		"location":            resourcekit.ComputedString("Location."),
		"plan":                resourcekit.ComputedString("Plan."),
		"project":             resourcekit.ComputedString("Project that the server belongs to."),
		"user_id":             resourcekit.ComputedString("Id of the server's user."),
		"user_email":          resourcekit.ComputedString("E-mail address of that user."),
		"fqdns":               resourcekit.ComputedStrings("Host names of the server."),
		"boot_mode":           resourcekit.ComputedString("`disk` or `rescue`."),
		"ipv4_addresses":      resourcekit.ComputedStrings("IPv4 addresses, the primary one first."),
		"ipv6_address":        resourcekit.ComputedString("Primary IPv6 address. Null if there is none."),
		"created_at":          resourcekit.ComputedString("Time of the creation of the server, in SolusVM 2's format."),
	}
}

func show(s solusvm2.Server) shown {
	return shown{
		ID: types.StringValue(s.ID), Name: types.StringValue(s.Name), Description: resourcekit.TextOrNull(s.Description), UUID: resourcekit.TextOrNull(s.UUID), VirtualizationType: resourcekit.TextOrNull(s.VirtualizationType),
		VCPU: types.Int64Value(s.VCPU), RAMBytes: types.Int64Value(s.RAMBytes), DiskGiB: types.Int64Value(s.DiskGiB), Status: types.StringValue(s.Status),
		IsSuspended: types.BoolValue(s.IsSuspended), Location: resourcekit.TextOrNull(s.Location), Plan: resourcekit.TextOrNull(s.Plan), Project: resourcekit.TextOrNull(s.Project), UserID: resourcekit.TextOrNull(s.UserID),
		UserEmail: resourcekit.TextOrNull(s.UserEmail), FQDNs: s.FQDNs, BootMode: resourcekit.TextOrNull(s.BootMode), IPv4Addresses: s.IPv4Addresses, IPv6Address: resourcekit.TextOrNull(s.IPv6Address), CreatedAt: resourcekit.TextOrNull(s.CreatedAt),
	}
}
