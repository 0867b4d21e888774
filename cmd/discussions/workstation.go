package main

import (
	"log/slog"
	"time"

	"discussions/internal/workstation"
)

// workstationTimeout is how long sleep and the end of the session wait for us: a little less than the operating systems would.
const workstationTimeout = 4 * time.Second

// followWorkstation hands what happens to the workstation to the windows, until stop. A bus that does not answer holds up nothing: neither
// the first window nor, much, the end.
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

// watch is nil where nothing tells of anything.
func (p *program) watch(log *slog.Logger, over <-chan struct{}) *workstation.Watcher {
	watcher, err := workstation.Watch(log, func(e workstation.Event) {
		if e == workstation.Ending {
			p.sessionEnding.Store(true)
		}
		done := make(chan struct{})
		p.whenStarted(func() { p.ui.Workstation(e, func() { close(done) }) })
		select {
		case <-done:
		case <-over:
		case <-time.After(workstationTimeout):
			log.Warn("the workstation waits no longer", "event", e.String())
		}
	})
	if err != nil {
		log.Warn("the workstation is not watched", "error", err)
		return nil
	}
	return watcher
}
