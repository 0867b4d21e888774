package vault

import (
	"time"

	"golang.org/x/sys/unix"
)

// SystemStarted asks the kernel.
func SystemStarted() Started {
	var ago unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC_RAW, &ago) != nil {
		return Started{}
	}
	name, _ := unix.Sysctl("kern.bootsessionuuid")
	return Started{Which: whichStart(name), Ago: time.Duration(ago.Nano()).Truncate(time.Second)}
}
