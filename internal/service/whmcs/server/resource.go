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
		MarkdownDescription: "A server in WHMCS: the address and credentials that a server module uses to connect to a system, such as a TopLink DCIM.",
		Attributes: map[string]schema.Attribute{
			"name": resourcekit.Text(kinds.Server.Name,
				"Name of the server in WHMCS's admin area."),
			"module": resourcekit.Text(kinds.Server.Module,
				"System name of the server module, such as `toplink_dcim`. It is the name of its folder in `modules/servers`, and must be installed."),
			"hostname": addressText(kinds.Server.Hostname,
				"Host name or IP address of the system, without `https://`. Defaults to `\"\"` when the server is created. If removed, the current value is kept."),
			"ip_address": addressText(kinds.Server.IPAddress,
				"IP address of the system. Another spelling of the same address is not a change. Defaults to `\"\"` when the server is created. If removed, the current value is kept."),
			"assigned_ip_addresses": addressList(kinds.Server.AssignedIPAddresses,
				"Additional addresses that WHMCS may assign to services, in order: IP addresses, networks or ranges. Defaults to `[]` when the server is created. If removed, the current value is kept."),
			"monthly_cost": resourcekit.Amount(kinds.Server.MonthlyCost,
				"Cost of the server for each month, as exact decimal text such as `\"120.00\"`. Used only in WHMCS's reports. Defaults to `0.00` when the server is created. If removed, the current value is kept."),
			"noc": resourcekit.Text(kinds.Server.NOC,
				"Data center or NOC, for information. Defaults to `\"\"` when the server is created. If removed, the current value is kept."),
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
						Optional: true, MarkdownDescription: "IP address of the nameserver. May be empty. Required.",
						PlanModifiers: []planmodifier.String{resourcekit.Changed{}, resourcekit.KeepEqualAddress()},
					}),
				}},
			},
			"max_accounts": resourcekit.Int(kinds.Server.MaxAccounts,
				"Maximum number of services that WHMCS puts on the server. Defaults to `200` when the server is created. If removed, the current value is kept."),
			"username": resourcekit.Text(kinds.Server.Username,
				"User name for the module. For a TopLink DCIM, it is the KEY of the API key. Defaults to `\"\"` when the server is created. If removed, the current value is kept."),
			"password": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "Password for the module. For a TopLink DCIM, it is the secret of the API key. It is kept in the state. To avoid that, use `password_wo`. If the password is changed in WHMCS, the next apply restores it. If omitted, the stored password is kept. For a server with a stored password, a change of `module`, `hostname`, `ip_address`, `port` or `secure` needs `password` or `password_wo`.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.ConflictsWith(path.MatchRoot("password_wo"))},
			},
			"password_wo":         writeOnly("Password for the module, which is not kept in the state or the plan. Needs Terraform 1.11 or OpenTofu 1.11. Sent on creation, when `password_wo_version` changes, and when `module`, `hostname`, `ip_address`, `port` or `secure` changes.", "password_wo_version"),
			"password_wo_version": version("password_wo"),
			"access_hash": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "Access hash or API token for modules that use one. It is kept in the state. To avoid that, use `access_hash_wo`. If omitted, the stored access hash is kept. For a server with a stored access hash, a change of `module`, `hostname`, `ip_address`, `port` or `secure` needs `access_hash` or `access_hash_wo`.",
				Validators: []validator.String{
					stringvalidator.LengthAtLeast(1),
					stringvalidator.ConflictsWith(path.MatchRoot("access_hash_wo"), path.MatchRoot("toplink_dcim")),
				},
			},
			"access_hash_wo":         writeOnly("Access hash, which is not kept in the state or the plan. Needs Terraform 1.11 or OpenTofu 1.11. Sent on creation, when `access_hash_wo_version` changes, and when `module`, `hostname`, `ip_address`, `port` or `secure` changes.", "access_hash_wo_version"),
			"access_hash_wo_version": version("access_hash_wo"),
			"toplink_dcim": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "The two settings that the TopLink DCIM module stores instead of an access hash. If omitted, the stored settings are kept. The form in which the module stores them is assumed. It can be corrected in the companion's `companion.local.php`.",
				Validators:          []validator.Object{objectvalidator.ConflictsWith(path.MatchRoot("access_hash"), path.MatchRoot("access_hash_wo"))},
				Attributes: map[string]schema.Attribute{
					"username_prefix": schema.StringAttribute{Required: true, MarkdownDescription: "Prefix of user names, usually the name of the DCIM platform. It distinguishes the users of several platforms.", PlanModifiers: []planmodifier.String{resourcekit.Changed{}}},
					"hostname_format": schema.StringAttribute{Required: true, MarkdownDescription: "Format of a service's host name in WHMCS, usually `{label}-{ipv4}`.", PlanModifiers: []planmodifier.String{resourcekit.Changed{}}},
				},
			},
			"secure": resourcekit.Bool(kinds.Server.Secure,
				"Connect with SSL. Defaults to `false` when the server is created. If removed, the current value is kept."),
			"port": resourcekit.Int(kinds.Server.Port,
				"Port to connect to, 1 to 65535. 0 means the module's default, which is 443 for a TopLink DCIM with SSL. Defaults to `0` when the server is created. If removed, the current value is kept."),
			"default_for_module": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "`true` makes this server the module's default server. A module has exactly one default server. The attribute can therefore not be `false`. To change the default, omit it here and set it on another server.",
				Validators:          []validator.Bool{boolvalidator.Equals(true)},
			},
			"disabled": resourcekit.Bool(kinds.Server.Disabled,
				"Put no new services on the server. Defaults to `false` when the server is created. If removed, the current value is kept."),
			"test_connection": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Run the module's connection test with the new values before a write. If the test fails, nothing is stored. Default: `false`.",
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
		MarkdownDescription: "Version of `" + writeOnlyAttribute + "`, 1 or more. Increase it to send the secret again. If the secret was changed in WHMCS, the plan shows this attribute, and the next apply sends the secret again.",
		Validators:          []validator.Int64{int64validator.AtLeast(1), int64validator.AlsoRequires(path.MatchRoot(writeOnlyAttribute))},
	}
}

// warnOfDefault warns that another server stops being the default of the module. If the configuration makes both
// servers the default, every apply changes the default.
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
				"The server %s (id %s) is now the default of the module %s. A module has only one default server. Set default_for_module on one server only. Otherwise every apply changes the default.",
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
			"The module %s could not connect to %s: %s Nothing was stored. Check hostname, ip_address, port, secure, username and password. Check that the system accepts requests from the address of the WHMCS server.",
			w.Plan.Module.ValueString(), w.Plan.Hostname.ValueString(), resourcekit.Sentence(test.Message)))
	}
}
