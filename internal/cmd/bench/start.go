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

// connection returns the raw connection to a provider. Terraform and terraform-plugin-go have the
// message types, but do not export them.
type connection struct {
	plugin.NetRPCUnsupportedPlugin
}

func (connection) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error {
	return errors.New("this is the client's side")
}

func (connection) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

// start is the cost of starting a provider and reading its schema.
type start struct {
	Seconds float64 `json:"seconds"`
	// CPUSeconds is the CPU time of the provider process from start to end.
	CPUSeconds  float64 `json:"cpu_seconds"`
	SchemaBytes int     `json:"schema_bytes"`
}

// startToSchema starts a provider as Terraform does, reads its schema and stops it. A profiled provider
// writes its profiles to temp.
func startToSchema(ctx context.Context, binary, temp string) (start, error) {
	command := exec.Command(binary)
	command.Env = append(os.Environ(), "HOSTING_BENCH_PROFILES="+temp)
	client := plugin.NewClient(&plugin.ClientConfig{
		// A provider requires this cookie (terraform-plugin-go, tf6server.Serve).
		HandshakeConfig: plugin.HandshakeConfig{MagicCookieKey: "TF_PLUGIN_MAGIC_COOKIE",
			MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"},
		VersionedPlugins: map[int]plugin.PluginSet{6: {"provider": connection{}}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true,
		Cmd:              command,
		Logger:           hclog.NewNullLogger(),
	})
	s, err := readSchema(ctx, client)
	client.Kill()
	if err != nil {
		return start{}, fmt.Errorf("start %s: %w", binary, err)
	}
	if ended := command.ProcessState; ended != nil {
		s.CPUSeconds = (ended.UserTime() + ended.SystemTime()).Seconds()
	}
	return s, nil
}

func readSchema(ctx context.Context, client *plugin.Client) (start, error) {
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
	// The request is empty. A response that is decoded as an empty message keeps its fields undecoded.
	answer := &emptypb.Empty{}
	if err := conn.Invoke(ctx, "/tfplugin6.Provider/GetProviderSchema", &emptypb.Empty{}, answer,
		grpc.MaxCallRecvMsgSize(64<<20)); err != nil {
		return start{}, err
	}
	return start{Seconds: time.Since(started).Seconds(), SchemaBytes: proto.Size(answer)}, nil
}
