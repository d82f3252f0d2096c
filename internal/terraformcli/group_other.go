//go:build !unix

package terraformcli

import "os/exec"

// startInGroup does nothing, because this system has no process groups. The program is killed when it
// must stop.
func startInGroup(*exec.Cmd) {}

func killGroup(*exec.Cmd) {}
