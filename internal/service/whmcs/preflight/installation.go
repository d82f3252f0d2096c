package preflight

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/preflight"
)

const remedyVersions = "Use the same version of both. Update the provider, then run `terraform-provider-hosting companion --out DIR` and copy the files into WHMCS's root folder"

// oldest is the oldest supported version of WHMCS.
const oldest = "7.8"

func (p *probe) companionVersion() {
	at, carried := p.info.CompanionVersion, p.carried
	switch order := compareVersions(at, carried); {
	case p.info.Protocol != whmcs.ProtocolVersion:
		p.Fail(checkVersion, preflight.Documented, fmt.Sprintf("the companion has version %d of the protocol, and the provider has version %d", p.info.Protocol, whmcs.ProtocolVersion), remedyVersions)
	case carried == "" || order == 0:
		p.Pass(checkVersion, preflight.Documented, "the companion has version "+at+", which is the version of the provider's files")
	case order < 0:
		p.Fail(checkVersion, preflight.Documented, "the companion has version "+at+", which is older than the provider's "+carried,
			"Run `terraform-provider-hosting companion --out DIR` and copy the files into WHMCS's root folder. That does not change companion.local.php.")
	default:
		p.Fail(checkVersion, preflight.Documented, "the companion has version "+at+", which is newer than the provider's "+carried, "Update the provider: terraform init -upgrade.")
	}
}

// compareVersions compares numbers separated by dots. A part that is not a number counts as 0.
func compareVersions(a, b string) int {
	numbers := func(version string) []int {
		var out []int
		for part := range strings.SplitSeq(version, ".") {
			n, _ := strconv.Atoi(part)
			out = append(out, n)
		}
		return out
	}
	return slices.Compare(numbers(a), numbers(b))
}

// kindsWritten are the kinds that must be writable. The kinds of post-pay are not among them, because
// hosting_solusvm2_preflight checks those. An operator who sells only dedicated servers keeps them read-only.
var kindsWritten = []whmcs.Kind{whmcs.KindProductGroup, whmcs.KindServer, whmcs.KindServerGroup, whmcs.KindProduct, whmcs.KindOptionGroup}

func (p *probe) companionWritable() {
	var kinds, closed []string
	for _, kind := range kindsWritten {
		kinds = append(kinds, string(kind))
		if !slices.Contains(p.info.Kinds, string(kind)) {
			closed = append(closed, string(kind))
		}
	}
	faults := ""
	for _, e := range p.info.Evidence {
		if e.Check == operatorSettings && !e.OK {
			faults = e.Detail
		}
	}
	const local = "includes/terraform_companion/companion.local.php"
	switch {
	case faults != "":
		p.Fail(checkWritable, preflight.Documented, "the companion writes nothing, because the operator's settings are not valid: "+faults, "Correct "+local+" in WHMCS. companion.local.php.dist in the same folder is an example.")
	case p.info.ReadOnly:
		p.Fail(checkWritable, preflight.Documented, "the companion writes nothing, because read_only is on in companion.local.php, or this file does not exist", "If Terraform should make changes, set read_only to false in "+local+". companion.local.php.dist in the same folder is an example. In a pipeline that only plans, list companion_writable in ignore_checks.")
	case closed != nil:
		p.Fail(checkWritable, preflight.Documented, "the companion does not write the kinds "+strings.Join(closed, ", "), "If Terraform should manage them, add them to kinds in "+local+". Otherwise list companion_writable in ignore_checks.")
	case !p.info.AllowDelete:
		p.Pass(checkWritable, preflight.Documented, "the companion writes the kinds "+strings.Join(kinds, ", ")+", and deletes nothing (allow_delete in companion.local.php)")
	default:
		p.Pass(checkWritable, preflight.Documented, "the companion writes the kinds "+strings.Join(kinds, ", "))
	}
}

func (p *probe) whmcsVersion() {
	version := p.info.WHMCSVersion
	if compareVersions(version, oldest) < 0 {
		p.Fail(checkWHMCSVersion, preflight.Documented, fmt.Sprintf("WHMCS has version %q, and the provider needs %s or later", version, oldest), "Upgrade WHMCS.")
		return
	}
	p.Pass(checkWHMCSVersion, preflight.Documented, fmt.Sprintf("WHMCS has version %s, with PHP %s", version, cmp.Or(p.info.PHPVersion, "of an unknown version")))
}

// stagingCopy compares the addresses that the companion knows of this WHMCS with the address that the provider is
// configured for.
func (p *probe) stagingCopy(e whmcs.Evidence) {
	details := []string{e.Detail}
	ok, host := e.OK, p.client.Endpoint().Host
	at, err := url.Parse(p.info.SystemURL)
	if err == nil && at.Hostname() != "" && !strings.EqualFold(at.Hostname(), host) {
		ok = false
		details = append(details, fmt.Sprintf("the provider calls %s, and the SystemURL of WHMCS is %s", host, p.info.SystemURL))
		if e.OK {
			details = details[1:]
		}
	}
	if ok {
		p.Pass(checkStagingCopy, e.Grade, e.Detail)
		return
	}
	p.Fail(checkStagingCopy, e.Grade, strings.Join(details, "; "), remedies[checkStagingCopy])
}
