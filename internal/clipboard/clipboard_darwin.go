//go:build cgo

package clipboard

/*
#cgo CFLAGS: -fobjc-arc -mmacosx-version-min=12.0
#cgo LDFLAGS: -framework Foundation -framework AppKit
#include <stdlib.h>
#include "clipboard_darwin.h"
*/
import "C"

import (
	"context"
	"unsafe"
)

// ReadText fails with [ErrUnavailable]: Fyne reads texts well enough here, as the system has them.
func ReadText(context.Context, int) (string, error) { return "", ErrUnavailable }

// Read reads the general pasteboard. A picture of more than most bytes is [ErrTooLarge].
func Read(_ context.Context, most int) (Content, error) {
	if list := C.discussionsPasteboardFiles(); list != nil {
		defer C.free(unsafe.Pointer(list))
		if files := filesOf([]byte(C.GoString(list))); files != nil {
			return Content{Files: files}, nil
		}
	}
	var size C.long
	data := C.discussionsPasteboardPicture(C.long(most), &size)
	switch {
	case size > C.long(most):
		return Content{}, ErrTooLarge
	case data == nil:
		return Content{}, ErrEmpty
	}
	defer C.free(data)
	return Content{Picture: C.GoBytes(data, C.int(size))}, nil
}
