package netwatch

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

// helper gets calls of the IP helper, on threads of Windows.
type helper struct {
	told    chan struct{}
	handles []windows.Handle
}

func open() (source, error) {
	h := &helper{told: make(chan struct{}, 1)}
	called := windows.NewCallback(func(_, _, _ uintptr) uintptr {
		select {
		case h.told <- struct{}{}:
		default:
		}
		return 0
	})
	for what, notify := range map[string]func(uint16, uintptr, unsafe.Pointer, bool, *windows.Handle) error{
		"interfaces": windows.NotifyIpInterfaceChange, "addresses": windows.NotifyUnicastIpAddressChange,
	} {
		var handle windows.Handle
		if err := notify(windows.AF_UNSPEC, called, nil, false, &handle); err != nil {
			h.close()
			return nil, fmt.Errorf("listen to changes of %s: %w", what, err)
		}
		h.handles = append(h.handles, handle)
	}
	return h, nil
}

func (h *helper) changes() <-chan struct{} { return h.told }

// close waits for calls that are under way.
func (h *helper) close() {
	for _, handle := range h.handles {
		_ = windows.CancelMibChangeNotify2(handle)
	}
}
