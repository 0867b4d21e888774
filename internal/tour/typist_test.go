//go:build linux

package tour

import (
	"io"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// A typist presses keys without the delay of starting a program for each, and knows when it did: for figures.
type typist struct {
	in io.Writer
}

func newTypist(t testing.TB) typist {
	t.Helper()
	command := exec.Command("xdotool", "-")
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, err := command.StdinPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = command.Wait()
	})
	return typist{in}
}

// press presses a key by its X name, and returns when.
func (y typist) press(t testing.TB, key string) time.Time {
	t.Helper()
	now := time.Now()
	if _, err := io.WriteString(y.in, "key --delay 2 "+key+"\n"); err != nil {
		t.Fatal(err)
	}
	return now
}
