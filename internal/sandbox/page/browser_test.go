package page_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/fault"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/sandboxtest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/whmcs"
)

// browser is one session of a headless Chromium, over the WebDriver protocol.
type browser struct {
	t       *testing.T
	session string // the URL of the session
}

// firstProgram returns the path of the first of these programs that is installed.
func firstProgram(names ...string) string {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

var driverPort = regexp.MustCompile(`started successfully on port (\d+)`)

// openBrowser starts Chromium. It skips the test if Chromium or its driver is not installed.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	binary, driver := firstProgram("chromium", "chromium-browser", "google-chrome"), firstProgram("chromedriver")
	if binary == "" || driver == "" {
		t.Skip("Chromium or ChromeDriver is not installed (Debian: apt-get install chromium chromium-driver)")
	}
	// The context of the test ends before the cleanup, which must still reach the driver to close the browser.
	command := exec.CommandContext(context.Background(), driver, "--port=0")
	// t.TempDir fails the test if the browser still writes while its folder is removed.
	temp, err := os.MkdirTemp("", "browser-test-") //nolint:usetesting // see above
	require.NoError(t, err)
	command.Env = append(os.Environ(), "TMPDIR="+temp)
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		_ = os.RemoveAll(temp) // a process of the browser may still write its last file
	})
	port := ""
	for lines := bufio.NewScanner(output); port == "" && lines.Scan(); {
		if found := driverPort.FindStringSubmatch(lines.Text()); found != nil {
			port = found[1]
		}
	}
	require.NotEmpty(t, port, "ChromeDriver did not start")
	go func() { _, _ = io.Copy(io.Discard, output) }()
	b := &browser{t: t, session: "http://127.0.0.1:" + port + "/session"}
	created := b.send("", object{"capabilities": object{"alwaysMatch": object{"goog:chromeOptions": object{
		"binary": binary,
		"args": []string{
			"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
			"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		},
	}}}})
	b.session += "/" + created.(object)["sessionId"].(string)
	t.Cleanup(func() {
		request, err := http.NewRequest(http.MethodDelete, b.session, nil)
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, http.StatusOK, response.StatusCode, "the browser did not close")
	})
	return b
}

// send sends a command of the WebDriver protocol and returns its result.
func (b *browser) send(command string, parameters object) any {
	b.t.Helper()
	body, err := json.Marshal(parameters)
	require.NoError(b.t, err)
	response, err := http.Post(b.session+command, "application/json", bytes.NewReader(body))
	require.NoError(b.t, err)
	var result struct{ Value any }
	require.NoError(b.t, json.Unmarshal([]byte(sandboxtest.Body(b.t, response)), &result))
	require.Equal(b.t, http.StatusOK, response.StatusCode, "%s: %v", command, result.Value)
	return result.Value
}

// devTools sends a command of the Chrome DevTools protocol.
func (b *browser) devTools(command string, parameters object) {
	b.t.Helper()
	b.send("/goog/cdp/execute", object{"cmd": command, "params": parameters})
}

func (b *browser) open(url string) { b.t.Helper(); b.send("/url", object{"url": url}) }

// run runs a function body of JavaScript in the page.
func (b *browser) run(script string) any {
	b.t.Helper()
	return b.send("/execute/sync", object{"script": script, "args": []any{}})
}

// element returns the path of the first element that a CSS selector matches.
func (b *browser) element(selector string) string {
	b.t.Helper()
	found := b.send("/element", object{"using": "css selector", "value": selector}).(object)
	for _, id := range found {
		return "/element/" + id.(string)
	}
	return ""
}

func (b *browser) click(selector string) {
	b.t.Helper()
	b.send(b.element(selector)+"/click", object{})
}

// submit clicks a button that sends a form, and waits for the next page. A click alone may return before the browser
// leaves the page.
func (b *browser) submit(selector string) {
	b.t.Helper()
	b.run("window.isLeft = false")
	b.click(selector)
	require.Eventually(b.t, func() bool {
		return b.run("return window.isLeft === undefined && document.readyState === 'complete'") == true
	}, time.Minute, 20*time.Millisecond, "the form was not sent")
}

// enter replaces the text of an input.
func (b *browser) enter(selector, text string) {
	b.t.Helper()
	at := b.element(selector)
	b.send(at+"/clear", object{})
	b.send(at+"/value", object{"text": text})
}

// text returns the visible text of the page.
func (b *browser) text() string {
	b.t.Helper()
	return b.run("return document.body.innerText").(string)
}

const windowHeight = 900

func (b *browser) size(width, height int) {
	b.t.Helper()
	b.devTools("Emulation.setDeviceMetricsOverride", object{
		"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
	})
}

// view sets the width of the window and the color scheme.
func (b *browser) view(width int, scheme string) {
	b.t.Helper()
	b.size(width, windowHeight)
	b.devTools("Emulation.setEmulatedMedia", object{"features": []object{{"name": "prefers-color-scheme",
		"value": scheme}}})
}

