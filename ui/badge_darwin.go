//go:build cgo

package ui

/*
#cgo CFLAGS: -fobjc-arc -mmacosx-version-min=12.0
#cgo LDFLAGS: -framework Foundation -framework AppKit
#include <stdlib.h>
#include "badge_darwin.h"
*/
import "C"

import (
	"strconv"
	"sync"
	"unsafe"

	"discussions/ui/look"

	"fyne.io/fyne/v2"
)

// dock is the interface that handles a click in the dock and the request to quit: Objective-C can only call a function of the
// package.
var dock struct {
	sync.Mutex
	ui *UI
}

// badge is the number of unread messages on the icon in the dock.
type badge struct{ u *UI }

func newBadge(u *UI, _ *look.TrayIcon) *badge { return &badge{u} }

func (b *badge) show(unread int) {
	text := ""
	if unread > 0 {
		text = strconv.Itoa(unread)
	}
	label := C.CString(text)
	defer C.free(unsafe.Pointer(label))
	dock.Lock()
	dock.ui = b.u
	dock.Unlock()
	C.discussionsDockFollow()
	C.discussionsDockBadge(label)
}

//export discussionsDockClicked
func discussionsDockClicked() { dockAsks((*UI).Raise) }

//export discussionsDockQuit
func discussionsDockQuit() { dockAsks(func(u *UI) { u.nav.Quit() }) }

func dockAsks(do func(*UI)) {
	dock.Lock()
	u := dock.ui
	dock.Unlock()
	fyne.Do(func() {
		if u.ctx.Err() == nil { // not ending already
			do(u)
		}
	})
}
