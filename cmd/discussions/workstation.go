package main

import (
	"log/slog"
	"time"

	"discussions/internal/workstation"
)

// patience is how long sleep and the end of the session wait for us: a little less than the operating systems would.
const patience = 4 * time.Second

// follow hands what happens to the workstation to the windows, until stop.
func (p *program) follow(log *slog.Logger) (stop func()) {
	over := make(chan struct{})
	watcher, err := workstation.Watch(log, func(e workstation.Event) {
		if e == workstation.Ending {
			p.sessionEnds.Store(true)
		}
		done := make(chan struct{})
		p.later(func() { p.screens.Workstation(e, func() { close(done) }) })
		select {
		case <-done:
		case <-over:
		case <-time.After(patience):
			log.Warn("the workstation waits no longer", "event", e.String())
		}
	})
	if err != nil {
		log.Warn("the workstation is not watched", "error", err)
		return func() {}
	}
	return func() {
		close(over)
		watcher.Close()
	}
}
