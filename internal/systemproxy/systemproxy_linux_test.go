package systemproxy

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"discussions/internal/bus"
	"discussions/internal/bus/bustest"
	"discussions/internal/needs"
)

func TestTheFirstProxyThatCanBeUsedIsTaken(t *testing.T) {
	for name, c := range map[string]struct {
		list []string
		want string
		err  error
	}{
		"direct":              {[]string{"direct://"}, "", nil},
		"a proxy":             {[]string{"http://proxy.example.org:3128"}, "http://proxy.example.org:3128", nil},
		"the second":          {[]string{"socks4://old.example.org:1080", "http://proxy.example.org:3128"}, "http://proxy.example.org:3128", nil},
		"SOCKS of any kind":   {[]string{"socks://s.example.org:1080"}, "socks5://s.example.org:1080", nil},
		"a proxy, or direct":  {[]string{"https://p.example.org", "direct://"}, "https://p.example.org", nil},
		"none that is usable": {[]string{"socks4://old.example.org:1080"}, "", errNoUsableProxy},
		"no address":          {[]string{"http://[::1"}, "", errNoUsableProxy},
		"an empty answer":     {nil, "", errNoUsableProxy},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := choose(c.list)
			text := ""
			if got != nil {
				text = got.String()
			}
			if text != c.want || !errors.Is(err, c.err) {
				t.Errorf("%q, %v", text, err)
			}
		})
	}
}

// The portal and the settings of GNOME are the real ones.
func TestTheSettingsOfTheDesktopAreFollowed(t *testing.T) {
	needs.Programs(t, "gsettings", "dbus-daemon", portalProgram)
	startBus(t)
	set := func(schema, key, value string) {
		t.Helper()
		if out, err := exec.Command("gsettings", "set", schema, key, value).CombinedOutput(); err != nil {
			t.Fatalf("gsettings: %v\n%s", err, out)
		}
	}
	ask := func(of string) string {
		t.Helper()
		got, err := find(t.Context(), address(t, of))
		if err != nil {
			t.Fatal(err)
		}
		if got == nil {
			return "direct"
		}
		return got.String()
	}
	script := filepath.Join(t.TempDir(), "proxy.pac")
	if err := os.WriteFile(script, []byte(`function FindProxyForURL(url, host) { return "PROXY script.example.org:8080"; }`), 0o600); err != nil {
		t.Fatal(err)
	}
	set("org.gnome.system.proxy.https", "host", "proxy.example.org")
	set("org.gnome.system.proxy.https", "port", "3128")
	set("org.gnome.system.proxy", "ignore-hosts", "['*.intern.example.org']")
	set("org.gnome.system.proxy", "autoconfig-url", "file://"+script)
	t.Cleanup(func() { set("org.gnome.system.proxy", "mode", "none") })
	for _, c := range []struct{ mode, address, want string }{
		{"none", "https://xmpp.example.org", "direct"},
		{"manual", "https://xmpp.example.org", "http://proxy.example.org:3128"},
		{"manual", "https://a.intern.example.org", "direct"},
		{"auto", "https://xmpp.example.org", "http://script.example.org:8080"},
	} {
		set("org.gnome.system.proxy", "mode", c.mode)
		end := startPortal(t) // it reads the settings at its start
		if got := ask(c.address); got != c.want {
			t.Errorf("%s, %s: %s, want %s", c.mode, c.address, got, c.want)
		}
		end()
	}
}

func TestWithoutABusThereIsNoProxy(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "absent"))
	if got, err := find(t.Context(), address(t, "https://xmpp.example.org")); got != nil || err != nil {
		t.Errorf("%v, %v", got, err)
	}
}

// startBus starts a session bus and settings for this test alone: on that of the session, a browser may have started a portal.
func startBus(t *testing.T) {
	t.Helper()
	// The portal's documents are mounted in it for some moments after the end: what cannot be removed is removed with the
	// session.
	dir, err := os.MkdirTemp("", "proxy-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	for _, name := range []string{"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"} {
		t.Setenv(name, filepath.Join(dir, name))
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", bustest.StartWithServices(t))
}

const portalProgram = "/usr/libexec/xdg-desktop-portal"

// startPortal starts the portal and waits until it is on the bus.
func startPortal(t *testing.T) (end func()) {
	t.Helper()
	conn, err := bus.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.AddMatchSignal(dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, portalName)); err != nil {
		t.Fatal(err)
	}
	owners := make(chan *dbus.Signal, 16)
	conn.Signal(owners)
	c := exec.Command(portalProgram)
	c.Env = append(os.Environ(), "XDG_CURRENT_DESKTOP=GNOME")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	wait := func(there bool) {
		t.Helper()
		limit := time.After(30 * time.Second)
		for {
			select {
			case s := <-owners:
				if owner, _ := s.Body[2].(string); (owner != "") == there {
					return
				}
			case <-limit:
				t.Fatalf("the portal is on the bus: not %t", there)
			}
		}
	}
	wait(true)
	return func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	}
}
