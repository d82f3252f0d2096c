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

// start is what it took to start a provider and have its schema.
type start struct {
	Seconds float64 `json:"seconds"`
	// CPUSeconds is what the provider took of the processors, its end included.
	CPUSeconds  float64 `json:"cpu_seconds"`
	SchemaBytes int     `json:"schema_bytes"`
}

// startToSchema starts a provider as Terraform does, asks for its schema and ends it. A profiled one leaves its profiles in temp.
func startToSchema(ctx context.Context, binary, temp string) (start, error) {
	command := exec.Command(binary)
	command.Env = append(os.Environ(), "HOSTING_BENCH_PROFILES="+temp)
	client := plugin.NewClient(&plugin.ClientConfig{
		// What a provider insists on (terraform-plugin-go, tf6server.Serve).
		HandshakeConfig:  plugin.HandshakeConfig{MagicCookieKey: "TF_PLUGIN_MAGIC_COOKIE", MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"},
		VersionedPlugins: map[int]plugin.PluginSet{6: {"provider": connection{}}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true,
		Cmd:              command,
		Logger:           hclog.NewNullLogger(),
	})
	s, err := ask(ctx, client)
	client.Kill()
	if err != nil {
		return start{}, fmt.Errorf("start %s: %w", binary, err)
	}
	if ended := command.ProcessState; ended != nil {
		s.CPUSeconds = (ended.UserTime() + ended.SystemTime()).Seconds()
	}
	return s, nil
}

func ask(ctx context.Context, client *plugin.Client) (start, error) {
	started := time.Now()
	protocol, err := client.Client()
	if err != nil {
		return start{}, err
	}
	dispensed, err := protocol.Dispense("provider")
	if err != nil {
		return start{}, err
	}
	conn, ok := dispensed.(*grpc.ClientConn)
	if !ok {
		return start{}, fmt.Errorf("%T in place of a connection", dispensed)
	}
	// The request is empty, and an answer read as an empty message keeps its fields unread.
	answer := &emptypb.Empty{}
	if err := conn.Invoke(ctx, "/tfplugin6.Provider/GetProviderSchema", &emptypb.Empty{}, answer, grpc.MaxCallRecvMsgSize(64<<20)); err != nil {
		return start{}, err
	}
	return start{Seconds: time.Since(started).Seconds(), SchemaBytes: proto.Size(answer)}, nil
}
