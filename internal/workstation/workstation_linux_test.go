package workstation

import (
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"testing"
	"time"

	"discussions/internal/bus/bustest"

	"github.com/godbus/dbus/v5"
)

func TestTheScreenSaverOfEachDesktopLocks(t *testing.T) {
	d := newDesktop(t)
	w := d.watch(nil)
	for _, name := range savers {
		bustest.Own(t, d.session, name) // after the watch: a screen saver may come later
		emit(t, d.session, "", "/org/screensaver", name+".ActiveChanged", false)
		emit(t, d.session, "", "/org/screensaver", name+".ActiveChanged", "true")
		emit(t, d.session, "", "/org/screensaver", name+".ActiveChanged")
		emit(t, d.session, "", "/org/screensaver", name+".Deactivated", true)
		emit(t, d.session, "", "/org/screensaver", name+".ActiveChanged", true)
		w.tells(Locked)
	}
	emit(t, d.session, "", gnomePath, managerClient+".EndSession", uint32(0))
	w.tells(Ending) // and nothing before it
}

func TestLogindLocksOurSessionAndNoOther(t *testing.T) {
	for name, unknown := range map[string][]string{
		"known by itself":        nil,
		"known by its number":    {"auto"},
		"of an unknown computer": {"auto", "2"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesktop(t, unknown...)
			w := d.watch(nil)
			watcher := next(t, d.taken).to
			hint := func(path dbus.ObjectPath, face, property string, value any) {
				emit(t, d.system, "", path, properties+".PropertiesChanged", face, map[string]dbus.Variant{property: dbus.MakeVariant(value)}, []string{})
			}
			emit(t, d.system, "", otherPath, loginSession+".Lock")
			emit(t, d.system, watcher, otherPath, loginSession+".Lock")
			emit(t, d.system, "", ownPath, loginSession+".Unlock")
			hint(otherPath, loginSession, lockedHint, true)
			hint(ownPath, loginSession, lockedHint, false)
			hint(ownPath, loginSession, "IdleHint", true)
			hint(ownPath, loginManager, lockedHint, true)
			hint(ownPath, loginSession, lockedHint, "yes")
			emit(t, d.system, watcher, ownPath, properties+".PropertiesChanged", loginSession)
			emit(t, d.system, watcher, ownPath, properties+".PropertiesChanged", loginSession, "LockedHint")

			emit(t, d.system, "", loginPath, loginManager+".PrepareForSleep", true)
			w.tells(Sleeping) // and nothing before it
			emit(t, d.system, "", ownPath, loginSession+".Lock")
			hint(ownPath, loginSession, lockedHint, true)
			emit(t, d.system, "", loginPath, loginManager+".PrepareForSleep", false)
			if len(unknown) < 2 {
				w.tells(Locked, Locked)
			}
			w.tells(Woken)
		})
	}
}

func TestSleepWaitsUntilTheAccountsAreLocked(t *testing.T) {
	d := newDesktop(t)
	nights := make(chan inhibitor, 8)
	w := d.watch(func(e Event) {
		if e != Sleeping {
			return
		}
		i := <-d.taken
		if !i.held() {
			t.Error("the computer slept before the accounts were locked")
		}
		nights <- i
	})
	for range 3 { // one night after the other
		emit(t, d.system, "", loginPath, loginManager+".PrepareForSleep", true)
		w.tells(Sleeping)
		next(t, nights).goes()
		emit(t, d.system, "", loginPath, loginManager+".PrepareForSleep", false)
		w.tells(Woken)
	}
	last := next(t, d.taken)
	if !last.held() {
		t.Error("no sleep would be waited for any more")
	}
	w.Close()
	last.goes()
}

func TestTheEndOfTheComputerWaitsToo(t *testing.T) {
	d := newDesktop(t)
	ends := make(chan inhibitor, 1)
	w := d.watch(func(Event) {
		i := <-d.taken
		if !i.held() {
			t.Error("the computer ended before the accounts were logged out")
		}
		ends <- i
	})
	emit(t, d.system, "", loginPath, loginManager+".PrepareForShutdown", true)
	w.tells(Ending)
	next(t, ends).goes()
	emit(t, d.system, "", loginPath, loginManager+".PrepareForShutdown", false) // sleep was cancelled
	next(t, d.taken)
}

