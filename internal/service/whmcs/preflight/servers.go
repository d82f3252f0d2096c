package preflight

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/preflight"
)

// assumedModule is the folder name of the TopLink module (assumed), when the companion does not name one.
const assumedModule = "toplink_dcim"

// wanted returns the modules that must be installed, sorted.
func (p *probe) wanted() (modules []string, grade string) {
	if p.modules != nil {
		return slices.Sorted(slices.Values(p.modules)), preflight.Documented
	}
	return []string{cmp.Or(p.info.Toplink.Module, assumedModule)}, preflight.Assumed
}

func (p *probe) installed(module string) bool { return slices.Contains(p.info.Modules.Server, module) }

func (p *probe) moduleFiles() {
	wanted, grade := p.wanted()
	if len(wanted) == 0 {
		return
	}
	var missing, files []string
	for _, module := range wanted {
		if !p.installed(module) {
			missing, files = append(missing, module), append(files, "modules/servers/"+module+"/"+module+".php")
		}
	}
	if missing != nil {
		p.Fail(checkModuleFiles, grade, "WHMCS has no server module "+strings.Join(missing, ", "),
			"Unpack the vendor's module into WHMCS's root folder. It must contain "+strings.Join(files, " and ")+". If the TopLink module has another name, set toplink.module in companion.local.php, and set modules here.")
		return
	}
	p.Pass(checkModuleFiles, grade, "WHMCS has the server modules "+strings.Join(wanted, ", "))
}

// connections runs the connection tests that the configuration requests. A test that could not run is a failed check,
// whatever the reason.
func (p *probe) connections() {
	var failed, connected []string
	for _, id := range slices.SortedFunc(slices.Values(p.testServers), compareIDs) {
		result, err := p.client.TestConnection(p.ctx, id, nil)
		switch {
		case err != nil:
			failed = append(failed, "server "+id+" could not be tested: "+reason(err))
		case !result.Success:
			failed = append(failed, "server "+id+": "+result.Message)
		default:
			connected = append(connected, id)
		}
	}
	switch {
	case failed != nil:
		p.Fail(checkConnection, preflight.Documented, strings.Join(failed, "; "),
			"The message of a server comes from its module. Check the host name, port, SSL, username and password of the server in WHMCS. Check that the system accepts requests from the address of WHMCS.")
	case connected != nil:
		p.Pass(checkConnection, preflight.Documented, "the modules can connect to the servers "+strings.Join(connected, ", "))
	}
}

// compareIDs orders ids by their number.
func compareIDs(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

// defaultServers checks whether WHMCS has a server for the services of each module: the module's default server, or a
// server in a server group.
func (p *probe) defaultServers() {
	wanted, _ := p.wanted()
	wanted = slices.DeleteFunc(wanted, func(module string) bool { return !p.installed(module) })
	if len(wanted) == 0 {
		return
	}
	servers, err := whmcs.CollectionOf[whmcs.Server](p.client, whmcs.KindServer).List(p.ctx, nil)
	if err != nil {
		p.Fail(checkDefaultServer, preflight.Seen, "the servers could not be listed: "+reason(err), "Follow the message, and try again.")
		return
	}
	var lacking, fine []string
	for _, module := range wanted {
		var enabled, byDefault, grouped int
		for _, s := range servers {
			if s.Module != module || s.Disabled {
				continue
			}
			enabled++
			if s.DefaultForModule {
				byDefault++
			}
			if len(s.ServerGroupIDs) > 0 {
				grouped++
			}
		}
		switch {
		case enabled == 0:
			lacking = append(lacking, "the module "+module+" has no enabled server")
		case byDefault+grouped == 0:
			lacking = append(lacking, "no server of the module "+module+" is its default or in a server group")
		default:
			fine = append(fine, fmt.Sprintf("%s has %d enabled servers, %d in server groups", module, enabled, grouped))
		}
	}
	if lacking != nil {
		p.Fail(checkDefaultServer, preflight.Seen, strings.Join(lacking, "; "),
			"Add a server (hosting_whmcs_server) and set default_for_module on it. Or add it to a server group (hosting_whmcs_server_group) and use that group in the products. Otherwise WHMCS has no server for a new service.")
		return
	}
	p.Pass(checkDefaultServer, preflight.Seen, strings.Join(fine, "; "))
}
