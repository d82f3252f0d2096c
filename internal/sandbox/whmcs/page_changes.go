package whmcs

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/page"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// maxFormChoices limits the lists of the forms. Longer lists would make the page slow.
const maxFormChoices = 200

// forms returns the changes that a person can make on the page. The caller holds the store's lock.
func (w *WHMCS) forms(t *tx) []page.Form {
	products := objectChoices(t, "tblproducts", "name")
	services := []page.Choice{}
	for _, id := range t.ids("tblhosting") {
		if len(services) == maxFormChoices {
			break
		}
		row := t.row("tblhosting", id)
		name := decodeText(t.row("tblproducts", system.Number(row[serviceProduct]))["name"])
		services = append(services, page.Choice{Value: text(id),
			Label: fmt.Sprintf("id %d, %s, %s", id, name, row["domainstatus"])})
	}
	return []page.Form{
		{
			Name: "order", Title: "Order a service", Submit: "Order", Apply: w.change(orderService),
			Note:   "The customer has paid, so the service is active.",
			Fields: []page.Field{{Name: "product", Label: "Product", Choices: products}},
		},
		{
			Name: "service", Title: "Change a service", Submit: "Change", Apply: w.change(changeService),
			Fields: []page.Field{
				{Name: "service", Label: "Service", Choices: services},
				{Name: "status", Label: "New status", Choices: page.Choices(serviceStatuses...)},
			},
		},
		{
			Name: "price", Title: "Change a price", Submit: "Change", Apply: w.change(changePrice),
			Note: "Terraform shows the change in the next plan.",
			Fields: []page.Field{
				{Name: "product", Label: "Product", Choices: products},
				{Name: "currency", Label: "Currency", Choices: objectChoices(t, "tblcurrencies", "code")},
				{Name: "cycle", Label: "Billing cycle", Choices: page.Choices(cycleNames()...)},
				{Name: "price", Label: "Price, or -1 to turn the cycle off", Value: "95.00"},
			},
		},
		{
			Name: "text", Title: "Edit a text", Submit: "Save", Apply: w.change(editText),
			Fields: []page.Field{
				{Name: "object", Label: "Object", Choices: textObjects(t)},
				{Name: "field", Label: "Field", Choices: page.Choices(textFields...)},
				{Name: "text", Label: "New text"},
			},
		},
	}
}

// cycleNames returns the names of the billing cycles.
func cycleNames() []string {
	names := make([]string, 0, len(cycles))
	for _, cycle := range cycles {
		names = append(names, cycle.name)
	}
	return names
}

// objectChoices returns the rows of a table as a list.
func objectChoices(t *tx, table, column string) []page.Choice {
	list := []page.Choice{}
	for _, id := range t.ids(table) {
		if len(list) < maxFormChoices {
			list = append(list, page.Choice{Value: text(id), Label: decodeText(t.row(table, id)[column])})
		}
	}
	return list
}

// change returns the function of a form that runs in a transaction.
func (w *WHMCS) change(apply func(*tx, url.Values) (string, error)) func(url.Values) (string, error) {
	return func(values url.Values) (string, error) {
		var done string
		err := w.env.Change(func() (err error) {
			t := w.begin()
			if done, err = apply(t, values); err != nil {
				t.rollback()
				return err
			}
			w.state.log("Sandbox page: " + done)
			return nil
		})
		return done, err
	}
}

// orderService adds an active service, as a paid order does. It takes one item from the stock.
func orderService(t *tx, values url.Values) (string, error) {
	id := system.Number(values.Get("product"))
	product := t.row("tblproducts", id)
	name := decodeText(product["name"])
	switch {
	case product == nil:
		return "", fmt.Errorf("no product has the id %q", values.Get("product"))
	case isOn(product["retired"]):
		return "", fmt.Errorf("the product %s is retired and cannot be ordered", name)
	}
	if isOn(product["stockcontrol"]) {
		stock := system.Number(product["qty"])
		if stock == 0 {
			return "", fmt.Errorf("the product %s is out of stock", name)
		}
		t.set("tblproducts", id, Row{"qty": text(stock - 1)})
	}
	server := "0"
	for _, member := range columnOf(t, "tblservergroupsrel",
		t.idsBy("tblservergroupsrel", "groupid", product["servergroup"]), "serverid") {
		server = member
		break
	}
	service := t.insert("tblhosting", serviceRow(text(id), server, "Active"))
	for _, group := range columnOf(t, "tblproductconfiglinks", t.idsBy("tblproductconfiglinks", "pid", text(id)), "gid") {
		for _, option := range t.idsBy("tblproductconfigoptions", "gid", group) {
			// A customer who changes nothing on the order form gets the first choice.
			if choices := t.idsBy("tblproductconfigoptionssub", "configid", text(option)); choices != nil {
				t.insert("tblhostingconfigoptions", Row{
					"relid": text(service), "configid": text(option), "optionid": text(choices[0]), "qty": "0",
				})
			}
		}
	}
	return fmt.Sprintf("A customer ordered %s. The service has the id %d and is active.", name, service), nil
}

