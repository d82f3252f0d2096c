package packageservers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// settleTime is the time limit for the reads and the undo after the writes.
const settleTime = 5 * time.Minute

// settling returns a context for the reads and the undo. The caller's context does not cancel it, because the end of
// that context may have stopped the writes.
func settling(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), settleTime)
}

func create(ctx context.Context, c *call) (inventory, bool) {
	c.Plan.ID = c.Plan.PackageID
	ch := planned(nil, c.Plan)
	release, before, err := lockFree(ctx, c, ch)
	if err != nil {
		c.Fail("create", "", err)
		return nil, false
	}
	defer release()
	if !ch.admissible(before, c.Diagnostics) || !ch.free(before, c, "create", "") {
		return nil, false
	}
	lacking := without(ch.add, before.having(ch.add, ch.to))
	failed, unsure := unconfirmed(c.Client.AssignPackage(ctx, lacking, ch.to))
	if failed != nil {
		c.Fail("create", "", failed)
		if happened(failed) {
			undo(ctx, c, lacking, ch.to, failed)
		}
		return nil, false
	}
	settle, cancel := settling(ctx)
	defer cancel()
	after, err := readInventory(settle, c.Client)
	switch {
	case err != nil && unsure != nil:
		c.Fail("create", "", unsure)
		leftBound(c, ch.to, "The servers could not be read after the failure: "+resourcekit.Sentence(err.Error()), nil, lacking)
		return nil, false
	case err != nil:
		unread(c.Diagnostics, err)
		return before, true
	}
	if wrong := without(ch.add, after.having(ch.add, ch.to)); len(wrong) > 0 {
		notStored(c.Diagnostics, after, wrong, ch.to)
		undo(ctx, c, lacking, ch.to, nil)
		return nil, false
	}
	c.Client.NoteAdopted(c.Owner(), without(ch.add, lacking), ch.to)
	return after, true
}

// lockFree locks the servers to add as soon as none of them has another package. It waits a moment, because another
// resource of the same run may unbind them. If they do not become free, none is locked. The inventory then shows their
// packages.
func lockFree(ctx context.Context, c *call, ch change) (release func(), all inventory, err error) {
	release = func() {}
	_, err = c.Client.WaitUntil(ctx, func() (free bool, err error) {
		unlock, _, err := c.Client.LockServers(ctx, ch.add)
		if err != nil {
			return false, err
		}
		all, err = readInventory(ctx, c.Client)
		if err != nil || len(ch.elsewhere(all)) > 0 {
			unlock()
			return false, err
		}
		release = unlock
		return true, nil
	})
	return release, all, err
}

// free adds an error, and returns false, when servers to add have another package.
func (ch change) free(all inventory, c *call, verb, id string) bool {
	others := ch.elsewhere(all)
	if len(others) > 0 {
		c.Diagnostics.AddAttributeError(path.Root("server_ids"), c.Summary(verb, id)+": servers have another package",
			elsewhereDetail(others)+" If this run unbinds them elsewhere, apply again. Otherwise unbind them in the DCIM first. Nothing was changed for them.")
	}
	return len(others) == 0
}

func update(ctx context.Context, c *call, now inventory) (inventory, bool) {
	id, ch := c.Prior.ID.ValueString(), planned(c.Prior, c.Plan)
	release, waited, err := c.Client.LockServers(ctx, slices.Concat(ch.add, ch.remove))
	if err != nil {
		c.Fail("update", id, err)
		return nil, false
	}
	defer func() { release() }()
	if waited {
		if now, err = readInventory(ctx, c.Client); err != nil {
			c.Fail("update", id, err)
			return nil, false
		}
	}
	ch.leave(c.Client.TakeAdopted(c.Owner(), ch.remove, ch.from))
	// The DCIM has no conditional write, so the packages of the servers that stay are compared just before the write.
	kept := without(c.Plan.servers(), ch.add)
	if lost := without(kept, now.having(kept, ch.to)); len(lost) > 0 {
		c.Diagnostics.AddAttributeError(path.Root("server_ids"), c.Summary("update", id)+": it was changed in the DCIM", fmt.Sprintf(
			"The plan expected that these servers have the package %s. They now have another one or none: %s. The package was changed after the plan was made, so nothing was written. Run `terraform plan` again and review the change.",
			ch.to, now.names(lost)))
		return nil, false
	}
	if !ch.admissible(now, c.Diagnostics) {
		return nil, false
	}
	if len(ch.elsewhere(now)) == 0 {
		return write(ctx, c, ch, now)
	}
	// Another resource of this run may wait for the servers that this one gives up, while this one waits for its
	// servers. The servers to remove are therefore unbound first.
	changed := false
	if removal := (change{remove: ch.remove, from: ch.from, to: ch.to, left: ch.left}); len(now.having(ch.remove, ch.from)) > 0 {
		if now, changed = write(ctx, c, removal, now); c.Diagnostics.HasError() {
			return now, changed
		}
	}
	release()
	ch.remove = nil
	unbound := now
	if release, now, err = lockFree(ctx, c, ch); err != nil {
		c.Fail("update", id, err)
		now = unbound
	}
	if err != nil || !ch.free(now, c, "update", id) {
		c.Diagnostics.Append(c.Plan.setServers(ctx, now.having(ch.possible(c), ch.to))...)
		return now, changed
	}
	return write(ctx, c, ch, now)
}

