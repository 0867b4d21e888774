package vault

import (
	"time"

	"golang.org/x/sys/windows"
)

// SystemStarted asks the system. After a "fast start" Windows goes on counting where it was, so that nothing tells its starts for certain.
func SystemStarted() Started {
	return Started{Ago: windows.DurationSinceBoot().Truncate(time.Second)}
}
