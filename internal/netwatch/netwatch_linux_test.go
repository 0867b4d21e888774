package netwatch

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The kernel has the socket in the groups of links, addresses and routes.
func TestTheKernelTellsOurSocket(t *testing.T) {
	s, err := open()
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	table, err := os.ReadFile("/proc/net/netlink")
	if err != nil {
		t.Fatal(err)
	}
	// sk Eth Pid Groups…
	if !strings.Contains(string(table), fmt.Sprintf(" %08x ", groups)) {
		t.Errorf("no socket in the groups %08x:\n%s", groups, table)
	}
}

const inNamespace = "NETWATCH_IN_NAMESPACE"

// A network of the test's own comes and goes. Where the kernel gives no such network to a program without rights, the test before this one
// and those with a source of their own must do.
func TestANetworkThatComesAndGoes(t *testing.T) {
	if os.Getenv(inNamespace) != "" {
		comeAndGo(t)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), inNamespace+"=1")
	child.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := child.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		t.Fatalf("%v\n%s", err, out)
	case err != nil:
		t.Logf("no network namespace: %v", err)
	}
}

func comeAndGo(t *testing.T) {
	if ways() != "" {
		t.Fatalf("the new network is not empty: %s", ways())
	}
	told := make(chan string, 10)
	w := Watch(slog.New(slog.DiscardHandler), func() { told <- ways() })
	defer w.Close()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	set := func(request uint, change func(*unix.Ifreq)) {
		t.Helper()
		r, err := unix.NewIfreq("lo")
		if err != nil {
			t.Fatal(err)
		}
		change(r)
		if err := unix.IoctlIfreq(fd, request, r); err != nil {
			t.Fatal(err)
		}
	}
	next := func() string {
		t.Helper()
		select {
		case state := <-told:
			return state
		case <-time.After(look / 2): // less than it takes without being told
			t.Fatal("not told")
			return ""
		}
	}
	set(unix.SIOCSIFFLAGS, func(r *unix.Ifreq) { r.SetUint16(unix.IFF_UP) })
	// An address that the test for a route knows, so that there seems to be a way to the world.
	set(unix.SIOCSIFADDR, func(r *unix.Ifreq) { _ = r.SetInet4Addr([]byte{192, 0, 2, 1}) })
	if got := next(); got != "192.0.2.1" {
		t.Errorf("up: %q", got)
	}
	set(unix.SIOCSIFADDR, func(r *unix.Ifreq) { _ = r.SetInet4Addr([]byte{0, 0, 0, 0}) }) // takes it away
	if got := next(); got != "" {
		t.Errorf("down: %q", got)
	}
}
