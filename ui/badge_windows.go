package ui

import (
	"bytes"
	"image/png"
	"syscall"
	"unsafe"

	"discussions/internal/i18n"
	"discussions/ui/look"

	"fyne.io/fyne/v2/driver"
	"github.com/go-ole/go-ole"
	"golang.org/x/sys/windows"
)

// ITaskbarList3 of <shobjidl_core.h>: identifiers, and the places of methods in its table.
const (
	clsidTaskbarList = "{56FDF344-FD6D-11D0-958A-006097C9A090}"
	iidTaskbarList3  = "{EA1AFB91-9E28-4B86-90E9-9E9F8A5EEFAF}"

	taskbarHrInit         = 3  // ()
	taskbarSetOverlayIcon = 18 // (HWND, HICON, description)

	badgeSize   = 32
	iconVersion = 0x00030000 // of CreateIconFromResourceEx
)

// badge shows the number of unread messages over the program's icon in the task bar.
func (u *UI) badge(unread int, icon *look.TrayIcon) {
	native, ok := u.window.win.(driver.NativeWindow)
	if !ok { // a test's
		return
	}
	native.RunNative(func(context any) {
		w, ok := context.(driver.WindowsWindowContext)
		if !ok || w.HWND == 0 {
			return
		}
		if err := setOverlay(w.HWND, unread, icon); err != nil {
			u.options.Log.Info("no number on the task bar", "error", err)
		}
	})
}

func setOverlay(window uintptr, unread int, icon *look.TrayIcon) error {
	list, err := ole.CreateInstance(ole.NewGUID(clsidTaskbarList), ole.NewGUID(iidTaskbarList3))
	if err != nil {
		return err
	}
	defer list.Release()
	if err := callTaskbar(list, taskbarHrInit); err != nil {
		return err
	}
	handle, text := uintptr(0), ""
	if unread > 0 {
		var data bytes.Buffer
		if err := png.Encode(&data, icon.Badge(badgeSize, unread)); err != nil {
			return err
		}
		user32 := windows.NewLazySystemDLL("user32.dll")
		handle, _, err = user32.NewProc("CreateIconFromResourceEx").Call(
			uintptr(unsafe.Pointer(&data.Bytes()[0])), uintptr(data.Len()), 1, iconVersion, badgeSize, badgeSize, 0)
		if handle == 0 {
			return err
		}
		defer user32.NewProc("DestroyIcon").Call(handle) // the task bar has a copy
		text = i18n.N("tray.unread", unread)
	}
	description, err := windows.UTF16PtrFromString(text)
	if err != nil {
		return err
	}
	return callTaskbar(list, taskbarSetOverlayIcon, window, handle, uintptr(unsafe.Pointer(description)))
}

// callTaskbar calls a method of the table of an object.
func callTaskbar(object *ole.IUnknown, method int, arguments ...uintptr) error {
	table := unsafe.Slice((*uintptr)(unsafe.Pointer(object.RawVTable)), taskbarSetOverlayIcon+1)
	result, _, _ := syscall.SyscallN(table[method], append([]uintptr{uintptr(unsafe.Pointer(object))}, arguments...)...)
	if int32(result) < 0 {
		return ole.NewError(result)
	}
	return nil
}
