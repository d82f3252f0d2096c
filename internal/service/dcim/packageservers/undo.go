package packageservers

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// undo unbinds servers after a failed creation, and reports the result. lacked are the servers that did not have the
// package before. A server that a customer got in the meantime stays bound. failed is nil if the DCIM accepted the
// writes and does not show their effect.
func undo(ctx context.Context, c *call, lacked []string, packageID string, failed error) {
	ctx, cancel := settling(ctx)
	defer cancel()
	now, err := readInventory(ctx, c.Client)
	if err != nil {
		done, maybe := lacked, []string(nil)
		var assign *dcim.AssignError
		if errors.As(failed, &assign) {
			done, maybe = assign.Done, slices.Concat(assign.Unconfirmed, assign.Failed)
			if assign.Refused() {
				maybe = nil
			}
		}
		leftBound(c, packageID, "The servers could not be read after the failure, so none was unbound: "+resourcekit.Sentence(err.Error()), done, maybe)
		return
	}
	bound := now.having(lacked, packageID)
	if failed == nil {
		unseen(c, packageID, without(lacked, bound))
	}
	if len(bound) == 0 {
		if failed != nil {
			c.Diagnostics.AddAttributeWarning(path.Root("server_ids"), "No server was bound", "The assignment failed, and none of its servers has the package "+packageID+". The provider does not need to undo it.")
		}
		return
	}
	var sold []string
	if !c.Plan.AllowAssigned.ValueBool() {
		for _, s := range now.filter(bound, dcim.Server.Assigned) {
			sold = append(sold, s.ID)
		}
	}
	failed = c.Client.UnassignPackage(ctx, without(bound, sold), packageID)
	after, err := readInventory(ctx, c.Client)
	if err != nil {
		leftBound(c, packageID, "The servers could not be read after the undo: "+resourcekit.Sentence(errors.Join(failed, err).Error()), nil, bound)
		return
	}
	left := after.having(bound, packageID)
	if undone := without(bound, left); len(undone) > 0 {
		c.Diagnostics.AddAttributeWarning(path.Root("server_ids"), "The assignment was undone", fmt.Sprintf(
			"These servers were bound before the failure, and were unbound again: %s. Servers that had the package %s before still have it.", everyID(undone), packageID))
	}
	switch {
	case len(left) == 0:
	case failed != nil:
		leftBound(c, packageID, "The undo failed: "+resourcekit.Sentence(failed.Error()), left, nil)
	case len(without(left, sold)) == 0:
		leftBound(c, packageID, "Customers got servers in the meantime, so the provider does not unbind them: "+after.names(left)+".", left, nil)
	default:
		leftBound(c, packageID, "The DCIM accepted the undo, but the servers are still bound.", left, nil)
	}
}

// unseen reports servers that are not bound although the DCIM accepted the request. They are not unbound, because their
// real package is unknown.
func unseen(c *call, packageID string, ids []string) {
	if len(ids) > 0 {
		leftBound(c, packageID, "The DCIM accepted the request, but does not show the servers as bound.", nil, ids)
	}
}

// leftBound reports the servers that are bound or may be bound after a failed creation, and the next step.
func leftBound(c *call, packageID, reason string, bound, maybe []string) {
	detail := reason
	if len(bound) > 0 {
		detail += fmt.Sprintf(" Servers that are bound to the package %s: %s.", packageID, everyID(bound))
	}
	if len(maybe) > 0 {
		detail += fmt.Sprintf(" Servers that may be bound to it: %s.", everyID(maybe))
	}
	c.Diagnostics.AddAttributeError(path.Root("server_ids"), "Servers are still bound",
		detail+" The state does not have them. Apply again, or unbind them in the DCIM. The apply adopts servers that already have the package.")
}
