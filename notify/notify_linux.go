package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"discussions/internal/bus"

	"github.com/godbus/dbus/v5"
)

// The Desktop Notifications Specification 1.2, directly with godbus. Every program of the session can send a signal, so the sender
// and the content of each must be checked, and every wait limited, also with a library in between.
const (
	serverName  = "org.freedesktop.Notifications"
	serverPath  = "/org/freedesktop/Notifications"
	serverLimit = 3 * time.Second

	actionDefault    = "default"
	closedByExpiry   = uint32(1)
	expireByServer   = int32(-1)
	urgencyNormal    = byte(1)
	signalClosed     = serverName + ".NotificationClosed"
	signalInvoked    = serverName + ".ActionInvoked"
	methodCaps       = serverName + ".GetCapabilities"
	methodNotify     = serverName + ".Notify"
	methodClose      = serverName + ".CloseNotification"
	iconName         = "discussions"
	categoryIM       = "im.received"
	soundIM          = "message-new-instant"
	capBody          = "body"
	capMarkup        = "body-markup"
	capActions       = "actions"
	capReply         = "inline-reply" // of KDE, as are its action, its signal and its hints
	actionReply      = "inline-reply"
	signalReplied    = serverName + ".NotificationReplied"
	maxQueuedSignals = 16
)

// Notifier shows notifications through the server of the session bus.
type Notifier struct {
	o     Options
	log   *slog.Logger
	limit time.Duration // for each wait
	loops sync.WaitGroup

	mu     sync.Mutex // held while the server shows, so that a click finds the notification
	conn   *dbus.Conn // nil before the first use and after the bus hung up
	closed bool
	shown  map[string]shown

	remembered left // what the state file holds
}

// shown is a notification as its server knows it. Another server, also a restarted one, has the same numbers for other
// notifications.
type shown struct {
	server string // unique name on the bus
	number uint32
}

// New prepares a Notifier; it connects when it first shows something.
func New(o Options) *Notifier {
	return &Notifier{o: o, log: o.Log, limit: serverLimit, shown: map[string]shown{}}
}

// Show shows a notification and replaces the one with the same ID. Without a server the error is [ErrUnavailable].
func (n *Notifier) Show(what Notification) error {
	what = what.cleaned()
	n.mu.Lock()
	defer n.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), n.limit)
	defer cancel()
	conn, err := n.connect(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}

	var caps []string
	if err := conn.Object(serverName, serverPath).CallWithContext(ctx, methodCaps, 0).Store(&caps); err != nil {
		return fmt.Errorf("%w: ask the notification server: %w", ErrUnavailable, err)
	}
	server, err := bus.Owner(ctx, conn, serverName)
	if err != nil {
		return fmt.Errorf("%w: find the notification server: %w", ErrUnavailable, err)
	}
	body, actions := what.Body, []string{}
	if slices.Contains(caps, capMarkup) {
		body = markup.Replace(body)
	}
	if !slices.Contains(caps, capBody) {
		body = ""
	}
	if slices.Contains(caps, capActions) {
		actions = []string{actionDefault, n.o.AppName}
	}
	var replaces uint32
	if old := n.shown[what.ID]; old.server == server {
		replaces = old.number
	}
	hints := map[string]dbus.Variant{
		"category":      dbus.MakeVariant(categoryIM),
		"desktop-entry": dbus.MakeVariant(AppID),
		"urgency":       dbus.MakeVariant(urgencyNormal), // critical ones would be shown despite "do not disturb"
	}
	if what.Silent {
		hints["suppress-sound"] = dbus.MakeVariant(true)
	} else {
		hints["sound-name"] = dbus.MakeVariant(soundIM)
	}
	if what.Reply != "" && slices.Contains(caps, capReply) {
		actions = append(actions, actionReply, what.Reply)
		hints["x-kde-reply-submit-button-text"] = dbus.MakeVariant(what.Reply)
	}
	var number uint32
	// To the server's unique name: if it is just being replaced, its successor does not know the number.
	err = conn.Object(server, serverPath).CallWithContext(ctx, methodNotify, 0,
		n.o.AppName, replaces, iconName, what.Title, body, actions, hints, expireByServer).Store(&number)
	if err != nil {
		return fmt.Errorf("%w: show: %w", ErrUnavailable, err)
	}
	n.shown[what.ID] = shown{server, number}
	n.remember(ctx, conn)
	return nil
}

