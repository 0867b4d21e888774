package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"golang.org/x/sys/windows"
)

const swRestore = 9 // SW_RESTORE of <winuser.h>

// restore undoes minimising, which on Windows neither showing nor focusing does.
func restore(win fyne.Window) {
	native, ok := win.(driver.NativeWindow)
	if !ok { // a test's
		return
	}
	user32 := windows.NewLazySystemDLL("user32.dll")
	native.RunNative(func(context any) {
		w, ok := context.(driver.WindowsWindowContext)
		if !ok || w.HWND == 0 {
			return
		}
		if minimised, _, _ := user32.NewProc("IsIconic").Call(w.HWND); minimised != 0 {
			_, _, _ = user32.NewProc("ShowWindow").Call(w.HWND, swRestore)
		}
	})
}
