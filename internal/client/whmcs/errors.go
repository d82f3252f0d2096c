package whmcs

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// Code is the class of an error: one of the companion's codes, or a code that this client derives from
// WHMCS's response.
type Code string

// Codes of the companion protocol.
const (
	CodeInvalid     Code = "invalid"
	CodeNotFound    Code = "not_found"
	CodeConflict    Code = "conflict"
	CodeInUse       Code = "in_use"
	CodeExists      Code = "exists"
	CodeUnsupported Code = "unsupported"
	CodeReadOnly    Code = "read_only"
	CodeInternal    Code = "internal"
	CodeConnection  Code = "connection" // a panel failed the connection test (see Details.Reason)
	// CodeUnavailable means that the database could not carry out the request now: a lock, a lost connection, or a
	// read-only server. The companion has stored nothing, unless the message names the remaining changes.
	CodeUnavailable Code = "unavailable"
)

// Reasons of CodeConnection.
const (
	ReasonUnreachable         = "unreachable"          // WHMCS cannot reach the panel
	ReasonTLS                 = "tls"                  // WHMCS does not trust the panel's certificate, or the panel does not use TLS
	ReasonUnauthorized        = "unauthorized"         // the panel does not know the API key
	ReasonAddressRefused      = "address_refused"      // the API key's user is not allowed from WHMCS's address
	ReasonNotAdministrator    = "not_administrator"    // the API key's user is not an administrator
	ReasonRedirect            = "redirect"             // the panel redirects elsewhere, and the key is not sent there
	ReasonHTML                = "html"                 // the response is a page instead of an API response
	ReasonNotAPI              = "not_api"              // the response is not from the API of SolusVM 2
	ReasonUnavailable         = "unavailable"          // the panel is overloaded or broken
	ReasonIntegrationRefused  = "integration_refused"  // the panel refuses the billing integration
	ReasonIntegrationMismatch = "integration_mismatch" // the panel accepted the billing integration and returns another one
)

// ReasonModuleFailed is the reason of CodeUnsupported if the code of a module failed, or the module refused.
const ReasonModuleFailed = "module_failed"

// Codes for responses of WHMCS itself, or of a server in front of it.
const (
	CodeCredentials Code = "credentials"        // unknown or wrong credential
	CodeIP          Code = "ip_not_allowed"     // the caller's address is not on the allow-list
	CodePermission  Code = "permission"         // the API role does not grant the action
	CodeNoCompanion Code = "companion_missing"  // the action's file is not installed
	CodeNotAPI      Code = "not_an_api_answer"  // the response is not an API response
	CodeRefused     Code = "refused"            // any other error of WHMCS
	CodeProtocol    Code = "protocol_violation" // a success response that violates the protocol
	CodeCurrencies  Code = "ambiguous_currency" // two currencies have one code
)

// isCompanionCode reports whether the companion itself set the code. This client sets the codes for all
// other responses.
func (c Code) isCompanionCode() bool {
	switch c {
	case CodeCredentials, CodeIP, CodePermission, CodeNoCompanion, CodeNotAPI, CodeRefused, CodeProtocol, CodeCurrencies:
		return false
	}
	return c != ""
}

// FieldError is one error message about a request. Field is a dotted path such as
// "pricing.USD.monthly.price", or "" for the whole request.
type FieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
	Reason  string `json:"reason"` // "" or ReasonTaken
}

// ReasonTaken is the reason of a [FieldError] whose value another object has, which may change it in the same run.
const ReasonTaken = "taken"

// IsTaken reports whether err refuses a write only because other objects have its name or its unique values.
func IsTaken(err error) bool {
	var refusal *Error
	if !errors.As(err, &refusal) {
		return false
	}
	others := slices.ContainsFunc(refusal.Details.Errors, func(e FieldError) bool { return e.Reason != ReasonTaken })
	return refusal.Code == CodeExists || refusal.Code == CodeInvalid && len(refusal.Details.Errors) > 0 && !others
}

// FieldConflict is a field whose stored value is not the expected one. Secrets appear as fingerprints.
type FieldConflict struct {
	Field    string          `json:"field"`
	Expected json.RawMessage `json:"expected"`
	Actual   json.RawMessage `json:"actual"`
}

// Reference counts the objects of one kind that still use an object.
type Reference struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

// Details are the machine-readable fields of a companion error. The code determines which of them are
// set.
type Details struct {
	Installation string          `json:"installation"`
	Errors       []FieldError    `json:"errors"`
	Fields       []FieldConflict `json:"fields"`
	References   []Reference     `json:"references"`
	Kind         string          `json:"kind"`
	ID           string          `json:"id"`
	Key          map[string]Text `json:"key"`    // the natural key, by field
	Reason       string          `json:"reason"` // the safety setting, or a Reason constant
	Reference    string          `json:"reference"`
}

// Error is an error that WHMCS or the companion reported. errors.Is(err, transport.ErrNotFound) is true
// only for CodeNotFound. A page, a refusal or a broken response never means that an object does not
// exist.
type Error struct {
	Operation string
	Code      Code
	Status    int // HTTP status
	Message   string
	Details   Details
	Page      Page // with CodeNotAPI
}

