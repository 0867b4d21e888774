package systemproxy

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/godbus/dbus/v5"

	"discussions/internal/bus"
)

// The portal of the desktop, of GNOME, KDE and others alike (XDG Desktop Portal, ProxyResolver). It knows the desktop's settings and
// runs a script of automatic configuration where they name one.
const (
	portalName   = "org.freedesktop.portal.Desktop"
	portalPath   = dbus.ObjectPath("/org/freedesktop/portal/desktop")
	portalLookup = "org.freedesktop.portal.ProxyResolver.Lookup"
)

var errNoUsableProxy = errors.New("the system names no proxy that can be used")

// find asks the portal. Without one there is no proxy: the environment is then the place to name it.
func find(ctx context.Context, address *url.URL) (*url.URL, error) {
	conn, err := bus.Session(ctx)
	if err != nil {
		return nil, nil
	}
	defer conn.Close()
	var list []string
	err = conn.Object(portalName, portalPath).CallWithContext(ctx, portalLookup, 0, address.String()).Store(&list)
	var failed dbus.Error
	switch {
	case errors.As(err, &failed) && isAbsent(failed.Name):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("ask the desktop for the proxy: %w", err)
	}
	return choose(list)
}

func isAbsent(name string) bool {
	switch name {
	case "org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.UnknownMethod",
		"org.freedesktop.DBus.Error.UnknownInterface", "org.freedesktop.DBus.Error.UnknownObject":
		return true
	}
	return false
}

// choose takes the first of the proxies that net/http can use, nil for "direct://".
func choose(list []string) (*url.URL, error) {
	for _, text := range list {
		proxy, err := url.Parse(text)
		if err != nil {
			continue
		}
		switch proxy.Scheme {
		case "direct":
			return nil, nil
		case "socks": // of any version, for GIO; those in use speak 5
			proxy.Scheme = "socks5"
			return proxy, nil
		case "http", "https", "socks5":
			return proxy, nil
		}
	}
	return nil, errNoUsableProxy
}
