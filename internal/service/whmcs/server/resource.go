// Package server is hosting_whmcs_server: the records in WHMCS of the systems on which its modules provision services.
package server

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/boolvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return whmcsobject.New(whmcsobject.Definition[model, whmcs.Server]{
		Name:           "whmcs_server",
		Noun:           "server",
		Kind:           whmcs.KindServer,
		Schema:         resourceSchema,
		Key:            func(m *model) whmcs.Values { return whmcs.Values{"name": m.Name.ValueString()} },
		DuplicateNames: true,
		Values:         values,
		Fill:           fill,
		CheckPlan: func(ctx context.Context, w *whmcsobject.Write[model]) {
			checkAddresses(w)
			warnOfDefault(ctx, w)
			planSecrets(w)
		},
		BeforeWrite: func(ctx context.Context, w *whmcsobject.Write[model]) {
			addSecrets(w)
			testConnection(ctx, w)
		},
		InUseRemedy: "Move those services to another server in WHMCS first, or set disabled = true instead of destroying.",
	})
}

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "A server in WHMCS: the address and credentials with which a provisioning module reaches a system, such as a TopLink DCIM.",
		Attributes: map[string]schema.Attribute{
			"name": resourcekit.Text(kinds.Server.Name,
				"Name of the server in WHMCS's admin area."),
			"module": resourcekit.Text(kinds.Server.Module,
				"System name of the server module, that is its folder in `modules/servers`, such as `toplink_dcim`. It must be installed."),
			"hostname": addressText(kinds.Server.Hostname,
				"Host name or IP address of the system, without `https://`: for a TopLink DCIM its domain or IP address. Defaults to `\"\"` when the server is created. If removed, the current value is kept."),
			"ip_address": addressText(kinds.Server.IPAddress,
				"IP address of the system. Another spelling of the same address is not a change. Defaults to `\"\"` when the server is created. If removed, the current value is kept."),
			"assigned_ip_addresses": addressList(kinds.Server.AssignedIPAddresses,
				"Further addresses that WHMCS may hand to services, in order: IP addresses, networks or ranges. Defaults to `[]` when the server is created. If removed, the current value is kept."),
			"monthly_cost": resourcekit.Amount(kinds.Server.MonthlyCost,
				"What the server costs a month, as exact decimal text such as `\"120.00\"`; for WHMCS's own reports. Defaults to `0.00` when the server is created. If removed, the current value is kept."),
			"noc": resourcekit.Text(kinds.Server.NOC,
				"Data centre or NOC, for information. Defaults to `\"\"` when the server is created. If removed, the current value is kept."),
			"status_address": resourcekit.Text(kinds.Server.StatusAddress,
				"URL of the folder with WHMCS's status script on that server. Defaults to `\"\"` when the server is created. If removed, the current value is kept."),
			"nameservers": schema.ListNestedAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Up to five nameservers, in order. Default: none.",
				Validators:          []validator.List{listvalidator.SizeAtMost(5)},
				PlanModifiers:       []planmodifier.List{listplanmodifier.UseStateForUnknown()},
				NestedObject: schema.NestedAttributeObject{PlanModifiers: resourcekit.RequiredParts("hostname", "ip_address"), Attributes: map[string]schema.Attribute{
					"hostname": resourcekit.NestedName("Host name of the nameserver."),
					"ip_address": resourcekit.RequiredPart(schema.StringAttribute{
						Optional: true, MarkdownDescription: "IP address of the nameserver; may be empty. Required.",
						PlanModifiers: []planmodifier.String{resourcekit.Changed{}, resourcekit.KeepEqualAddress()},
					}),
				}},
			},
			"max_accounts": resourcekit.Int(kinds.Server.MaxAccounts,
				"How many services WHMCS may put on the server. Defaults to `200` when the server is created. If removed, the current value is kept."),
			"username": resourcekit.Text(kinds.Server.Username,
				"User name for the module; for a TopLink DCIM the KEY of its API key. Defaults to `\"\"` when the server is created. If removed, the current value is kept."),
			"password": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "Password for the module; for a TopLink DCIM the secret of its API key. Kept in state: use `password_wo` to avoid that. A change made in WHMCS is noticed and repaired. Leaving it out keeps what is stored. Required, as one of `password` and `password_wo`, to change `module`, `hostname`, `ip_address`, `port` or `secure` of a server with a stored password.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.ConflictsWith(path.MatchRoot("password_wo"))},
			},
			"password_wo":         writeOnly("Password for the module, never kept in state or plan. Needs Terraform 1.11 or OpenTofu 1.11. Sent on creation, when `password_wo_version` changes, and when `module`, `hostname`, `ip_address`, `port` or `secure` changes.", "password_wo_version"),
			"password_wo_version": version("password_wo"),
			"access_hash": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "Access hash or API token for modules that use one. Kept in state: use `access_hash_wo` to avoid that. Leaving it out keeps what is stored. Required, as one of `access_hash` and `access_hash_wo`, to change `module`, `hostname`, `ip_address`, `port` or `secure` of a server with a stored access hash.",
				Validators: []validator.String{
					stringvalidator.LengthAtLeast(1),
					stringvalidator.ConflictsWith(path.MatchRoot("access_hash_wo"), path.MatchRoot("toplink_dcim")),
				},
			},
			"access_hash_wo":         writeOnly("Access hash, never kept in state or plan. Needs Terraform 1.11 or OpenTofu 1.11. Sent on creation, when `access_hash_wo_version` changes, and when `module`, `hostname`, `ip_address`, `port` or `secure` changes.", "access_hash_wo_version"),
			"access_hash_wo_version": version("access_hash_wo"),
			"toplink_dcim": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "The two settings that the TopLink DCIM module keeps in place of an access hash. Leaving it out keeps what is stored. How the module stores them is assumed; the companion's `companion.local.php` can correct it.",
				Validators:          []validator.Object{objectvalidator.ConflictsWith(path.MatchRoot("access_hash"), path.MatchRoot("access_hash_wo"))},
				Attributes: map[string]schema.Attribute{
					"username_prefix": schema.StringAttribute{Required: true, MarkdownDescription: "User name prefix: usually the name of the DCIM platform, so that its users can be told apart.", PlanModifiers: []planmodifier.String{resourcekit.Changed{}}},
					"hostname_format": schema.StringAttribute{Required: true, MarkdownDescription: "How WHMCS shows a service's host name, usually `{label}-{ipv4}`.", PlanModifiers: []planmodifier.String{resourcekit.Changed{}}},
				},
			},
			"secure": resourcekit.Bool(kinds.Server.Secure,
				"Connect with SSL. Defaults to `false` when the server is created. If removed, the current value is kept."),
			"port": resourcekit.Int(kinds.Server.Port,
				"Port to connect to, 1 to 65535; 0 = the module's default, which for a TopLink DCIM is 443 with SSL. Defaults to `0` when the server is created. If removed, the current value is kept."),
			"default_for_module": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "`true` makes this the module's default server, and no other one. There is exactly one, so it cannot be set to `false`: leave it out, and give it to another server.",
				Validators:          []validator.Bool{boolvalidator.Equals(true)},
			},
			"disabled": resourcekit.Bool(kinds.Server.Disabled,
				"Keep WHMCS from putting new services on the server. Defaults to `false` when the server is created. If removed, the current value is kept."),
			"test_connection": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Run the module's own connection test with the new values before anything is stored; when it fails, nothing is. Default: `false`.",
			},
		},
	}
}

