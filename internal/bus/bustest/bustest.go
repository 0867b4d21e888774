// Package bustest gives tests message buses (D-Bus) of their own.
package bustest

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"discussions/internal/needs"

	"github.com/godbus/dbus/v5"
)

// config is a bus that starts no services.
const config = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

// Start runs a bus that starts no services, until stop or the end of the test.
func Start(t testing.TB) (address string, stop func()) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bus.conf")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return start(t, "--config-file="+path)
}

// StartWithServices runs a bus that starts the services that are installed on this machine.
func StartWithServices(t testing.TB) (address string) {
	t.Helper()
	address, _ = start(t, "--session")
	return address
}

func start(t testing.TB, options string) (address string, stop func()) {
	t.Helper()
	needs.Programs(t, "dbus-daemon")
	dir, err := os.MkdirTemp("", "bus") // that of the test may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	c := exec.Command("dbus-daemon", options, "--address=unix:path="+filepath.Join(dir, "bus"), "--nofork", "--print-address=1")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	t.Cleanup(stop)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the bus gives no address: %v", err)
	}
	return strings.TrimSpace(line), stop
}

// Connect is a connection of the test's own, which ends with the test.
func Connect(t testing.TB, address string) *dbus.Conn {
	t.Helper()
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// Serve takes a name and answers the methods of an interface at a path of it.
func Serve(t testing.TB, conn *dbus.Conn, name string, path dbus.ObjectPath, face string, methods map[string]any) {
	t.Helper()
	if err := conn.ExportMethodTable(methods, path, face); err != nil {
		t.Fatal(err)
	}
	Own(t, conn, name)
}

// Own takes a name on the bus.
func Own(t testing.TB, conn *dbus.Conn, name string) {
	t.Helper()
	reply, err := conn.RequestName(name, dbus.NameFlagDoNotQueue)
	if err != nil || reply != dbus.RequestNameReplyPrimaryOwner && reply != dbus.RequestNameReplyAlreadyOwner {
		t.Fatalf("take %s: %v, %v", name, reply, err)
	}
}
