// Package bus connects to the message buses of a Linux desktop (D-Bus). It waits for none of them longer than it is told.
package bus

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/godbus/dbus/v5"
)

const (
	sessionSocket = "bus" // in XDG_RUNTIME_DIR
	systemSocket  = "/var/run/dbus/system_bus_socket"
	methodOwner   = "org.freedesktop.DBus.GetNameOwner"
)

// Session connects to the bus of this login session; ctx limits the wait. It starts no bus where there is none. Signals come to
// the channels of the connection in the order of the bus.
func Session(ctx context.Context) (*dbus.Conn, error) {
	address, err := sessionAddress()
	if err != nil {
		return nil, err
	}
	return dial(ctx, "session", address)
}

// System connects to the bus of the computer, as [Session] does to that of the session.
func System(ctx context.Context) (*dbus.Conn, error) {
	address := os.Getenv("DBUS_SYSTEM_BUS_ADDRESS")
	if address == "" {
		address = "unix:path=" + systemSocket
	}
	return dial(ctx, "system", address)
}

// Owner is the unique name of who has taken a well-known name. Every program of a bus can send a signal to every other: one that
// says it comes from a service is that service's only if its sender is the owner.
func Owner(ctx context.Context, conn *dbus.Conn, name string) (unique string, err error) {
	err = conn.BusObject().CallWithContext(ctx, methodOwner, 0, name).Store(&unique)
	return unique, err
}

func dial(ctx context.Context, which, address string) (*dbus.Conn, error) {
	conn, err := dbus.Dial(address, dbus.WithSignalHandler(dbus.NewSequentialSignalHandler()))
	if err != nil {
		return nil, fmt.Errorf("reach the %s bus: %w", which, err)
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() }) // the greeting knows no limit of its own
	err = conn.Auth(nil)
	if err == nil {
		err = conn.Hello()
	}
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("greet the %s bus: %w", which, err)
	}
	return conn, nil
}

// sessionAddress is where the session's bus is. The library would start a bus of its own where there is none.
func sessionAddress() (string, error) {
	if address := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" && !strings.HasPrefix(address, "autolaunch:") {
		return address, nil
	}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		path := filepath.Join(dir, sessionSocket)
		if info, err := os.Stat(path); err == nil && info.Mode().Type() == os.ModeSocket {
			return "unix:path=" + path, nil
		}
	}
	return "", errors.New("there is no session bus")
}