func TestTheEndOfTheSessionWaits(t *testing.T) {
	d := newDesktop(t)
	w := d.watch(func(Event) {
		if len(d.agreed) > 0 {
			t.Error("the session could end before the accounts were logged out")
		}
	})
	emit(t, d.session, "", gnomePath, managerClient+".QueryEndSession", uint32(0))
	if !next(t, d.agreed) || len(w.events) > 0 {
		t.Error("a question is not the end")
	}
	emit(t, d.session, "", gnomePath, managerClient+".CancelEndSession", uint32(0))
	emit(t, d.session, "", "/org/gnome/SessionManager/Client2", managerClient+".EndSession", uint32(0))
	emit(t, d.session, "", gnomePath, managerClient+".EndSession", uint32(0))
	w.tells(Ending)
	if !next(t, d.agreed) {
		t.Error("the session was refused its end")
	}
}

func TestAForgedSignalMeansNothing(t *testing.T) {
	d := newDesktop(t)
	w := d.watch(nil)
	i := next(t, d.taken)
	for _, to := range []string{"", i.to} { // to all, and past the bus's rules to one
		emit(t, d.forger, to, loginPath, loginManager+".PrepareForSleep", true)
		emit(t, d.forger, to, loginPath, loginManager+".PrepareForSleep", false)
		emit(t, d.forger, to, loginPath, loginManager+".PrepareForShutdown", true)
		emit(t, d.forger, to, ownPath, loginSession+".Lock")
		emit(t, d.forger, to, ownPath, properties+".PropertiesChanged", loginSession, map[string]dbus.Variant{lockedHint: dbus.MakeVariant(true)}, []string{})
		for _, name := range savers { // which nobody owns on this bus
			emit(t, d.forger, to, "/org/screensaver", name+".ActiveChanged", true)
		}
		emit(t, d.forger, to, gnomePath, managerClient+".EndSession", uint32(0))
	}
	emit(t, d.system, "", ownPath, loginSession+".Lock")
	w.tells(Locked)
	if !i.held() {
		t.Error("a forged signal lets the computer sleep")
	}
	if len(w.events) > 0 {
		t.Errorf("and also: %v", <-w.events)
	}
}

func TestAReleasedBusNameIsNoLongerTrusted(t *testing.T) {
	d := newDesktop(t)
	w := d.watch(nil)
	saver := savers[1]
	bustest.Own(t, d.session, saver)
	emit(t, d.session, "", "/", saver+".ActiveChanged", true)
	w.tells(Locked)
	if _, err := d.session.ReleaseName(saver); err != nil {
		t.Fatal(err)
	}
	emit(t, d.session, "", "/", saver+".ActiveChanged", true) // no longer believed
	emit(t, d.session, "", gnomePath, managerClient+".EndSession", uint32(0))
	w.tells(Ending)
}

func TestOneBusIsEnough(t *testing.T) {
	absent := "unix:path=" + filepath.Join(t.TempDir(), "absent")
	t.Run("of the session", func(t *testing.T) {
		d := newDesktop(t)
		t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", absent)
		w := d.watch(nil)
		bustest.Own(t, d.session, savers[0])
		emit(t, d.session, "", "/", savers[0]+".ActiveChanged", true)
		w.tells(Locked)
	})
	t.Run("of the computer", func(t *testing.T) {
		d := newDesktop(t)
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", absent)
		w := d.watch(nil)
		emit(t, d.system, "", ownPath, loginSession+".Lock")
		w.tells(Locked)
	})
	t.Run("without any service", func(t *testing.T) {
		address, _ := bustest.Start(t)
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
		t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
		d := &desktop{t: t, session: bustest.Connect(t, address)}
		w := d.watch(nil)
		bustest.Own(t, d.session, savers[0])
		emit(t, d.session, "", "/", savers[0]+".ActiveChanged", true)
		w.tells(Locked)
	})
	t.Run("but there must be one", func(t *testing.T) {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
		t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
		t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", absent)
		if _, err := Watch(slog.New(slog.DiscardHandler), func(Event) {}); !errors.Is(err, ErrUnavailable) {
			t.Errorf("got %v, want ErrUnavailable", err)
		}
	})
}

func TestABusThatNeverAnswersIsNotWaitedForForEver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bus")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+path)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+path)
	if _, err := watch(slog.New(slog.DiscardHandler), func(Event) {}, 50*time.Millisecond); !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
}

func TestABusMayEndAndNothingIsToldAfterTheClose(t *testing.T) {
	d := newDesktop(t)
	w := d.watch(nil)
	d.stop()
	emit(t, d.system, "", ownPath, loginSession+".Lock")
	w.tells(Locked)
	w.Close()
	w.report(Locked)
	if len(w.events) > 0 {
		t.Error("told after the close")
	}
	w.Close() // again does nothing
}
