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
			{ID: 1, Email: "admin@example.com", Status: "active", Role: roleAdministrator, AllowedIPs: options.AllowedIPs,
				CreatedAt: now},
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
		Plans: []Plan{
			{
				ID: 1, Name: "KVM S", Type: "kvm", VCPU: 1, RAMBytes: 1 << 30, DiskGiB: 20,
				TokensPerHour: 2, TokensPerMonth: 1000, IPTokensPerHour: 1, IPTokensPerMonth: 300,
			},
			{
				ID: 2, Name: "KVM M", Type: "kvm", VCPU: 2, RAMBytes: 4 << 30, DiskGiB: 80,
				TokensPerHour: 7, TokensPerMonth: 4000, IPTokensPerHour: 1, IPTokensPerMonth: 300,
			},
		},
		Settings: seedSettings(),
	}
	for i := range int64(5 + options.ExtraServers) {
		state.Servers = append(state.Servers, newServer(i+1, now))
	}
	return state
}

func newServer(id int64, now time.Time) Server {
	statuses, kinds := []string{"started", "stopped", "started", "processing"}, []string{"kvm", "kvm", "vz"}
	return Server{
		ID: id, Name: fmt.Sprintf("vps-%02d", id), UserID: 2 + id%2, Status: statuses[id%4], Type: kinds[id%3],
		VCPU: 1 + id%4, RAMBytes: (1 + id%4) << 30, DiskGiB: 20 * (1 + id%3),
		Plan: "KVM S", Location: "Mumbai", IPAddress: fmt.Sprintf("198.51.%d.%d", 100+id/250, 1+id%250),
		VNCPassword: system.RandomHex(8), CreatedAt: now, ComputeResourceID: 1 + id%2,
	}
}

// seedSettings returns the settings of a fresh installation, with the names of the vendor's fixture (facts/solusvm2:
// fixture). The structs of the vendor's client name two of them differently: send_statistics and body_templated.
func seedSettings() map[string]any {
	type object = map[string]any
	notifications := object{}
	for name, subject := range map[string]string{
		"server_create": "Server {{ name }} Created", "server_reset_password": "Server Password Reset",
		"user_reset_password": "Password Reset Request", "user_verify_email": "Email Address Verification",
		"project_user_invite": "Project Invitation", "project_user_left": "User Left Project",
		"server_incoming_traffic_exceeded": "Incoming Traffic Limit Exceeded",
		"server_outgoing_traffic_exceeded": "Outgoing Traffic Limit Exceeded",
	} {
		notifications[name] = object{
			"enabled": true, "override_templates": []any{},
			"subject_templates": object{"en_US": subject}, "body_templates": object{"en_US": "<p>" + subject + "</p>"},
		}
	}
	return object{
		"uuid": system.NewUUID(), "hostname": "panel.example.com", "force_autoupdate": false, "send_statistic": false,
		"latest_version": "1.1.20873", "latest-version": "1.1.20873", "limit_group": nil,
		"update_channels": []any{"stable", "mainline", "testing"},
		"update_schedule": object{"scheduled_days": []any{6, 7}, "scheduled_time": "06:00"},
		"update":          object{"method": "manual", "channel": "stable"},
		"registration":    object{"role": roleClient},
		"mail": object{
			"host": "mail.example.com", "port": "25", "username": "panel", "password": "mail-" + system.RandomHex(8),
			"encryption": false, "from_email": "panel@example.com", "from_name": "Example Cloud",
			"test_mail": "admin@example.com",
		},
		"theme": object{
			"brand_name": "Example Cloud", "primary_color": "#000000", "secondary_color": "#FFFFFF", "logo": nil,
			"favicon": nil, "terms_and_conditions_url": "",
		},
		"network_rules": object{
			"arp": true, "dhcp": false, "cloud_init": false, "smtp": false, "icmp": false, "icmp_reply": true,
			"portmapper": true,
		},
		"notifications":    notifications,
		"compute_resource": object{"rescue_iso_url": "", "balance_strategy": "random"},
		"dns": object{
			"type": "", "ttl": 60, "server_hostname_template": "", "reverse_dns_domain_template": "",
			"register_fqdn_on_server_create": false, "drivers": object{},
		},
		"features": object{
			"hide_plan_name": false, "hide_plan_section": false, "hide_user_data": false, "hide_location_section": false,
			"allow_registration": true, "allow_password_recovery": true,
		},
		"non_existent_vms_remover": object{"enabled": false, "interval": 60},
		"token_api":                object{"url": "https://panel.example.com:443/api/v1", "is_enabled": true},
		"billing_integration":      object{"type": "", "drivers": object{}},
	}
}
