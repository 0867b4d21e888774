package main

import (
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc/eventlog"
)

// comeBack asks Windows to start the program again after an installer has replaced it, with those arguments: not after a crash, a hang or
// a reboot.
func comeBack(command []string) error {
	const noCrash, noHang, noReboot = 1, 2, 8
	if len(command) == 0 {
		return nil
	}
	arguments, err := windows.UTF16PtrFromString(windows.ComposeCommandLine(command[1:]))
	if err != nil {
		return err
	}
	register := windows.NewLazySystemDLL("kernel32.dll").NewProc("RegisterApplicationRestart")
	if err := register.Find(); err != nil {
		return err
	}
	if result, _, _ := register.Call(uintptr(unsafe.Pointer(arguments)), noCrash|noHang|noReboot); result != 0 {
		return windows.Errno(result & 0xffff)
	}
	return nil
}

// tellAdministrator writes what went wrong to the event log, as an installer does not show the output of its programs.
func tellAdministrator(err error) {
	log, openErr := eventlog.Open("Discussions")
	if openErr != nil {
		return
	}
	defer log.Close()
	_ = log.Error(1, err.Error())
}
