package main

import (
	"os"
	"os/exec"
	"syscall"
)

// dieTogether keeps the provider from outliving a meter that was killed.
func dieTogether(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// peak is the most memory in bytes that the process held at once.
func peak(ended *os.ProcessState) int64 {
	usage, ok := ended.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return usage.Maxrss * 1024
}
