package diagnosis

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// system gives the version of Windows, such as "Windows 10.0.19045".
func system() string {
	v := windows.RtlGetVersion()
	return fmt.Sprintf("Windows %d.%d.%d", v.MajorVersion, v.MinorVersion, v.BuildNumber)
}