// keep saves a picture of the whole page in the folder that PAGE_PICTURES names.
func (b *browser) keep(name string, width int) {
	b.t.Helper()
	folder := os.Getenv("PAGE_PICTURES")
	if folder == "" {
		return
	}
	b.size(width, int(b.run("return document.documentElement.scrollHeight").(float64)))
	response, err := http.Get(b.session + "/screenshot")
	require.NoError(b.t, err)
	var picture struct{ Value []byte }
	require.NoError(b.t, json.Unmarshal([]byte(sandboxtest.Body(b.t, response)), &picture))
	require.NoError(b.t, os.WriteFile(filepath.Join(folder, name+".png"), picture.Value, 0o600))
	b.size(width, windowHeight)
}

// furnish fills all three systems, so that each table has rows. One request is refused and one meets a fault.
func furnish(t *testing.T, sb *sandbox.Sandbox) {
	t.Helper()
	server, _ := sandboxtest.Create(t, sb, "server", object{
		"name": "TopLink DCIM", "module": "toplink_dcim", "hostname": "dcim.example.com", "ip_address": "203.0.113.20",
		"secure":   true,
		"username": "0123456789abcdef0123", "password": "x", "default_for_module": true,
		"toplink_dcim": object{"username_prefix": "mumbai", "hostname_format": "{label}-{ipv4}"},
	})
	group, _ := sandboxtest.Create(t, sb, "server_group", object{"name": "TopLink DCIM", "server_ids": []string{server}})
	price := func(amount, fee string) object { return object{"monthly": object{"price": amount, "setup_fee": fee}} }
	product, _ := sandboxtest.Create(t, sb, "product", object{
		"product_group_id": "1", "name": "Dedicated E3-1230", "type": "server", "module": "toplink_dcim",
		"server_group_id": group,
		"pay_type":        "recurring", "auto_setup": "on_payment", "stock_control": true, "quantity": 2,
		"toplink_dcim": object{"package": "E3-1230", "suspend_action": "close port", "terminate_action": "power off",
			"client_power": true},
		"pricing": object{"USD": price("89", "25"), "EUR": price("82", "0"), "INR": price("7400", "2100")},
		"custom_fields": object{"os": object{"name": "Pre Install System", "type": "dropdown",
			"options": []string{"debian12", "alma9"}}},
	})
	sandboxtest.Create(t, sb, "configurable_option_group", object{
		"name": "Extras", "product_ids": []string{product}, "options": object{"memory": object{
			"name": "Memory", "sub_options": object{"gb_64": object{"name": "64 GB",
				"pricing": object{"USD": price("20", "5")}}},
		}},
	})
	sandboxtest.Create(t, sb, "product_addon", object{
		"name": "Extra IP address", "product_ids": []string{product}, "pay_type": "one_time",
		"pricing": object{"USD": object{"one_time": object{"price": "5", "setup_fee": "1"}}},
	})
	sandboxtest.Create(t, sb, "addon_module", object{"module": "solusvm2",
		"admin_role_names": []string{"Full Administrator"}})
	sandboxtest.Update(t, sb, "solusvm2_billing", "1", object{}, object{
		"post_pay_enabled": true, "terms_url": "https://example.com/terms", "invoice_grace_days": 7,
		"token_prices": object{"USD": "0.0125", "INR": "1.04"},
	})
	_, refused := sandboxtest.API(t, sb, sb.WHMCS.Credential(), "TerraformWrite", sandboxtest.EncodeRequest(t, object{
		"op": "create", "kind": "product_group", "key": sandboxtest.NewKey(), "values": object{"name": "Legacy & Co"},
	}))
	require.Contains(t, refused, `"exists"`)
	sb.AddFault(fault.Rule{System: "whmcs", Status: http.StatusBadGateway})
	_, _ = sandboxtest.API(t, sb, sb.WHMCS.Credential(), "WhmcsDetails", nil)
	sandboxtest.DCIM(t, sb, "wrong", "wrong", "GET", "/api/v1/servers", "")
	_, err := http.Get(sb.SolusVM2.URL() + "/api/v1/account")
	require.NoError(t, err)
}

// layout measures the page. It finds elements that are wider than the window, and tables that scroll without a visible
// scroll bar. It also finds texts with less contrast than the accessibility guidelines (WCAG AA) require.
const layout = `
const luminance = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
	.reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const parse = color => color.match(/[\d.]+/g).map(Number);
const ground = element => {
	for (; element; element = element.parentElement) {
		const color = parse(getComputedStyle(element).backgroundColor);
		if (color.length < 4 || color[3] === 1) return color;
	}
	return [255, 255, 255];
};
const faint = new Set();
for (const element of document.querySelectorAll("body *")) {
	const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
	if (!own || !element.checkVisibility()) continue;
	const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(ground(element))];
	const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
	if (contrast < 4.5) faint.add(element.tagName + "." + element.className + " " + contrast.toFixed(2));
}
const tables = [...document.querySelectorAll(".scroll")], wide = tables.filter(table => table.scrollWidth > table.clientWidth + 1);
return {
	overflow: document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth,
	ground: getComputedStyle(document.body).backgroundColor,
	tables: tables.length,
	wide: wide.length,
	hiddenBars: wide.filter(table => table.offsetHeight - table.clientHeight < 8).map(table =>
		[table.parentElement.id, table.scrollWidth, table.clientWidth, table.offsetHeight, table.clientHeight].join(" ")),
	faint: [...faint],
};`

