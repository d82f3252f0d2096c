//go:build unix

package terraformcli

import (
	"os/exec"
	"syscall"
)

// startInGroup starts a program in its own process group. Ctrl-C in a terminal then reaches the program
// only once, from this process. It also allows to stop the child processes.
func startInGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGINT) }
}

// killGroup kills the processes that are left in the group after the program has ended.
func killGroup(command *exec.Cmd) {
	if command.Process != nil {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
	}
}
