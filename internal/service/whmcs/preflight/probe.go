package preflight

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/preflight"
)

// probe is one run of the preflight.
type probe struct {
	*preflight.Report
	ctx         context.Context //nolint:containedctx // a probe lives as long as one read
	client      *whmcs.Client
	carried     string // version of the companion in this provider
	modules     []string
	testServers []string

	info     *whmcs.Info // nil when the companion does not respond
	writable error       // the result of TerraformWrite, or nil if the role grants it
}

func (p *probe) run() {
	info, err := p.client.Info(p.ctx)
	p.info = info
	if !p.contact(err) {
		return
	}
	p.permissions(err)
	if !p.companion(err) {
		p.connections()
		return
	}
	p.companionVersion()
	p.companionWritable()
	p.whmcsVersion()
	p.moduleFiles()
	p.connections()
	p.defaultServers()
	p.evidence()
}

// permissions checks each action that the provider uses. reading is the result of TerraformRead.
func (p *probe) permissions(reading error) {
	p.writable = p.client.ProbeWrite(p.ctx)
	_, currencies := p.client.Currencies(p.ctx)
	_, servers := p.client.ServerSummaries(p.ctx)
	var lacks, unclear []string
	for _, asked := range []struct {
		action string
		err    error
	}{{"TerraformRead", reading}, {"TerraformWrite", p.writable}, {"GetCurrencies", currencies}, {"GetServers", servers}} {
		switch code := whmcs.CodeOf(asked.err); {
		case code == whmcs.CodePermission:
			lacks = append(lacks, asked.action)
		case asked.err != nil && (code == "" || code == whmcs.CodeNotAPI || code == whmcs.CodeIP || code == whmcs.CodeCredentials || code == whmcs.CodeRefused):
			unclear = append(unclear, "the call of "+asked.action+" failed: "+reason(asked.err))
		}
	}
	if lacks == nil && unclear == nil {
		p.Pass(checkPermissions, preflight.Seen, "the API role grants TerraformRead, TerraformWrite, GetCurrencies and GetServers")
		return
	}
	var parts []string
	remedy := "Follow the message, and try again."
	if lacks != nil {
		parts = append(parts, "the API role does not grant "+strings.Join(lacks, ", "))
		remedy = "Select them in WHMCS under Manage API Credentials > API Roles. The companion's actions are there in the group Terraform. If this group is missing, the companion is not installed " +
			"(`terraform-provider-hosting companion --out DIR` writes its files)."
		if len(lacks) == 1 && lacks[0] == "TerraformWrite" {
			remedy += " A pipeline that only plans does not need TerraformWrite. Its configuration lists permissions in ignore_checks."
		}
	}
	p.Fail(checkPermissions, preflight.Seen, strings.Join(append(parts, unclear...), "; "), remedy)
}

// reason describes a failure in one clause.
func reason(err error) string {
	var failed *transport.Error
	if errors.As(err, &failed) {
		return preflight.Failure(failed)
	}
	var failure *whmcs.Error
	if errors.As(err, &failure) {
		return failure.Message
	}
	return err.Error()
}

const (
	remedyInstall  = "Install the companion: run `terraform-provider-hosting companion --out DIR` and copy the files into WHMCS's root folder"
	remedyInternal = "WHMCS's activity log has the reference and the cause. A common cause is a companion.local.php that PHP cannot read"
)

// companion checks the companion. It returns whether the companion responds, which the further checks need.
func (p *probe) companion(err error) bool {
	var failure *whmcs.Error
	switch code := whmcs.CodeOf(err); {
	case err == nil && whmcs.CodeOf(p.writable) == whmcs.CodeNoCompanion:
		p.Fail(checkCompanion, preflight.Seen, "WHMCS has the action TerraformRead, but not TerraformWrite. The file includes/api/terraformwrite.php is missing", remedyInstall)
		return true
	case err == nil:
		p.Pass(checkCompanion, preflight.Seen, "the companion responds as the installation "+p.info.Installation)
		return true
	case code == whmcs.CodePermission, !errors.As(err, &failure):
		return false // the check of permissions has reported it, and the companion cannot be read
	case code == whmcs.CodeNoCompanion:
		p.Fail(checkCompanion, preflight.Seen, "WHMCS has no action TerraformRead: "+failure.Message, remedyInstall)
	case code == whmcs.CodeUnsupported:
		p.Pass(checkCompanion, preflight.Seen, "the companion responds")
		p.Fail(checkVersion, preflight.Documented, fmt.Sprintf("the companion does not support the provider's protocol version %d: %s", whmcs.ProtocolVersion, failure.Message), remedyVersions)
	case code == whmcs.CodeInternal:
		p.Fail(checkCompanion, preflight.Seen, failure.Message, remedyInternal)
	default:
		p.Fail(checkCompanion, preflight.Seen, failure.Message, remedyInstall)
	}
	return false
}

// evidence records the findings of the companion, except those that are part of another check.
func (p *probe) evidence() {
	copied := false
	for _, e := range p.info.Evidence {
		switch {
		case e.Check == operatorSettings:
			continue
		case e.Check == checkStagingCopy:
			copied = true
			p.stagingCopy(e)
			continue
		case e.OK:
			p.Pass(e.Check, e.Grade, e.Detail)
			continue
		}
		remedy, known := remedies[e.Check]
		if !known {
			remedy = generalRemedy
		}
		p.Fail(e.Check, e.Grade, e.Detail, remedy)
	}
	if !copied {
		p.stagingCopy(whmcs.Evidence{OK: true, Grade: preflight.Seen, Detail: "this companion does not report the SystemURL of its first call"})
	}
}
