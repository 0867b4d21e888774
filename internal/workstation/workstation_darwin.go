//go:build cgo

package workstation

/*
#cgo CFLAGS: -fobjc-arc -mmacosx-version-min=12.0
#cgo LDFLAGS: -framework Foundation -framework AppKit -framework IOKit
#include "workstation_darwin.h"
*/
import "C"

import (
	"log/slog"
	"sync"
)

// Watcher listens until its Close. There is at most one at a time.
type Watcher struct{ reporter }

// current receives the events: Objective-C can only call a function of the package.
var current struct {
	sync.Mutex
	watcher *Watcher
}

// Watch calls f for each event, one at a time, on a thread of the system that is not the windows'. Sleep waits until f has
// returned; the end of the session waits until the program has quit, which comes after f. The program agrees to quit from now
// on, also after Close. f must not call Close.
func Watch(log *slog.Logger, f func(Event)) (*Watcher, error) {
	w := &Watcher{reporter{log: log, to: f}}
	current.Lock()
	current.watcher = w
	current.Unlock()
	if !C.discussionsWorkstationWatch() {
		log.Warn("sleep is not reported")
	}
	return w, nil
}

// Close ends the watcher. No event is reported after it.
func (w *Watcher) Close() {
	w.stop()
	C.discussionsWorkstationStop()
	current.Lock()
	current.watcher = nil
	current.Unlock()
}

//export discussionsWorkstationTold
func discussionsWorkstationTold(event C.int) {
	current.Lock()
	w := current.watcher
	current.Unlock()
	if w != nil {
		w.report(Event(event))
	}
}
