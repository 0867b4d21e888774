package workstation

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Of <winuser.h> and <wtsapi32.h>.
const (
	wmDestroy           = 0x0002
	wmClose             = 0x0010
	wmQueryEndSession   = 0x0011
	wmEndSession        = 0x0016
	wmTimer             = 0x0113
	wmPowerBroadcast    = 0x0218
	wmSessionChange     = 0x02B1 // WM_WTSSESSION_CHANGE
	wmApp               = 0x8000
	exStyleToolWindow   = 0x00000080 // never in the task bar
	pbtSuspend          = 0x0004     // PBT_APMSUSPEND
	pbtResumeAutomatic  = 0x0012     // PBT_APMRESUMEAUTOMATIC: at each resume, with or without a user
	wtsConsoleLeft      = 0x2        // WTS_CONSOLE_DISCONNECT
	wtsRemoteLeft       = 0x4        // WTS_REMOTE_DISCONNECT
	wtsSessionLock      = 0x7
	notifyThisSession   = 0 // NOTIFY_FOR_THIS_SESSION
	notifyWindow        = 0 // DEVICE_NOTIFY_WINDOW_HANDLE
	errorInvalidBinding = windows.Errno(1702)
)

var (
	user32   = windows.NewLazySystemDLL("user32.dll")
	wtsapi32 = windows.NewLazySystemDLL("wtsapi32.dll")

	procRegisterClass   = user32.NewProc("RegisterClassExW")
	procUnregisterClass = user32.NewProc("UnregisterClassW")
	procCreateWindow    = user32.NewProc("CreateWindowExW")
	procDestroyWindow   = user32.NewProc("DestroyWindow")
	procDefault         = user32.NewProc("DefWindowProcW")
	procGetMessage      = user32.NewProc("GetMessageW")
	procDispatchMessage = user32.NewProc("DispatchMessageW")
	procPostMessage     = user32.NewProc("PostMessageW")
	procPostQuit        = user32.NewProc("PostQuitMessage")
	procSetTimer        = user32.NewProc("SetTimer")
	procKillTimer       = user32.NewProc("KillTimer")
	procFollowPower     = user32.NewProc("RegisterSuspendResumeNotification")
	procUnfollowPower   = user32.NewProc("UnregisterSuspendResumeNotification")
	procFollowSession   = wtsapi32.NewProc("WTSRegisterSessionNotification")
	procUnfollowSession = wtsapi32.NewProc("WTSUnRegisterSessionNotification")
	allProcs            = []*windows.LazyProc{
		procRegisterClass, procUnregisterClass, procCreateWindow, procDestroyWindow, procDefault, procGetMessage, procDispatchMessage,
		procPostMessage, procPostQuit, procSetTimer, procKillTimer, procFollowPower, procUnfollowPower, procFollowSession, procUnfollowSession,
	}
)

// windowClass is WNDCLASSEXW.
type windowClass struct {
	size       uint32
	style      uint32
	procedure  uintptr
	classExtra int32
	extra      int32
	instance   windows.Handle
	icon       windows.Handle
	cursor     windows.Handle
	background windows.Handle
	menu       *uint16
	name       *uint16
	smallIcon  windows.Handle
}

// message is MSG.
type message struct {
	window windows.HWND
	number uint32
	wide   uintptr
	long   uintptr
	time   uint32
	x, y   int32
}

// findAll makes sure that no call below can panic.
func findAll() error {
	for _, p := range allProcs {
		if err := p.Find(); err != nil {
			return err
		}
	}
	return nil
}

// newWindow makes a class of that name and a window of it, which is never shown. It is no message-only window: those get none of
// the messages that Windows sends to all, the power's and the end's among them.
func newWindow(name *uint16, procedure uintptr) (windows.HWND, error) {
	instance, err := program()
	if err != nil {
		return 0, err
	}
	class := windowClass{procedure: procedure, instance: instance, name: name}
	class.size = uint32(unsafe.Sizeof(class))
	if atom, _, err := procRegisterClass.Call(uintptr(unsafe.Pointer(&class))); atom == 0 {
		return 0, fmt.Errorf("register a class: %w", err)
	}
	window, _, err := procCreateWindow.Call(exStyleToolWindow, uintptr(unsafe.Pointer(name)), 0, 0, 0, 0, 0, 0, 0, 0, uintptr(instance), 0)
	if window == 0 {
		deleteClass(name)
		return 0, fmt.Errorf("make a window: %w", err)
	}
	return windows.HWND(window), nil
}

// deleteClass forgets a class without windows.
func deleteClass(name *uint16) {
	if instance, err := program(); err == nil {
		procUnregisterClass.Call(uintptr(unsafe.Pointer(name)), uintptr(instance))
	}
}

// program is the module of the running program.
func program() (instance windows.Handle, err error) {
	const unchanged = 2 // GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT
	if err := windows.GetModuleHandleEx(unchanged, nil, &instance); err != nil {
		return 0, fmt.Errorf("name the program: %w", err)
	}
	return instance, nil
}

// pump hands the thread's messages to its windows until one of them ends it.
func pump() {
	var m message
	for {
		more, _, _ := procGetMessage.Call(uintptr(unsafe.Pointer(&m)), 0, 0, 0)
		if int32(more) <= 0 { // the end, or an error, after which there will be no more
			return
		}
		procDispatchMessage.Call(uintptr(unsafe.Pointer(&m)))
	}
}

// followSession asks for [wmSessionChange]. Just after the start of the computer the service may not be there yet: early.
func followSession(window windows.HWND) (early bool, err error) {
	done, _, err := procFollowSession.Call(uintptr(window), notifyThisSession)
	if done != 0 {
		return false, nil
	}
	return errors.Is(err, errorInvalidBinding), fmt.Errorf("follow the session: %w", err)
}
