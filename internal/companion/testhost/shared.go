package testhost

import (
	"context"
	"os"
	"sync"
	"testing"
)

// EnvironmentVariable names a test host that is running already; internal/cmd/testhost sets it.
const EnvironmentVariable = "HOSTING_TESTHOST"

var shared struct {
	once sync.Once
	host *Host
	err  error
}

// Shared returns the host of this test process: the one that the environment names, or one that is started at the first
// call and ends with the process. Where a program is missing the test is skipped, but fails under CI=true.
func Shared(tb testing.TB) *Host {
	tb.Helper()
	shared.once.Do(func() {
		if environment := os.Getenv(EnvironmentVariable); environment != "" {
			shared.host, shared.err = Attach(environment)
			return
		}
		shared.host, shared.err = Start(context.Background())
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
