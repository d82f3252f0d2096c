package provider

import (
	"context"
	"maps"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

func configurationSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Connects TopLink DCIM and SolusVM 2 to WHMCS. Manages the products of a hosting company, their prices and their provisioning. " +
			"Configure only the systems that you use. Configuring the provider makes no network call.",
		Blocks: map[string]schema.Block{
			"dcim": systemSchema("The TopLink DCIM, with the credentials of a system API key (Settings > System API).", map[string]schema.Attribute{
				"url":     urlAttribute("URL of the DCIM, such as `https://dcim.example.com`.", "DCIM_URL"),
				"key":     secretAttribute("KEY of a system API key.", "DCIM_KEY"),
				"secret":  secretAttribute("Secret of the system API key.", "DCIM_SECRET"),
				"profile": profileAttribute(),
			}),
			"whmcs": systemSchema("The WHMCS, with an API credential (Manage API Credentials). Every resource of WHMCS needs the companion files inside WHMCS.", map[string]schema.Attribute{
				"url":        urlAttribute("URL of the WHMCS installation, such as `https://billing.example.com`.", "WHMCS_URL"),
				"identifier": secretAttribute("Identifier of the API credential.", "WHMCS_IDENTIFIER"),
				"secret":     secretAttribute("Secret of the API credential.", "WHMCS_SECRET"),
				"access_key": secretAttribute("The `$api_access_key` of WHMCS's configuration.php, for machines whose address is not in the list *API IP Access Restriction* of WHMCS.", "WHMCS_ACCESS_KEY"),
			}),
			"solusvm2": systemSchema("The SolusVM 2 panel, with an administrator's API token.", map[string]schema.Attribute{
				"url":   urlAttribute("URL of the panel, such as `https://panel.example.com`. A trailing `/api/v1` is accepted.", "SOLUSVM2_URL"),
				"token": secretAttribute("API token of an administrator (Account > API tokens).", "SOLUSVM2_TOKEN"),
			}),
			"guards": schema.SingleNestedBlock{
				MarkdownDescription: "Limits on prices, at plan time and before each write. The operator of WHMCS can set limits of their own in the companion. A write must pass both.",
				Attributes: map[string]schema.Attribute{
					"max_price_change_percent": schema.StringAttribute{
						Optional: true, CustomType: resourcekit.DecimalType{}, Validators: []validator.String{resourcekit.NotNegative()},
						MarkdownDescription: "Largest allowed change of an existing amount, in percent. Covers prices and set-up fees of products and product addons, amounts of configurable options, and token prices. " +
							"An amount that was not managed before is compared with the amount in WHMCS. A larger change fails at plan time, and so does a change from zero. " +
							"The first amount of a configurable option is not a change. If omitted, changes are not limited.",
					},
					"allow_zero_price": schema.BoolAttribute{
						Optional:            true,
						MarkdownDescription: "Allow a new price of zero for a product or a product addon that is not free, and for a token. Also allow to set an existing set-up fee, or an existing amount of a configurable option, to zero. Default: `false`.",
					},
					"min_price": schema.MapAttribute{
						Optional: true, ElementType: resourcekit.DecimalType{}, Validators: resourcekit.CurrencyAmounts(),
						MarkdownDescription: "Smallest allowed price by currency code, such as `{ USD = \"5.00\" }`, as exact decimal text. Covers new and changed prices of products and product addons above zero, for the whole billing cycle. " +
							"A lower price fails at plan time. `allow_zero_price` covers zero. Set-up fees, amounts of configurable options and token prices may be lower. A price that does not change may stay lower. " +
							"WHMCS must have each currency. If omitted, prices are not limited.",
					},
				},
			},
		},
	}
}

func urlAttribute(description, variable string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: description + " Environment variable: `" + variable + "`.",
		Validators:          []validator.String{resourcekit.NotBlank()},
	}
}

func secretAttribute(description, variable string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Sensitive: true,
		MarkdownDescription: description + " Environment variable: `" + variable + "`.",
		Validators:          []validator.String{resourcekit.NotBlank()},
	}
}

func profileAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Wire profile of the DCIM's API: `assumed`, a profile as JSON (it begins with `{`), or the path of a file with a profile. Required, because " +
			"TopLink's wire format is not public. The profile `assumed` is this provider's assumption of that format. Environment variable: `DCIM_PROFILE`.",
		Validators: []validator.String{profileValidator{}},
	}
}

// profileValidator validates the wire profile, so that errors in it are reported at its attribute.
type profileValidator struct{}

func (profileValidator) Description(context.Context) string { return "must be a wire profile" }
func (profileValidator) MarkdownDescription(context.Context) string {
	return "must be a wire profile"
}
func (profileValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := dcim.CheckProfile(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid wire profile", resourcekit.Sentence(err.Error()))
	}
}

// systemSchema returns the schema of one system: its own attributes and the connection settings of all systems.
func systemSchema(description string, own map[string]schema.Attribute) schema.SingleNestedBlock {
	attributes := map[string]schema.Attribute{
		"ca_cert_pem": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Additional certificates (PEM) to trust, for a private certificate authority or a self-signed certificate.",
			Validators:          []validator.String{stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("ca_cert_file"))},
		},
		"ca_cert_file": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Path of a file with the content of `ca_cert_pem`.",
		},
		"client_cert_pem": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Client certificate (PEM), for a server that demands one. Needs `client_key_pem`.",
			Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRelative().AtParent().AtName("client_key_pem"))},
		},
		"client_key_pem": schema.StringAttribute{
			Optional: true, Sensitive: true,
			MarkdownDescription: "Private key (PEM) of `client_cert_pem`.",
			Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRelative().AtParent().AtName("client_cert_pem"))},
		},
		"insecure_skip_verify": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Do not verify the server's certificate. An attacker on the network can then read the credentials. Prefer `ca_cert_pem`. Default: `false`.",
		},
		"request_timeout": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Time limit of one request, such as `90s` or `2m`, from 1s to 30m. Default: `60s`.",
			Validators:          []validator.String{stringvalidator.RegexMatches(durationPattern, "must be a duration such as \"90s\" or \"2m\"")},
		},
		"max_retries": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "Maximum number of retries of a request that is safe to repeat, from 0 to 20. Default: `4`.",
			Validators:          []validator.Int64{int64validator.Between(0, 20)},
		},
		"max_requests_per_second": schema.Float64Attribute{
			Optional:            true,
			MarkdownDescription: "Maximum number of requests per second, up to 10000. Fractions are allowed. If omitted, the rate is not limited.",
			Validators:          []validator.Float64{float64validator.Between(0.001, 10000)},
		},
		"max_concurrent_requests": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "Maximum number of concurrent requests, from 1 to 256. Default: `16`.",
			Validators:          []validator.Int64{int64validator.Between(1, 256)},
		},
		"headers": schema.MapAttribute{
			Optional: true, Sensitive: true, ElementType: types.StringType,
			MarkdownDescription: "Additional HTTP headers for every request, such as a header that a gateway in front of the system requires.",
		},
	}
	maps.Copy(attributes, own)
	return schema.SingleNestedBlock{MarkdownDescription: description, Attributes: attributes}
}

var durationPattern = regexp.MustCompile(`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`)
