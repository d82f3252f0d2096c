package serverbinding

import "github.com/hashicorp/terraform-plugin-framework/types"

type model struct {
	ID            types.String `tfsdk:"id"`
	ServerID      types.String `tfsdk:"server_id"`
	PackageID     types.String `tfsdk:"package_id"`
	AllowAssigned types.Bool   `tfsdk:"allow_assigned"`
}
