package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/service/whmcs/productgroup"
)

// resources and dataSources are all that the provider serves.
var (
	resources = []func() resource.Resource{
		productgroup.NewResource,
	}
	dataSources = []func() datasource.DataSource{}
)
