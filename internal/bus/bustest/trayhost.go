package bustest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	trayWatcher     = "org.kde.StatusNotifierWatcher"
	trayWatcherPath = dbus.ObjectPath("/StatusNotifierWatcher")
	trayItem        = "org.kde.StatusNotifierItem"
	trayItemPath    = dbus.ObjectPath("/StatusNotifierItem")
	trayMenu        = "com.canonical.dbusmenu"
	trayPatience    = 30 * time.Second
)

// TrayHost is the notification area of a desktop: it takes one icon, reads it as a panel does, and clicks as a user does.
type TrayHost struct {
	t    testing.TB
	conn *dbus.Conn
	told chan *dbus.Signal // of the icon

	mu     sync.Mutex
	there  bool
	item   string // its name on the bus; "": none yet
	signal chan struct{}
}

// StartTrayHost takes the name of the watcher. With there, it shows icons from the beginning.
func StartTrayHost(t testing.TB, conn *dbus.Conn, there bool) *TrayHost {
	t.Helper()
	h := &TrayHost{t: t, conn: conn, there: there, told: make(chan *dbus.Signal, 256), signal: make(chan struct{}, 1)}
	conn.Signal(h.told)
	for _, match := range [][]dbus.MatchOption{
		{dbus.WithMatchInterface(trayItem)}, {dbus.WithMatchInterface(trayMenu)}, {dbus.WithMatchInterface("com.canonical.Unity.LauncherEntry")},
	} {
		if err := conn.AddMatchSignal(match...); err != nil {
			t.Fatal(err)
		}
	}
	err := conn.ExportMethodTable(map[string]any{
		"Get": func(_, name string) (dbus.Variant, *dbus.Error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			return dbus.MakeVariant(name == "IsStatusNotifierHostRegistered" && h.there), nil
		},
	}, trayWatcherPath, "org.freedesktop.DBus.Properties")
	if err != nil {
		t.Fatal(err)
	}
	Serve(t, conn, trayWatcher, trayWatcherPath, trayWatcher, map[string]any{
		"RegisterStatusNotifierItem": func(service string) *dbus.Error {
			h.mu.Lock()
			h.item = service
			h.mu.Unlock()
			h.wake()
			return nil
		},
	})
	return h
}

func (h *TrayHost) wake() {
	select {
	case h.signal <- struct{}{}:
	default:
	}
}

// Leave gives the name of the watcher back, as a panel does that ends.
func (h *TrayHost) Leave() {
	h.t.Helper()
	if _, err := h.conn.ReleaseName(trayWatcher); err != nil {
		h.t.Fatal(err)
	}
}

// SetThere says whether a panel shows icons.
func (h *TrayHost) SetThere(there bool) {
	h.t.Helper()
	h.mu.Lock()
	h.there = there
	h.mu.Unlock()
	name := map[bool]string{true: "StatusNotifierHostRegistered", false: "StatusNotifierHostUnregistered"}[there]
	if err := h.conn.Emit(trayWatcherPath, trayWatcher+"."+name); err != nil {
		h.t.Fatal(err)
	}
}

// Until waits until reached, which is asked again at each change of the icon.
func (h *TrayHost) Until(what string, reached func() bool) {
	h.t.Helper()
	deadline := time.After(trayPatience)
	for !reached() {
		select {
		case <-h.told:
		case <-h.signal:
		case <-time.After(200 * time.Millisecond): // a change may come between the question and the wait
		case <-deadline:
			h.t.Fatalf("the icon never had: %s; it has %q and the menu %q", what, h.Tooltip(), h.Labels())
		}
	}
}

// Registered waits for an icon.
func (h *TrayHost) Registered() {
	h.t.Helper()
	deadline := time.After(trayPatience)
	for h.name() == "" {
		select {
		case <-h.signal:
		case <-h.told:
		case <-deadline:
			h.t.Fatal("no icon was registered")
		}
	}
}

func (h *TrayHost) name() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.item
}

func (h *TrayHost) object(path dbus.ObjectPath) dbus.BusObject { return h.conn.Object(h.name(), path) }

