//go:build linux || freebsd || netbsd || openbsd || dragonfly

package account

import (
	"context"
	"fmt"
	"slices"

	"github.com/godbus/dbus/v5"
)

const (
	secretsName = "org.freedesktop.secrets"
	secretsPath = dbus.ObjectPath("/org/freedesktop/secrets")
	loginPath   = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	defaultPath = dbus.ObjectPath("/org/freedesktop/secrets/aliases/default")
)

// keyringState looks at the Secret Service without asking it for anything that could open a dialogue:
// [ErrKeyringAbsent] without a session bus, a service or a collection, [ErrKeyringLocked], or nil.
func keyringState(ctx context.Context) error {
	bus, err := dbus.SessionBus()
	if err != nil {
		return fmt.Errorf("%w: no session bus", ErrKeyringAbsent)
	}
	var running bool
	if err := bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, secretsName).Store(&running); err != nil {
		return nil // asking the keyring itself will give the error
	}
	if !running {
		var startable []string
		err := bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.ListActivatableNames", 0).Store(&startable)
		if err == nil && !slices.Contains(startable, secretsName) {
			return fmt.Errorf("%w: no secret service", ErrKeyringAbsent)
		}
		return nil // asking it will start it
	}
	locked, err := collectionLocked(ctx, bus, loginPath)
	if err != nil {
		locked, err = collectionLocked(ctx, bus, defaultPath)
	}
	switch {
	case err != nil && ctx.Err() == nil:
		return fmt.Errorf("%w: the secret service has no collection", ErrKeyringAbsent)
	case locked:
		return ErrKeyringLocked
	}
	return nil
}

func collectionLocked(ctx context.Context, bus *dbus.Conn, path dbus.ObjectPath) (bool, error) {
	var v dbus.Variant
	err := bus.Object(secretsName, path).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0,
		"org.freedesktop.Secret.Collection", "Locked").Store(&v)
	if err != nil {
		return false, err
	}
	locked, ok := v.Value().(bool)
	if !ok {
		return false, dbus.ErrMsgNoObject
	}
	return locked, nil
}
