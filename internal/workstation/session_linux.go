package workstation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"discussions/internal/bus"

	"github.com/godbus/dbus/v5"
)

const (
	memberActive = ".ActiveChanged"

	// GNOME's session manager, which MATE, Cinnamon and others speak as well: org.gnome.SessionManager.xml and
	// org.gnome.SessionManager.ClientPrivate.xml of gnome-session.
	managerName   = "org.gnome.SessionManager"
	managerPath   = dbus.ObjectPath("/org/gnome/SessionManager")
	managerClient = managerName + ".ClientPrivate"
	programID     = "org.spico.discussions"
)

// savers are the names of the desktops' screen savers, on the bus and of their interface.
var savers = []string{
	"org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.cinnamon.ScreenSaver", "org.mate.ScreenSaver", "org.xfce.ScreenSaver",
}

// desktopSession follows the services of the session: the screen is locked, the session ends.
type desktopSession struct {
	w      *Watcher
	client dbus.ObjectPath // the program, for the session manager; "": not registered
}

// begin subscribes to all screen savers, as one may start later.
func (n *desktopSession) begin(ctx context.Context, conn *dbus.Conn) error {
	for _, name := range savers {
		err := conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(name), dbus.WithMatchInterface(name), dbus.WithMatchMember(memberActive[1:]))
		if err != nil {
			return fmt.Errorf("listen to the screen saver: %w", err)
		}
	}
	if err := n.register(ctx, conn); err != nil {
		n.w.log.Info("the end of the session is not announced", "error", err)
	}
	return nil
}

// register makes the session manager, if there is one, announce the end of the session and wait for the program.
func (n *desktopSession) register(ctx context.Context, conn *dbus.Conn) error {
	if _, err := bus.Owner(ctx, conn, managerName); err != nil {
		return err
	}
	err := conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(managerName), dbus.WithMatchInterface(managerClient))
	if err != nil {
		return err
	}
	return conn.Object(managerName, managerPath).CallWithContext(ctx, managerName+".RegisterClient", dbus.FlagNoAutoStart,
		programID, "").Store(&n.client)
}

// handle handles one signal.
func (n *desktopSession) handle(conn *dbus.Conn, s *dbus.Signal) {
	if name, ok := strings.CutSuffix(s.Name, memberActive); ok {
		if slices.Contains(savers, name) && hasValue(s, true) && n.w.from(conn, s, name) {
			n.w.report(Locked)
		}
		return
	}
	member, ok := strings.CutPrefix(s.Name, managerClient+".")
	if !ok || n.client == "" || s.Path != n.client || !n.w.from(conn, s, managerName) {
		return
	}
	switch member {
	case "QueryEndSession":
		n.agree(conn)
	case "EndSession":
		n.w.report(Ending)
		n.agree(conn)
	}
}

// agree lets the session manager go on.
func (n *desktopSession) agree(conn *dbus.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), n.w.limit)
	defer cancel()
	err := conn.Object(managerName, n.client).CallWithContext(ctx, managerClient+".EndSessionResponse", dbus.FlagNoAutoStart, true, "").Err
	if err != nil {
		n.w.log.Info("the session manager was not answered", "error", err)
	}
}
