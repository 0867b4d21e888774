package tray

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"discussions/internal/bus"

	"github.com/godbus/dbus/v5"
)

// https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/ as the desktops speak it: under the name of KDE.
const (
	watcherName   = "org.kde.StatusNotifierWatcher"
	watcherPath   = dbus.ObjectPath("/StatusNotifierWatcher")
	signalHostOn  = watcherName + ".StatusNotifierHostRegistered"
	signalHostOff = watcherName + ".StatusNotifierHostUnregistered"
	signalOwner   = "org.freedesktop.DBus.NameOwnerChanged"

	patience   = 2 * time.Second // for each wait on the bus
	maxSignals = 16
)

// Tray is the icon.
type Tray struct {
	o    Options
	log  *slog.Logger
	life context.Context
	end  context.CancelFunc
	work sync.WaitGroup

	changed chan struct{} // holds one value when hosts must read anew

	mu    sync.Mutex
	conn  *dbus.Conn // nil: not connected yet, or there is no bus
	state State
	menu  menu
	host  bool // as last known
}

// New makes the icon, on a goroutine: it returns at once.
func New(o Options, log *slog.Logger) *Tray {
	t := &Tray{o: o, log: log, changed: make(chan struct{}, 1)}
	t.life, t.end = context.WithCancel(context.Background())
	t.work.Go(t.run)
	return t
}

// Show changes what the icon shows. It does not wait for the desktop.
func (t *Tray) Show(s State) {
	t.mu.Lock()
	t.state = s
	t.menu.set(s.Menu)
	t.mu.Unlock()
	select {
	case t.changed <- struct{}{}:
	default: // an earlier change has not been announced yet
	}
}

// Hosted reports whether the desktop shows the icon now. It waits for the bus, for two seconds at most.
func (t *Tray) Hosted() bool {
	t.mu.Lock()
	conn := t.conn
	t.mu.Unlock()
	if conn == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(t.life, patience)
	defer cancel()
	there := askHost(ctx, conn)
	t.hostIs(there)
	return there
}

// Close removes the icon.
func (t *Tray) Close() {
	t.end()
	t.mu.Lock()
	conn := t.conn
	t.conn = nil
	t.mu.Unlock()
	if conn != nil {
		conn.Close()
	}
	t.work.Wait()
}

// run connects, shows the icon to the watcher, and follows the watchers and hosts that come and go.
func (t *Tray) run() {
	conn, signals, err := t.connect()
	if err != nil {
		if t.life.Err() == nil {
			t.log.Info("no icon in the notification area", "error", err)
		}
		return
	}
	t.mu.Lock()
	ended := t.life.Err() != nil
	if !ended {
		t.conn = conn
	}
	t.mu.Unlock()
	if ended {
		conn.Close()
		return
	}
	t.work.Go(func() { t.tellChanges(conn) })
	t.register(conn)
	for s := range signals { // until the connection ends
		switch s.Name {
		case signalOwner:
			t.register(conn)
		case signalHostOn, signalHostOff:
			t.Hosted()
		}
	}
	t.hostIs(false)
}

// connect makes the objects that hosts read, then listens to watchers.
func (t *Tray) connect() (*dbus.Conn, chan *dbus.Signal, error) {
	ctx, cancel := context.WithTimeout(t.life, patience)
	defer cancel()
	conn, err := bus.Session(ctx)
	if err != nil {
		return nil, nil, err
	}
	signals := make(chan *dbus.Signal, maxSignals)
	conn.Signal(signals)
	err = t.export(conn)
	for _, match := range [][]dbus.MatchOption{
		{dbus.WithMatchSender("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, watcherName)},
		{dbus.WithMatchSender(watcherName), dbus.WithMatchInterface(watcherName)},
	} {
		if err == nil {
			err = conn.AddMatchSignalContext(ctx, match...)
		}
	}
	if err != nil {
		conn.Close()
		return nil, nil, fmt.Errorf("listen to the notification area: %w", err)
	}
	return conn, signals, nil
}

// register shows the icon to the watcher, if there is one. A watcher that knows the icon already does nothing.
func (t *Tray) register(conn *dbus.Conn) {
	ctx, cancel := context.WithTimeout(t.life, patience)
	defer cancel()
	if _, err := bus.Owner(ctx, conn, watcherName); err != nil {
		t.hostIs(false)
		return
	}
	err := conn.Object(watcherName, watcherPath).CallWithContext(ctx, watcherName+".RegisterStatusNotifierItem", dbus.FlagNoAutoStart,
		uniqueName()).Err
	if err != nil {
		t.log.Debug("the icon is not registered", "error", err)
	}
	t.hostIs(err == nil && askHost(ctx, conn))
}

// hostIs tells when a host came or went.
func (t *Tray) hostIs(there bool) {
	t.mu.Lock()
	changed := t.host != there
	t.host = there
	t.mu.Unlock()
	if changed && t.life.Err() == nil {
		t.o.Host(there)
	}
}

func askHost(ctx context.Context, conn *dbus.Conn) (there bool) {
	var v dbus.Variant
	err := conn.Object(watcherName, watcherPath).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart,
		watcherName, "IsStatusNotifierHostRegistered").Store(&v)
	there, _ = v.Value().(bool)
	return err == nil && there
}

// tellChanges tells hosts what they have to read again, until the end.
func (t *Tray) tellChanges(conn *dbus.Conn) {
	var told State
	var revision uint32
	for {
		select {
		case <-t.life.Done():
			return
		case <-t.changed:
		}
		t.mu.Lock()
		now, menu := t.state, t.menu.revision
		t.mu.Unlock()
		if told.Tooltip != now.Tooltip {
			t.emit(conn, itemPath, itemName+".NewToolTip")
		}
		if !slices.Equal(told.Icons, now.Icons) {
			t.emit(conn, itemPath, itemName+".NewIcon")
		}
		if menu != revision {
			t.emit(conn, menuPath, menuName+".LayoutUpdated", menu, int32(0))
		}
		if told.Unread != now.Unread {
			t.emitUnread(conn, now.Unread)
		}
		told, revision = now, menu
	}
}

// emitUnread shows a number on the program's icon, in the docks that follow Ubuntu's: https://wiki.ubuntu.com/Unity/LauncherAPI.
func (t *Tray) emitUnread(conn *dbus.Conn, unread int) {
	t.emit(conn, launcherPath, "com.canonical.Unity.LauncherEntry.Update", "application://"+t.o.AppID+".desktop", map[string]dbus.Variant{
		"count": dbus.MakeVariant(int64(unread)), "count-visible": dbus.MakeVariant(unread > 0),
	})
}

func (t *Tray) emit(conn *dbus.Conn, path dbus.ObjectPath, name string, values ...any) {
	if err := conn.Emit(path, name, values...); err != nil {
		t.log.Debug("the icon was not told of", "signal", name, "error", err)
	}
}

// clicked runs f, one at a time.
func (t *Tray) clicked(f func()) {
	if f != nil && t.life.Err() == nil {
		f()
	}
}

// uniqueName distinguishes the icons of several programs of one session.
func uniqueName() string { return fmt.Sprintf("org.kde.StatusNotifierItem-%d-1", os.Getpid()) }
