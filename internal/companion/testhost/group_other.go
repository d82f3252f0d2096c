//go:build !unix

package testhost

import "os/exec"

// ownGroup has nothing to do where Available says that no test host can run.
func ownGroup(*exec.Cmd) {}
