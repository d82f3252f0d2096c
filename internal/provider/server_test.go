package provider

import (
	"context"
	"reflect"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type key struct{}

// TestServer_forgets: of the calls that there are many of, a server that lives on keeps nothing once they are over.
func TestServer_forgets(t *testing.T) {
	t.Parallel()
	server := NewServer("test")()
	require.IsType(t, &fastServer{}, server, "the framework serves less than it did")
	for _, name := range []string{
		"ValidateResourceConfig", "UpgradeResourceState", "UpgradeResourceIdentity", "ReadResource", "PlanResourceChange", "ApplyResourceChange",
		"ImportResourceState", "ValidateDataResourceConfig", "ReadDataSource", "CallFunction",
	} {
		method := reflect.ValueOf(server).MethodByName(name)
		freed := make(chan struct{})
		func() {
			heavy := new([1 << 16]byte)
			runtime.AddCleanup(heavy, func(freed chan struct{}) { close(freed) }, freed)
			ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, heavy))
			defer cancel()
			// The object does not exist. The content of the request does not matter.
			answer := method.Call([]reflect.Value{reflect.ValueOf(ctx), reflect.New(method.Type().In(1).Elem())})
			require.True(t, answer[1].IsNil(), "%s: %v", name, answer[1])
			require.False(t, answer[0].IsNil(), name)
		}()
		require.Eventually(t, func() bool {
			runtime.GC()
			select {
			case <-freed:
				return true
			default:
				return false
			}
		}, time.Minute, 10*time.Millisecond, "%s: the call's context is still held", name)
	}
	runtime.KeepAlive(server)
}
