package ui

import (
	"bytes"
	"image"
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

// badge is the number of unread messages over the program's icon in the task bar. It belongs to the window's button there, so it
// is set again whenever Windows has made a new one: after the window was hidden, and when the task bar itself started again.
type badge struct {
	u      *UI
	icon   *look.TrayIcon
	unread int
	window uintptr // 0: not there yet
	before uintptr // the procedure of the window that takes all other messages
}

func newBadge(u *UI, icon *look.TrayIcon) *badge { return &badge{u: u, icon: icon} }

func (b *badge) show(unread int) {
	b.unread = unread
	native, ok := b.u.window.win.(driver.NativeWindow)
	if !ok { // a test's
		return
	}
	native.RunNative(func(context any) {
		w, ok := context.(driver.WindowsWindowContext)
		if !ok || w.HWND == 0 {
			return
		}
		if b.window == 0 {
			b.follow(w.HWND, b.draw)
		}
		b.draw()
	})
}

// follow calls made, on the window's thread, whenever the window gets a button in the task bar.
func (b *badge) follow(window uintptr, made func()) {
	const procedure = ^uintptr(3) // GWLP_WNDPROC, -4
	user32 := windows.NewLazySystemDLL("user32.dll")
	name, _ := windows.UTF16PtrFromString("TaskbarButtonCreated")
	created, _, _ := user32.NewProc("RegisterWindowMessageW").Call(uintptr(unsafe.Pointer(name)))
	pass := user32.NewProc("CallWindowProcW")
	b.window = window
	b.before, _, _ = user32.NewProc("GetWindowLongPtrW").Call(window, procedure)
	_, _, _ = user32.NewProc("SetWindowLongPtrW").Call(window, procedure, syscall.NewCallback(func(window, message, w, l uintptr) uintptr {
		if message == created {
			made()
		}
		result, _, _ := pass.Call(b.before, window, message, w, l)
		return result
	}))
}

func (b *badge) draw() {
	if err := setOverlay(b.window, b.unread, b.icon); err != nil {
		b.u.options.Log.Info("no number on the task bar", "error", err)
	}
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
		if handle, err = iconHandle(icon.Badge(badgeSize, unread)); err != nil {
			return err
		}
		defer windows.NewLazySystemDLL("user32.dll").NewProc("DestroyIcon").Call(handle) // the task bar has a copy
		text = i18n.N("tray.unread", unread)
	}
	description, err := windows.UTF16PtrFromString(text)
	if err != nil {
		return err
	}
	return callTaskbar(list, taskbarSetOverlayIcon, window, handle, uintptr(unsafe.Pointer(description)))
}

// iconHandle makes an icon of Windows, for DestroyIcon.
func iconHandle(picture image.Image) (uintptr, error) {
	var data bytes.Buffer
	if err := png.Encode(&data, picture); err != nil {
		return 0, err
	}
	size := picture.Bounds().Size()
	handle, _, err := windows.NewLazySystemDLL("user32.dll").NewProc("CreateIconFromResourceEx").Call(
		uintptr(unsafe.Pointer(&data.Bytes()[0])), uintptr(data.Len()), 1, iconVersion, uintptr(size.X), uintptr(size.Y), 0)
	if handle == 0 {
		return 0, err
	}
	return handle, nil
}

// callTaskbar calls a method of the table of an object.
//
//go:uintptrescapes
func callTaskbar(object *ole.IUnknown, method int, arguments ...uintptr) error {
	table := unsafe.Slice((*uintptr)(unsafe.Pointer(object.RawVTable)), taskbarSetOverlayIcon+1)
	result, _, _ := syscall.SyscallN(table[method], append([]uintptr{uintptr(unsafe.Pointer(object))}, arguments...)...)
	if int32(result) < 0 {
		return ole.NewError(result)
	}
	return nil
}
