package vault

import (
	"time"

	"golang.org/x/sys/windows"
)

// SystemStarted asks the system. After a "fast start" Windows continues its count, so that its starts cannot be told apart.
func SystemStarted() Started {
	return Started{Ago: windows.DurationSinceBoot().Truncate(time.Second)}
}
