// Package workstation reports events of the computer and of the operating system's session that the program runs in: the session
// is locked or ends, the computer goes to sleep or wakes up.
//
//   - Linux: the screen savers and GNOME's session manager on the session bus, logind on the system bus. A signal counts only
//     if it comes from the owner of the service's name. Without a bus or one of these services, its events are not reported.
//   - Windows: the messages of a window that is never shown.
//   - macOS: the distributed notification of the locked screen, NSWorkspace's of the end and the event that asks the program to
//     quit, and IOKit's of sleep.
//
// Sleep and the end of the session wait a few seconds until the program has handled the event, if the operating system allows it.
package workstation

import (
	"errors"
	"log/slog"
	"sync"
)

// ErrUnavailable means that no service of this system reports its events.
var ErrUnavailable = errors.New("the operating system reports no events of its session")

// Event is what happened. It may be reported twice, by two services of the system.
type Event int

// The events.
const (
	Locked   Event = iota + 1 // the session was locked, or the screen given to another session
	Sleeping                  // the computer is about to sleep
	Woken                     // it has woken up
	Ending                    // the session ends, maybe with the computer
	Closing                   // the program alone is to end, as an installer replaces it (Windows)
)

// String names the event for the log.
func (e Event) String() string {
	switch e {
	case Locked:
		return "locked"
	case Sleeping:
		return "sleeping"
	case Woken:
		return "woken"
	case Ending:
		return "ending"
	case Closing:
		return "closing"
	}
	return "unknown"
}

// reporter calls a function for one event at a time, and for none after stop.
type reporter struct {
	log *slog.Logger

	mu sync.Mutex
	to func(Event) // nil: stopped
}

func (t *reporter) report(e Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.to != nil {
		t.log.Info("workstation", "event", e.String())
		t.to(e)
	}
}

// stop also waits for a call that is running.
func (t *reporter) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.to = nil
}
