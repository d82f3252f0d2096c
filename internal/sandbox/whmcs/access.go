package whmcs

import (
	"errors"
	"strconv"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// Credential returns an API credential whose role allows everything.
func (w *WHMCS) Credential() Credential { return w.credential(fullAccess) }

// ReadOnlyCredential returns an API credential whose role lacks TerraformWrite and AddProduct.
func (w *WHMCS) ReadOnlyCredential() Credential { return w.credential(readAccess) }

func (w *WHMCS) credential(name string) Credential {
	var found Credential
	w.env.View(func() { found = w.state.credential(name) })
	return found
}

// Installation returns the UUID that the companion reports.
func (w *WHMCS) Installation() string {
	var uuid string
	w.env.View(func() { uuid = w.state.installation() })
	return uuid
}

// View reads the state. The function must not keep the state and must not call other methods of the sandbox.
func (w *WHMCS) View(look func(*State)) { w.env.View(func() { look(w.state) }) }

// Mutate changes the state, as an administrator in the admin area or with a database client does. The function must
// not keep the state and must not call other methods of the sandbox.
func (w *WHMCS) Mutate(change func(*State)) {
	_ = w.env.Change(func() error {
		change(w.state)
		return nil
	})
}

// Row returns a copy of a database row, or nil.
func (w *WHMCS) Row(table, id string) Row {
	var row Row
	w.View(func(s *State) {
		if found := s.Row(table, id); found != nil {
			row = Row{}
			for column, value := range found {
				row[column] = value
			}
		}
	})
	return row
}

// Count returns the number of objects of a kind.
func (w *WHMCS) Count(kind string) int {
	count := 0
	w.View(func(s *State) {
		if k := kindNamed(kind); k != nil {
			count = len(s.Table(k.table).Rows)
		}
	})
	return count
}

// DeleteObject deletes an object and its own rows outside of the API. It does not check whether the object is in use.
func (w *WHMCS) DeleteObject(kind, id string) {
	_ = w.env.Change(func() error {
		k, t := kindNamed(kind), w.begin()
		if k == nil {
			return errors.New("no such kind")
		}
		if k.cleanup != nil {
			k.cleanup(t, system.Number(id))
		}
		t.remove(k.table, system.Number(id))
		return nil
	})
}

// AddService adds a service of a product on a server. The serverID "0" means no server. The status is for example
// Active, Suspended or Terminated.
func (w *WHMCS) AddService(productID, serverID, status string) string {
	var id string
	w.Mutate(func(s *State) { id = s.AddService(productID, serverID, status) })
	return id
}

// AddService adds a service. WHMCS.AddService describes the parameters.
func (s *State) AddService(productID, serverID, status string) string {
	return s.Insert("tblhosting", serviceRow(productID, serverID, status))
}

// serviceRow is a new monthly service of the seeded client.
func serviceRow(productID, serverID, status string) Row {
	return Row{
		serviceProduct: productID, "server": serverID, "domainstatus": status, "userid": "1", "qty": "1",
		"regdate": time.Now().UTC().Format(time.DateOnly), "billingcycle": "Monthly",
		"firstpaymentamount": "10.00", "amount": "10.00",
	}
}

// SetServiceStatus changes the status of a service.
func (w *WHMCS) SetServiceStatus(serviceID, status string) {
	w.Mutate(func(s *State) { s.Set("tblhosting", serviceID, "domainstatus", status) })
}

// AddServiceAddon adds a service addon on a server.
func (w *WHMCS) AddServiceAddon(serverID, status string) string {
	var id string
	w.Mutate(func(s *State) { id = s.Insert("tblhostingaddons", Row{"server": serverID, "status": status}) })
	return id
}

// SetProductPrice changes the price of a billing cycle ("monthly", …) in a currency, as an administrator does. The
// price "-1.00" disables the cycle.
func (w *WHMCS) SetProductPrice(productID, currencyCode, cycle, price string) {
	_ = w.env.Change(func() error {
		t := w.begin()
		for _, currency := range t.idsBy("tblcurrencies", "code", currencyCode) {
			for _, id := range t.idsWhere("tblpricing", "relid", productID, Row{"type": "product", "currency": text(currency)}) {
				t.set("tblpricing", id, Row{cycle: price})
			}
		}
		return nil
	})
}

// SetServerPassword changes a server's password, as an administrator does.
func (w *WHMCS) SetServerPassword(serverID, password string) {
	w.Mutate(func(s *State) { s.Set("tblservers", serverID, "password", s.encrypt(password)) })
}

// ServerPassword returns a server's password in plain text.
func (w *WHMCS) ServerPassword(serverID string) string {
	var password string
	w.View(func(s *State) { password = s.decrypt(s.Row("tblservers", serverID)["password"]) })
	return password
}

// Encrypt returns the form in which WHMCS stores a secret.
func (w *WHMCS) Encrypt(text string) string {
	var stored string
	w.View(func(s *State) { stored = s.encrypt(text) })
	return stored
}

// PostPay returns the settings of the SolusVM 2 addon in plain text, by the protocol's field names. The name of a
// price is "token_prices.<code>". PostPay returns nil if the addon is not active.
func (w *WHMCS) PostPay() map[string]string {
	var settings map[string]string
	w.View(func(*State) {
		t := w.begin()
		if !t.postPayActive() {
			return
		}
		settings = map[string]string{}
		for field := range assumedPlaces {
			if field != "token_prices" {
				settings[field] = t.postPayText(field)
			}
		}
		for code, place := range t.pricePlaces() {
			if price, kept := t.storedText(place); kept && price != "" {
				settings["token_prices."+code] = price
			}
		}
	})
	return settings
}

// SetSafetySettings replaces the safety settings.
func (w *WHMCS) SetSafetySettings(brakes SafetySettings) { w.env.View(func() { w.safety = brakes }) }

// SetAllowedIPs replaces the API's list of allowed addresses.
func (w *WHMCS) SetAllowedIPs(ips ...string) { w.env.View(func() { w.allowedIPs = ips }) }

// OnHook adds third-party code that runs after changes. A nil hook removes all of it.
func (w *WHMCS) OnHook(hook Hook) {
	w.env.View(func() {
		w.hooks = append(w.hooks, hook)
		if hook == nil {
			w.hooks = nil
		}
	})
}

// OnStore sets a function that changes rows before they are stored, as a trigger or a non-strict SQL mode does. A nil
// function removes it.
func (w *WHMCS) OnStore(trigger func(table, id string, row Row)) {
	w.env.View(func() { w.trigger = trigger })
}

// FailingHook returns a hook that throws whenever the hook with this name runs.
func FailingHook(name, message string) Hook {
	return func(run, _ string, _ *State) error {
		if run != name {
			return nil
		}
		return errors.New(message)
	}
}

// RewritingHook returns a hook that replaces the hostname of each added or edited server and empties its user name.
// One public module does this (seen).
func RewritingHook(hostname string) Hook {
	return func(run, id string, state *State) error {
		if run == "ServerAdd" || run == "ServerEdit" {
			state.Set("tblservers", id, "hostname", hostname)
			state.Set("tblservers", id, "username", "")
		}
		return nil
	}
}

// AddServer adds a server of a module, as an administrator does, and returns its id.
func (w *WHMCS) AddServer(name, module, hostname string) string {
	var id string
	w.Mutate(func(s *State) {
		id = s.Insert("tblservers", Row{"name": entity.encode(name), "type": module, "hostname": hostname,
			"maxaccounts": "200", "monthlycost": "0.00"})
	})
	return id
}

// AddProductGroup adds a product group, as an administrator does, and returns its id.
func (w *WHMCS) AddProductGroup(name string) string {
	var id string
	w.Mutate(func(s *State) {
		id = s.Insert("tblproductgroups", Row{"name": entity.encode(name),
			"order": strconv.Itoa(len(s.Table("tblproductgroups").Rows) + 1)})
	})
	return id
}

// AddProduct adds a product with a monthly price in every currency, as an administrator does, and returns its id.
func (w *WHMCS) AddProduct(groupID, name, monthly string) string {
	var id string
	w.Mutate(func(s *State) { id = s.addProduct(groupID, name, monthly) })
	return id
}
