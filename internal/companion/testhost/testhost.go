// Package testhost runs a host in the form of WHMCS on loopback, with the companion's real PHP files and a real
// MariaDB. A host has any number of installations, each with its own database. The head of php/router.php lists what
// the host copies from WHMCS, and how certain each fact is.
package testhost

import (
	"cmp"
	"context"
	"crypto/rand"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion"
)

//go:embed all:php
var embedded embed.FS

// startTimeout is the longest wait for the database server and for PHP.
const startTimeout = 60 * time.Second

// workers is the number of requests that the host handles at the same time.
const workers = "4"

// cleanupScript reads ids of process groups until its input ends. The input ends when this process ends, for whatever
// reason. Then the script kills these process groups and removes the data folder.
const cleanupScript = `trap '' INT HUP TERM
while read -r group; do set -- "$@" "-$group"; done
folder=$1
shift
[ $# -eq 0 ] || kill -s KILL -- "$@"
sleep 0.1
rm -rf "$folder"`

// Host is a running test host.
type Host struct {
	url   string
	token string

	folder       string
	settings     Settings
	database     *process
	cleanup      *exec.Cmd
	cleanupInput io.WriteCloser
	processes    []*process
}

// process is a server that the host started.
type process struct {
	name string
	log  string
	cmd  *exec.Cmd
	done chan struct{}
}

// defaultIlluminate is where Debian installs the database library of WHMCS. The environment variable
// TESTHOST_ILLUMINATE contains another path.
const defaultIlluminate = "/usr/share/php/Illuminate/Database/autoload.php"

// illuminate returns the path of the library.
func illuminate() string { return cmp.Or(os.Getenv("TESTHOST_ILLUMINATE"), defaultIlluminate) }

// server is a database server that the host can start.
type server struct {
	program string
	section string   // of its configuration
	install string   // the program that makes the data folder
	options []string // of that program
	lines   []string // of its configuration, beside those of all servers
}

// databaseServer returns MariaDB, or MySQL if the environment variable TESTHOST_DATABASE is mysql.
func databaseServer() (server, error) {
	switch name := os.Getenv("TESTHOST_DATABASE"); name {
	case "", "mariadb":
		return server{
			program: "mariadbd", section: "mariadbd", install: "mariadb-install-db",
			options: []string{"--auth-root-authentication-method=normal", "--skip-test-db"},
			lines:   []string{"innodb_log_file_size=16M"},
		}, nil
	case "mysql":
		return server{
			program: "mysqld", section: "mysqld", install: "mysqld",
			options: []string{"--initialize-insecure"},
			lines:   []string{"mysqlx=OFF"},
		}, nil
	default:
		return server{}, fmt.Errorf("TESTHOST_DATABASE must be mariadb or mysql, but is %q", name)
	}
}

// Available returns an error that names a missing program of the test host, or nil.
func Available() error {
	database, err := databaseServer()
	if err != nil {
		return err
	}
	for _, name := range []string{"sh", "php", database.program, database.install} {
		if _, err := lookPath(name); err != nil {
			return fmt.Errorf("%s is not installed (Debian: php-cli, php-mysql, php-mbstring, php-illuminate-database, mariadb-server)", name)
		}
	}
	if _, err := os.Stat(illuminate()); err != nil {
		return errors.New("illuminate/database is not installed (Debian: php-illuminate-database)")
	}
	return nil
}

// lookPath finds a program. On some systems, servers are not in the PATH of ordinary users.
func lookPath(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return exec.LookPath("/usr/sbin/" + name)
	}
	return path, nil
}

// Settings override those of the host. The zero value overrides none.
type Settings struct {
	PHP      []string // settings of PHP, such as "opcache.validate_timestamps=0"
	Database []string // lines of the database server's configuration
}

