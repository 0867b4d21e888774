//go:build linux

// Package netwatchtest gives a test program a network of its own that comes and goes.
package netwatchtest

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Namespace makes a command run in an empty network of its own, in which it may change everything. Not every kernel gives one to a program
// without rights: the command does not start then.
func Namespace() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
}

// SetAddress gives this network an IPv4 address, or takes it away where that is 0.0.0.0. 192.0.2.1 seems to be a way to the world for
// [discussions/internal/netwatch].
func SetAddress(address [4]byte) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("set the address: %w", err)
	}
	defer unix.Close(fd)
	for _, change := range []struct {
		request uint
		set     func(*unix.Ifreq)
	}{
		{unix.SIOCSIFFLAGS, func(r *unix.Ifreq) { r.SetUint16(unix.IFF_UP) }},
		{unix.SIOCSIFADDR, func(r *unix.Ifreq) { _ = r.SetInet4Addr(address[:]) }},
	} {
		r, err := unix.NewIfreq("lo") // the only interface
		if err != nil {
			return err
		}
		change.set(r)
		if err := unix.IoctlIfreq(fd, change.request, r); err != nil {
			return fmt.Errorf("set the address: %w", err)
		}
	}
	return nil
}
