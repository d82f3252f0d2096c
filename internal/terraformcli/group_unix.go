//go:build unix

package terraformcli

import (
	"os/exec"
	"syscall"
)

// ownGroup gives a program a process group of its own, so that a terminal's interrupt reaches it once, through us, and that what it started can be
// ended with it.
func ownGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGINT) }
}

// sweep ends what a program that has ended left behind in its group.
func sweep(command *exec.Cmd) {
	if command.Process != nil {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
	}
}
