package sandbox

import (
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/fault"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/journal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/whmcs"
)

// These types are aliases, so that a caller of a Sandbox needs one import only.
type (
	WHMCS          = whmcs.WHMCS
	State          = whmcs.State
	Row            = whmcs.Row
	Credential     = whmcs.Credential
	SafetySettings = whmcs.SafetySettings
	PostPayOptions = whmcs.PostPayOptions
	PostPayPlace   = whmcs.PostPayPlace

	DCIM        = dcim.DCIM
	DCIMState   = dcim.State
	DCIMOptions = dcim.Options
	APIKey      = dcim.APIKey
	Package     = dcim.Package
	Machine     = dcim.Machine

	SolusVM2        = solusvm2.SolusVM2
	SolusVM2State   = solusvm2.State
	SolusVM2Options = solusvm2.Options
	PanelUser       = solusvm2.User
	PanelLimitGroup = solusvm2.LimitGroup
	PanelToken      = solusvm2.Token

	Fault    = fault.Rule
	Duration = fault.Duration
	Journal  = journal.Journal
	Request  = journal.Request
)

// These constants are values of fault rules.
const (
	PHPNotice       = fault.PHPNotice
	PageMaintenance = fault.PageMaintenance
	PageLogin       = fault.PageLogin
	PageLicense     = fault.PageLicense
	DenyCredentials = fault.DenyCredentials
	DenyPermission  = fault.DenyPermission
)

// ParseFault reads one fault rule from JSON.
func ParseFault(text string) (Fault, error) { return fault.Parse(text) }

// FailingHook returns a WHMCS hook that throws whenever the hook with this name runs.
func FailingHook(name, message string) whmcs.Hook { return whmcs.FailingHook(name, message) }
