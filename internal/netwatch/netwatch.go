// Package netwatch reports when a new connection may succeed: this computer has got or lost a route to other computers, or it slept.
//
// The operating system says that something changed: Linux by netlink, Windows by the IP helper, macOS by its routing socket. What changed
// is then read in the same way everywhere. Where the system reports nothing, the state is read periodically.
package netwatch

import (
	"log/slog"
	"time"
)

const (
	settle = 250 * time.Millisecond // changes come in groups: link, addresses, routes
	look   = 10 * time.Second       // how often to look at the clock, and at the network where the system tells nothing
	anyway = time.Minute            // how often to look at the network where the system tells
	// slept is how much later than expected the next look must be by the wall clock: the computer slept, or its clock was set.
	slept = 5 * time.Second
)

// Watcher is a running watch.
type Watcher struct {
	source source
	state  func() string
	now    func() time.Time
	f      func()
	log    *slog.Logger
	stop   chan struct{}
	done   chan struct{}
}

// source signals changes on a channel until it is closed.
type source interface {
	changes() <-chan struct{}
	close()
}

// silent is a source of nothing.
type silent struct{}

func (silent) changes() <-chan struct{} { return nil }
func (silent) close()                   {}

// Watch calls f after each change of the network and after each sleep, on one goroutine, until Close. f must not wait.
func Watch(log *slog.Logger, f func()) *Watcher {
	s, err := open()
	if err != nil {
		log.Warn("changes of the network are looked for, not told", "error", err)
		s = silent{}
	}
	return watch(log, s, ways, time.Now, f)
}

func watch(log *slog.Logger, s source, state func() string, now func() time.Time, f func()) *Watcher {
	w := &Watcher{source: s, state: state, now: now, f: f, log: log, stop: make(chan struct{}), done: make(chan struct{})}
	go w.run(state())
	return w
}

// Close ends the watch. When it returns, f is not running and is not called again.
func (w *Watcher) Close() {
	close(w.stop)
	<-w.done
	w.source.close()
}

func (w *Watcher) run(state string) {
	defer close(w.done)
	timer := time.NewTimer(look)
	defer timer.Stop()
	expected := w.now().Round(0).Add(look) // by the wall clock: the other one may stand still during a sleep
	settling := false
	_, untold := w.source.(silent)
	read := w.now() // when the state was read
	for {
		select {
		case <-w.source.changes():
			if !settling {
				settling = true
				timer.Reset(settle)
				expected = w.now().Round(0).Add(settle)
			}
			continue
		case <-timer.C:
		case <-w.stop:
			return
		}
		woken := w.now().Round(0).Sub(expected) > slept
		before := state
		if settling || woken || untold || w.now().Sub(read) >= anyway {
			state, settling, read = w.state(), false, w.now()
		}
		if changed := state != before; changed || woken {
			w.log.Info("network", "changed", changed, "slept", woken, "connected", state != "")
			w.f()
		}
		timer.Reset(look)
		expected = w.now().Round(0).Add(look)
	}
}
