//go:build linux

package tour

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// notifications is a real notification server of the desktop, dunst.
type notifications struct{ t testing.TB }

func newNotifications(t testing.TB) notifications {
	t.Helper()
	dunst := exec.Command("dunst", "-conf", "/dev/null")
	if err := dunst.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = dunst.Process.Kill()
		_ = dunst.Wait()
	})
	return notifications{t}
}

// shown waits until that many notifications are on the screen.
func (n notifications) shown(count int) {
	n.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		output, _ := exec.Command("dunstctl", "count", "displayed").Output()
		if strings.TrimSpace(string(output)) == strconv.Itoa(count) {
			return
		}
		if time.Now().After(deadline) {
			n.t.Fatalf("%s notifications are shown, not %d", output, count)
		}
	}
}

// click is the default action of the newest notification.
func (n notifications) click() {
	n.t.Helper()
	if output, err := exec.Command("dunstctl", "action").CombinedOutput(); err != nil {
		n.t.Fatalf("click the notification: %v\n%s", err, output)
	}
}
