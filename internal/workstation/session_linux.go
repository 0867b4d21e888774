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

// savers are the names, on the bus and of the interface, by which the desktops' screen savers tell that they lock.
var savers = []string{
	"org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.cinnamon.ScreenSaver", "org.mate.ScreenSaver", "org.xfce.ScreenSaver",
}

// session is what the services of the session tell: that the screen is locked, that the session ends.
type session struct {
	w      *Watcher
	client dbus.ObjectPath // what we are for the session manager; "": nothing
}

// begin asks for the signals. Which screen saver there is does not matter: one may also come later.
func (n *session) begin(ctx context.Context, conn *dbus.Conn) error {
	for _, name := range savers {
		err := conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(name), dbus.WithMatchInterface(name), dbus.WithMatchMember(memberActive[1:]))
		if err != nil {
			return fmt.Errorf("listen to the screen saver: %w", err)
		}
	}
	if err := n.enrol(ctx, conn); err != nil {
		n.w.log.Info("the end of the session is not told", "error", err)
	}
	return nil
}

// enrol makes the session manager tell us of the end, and wait for us, as far as there is one.
func (n *session) enrol(ctx context.Context, conn *dbus.Conn) error {
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

// heard follows one signal.
func (n *session) heard(conn *dbus.Conn, s *dbus.Signal) {
	if name, ok := strings.CutSuffix(s.Name, memberActive); ok {
		if slices.Contains(savers, name) && is(s, true) && n.w.from(conn, s, name) {
			n.w.tell(Locked)
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
		n.w.tell(Ending)
		n.agree(conn)
	}
}

// agree lets the session manager go on.
func (n *session) agree(conn *dbus.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), n.w.limit)
	defer cancel()
	err := conn.Object(managerName, n.client).CallWithContext(ctx, managerClient+".EndSessionResponse", dbus.FlagNoAutoStart, true, "").Err
	if err != nil {
		n.w.log.Info("the session manager was not answered", "error", err)
	}
}