var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// Withdraw withdraws the notification with that ID, if it is still there.
func (n *Notifier) Withdraw(id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), n.limit)
	defer cancel()
	n.withdraw(ctx, id)
	if n.conn != nil {
		n.remember(ctx, n.conn)
	}
}

// WithdrawAll withdraws everything.
func (n *Notifier) WithdrawAll() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.withdrawAll()
}

func (n *Notifier) withdrawAll() {
	ctx, cancel := context.WithTimeout(context.Background(), n.limit)
	defer cancel()
	for id := range n.shown {
		n.withdraw(ctx, id)
	}
}

func (n *Notifier) withdraw(ctx context.Context, id string) {
	was, found := n.shown[id]
	delete(n.shown, id)
	if !found || n.conn == nil {
		return
	}
	if err := n.conn.Object(was.server, serverPath).CallWithContext(ctx, methodClose, dbus.FlagNoAutoStart, was.number).Err; err != nil {
		n.log.Debug("withdraw a notification", "error", err) // closed already, or the server is gone and it with it
	}
}

// Close withdraws everything and disconnects.
func (n *Notifier) Close() {
	n.mu.Lock()
	n.withdrawAll()
	if n.conn != nil {
		n.remember(context.Background(), n.conn)
	}
	n.closed = true
	conn := n.conn
	n.conn = nil
	n.mu.Unlock()
	if conn != nil {
		conn.Close()
	}
	n.loops.Wait()
}

// connect returns the connection to the session bus, a new one if the last was lost.
func (n *Notifier) connect(ctx context.Context) (*dbus.Conn, error) {
	if n.closed {
		return nil, errors.New("closed")
	}
	if n.conn != nil && n.conn.Connected() {
		return n.conn, nil
	}
	n.conn = nil
	conn, err := bus.Session(ctx)
	if err != nil {
		return nil, err
	}
	err = conn.AddMatchSignalContext(ctx, dbus.WithMatchObjectPath(serverPath), dbus.WithMatchInterface(serverName))
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("listen to the notification server: %w", err)
	}
	signals := make(chan *dbus.Signal, maxQueuedSignals)
	conn.Signal(signals)
	n.loops.Go(func() {
		for s := range signals { // until the connection ends
			n.signal(s)
		}
	})
	n.conn = conn
	return conn, nil
}

// signal handles a click, an answer or the end of a notification. Other signals, such as ActivationToken, are ignored.
func (n *Notifier) signal(s *dbus.Signal) {
	if len(s.Body) != 2 {
		return
	}
	number, ok := s.Body[0].(uint32)
	if !ok {
		return
	}
	n.mu.Lock()
	id, found := n.find(shown{s.Sender, number})
	if reason, ok := s.Body[1].(uint32); found && ok && s.Name == signalClosed && reason != closedByExpiry {
		delete(n.shown, id) // not when it expires: it can still be clicked in the server's history
	}
	n.mu.Unlock()
	text, _ := s.Body[1].(string)
	switch {
	case !found:
	case s.Name == signalInvoked && text == actionDefault:
		n.o.Clicked(id)
	case s.Name == signalReplied && n.o.Replied != nil:
		n.o.Replied(id, cleanReply(text))
	}
}

func (n *Notifier) find(what shown) (id string, found bool) {
	for id, s := range n.shown {
		if s == what {
			return id, true
		}
	}
	return "", false
}
