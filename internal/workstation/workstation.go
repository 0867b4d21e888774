// Package workstation tells what happens to the computer, and to the session of the operating system that the program runs in:
// it is locked, it ends, the computer goes to sleep and wakes up.
//
//   - Linux: the screen savers and GNOME's session manager on the session bus, logind on the system bus. A signal counts only
//     if it comes from the owner of the service's name. Without a bus, or without one of these services, its events do not come.
//   - Windows: the messages of a window that is never shown.
//   - macOS: the distributed notification of the locked screen, NSWorkspace's of the end and the event that asks the program to
//     quit, and IOKit's of sleep.
//
// Sleep and the end wait, where the operating system allows it, until the program has done what it has to do: a few seconds.
package workstation

import (
	"errors"
	"log/slog"
	"sync"
)

// ErrUnavailable means that no service of this system reports its events.
var ErrUnavailable = errors.New("the operating system tells nothing of its session")

// Event is what happened. The same may be told twice, when two services of the system tell it.
type Event int

// The events.
const (
	Locked   Event = iota + 1 // the session was locked, or the screen given to another session
	Sleeping                  // the computer is about to sleep
	Woken                     // it has woken up
	Ending                    // the session ends, maybe with the computer
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
	}
	return "unknown"
}

// teller calls tell for one event at a time, and for none after its close.
type teller struct {
	log *slog.Logger

	mu sync.Mutex
	to func(Event) // nil: closed
}

func (t *teller) tell(e Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.to != nil {
		t.log.Info("workstation", "event", e.String())
		t.to(e)
	}
}

// mute waits for a call that is going on.
func (t *teller) mute() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.to = nil
}
