package tray

import (
	"image"
	"image/color"
	"log/slog"
	"net"
	"path/filepath"
	"testing"
	"time"

	"discussions/internal/bus/bustest"

	"github.com/godbus/dbus/v5"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// told is what a tray under test told.
type told struct {
	clicks chan string
	hosts  chan bool
}

// newTray is an icon on the bus of the test.
func newTray(t *testing.T) (*Tray, told) {
	t.Helper()
	c := told{make(chan string, 16), make(chan bool, 16)}
	tray := New(Options{AppID: "org.spico.discussions", Title: "Discussions", Clicked: func() { c.clicks <- "icon" }, Host: func(there bool) { c.hosts <- there }},
		slog.New(slog.DiscardHandler))
	t.Cleanup(tray.Close)
	return tray, c
}

func startBus(t *testing.T) *dbus.Conn {
	t.Helper()
	address, _ := bustest.Start(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	return bustest.Connect(t, address)
}

func next[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(30 * time.Second):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

func plain(size int, c color.Color) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, size, size))
	for i := range size * size {
		m.Set(i%size, i/size, c)
	}
	return m
}

func (c told) state(label string) State {
	click := func(what string) func() { return func() { c.clicks <- what } }
	return State{
		Tooltip: label, Icons: []image.Image{plain(24, color.White), plain(64, color.NRGBA{0xd0, 0x20, 0x10, 0x80})},
		Menu: []Item{
			{Label: label, Do: click("open")}, {},
			{Label: "Compte", Items: []Item{{Label: "Ne_pas déranger", Checked: true, Do: click("quiet")}}},
			{Label: "Quitter", Do: click("quit")},
		},
	}
}

func TestAPanelReadsTheIconAndItsMenu(t *testing.T) {
	h := bustest.StartTrayHost(t, startBus(t), true)
	tray, c := newTray(t)
	tray.Show(c.state("un message"))
	if !next(t, c.hosts) || !tray.Hosted() {
		t.Error("the panel was not seen")
	}
	h.Registered()
	h.Until("the tooltip", func() bool { return h.Tooltip() == "un message" })
	pictures := h.Pictures()
	if len(pictures) != 2 || pictures[1].Width != 64 {
		t.Fatalf("%d pictures", len(pictures))
	}
	a, r, g, b := pictures[1].At(10, 20)
	if d := cmp.Diff([]byte{0x80, 0xd0, 0x20, 0x10}, []byte{a, r, g, b}); d != "" {
		t.Errorf("ARGB: %s", d)
	}
	want := []string{"un message", "-", "Compte", "Compte > Ne_pas déranger", "Quitter"}
	if d := cmp.Diff(want, h.Labels()); d != "" {
		t.Error(d)
	}
	if !h.Menu()[2].Lines[0].Checked {
		t.Error("the mark is missing")
	}
	var title, id string
	if h.Property("Title", &title) != nil || h.Property("Id", &id) != nil || title != "Discussions" || id != "org.spico.discussions" {
		t.Errorf("title %q, id %q", title, id)
	}
	h.Click("Compte", "Ne_pas déranger")
	h.Activate()
	for _, want := range []string{"quiet", "icon"} {
		if got := next(t, c.clicks); got != want {
			t.Errorf("clicked: %s, want %s", got, want)
		}
	}
}

// TestALateClickHitsNoOtherLine: the panel shows the menu of a moment ago.
func TestALateClickHitsNoOtherLine(t *testing.T) {
	h := bustest.StartTrayHost(t, startBus(t), true)
	tray, c := newTray(t)
	tray.Show(c.state("un"))
	h.Registered()
	old := h.Menu()
	tray.Show(c.state("deux"))
	h.Until("the new menu", func() bool { return h.Labels()[0] == "deux" })
	for _, l := range old {
		if err := h.ClickID(l.ID); err == nil {
			t.Errorf("a click on the former %q was taken", l.Label)
		}
	}
	if len(c.clicks) > 0 {
		t.Errorf("clicked: %s", <-c.clicks)
	}
	now := h.Menu()
	tray.Show(c.state("deux")) // as when only the icon changes
	if d := cmp.Diff(now, h.Menu()); d != "" {
		t.Errorf("the same menu has other numbers: %s", d)
	}
}

