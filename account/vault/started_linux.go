package vault

import (
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// SystemStarted asks the kernel.
func SystemStarted() Started {
	var ago unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &ago) != nil {
		return Started{}
	}
	name, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return Started{Which: whichStart(strings.TrimSpace(string(name))), Ago: time.Duration(ago.Nano()).Truncate(time.Second)}
}
