package process

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// Of <werapi.h> and <errhandlingapi.h>.
const (
	werFaultReportingFlagNoHeap = 1 // reports hold no heap
	werFaultReportingDisable    = 2
	failCriticalErrors          = 0x0001
	noGPFaultErrorBox           = 0x0002
)

func harden() (errs []error) {
	windows.SetErrorMode(failCriticalErrors | noGPFaultErrorBox)
	set := windows.NewLazySystemDLL("kernel32.dll").NewProc("WerSetFlags")
	if err := set.Find(); err != nil {
		return []error{fmt.Errorf("turn crash reports off: %w", err)}
	}
	if result, _, _ := set.Call(werFaultReportingFlagNoHeap | werFaultReportingDisable); result != 0 {
		errs = append(errs, fmt.Errorf("turn crash reports off: result %#x", result))
	}
	return errs
}
