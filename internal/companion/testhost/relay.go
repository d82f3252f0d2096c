package testhost

import (
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Relay is a socket between PHP and the database server. It sees each statement, and can cut the connection at it.
type Relay struct {
	socket string

	mu      sync.Mutex
	watch   func(Statement) Verdict
	counter int
}

// Statement is one statement that PHP sends.
type Statement struct {
	// Number counts from 1 since the last Watch.
	Number int
	// SQL is the text. Of a prepared statement it is the text that was prepared last.
	SQL string
}

// Verdict says what a relay does with a statement.
type Verdict int

const (
	// Pass sends the statement to the server.
	Pass Verdict = iota
	// CutBefore closes both connections in place of sending the statement.
	CutBefore
	// CutAfter sends the statement, and closes both connections when the server has executed it.
	CutAfter
)

// Commands of the protocol that run a statement.
const (
	comPrepare = 0x16
	comExecute = 0x17
)

// NewRelay starts a relay to the host's database server. The installation that uses it has Socket as its option
// DatabaseSocket.
func (h *Host) NewRelay(tb testing.TB) *Relay {
	tb.Helper()
	target, err := h.DatabaseSocket()
	if err != nil {
		tb.Fatal(err)
	}
	folder, err := os.MkdirTemp("", "relay-") //nolint:usetesting // a path of a socket has at most 107 bytes, and TempDir is longer
	if err != nil {
		tb.Fatal(err)
	}
	r := &Relay{socket: filepath.Join(folder, "db.sock")}
	listener, err := net.Listen("unix", r.socket)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = listener.Close()
		_ = os.RemoveAll(folder)
	})
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go r.serve(client, target)
		}
	}()
	return r
}

// Socket is the path of the relay's socket.
func (r *Relay) Socket() string { return r.socket }

// Watch calls the function for each statement, one at a time. Nil watches nothing.
func (r *Relay) Watch(watch func(Statement) Verdict) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watch, r.counter = watch, 0
}

func (r *Relay) judge(sql string) Verdict {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.watch == nil {
		return Pass
	}
	r.counter++
	return r.watch(Statement{Number: r.counter, SQL: sql})
}

// serve relays one connection until one side closes it.
func (r *Relay) serve(client net.Conn, target string) {
	defer func() { _ = client.Close() }()
	r.mu.Lock() // while a Watch function runs, the server may be starting again
	server, err := net.Dial("unix", target)
	r.mu.Unlock()
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	var mu sync.Mutex
	cut := false
	go func() {
		buffer := make([]byte, 64<<10)
		for {
			n, err := server.Read(buffer)
			mu.Lock()
			isCut := cut
			mu.Unlock()
			if err != nil || isCut {
				_ = client.Close()
				_ = server.Close()
				return
			}
			if _, err := client.Write(buffer[:n]); err != nil {
				return
			}
		}
	}()
	prepared := ""
	for {
		payload, sequence, err := readPacket(client)
		if err != nil {
			return
		}
		if sequence == 0 && len(payload) > 0 {
			verdict := Pass
			switch payload[0] {
			case comPrepare:
				prepared = string(payload[1:])
			case comExecute:
				verdict = r.judge(prepared)
			case comQuery:
				verdict = r.judge(string(payload[1:]))
			}
			if verdict == CutBefore {
				return
			}
			mu.Lock()
			cut = verdict == CutAfter
			mu.Unlock()
		}
		if err := writePacket(server, sequence, payload); err != nil {
			return
		}
	}
}
