package main

import (
	"log/slog"
	"time"

	"discussions/internal/workstation"
)

// workstationTimeout is how long the program delays sleep or the end of the session: a little less than the operating systems
// allow.
const workstationTimeout = 4 * time.Second

// followWorkstation passes the workstation's events to ui until stop. It watches on a goroutine, so that a bus that does not
// answer delays neither the first window nor, by much, the exit.
func (p *program) followWorkstation(log *slog.Logger) (stop func()) {
	over := make(chan struct{})
	begun := make(chan *workstation.Watcher, 1)
	go func() { begun <- p.watch(log, over) }()
	return func() {
		close(over)
		if watcher := <-begun; watcher != nil {
			watcher.Close()
		}
	}
}

// watch is nil if the events are not available.
func (p *program) watch(log *slog.Logger, over <-chan struct{}) *workstation.Watcher {
	watcher, err := workstation.Watch(log, func(e workstation.Event) {
		switch e {
		case workstation.Ending:
			p.sessionEnding.Store(true)
		case workstation.Closing: // the accounts are kept, whatever the policy for the end of the session; see comeBack
			p.whenStarted(p.end)
			return
		}
		done := make(chan struct{})
		p.whenStarted(func() { p.ui.Workstation(e, func() { close(done) }) })
		select {
		case <-done:
		case <-over:
		case <-time.After(workstationTimeout):
			log.Warn("workstation event not handled in time", "event", e.String())
		}
	})
	if err != nil {
		log.Warn("the workstation is not watched", "error", err)
		return nil
	}
	return watcher
}
