package whmcs

import (
	"regexp"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// tokenScale is the number of decimal places of a token's price.
const tokenScale = 4

// solusvm2BillingKind are the settings of the SolusVM 2 addon. The row of its table is empty and only identifies the
// single object.
var solusvm2BillingKind = kind{
	name: "solusvm2_billing", table: "terraform_solusvm2_billing", writable: true, operations: []string{"update"},
	fields: []field{
		{name: "addon", read: func(*tx, int64, Row) any { return solusvm2Addon }},
		{name: "active", read: func(t *tx, _ int64, _ Row) any { return t.postPayActive() }},
		{
			name: "url", read: readPlace("url", func(s string) any { return s }),
			differs: func(path string, given, actual any) []difference {
				wanted, isText := given.(string)
				if stored, known := actual.(string); same(given, actual) || isText && known && panelAddress(wanted) == panelAddress(stored) {
					return nil
				}
				return []difference{{path, given, actual}}
			},
		},
		{
			name: "api_key_fingerprint", showsFingerprint: true, read: func(t *tx, _ int64, _ Row) any {
				if t.placeStatusOf("api_key") != placeFound {
					return nil
				}
				return t.state.fingerprint(t.postPayText("api_key"))
			},
		},
		placedField("post_pay_enabled", boolean, func(s string) any { return s == "on" || s == "1" }, nil),
		placedField("new_user_limit_group_id", withCondition(reference, "must be at most 2147483647", func(s string) bool { return system.Number(s) <= maxInt }), func(s string) any {
			if system.Number(s) == 0 {
				return nil
			}
			return s
		}, func(v any) string { id, _ := v.(string); return id }).clearable(),
		placedField("terms_url", withCondition(textOf(2048), "must be an absolute http or https address, or empty", func(s string) bool {
			return s == "" || webAddressForm.MatchString(s)
		}), func(s string) any { return s }, func(v any) string { return cast[string](v) }),
		placedField("invoice_grace_days", integer(0, maxInt), whole.decode, whole.encode),
		placedField("lock_overdue_days", integer(0, maxInt), whole.decode, whole.encode),
		placedField("suspend_overdue_days", integer(0, maxInt), whole.decode, whole.encode),
		{
			name: "token_prices", keyed: true, parse: tokenPrices,
			read: func(t *tx, _ int64, _ Row) any {
				if t.placeStatusOf("token_prices") != placeFound {
					return nil
				}
				prices := map[string]any{}
				for code, place := range t.pricePlaces() {
					kept, _ := t.storedText(place)
					if price, isDecimal := formatDecimal(kept, tokenScale); isDecimal {
						prices[code] = price
					}
				}
				return prices
			},
			write: func(w *write, _ Row, v any) {
				places := w.t.pricePlaces()
				for code, price := range cast[map[string]any](v) {
					w.t.storeText(places[code], cast[string](price))
				}
			},
		},
		{name: "landing_page_url", read: func(t *tx, _ int64, _ Row) any {
			return strings.TrimRight(t.state.Settings["SystemURL"], "/") + "/index.php?m=" + solusvm2Addon
		}},
		{name: "integration_url", read: func(t *tx, _ int64, _ Row) any { return t.state.integrationURL() }},
		{name: "missing", many: true, read: func(t *tx, _ int64, _ Row) any {
			missing := []string{}
			for _, name := range append([]string{"url"}, placedFieldNames...) {
				if t.placeStatusOf(name) != placeFound {
					missing = append(missing, name)
				}
			}
			if t.placeStatusOf("api_key") != placeFound {
				missing = append(missing, "api_key_fingerprint")
			}
			return sortedSet(missing)
		}},
	},
	check: func(w *write) {
		if w.mayRunModules {
			w.t.state.recordDeclaration(solusvm2Addon)
		}
		if w.makesConnection {
			w.requirePlaces(placeMissing)
		}
		if prices, given := w.values["token_prices"].(map[string]any); given {
			places := w.t.pricePlaces()
			for _, code := range sortedKeys(prices) {
				if _, known := places[code]; !known {
					w.reject("token_prices."+code, "%s", w.t.unknownCurrency())
				}
			}
		}
		for _, name := range placedFieldNames {
			found := w.t.placeStatusOf(name)
			if _, given := w.values[name]; given && found == placeMissing {
				w.rejectUnsupported(name, "%s", w.t.explainPlace(name))
			}
		}
	},
	// The addon keeps settings as settings of its module.
	affects: func(w *write, _ bool) []affected { return w.addonOf(sortedKeys(w.values)) },
	uses:    func(*tx, int64) []use { return nil },
}

// addonOf returns the addon module if it stores any of these fields.
func (w *write) addonOf(fields []string) []affected {
	ids := w.t.idsWhere(addonTable, "module", solusvm2Addon, Row{"setting": "version"})
	if ids == nil || w.t.addonSettingsOf(fields...) == nil {
		return nil
	}
	return []affected{{"addon_module", ids[0]}}
}

// integrationURL returns the URL under which a panel calls the addon.
func (s *State) integrationURL() string {
	return strings.TrimRight(s.Settings["SystemURL"], "/") + "/modules/addons/" + solusvm2Addon + "/api/"
}

// requirePlaces refuses a connection if the addon has no places for it. The parameter lists the refused results: a
// write also refuses unknown places, a dry run only missing ones.
func (w *write) requirePlaces(refused ...placeStatus) {
	for _, name := range []string{"url", "api_key", "integration_token"} {
		if slices.Contains(refused, w.t.placeStatusOf(name)) {
			w.rejectUnsupported(name, "%s", w.t.explainPlace(name))
		}
	}
}

// placedFieldNames are the fields that an update may change.
var placedFieldNames = []string{
	"post_pay_enabled", "new_user_limit_group_id", "terms_url", "invoice_grace_days", "lock_overdue_days", "suspend_overdue_days", "token_prices",
}

var webAddressForm = regexp.MustCompile(`^https?://[A-Za-z0-9\[][^\s"<>\\^` + "`" + `{|}]*$`)

// readPlace returns a function that reads a field from its place. The value is nil if the addon does not have the
// place.
func readPlace(name string, decode func(string) any) func(*tx, int64, Row) any {
	return func(t *tx, _ int64, _ Row) any {
		if t.placeStatusOf(name) != placeFound {
			return nil
		}
		return decode(t.postPayText(name))
	}
}

// placedField declares a field that is one place of the map. If encode is nil, the field is a switch with the form of
// the place.
func placedField(name string, parse parser, decode func(string) any, encode func(any) string) field {
	return field{
		name: name, parse: parse, read: readPlace(name, decode),
		write: func(w *write, _ Row, v any) {
			if encode != nil {
				w.t.setPostPayText(name, encode(v))
				return
			}
			form := tick
			if w.t.postPayPlace(name).As == "1" {
				form = flag
			}
			w.t.setPostPayText(name, form.encode(v))
		},
	}
}

func tokenPrices(path string, v any) (any, []fieldError) {
	object, ok := v.(map[string]any)
	if !ok {
		return nil, errorAt(path, "must be an object of prices by currency code")
	}
	keys := map[string]parser{}
	for code := range object {
		keys[code] = decimal(tokenScale)
	}
	return objectOf(keys)(path, v)
}

var apiSuffix = regexp.MustCompile(`(/+api/v1)?/*$`)

// panelAddress returns the canonical form of a panel's address.
func panelAddress(url string) string {
	return strings.TrimSuffix(url, apiSuffix.FindString(url))
}

// landingPath returns the path of the template. The companion writes no other file.
func (s *State) landingPath() string {
	return "templates/" + s.Settings["Template"] + "/modules/addons/" + solusvm2Addon + "/post-pay/landing-page.tpl"
}

// landingLimit is the maximum size of the template, in bytes.
const landingLimit = 256 << 10

// landingPageKind is the template that overrides the landing page.
var landingPageKind = kind{
	name: "landing_page", table: "terraform_landing_page", naturalKey: []string{"path"}, writable: true, operations: []string{"update", "delete"}, remains: true,
	fields: []field{
		{name: "path", read: func(t *tx, _ int64, _ Row) any { return t.state.landingPath() }},
		{name: "present", read: func(t *tx, _ int64, _ Row) any {
			_, there := t.state.Files[t.state.landingPath()]
			return there
		}},
		{name: "managed", read: func(t *tx, _ int64, _ Row) any {
			// This is also true if another template is active now. The file below the previous template must still be
			// restored.
			return len(t.state.KeptFiles) > 0
		}},
		{
			name: "content", parse: templateText,
			read: func(t *tx, _ int64, _ Row) any {
				if content, there := t.state.Files[t.state.landingPath()]; there {
					return content
				}
				return nil
			},
			write: func(w *write, _ Row, v any) {
				s := w.t.state
				path := s.landingPath()
				if _, kept := s.KeptFiles[path]; !kept {
					w.t.keepFile(path)
				}
				w.t.setFile(path, new(cast[string](v)))
			},
		},
	},
	uses: func(*tx, int64) []use { return nil },
	check: func(w *write) {
		if w.deleting && len(w.t.state.KeptFiles) == 0 {
			w.nothingToDelete = true
		}
	},
	cleanup: func(t *tx, _ int64) {
		for path, former := range t.state.KeptFiles {
			t.setFile(path, former)
			delete(t.state.KeptFiles, path)
		}
	},
}

func templateText(path string, v any) (any, []fieldError) {
	s, isText := v.(string)
	switch {
	case !isText:
		return nil, errorAt(path, "must be text")
	case len(s) > landingLimit:
		return nil, errorAt(path, "must not be longer than %d bytes", landingLimit)
	case slices.ContainsFunc([]rune(s), func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\n\r", r) || r == 0x7f }):
		return nil, errorAt(path, "must not contain control characters")
	}
	if line, tag := refusedTag(s); line > 0 {
		return nil, errorAt(path, "holds on line %d a tag that is not accepted: %s", line, tag)
	}
	return s, nil
}

// keepFile stores the content of a file before the companion's first write.
func (t *tx) keepFile(path string) {
	s := t.state
	if s.KeptFiles == nil {
		s.KeptFiles = map[string]*string{}
	}
	s.KeptFiles[path] = nil
	if content, there := s.Files[path]; there {
		s.KeptFiles[path] = &content
	}
	t.undo = append(t.undo, func() { delete(s.KeptFiles, path) })
}

// setFile writes a file, or removes it if the content is nil.
func (t *tx) setFile(path string, content *string) {
	s := t.state
	before, there := s.Files[path]
	t.undo = append(t.undo, func() {
		delete(s.Files, path)
		if there {
			s.Files[path] = before
		}
	})
	if s.Files == nil {
		s.Files = map[string]string{}
	}
	delete(s.Files, path)
	if content != nil {
		s.Files[path] = *content
	}
}
