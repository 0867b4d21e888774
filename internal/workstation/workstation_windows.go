package workstation

import (
	"fmt"
	"log/slog"
	"runtime"

	"golang.org/x/sys/windows"
)

const (
	className  = "org.spico.discussions.workstation"
	wmStop     = wmApp + 1
	retryTimer = 1

	endSessionCloseApp = 0x1  // ENDSESSION_CLOSEAPP: asked by an installer, through the Restart Manager
	retryEvery         = 5000 // ms
	maxRetries         = 60
)

// Watcher listens until its Close: to the messages of a window that is never shown, on a thread of its own.
type Watcher struct {
	reporter
	window  windows.HWND
	power   uintptr // HPOWERNOTIFY; 0: none
	retries int
	done    chan struct{}
}

// Watch calls f for each event, one at a time, on the watcher's thread. Sleep and the end of the session wait until f has
// returned, for about 2 and 5 seconds. f must not call Close.
func Watch(log *slog.Logger, f func(Event)) (*Watcher, error) {
	if err := findAll(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	w := &Watcher{reporter: reporter{log: log, to: f}, done: make(chan struct{})}
	ready := make(chan error)
	go w.thread(ready)
	if err := <-ready; err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return w, nil
}

// thread lives as long as the window, which belongs to it. It is never unlocked, so that Go ends the thread instead of reusing it.
func (w *Watcher) thread(ready chan<- error) {
	defer close(w.done)
	runtime.LockOSThread()
	name, err := windows.UTF16PtrFromString(className)
	if err != nil {
		ready <- err
		return
	}
	// Windows never frees a callback: a program should not watch again and again.
	w.window, err = newWindow(name, windows.NewCallback(w.procedure))
	if err != nil {
		ready <- err
		return
	}
	w.follow()
	// A computer with modern standby notifies only windows that have registered.
	w.power, _, err = procFollowPower.Call(uintptr(w.window), notifyWindow)
	if w.power == 0 {
		w.log.Info("sleep may not be told", "error", err)
	}
	ready <- nil
	pump()
	deleteClass(name)
}

// procedure is called by Windows for each message, on the thread of [pump].
func (w *Watcher) procedure(window windows.HWND, number uint32, wide, long uintptr) uintptr {
	switch number {
	case wmSessionChange:
		switch wide {
		case wtsSessionLock, wtsConsoleLeft, wtsRemoteLeft:
			w.report(Locked)
		}
		return 0
	case wmPowerBroadcast:
		switch wide {
		case pbtSuspend:
			w.report(Sleeping)
		case pbtResumeAutomatic:
			w.report(Woken)
		}
		return 1
	case wmQueryEndSession: // another program may still refuse
		return 1
	case wmEndSession:
		switch {
		case wide == 0: // the session goes on after all
		case long&endSessionCloseApp != 0:
			w.report(Closing)
		default:
			w.report(Ending)
		}
		return 0
	case wmTimer:
		w.follow()
		return 0
	case wmClose: // a request to close the windows of the program does not mean this one
		return 0
	case wmStop:
		if w.power != 0 {
			procUnfollowPower.Call(w.power)
		}
		procUnfollowSession.Call(uintptr(window))
		procDestroyWindow.Call(uintptr(window))
		return 0
	case wmDestroy:
		procPostQuit.Call(0)
		return 0
	}
	result, _, _ := procDefault.Call(uintptr(window), uintptr(number), wide, long)
	return result
}

// follow registers for the lock of the session, and tries again in a moment if it is too early.
func (w *Watcher) follow() {
	procKillTimer.Call(uintptr(w.window), retryTimer)
	early, err := followSession(w.window)
	if early && w.retries < maxRetries {
		w.retries++
		procSetTimer.Call(uintptr(w.window), retryTimer, retryEvery, 0)
		return
	}
	if err != nil {
		w.log.Warn("the lock of the session is not reported", "error", err)
	}
}

// Close ends the watcher. No event is reported after it.
func (w *Watcher) Close() {
	w.stop()
	procPostMessage.Call(uintptr(w.window), wmStop, 0, 0)
	<-w.done
}
