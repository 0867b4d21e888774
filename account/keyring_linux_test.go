//go:build linux

package account

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"discussions/internal/bus/bustest"
	"discussions/internal/needs"

	"github.com/godbus/dbus/v5"
)

// short is the patience with a keyring that never answers.
const short = 300 * time.Millisecond

// outcomes runs askKeyring on a session bus, and checks that nothing took longer than the keyring may take.
func outcomes(t *testing.T, bus string, patience time.Duration) string {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), keyringPart+"="+patience.String(), "DBUS_SESSION_BUS_ADDRESS="+bus)
	c.Stderr = os.Stderr
	out, err := c.Output()
	must(t, err)
	var list []string
	for line := range strings.Lines(string(out)) {
		var name, outcome string
		var ms int64
		if _, err := fmt.Sscan(line, &name, &outcome, &ms); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if limit := patience + statePatience + time.Second; time.Duration(ms)*time.Millisecond > limit {
			t.Errorf("%s took %d ms", name, ms)
		}
		list = append(list, name+" "+outcome)
	}
	return strings.Join(list, ", ")
}

func TestASessionWithoutAKeyring(t *testing.T) {
	const all = "get absent, set absent, delete absent"
	if got := outcomes(t, "unix:path=/nonexistent", KeyringPatience); got != all {
		t.Errorf("no session bus: %s", got)
	}
	bus, _ := bustest.Start(t)
	if got := outcomes(t, bus, KeyringPatience); got != all {
		t.Errorf("no secret service: %s", got)
	}
}

// service is a secret service that misbehaves.
type service struct {
	locked bool
	answer func() *dbus.Error
}

// OpenSession is org.freedesktop.Secret.Service.OpenSession.
func (s *service) OpenSession(string, dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	return dbus.MakeVariant(""), "/session", s.answer()
}

// Unlock is org.freedesktop.Secret.Service.Unlock.
func (s *service) Unlock([]dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	return nil, "/", s.answer()
}

// Get is org.freedesktop.DBus.Properties.Get.
func (s *service) Get(iface, name string) (dbus.Variant, *dbus.Error) {
	if name == "Locked" {
		return dbus.MakeVariant(s.locked), nil
	}
	return dbus.MakeVariant([]dbus.ObjectPath{loginPath}), nil
}

// serve puts the service on a bus of its own.
func serve(t *testing.T, s *service) (address string) {
	t.Helper()
	address, _ = bustest.Start(t)
	bus := bustest.Connect(t, address)
	must(t, bus.Export(s, secretsPath, "org.freedesktop.Secret.Service"))
	must(t, bus.Export(s, secretsPath, "org.freedesktop.DBus.Properties"))
	must(t, bus.Export(s, loginPath, "org.freedesktop.DBus.Properties"))
	bustest.Own(t, bus, secretsName)
	return address
}

func TestAKeyringThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	never := make(chan struct{})
	address := serve(t, &service{answer: func() *dbus.Error { <-never; return nil }})
	t.Cleanup(func() { close(never) }) // before the connection closes
	if got := outcomes(t, address, short); got != "get slow, set slow, delete slow" {
		t.Error(got)
	}
}

func TestAKeyringThatRefuses(t *testing.T) {
	address := serve(t, &service{answer: func() *dbus.Error { return dbus.MakeFailedError(errors.New("no")) }})
	if got := outcomes(t, address, KeyringPatience); got != "get refused, set refused, delete refused" {
		t.Error(got)
	}
}

func TestAKeyringThatWaitsForItsPassword(t *testing.T) {
	t.Parallel()
	never := make(chan struct{})
	address := serve(t, &service{locked: true, answer: func() *dbus.Error { <-never; return nil }})
	t.Cleanup(func() { close(never) })
	if got := outcomes(t, address, short); got != "get locked, set locked, delete locked" {
		t.Error(got)
	}
}

// startKeyring starts a gnome-keyring of its own, unlocked, and returns its bus.
func startKeyring(t *testing.T) (address string) {
	t.Helper()
	needs.Programs(t, "gnome-keyring-daemon")
	address = bustest.StartWithServices(t)
	dir := t.TempDir()
	c := exec.Command("gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets", "--control-directory="+dir)
	c.Env = append(os.Environ(), "DBUS_SESSION_BUS_ADDRESS="+address, "XDG_DATA_HOME="+dir, "XDG_RUNTIME_DIR="+dir, "HOME="+dir)
	c.Stdin = strings.NewReader("password")
	must(t, os.MkdirAll(filepath.Join(dir, "keyrings"), 0o700))
	var log strings.Builder
	c.Stderr = &log
	bus, err := dbus.Connect(address)
	must(t, err)
	defer bus.Close()
	owners := make(chan *dbus.Signal, 10)
	bus.Signal(owners)
	must(t, bus.AddMatchSignal(dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, secretsName)))
	must(t, c.Start())
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	select {
	case <-owners:
	case <-time.After(20 * time.Second):
		t.Fatalf("gnome-keyring-daemon does not start: %s", log.String())
	}
	return address
}

func TestTheRealKeyringLockedAndUnlocked(t *testing.T) {
	t.Parallel()
	address := startKeyring(t)
	if got := outcomes(t, address, KeyringPatience); got != "get none, set ok, delete ok" {
		t.Fatalf("unlocked: %s", got)
	}
	bus, err := dbus.Connect(address)
	must(t, err)
	defer bus.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	must(t, bus.Object(secretsName, secretsPath).CallWithContext(ctx, "org.freedesktop.Secret.Service.Lock", 0, []dbus.ObjectPath{loginPath}).Err)
	if got := outcomes(t, address, short); got != "get locked, set locked, delete locked" {
		t.Errorf("locked: %s", got)
	}
}
