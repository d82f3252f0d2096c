//go:build !unix

package testhost

import "os/exec"

// setProcessGroup does nothing here, because Available returns an error on this system.
func ownGroup(*exec.Cmd) {}
