package notify

import (
	"log/slog"
	"os/exec"
	"sync"
	"testing"
	"time"

	"discussions/internal/bus/bustest"

	"github.com/godbus/dbus/v5"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 10 * time.Second

// startBus makes a session bus of the test's own the one that programs find.
func startBus(t *testing.T) (address string, stop func()) {
	t.Helper()
	address, stop = bustest.Start(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	return address, stop
}

// start runs a program until stop, or until the end of the test.
func start(t *testing.T, cmd *exec.Cmd) (stop func()) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	t.Cleanup(stop)
	return stop
}

// notifier under test; what was clicked comes through the channel.
func notifier(t *testing.T) (*Notifier, chan string) {
	t.Helper()
	clicks := make(chan string, 16)
	n := New(Options{
		AppName: "Discussions", Log: slog.New(slog.DiscardHandler), Clicked: func(id string) { clicks <- id },
		Replied: func(id, text string) { clicks <- id + ": " + text },
	})
	t.Cleanup(n.Close)
	return n, clicks
}

func next[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// request is a call of Notify as the server got it.
type request struct {
	App, Icon, Title, Body string
	Replaces, Number       uint32
	Actions                []string
	Hints                  map[string]dbus.Variant
}

// server is a notification server of the test's own.
type server struct {
	caps  []string
	click bool          // click each notification as soon as it is shown
	hang  chan struct{} // when not nil, Notify waits for it

	t      *testing.T
	conn   *dbus.Conn
	shown  chan request
	closed chan uint32

	mu   sync.Mutex
	last uint32 // number
}

// startServer takes the well-known name for s, of which the caller has set what differs.
func startServer(t *testing.T, address string, s *server) *server {
	t.Helper()
	s.t, s.conn, s.shown, s.closed = t, bustest.Connect(t, address), make(chan request, 64), make(chan uint32, 64)
	bustest.Serve(t, s.conn, serverName, serverPath, serverName, map[string]any{
		"GetCapabilities": func() ([]string, *dbus.Error) { return s.caps, nil },
		"Notify":          s.notify,
		"CloseNotification": func(number uint32) *dbus.Error {
			s.closed <- number
			s.emit("NotificationClosed", number, uint32(3))
			return nil
		},
	})
	return s
}

func (s *server) notify(app string, replaces uint32, icon, title, body string, actions []string, hints map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	if s.hang != nil {
		<-s.hang
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	number := replaces
	if number == 0 {
		s.last++
		number = s.last
	}
	s.shown <- request{App: app, Icon: icon, Title: title, Body: body, Replaces: replaces, Number: number, Actions: actions, Hints: hints}
	if s.click {
		s.emit("ActionInvoked", number, "default")
	}
	return number, nil
}

func (s *server) emit(signal string, values ...any) {
	if err := s.conn.Emit(serverPath, serverName+"."+signal, values...); err != nil {
		s.t.Error(err)
	}
}
