//go:build unix

package testhost

import (
	"os/exec"
	"syscall"
)

// setProcessGroup puts a server and its workers into a process group of their own. The cleanup script ends the group.
// An interrupt at the terminal does not end the servers before the tests that use them.
func setProcessGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
