package main

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// takeSignals takes the signals that end a program from Fyne, which would end its loop at once (see [program.end]), before
// the places of the windows are saved.
//
// Fyne subscribes on a goroutine of its own, which may not have run yet. The code that starts Fyne's loop ignores
// os.Interrupt first, which is ignored until somebody subscribes to it.
func takeSignals(to chan<- os.Signal) {
	const patience = time.Second // a driver that never subscribes must not delay the start
	for begun := time.Now(); signal.Ignored(os.Interrupt) && time.Since(begun) < patience; {
		time.Sleep(time.Millisecond)
	}
	signal.Reset(os.Interrupt, syscall.SIGTERM)
	signal.Notify(to, os.Interrupt, syscall.SIGTERM)
}
