package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

// connection gives the bare connection to a provider: its messages belong to Terraform and to terraform-plugin-go, which do not export them.
type connection struct {
	plugin.NetRPCUnsupportedPlugin
}

func (connection) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error {
	return errors.New("this is the client's side")
}

func (connection) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

// startToSchema starts a provider as Terraform does, asks for its schema, and says how long that took and how many bytes came.
func startToSchema(ctx context.Context, binary string) (took time.Duration, size int, err error) {
	command := exec.Command(binary)
	command.Env = append(os.Environ(), "HOSTING_BENCH_PROFILES="+os.TempDir())
	client := plugin.NewClient(&plugin.ClientConfig{
		// What a provider insists on (terraform-plugin-go, tf6server.Serve).
		HandshakeConfig:  plugin.HandshakeConfig{MagicCookieKey: "TF_PLUGIN_MAGIC_COOKIE", MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"},
		VersionedPlugins: map[int]plugin.PluginSet{6: {"provider": connection{}}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true,
		Cmd:              command,
		Logger:           hclog.NewNullLogger(),
	})
	defer client.Kill()
	started := time.Now()
	protocol, err := client.Client()
	if err != nil {
		return 0, 0, fmt.Errorf("start %s: %w", binary, err)
	}
	dispensed, err := protocol.Dispense("provider")
	if err != nil {
		return 0, 0, err
	}
	conn, ok := dispensed.(*grpc.ClientConn)
	if !ok {
		return 0, 0, fmt.Errorf("%T in place of a connection", dispensed)
	}
	// The request is empty, and an answer read as an empty message keeps its fields unread.
	answer := &emptypb.Empty{}
	if err := conn.Invoke(ctx, "/tfplugin6.Provider/GetProviderSchema", &emptypb.Empty{}, answer, grpc.MaxCallRecvMsgSize(64<<20)); err != nil {
		return 0, 0, fmt.Errorf("ask %s for its schema: %w", binary, err)
	}
	return time.Since(started), proto.Size(answer), nil
}
