// Package bus connects to the message buses of a Linux desktop (D-Bus). Every wait ends with a context.
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

// Session connects to the bus of this login session; ctx limits the wait. It does not start a bus. Signals arrive in the channels
// of the connection in the order of the bus.
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

// Owner returns the unique name of the program that owns a well-known name. Every program on a bus can send any signal, so a
// signal of a service is genuine only if its sender is the owner.
func Owner(ctx context.Context, conn *dbus.Conn, name string) (unique string, err error) {
	err = conn.BusObject().CallWithContext(ctx, methodOwner, 0, name).Store(&unique)
	return unique, err
}

func dial(ctx context.Context, which, address string) (*dbus.Conn, error) {
	conn, err := dbus.Dial(address, dbus.WithSignalHandler(dbus.NewSequentialSignalHandler()))
	if err != nil {
		return nil, fmt.Errorf("reach the %s bus: %w", which, err)
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() }) // the greeting has no timeout
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

// sessionAddress is the address of the session's bus. Without it the library would start a bus of its own.
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
