//go:build linux

// Package scripts tests the scripts of the folder above.
package scripts

import (
	"bufio"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"discussions/internal/needs"
)

// TestNothingOfASessionIsLeftWhenItIsKilled: the pipe of its output ends only when all that the command has started is gone.
func TestNothingOfASessionIsLeftWhenItIsKilled(t *testing.T) {
	needs.Programs(t, "dbus-daemon", "gnome-keyring-daemon", "Xvfb", "openbox", "setpriv")
	for name, signal := range map[string]syscall.Signal{"ended": syscall.SIGTERM, "killed": syscall.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// A command that hears no SIGTERM for what it has started, as go test does.
			session := exec.Command("../session.sh", "sh", "-c", `(trap '' TERM; echo "$DISCUSSIONS_SESSION"; while :; do sleep 60; done) & wait`)
			session.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that the signal reaches the script alone
			out, err := session.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := session.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewReader(out)
			folder, err := lines.ReadString('\n')
			if err != nil || !strings.HasPrefix(folder, "/") {
				t.Fatalf("the command did not run: %q, %v", folder, err)
			}
			if err := session.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadAll(lines); err != nil {
				t.Error(err)
			}
			if err := session.Wait(); err == nil {
				t.Error("the session ended as if nothing had happened")
			}
		})
	}
}