var serviceStatuses = []string{"Active", "Pending", "Suspended", "Terminated", "Cancelled", "Fraud"}

func changeService(t *tx, values url.Values) (string, error) {
	id, status := system.Number(values.Get("service")), values.Get("status")
	switch {
	case t.row("tblhosting", id) == nil:
		return "", fmt.Errorf("no service has the id %q", values.Get("service"))
	case !slices.Contains(serviceStatuses, status):
		return "", fmt.Errorf("the status must be one of %s", strings.Join(serviceStatuses, ", "))
	}
	t.set("tblhosting", id, Row{"domainstatus": status})
	return fmt.Sprintf("The service with the id %d is now %s.", id, strings.ToLower(status)), nil
}

func changePrice(t *tx, values url.Values) (string, error) {
	product, currency := system.Number(values.Get("product")), values.Get("currency")
	if !t.exists("tblcurrencies", currency) { // a script may name the currency by its code
		for _, id := range t.idsBy("tblcurrencies", "code", strings.ToUpper(currency)) {
			currency = text(id)
		}
	}
	price, valid := formatDecimal(values.Get("price"), 2)
	valid = valid && (price == cycleOff || !strings.HasPrefix(price, "-"))
	cycle := values.Get("cycle")
	switch {
	case t.row("tblproducts", product) == nil:
		return "", fmt.Errorf("no product has the id %q", values.Get("product"))
	case !t.exists("tblcurrencies", currency):
		return "", fmt.Errorf("no currency has the id or the code %q", values.Get("currency"))
	case !slices.Contains(cycleNames(), cycle):
		return "", fmt.Errorf("no billing cycle has the name %q", cycle)
	case !valid:
		return "", fmt.Errorf("the price %q is not a number with at most two decimal places", values.Get("price"))
	}
	rows := t.idsWhere("tblpricing", "relid", text(product), Row{"type": "product", "currency": currency})
	if rows == nil {
		return "", errors.New("the product has no prices in this currency. Save the product in Terraform first")
	}
	code := t.row("tblcurrencies", system.Number(currency))["code"]
	before := t.row("tblpricing", rows[0])[cycle]
	t.set("tblpricing", rows[0], Row{cycle: price})
	return fmt.Sprintf("%s: the %s price in %s was %s and is now %s.",
		decodeText(t.row("tblproducts", product)["name"]), cycle, code, before, price), nil
}

// textKinds are the kinds whose texts can be edited on the page. Fields are named as in the protocol.
var textKinds = []struct {
	kind, label string
	fields      []string
}{
	{"product", "Product", []string{"name", "tagline", "description"}},
	{"product_group", "Product group", []string{"name", "headline", "tagline"}},
	{"server", "Server", []string{"name"}},
	{"server_group", "Server group", []string{"name"}},
	{"configurable_option_group", "Option group", []string{"name", "description"}},
	{"product_addon", "Product addon", []string{"name", "description"}},
}

var textFields = []string{"name", "description", "headline", "tagline"}

func textObjects(t *tx) []page.Choice {
	list := []page.Choice{}
	for _, of := range textKinds {
		for _, choice := range objectChoices(t, kindNamed(of.kind).table, "name") {
			list = append(list, page.Choice{Value: of.kind + ":" + choice.Value, Label: of.label + ": " + choice.Label})
		}
	}
	return list
}

// editText changes a text as the admin area does. It stores entities where the admin area stores them.
func editText(t *tx, values url.Values) (string, error) {
	kindName, id, _ := strings.Cut(values.Get("object"), ":")
	name, wanted := values.Get("field"), strings.ReplaceAll(values.Get("text"), "\r\n", "\n")
	for _, of := range textKinds {
		if of.kind != kindName {
			continue
		}
		k := kindNamed(of.kind)
		row := t.row(k.table, system.Number(id))
		if row == nil {
			break
		}
		label := of.label + " " + decodeText(row["name"])
		if !slices.Contains(of.fields, name) {
			return "", fmt.Errorf("%s has no %s. It has: %s", label, name, strings.Join(of.fields, ", "))
		}
		parsed, problems := k.field(name).parse(name, wanted)
		if problems != nil {
			return "", fmt.Errorf("the new %s of %s %s", name, label, problems[0].Message)
		}
		changed := Row{}
		k.field(name).write(&write{t: t, k: k, id: system.Number(id), prior: row}, changed, parsed)
		t.set(k.table, system.Number(id), changed)
		return fmt.Sprintf("%s has a new %s.", label, name), nil
	}
	return "", fmt.Errorf("no object is called %q", values.Get("object"))
}
