package testhost

import (
	"context"
	"net"
	"os"
	"strings"
	"testing"
)

func TestCloseLeavesNothing(t *testing.T) {
	if err := Available(); err != nil {
		t.Skip(err)
	}
	host, err := Start(context.Background(), Settings{})
	if err != nil {
		t.Fatal(err)
	}
	installation := host.NewInstallation(t, Options{})
	if rows, err := installation.Query("SELECT code FROM tblcurrencies WHERE `default` = ?", 1); err != nil || len(rows) != 1 || rows[0]["code"] != "USD" {
		t.Errorf("%v, %v", rows, err)
	}
	if err := installation.Drop(); err != nil {
		t.Error(err)
	}
	host.Close()
	host.Close()
	for _, server := range host.processes {
		if server.cmd.ProcessState == nil {
			t.Errorf("%s runs on", server.name)
		}
	}
	// PHP's workers listen on the same socket as their parent process.
	if connection, err := net.Dial("tcp", strings.TrimPrefix(host.url, "http://")); err == nil {
		_ = connection.Close()
		t.Error("somebody still listens")
	}
	if _, err := os.Stat(host.folder); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", host.folder, err)
	}
}

func TestAttachNeedsAURLAndAToken(t *testing.T) {
	host, err := Attach("http://127.0.0.1:1#token")
	if err != nil || host.Environment() != "http://127.0.0.1:1#token" {
		t.Errorf("%v, %v", host, err)
	}
	host.Close()
	for _, environment := range []string{"", "http://127.0.0.1:1", "#token", "http://127.0.0.1:1#"} {
		if _, err := Attach(environment); err == nil {
			t.Errorf("%q was accepted", environment)
		}
	}
}