func TestAHostThatComesAndGoesIsFollowed(t *testing.T) {
	conn := startBus(t)
	tray, c := newTray(t)
	if tray.Hosted() {
		t.Error("a panel where there is none")
	}
	h := bustest.StartTrayHost(t, conn, false) // a watcher without a panel
	h.Registered()
	if tray.Hosted() {
		t.Error("a panel where there is only a watcher")
	}
	h.SetThere(true)
	if !next(t, c.hosts) {
		t.Error("it came")
	}
	h.SetThere(false)
	if next(t, c.hosts) {
		t.Error("it went")
	}
	h.SetThere(true)
	next(t, c.hosts)
	h.Leave()
	if next(t, c.hosts) {
		t.Error("the watcher went")
	}
	if tray.Hosted() {
		t.Error("still there")
	}
}

// TestALostBusBringsTheWindowBack: a hidden window must come back then, too.
func TestALostBusBringsTheWindowBack(t *testing.T) {
	address, stop := bustest.Start(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	bustest.StartTrayHost(t, bustest.Connect(t, address), true)
	_, c := newTray(t)
	if !next(t, c.hosts) {
		t.Error("it came")
	}
	stop()
	if next(t, c.hosts) {
		t.Error("it went")
	}
}

// TestABusThatDoesNotAnswerDelaysNothing: it delays neither the first window, nor a close, nor the end.
func TestABusThatDoesNotAnswerDelaysNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bus")
	deaf, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+path)
	tray, c := newTray(t)
	tray.Show(c.state("un"))
	if tray.Hosted() {
		t.Error("hosted")
	}
	tray.Close()
}

// TestAnyProgramMayAsk: calls that make no sense are answered, and change nothing.
func TestAnyProgramMayAsk(t *testing.T) {
	conn := startBus(t)
	h := bustest.StartTrayHost(t, conn, true)
	tray, c := newTray(t)
	tray.Show(c.state("un"))
	h.Registered()
	o := conn.Object(uniqueName(), menuPath)
	for name, arguments := range map[string][]any{
		"GetLayout":          {int32(4711), int32(-1), []string{}},
		"GetProperty":        {int32(-1), "label"},
		"Event":              {int32(4711), "clicked", dbus.MakeVariant(""), uint32(0)},
		"GetGroupProperties": {make([]int32, 100_000), []string{}},
		"EventGroup":         {[]happened{{ID: 4711, Kind: "clicked", Data: dbus.MakeVariant("")}}},
	} {
		call := o.Call(menuName+"."+name, 0, arguments...)
		t.Log(name, call.Err)
	}
	if err := o.Call(menuName+".Event", 0, int32(1), "hovered", dbus.MakeVariant(""), uint32(0)).Err; err != nil {
		t.Error(err)
	}
	if len(c.clicks) > 0 {
		t.Errorf("clicked: %s", <-c.clicks)
	}
	if err := conn.Object(uniqueName(), itemPath).SetProperty(itemName+".Title", dbus.MakeVariant("x")); err == nil {
		t.Error("the title was set from outside")
	}
}

func TestTheDockIsToldTheNumber(t *testing.T) {
	conn := startBus(t)
	bustest.StartTrayHost(t, conn, true)
	numbers := make(chan *dbus.Signal, 64)
	conn.Signal(numbers)
	tray, c := newTray(t)
	s := c.state("un")
	s.Unread = 3
	tray.Show(s)
	for {
		if signal := next(t, numbers); signal.Name == "com.canonical.Unity.LauncherEntry.Update" {
			values, _ := signal.Body[1].(map[string]dbus.Variant)
			if signal.Body[0] != "application://org.spico.discussions.desktop" || values["count"].Value() != int64(3) || values["count-visible"].Value() != true {
				t.Errorf("told: %v", signal.Body)
			}
			return
		}
	}
}
