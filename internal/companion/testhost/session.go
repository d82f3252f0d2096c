package testhost

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"
)

// Session is one connection to an installation's database, as another program has it. A transaction of a session stays
// open between its statements. A session is not for concurrent use.
type Session struct {
	// ID is the number of the connection in the process list of the server.
	ID   uint32
	conn net.Conn
}

// SQLError is an error that the database server returned.
type SQLError struct {
	Code    int
	Message string
}

func (e *SQLError) Error() string { return fmt.Sprintf("database error %d: %s", e.Code, e.Message) }

// Capabilities of the client, and the types of packets, as the protocol of MySQL names them.
const (
	capabilities = 0x00000001 | 0x00000008 | 0x00000200 | 0x00002000 | 0x00008000 | 0x00080000
	charset      = 45 // utf8mb4
	packetOK     = 0x00
	packetEOF    = 0xfe
	packetError  = 0xff
	comQuit      = 0x01
	comQuery     = 0x03
)

// NewSession connects to the installation's database. The test closes the connection at its end.
func (i *Installation) NewSession(tb testing.TB) *Session {
	tb.Helper()
	s, err := i.host.connect(i.name)
	if err != nil {
		tb.Fatalf("connect to the database: %v", err)
	}
	tb.Cleanup(s.Close)
	return s
}

func (h *Host) connect(database string) (*Session, error) {
	socket, err := h.DatabaseSocket()
	if err != nil {
		return nil, err
	}
	conn, err := net.DialTimeout("unix", socket, time.Second)
	if err != nil {
		return nil, err
	}
	s := &Session{conn: conn}
	if err := s.handshake(database); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return s, nil
}

// handshake authenticates as root, who has no password here.
func (s *Session) handshake(database string) error {
	greeting, _, err := readPacket(s.conn)
	if err != nil {
		return err
	}
	for version := 1; version < len(greeting)-5; version++ { // protocol, version and NUL, connection id
		if greeting[version] == 0 {
			s.ID = binary.LittleEndian.Uint32(greeting[version+1:])
			break
		}
	}
	response := binary.LittleEndian.AppendUint32(nil, capabilities)
	response = binary.LittleEndian.AppendUint32(response, 1<<24-1)
	response = append(response, charset)
	response = append(response, make([]byte, 23)...)
	response = append(response, "root\x00\x00"+database+"\x00mysql_native_password\x00"...)
	if err := writePacket(s.conn, 1, response); err != nil {
		return err
	}
	answer, sequence, err := readPacket(s.conn)
	if err == nil && len(answer) > 0 && answer[0] == packetEOF {
		if err := writePacket(s.conn, sequence+1, nil); err != nil {
			return err
		}
		answer, _, err = readPacket(s.conn)
	}
	if err != nil {
		return err
	}
	return errorOf(answer)
}

// Exec runs a statement and returns the first column of its rows. An error of the server is a *SQLError.
func (s *Session) Exec(sql string) ([]string, error) {
	if err := writePacket(s.conn, 0, append([]byte{comQuery}, sql...)); err != nil {
		return nil, err
	}
	first, _, err := readPacket(s.conn)
	if err != nil {
		return nil, err
	}
	if err := errorOf(first); err != nil || first[0] == packetOK {
		return nil, err
	}
	var values []string
	for ends := 0; ends < 2; { // one after the columns, one after the rows
		packet, _, err := readPacket(s.conn)
		if err != nil {
			return nil, err
		}
		if err := errorOf(packet); err != nil {
			return nil, err
		}
		switch {
		case packet[0] == packetEOF && len(packet) < 9:
			ends++
		case ends == 1 && packet[0] < 0xfb:
			values = append(values, string(packet[1:1+int(packet[0])]))
		case ends == 1:
			values = append(values, "")
		}
	}
	return values, nil
}

// Close closes the connection. The server rolls back its transaction.
func (s *Session) Close() {
	_ = writePacket(s.conn, 0, []byte{comQuit})
	_ = s.conn.Close()
}

func errorOf(packet []byte) error {
	if len(packet) == 0 {
		return errors.New("the database sent an empty packet")
	}
	if packet[0] != packetError {
		return nil
	}
	message := packet[3:]
	if len(message) > 6 && message[0] == '#' {
		message = message[6:]
	}
	return &SQLError{Code: int(binary.LittleEndian.Uint16(packet[1:])), Message: string(message)}
}

func readPacket(from io.Reader) (payload []byte, sequence byte, err error) {
	var head [4]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return nil, 0, err
	}
	payload = make([]byte, int(head[0])|int(head[1])<<8|int(head[2])<<16)
	_, err = io.ReadFull(from, payload)
	return payload, head[3], err
}

func writePacket(to io.Writer, sequence byte, payload []byte) error {
	length := len(payload)
	_, err := to.Write(append([]byte{byte(length), byte(length >> 8), byte(length >> 16), sequence}, payload...))
	return err
}
