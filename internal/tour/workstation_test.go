//go:build linux

package tour

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"testing"

	"discussions/internal/clipboard/clipboardtest"
	"discussions/internal/needs"
	"discussions/internal/sandboxtest"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

const (
	saver  = "org.freedesktop.ScreenSaver"
	logind = "org.freedesktop.login1"
)

// A workstation is the desktop's screen saver, and logind, which here is on the bus of the session.
type workstation struct {
	t     testing.TB
	conn  *dbus.Conn
	delay chan int // the end of each pipe whose other end holds up sleep
}

func newWorkstation(t *testing.T) *workstation {
	t.Helper()
	needs.Session(t)
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", os.Getenv("DBUS_SESSION_BUS_ADDRESS"))
	w := &workstation{t, conn, make(chan int, 8)}
	err = conn.ExportMethodTable(map[string]any{
		"GetSession": func(string) (dbus.ObjectPath, *dbus.Error) { return "/org/freedesktop/login1/session/_31", nil },
		"Inhibit": func(_, _, _, _ string) (dbus.UnixFD, *dbus.Error) {
			var ends [2]int
			if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
				return -1, dbus.MakeFailedError(err)
			}
			w.delay <- ends[0]
			w.delay <- ends[1] // ours, until the program has its own
			return dbus.UnixFD(ends[1]), nil
		},
	}, "/org/freedesktop/login1", logind+".Manager")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{saver, logind} {
		if reply, err := conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
			t.Fatalf("take %s: %v, %v", name, reply, err)
		}
	}
	return w
}

func (w *workstation) says(path dbus.ObjectPath, signal string, value bool) {
	w.t.Helper()
	if err := w.conn.Emit(path, signal, value); err != nil {
		w.t.Fatal(err)
	}
}

// sleeps prepares for sleep, and waits until the program lets it happen.
func (w *workstation) sleeps() {
	w.t.Helper()
	other, given := <-w.delay, <-w.delay
	unix.Close(given)
	defer unix.Close(other)
	w.says("/org/freedesktop/login1", logind+".Manager.PrepareForSleep", true)
	fds := []unix.PollFd{{Fd: int32(other)}}
	n, err := unix.Poll(fds, int(patience.Milliseconds()))
	for err == unix.EINTR {
		n, err = unix.Poll(fds, int(patience.Milliseconds()))
	}
	if n != 1 {
		w.t.Fatalf("the program keeps the computer awake (%v)", err)
	}
}

// TestTheWorkstation locks the program with the session and before sleep, and empties it at the end of the session where the
// organisation wants it so.
func TestTheWorkstation(t *testing.T) {
	station := newWorkstation(t)
	org := sandboxtest.Shared(t)
	config, err := os.ReadFile(org.Config)
	if err != nil {
		t.Fatal(err)
	}
	config = bytes.Replace(config, []byte("logout_removes = false\n"), []byte("logout_removes = true\nsession_end = \"logout\"\n"), 1)
	strict := filepath.Join(t.TempDir(), "discussions.toml")
	if err := os.WriteFile(strict, config, 0o600); err != nil {
		t.Fatal(err)
	}
	w := &walk{screen: newScreen(t, ""), t: t, org: org, profile: filepath.Join(t.TempDir(), "profile")}
	w.logIn(strict)
	sophie := org.Sophie().Name
	w.find(sophie)
	w.focus(w.window(sophie))
	w.write("Confidentiel")
	w.keys("ctrl+a", "ctrl+x")

	back := func() {
		w.gone(sophie)
		w.focus(w.main)
		w.code(claireCode)
		w.p.screen("list")
		w.window(sophie)
	}
	station.says("/org/freedesktop/ScreenSaver", saver+".ActiveChanged", true)
	w.p.screen("code")
	back()
	w.focus(w.window(sophie))
	w.keys("ctrl+v") // nothing: the clipboard was emptied
	w.write("Bonsoir")
	w.keys("Return")
	org.WaitReceived(t, org.Sophie().JID, "Bonsoir")
	clipboardtest.Own(t, &clipboardtest.Owner{Mute: true}) // a program that hangs
	mark := w.p.mark()
	w.keys("ctrl+v")
	w.write("Toujours ici")
	w.p.next(mark, "clipboard not read")
	w.keys("Return")
	org.WaitReceived(t, org.Sophie().JID, "Toujours ici")

	station.sleeps()
	w.p.screen("code") // it was there before the computer slept
	station.says("/org/freedesktop/login1", logind+".Manager.PrepareForSleep", false)
	w.p.await("workstation", "event", "woken")
	back()
	org.WaitOnline(t, org.Claire().JID)

	station.says("/org/freedesktop/login1", logind+".Manager.PrepareForShutdown", true)
	w.p.screen("accounts")
	org.WaitOffline(t, org.Claire().JID)
	w.p.stop()
	left, err := os.ReadDir(filepath.Join(w.profile, "accounts"))
	if err != nil || len(left) != 0 {
		t.Errorf("%d accounts are left on the disk (%v)", len(left), err)
	}
}

// TestABusThatDoesNotAnswerDelaysNoWindow starts the program on a session bus that takes every call and answers none: there is a window long
// before the bus is given up.
func TestABusThatDoesNotAnswerDelaysNoWindow(t *testing.T) {
	needs.Session(t)
	path := filepath.Join(t.TempDir(), "bus")
	deaf, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = deaf.Close() })
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+path) // who calls waits in the backlog
	org := sandboxtest.Shared(t)
	p := start(t, org.Config, filepath.Join(t.TempDir(), "profile"))
	_, frame := p.next(0, "first frame")
	if _, given := p.next(0, "the workstation is not watched"); given < frame {
		t.Error("the first window waited for the bus")
	}
}
