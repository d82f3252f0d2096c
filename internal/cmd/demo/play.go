package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/terraformcli"
)

// demo is one run of the demonstration.
type demo struct {
	out     *printer
	temp    string
	root    string
	tool    *terraformcli.CLI
	sandbox *sandbox.Sandbox
	before  snapshot
}

// runbook is the example to apply, relative to the repository's root.
const runbook = "examples/runbooks/complete"

// parts are the modules that the runbook uses. They are in folders beside it.
var parts = []string{"toplink-dcim", "solusvm2-postpay"}

// The price that the demonstration changes outside Terraform, and its new value.
const (
	driftProduct, driftCurrency, driftCycle = "Dedicated E3-1230", "USD", "monthly"
	driftPrice                              = "8.90"
)

// serversToBind is the number of servers that the runbook binds to packages. bindingTypes are the
// resource types that bind them.
const serversToBind = 10

var bindingTypes = []string{"hosting_dcim_server_binding", "hosting_dcim_package_servers"}

func (d *demo) play(ctx context.Context) error {
	started := time.Now()
	_, _ = fmt.Fprintln(d.out.w, "One `terraform apply` sells dedicated servers of a TopLink DCIM and cloud servers of a SolusVM 2 panel in WHMCS.\n"+
		"All programs run on this computer. No real system is called.")
	if err := d.prepare(ctx); err != nil {
		return err
	}
	created, err := d.create(ctx)
	if err != nil {
		return err
	}
	d.showSystems()
	if err := d.planAgain(ctx); err != nil {
		return err
	}
	drifted, err := d.drift(ctx)
	if err != nil {
		return err
	}
	destroyed, left, err := d.destroy(ctx)
	if err != nil {
		return err
	}
	d.out.say("The demonstration took %.0f s. To try the same systems yourself, run `make sandbox`.",
		time.Since(started).Seconds())
	_, err = fmt.Fprintf(d.out.w, "\ndemo: %d objects created, second plan empty, %d drifted and repaired, %d destroyed, %d left\n", created, drifted, destroyed, left)
	return err
}

// prepare finds Terraform, builds the provider and starts the sandbox.
func (d *demo) prepare(ctx context.Context) (err error) {
	if d.root, err = terraformcli.Root(); err != nil {
		return err
	}
	d.out.title("Find Terraform or OpenTofu")
	if d.tool, err = terraformcli.Find(ctx, d.root, d.out.say); err != nil {
		return err
	}
	d.out.say("%s %s (%s)", d.tool.Product, d.tool.Version, d.tool.Path)

	d.out.title("Build the provider")
	d.out.say("The first build takes a minute or two ...")
	started := time.Now()
	binary, err := d.tool.Configure(d.temp)
	if err != nil {
		return err
	}
	if err := terraformcli.Build(ctx, d.root, d.temp, binary, "."); err != nil {
		return err
	}
	d.out.say("terraform-provider-hosting, in %.1f s", time.Since(started).Seconds())

	d.out.title("Start the sandbox: WHMCS, the TopLink DCIM and SolusVM 2")
	sb := sandbox.New(sandbox.Options{SafetySettings: &sandbox.SafetySettings{AllowDelete: true, LandingPage: true,
		Revenue: true, HTTPHosts: []string{"127.0.0.1"}}})
	if err := sb.Start(); err != nil {
		return err
	}
	d.sandbox = sb
	d.before = takeSnapshot(sb)
	d.out.say("WHMCS         %s  with the companion installed", sb.WHMCS.URL())
	d.out.say("TopLink DCIM  %s  with the API key that Terraform itself uses", sb.DCIM.URL())
	d.out.say("SolusVM 2     %s  with the API token that Terraform itself uses", sb.SolusVM2.URL())
	d.out.say("The content of the systems before the apply:")
	d.show(d.before)
	d.tool.Environment = append(d.tool.Environment, d.environment()...)
	return d.writeConfiguration()
}

