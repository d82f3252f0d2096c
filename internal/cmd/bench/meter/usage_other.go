//go:build !linux

package main

import (
	"os"
	"os/exec"
)

func killWithParent(*exec.Cmd) {}

// peak returns 0: systems other than Linux use other units or do not measure it.
func peak(*os.ProcessState) int64 { return 0 }