func TestPageInABrowser(t *testing.T) {
	b := openBrowser(t)
	sb := sandboxtest.Start(t, sandbox.Options{Clock: func() time.Time {
		return time.Date(2026, 2, 1, 10, 0, 0, 0,
			time.UTC)
	}})
	furnish(t, sb)
	grounds := map[string]string{"light": "rgb(245, 246, 248)", "dark": "rgb(18, 22, 28)"}
	for name, url := range map[string]string{"whmcs": sb.WHMCS.URL(), "dcim": sb.DCIM.URL(),
		"solusvm2": sb.SolusVM2.URL()} {
		for _, width := range []int{1280, 390} {
			for scheme, ground := range grounds {
				b.view(width, scheme)
				b.open(url + "/")
				at := fmt.Sprintf("%s-%d-%s", name, width, scheme)
				measured := b.run(layout).(object)
				assert.Equal(t, ground, measured["ground"], at)
				assert.EqualValues(t, 0, measured["overflow"], "%s: the page is wider than the window", at)
				assert.Empty(t, measured["hiddenBars"], "%s: tables without a visible scroll bar", at)
				assert.Empty(t, measured["faint"], "%s: texts without enough contrast", at)
				assert.Greater(t, measured["tables"], 4.0, at)
				if width == 390 {
					assert.Greater(t, measured["wide"], 1.0, "%s: wide tables scroll", at)
				}
				b.keep(at, width)
			}
		}
	}
}

func TestFormsInABrowser(t *testing.T) {
	b := openBrowser(t)
	sb := sandboxtest.Start(t, sandbox.Options{})
	furnish(t, sb)
	b.view(390, "light")
	form := func(name string) string { return `form[action="/_sandbox/change/` + name + `"]` }
	opened := func(name string) string { return "details:has(" + form(name) + ") summary" }

	b.open(sb.WHMCS.URL() + "/")
	b.click(opened("order"))
	b.click(form("order") + ` option[value="2"]`)
	b.keep("form-order", 390)
	b.submit(form("order") + " button")
	assert.Contains(t, b.text(), "A customer ordered Dedicated E3-1230. The service has the id 1 and is active.")
	assert.Equal(t, "Active", sb.WHMCS.Row("tblhosting", "1")["domainstatus"])
	assert.Equal(t, "1", sb.WHMCS.Row("tblproducts", "2")["qty"], "one item of the stock is sold")
	assert.NotEmpty(t, b.run(`return [...document.querySelectorAll("#services-of-customers td")].map(cell => cell.innerText)`))

	b.click(opened("price"))
	b.enter(form("price")+" input", "cheap")
	b.submit(form("price") + " button")
	assert.Contains(t, b.text(), `Refused, status 422. Nothing was changed: the price "cheap" is not a number`)
	b.keep("form-refused", 390)
	b.enter(form("price")+" input", "95.00")
	b.click(form("price") + ` [name="product"] option[value="2"]`)
	b.submit(form("price") + " button")
	assert.Contains(t, b.text(), "Dedicated E3-1230: the monthly price in USD was 89.00 and is now 95.00.")
	assert.Contains(t, b.text(), "$95.00")

	b.click(opened("text"))
	b.click(form("text") + ` [name="object"] option[value="product:2"]`)
	b.enter(form("text")+" input", "4 cores <b>")
	b.click(form("text") + ` [name="field"] option[value="description"]`)
	b.submit(form("text") + " button")
	assert.Contains(t, b.text(), "Product Dedicated E3-1230 has a new description.")

	// Another site in the same browser cannot use the forms.
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(w, `<form method="post" action="%s/_sandbox/change/order"><input name="product" value="2"><button>x</button></form>`, sb.WHMCS.URL())
	}))
	t.Cleanup(other.Close)
	for _, site := range []string{other.URL, strings.Replace(other.URL, "127.0.0.1", "localhost", 1)} {
		b.open(site)
		b.submit("button")
		assert.Contains(t, b.text(), "The sandbox accepts changes from its own page only", site)
	}
	services := 0
	sb.WHMCS.View(func(s *whmcs.State) { services = len(s.Table("tblhosting").Rows) })
	assert.Equal(t, 1, services, "the other site ordered nothing")
}
