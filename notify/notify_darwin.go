//go:build cgo

package notify

/*
#cgo CFLAGS: -fobjc-arc -mmacosx-version-min=12.0
#cgo LDFLAGS: -framework Foundation -framework UserNotifications
#include <stdlib.h>
#include "notify_darwin.h"
*/
import "C"

import (
	"log/slog"
	"sync"
	"unsafe"
)

// Notifier shows notifications through the notification centre. A program has only one of those, so there is at most one Notifier
// at a time.
type Notifier struct {
	available bool
}

// current receives the clicks: Objective-C can only call a function of the package.
var current struct {
	sync.Mutex
	clicked func(id string)
}

// New starts the Notifier. The first time, macOS asks the user whether this program may show notifications. clicked is called on
// a thread of the system with the ID of the notification.
func New(_ string, log *slog.Logger, clicked func(id string)) *Notifier {
	current.Lock()
	current.clicked = clicked
	current.Unlock()
	n := &Notifier{available: bool(C.discussionsNotifyStart())}
	if !n.available {
		log.Info("no notifications: the program is not in its bundle")
	}
	return n
}

// Show shows a notification and replaces the one with the same ID. Outside its bundle the error is [ErrUnavailable].
func (n *Notifier) Show(what Notification) error {
	if !n.available {
		return ErrUnavailable
	}
	what = what.cleaned()
	id, title, body := C.CString(what.ID), C.CString(what.Title), C.CString(what.Body)
	defer C.free(unsafe.Pointer(id))
	defer C.free(unsafe.Pointer(title))
	defer C.free(unsafe.Pointer(body))
	C.discussionsNotifyShow(id, title, body)
	return nil
}

// Withdraw withdraws the notification with that ID, if it is still there.
func (n *Notifier) Withdraw(id string) {
	if !n.available {
		return
	}
	text := C.CString(id)
	defer C.free(unsafe.Pointer(text))
	C.discussionsNotifyWithdraw(text)
}

// WithdrawAll withdraws everything, also what an earlier run left.
func (n *Notifier) WithdrawAll() {
	if n.available {
		C.discussionsNotifyWithdrawAll()
	}
}

// Close withdraws everything. No click is reported after it.
func (n *Notifier) Close() {
	n.WithdrawAll()
	current.Lock()
	current.clicked = nil
	current.Unlock()
}

//export discussionsNotifyClicked
func discussionsNotifyClicked(id *C.char) {
	current.Lock()
	clicked := current.clicked
	current.Unlock()
	if clicked != nil {
		clicked(C.GoString(id))
	}
}
