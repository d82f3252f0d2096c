package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/service/dcim/apikey"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/dcim/packageservers"
	dcimpreflight "github.com/hosting-iac/terraform-provider-hosting/internal/service/dcim/preflight"
	dcimserver "github.com/hosting-iac/terraform-provider-hosting/internal/service/dcim/server"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/dcim/serverbinding"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/dcim/serverpackage"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/solusvm2/apitoken"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/solusvm2/billingintegration"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/solusvm2/billingsettings"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/solusvm2/landingpage"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/solusvm2/limitgroup"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/solusvm2/plan"
	solusvm2preflight "github.com/hosting-iac/terraform-provider-hosting/internal/service/solusvm2/preflight"
	virtualserver "github.com/hosting-iac/terraform-provider-hosting/internal/service/solusvm2/server"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/solusvm2/usage"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/whmcs/addonmodule"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/whmcs/adminrole"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/whmcs/configurableoptiongroup"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/whmcs/currency"
	whmcspreflight "github.com/hosting-iac/terraform-provider-hosting/internal/service/whmcs/preflight"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/whmcs/product"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/whmcs/productaddon"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/whmcs/productgroup"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/whmcs/productusage"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/whmcs/server"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/whmcs/servergroup"
)

// resources, listResources and dataSources are what the provider serves.
var (
	resources = []func() resource.Resource{
		apikey.NewResource,
		packageservers.NewResource,
		serverbinding.NewResource,
		serverpackage.NewResource,
		apitoken.NewResource,
		billingsettings.NewResource,
		landingpage.NewResource,
		limitgroup.NewResource,
		addonmodule.NewResource,
		configurableoptiongroup.NewResource,
		product.NewResource,
		productaddon.NewResource,
		productgroup.NewResource,
		server.NewResource,
		servergroup.NewResource,
	}
	listResources = []func() list.ListResource{
		apikey.NewListResource,
		packageservers.NewListResource,
		serverbinding.NewListResource,
		serverpackage.NewListResource,
		apitoken.NewListResource,
		billingsettings.NewListResource,
		landingpage.NewListResource,
		limitgroup.NewListResource,
		addonmodule.NewListResource,
		configurableoptiongroup.NewListResource,
		product.NewListResource,
		productaddon.NewListResource,
		productgroup.NewListResource,
		server.NewListResource,
		servergroup.NewListResource,
	}
	dataSources = []func() datasource.DataSource{
		apikey.NewDataSource,
		dcimpreflight.NewDataSource,
		dcimserver.NewDataSource,
		dcimserver.NewListDataSource,
		serverpackage.NewDataSource,
		serverpackage.NewListDataSource,
		billingintegration.NewDataSource,
		billingsettings.NewDataSource,
		apitoken.NewListDataSource,
		limitgroup.NewDataSource,
		limitgroup.NewListDataSource,
		solusvm2preflight.NewDataSource,
		virtualserver.NewDataSource,
		virtualserver.NewListDataSource,
		plan.NewDataSource,
		usage.NewDataSource,
		addonmodule.NewDataSource,
		adminrole.NewDataSource,
		configurableoptiongroup.NewDataSource,
		currency.NewDataSource,
		whmcspreflight.NewDataSource,
		product.NewDataSource,
		productaddon.NewDataSource,
		productgroup.NewDataSource,
		productusage.NewDataSource,
		server.NewDataSource,
		servergroup.NewDataSource,
	}
)
