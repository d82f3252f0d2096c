package panelobject

import (
	"errors"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// HasOperations adds an error, and returns false, when the wire profile lacks one of the operations that a plan
// needs.
func HasOperations[M any](c *Call[*dcim.Client, M], operations ...string) bool {
	return FitsProfile(c, c.Client.CheckOperations(operations...))
}

// FitsProfile adds an error, and returns false, when err says that the wire profile lacks what a plan needs.
func FitsProfile[M any](c *Call[*dcim.Client, M], err error) bool {
	if err != nil {
		c.Diagnostics.AddError("The wire profile does not describe a request that the plan needs", resourcekit.Sentence(err.Error()))
	}
	return err == nil
}

// Accepted reports whether a write with the error err succeeded. It reports a failure, and warns of an object that
// could not be read after the write.
func Accepted[M any](c *Call[*dcim.Client, M], verb, id string, err error) bool {
	var unread *dcim.ReadBackError
	switch {
	case err == nil:
		return true
	case errors.As(err, &unread):
		c.Diagnostics.AddWarning("The "+c.messages.noun+" could not be read back", "The DCIM accepted the request. "+
			resourcekit.Sentence(err.Error())+" The state has the planned values. The next plan shows any difference.")
		return true
	}
	c.Fail(verb, id, err)
	return false
}
