package notify

import (
	"context"
	"encoding/json"
	"os"
	"slices"

	"discussions/internal/atomicfile"
	"discussions/internal/bus"

	"github.com/godbus/dbus/v5"
)

// left is what the state file holds: what is shown, by the server's numbers. A notification stays on the screen when its program
// crashes; the next run withdraws it.
type left struct {
	Bus     string   `json:"bus"`    // the identity of the session bus, which is another one after each login
	Server  string   `json:"server"` // unique name on that bus
	Numbers []uint32 `json:"numbers"`
}

const maxState = 64 << 10

// remember writes the state file, if what is shown has changed. The caller holds n.mu.
func (n *Notifier) remember(ctx context.Context, conn *dbus.Conn) {
	if n.o.State == "" {
		return
	}
	numbers := map[string][]uint32{}
	for _, s := range n.shown {
		numbers[s.server] = append(numbers[s.server], s.number)
	}
	now := left{}
	if server, err := bus.Owner(ctx, conn, serverName); err == nil && len(numbers[server]) > 0 {
		now = left{Bus: identity(ctx, conn), Server: server, Numbers: slices.Sorted(slices.Values(numbers[server]))}
	}
	if now.Server == n.remembered.Server && slices.Equal(now.Numbers, n.remembered.Numbers) {
		return
	}
	n.remembered = now
	data, err := json.Marshal(now)
	if err == nil {
		err = atomicfile.Write(n.o.State, data)
	}
	if err != nil {
		n.log.Info("what is shown is not remembered for the next start", "error", err)
	}
}

// WithdrawLeft withdraws what an earlier run left, such as one that crashed.
func (n *Notifier) WithdrawLeft() {
	data, err := os.ReadFile(n.o.State)
	var was left
	if err != nil || len(data) > maxState || json.Unmarshal(data, &was) != nil || len(was.Numbers) == 0 {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), n.limit)
	defer cancel()
	conn, err := n.connect(ctx)
	if err != nil {
		return
	}
	if server, err := bus.Owner(ctx, conn, serverName); err != nil || server != was.Server || identity(ctx, conn) != was.Bus {
		return // the server is another: the numbers are those of other programs
	}
	n.remembered = was
	for _, number := range was.Numbers {
		if _, found := n.find(shown{was.Server, number}); found {
			continue // shown by this run already
		}
		if err := conn.Object(was.Server, serverPath).CallWithContext(ctx, methodClose, dbus.FlagNoAutoStart, number).Err; err != nil {
			n.log.Debug("withdraw a notification of an earlier run", "error", err)
		}
	}
	n.remember(ctx, conn)
}

// identity is that of the bus.
func identity(ctx context.Context, conn *dbus.Conn) (id string) {
	if conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.GetId", 0).Store(&id) != nil {
		return ""
	}
	return id
}
