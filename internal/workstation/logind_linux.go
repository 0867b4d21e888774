package workstation

import (
	"context"
	"fmt"
	"os"

	"github.com/godbus/dbus/v5"
)

// The D-Bus interface of systemd-logind, org.freedesktop.login1(5).
const (
	loginName     = "org.freedesktop.login1"
	loginPath     = dbus.ObjectPath("/org/freedesktop/login1")
	loginManager  = loginName + ".Manager"
	loginSession  = loginName + ".Session"
	properties    = "org.freedesktop.DBus.Properties"
	memberSleep   = "PrepareForSleep"
	memberEnd     = "PrepareForShutdown"
	memberLock    = "Lock"
	memberChanged = "PropertiesChanged"
	lockedHint    = "LockedHint"
)

// logind tells of the sleep of the computer and of its end, and of the lock of our session.
type logind struct {
	w         *Watcher
	own       dbus.ObjectPath // of our session; "": unknown
	inhibitor *os.File        // while it is open, sleep and the end wait for us; nil: they do not
}

// begin asks for the signals.
func (l *logind) begin(ctx context.Context, conn *dbus.Conn) error {
	l.own = l.find(ctx, conn)
	rules := [][]dbus.MatchOption{
		{dbus.WithMatchInterface(loginManager), dbus.WithMatchMember(memberSleep)},
		{dbus.WithMatchInterface(loginManager), dbus.WithMatchMember(memberEnd)},
	}
	if l.own != "" {
		rules = append(rules,
			[]dbus.MatchOption{dbus.WithMatchObjectPath(l.own), dbus.WithMatchInterface(loginSession), dbus.WithMatchMember(memberLock)},
			[]dbus.MatchOption{dbus.WithMatchObjectPath(l.own), dbus.WithMatchInterface(properties), dbus.WithMatchMember(memberChanged)})
	}
	for _, rule := range rules {
		if err := conn.AddMatchSignalContext(ctx, append(rule, dbus.WithMatchSender(loginName))...); err != nil {
			return fmt.Errorf("listen to logind: %w", err)
		}
	}
	l.hold(ctx, conn)
	return nil
}

// find is our session. A program that the user's service manager started belongs to none: then it is the one on the screen.
func (l *logind) find(ctx context.Context, conn *dbus.Conn) (path dbus.ObjectPath) {
	manager := conn.Object(loginName, loginPath)
	for _, id := range []string{"auto", os.Getenv("XDG_SESSION_ID")} { // "auto" is known since systemd 243
		if id == "" {
			continue
		}
		err := manager.CallWithContext(ctx, loginManager+".GetSession", 0, id).Store(&path)
		if err == nil {
			return path
		}
		l.w.log.Debug("our session is not known", "id", id, "error", err)
	}
	return ""
}

// hold makes sleep and the end of the computer wait for us.
func (l *logind) hold(ctx context.Context, conn *dbus.Conn) {
	if l.inhibitor != nil {
		return
	}
	var fd dbus.UnixFD
	err := conn.Object(loginName, loginPath).CallWithContext(ctx, loginManager+".Inhibit", 0,
		"sleep:shutdown", "Discussions", "the accounts are being locked", "delay").Store(&fd)
	if err != nil {
		l.w.log.Info("neither sleep nor the end of the computer wait", "error", err)
		return
	}
	l.inhibitor = os.NewFile(uintptr(fd), "inhibitor")
}

// release lets the computer go on.
func (l *logind) release() {
	if l.inhibitor != nil {
		l.inhibitor.Close()
		l.inhibitor = nil
	}
}

// heard follows one signal.
func (l *logind) heard(conn *dbus.Conn, s *dbus.Signal) {
	known := s.Name == loginManager+"."+memberSleep || s.Name == loginManager+"."+memberEnd ||
		l.own != "" && s.Path == l.own && (s.Name == loginSession+"."+memberLock || s.Name == properties+"."+memberChanged)
	if !known || !l.w.from(conn, s, loginName) {
		return
	}
	switch s.Name {
	case loginManager + "." + memberSleep:
		l.before(conn, s, Sleeping)
		if is(s, false) {
			l.w.tell(Woken)
		}
	case loginManager + "." + memberEnd:
		l.before(conn, s, Ending)
	case loginSession + "." + memberLock:
		l.w.tell(Locked)
	default:
		if lockedNow(s) {
			l.w.tell(Locked)
		}
	}
}

// before tells e, then lets it happen; once it is over, or off, the next one waits for us again.
func (l *logind) before(conn *dbus.Conn, s *dbus.Signal, e Event) {
	switch {
	case is(s, true):
		l.w.tell(e)
		l.release()
	case is(s, false):
		ctx, cancel := context.WithTimeout(context.Background(), l.w.limit)
		defer cancel()
		l.hold(ctx, conn)
	}
}

// lockedNow reports whether a change of our session's properties says that it is locked now.
func lockedNow(s *dbus.Signal) bool {
	if len(s.Body) < 2 || s.Body[0] != loginSession {
		return false
	}
	changed, ok := s.Body[1].(map[string]dbus.Variant)
	if !ok {
		return false
	}
	locked, ok := changed[lockedHint].Value().(bool)
	return ok && locked
}
