//go:build linux

package tour

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"discussions/internal/sandboxtest"
)

// TestTroubles meets what can go wrong around the program. Each must be said on the screen, of which a picture is kept.
func TestTroubles(t *testing.T) {
	org := sandboxtest.Start(t)
	for _, language := range []string{"fr", "en"} {
		t.Run(language, func(t *testing.T) {
			w := newWalkAt(t, org, *out)
			w.cannotStart(language)
			w.cannotLogIn(language)
			w.behindAPortal(language)
			w.cannotConnect(language)
			w.withoutKeyring(language)
		})
	}
}

// cannotStart: the program says why in a window, and ends badly when that is closed.
func (w *walk) cannotStart(language string) {
	folder := w.t.TempDir()
	wrong := filepath.Join(folder, "wrong.toml")
	text := "[organisation]\nname = \"SPICO Discussions\"\ndomain = \"spico.test\"\n\n[login]\nissuer = \"https://id.spico.test\"\nclient = \"discussions\"\n"
	if err := os.WriteFile(wrong, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	for _, c := range []struct{ name, config, profile string }{
		{"wrong-file", wrong, folder},
		{"missing-file", filepath.Join(folder, "missing.toml"), folder},
		{"profile", w.org.Config, filepath.Join(wrong, "profile")}, // below a file, which stops even the superuser
	} {
		p := start(w.t, c.config, c.profile, "--lang", language)
		p.await("start")
		window := w.window("Discussions")
		w.focus(window)
		w.picture(window, language+"-"+c.name)
		w.keys("Return") // the button that closes
		<-p.ended
		if code := p.command.ProcessState.ExitCode(); code != 1 {
			w.t.Errorf("%s: the program ended with %d", c.name, code)
		}
	}
}

// cannotLogIn: the provider is out of reach, or this computer's clock is wrong by a day.
func (w *walk) cannotLogIn(language string) {
	w.org.ProviderNetwork(w.t, "cut", 0)
	w.open("failure", "--lang", language)
	w.picture(w.main, language+"-provider")
	w.org.ProviderNetwork(w.t, "up", 0)
	w.org.Clock(w.t, 24*time.Hour)
	w.keys("Tab", "Return") // Réessayer
	w.p.screen("browser")
	w.p.screen("failure")
	w.picture(w.main, language+"-clock")
	w.org.Clock(w.t, 0)
	w.p.stop()
}

// behindAPortal: the network, reached by the proxy of the environment, wants a login in the browser first.
func (w *walk) behindAPortal(language string) {
	portal := httptest.NewServer(http.RedirectHandler("http://login.hotel.example.net/", http.StatusFound))
	defer portal.Close()
	w.t.Setenv("HTTP_PROXY", portal.URL)
	w.t.Setenv("HTTPS_PROXY", portal.URL)
	config, err := os.ReadFile(w.org.Config)
	if err != nil {
		w.t.Fatal(err)
	}
	elsewhere := filepath.Join(w.t.TempDir(), "discussions.toml")
	config = regexp.MustCompile(`(?m)^issuer = .*`).ReplaceAll(config, []byte(`issuer = "https://id.spico.test"`))
	if err := os.WriteFile(elsewhere, config, 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.p = start(w.t, elsewhere, filepath.Join(w.t.TempDir(), "profile"), "--lang", language)
	w.p.screen("failure")
	w.main = w.window("Discussions")
	w.focus(w.main)
	w.picture(w.main, language+"-portal")
	if log := w.p.text(); !strings.Contains(log, "captive portal") {
		w.t.Errorf("no portal was found:\n%s", log)
	}
	w.p.stop()
}

// cannotConnect: with an account that is there, the server is out of reach, not to be trusted, or refuses the login.
func (w *walk) cannotConnect(language string) {
	w.open("browser", "--lang", language)
	w.chromium.withMail(w.p.address(), w.org.Claire(), language+"-login")
	w.chooseCode(w.p, w.main, claireCode)
	w.p.await("connected")

	w.org.Network(w.t, "cut", 0)
	w.p.await("disconnected")
	w.picture(w.main, language+"-unreachable")
	w.org.Certificate(w.t, "untrusted")
	w.org.Network(w.t, "up", 0)
	for !strings.Contains(fmt.Sprint(w.p.await("disconnected")["error"]), "certificate") {
	}
	w.picture(w.main, language+"-certificate")
	w.org.Certificate(w.t, "trusted")
	w.p.stop()
}

// withoutKeyring the account works until the program ends, and the window says so.
func (w *walk) withoutKeyring(language string) {
	w.t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(w.t.TempDir(), "nobody"))
	w.profile = filepath.Join(w.t.TempDir(), "profile")
	w.open("browser", "--lang", language)
	w.chromium.withMail(w.p.address(), w.org.Person("Dr Claire Martin"), language+"-ephemeral")
	w.chooseCode(w.p, w.main, claireCode)
	w.p.screen("confirm")
	w.picture(w.main, language+"-no-keyring")
	w.p.stop()
	if left, _ := os.ReadDir(filepath.Join(w.profile, "accounts")); len(left) > 0 {
		w.t.Errorf("%d accounts are left on the disk of a computer without a keyring", len(left))
	}
}
