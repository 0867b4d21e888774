package notify

import (
	"discussions/internal/bus/bustest"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

func TestWithoutABusNothingIsShownAndNoneIsStarted(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	n, _ := notifier(t)
	if err := n.Show(Notification{ID: "a", Title: "b"}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	n.Withdraw("a")
	n.WithdrawAll()
}

func TestAServerThatComesLateIsUsed(t *testing.T) {
	address, _ := startBus(t)
	n, _ := notifier(t)
	if err := n.Show(Notification{ID: "a", Title: "lost"}); !errors.Is(err, ErrUnavailable) {
		t.Fatalf("without a server: %v, want ErrUnavailable", err)
	}
	s := startServer(t, address, &server{caps: []string{capBody}})
	if err := n.Show(Notification{ID: "a", Title: "found"}); err != nil {
		t.Fatal(err)
	}
	if got := next(t, s.shown); got.Title != "found" {
		t.Errorf("got %+v", got)
	}
}

func TestABusThatComesBackIsUsed(t *testing.T) {
	_, stop := startBus(t)
	n, _ := notifier(t)
	n.Show(Notification{ID: "a"}) // connects
	stop()
	if err := n.Show(Notification{ID: "a"}); !errors.Is(err, ErrUnavailable) {
		t.Fatalf("without the bus: %v, want ErrUnavailable", err)
	}
	address, _ := startBus(t)
	s := startServer(t, address, &server{caps: []string{capBody}})
	if err := n.Show(Notification{ID: "a", Title: "back"}); err != nil {
		t.Fatal(err)
	}
	if got := next(t, s.shown); got.Title != "back" {
		t.Errorf("got %+v", got)
	}
}

func TestTheBodyIsEscapedForAServerThatReadsMarkup(t *testing.T) {
	const evil = `<a href="https://x">1 < 2 & 3</a> &lt; $(id)`
	for _, c := range []struct {
		name    string
		caps    []string
		body    string
		actions int
	}{
		{"markup", []string{capBody, capMarkup, capActions}, `&lt;a href="https://x"&gt;1 &lt; 2 &amp; 3&lt;/a&gt; &amp;lt; $(id)`, 2},
		{"plain", []string{capBody, capActions}, evil, 2},
		{"neither body nor actions", nil, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			address, _ := startBus(t)
			s := startServer(t, address, &server{caps: c.caps})
			n, _ := notifier(t)
			if err := n.Show(Notification{ID: "a", Title: evil, Body: evil}); err != nil {
				t.Fatal(err)
			}
			got := next(t, s.shown)
			if got.Title != evil { // a title is never markup
				t.Errorf("title %q", got.Title)
			}
			if got.Body != c.body {
				t.Errorf("body %q, want %q", got.Body, c.body)
			}
			if len(got.Actions) != c.actions || c.actions > 0 && got.Actions[0] != "default" {
				t.Errorf("actions %q", got.Actions)
			}
			if got.App != "Discussions" || got.Hints["desktop-entry"].Value() != AppID {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestAClickCountsHoweverFastItComes(t *testing.T) {
	address, _ := startBus(t)
	s := startServer(t, address, &server{caps: []string{capBody, capActions}, click: true}) // the signal leaves even before the answer
	n, clicks := notifier(t)
	for i := range 20 {
		id := fmt.Sprint("conversation ", i)
		if err := n.Show(Notification{ID: id, Title: "t"}); err != nil {
			t.Fatal(err)
		}
		if got := next(t, clicks); got != id {
			t.Errorf("clicked %q, want %q", got, id)
		}
		<-s.shown
	}
}

func TestOnlyTheServerIsBelieved(t *testing.T) {
	address, _ := startBus(t)
	s := startServer(t, address, &server{caps: []string{capActions}, last: 6})
	n, clicks := notifier(t)
	var numbers []uint32
	for _, id := range []string{"a", "b"} {
		if err := n.Show(Notification{ID: id, Title: "t"}); err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, next(t, s.shown).Number)
	}
	number := numbers[0]

	// Another program of the session, then the server itself with nonsense.
	other := bustest.Connect(t, address)
	send := func(conn *dbus.Conn, signal string, values ...any) {
		if err := conn.Emit(serverPath, serverName+"."+signal, values...); err != nil {
			t.Fatal(err)
		}
	}
	send(other, "ActionInvoked", number, "default")
	send(other, "NotificationClosed", number, uint32(2))
	var owned bool // a call behind the signals, so that they are through before the server's own
	if err := other.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, serverName).Store(&owned); err != nil {
		t.Fatal(err)
	}
	send(s.conn, "ActionInvoked")
	send(s.conn, "ActionInvoked", "x", "default")
	send(s.conn, "ActionInvoked", number, uint32(0))
	send(s.conn, "ActionInvoked", number, "other")
	send(s.conn, "ActionInvoked", number+9, "default")
	send(s.conn, "ActivationToken", number, "token")
	send(s.conn, "NotificationClosed", number, "x")
	send(s.conn, "ActionInvoked", numbers[1], "default") // at last a real one; signals come in order
	if got := next(t, clicks); got != "b" {
		t.Errorf("clicked %q", got)
	}
	send(s.conn, "ActionInvoked", number, "default") // which nothing above has closed
	if got := next(t, clicks); got != "a" {
		t.Errorf("clicked %q", got)
	}
}

func TestAnIDIsReplacedAndWithdrawn(t *testing.T) {
	address, _ := startBus(t)
	s := startServer(t, address, &server{caps: []string{capBody}})
	n, _ := notifier(t)
	show := func(id string) request {
		t.Helper()
		if err := n.Show(Notification{ID: id, Title: id}); err != nil {
			t.Fatal(err)
		}
		return next(t, s.shown)
	}
	first := show("a")
	if second := show("a"); second.Replaces != first.Number {
		t.Errorf("replaces %d, want %d", second.Replaces, first.Number)
	}
	b := show("b")
	if b.Replaces != 0 {
		t.Errorf("b replaces %d", b.Replaces)
	}
	n.Withdraw("a")
	if got := next(t, s.closed); got != first.Number {
		t.Errorf("withdrew %d, want %d", got, first.Number)
	}
	n.Withdraw("a")
	n.Withdraw("unknown")
	if again := show("a"); again.Replaces != 0 {
		t.Errorf("after the withdrawal it replaces %d", again.Replaces)
	}
	n.WithdrawAll()
	got := []uint32{next(t, s.closed), next(t, s.closed)}
	slices.Sort(got)
	if want := []uint32{b.Number, b.Number + 1}; !slices.Equal(got, want) {
		t.Errorf("withdrew %d, want %d", got, want)
	}
	c := show("c")
	n.Close() // leaves nothing on the screen
	if got := next(t, s.closed); got != c.Number {
		t.Errorf("closing withdrew %d, want %d", got, c.Number)
	}
	if err := n.Show(Notification{ID: "d"}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("after Close: %v", err)
	}
}

// The numbers of a server that was started anew are other programs' notifications.
func TestTheSuccessorOfAServerIsNotGivenItsNumbers(t *testing.T) {
	address, _ := startBus(t)
	first := startServer(t, address, &server{caps: []string{capBody}})
	n, _ := notifier(t)
	if err := n.Show(Notification{ID: "a", Title: "1"}); err != nil {
		t.Fatal(err)
	}
	if err := n.Show(Notification{ID: "b", Title: "2"}); err != nil {
		t.Fatal(err)
	}
	first.conn.Close()
	second := startServer(t, address, &server{caps: []string{capBody}})
	if err := n.Show(Notification{ID: "a", Title: "3"}); err != nil {
		t.Fatal(err)
	}
	if got := next(t, second.shown); got.Replaces != 0 {
		t.Errorf("replaces %d of the new server", got.Replaces)
	}
	n.Withdraw("b")
	n.Withdraw("a")
	if got := next(t, second.closed); got != 1 {
		t.Errorf("withdrew %d", got)
	}
	if len(second.closed) != 0 {
		t.Errorf("withdrew %d of the new server", <-second.closed)
	}
}

func TestAServerThatHangsDelaysNothingForLong(t *testing.T) {
	address, _ := startBus(t)
	s := startServer(t, address, &server{hang: make(chan struct{})})
	defer close(s.hang)
	n, _ := notifier(t)
	n.limit = 100 * time.Millisecond
	if err := n.Show(Notification{ID: "a"}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
}
