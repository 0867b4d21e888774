package auth

import (
	"os/exec"
	"syscall"
)

func systemBrowser(address string) []string { return []string{"/usr/bin/open", address} }

// detach keeps the browser alive when this program's terminal ends it.
func detach(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