// environment returns the variables with which the provider reaches the sandbox, as an operator would
// set them in a pipeline.
func (d *demo) environment() []string {
	credential := d.sandbox.WHMCS.Credential()
	key, secret := d.sandbox.DCIM.AdminKey()
	return []string{
		"WHMCS_URL=" + d.sandbox.WHMCS.URL(), "WHMCS_IDENTIFIER=" + credential.Identifier,
		"WHMCS_SECRET=" + credential.Secret,
		"DCIM_URL=" + d.sandbox.DCIM.URL(), "DCIM_KEY=" + key, "DCIM_SECRET=" + secret, "DCIM_PROFILE=assumed",
		"SOLUSVM2_URL=" + d.sandbox.SolusVM2.URL(), "SOLUSVM2_TOKEN=" + d.sandbox.SolusVM2.AdminToken(),
	}
}

// copyRunbook copies only the configuration files, not what an earlier run may have left in the
// original folders. Terraform then runs in the copy.
func (d *demo) copyRunbook() error {
	top := d.tool.Folder
	for _, name := range append([]string{filepath.Base(runbook)}, parts...) {
		files, err := filepath.Glob(filepath.Join(d.root, filepath.Dir(runbook), name, "*.tf"))
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Join(top, name), 0o700); err != nil {
			return err
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(top, name, filepath.Base(file)), content, 0o600); err != nil {
				return err
			}
		}
	}
	d.tool.Folder = filepath.Join(top, filepath.Base(runbook))
	return nil
}

