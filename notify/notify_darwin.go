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
	replied func(id, text string)
}

// New starts the Notifier. The first time, macOS asks the user whether this program may show notifications. The functions of the
// options are called on a thread of the system.
func New(o Options) *Notifier {
	current.Lock()
	current.clicked, current.replied = o.Clicked, o.Replied
	current.Unlock()
	n := &Notifier{available: bool(C.discussionsNotifyStart())}
	if !n.available {
		o.Log.Info("no notifications: the program is not in its bundle")
	}
	return n
}

// Show shows a notification and replaces the one with the same ID. Outside its bundle the error is [ErrUnavailable].
func (n *Notifier) Show(what Notification) error {
	if !n.available {
		return ErrUnavailable
	}
	what = what.cleaned()
	id, title, body, reply := C.CString(what.ID), C.CString(what.Title), C.CString(what.Body), C.CString(what.Reply)
	defer C.free(unsafe.Pointer(id))
	defer C.free(unsafe.Pointer(title))
	defer C.free(unsafe.Pointer(body))
	defer C.free(unsafe.Pointer(reply))
	C.discussionsNotifyShow(id, title, body, reply, C.bool(what.Silent))
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

// WithdrawLeft withdraws what an earlier run left, such as one that crashed.
func (n *Notifier) WithdrawLeft() { n.WithdrawAll() }

// Close withdraws everything. No click is reported after it.
func (n *Notifier) Close() {
	n.WithdrawAll()
	current.Lock()
	current.clicked, current.replied = nil, nil
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

//export discussionsNotifyReplied
func discussionsNotifyReplied(id, text *C.char) {
	current.Lock()
	replied := current.replied
	current.Unlock()
	if replied != nil {
		replied(C.GoString(id), cleanReply(C.GoString(text)))
	}
}
