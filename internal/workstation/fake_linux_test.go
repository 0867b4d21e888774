package workstation

import (
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"discussions/internal/bus/bustest"

	"github.com/godbus/dbus/v5"
	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const longest = 10 * time.Second

const (
	ownPath   = dbus.ObjectPath("/org/freedesktop/login1/session/_32")
	otherPath = dbus.ObjectPath("/org/freedesktop/login1/session/_37")
	gnomePath = dbus.ObjectPath("/org/gnome/SessionManager/Client1")
)

// desktop is a computer of the test's own: its system bus and the session bus.
type desktop struct {
	t       *testing.T
	session *dbus.Conn // where the services of the session are
	system  *dbus.Conn // where logind is
	forger  *dbus.Conn // another program, on the system bus
	stop    func()     // ends the session bus

	taken   chan inhibitor
	agreed  chan bool // answers to the session manager
	unknown []string  // sessions that logind does not know
}

// newDesktop starts both buses, with logind on the one and GNOME's session manager on the other.
func newDesktop(t *testing.T, unknownSessions ...string) *desktop {
	t.Helper()
	d := &desktop{t: t, taken: make(chan inhibitor, 8), agreed: make(chan bool, 8), unknown: unknownSessions}
	t.Setenv("XDG_SESSION_ID", "2")
	session, stop := bustest.Start(t)
	d.stop = stop
	system, _ := bustest.Start(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", session)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", system)
	d.session, d.system, d.forger = bustest.Connect(t, session), bustest.Connect(t, system), bustest.Connect(t, system)

	bustest.Serve(t, d.system, loginName, loginPath, loginManager, map[string]any{
		"GetSession": func(id string) (dbus.ObjectPath, *dbus.Error) {
			if slices.Contains(d.unknown, id) {
				return "/", dbus.NewError("org.freedesktop.login1.NoSuchSession", nil)
			}
			return ownPath, nil
		},
		"Inhibit": func(sender dbus.Sender, what, who, why, mode string) (dbus.UnixFD, *dbus.Error) {
			if what != "sleep:shutdown" || mode != "delay" {
				return -1, dbus.MakeFailedError(io.ErrUnexpectedEOF)
			}
			return d.inhibitor(string(sender)), nil
		},
	})
	bustest.Serve(t, d.session, managerName, managerPath, managerName, map[string]any{
		"RegisterClient": func(program, _ string) (dbus.ObjectPath, *dbus.Error) { return gnomePath, nil },
	})
	bustest.Serve(t, d.session, managerName, gnomePath, managerClient, map[string]any{
		"EndSessionResponse": func(ok bool, _ string) *dbus.Error { d.agreed <- ok; return nil },
	})
	return d
}

// inhibitor is a pipe: one end is given to the watcher, the other one sees when it is closed.
type inhibitor struct {
	t     *testing.T
	to    string // the watcher's unique name
	other int
	given *os.File // our copy, which the bus needs until the watcher has its own
}

func (d *desktop) inhibitor(to string) dbus.UnixFD {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		d.t.Error(err)
	}
	i := inhibitor{d.t, to, ends[0], os.NewFile(uintptr(ends[1]), "given")}
	d.t.Cleanup(func() { unix.Close(i.other); i.given.Close() })
	d.taken <- i
	return dbus.UnixFD(ends[1])
}

// held reports whether the watcher, which has answered since, makes the computer wait.
func (i inhibitor) held() bool {
	i.given.Close()
	_, err := unix.Read(i.other, make([]byte, 1))
	return err == unix.EAGAIN
}

// goes waits until the watcher lets the computer go on.
func (i inhibitor) goes() {
	i.t.Helper()
	i.given.Close()
	fds := []unix.PollFd{{Fd: int32(i.other)}}
	n, err := unix.Poll(fds, int(longest.Milliseconds()))
	for err == unix.EINTR {
		n, err = unix.Poll(fds, int(longest.Milliseconds()))
	}
	if err != nil || n != 1 || fds[0].Revents&unix.POLLHUP == 0 {
		i.t.Fatalf("the computer still waits: %v, %+v", err, fds)
	}
}

// watched is a watcher and what it told.
type watched struct {
	*Watcher
	t      *testing.T
	events chan Event
}

// watch starts a watcher; then is called for each event, before it counts as told.
func (d *desktop) watch(then func(Event)) *watched {
	d.t.Helper()
	events := make(chan Event, 64)
	w, err := Watch(slog.New(slog.DiscardHandler), func(e Event) {
		if then != nil {
			then(e)
		}
		events <- e
	})
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(w.Close)
	return &watched{w, d.t, events}
}

// tells fails unless the next events are these.
func (w *watched) tells(want ...Event) {
	w.t.Helper()
	for _, e := range want {
		if got := next(w.t, w.events); got != e {
			w.t.Fatalf("told that it is %v, want %v", got, e)
		}
	}
}

func next[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(longest):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// emit sends a signal from conn to all, or with a destination to one, and returns when the bus has it.
func emit(t *testing.T, conn *dbus.Conn, destination string, path dbus.ObjectPath, name string, values ...any) {
	t.Helper()
	dot := strings.LastIndexByte(name, '.')
	m := &dbus.Message{Type: dbus.TypeSignal, Body: values, Headers: map[dbus.HeaderField]dbus.Variant{
		dbus.FieldPath:      dbus.MakeVariant(path),
		dbus.FieldInterface: dbus.MakeVariant(name[:dot]),
		dbus.FieldMember:    dbus.MakeVariant(name[dot+1:]),
	}}
	if destination != "" {
		m.Headers[dbus.FieldDestination] = dbus.MakeVariant(destination)
	}
	if len(values) > 0 {
		m.Headers[dbus.FieldSignature] = dbus.MakeVariant(dbus.SignatureOf(values...))
	}
	conn.Send(m, nil)
	if err := conn.BusObject().Call("org.freedesktop.DBus.GetId", 0).Err; err != nil {
		t.Fatal(err)
	}
}
