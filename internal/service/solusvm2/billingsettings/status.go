package billingsettings

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// Values of connection_status.
const (
	statusConnected    = "connected"
	statusNotConnected = "not_connected"
	statusDiffers      = "integration_differs"
)

// fillStatus fills the two attributes that are not settings. After a write it fills only those that the plan does not
// know.
func (s *settings) fillStatus(ctx context.Context, row *whmcs.SolusVM2Billing, m *model, o whmcsobject.FillOptions) {
	if !o.Written || m.LandingPageURL.IsUnknown() {
		m.LandingPageURL = types.StringValue(row.LandingPageURL)
	}
	if o.Written && !m.ConnectionStatus.IsUnknown() {
		return
	}
	panel := s.Clients.SolusVM2.Client
	if panel != nil {
		panel.AddSecrets(m.apiKey().ValueString())
	}
	status, err := connectionStatus(ctx, panel, row)
	if err != nil {
		o.Diagnostics.AddWarning("The panel's billing integration was not checked", "WHMCS has the connection. The billing integration of the panel could not be read: "+resourcekit.Sentence(err.Error()))
		if before := m.ConnectionStatus; !before.IsNull() && !before.IsUnknown() {
			return
		}
	}
	m.ConnectionStatus = types.StringValue(status)
}

// connectionStatus compares the addon's connection with the panel's billing integration, if the provider can reach
// that panel.
func connectionStatus(ctx context.Context, panel *solusvm2.Client, row *whmcs.SolusVM2Billing) (string, error) {
	if row.URL == nil || *row.URL == "" || row.APIKeyFingerprint == nil || *row.APIKeyFingerprint == "" {
		return statusNotConnected, nil
	}
	if panel == nil || !panel.IsAt(*row.URL) {
		return statusConnected, nil
	}
	integration, err := panel.BillingIntegration(ctx)
	if err != nil {
		return statusConnected, err
	}
	if integration.Type != "whmcs" || integration.URL != row.IntegrationURL {
		return statusDiffers, nil
	}
	return statusConnected, nil
}

// remedies are the next steps after a failed connection test, and the attribute that causes the failure, by reason.
var remedies = map[string]struct{ attribute, remedy string }{
	whmcs.ReasonUnreachable:         {"url", "WHMCS's own server makes this connection. Check that the URL is that of the panel's web interface, and that WHMCS's server can reach the panel (name, port, firewall)."},
	whmcs.ReasonTLS:                 {"url", "Give the panel a certificate that WHMCS's server trusts. For a self-signed certificate or a private authority, copy its certificate to that server and set its path in companion.local.php: 'solusvm2' => ['ca_file' => '/path/to/ca.pem']."},
	whmcs.ReasonUnauthorized:        {"api_key", "Generate a new token in SolusVM 2 (Account > API tokens), and use the complete token. It is shown only once."},
	whmcs.ReasonAddressRefused:      {"api_key", "The token's user has a list of allowed IP addresses. Add the address of WHMCS's server to this list in SolusVM 2."},
	whmcs.ReasonNotAdministrator:    {"api_key", "A token has the rights of its user. Generate the token as an administrator of the panel, and apply again."},
	whmcs.ReasonRedirect:            {"url", "Use the address that the panel redirects to, usually with https instead of http. The key is not sent to the target of a redirect."},
	whmcs.ReasonHTML:                {"url", "A login page, a maintenance page or another program responds at this URL. Set the URL of the panel itself, without the path of a page, and apply again."},
	whmcs.ReasonNotAPI:              {"url", "Check that a SolusVM 2 panel responds at this URL."},
	whmcs.ReasonUnavailable:         {"url", "The panel is overloaded or broken. Apply again when it responds."},
	whmcs.ReasonIntegrationRefused:  {"url", "Look in the panel's log why it refuses the billing integration. The panel or the addon may need an update. Then apply again."},
	whmcs.ReasonIntegrationMismatch: {"url", "Another program may be changing the panel's billing integration. Apply again. If the error remains, check Settings > Billing integration in SolusVM 2."},
}

// reportWrite turns a failed write into diagnostics. A connection test that failed gets the next step for its reason.
func (s *settings) reportWrite(ctx context.Context, w *whmcsobject.Write[model], err error) {
	var failure *whmcs.Error
	if !errors.As(err, &failure) || failure.Code != whmcs.CodeConnection {
		s.ReportWrite(ctx, w, withAttributeNames(err))
		return
	}
	verb := "update"
	if w.Prior == nil {
		verb = "create"
	}
	next, known := remedies[failure.Details.Reason]
	if !known {
		next.attribute = "url"
	}
	resourcekit.AddAttributeError(w.Diagnostics, path.Root("api_connection").AtName(next.attribute), s.Summary(whmcsobject.Failure{Verb: verb})+": the connection test failed",
		fmt.Sprintf("%s %s", resourcekit.Sentence(failure.Message), next.remedy))
}

// withAttributeNames returns a failure with attribute paths in place of the companion's field names.
func withAttributeNames(err error) error {
	var failure *whmcs.Error
	if !errors.As(err, &failure) || len(failure.Details.Errors)+len(failure.Details.Fields) == 0 {
		return err
	}
	renamed := *failure
	renamed.Details.Errors = slices.Clone(failure.Details.Errors)
	for i := range renamed.Details.Errors {
		renamed.Details.Errors[i].Field = attributeName(renamed.Details.Errors[i].Field)
	}
	renamed.Details.Fields = slices.Clone(failure.Details.Fields)
	for i := range renamed.Details.Fields {
		renamed.Details.Fields[i].Field = attributeName(renamed.Details.Fields[i].Field)
	}
	return &renamed
}

// attributeName returns the path of the attribute of a field of the companion. Both are dotted.
func attributeName(field string) string {
	name, rest, nested := strings.Cut(field, ".")
	if attribute, known := attributes[name]; known {
		name = attribute
	}
	if nested {
		name += "." + rest
	}
	return name
}
