package auth

import (
	"os/exec"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/windows"
)

// systemBrowser uses the full path of rundll32, so that a rundll32 of the working folder, or of one that the environment names, is
// never started.
func systemBrowser(address string) []string {
	system, _ := windows.GetSystemDirectory() // fails where there is no memory
	return []string{filepath.Join(system, "rundll32.exe"), "url.dll,FileProtocolHandler", address}
}

// detach keeps the browser alive when this program's console ends it.
func detach(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
}
