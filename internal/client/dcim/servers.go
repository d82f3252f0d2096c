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
	AssignedUser string // the customer, empty if the server is not assigned
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
		ID: r.id("id"), Label: r.text("label"), Power: r.text("power"), AssignedUser: r.text("assigned_user"),
		UsageType: r.text("usage_type"), DataCenter: r.text("data_center"), Rack: r.text("rack"),
		Model: r.text("model"), CPU: r.text("cpu"), MemoryGB: r.integer("memory_gb"),
		Disks: r.disks(), PCIDevices: r.pciDevices(), IPAddress: r.text("ip_address"),
		Switch: r.text("switch"), SwitchPort: r.text("switch_port"),
		PortInMbps: r.integer("port_in_mbps"), PortOutMbps: r.integer("port_out_mbps"), VLAN: r.text("vlan"),
		PackageID: r.id("package_id"), PackageName: r.text("package_name"), Remark: r.text("remark"),
	}
	if s.ID == "" {
		r.addProblem("id", "there is no id at %q", r.fields["id"].Path)
	}
	if none, _ := scalar(c.profile.Operations[opAssign].None); s.PackageID == none {
		s.PackageID = "" // the id that requests send for none, such as -1
	}
	return s, r.err(c, operation)
}

// ListServers lists all servers.
func (c *Client) ListServers(ctx context.Context) ([]Server, error) {
	return serverKind.list(ctx, c)
}

// GetServer reads one server. The error is transport.ErrNotFound when it does not exist.
func (c *Client) GetServer(ctx context.Context, id string) (Server, error) {
	return serverKind.read(ctx, c, id)
}

// AssignError is the result of an assignment that did not succeed for all servers. Whether the servers of the failed
// request were assigned is unknown, unless [AssignError.Refused] is true.
type AssignError struct {
	Done        []string // ids of servers whose request succeeded
	Unconfirmed []string // ids of servers whose request had an empty response. The later requests were sent
	Failed      []string // ids of servers of the failed request, empty if no request failed
	Cause       error    // wraps transport.ErrUnconfirmed when no request failed
}

func (e *AssignError) Error() string {
	cause := strings.TrimSuffix(e.Cause.Error(), ".")
	return fmt.Sprintf("%s (%d servers were assigned before that)", cause, len(e.Done))
}

func (e *AssignError) Unwrap() error { return e.Cause }

// Refused reports whether the DCIM refused the failed request, so that none of its servers was assigned. An error about
// several servers does not mean this, because the DCIM may assign some of them before it checks the others. A request
// without access was certainly not processed.
func (e *AssignError) Refused() bool {
	if len(e.Unconfirmed) > 0 {
		return false
	}
	var refusal *Error
	if errors.As(e.Cause, &refusal) && len(e.Failed) > 1 {
		return refusal.Unauthorized() || refusal.Forbidden()
	}
	return !mayHaveBeenProcessed(e.Cause)
}

// Operations of assignments.
const (
	opAssign   = "servers.assign_package"
	opUnassign = "servers.unassign_package"
)

// AssignPackage binds servers to a package. One request contains as many servers as the profile allows. The first
// request that fails ends the assignment with an *AssignError. If the error wraps transport.ErrUnconfirmed, all
// requests were sent and the caller must read the servers.
func (c *Client) AssignPackage(ctx context.Context, serverIDs []string, packageID string) error {
	return c.assign(ctx, opAssign, serverIDs, packageID)
}

// UnassignPackage unbinds servers from their package. Its errors are those of [Client.AssignPackage].
func (c *Client) UnassignPackage(ctx context.Context, serverIDs []string, packageID string) error {
	if c.HasOperation(opUnassign) {
		return c.assign(ctx, opUnassign, serverIDs, packageID)
	}
	return c.assign(ctx, opAssign, serverIDs, "")
}

func (c *Client) assign(ctx context.Context, operation string, serverIDs []string, packageID string) error {
	op, err := c.profile.operation(operation)
	if err != nil {
		return err
	}
	target := op.None
	if packageID != "" {
		target = op.wireID(packageID)
	}
	var done, unconfirmed []string
	var unconfirmedErr error
	for batch := range slices.Chunk(serverIDs, op.Max) {
		r := request{operation: operation, object: objectServer}
		if strings.Contains(op.Path, placePackage) {
			r.packageID = packageID
		}
		if strings.Contains(op.Path, placeServer) {
			r.serverID = batch[0]
		}
		var err error
		if r.input, err = op.assignment(batch, target); err == nil {
			_, err = c.call(ctx, r)
		}
		switch {
		case errors.Is(err, transport.ErrUnconfirmed):
			unconfirmed, unconfirmedErr = append(unconfirmed, batch...), err
		case err != nil:
			return &AssignError{Done: done, Unconfirmed: unconfirmed, Failed: slices.Clone(batch), Cause: err}
		default:
			done = append(done, batch...)
		}
	}
	if unconfirmedErr != nil {
		return &AssignError{Done: done, Unconfirmed: unconfirmed, Cause: unconfirmedErr}
	}
	return nil
}

// assignment returns the input of a request about servers: one, or one for each server if the servers are elements of
// a list.
func (op operation) assignment(serverIDs []string, target any) (inputs []map[string]any, err error) {
	batches := [][]string{serverIDs}
	single := slices.Contains(strings.Split(op.ServersField, "."), everyElement)
	if single {
		batches = slices.Collect(slices.Chunk(serverIDs, 1))
	}
	for _, ids := range batches {
		input := map[string]any{}
		switch {
		case single:
			err = errors.Join(err, setPath(input, op.ServersField, op.wireID(ids[0])))
		case op.ServersField != "":
			err = errors.Join(err, setPath(input, op.ServersField, op.wireIDs(ids)))
		}
		if op.PackageField != "" {
			err = errors.Join(err, setPath(input, op.PackageField, target))
		}
		inputs = append(inputs, input)
	}
	return inputs, err
}

// wireIDs returns ids as one request contains them: a text, a list, or one id alone.
func (op operation) wireIDs(ids []string) any {
	switch {
	case op.Separator != "":
		return strings.Join(ids, op.Separator)
	case op.Max == 1:
		return op.wireID(ids[0])
	}
	list := make([]any, len(ids))
	for i, id := range ids {
		list[i] = op.wireID(id)
	}
	return list
}
