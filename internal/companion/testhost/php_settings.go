package testhost

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"sort"
	"testing"
	"time"
)

// ServedWith returns the installation as a PHP of its own serves it, with other settings than php.ini's. That PHP ends
// with the test.
func (i *Installation) ServedWith(tb testing.TB, settings map[string]string) *Installation {
	tb.Helper()
	var environment struct{ Root, Socket string }
	if err := i.host.control(context.Background(), "environment", nil, &environment); err != nil {
		tb.Fatal(err)
	}
	address, err := freeAddress()
	if err != nil {
		tb.Fatal(err)
	}
	php, err := lookPath("php")
	if err != nil {
		tb.Fatal(err)
	}
	arguments := []string{"-d", "log_errors=0", "-d", "display_errors=0"}
	names := make([]string, 0, len(settings))
	for name := range settings {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		arguments = append(arguments, "-d", name+"="+settings[name])
	}
	command := exec.Command(php, append(arguments, "-S", address, "router.php")...)
	command.Dir = environment.Root
	command.Env = append(os.Environ(), "TESTHOST_SOCKET="+environment.Socket, "TESTHOST_TOKEN="+i.host.token,
		"TESTHOST_ILLUMINATE="+illuminate())
	if err := command.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	served := &Installation{
		URL: "http://" + address + "/i/" + i.name, Identifier: i.Identifier, Secret: i.Secret,
		ReadOnlyIdentifier: i.ReadOnlyIdentifier, ReadOnlySecret: i.ReadOnlySecret,
		NoAPIIdentifier: i.NoAPIIdentifier, NoAPISecret: i.NoAPISecret, host: i.host, name: i.name,
	}
	for deadline := time.Now().Add(startTimeout); ; {
		response, err := http.Get("http://" + address + "/")
		if err == nil {
			_ = response.Body.Close()
			return served
		}
		if time.Now().After(deadline) {
			tb.Fatalf("PHP does not respond: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
