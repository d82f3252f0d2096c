package serverpackage

import (
	"context"
	"fmt"
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/panelobject"
)

// sold returns the products in WHMCS that name a package and have live services. Products refer to a package by its
// name, so a package is not sold while another package has the same name.
func sold(ctx context.Context, c *call, id, name string) (products []string, err error) {
	client := c.Clients.WHMCS.Client
	if client == nil {
		return nil, nil
	}
	packages, err := c.Client.ListPackages(ctx)
	if err != nil || slices.ContainsFunc(packages, func(p dcim.Package) bool { return p.Name == name && p.ID != id }) {
		return nil, err
	}
	info, err := client.Info(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := whmcs.CollectionOf[whmcs.Product](client, whmcs.KindProduct).List(ctx, whmcs.Values{"module": info.Toplink.Module}, "usage")
	for _, row := range rows {
		if row.ToplinkDCIM != nil && row.ToplinkDCIM.Package == name && row.Usage != nil && row.Usage.LiveServices > 0 {
			products = append(products, fmt.Sprintf("%s (id %s, %d live services)", row.Name, row.ID, row.Usage.LiveServices))
		}
	}
	return products, err
}

func soldDetail(name string, products []string) string {
	return fmt.Sprintf("Products in WHMCS name the package %q and have live services: %s. ", name, panelobject.ShortList(products))
}

// warnOfSold warns of a planned deletion. The same run may give the products another package.
func warnOfSold(ctx context.Context, c *call) {
	name := c.Prior.Name.ValueString()
	products, err := sold(ctx, c, c.Prior.ID.ValueString(), name)
	switch {
	case err != nil:
		c.WarnUnchecked("deletion of the package", "a check of the products in WHMCS", err)
	case len(products) > 0:
		c.Diagnostics.AddWarning(fmt.Sprintf("The package %s has live services", name), soldDetail(name, products)+
			"If this run does not give the products another package first, the deletion will fail.")
	}
}

// isSold adds an error, and returns true, when products with live services name the package.
func isSold(ctx context.Context, c *call, now dcim.Package) bool {
	products, err := sold(ctx, c, now.ID, now.Name)
	summary := c.Summary("delete", now.ID)
	switch {
	case err != nil:
		c.Diagnostics.AddError(summary+": its products could not be read", "The provider could not check whether products in WHMCS with live services use the package: "+resourcekit.Sentence(err.Error())+" Nothing was changed. Apply again.")
	case len(products) > 0:
		c.Diagnostics.AddError(summary+": it has live services", soldDetail(now.Name, products)+
			"Nothing was changed. Restore the block of the package, give the products another package in toplink_dcim, and apply. Then remove the block and apply again.")
	}
	return err != nil || len(products) > 0
}
