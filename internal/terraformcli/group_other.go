//go:build !unix

package terraformcli

import "os/exec"

// ownGroup leaves the program as it is: without process groups it is killed when it has to stop.
func ownGroup(*exec.Cmd) {}

func sweep(*exec.Cmd) {}