// Page is the kind of a text that was returned instead of an API response.
type Page string

// The kinds of pages.
const (
	PageEmpty       Page = "empty"
	PageLicense     Page = "license"
	PageMaintenance Page = "maintenance"
	PageUpgrade     Page = "upgrade"
	PagePHPError    Page = "php_error"
	PageLogin       Page = "login"
	PageFirewall    Page = "firewall" // refused in front of WHMCS
	PageHTML        Page = "html"
	PageOther       Page = "other"
)

// IsPriceGuard reports whether a limit of the operator on prices refuses the values themselves, whatever else changes.
func (e *Error) IsPriceGuard() bool {
	return e.Code == CodeReadOnly && (e.Details.Reason == "min_price" || e.Details.Reason == "max_price_change_percent")
}

// Remedy returns the next step for the user, or "".
func (e *Error) Remedy() string { return remedies[e.Code] }

// Error returns the message, the next step, and the request.
func (e *Error) Error() string {
	text := strings.TrimSuffix(e.Message, ".")
	if remedy := remedies[e.Code]; remedy != "" {
		text += ". " + remedy
	}
	return fmt.Sprintf("%s (request: %s)", text, e.Operation)
}

// Is matches transport.ErrNotFound for CodeNotFound.
func (e *Error) Is(target error) bool {
	return target == transport.ErrNotFound && e.Code == CodeNotFound
}

// remedies are the next steps for errors that are fixed outside Terraform.
var remedies = map[Code]string{
	CodeCredentials: "Check the API credential (identifier and secret) in WHMCS under Manage API Credentials",
	CodeIP:          "Add this address under API IP Access Restriction in WHMCS (System Settings > General Settings > Security), or set access_key to the $api_access_key of configuration.php",
	CodePermission:  "Grant the action to the credential's API role in WHMCS under Manage API Credentials > API Roles. The companion's actions appear there once its hook file is installed",
	CodeNoCompanion: "Install the companion: run `terraform-provider-hosting companion --out DIR` and copy the files into WHMCS's root folder, then grant TerraformRead and TerraformWrite to the API role",
	CodeCurrencies:  "Change the code of one of them under System Settings > Currencies",
	CodeReadOnly:    "Only the operator of WHMCS can allow this, in companion.local.php",
}

// MayHaveBeenProcessed reports whether WHMCS may have processed a write that failed with err, because
// the response was lost or cannot be read.
func MayHaveBeenProcessed(err error) bool {
	switch CodeOf(err) {
	case CodeNotAPI, CodeProtocol:
		return true
	}
	return transport.MayHaveBeenProcessed(err)
}

// CodeOf returns the code of the first *Error in err's chain, or "".
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// codeOfMessage classifies WHMCS's own refusals by their texts (facts/whmcs: seen).
func codeOfMessage(message string, status int) Code {
	for _, known := range []struct {
		prefix string
		code   Code
	}{
		{"Invalid IP", CodeIP},
		{"Invalid or missing credentials", CodeCredentials},
		{"Authentication Failed", CodeCredentials},
		{"Invalid Permissions", CodePermission},
		{"API Function Not Found", CodeNoCompanion},
		{"Command Not Found", CodeNoCompanion},
	} {
		if strings.HasPrefix(message, known.prefix) {
			return known.code
		}
	}
	if status == http.StatusForbidden || status == http.StatusUnauthorized {
		return CodePermission
	}
	return CodeRefused
}

func (e *Error) decodeDetails(payload json.RawMessage, redactor *transport.Redactor) error {
	raw, err := decodePayload(payload)
	if err != nil {
		return err
	}
	// Details that do not match the type are kept as far as they can be decoded.
	err = lenient.Decode(raw, &e.Details)
	e.Details.redact(redactor)
	if err != nil {
		return fmt.Errorf("the details of the failure cannot be read: %w", err)
	}
	return nil
}

// redact masks secrets in all texts that a user may see.
func (d *Details) redact(redactor *transport.Redactor) {
	for i := range d.Errors {
		d.Errors[i].Field = redactor.Redact(d.Errors[i].Field)
		d.Errors[i].Message = redactor.Redact(d.Errors[i].Message)
	}
	for i := range d.Fields {
		field := &d.Fields[i]
		field.Field = redactor.Redact(field.Field)
		field.Expected = json.RawMessage(redactor.Redact(string(field.Expected)))
		field.Actual = json.RawMessage(redactor.Redact(string(field.Actual)))
	}
	for name, value := range d.Key {
		d.Key[name] = Text(redactor.Redact(string(value)))
	}
	for i := range d.References {
		d.References[i].Kind = redactor.Redact(d.References[i].Kind)
	}
	for _, text := range []*string{&d.Installation, &d.Kind, &d.ID, &d.Reason, &d.Reference} {
		*text = redactor.Redact(*text)
	}
}

// decodePayload decodes the base64 around the companion's JSON. The companion uses base64 so that WHMCS
// does not re-encode the JSON. A payload that is absent or not text counts as empty.
func decodePayload(payload json.RawMessage) ([]byte, error) {
	text := []byte(decodeText(payload))
	raw := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(raw, text)
	if err != nil {
		return nil, errors.New("the payload is not base64")
	}
	return raw[:n], nil
}
