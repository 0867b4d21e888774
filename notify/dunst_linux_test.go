package notify

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"discussions/internal/bus/bustest"
	"discussions/internal/needs"

	"github.com/godbus/dbus/v5"
)

const dunstConfig = `[global]
    monitor = 0
    follow = none
    width = 300
    height = 200
    origin = top-left
    offset = 0x0
    font = Monospace 10
    markup = full
    format = "%s\n%b"
    mouse_left_click = do_action
[urgency_normal]
    timeout = 0
`

// desktop is a screen with a real notification server on a private bus.
type desktop struct {
	t      *testing.T
	env    []string
	config string
	owners chan *dbus.Signal
}

func startDesktop(t *testing.T) desktop {
	t.Helper()
	needs.Programs(t, "Xvfb", "dunst", "dunstctl", "xdotool")
	address, _ := startBus(t)

	// Xvfb chooses a free display and says which once it is ready.
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "640x480x24", "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{w}
	start(t, x)
	w.Close()
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb gives no display: %v", err)
	}
	env := append(os.Environ(), "DISPLAY=:"+strings.TrimSpace(number), "DBUS_SESSION_BUS_ADDRESS="+address, "WAYLAND_DISPLAY=")
	d := desktop{t, env, filepath.Join(t.TempDir(), "dunstrc"), make(chan *dbus.Signal, 16)}
	if err := os.WriteFile(d.config, []byte(dunstConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	conn := bustest.Connect(t, address)
	conn.Signal(d.owners)
	if err := conn.AddMatchSignal(dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, serverName)); err != nil {
		t.Fatal(err)
	}
	return d
}

// dunst starts the server and waits until it has its name; stop waits until it has lost it.
func (d desktop) dunst() (stop func()) {
	d.t.Helper()
	cmd := exec.Command("dunst", "-conf", d.config)
	cmd.Env = d.env
	end := start(d.t, cmd)
	d.owner(true)
	return func() {
		end()
		d.owner(false)
	}
}

func (d desktop) owner(some bool) {
	d.t.Helper()
	for {
		s := next(d.t, d.owners) // NameAcquired of the connection itself comes first
		if s.Name == "org.freedesktop.DBus.NameOwnerChanged" && (s.Body[2] != "") == some {
			return
		}
	}
}

// run runs a command on the desktop.
func (d desktop) run(name string, args ...string) string {
	d.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = d.env
	out, err := cmd.Output()
	if err != nil {
		d.t.Fatalf("%s %q: %v", name, args, err)
	}
	return strings.TrimSpace(string(out))
}

// past are the bodies in dunst's history, newest first.
func (d desktop) past() []string {
	d.t.Helper()
	var history struct {
		Data [][]struct {
			Body struct{ Data string }
		}
	}
	if err := json.Unmarshal([]byte(d.run("dunstctl", "history")), &history); err != nil {
		d.t.Fatal(err)
	}
	var bodies []string
	for _, list := range history.Data {
		for _, n := range list {
			bodies = append(bodies, n.Body.Data)
		}
	}
	return bodies
}

func TestDunstShowsWithdrawsAndTellsClicks(t *testing.T) {
	d := startDesktop(t)
	d.dunst()
	n, clicks := notifier(t)
	displayed := func(want int) {
		t.Helper()
		got := 0
		for _, queue := range []string{"displayed", "waiting"} { // it may not have drawn yet
			count, err := strconv.Atoi(d.run("dunstctl", "count", queue))
			if err != nil {
				t.Fatal(err)
			}
			got += count
		}
		if got != want {
			t.Errorf("%d displayed, want %d", got, want)
		}
	}
	show := func(id, body string) {
		t.Helper()
		if err := n.Show(Notification{ID: id, Title: "Sophie Bernard", Body: body}); err != nil {
			t.Fatal(err)
		}
	}

	const evil = `<b>gras</b> & <img src="/etc/passwd"/> $(id)`
	show("sophie", "Bonjour")
	show("sophie", evil) // takes the place of the first
	displayed(1)

	d.run("xdotool", "search", "--sync", "--onlyvisible", "--class", "Dunst")
	d.run("xdotool", "mousemove", "100", "10", "click", "1")
	if got := next(t, clicks); got != "sophie" {
		t.Errorf("clicked %q", got)
	}
	n.Withdraw("sophie")

	show("julien", "Pouvez-vous rappeler ?")
	show("claire", "Merci")
	displayed(2)
	n.Withdraw("julien")
	displayed(1)
	n.WithdrawAll()
	displayed(0)

	// Dunst keeps what it was given with the markup that it found; none of this text may have become markup.
	found := false
	for _, body := range d.past() {
		found = found || strings.Contains(body, "&lt;b&gt;gras&lt;/b&gt; &amp; &lt;img")
	}
	if !found {
		t.Errorf("the body is not in the history as text: %q", d.past())
	}
}

func TestDunstIsFoundAgainAfterItsEnd(t *testing.T) {
	d := startDesktop(t)
	n, clicks := notifier(t)
	for _, id := range []string{"first", "second"} {
		if err := n.Show(Notification{ID: id}); !errors.Is(err, ErrUnavailable) {
			t.Errorf("without a server: %v, want ErrUnavailable", err)
		}
		stop := d.dunst()
		if err := n.Show(Notification{ID: id, Title: "t"}); err != nil {
			t.Fatal(err)
		}
		d.run("dunstctl", "action", "0")
		if got := next(t, clicks); got != id {
			t.Errorf("clicked %q, want %q", got, id)
		}
		stop()
	}
}
