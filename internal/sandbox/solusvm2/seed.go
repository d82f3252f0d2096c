package solusvm2

import (
	"fmt"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// Seed returns a small panel: an administrator, two customers, two limit groups, five servers, and the settings of a
// fresh installation.
func Seed(options Options, now time.Time) *State {
	now = now.UTC()
	token := options.Token
	if token == "" {
		token = "1|" + system.RandomHex(20)
	}
	state := &State{
		Users: []User{
			{ID: 1, Email: "admin@example.com", Status: "active", Role: roleAdministrator, AllowedIPs: options.AllowedIPs, CreatedAt: now},
			{ID: 2, Email: "asha@example.com", Status: "active", Role: roleClient, LimitGroupID: 1, CreatedAt: now},
			{ID: 3, Email: "wei@example.com", Status: "locked", Role: roleClient, LimitGroupID: 1, CreatedAt: now},
		},
		LimitGroups: []LimitGroup{
			{ID: 1, Name: "Default", Servers: -1, Running: 5, AdditionalIPs: 2, CreatedAt: now, UpdatedAt: now},
			{ID: 2, Name: "No limits", Servers: -1, Running: -1, AdditionalIPs: -1, CreatedAt: now, UpdatedAt: now},
		},
		DefaultLimitGroup: 1, NextLimitGroup: 3,
		Tokens: []Token{
			{ID: system.NewUUID(), Name: "Terraform", UserID: 1, Secret: token, CreatedAt: now},
			{ID: system.NewUUID(), Name: "Scripts", UserID: 2, Secret: "2|" + system.RandomHex(20), CreatedAt: now},
		},
		Settings: map[string]any{
			"hostname": "panel.example.com", "send_statistics": false, "limit_group": nil,
			"registration":     map[string]any{"role": roleClient},
			"mail":             map[string]any{"host": "mail.example.com", "username": "panel", "password": "mail-" + system.RandomHex(8), "from_email": "panel@example.com"},
			"theme":            map[string]any{"brand_name": "Example Cloud", "terms_and_conditions_url": ""},
			"network_rules":    map[string]any{"arp": true, "dhcp": false, "cloud_init": false, "smtp": false, "icmp": false, "icmp_reply": true},
			"notifications":    map[string]any{"server_create": map[string]any{"enabled": true, "subject_templates": map[string]any{}, "body_templated": map[string]any{}}},
			"compute_resource": map[string]any{"rescue_iso_url": "", "balance_strategy": "random"},
			"dns":              map[string]any{"type": "", "server_hostname_template": "", "register_fqdn_on_server_create": false, "reverse_dns_domain_template": "", "drivers": map[string]any{}},
			"update":           map[string]any{"method": "manual", "channel": "stable"},
			"features":         map[string]any{"hide_plan_name": false, "allow_registration": true},

			"non_existent_vms_remover": map[string]any{"enabled": false, "interval": 60},
			"token_api":                map[string]any{"url": "https://panel.example.com:443/api/v1", "is_enabled": true},
			"billing_integration":      map[string]any{"type": "", "drivers": map[string]any{}},
		},
	}
	for i := range int64(5 + options.ExtraServers) {
		state.Servers = append(state.Servers, newServer(i+1, now))
	}
	return state
}

func newServer(id int64, now time.Time) Server {
	statuses, kinds := []string{"started", "stopped", "started", "processing"}, []string{"kvm", "kvm", "vz"}
	return Server{
		ID: id, Name: fmt.Sprintf("vps-%02d", id), UserID: 2 + id%2, Status: statuses[id%4], Type: kinds[id%3], VCPU: 1 + id%4, RAMBytes: (1 + id%4) << 30, DiskGiB: 20 * (1 + id%3),
		Plan: "KVM S", Location: "Mumbai", IPAddress: fmt.Sprintf("198.51.%d.%d", 100+id/250, 1+id%250), VNCPassword: system.RandomHex(8), CreatedAt: now, ComputeResourceID: 1 + id%2,
	}
}
