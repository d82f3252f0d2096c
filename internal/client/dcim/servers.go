package dcim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// Usage types that the provider knows. The DCIM has others, which are returned unchanged.
const (
	UsageRented = "rented"
	UsageFaulty = "faulty"
)

// Server is one server, as the list and the detail page show it. Empty text and 0 are fields that are
// empty in the DCIM.
type Server struct {
	ID           string
	Label        string
	Power        string // "on", "off" or "unknown"
	AssignedUser string // the customer; empty when the server is not assigned
	UsageType    string
	DataCenter   string
	Rack         string
	Model        string
	CPU          string
	MemoryGB     int64
	Disks        []Disk
	PCIDevices   []PCIDevice
	IPAddress    string // the main address
	Switch       string
	SwitchPort   string
	PortInMbps   int64
	PortOutMbps  int64
	VLAN         string
	PackageID    string // empty when the server has no package
	PackageName  string
	Remark       string
}

// Assigned reports whether a customer has the server.
func (s Server) Assigned() bool { return s.AssignedUser != "" || s.UsageType == UsageRented }

// Faulty reports whether the DCIM marks the server as broken.
func (s Server) Faulty() bool { return s.UsageType == UsageFaulty }

func (c *Client) server(operation string, row map[string]any) (Server, error) {
	r := c.reader(objectServer, row)
	s := Server{
		ID: r.id("id"), Label: r.text("label"), Power: r.text("power"), AssignedUser: r.text("assigned_user"), UsageType: r.text("usage_type"),
		DataCenter: r.text("data_center"), Rack: r.text("rack"), Model: r.text("model"), CPU: r.text("cpu"), MemoryGB: r.integer("memory_gb"),
		Disks: r.disks(), PCIDevices: r.pciDevices(), IPAddress: r.text("ip_address"), Switch: r.text("switch"), SwitchPort: r.text("switch_port"),
		PortInMbps: r.integer("port_in_mbps"), PortOutMbps: r.integer("port_out_mbps"), VLAN: r.text("vlan"),
		PackageID: r.id("package_id"), PackageName: r.text("package_name"), Remark: r.text("remark"),
	}
	if s.ID == "" {
		r.addProblem("id", "there is no id at %q", r.fields["id"].Path)
	}
	return s, r.err(c, operation)
}

// ListServers lists all servers.
func (c *Client) ListServers(ctx context.Context) ([]Server, error) {
	return c.servers.List(ctx)
}

// GetServer reads one server. The error is transport.ErrNotFound when it does not exist.
func (c *Client) GetServer(ctx context.Context, id string) (Server, error) {
	return c.servers.Get(ctx, id)
}

// AssignError says how far an assignment over several calls came. Of a call that failed nothing is known of its servers, unless it was
// [AssignError.Refused].
type AssignError struct {
	Done   []string // ids of servers whose call succeeded
	Unsure []string // ids of servers whose call was answered with nothing; the calls after it were made all the same
	Failed []string // ids of servers of the call that failed; none when all that is wrong is Unsure
	Cause  error    // wraps transport.ErrUnconfirmed when no call failed
}

func (e *AssignError) Error() string {
	return fmt.Sprintf("%s (%d servers were assigned before that)", strings.TrimSuffix(e.Cause.Error(), "."), len(e.Done))
}

func (e *AssignError) Unwrap() error { return e.Cause }

// Refused reports whether the DCIM turned the failed call down, so that none of its servers was assigned. A complaint about a call with several
// servers does not say so: nothing is known of whether the DCIM looks at all of them before it assigns the first. Only a caller that is not
// let in was certainly not served.
func (e *AssignError) Refused() bool {
	if len(e.Unsure) > 0 {
		return false
	}
	var refusal *Error
	if errors.As(e.Cause, &refusal) && len(e.Failed) > 1 {
		return refusal.Unauthorized() || refusal.Forbidden()
	}
	return !mayHaveBeenProcessed(e.Cause)
}

// AssignPackage binds servers to a package, or to none when packageID is "". One call carries as many servers as the profile allows. The first call that
// fails ends it with an *AssignError. One that wraps transport.ErrUnconfirmed means that all calls were made and that their effect has to be read.
func (c *Client) AssignPackage(ctx context.Context, serverIDs []string, packageID string) error {
	const operation = "servers.assign_package"
	op, err := c.profile.operation(operation)
	if err != nil {
		return err
	}
	target := op.None
	if packageID != "" {
		target = op.wireID(packageID)
	}
	var done, unsure []string
	var unconfirmed error
	for batch := range slices.Chunk(serverIDs, op.Max) {
		input := map[string]any{}
		err := errors.Join(setPath(input, op.ServersField, op.wireIDs(batch)), setPath(input, op.PackageField, target))
		if err == nil {
			_, err = c.call(ctx, request{operation: operation, object: objectServer, input: input})
		}
		switch {
		case errors.Is(err, transport.ErrUnconfirmed):
			unsure, unconfirmed = append(unsure, batch...), err
		case err != nil:
			return &AssignError{Done: done, Unsure: unsure, Failed: slices.Clone(batch), Cause: err}
		default:
			done = append(done, batch...)
		}
	}
	if unconfirmed != nil {
		return &AssignError{Done: done, Unsure: unsure, Cause: unconfirmed}
	}
	return nil
}

// wireIDs returns ids as one request contains them.
func (op operation) wireIDs(ids []string) any {
	if op.Separator != "" {
		return strings.Join(ids, op.Separator)
	}
	list := make([]any, len(ids))
	for i, id := range ids {
		list[i] = op.wireID(id)
	}
	return list
}