func addressText(field kinds.Field, description string) schema.StringAttribute {
	attribute := resourcekit.Text(field, description)
	attribute.PlanModifiers = append(attribute.PlanModifiers, resourcekit.KeepEqualAddress())
	return attribute
}

func addressList(field kinds.Field, description string) schema.ListAttribute {
	attribute := resourcekit.TextList(field, description)
	attribute.PlanModifiers = append(attribute.PlanModifiers, resourcekit.KeepEqualAddress())
	return attribute
}

func writeOnly(description, versionAttribute string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Sensitive: true, WriteOnly: true,
		MarkdownDescription: description,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.AlsoRequires(path.MatchRoot(versionAttribute))},
	}
}

func version(writeOnlyAttribute string) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		MarkdownDescription: "A number that you raise to have `" + writeOnlyAttribute + "` sent again, 1 or more. When the stored secret was changed in WHMCS, the plan shows this attribute and the next apply sends the secret again.",
		Validators:          []validator.Int64{int64validator.AtLeast(1), int64validator.AlsoRequires(path.MatchRoot(writeOnlyAttribute))},
	}
}

// warnOfDefault warns that another server stops being the default of the module. If the configuration makes both
// servers the default, they take it from each other at every apply.
func warnOfDefault(ctx context.Context, w *whmcsobject.Write[model]) {
	if w.Client == nil || !w.Plan.DefaultForModule.ValueBool() || w.Plan.Module.IsUnknown() || (w.Prior != nil && w.Prior.DefaultForModule.ValueBool()) {
		return
	}
	filter := whmcs.Values{"module": w.Plan.Module.ValueString(), "default_for_module": true}
	rows, err := whmcs.CollectionOf[whmcs.Server](w.Client, whmcs.KindServer).List(ctx, filter)
	if err != nil {
		return // the validation of the whole write reports an unreachable WHMCS
	}
	for _, row := range rows {
		if row.ID != w.ID {
			w.Diagnostics.AddAttributeWarning(path.Root("default_for_module"), "Another server stops being the default", fmt.Sprintf(
				"The server %s (id %s) is the default of the module %s now. A module has one default server: if the configuration claims it for both, they take it from each other at every apply.",
				row.Name, row.ID, row.Module))
		}
	}
}

// connectionFields are the fields that a connection test depends on.
var connectionFields = []string{"module", "hostname", "ip_address", "username", "password", "access_hash", "toplink_dcim", "secure", "port"}

// testConnection runs the module's connection test with the values of the write. A failure stops the write.
func testConnection(ctx context.Context, w *whmcsobject.Write[model]) {
	if !w.Plan.TestConnection.ValueBool() {
		return
	}
	candidate := whmcs.Values{}
	for field, value := range w.Values {
		if slices.Contains(connectionFields, field) {
			candidate[field] = value
		}
	}
	switchedOn := w.Prior != nil && !w.Prior.TestConnection.ValueBool()
	if len(candidate) == 0 && !switchedOn {
		return
	}
	at := path.Root("test_connection")
	test, err := w.Client.TestConnection(ctx, w.ID, candidate)
	if err != nil {
		w.Diagnostics.AddAttributeError(at, "Unable to run the connection test", resourcekit.Sentence(err.Error())+" Nothing was stored.")
		return
	}
	if !test.Success {
		w.Diagnostics.AddAttributeError(at, "The connection test failed", fmt.Sprintf(
			"The module %s could not connect to %s: %s Nothing was stored. Check hostname, ip_address, port, secure, username and password; and that the system accepts calls from the address of the WHMCS server.",
			w.Plan.Module.ValueString(), w.Plan.Hostname.ValueString(), resourcekit.Sentence(test.Message)))
	}
}
