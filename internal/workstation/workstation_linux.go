package workstation

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"discussions/internal/bus"

	"github.com/godbus/dbus/v5"
)

const (
	patience   = 3 * time.Second // for each wait on a bus
	maxSignals = 16              // that wait in the channel; more wait in the library
)

// Watcher listens until its Close.
type Watcher struct {
	reporter
	limit time.Duration
	loops sync.WaitGroup

	mu    sync.Mutex
	conns []*dbus.Conn

	session desktopSession
	logind  logind
}

// Watch calls f for each event, one at a time, on a goroutine of the watcher. Sleep and the end of the session wait until f has
// returned. f must not call Close. Where no bus answers the error is [ErrUnavailable].
func Watch(log *slog.Logger, f func(Event)) (*Watcher, error) {
	return watch(log, f, patience)
}

func watch(log *slog.Logger, f func(Event), limit time.Duration) (*Watcher, error) {
	w := &Watcher{reporter: reporter{log: log, to: f}, limit: limit}
	w.session.w, w.logind.w = w, w
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var wait sync.WaitGroup
	var session, system error
	wait.Go(func() { session = w.open(ctx, bus.Session, w.session.begin, w.session.handle) })
	wait.Go(func() { system = w.open(ctx, bus.System, w.logind.begin, w.logind.handle) })
	wait.Wait()
	if session != nil && system != nil {
		w.Close()
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, errors.Join(session, system))
	}
	if err := errors.Join(session, system); err != nil {
		log.Info("a part of the workstation is not watched", "error", err)
	}
	return w, nil
}

// open connects to one bus, subscribes to its services, then handles their signals; those that come meanwhile wait.
func (w *Watcher) open(
	ctx context.Context, dial func(context.Context) (*dbus.Conn, error),
	begin func(context.Context, *dbus.Conn) error, handle func(*dbus.Conn, *dbus.Signal),
) error {
	conn, err := dial(ctx)
	if err != nil {
		return err
	}
	w.mu.Lock()
	w.conns = append(w.conns, conn)
	w.mu.Unlock()
	signals := make(chan *dbus.Signal, maxSignals)
	conn.Signal(signals)
	if err := begin(ctx, conn); err != nil {
		return err
	}
	w.loops.Go(func() {
		for s := range signals { // until the connection ends
			handle(conn, s)
		}
	})
	return nil
}

// from reports whether a signal was sent by the owner of that name.
func (w *Watcher) from(conn *dbus.Conn, s *dbus.Signal, name string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), w.limit)
	defer cancel()
	owner, err := bus.Owner(ctx, conn, name)
	if err != nil || owner != s.Sender {
		w.log.Debug("a signal of another program", "name", s.Name, "error", err)
		return false
	}
	return true
}

// Close ends the watcher. No event is reported after it.
func (w *Watcher) Close() {
	w.stop()
	w.mu.Lock()
	for _, conn := range w.conns {
		conn.Close()
	}
	w.mu.Unlock()
	w.loops.Wait()
	w.logind.release()
}

// hasValue reports whether a signal carries one boolean of that value.
func hasValue(s *dbus.Signal, value bool) bool {
	if len(s.Body) != 1 {
		return false
	}
	said, ok := s.Body[0].(bool)
	return ok && said == value
}
