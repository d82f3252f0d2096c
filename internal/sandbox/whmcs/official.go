package whmcs

import (
	"net/url"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// officialAction is one of WHMCS's documented API actions. The caller holds the store's lock.
type officialAction func(w *WHMCS, form url.Values, who caller) map[string]any

var officialActions = map[string]officialAction{
	"whmcsdetails":          whmcsDetails,
	"getadmindetails":       getAdminDetails,
	"getcurrencies":         getCurrencies,
	"getservers":            getServers,
	"getproducts":           getProducts,
	"addproduct":            addProduct,
	"getconfigurationvalue": getConfigurationValue,

	"activatemodule":                   activateModule,
	"deactivatemodule":                 deactivateModule,
	"getmoduleconfigurationparameters": getModuleConfigurationParameters,
	"updatemoduleconfiguration":        updateModuleConfiguration,

	"encryptpassword": func(w *WHMCS, form url.Values, _ caller) map[string]any {
		return map[string]any{"result": "success", "password": w.state.encrypt(form.Get("password2"))}
	},
	"decryptpassword": func(w *WHMCS, form url.Values, _ caller) map[string]any {
		return map[string]any{"result": "success", "password": w.state.decrypt(form.Get("password2"))}
	},
}

// officialWrites are the actions that change the state.
var officialWrites = []string{"addproduct", "activatemodule", "deactivatemodule", "updatemoduleconfiguration"}

// version returns the setting Version without the release, for example 9.0.1.
func (s *State) version() string {
	version, _, _ := strings.Cut(s.Settings["Version"], "-")
	return version
}

func (s *State) versionDetails() map[string]any {
	return map[string]any{"version": s.version(), "canonicalversion": s.Settings["Version"]}
}

func whmcsDetails(w *WHMCS, _ url.Values, _ caller) map[string]any {
	return map[string]any{"result": "success", "whmcs": w.state.versionDetails()}
}

func getAdminDetails(w *WHMCS, _ url.Values, client caller) map[string]any {
	permissions := []string{"Main Homepage", "API Access", "Configure Servers", "View Products/Services"}
	if client.credential.Actions == nil {
		permissions = append(permissions, "Create New Products/Services", "Edit Products/Services",
			"Delete Products/Services", "Manage Product Groups")
	}
	// Seen: adminid is a string. The documentation says int.
	return map[string]any{
		"result": "success", "adminid": "1", "name": client.credential.Admin, "notes": "", "signature": "",
		"allowedpermissions": strings.Join(permissions, ","), "departments": ",1,",
		"requesttime": w.env.Now().Format("2006-01-02 15:04:05"), "whmcs": w.state.versionDetails(),
	}
}

func getConfigurationValue(w *WHMCS, form url.Values, _ caller) map[string]any {
	setting := form.Get("setting")
	if setting == "" {
		return apiError("Parameter setting is required")
	}
	value, known := w.state.Settings[setting]
	if !known {
		return apiError("Invalid name for parameter setting")
	}
	return map[string]any{"result": "success", "setting": setting, "value": value}
}

// nested returns a list in WHMCS's form. An empty list is an empty string.
func nested(name string, items []any) map[string]any {
	if len(items) == 0 {
		return map[string]any{name: ""}
	}
	return map[string]any{name: items}
}

// getCurrencies returns all numbers as strings.
func getCurrencies(w *WHMCS, _ url.Values, _ caller) map[string]any {
	t, items := w.begin(), []any(nil)
	for _, id := range t.ids("tblcurrencies") {
		row := t.row("tblcurrencies", id)
		items = append(items, map[string]any{
			"id": text(id), "code": row["code"], "prefix": row["prefix"], "suffix": row["suffix"], "format": row["format"],
			"rate": row["rate"],
		})
	}
	return map[string]any{"result": "success", "totalresults": text(int64(len(items))),
		"currencies": nested("currency", items)}
}

func getServers(w *WHMCS, form url.Values, _ caller) map[string]any {
	t, servers, module := w.begin(), []any{}, ""
	if service := t.row("tblhosting", system.Number(form.Get("serviceId"))); service != nil {
		module = t.row("tblproducts", system.Number(service[serviceProduct]))["servertype"]
	}
	for _, id := range t.ids("tblservers") {
		row := t.row("tblservers", id)
		if module != "" && row["type"] != module {
			continue
		}
		services, most := int64(countLive(t, "tblhosting", "server", id)), cast[int64](whole.decode(row["maxaccounts"]))
		percent := int64(0)
		if most > 0 {
			percent = services * 100 / most
		}
		server := map[string]any{
			"id": id, "name": row["name"], "hostname": row["hostname"], "ipaddress": row["ipaddress"],
			"active": flag.decode(row["active"]), "activeServices": services, "maxAllowedServices": most, "percentUsed": percent,
			"module": row["type"],
		}
		if isTrue(form.Get("fetchStatus")) {
			server["status"] = map[string]any{"http": false, "load": "", "uptime": ""}
		}
		servers = append(servers, server)
	}
	return map[string]any{"result": "success", "servers": servers, "fetchStatus": form.Get("fetchStatus")}
}

// getProducts returns numbers as numbers and prices as text. It filters as documented.
func getProducts(w *WHMCS, form url.Values, _ caller) map[string]any {
	t, items := w.begin(), []any(nil)
	wanted := map[int64]bool{}
	for _, id := range system.SplitList(form.Get("pid"), ",") {
		wanted[system.Number(id)] = true
	}
	for _, id := range t.ids("tblproducts") {
		row := t.row("tblproducts", id)
		if len(wanted) > 0 && !wanted[id] ||
			form.Get("gid") != "" && form.Get("gid") != row["gid"] ||
			form.Get("module") != "" && form.Get("module") != row["servertype"] {
			continue
		}
		items = append(items, officialProduct(t, id, row))
	}
	return map[string]any{
		"result": "success", "totalresults": len(items), "startnumber": 0, "numreturned": len(items),
		"products": nested("product", items),
	}
}

func officialProduct(t *tx, id int64, row Row) map[string]any {
	slug := t.row("tblproducts_slugs", activeSlug(t, id))["slug"]
	group := t.row("tblproductgroups", system.Number(row["gid"]))["slug"]
	pricing := map[string]any{}
	for _, price := range t.idsWhere("tblpricing", "relid", text(id), Row{"type": "product"}) {
		record := t.row("tblpricing", price)
		currency := t.row("tblcurrencies", system.Number(record["currency"]))
		prices := map[string]any{"prefix": currency["prefix"], "suffix": currency["suffix"]}
		for _, cycle := range cycles {
			prices[cycle.name], prices[cycle.fee] = record[cycle.name], record[cycle.fee]
		}
		pricing[currency["code"]] = prices
	}
	var fields []any
	for _, custom := range t.idsWhere("tblcustomfields", "relid", text(id), Row{"type": "product", "showorder": "on"}) {
		field := t.row("tblcustomfields", custom)
		fields = append(fields, map[string]any{
			"id": custom, "name": field["fieldname"], "description": field["description"], "required": field["required"],
		})
	}
	return map[string]any{
		"pid": id, "gid": system.Number(row["gid"]), "type": row["type"], "name": row["name"], "slug": slug,
		"product-url": t.state.Settings["SystemURL"] + "store/" + group + "/" + slug, "description": row["description"],
		"module": row["servertype"], "paytype": row["paytype"], "allowqty": whole.decode(row["allowqty"]),
		"quantity_available": whole.decode(row["qty"]), "pricing": pricing,
		"customfields": nested("customfield", fields), "configoptions": nested("configoption", nil),
	}
}

// isTrue reads a boolean form parameter as PHP does.
func isTrue(value string) bool {
	return value != "" && value != "0" && !strings.EqualFold(value, "false")
}
