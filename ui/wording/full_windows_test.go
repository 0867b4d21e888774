package wording

import "golang.org/x/sys/windows"

// full is what writing to a full disk gives.
const full = windows.ERROR_DISK_FULL
