//go:build unix

package testhost

import (
	"os/exec"
	"syscall"
)

// ownGroup puts a server and its workers into a process group of their own: the keeper ends the group, and an interrupt at
// the terminal does not end the servers before the tests that use them.
func ownGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