// Start starts a database server and PHP on a free loopback port, with their data in a temporary folder, and waits
// until both respond. The context only limits the start. Close ends the host, and so does the end of this process.
func Start(ctx context.Context, settings Settings) (*Host, error) {
	if err := Available(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	folder, err := os.MkdirTemp("", "testhost-")
	if err != nil {
		return nil, err
	}
	host := &Host{folder: folder, token: randomHex(16), settings: settings}
	if err := host.start(ctx); err != nil {
		err = fmt.Errorf("start the test host: %w%s", err, host.logs())
		host.Close()
		return nil, err
	}
	return host, nil
}

// Attach uses a host that another process started. The parameter is the value of its Environment.
func Attach(environment string) (*Host, error) {
	url, token, found := strings.Cut(environment, "#")
	if !found || url == "" || token == "" {
		return nil, fmt.Errorf("%s must be the URL and the token of a test host, as URL#TOKEN", EnvironmentVariable)
	}
	return &Host{url: url, token: token}, nil
}

// Environment returns the value that another process passes to Attach.
func (h *Host) Environment() string { return h.url + "#" + h.token }

// Close ends the host's processes and removes its data. It does not end an attached host.
func (h *Host) Close() {
	if h.cleanup == nil {
		if h.folder != "" {
			_ = os.RemoveAll(h.folder)
		}
		return
	}
	_ = h.cleanupInput.Close()
	_ = h.cleanup.Wait()
	for _, p := range h.processes {
		<-p.done
	}
	h.cleanup = nil
}

func (h *Host) start(ctx context.Context) error {
	if err := h.startCleanup(); err != nil {
		return err
	}
	root := filepath.Join(h.folder, "whmcs")
	if err := writeTree(root); err != nil {
		return err
	}
	if _, err := companion.WriteTo(root); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(h.folder, "i"), 0o700); err != nil {
		return err
	}
	socket, err := h.startDatabase(ctx)
	if err != nil {
		return err
	}
	return h.startPHP(ctx, root, socket)
}

func (h *Host) startCleanup() error {
	command := exec.Command("sh", "-c", cleanupScript, "sh", h.folder)
	input, err := command.StdinPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	h.cleanup, h.cleanupInput = command, input
	return nil
}

func (h *Host) startDatabase(ctx context.Context) (string, error) {
	database, err := databaseServer()
	if err != nil {
		return "", err
	}
	data := filepath.Join(h.folder, "data")
	// Each server needs its own folder for temporary tables, because a server empties this folder when it starts.
	temporary := filepath.Join(h.folder, "tmp")
	if err := os.Mkdir(temporary, 0o700); err != nil {
		return "", err
	}
	socket := h.socket()
	settings := []string{
		"[" + database.section + "]",
		"datadir=" + data,
		"tmpdir=" + temporary,
		"socket=" + socket,
		"pid-file=" + filepath.Join(h.folder, "db.pid"),
		"skip-networking",
		"skip-log-bin",
		"character-set-server=utf8mb4",
		"max_connections=100",
		"performance_schema=OFF",
		// The data is not needed after the process ends, so nothing has to be written to the disk.
		"innodb_flush_log_at_trx_commit=0",
		"innodb_flush_method=nosync",
		"innodb_doublewrite=0",
		"innodb_buffer_pool_size=64M",
		"innodb_lock_wait_timeout=20",
	}
	if os.Geteuid() == 0 {
		settings = append(settings, "user=root")
	}
	settings = append(append(settings, database.lines...), h.settings.Database...)
	configuration := filepath.Join(h.folder, "my.cnf")
	if err := os.WriteFile(configuration, []byte(strings.Join(settings, "\n")+"\n"), 0o600); err != nil {
		return "", err
	}
	install, err := lookPath(database.install)
	if err != nil {
		return "", err
	}
	command := exec.CommandContext(ctx, install, append([]string{"--defaults-file=" + configuration}, database.options...)...)
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s", database.install, err, output)
	}
	return socket, h.runDatabase(ctx)
}

// runDatabase starts the database server on the host's data folder.
func (h *Host) runDatabase(ctx context.Context) error {
	database, err := databaseServer()
	if err != nil {
		return err
	}
	program, err := lookPath(database.program)
	if err != nil {
		return err
	}
	h.database, err = h.run(database.program, exec.Command(program, "--defaults-file="+filepath.Join(h.folder, "my.cnf")))
	if err != nil {
		return err
	}
	return h.database.waitReady(ctx, func() error { //nolint:contextcheck // the socket of a host of this process is a path
		session, err := h.connect("")
		if err == nil {
			session.Close()
		}
		return err
	})
}