// writeConfiguration copies the runbook and writes the values of its variables.
func (d *demo) writeConfiguration() error {
	if err := d.copyRunbook(); err != nil {
		return err
	}
	dcim, err := url.Parse(d.sandbox.DCIM.URL())
	if err != nil {
		return err
	}
	host, portText, err := net.SplitHostPort(dcim.Host)
	if err != nil {
		return err
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		return err
	}
	variables, err := json.MarshalIndent(map[string]any{
		"whmcs_ip_addresses": []string{host},
		"dcim":               map[string]any{"hostname": host, "ip_address": host, "secure": false, "port": port},
		"panel_url":          d.sandbox.SolusVM2.URL(),
		"token_prices":       map[string]string{"USD": "0.0125", "EUR": "0.0115", "INR": "1.04"},
		"terms_url":          "https://www.example.com/post-pay-terms",
		"landing_page":       "<h1>Cloud servers, billed by use</h1>\n",
		// The sandbox contains no real data.
		"deactivate_on_destroy": true,
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(d.tool.Folder, "demo.auto.tfvars.json"), variables, 0o600)
}

// create applies the runbook and compares the result with the systems.
func (d *demo) create(ctx context.Context) (int, error) {
	d.out.title("Apply %s", runbook)
	d.out.say("The DCIM of the sandbox has no TLS, so `secure` is false and `port` is its port. A real DCIM uses TLS on port 443.")
	if _, _, err := d.tool.Run(ctx, []int{0}, "init", "-no-color"); err != nil {
		return 0, err
	}
	var reported counts
	if err := d.apply(ctx, &reported); err != nil {
		return 0, err
	}
	now := takeSnapshot(d.sandbox)
	created := now.added(d.before)
	if created == 0 || created != reported.objects {
		return 0, fmt.Errorf("%s reports %d objects created, but the systems have %d new objects",
			d.tool.Product, reported.objects, created)
	}
	if bound := now.bound(d.before); bound != serversToBind {
		return 0, fmt.Errorf("%d servers should be bound to the new packages by %d resources, but %d are",
			serversToBind, reported.bindings, bound)
	}
	for id := range now.tables["tblservers"] {
		if stored := d.password(text(id)); stored != ownSecret {
			return 0, fmt.Errorf("the password of the server %d in WHMCS is %s, not %s", id, stored, ownSecret)
		}
	}
	switch addon := now.postPay; {
	case !slices.ContainsFunc(now.tokens, func(token sandbox.PanelToken) bool { return token.Secret == addon["api_key"] }):
		return 0, errors.New("the API key in the SolusVM 2 addon of WHMCS is not a token of the panel")
	case !strings.HasPrefix(integrationURL(now.integration), "whmcs at "):
		return 0, fmt.Errorf("the panel's billing integration is %s, not the one of WHMCS", integrationURL(now.integration))
	}
	return reported.all(), nil
}

// counts are the objects that Terraform created, updated or deleted. Bindings are resources, but not
// objects of the systems: they bind servers to packages.
type counts struct{ objects, bindings int }

func (t counts) all() int { return t.objects + t.bindings }

// apply runs apply and prints its progress.
func (d *demo) apply(ctx context.Context, count *counts, options ...string) error {
	warned := map[string]bool{}
	done := func(action, address, id string) {
		past := map[string]string{"create": "created", "update": "updated", "delete": "destroyed"}[action]
		if past == "" {
			return // a data source was read
		}
		// Module names may precede the type.
		if slices.ContainsFunc(bindingTypes, func(kind string) bool { return strings.Contains("."+address, "."+kind+".") }) {
			count.bindings++
		} else {
			count.objects++
		}
		if id != "" {
			id = "  id " + id
		}
		d.out.say("%-9s  %s%s", d.out.paint(green, past), address, id)
	}
	warn := func(summary, detail, address string) {
		if !warned[summary+detail] {
			warned[summary+detail] = true
			d.out.say("%s", d.out.paint(yellow, "warning    "+address+": "+strings.TrimSuffix(summary, ".")+".\n           "+
				strings.ReplaceAll(detail, "\n", "\n           ")))
		}
	}
	return d.tool.Apply(ctx, done, warn, options...)
}

// The results of password.
const (
	ownSecret   = "the KEY's secret"
	otherSecret = "something else"
)

// password compares a server's stored password with the secret of the API key whose KEY is the server's
// user name.
func (d *demo) password(serverID string) string {
	user, stored := d.sandbox.WHMCS.Row("tblservers", serverID)["username"], d.sandbox.WHMCS.ServerPassword(serverID)
	for _, key := range d.sandbox.DCIM.APIKeys() {
		if key.Key == user && key.Secret == stored {
			return ownSecret
		}
	}
	return otherSecret
}

func (d *demo) showSystems() {
	d.out.title("Read the systems themselves, not the state of Terraform (+ is new, ~ is changed)")
	d.show(takeSnapshot(d.sandbox))
}

// show prints the content of the systems.
func (d *demo) show(now snapshot) {
	for _, t := range tablesOf(now, d.before, d.password) {
		d.out.show(t)
	}
}

func (d *demo) planAgain(ctx context.Context) error {
	d.out.title("Plan again")
	if err := d.emptyPlan(ctx); err != nil {
		return err
	}
	d.out.say("No changes: the systems have the values of the configuration.")
	return nil
}

func (d *demo) emptyPlan(ctx context.Context) error {
	changes, output, err := d.tool.Plan(ctx)
	if err == nil && changes {
		err = fmt.Errorf("the plan should be empty, but has changes:\n%s", output)
	}
	return err
}

var summaryLine = regexp.MustCompile(`(?m)^Plan: (\d+) to add, (\d+) to change, (\d+) to destroy\.$`)

// changedObject matches the line above an object's changes in the output of a plan.
var changedObject = regexp.MustCompile(`(?m)^  # \S+ will be `)

// drift changes a price outside Terraform, and checks that Terraform shows and repairs the change.
func (d *demo) drift(ctx context.Context) (int, error) {
	before := takeSnapshot(d.sandbox)
	product, err := before.productNamed(driftProduct)
	if err != nil {
		return 0, err
	}
	price := before.price(product, driftCurrency, driftCycle)
	d.out.title("Change a price in WHMCS without Terraform")
	order(d.sandbox.WHMCS, product, price)
	d.out.say("%d customers order %q. One of them has not paid yet.", orders, driftProduct)
	now := takeSnapshot(d.sandbox)
	d.out.say("An administrator edits %q in WHMCS and makes a mistake: %s %s per month instead of %s.",
		driftProduct, driftCurrency, driftPrice, price)
	d.sandbox.WHMCS.SetProductPrice(product, driftCurrency, driftCycle, driftPrice)
	changes, output, err := d.tool.Plan(ctx)
	if err != nil {
		return 0, err
	}
	excerpt, drifted, err := readDrift(changes, output, fmt.Sprintf("%q -> %q", driftPrice, price))
	if err != nil {
		return 0, err
	}
	impact, err := readImpact(output)
	if err != nil {
		return 0, err
	}
	d.out.say("The next plan shows it (exit code 2):")
	d.out.say("%s", d.out.paint(yellow, excerpt))
	d.out.say("It also warns which services the repair concerns:")
	d.out.say("%s", d.out.paint(yellow, impact))
	var repaired counts
	if err := d.apply(ctx, &repaired); err != nil {
		return 0, err
	}
	if repaired.all() != drifted {
		return 0, fmt.Errorf("%d objects drifted and %d were updated", drifted, repaired.all())
	}
	if again := takeSnapshot(d.sandbox); len(again.differences(now)) > 0 {
		return 0, fmt.Errorf("after the repair WHMCS differs from before: %s",
			strings.Join(again.differences(now), ", "))
	}
	if err := d.emptyPlan(ctx); err != nil {
		return 0, err
	}
	d.out.say("Repaired: the price in WHMCS is %s %s again, and the plan is empty.",
		driftCurrency, takeSnapshot(d.sandbox).price(product, driftCurrency, driftCycle))
	cancel(d.sandbox.WHMCS, before)
	d.out.say("The customers leave, because a product with services cannot be destroyed.")
	return drifted, nil
}

// orders is the number of customers that order the product with the drift.
const orders = 7

// order gives each of these customers a service of the product. All but one are active.
func order(whmcs *sandbox.WHMCS, product, price string) {
	whmcs.Mutate(func(s *sandbox.State) {
		for n := range orders {
			client := s.Insert("tblclients", sandbox.Row{"firstname": "Customer", "lastname": text(int64(n)), "currency": "1"})
			status := "Active"
			if n == 0 {
				status = "Pending"
			}
			service := s.AddService(product, "0", status)
			s.Set("tblhosting", service, "userid", client)
			s.Set("tblhosting", service, "amount", price)
		}
	})
}

// cancel removes the customers that are not in before, and their services.
func cancel(whmcs *sandbox.WHMCS, before snapshot) {
	whmcs.Mutate(func(s *sandbox.State) {
		for _, name := range []string{"tblhosting", "tblclients"} {
			maps.DeleteFunc(s.Table(name).Rows, func(id int64, _ sandbox.Row) bool { return before.tables[name][id] == nil })
		}
	})
}

var impactLine = regexp.MustCompile(`(?m)^Warning: (` + regexp.QuoteMeta(driftProduct) + `: .* keep their amount.*)$`)

// readImpact finds the warning about the services of the product in the output of a plan.
func readImpact(output string) (string, error) {
	found := impactLine.FindStringSubmatch(output)
	if found == nil {
		return "", fmt.Errorf("the plan does not show which services the change of the price concerns:\n%s", output)
	}
	return found[1], nil
}

// readDrift finds the change in a plan's output. It returns the object's part of the output and the
// number of changed objects.
func readDrift(changes bool, output, change string) (excerpt string, drifted int, err error) {
	if !changes {
		return "", 0, errors.New("the plan does not show the changed price")
	}
	summary := summaryLine.FindStringSubmatchIndex(output)
	place := changedObject.FindStringIndex(output)
	if summary == nil || place == nil || place[0] > summary[0] {
		return "", 0, fmt.Errorf("the plan cannot be read:\n%s", output)
	}
	counts := summaryLine.FindStringSubmatch(output)
	excerpt = strings.TrimRight(output[place[0]:summary[0]], "\n")
	if counts[1] != "0" || counts[2] != "1" || counts[3] != "0" || strings.Count(excerpt, "->") != 1 ||
		!strings.Contains(excerpt, change) {
		return "", 0, fmt.Errorf("the plan should change one price, %s, and nothing else:\n%s", change, output)
	}
	return excerpt, 1, nil
}

// destroy destroys everything and checks that nothing is left.
func (d *demo) destroy(ctx context.Context) (destroyed, left int, err error) {
	d.out.title("Destroy")
	var reported counts
	before := takeSnapshot(d.sandbox)
	if err := d.apply(ctx, &reported, "-destroy"); err != nil {
		return 0, 0, err
	}
	now := takeSnapshot(d.sandbox)
	gone := before.added(now)
	left = now.added(d.before)
	switch differ := now.differences(d.before); {
	case left > 0 || len(differ) > 0:
		return 0, 0, fmt.Errorf("%d objects are left. Different from before the apply: %s", left, strings.Join(differ, ", "))
	case gone != reported.objects:
		return 0, 0, fmt.Errorf("%s reports %d objects destroyed, but %d are gone from the systems",
			d.tool.Product, reported.objects, gone)
	}
	d.out.say("No object is left: every table of the systems has its content from before the apply. " +
		"Only SolusVM 2 keeps the billing integration that WHMCS wrote.")
	return reported.all(), left, nil
}
