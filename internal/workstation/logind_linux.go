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

// logind follows the sleep and the end of the computer, and the lock of this session.
type logind struct {
	w         *Watcher
	own       dbus.ObjectPath // of this session; "": unknown
	inhibitor *os.File        // while it is open, sleep and the end wait for the program; nil: they do not
}

// begin asks for the signals.
func (l *logind) begin(ctx context.Context, conn *dbus.Conn) error {
	l.own = l.findSession(ctx, conn)
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
	l.inhibit(ctx, conn)
	return nil
}

// findSession returns the program's session. A program that the user's service manager started belongs to none: then it is the
// session on the screen.
func (l *logind) findSession(ctx context.Context, conn *dbus.Conn) (path dbus.ObjectPath) {
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

// inhibit makes sleep and the end of the computer wait for the program.
func (l *logind) inhibit(ctx context.Context, conn *dbus.Conn) {
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

// handle handles one signal.
func (l *logind) handle(conn *dbus.Conn, s *dbus.Signal) {
	known := s.Name == loginManager+"."+memberSleep || s.Name == loginManager+"."+memberEnd ||
		l.own != "" && s.Path == l.own && (s.Name == loginSession+"."+memberLock || s.Name == properties+"."+memberChanged)
	if !known || !l.w.from(conn, s, loginName) {
		return
	}
	switch s.Name {
	case loginManager + "." + memberSleep:
		l.reportAndWait(conn, s, Sleeping)
		if hasValue(s, false) {
			l.w.report(Woken)
		}
	case loginManager + "." + memberEnd:
		l.reportAndWait(conn, s, Ending)
	case loginSession + "." + memberLock:
		l.w.report(Locked)
	default:
		if lockedNow(s) {
			l.w.report(Locked)
		}
	}
}

// reportAndWait reports e, then lets it happen. After it, or if it was cancelled, the next one waits for the program again.
func (l *logind) reportAndWait(conn *dbus.Conn, s *dbus.Signal, e Event) {
	switch {
	case hasValue(s, true):
		l.w.report(e)
		l.release()
	case hasValue(s, false):
		ctx, cancel := context.WithTimeout(context.Background(), l.w.limit)
		defer cancel()
		l.inhibit(ctx, conn)
	}
}

// lockedNow reports whether the session's properties changed to locked.
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
