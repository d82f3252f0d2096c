package testhost

import (
	"context"
	"os"
	"sync"
	"testing"
)

// EnvironmentVariable contains the address of a running test host. internal/cmd/testhost sets it.
const EnvironmentVariable = "HOSTING_TESTHOST"

var shared struct {
	once sync.Once
	host *Host
	err  error
}

// Shared returns the host of this test process. If EnvironmentVariable is set, Shared uses that host. Otherwise it
// starts a host at the first call, which ends with the process. If a program is missing, the test is skipped, but it
// fails under CI=true.
func Shared(tb testing.TB) *Host {
	tb.Helper()
	shared.once.Do(func() {
		if environment := os.Getenv(EnvironmentVariable); environment != "" {
			shared.host, shared.err = Attach(environment)
			return
		}
		shared.host, shared.err = Start(context.Background(), Settings{})
	})
	if shared.err == nil {
		return shared.host
	}
	if os.Getenv("CI") != "true" && Available() != nil {
		tb.Skipf("no test host: %v", shared.err)
	}
	tb.Fatalf("no test host: %v", shared.err)
	return nil
}
