package ui

import (
	"image/color"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"discussions/ui/look"

	"github.com/go-ole/go-ole"
	"golang.org/x/sys/windows"
)

func user32(t *testing.T, name string, arguments ...uintptr) uintptr {
	t.Helper()
	result, _, err := windows.NewLazySystemDLL("user32.dll").NewProc(name).Call(arguments...)
	if result == 0 {
		t.Logf("%s: 0, %v", name, err)
	}
	return result
}

// TestTheBadgeIsAnIconOfWindows draws the icon that Windows makes of it.
func TestTheBadgeIsAnIconOfWindows(t *testing.T) {
	icon, err := look.NewTrayIcon()
	if err != nil {
		t.Fatal(err)
	}
	for _, unread := range []int{1, 9, 10} {
		want := icon.Badge(badgeSize, unread)
		handle, err := iconHandle(want)
		if err != nil {
			t.Fatal(err)
		}
		got := drawIcon(t, handle)
		user32(t, "DestroyIcon", handle)
		different := 0
		for y := range badgeSize {
			for x := range badgeSize {
				if w := color.NRGBAModel.Convert(want.At(x, y)).(color.NRGBA); w.A == 0xff && got(x, y) != w {
					different++
				}
			}
		}
		if c := got(0, 0); different > 0 || c != (color.NRGBA{A: 0xff}) {
			t.Errorf("%d unread: %d pixels are different, and the corner is %v", unread, different, c)
		}
	}
}

// drawIcon draws an icon on black and returns its pixels.
func drawIcon(t *testing.T, icon uintptr) func(x, y int) color.NRGBA {
	t.Helper()
	gdi := windows.NewLazySystemDLL("gdi32.dll")
	call := func(name string, arguments ...uintptr) uintptr {
		result, _, _ := gdi.NewProc(name).Call(arguments...)
		return result
	}
	header := struct {
		size                     uint32
		width, height            int32
		planes, bits             uint16
		compression, imageSize   uint32
		xPerMetre, yPerMetre     int32
		colours, importantColour uint32
	}{size: 40, width: badgeSize, height: -badgeSize, planes: 1, bits: 32} // BITMAPINFOHEADER, from top to bottom
	var pixels *[badgeSize * badgeSize * 4]byte
	device := call("CreateCompatibleDC", 0)
	bitmap := call("CreateDIBSection", device, uintptr(unsafe.Pointer(&header)), 0, uintptr(unsafe.Pointer(&pixels)), 0, 0)
	if device == 0 || bitmap == 0 {
		t.Fatal("no bitmap")
	}
	t.Cleanup(func() { call("DeleteDC", device); call("DeleteObject", bitmap) })
	call("SelectObject", device, bitmap)
	const normal = 3 // DI_NORMAL
	if user32(t, "DrawIconEx", device, 0, 0, icon, badgeSize, badgeSize, 0, 0, normal) == 0 {
		t.Fatal("the icon cannot be drawn")
	}
	return func(x, y int) color.NRGBA {
		i := 4 * (y*badgeSize + x)
		return color.NRGBA{pixels[i+2], pixels[i+1], pixels[i], 0xff}
	}
}

// TestTheBadgeIsSetForEachNewButton: Windows tells the window that it has a button, as it does when the window comes back.
func TestTheBadgeIsSetForEachNewButton(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const messageOnly = ^uintptr(2) // HWND_MESSAGE, -3: under Wine there is no screen
	class, _ := windows.UTF16PtrFromString("EDIT")
	window := user32(t, "CreateWindowExW", 0, uintptr(unsafe.Pointer(class)), 0, 0, 0, 0, 10, 10, messageOnly, 0, 0, 0)
	if window == 0 {
		t.Fatal("no window")
	}
	defer user32(t, "DestroyWindow", window)
	b, made := &badge{}, 0
	b.follow(window, func() { made++ })
	if made != 0 {
		t.Errorf("told %d times before", made)
	}
	name, _ := windows.UTF16PtrFromString("TaskbarButtonCreated")
	created := user32(t, "RegisterWindowMessageW", uintptr(unsafe.Pointer(name)))
	for range 2 {
		user32(t, "SendMessageW", window, created, 0, 0)
	}
	if made != 2 {
		t.Errorf("told %d times, want 2", made)
	}
	const setText, getTextLength = 0x000C, 0x000E // every other message still reaches the window
	text, _ := windows.UTF16PtrFromString(strings.Repeat("x", 7))
	user32(t, "SendMessageW", window, setText, 0, uintptr(unsafe.Pointer(text)))
	if got := user32(t, "SendMessageW", window, getTextLength, 0, 0); got != 7 {
		t.Errorf("the window's text has %d letters, want 7", got)
	}
}

// TestTheTaskBarTakesTheBadge: that it shows it is among what is checked by hand before a release.
func TestTheTaskBarTakesTheBadge(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := ole.CoInitializeEx(0, ole.COINIT_APARTMENTTHREADED); err != nil {
		t.Fatal(err)
	}
	defer ole.CoUninitialize()
	icon, err := look.NewTrayIcon()
	if err != nil {
		t.Fatal(err)
	}
	for _, unread := range []int{3, 0} {
		if err := setOverlay(0, unread, icon); err != nil {
			t.Errorf("%d unread: %v", unread, err)
		}
	}
}
