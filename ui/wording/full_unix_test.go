//go:build !windows

package wording

import "syscall"

// full is what writing to a full disk gives.
const full = syscall.ENOSPC