func (h *Host) socket() string { return filepath.Join(h.folder, "db.sock") }

// DatabaseSocket returns the path of the database server's socket.
func (h *Host) DatabaseSocket() (string, error) {
	if h.folder != "" {
		return h.socket(), nil
	}
	var response struct {
		Socket string `json:"socket"`
	}
	err := h.control(context.Background(), "ping", nil, &response)
	return response.Socket, err
}

// StopDatabase ends the database server of a host that this process started: at once (os.Kill), or in order (any other
// signal). It returns when the server has ended.
func (h *Host) StopDatabase(signal os.Signal) error {
	if err := h.database.cmd.Process.Signal(signal); err != nil {
		return err
	}
	<-h.database.done
	return nil
}

// RestartDatabase starts the database server again after StopDatabase.
func (h *Host) RestartDatabase() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	return h.runDatabase(ctx)
}

func (h *Host) startPHP(ctx context.Context, root, socket string) error {
	address, err := freeAddress()
	if err != nil {
		return err
	}
	php, err := lookPath("php")
	if err != nil {
		return err
	}
	settings := append([]string{"display_errors=0", "log_errors=1", "max_execution_time=60", "opcache.enable_cli=1", "opcache.revalidate_freq=0"}, h.settings.PHP...)
	var arguments []string
	for _, setting := range settings {
		arguments = append(arguments, "-d", setting)
	}
	command := exec.Command(php, append(arguments, "-S", address, "router.php")...)
	command.Dir = root
	command.Env = append(os.Environ(), "PHP_CLI_SERVER_WORKERS="+workers, "TESTHOST_SOCKET="+socket,
		"TESTHOST_TOKEN="+h.token, "TESTHOST_ILLUMINATE="+illuminate())
	p, err := h.run("php", command)
	if err != nil {
		return err
	}
	h.url = "http://" + address
	return p.waitReady(ctx, func() error { return h.control(ctx, "ping", nil, nil) })
}

// PHPLog returns the error log of PHP of a host that this process started.
func (h *Host) PHPLog() (string, error) {
	content, err := os.ReadFile(filepath.Join(h.folder, "php.log"))
	return string(content), err
}

// run starts a server and writes its output to a file. It passes the process id, which is also the group id, to the
// cleanup script.
func (h *Host) run(name string, command *exec.Cmd) (*process, error) {
	log, err := os.Create(filepath.Join(h.folder, name+".log"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	command.Stdout, command.Stderr = log, log
	setProcessGroup(command)
	if err := command.Start(); err != nil {
		return nil, err
	}
	p := &process{name: name, log: log.Name(), cmd: command, done: make(chan struct{})}
	h.processes = append(h.processes, p)
	go func() {
		_ = command.Wait()
		close(p.done)
	}()
	_, err = fmt.Fprintln(h.cleanupInput, command.Process.Pid)
	return p, err
}

// waitReady polls until a server responds.
func (p *process) waitReady(ctx context.Context, ready func() error) error {
	for {
		err := ready()
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("%s ended early", p.name)
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w", p.name, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// logs returns the last part of each server's log.
func (h *Host) logs() string {
	var text strings.Builder
	for _, p := range h.processes {
		content, _ := os.ReadFile(p.log)
		if len(content) > 2000 {
			content = content[len(content)-2000:]
		}
		fmt.Fprintf(&text, "\n--- %s\n%s", p.name, content)
	}
	return text.String()
}

func writeTree(root string) error {
	files, err := fs.Sub(embedded, "php")
	if err != nil {
		return err
	}
	return fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		path := filepath.Join(root, filepath.FromSlash(name))
		if entry.IsDir() {
			return os.MkdirAll(path, 0o755)
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		return os.WriteFile(path, content, 0o600)
	})
}

// freeAddress returns a loopback address that is not in use.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

func randomHex(bytes int) string {
	buffer := make([]byte, bytes)
	_, _ = rand.Read(buffer) // crypto/rand.Read never returns an error.
	return hex.EncodeToString(buffer)
}
