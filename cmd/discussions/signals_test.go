//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
	"testing"
)

// TestSignalsAreTakenFromALateSubscriber: as Fyne on a loaded computer, whose goroutine subscribes after the loop has started.
func TestSignalsAreTakenFromALateSubscriber(t *testing.T) {
	t.Cleanup(func() { signal.Reset(os.Interrupt, syscall.SIGTERM) })
	ours, theirs, taken := make(chan os.Signal, 1), make(chan os.Signal, 1), make(chan struct{})
	signal.Ignore(os.Interrupt)
	go func() {
		defer close(taken)
		takeSignals(ours)
	}()
	signal.Notify(theirs, os.Interrupt, syscall.SIGTERM)
	<-taken
	for _, sent := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		if err := syscall.Kill(os.Getpid(), sent); err != nil {
			t.Fatal(err)
		}
		if got := <-ours; got != sent {
			t.Errorf("got %v, not %v", got, sent)
		}
	}
	if len(theirs) > 0 {
		t.Error("the other subscriber has a signal too")
	}
}