// Property reads a property of the icon.
func (h *TrayHost) Property(name string, into any) error {
	v, err := h.object(trayItemPath).GetProperty(trayItem + "." + name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return v.Store(into)
}

// Tooltip reads the text of the tooltip; "" when there is no icon.
func (h *TrayHost) Tooltip() string {
	var tip struct {
		Icon  string
		Image []struct {
			W, H int32
			Data []byte
		}
		Title, Text string
	}
	if h.name() == "" || h.Property("ToolTip", &tip) != nil {
		return ""
	}
	return tip.Title
}

// Picture is an icon in one size: ARGB, row by row.
type Picture struct {
	Width, Height int32
	Pixels        []byte
}

// At is the colour of a pixel.
func (p Picture) At(x, y int) (a, r, g, b byte) {
	i := 4 * (y*int(p.Width) + x)
	return p.Pixels[i], p.Pixels[i+1], p.Pixels[i+2], p.Pixels[i+3]
}

// Pictures reads the icon.
func (h *TrayHost) Pictures() []Picture {
	h.t.Helper()
	var pictures []Picture
	if err := h.Property("IconPixmap", &pictures); err != nil {
		h.t.Fatal(err)
	}
	return pictures
}

// TrayLine is a line of the icon's menu. A separator has the label "-".
type TrayLine struct {
	ID      int32
	Label   string
	Checked bool
	Lines   []TrayLine
}

// Menu reads the menu.
func (h *TrayHost) Menu() []TrayLine {
	h.t.Helper()
	var path dbus.ObjectPath
	if err := h.Property("Menu", &path); err != nil {
		h.t.Fatal(err)
	}
	var revision uint32
	var root []any
	call := h.object(path).Call(trayMenu+".GetLayout", 0, int32(0), int32(-1), []string{})
	if call.Err == nil && len(call.Body) == 2 {
		revision, _ = call.Body[0].(uint32)
		root, _ = call.Body[1].([]any)
	}
	if call.Err != nil || revision == 0 || root == nil {
		h.t.Fatalf("the menu cannot be read: %v %v", call.Err, call.Body)
	}
	return trayLines(root)
}

func trayLines(layout []any) (lines []TrayLine) {
	children, _ := layout[2].([]dbus.Variant)
	for _, child := range children {
		entry, _ := child.Value().([]any)
		id, _ := entry[0].(int32)
		properties, _ := entry[1].(map[string]dbus.Variant)
		label, _ := properties["label"].Value().(string)
		if kind, _ := properties["type"].Value().(string); kind == "separator" {
			label = "-"
		}
		state, _ := properties["toggle-state"].Value().(int32)
		lines = append(lines, TrayLine{id, strings.ReplaceAll(label, "__", "_"), state == 1, trayLines(entry)})
	}
	return lines
}

// Labels are the labels of the menu, those of a submenu behind the one above, with an arrow.
func (h *TrayHost) Labels() (labels []string) {
	if h.name() == "" {
		return nil
	}
	var walk func(prefix string, lines []TrayLine)
	walk = func(prefix string, lines []TrayLine) {
		for _, l := range lines {
			labels = append(labels, prefix+l.Label)
			walk(prefix+l.Label+" > ", l.Lines)
		}
	}
	walk("", h.Menu())
	return labels
}

// Click clicks on a line of the menu, which is named by the labels on the way to it.
func (h *TrayHost) Click(labels ...string) {
	h.t.Helper()
	lines, id := h.Menu(), int32(0)
	for _, label := range labels {
		id = 0
		for _, l := range lines {
			if l.Label == label {
				id, lines = l.ID, l.Lines
				break
			}
		}
		if id == 0 {
			h.t.Fatalf("the menu has no %q: %q", label, h.Labels())
		}
	}
	if err := h.ClickID(id); err != nil {
		h.t.Fatal(err)
	}
}

// ClickID clicks on a line of the menu by its number.
func (h *TrayHost) ClickID(id int32) error {
	var path dbus.ObjectPath
	if err := h.Property("Menu", &path); err != nil {
		return err
	}
	return h.object(path).Call(trayMenu+".Event", 0, id, "clicked", dbus.MakeVariant(""), uint32(0)).Err
}

// Activate clicks on the icon.
func (h *TrayHost) Activate() {
	h.t.Helper()
	if err := h.object(trayItemPath).Call(trayItem+".Activate", 0, int32(0), int32(0)).Err; err != nil {
		h.t.Fatal(err)
	}
}
