package whmcs

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/coalesce"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

const (
	// maxValidations is how many validations one request holds (internal/companion/PROTOCOL.md).
	maxValidations = 100
	// maxBatchBytes bounds the JSON of a batch. The companion accepts 96 KiB, but firewalls often accept forms of 128 KiB
	// at most (facts: seen). Base64 and the credentials add about a third.
	maxBatchBytes = 92 << 10
)

// validation is one validate request, with its JSON.
type validation struct {
	request request
	encoded json.RawMessage
}

// newValidations returns what sends several validations in one request.
func (c *Client) newValidations() *coalesce.Batcher[validation, validated] {
	return &coalesce.Batcher[validation, validated]{
		Single:   func(ctx context.Context, v validation) (validated, error) { return c.validateOne(ctx, v.request) },
		Batch:    c.validateMany,
		Fit:      fitValidations,
		IsShared: isSharedFailure,
	}
}

// validated is the companion's response to a validation that passed.
type validated map[string]json.RawMessage

// validate sends one validation. Under a rate limit, concurrent validations share a request. Without a limit, WHMCS
// responds to ten concurrent requests sooner than to one request with ten validations.
func (c *Client) validate(ctx context.Context, r request) (validated, error) {
	if !c.rateLimited || c.coalescingDisabled || c.noValidationBatches.Load() {
		return c.validateOne(ctx, r)
	}
	r.V = ProtocolVersion
	encoded, err := encodeJSON(r)
	if err != nil {
		return nil, fmt.Errorf("%s: encode the request: %w", r.operation(actionRead), err)
	}
	return c.validations.Do(ctx, validation{request: r, encoded: encoded})
}

func (c *Client) validateOne(ctx context.Context, r request) (validated, error) {
	var answered validated
	err := c.do(ctx, actionRead, r, &answered)
	return answered, err
}

func fitValidations(validations []validation) int {
	bytes := len(`{"v":1,"op":"batch","ops":[]}`)
	for i, v := range validations {
		bytes += len(v.encoded) + len(",")
		if i > 0 && (i == maxValidations || bytes > maxBatchBytes) {
			return i
		}
	}
	return len(validations)
}

func (c *Client) validateMany(ctx context.Context, validations []validation) ([]coalesce.Result[validated], error) {
	r := request{V: ProtocolVersion, Op: "batch"}
	for _, v := range validations {
		r.Ops = append(r.Ops, v.encoded)
	}
	operation := fmt.Sprintf("%s batch of %d validations", actionRead, len(validations))
	raw, err := encodeJSON(r)
	if err != nil {
		return nil, fmt.Errorf("%s: encode the request: %w", operation, err)
	}
	encoded := base64.RawURLEncoding.EncodeToString(raw)
	var answered struct {
		Installation json.RawMessage `json:"installation"`
		Results      []validated     `json:"results"`
	}
	if err := c.send(ctx, actionRead, operation, encoded, &answered); err != nil {
		if CodeOf(err) == CodeUnsupported { // an older companion
			c.noValidationBatches.Store(true)
		}
		return nil, err
	}
	if len(answered.Results) != len(validations) {
		return nil, c.protocolError(operation, fmt.Errorf("it holds %d results for %d operations", len(answered.Results), len(validations)))
	}
	results := make([]coalesce.Result[validated], len(validations))
	for i, result := range answered.Results {
		results[i] = c.validationResult(validations[i].request.operation(actionRead), result, answered.Installation)
		if results[i].Err != nil {
			withholdEcho(results[i].Err, encoded)
		}
	}
	return results, nil
}

// codeNotAttempted is the code of a validation that the batch had no time for.
const codeNotAttempted = "not_attempted"

// validationResult decodes the result of one validation of a batch.
func (c *Client) validationResult(operation string, result validated, installation json.RawMessage) coalesce.Result[validated] {
	text := func(name string) string { return decodeText(result[name]) }
	code := text("code")
	switch {
	case string(result["ok"]) == "true":
		return coalesce.Result[validated]{Value: result}
	case code == codeNotAttempted:
		return coalesce.Result[validated]{Missing: true}
	case string(result["ok"]) != "false" || code == "":
		return coalesce.Result[validated]{Err: c.protocolError(operation, errors.New("its part of the batch was neither accepted nor refused"))}
	}
	failure := &Error{Operation: operation, Status: http.StatusOK, Code: Code(code), Message: c.redactor.Redact(text("message"))}
	if failure.Message == "" {
		failure.Message = "WHMCS refused it without a message"
	}
	if _, named := result["installation"]; !named && installation != nil {
		result["installation"] = installation
	}
	if details, err := json.Marshal(result); err == nil {
		err = lenient.Decode(details, &failure.Details)
		failure.Details.redact(c.redactor)
		if err != nil {
			failure.Message += " (the details of the failure cannot be read: " + c.redactor.Redact(err.Error()) + ")"
		}
	}
	return coalesce.Result[validated]{Err: failure}
}

// isSharedFailure reports whether the error of a batch is the error of each validation in it. It is not if the
// companion refused the batch as a whole, or if one validation may have broken the script. Each validation is then
// sent alone. No request is sent again to an unreachable WHMCS.
func isSharedFailure(err error) bool {
	if transport.IsTransport(err) {
		return !transport.IsKind(err, transport.KindServerError)
	}
	var failure *Error
	return !errors.As(err, &failure) || isPermanent(err)
}
