package main

import (
	"syscall"
	"unsafe"

	"discussions/notify"

	"golang.org/x/sys/windows"
)

// joinTaskbar makes all windows, the shortcut of the Start menu and the notifications one program for the task bar.
func joinTaskbar() error {
	id, err := windows.UTF16PtrFromString(notify.AppID)
	if err != nil {
		return err
	}
	set := windows.NewLazySystemDLL("shell32.dll").NewProc("SetCurrentProcessExplicitAppUserModelID")
	if result, _, _ := set.Call(uintptr(unsafe.Pointer(id))); result != 0 { // S_OK
		return syscall.Errno(result)
	}
	return nil
}