// write carries out an update whose servers are free.
func write(ctx context.Context, c *call, ch change, now inventory) (inventory, bool) {
	id := c.Prior.ID.ValueString()
	add, remove := without(ch.add, now.having(ch.add, ch.to)), now.having(ch.remove, ch.from)
	failed, unsure := unconfirmed(c.Client.AssignPackage(ctx, add, ch.to))
	assigned := failed == nil && len(add) > 0
	if failed == nil {
		var more error
		failed, more = unconfirmed(c.Client.UnassignPackage(ctx, remove, ch.from))
		unsure = errors.Join(unsure, more)
	}
	if failed != nil {
		c.Fail("update", id, failed)
		if !assigned && !happened(failed) {
			return nil, false
		}
	}
	settle, cancel := settling(ctx)
	defer cancel()
	after, err := readInventory(settle, c.Client)
	switch {
	case err != nil && failed == nil && unsure == nil:
		unread(c.Diagnostics, err)
		return now, true
	case err != nil:
		if failed == nil {
			c.Fail("update", id, unsure)
		}
		// Save all servers that may be bound. The next read removes the others, and never finds a server that is not
		// in the state.
		c.Diagnostics.Append(c.Plan.setServers(ctx, ch.possible(c))...)
		c.Diagnostics.AddAttributeError(path.Root("server_ids"), "The servers could not be read after the failure", resourcekit.Sentence(err.Error())+
			" The state has all servers that may be bound: the servers of the old state and the servers of the plan. The next plan reads which of them are bound.")
		return now, true
	}
	wrong, left := without(ch.add, after.having(ch.add, ch.to)), after.having(ch.remove, ch.from)
	if failed == nil && len(wrong) > 0 {
		notStored(c.Diagnostics, after, wrong, ch.to)
	}
	if failed == nil && len(left) > 0 {
		notStored(c.Diagnostics, after, left, "")
	}
	if failed != nil || len(wrong)+len(left) > 0 {
		c.Diagnostics.Append(c.Plan.setServers(ctx, after.having(ch.possible(c), ch.to))...)
		c.Diagnostics.AddAttributeError(path.Root("server_ids"), "Only a part of the change was made", fmt.Sprintf(
			"Bound: %s. Not bound: %s. Unbound: %s. Not unbound: %s. The state has the servers that have the package %s now. Run `terraform plan` to see the remaining changes.",
			orNone(without(add, wrong)), orNone(wrong), orNone(without(remove, left)), orNone(left), ch.to))
	}
	c.Client.NoteAdopted(c.Owner(), without(ch.add, add), ch.to)
	return after, true
}

// remove unbinds the servers that still have this package. A server that now has another package no longer belongs to
// this object.
func remove(ctx context.Context, c *call, now inventory) error {
	ch := planned(c.Prior, nil)
	release, waited, err := c.Client.LockServers(ctx, ch.remove)
	if err != nil {
		return err
	}
	defer release()
	if waited {
		if now, err = readInventory(ctx, c.Client); err != nil {
			return err
		}
	}
	ch.leave(c.Client.TakeAdopted(c.Owner(), ch.remove, ch.from))
	if !ch.admissible(now, c.Diagnostics) {
		return nil
	}
	failed, unsure := unconfirmed(c.Client.UnassignPackage(ctx, now.having(ch.remove, ch.from), ch.from))
	if failed != nil && !happened(failed) {
		return failed
	}
	settle, cancel := settling(ctx)
	defer cancel()
	after, err := readInventory(settle, c.Client)
	left := after.having(ch.remove, ch.from)
	switch {
	case err != nil && failed == nil && unsure == nil:
		c.Diagnostics.AddWarning("The servers could not be read back", "The DCIM accepted the request to unbind them. "+resourcekit.Sentence(err.Error()))
	case err != nil:
		return errors.Join(failed, unsure, fmt.Errorf("the servers that are still bound could not be read: %w", err))
	case len(left) == 0: // no server is bound any more
	case failed == nil:
		notStored(c.Diagnostics, after, left, "")
	default:
		c.Diagnostics.AddAttributeError(path.Root("server_ids"), "Servers are still bound", fmt.Sprintf(
			"Servers that are still bound to the package %s: %s. The state keeps them. Destroy again, or unbind them in the DCIM.", ch.from, everyID(left)))
		return failed
	}
	return nil
}

// unconfirmed separates a failed assignment from an assignment with an empty response. A read of the servers shows the
// result of the latter.
func unconfirmed(err error) (failed, unsure error) {
	if errors.Is(err, transport.ErrUnconfirmed) {
		return nil, err
	}
	return err, nil
}

// happened reports whether a failed assignment may have bound or unbound a server.
func happened(failed error) bool {
	var assign *dcim.AssignError
	return errors.As(failed, &assign) && (len(assign.Done)+len(assign.Unconfirmed) > 0 || !assign.Refused())
}

// possible returns the servers that may have the package after a failed update.
func (ch change) possible(c *call) []string {
	ids := append(c.Prior.servers(), c.Plan.servers()...)
	slices.SortFunc(ids, byNumber)
	return without(slices.Compact(ids), ch.left)
}

func unread(diags *diag.Diagnostics, err error) {
	diags.AddWarning("The servers could not be read back", "The DCIM accepted the assignment. "+resourcekit.Sentence(err.Error())+" The next plan reads the servers.")
}

// notStored reports servers that do not have the package target after the DCIM accepted the assignment. A target of ""
// means no package.
func notStored(diags *diag.Diagnostics, after inventory, ids []string, target string) {
	to := "the package " + target
	if target == "" {
		to = "no package"
	}
	diags.AddAttributeError(path.Root("server_ids"), "The DCIM did not store the assignment", fmt.Sprintf(
		"The DCIM accepted the request to assign %s, but these servers do not have it: %s. Check operations.servers.assign_package (servers_field, package_field, none, max) and fields.server.package_id of the wire profile.",
		to, after.names(ids)))
}

func orNone(ids []string) string {
	if len(ids) == 0 {
		return "none"
	}
	return everyID(ids)
}
