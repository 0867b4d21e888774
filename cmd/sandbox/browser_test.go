package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"discussions/internal/needs"
	"discussions/internal/sandboxtest"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser starts a headless Chromium with a profile of its own. Its page uses
// the colours of the scheme, "light" or "dark".
func browser(t *testing.T, scheme string) context.Context {
	t.Helper()
	needs.Browser(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, // the tests may run as root
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("no-first-run", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("lang", "fr-FR"),
		chromedp.WindowSize(900, 1000),
	)
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	prefer := func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		if err != nil {
			return err
		}
		// As in a window that is in front: else no element has the focus.
		_, err = cdp.Call(ctx, target, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	}
	if err := chromedp.Do(ctx, chromedp.Func(prefer)); err != nil {
		t.Fatal("start Chromium:", err)
	}
	return ctx
}

// application listens for the answer of a login and gives the address to start
// it with.
func application(t *testing.T, s *sandboxtest.Sandbox, parameters ...string) (address string, answer <-chan url.Values) {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	answers := make(chan url.Values, 1)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/callback" {
			answers <- r.URL.Query()
			_, _ = w.Write([]byte("<p id=done>Vous pouvez revenir au programme."))
		}
	})}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	sum := sha256.Sum256([]byte(strings.Repeat("verifier", 8)))
	query := url.Values{
		"response_type": {"code"}, "client_id": {"discussions-desktop"}, "state": {"s"}, "nonce": {"n"},
		"redirect_uri": {"http://" + listener.Addr().String() + "/callback"}, "scope": {"openid profile email offline_access"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	for i := 0; i < len(parameters); i += 2 {
		query.Set(parameters[i], parameters[i+1])
	}
	return s.Issuer + "/authorize?" + query.Encode(), answers
}

// picture keeps what the browser shows where SANDBOX_PICTURES names a folder.
func picture(name string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		dir := os.Getenv("SANDBOX_PICTURES")
		if dir == "" {
			return nil
		}
		png, err := chromedp.FullScreenshot(100)(ctx, target)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600)
	})
}

func TestLoginPageByKeyboard(t *testing.T) {
	s := sandboxtest.Shared(t)
	for _, scheme := range []string{"light", "dark"} {
		t.Run("mail "+scheme, func(t *testing.T) {
			ctx := browser(t, scheme)
			address, answer := application(t, s)
			paul := s.Paul()
			run := func(actions ...chromedp.Action[chromedp.Void]) {
				t.Helper()
				if err := chromedp.Do(ctx, actions...); err != nil {
					t.Fatal(err)
				}
			}
			run(chromedp.Navigate(address), chromedp.WaitVisible("#mail:focus"), picture("login-"+scheme),
				chromedp.KeyEvent(paul.Mail+kb.Tab+"faux"+kb.Enter),
				chromedp.WaitVisible("p.problem"), chromedp.WaitVisible("#password:focus"), picture("login-wrong-"+scheme),
				// The mail address is still there: the password has the focus.
				chromedp.KeyEvent(paul.Password+kb.Enter),
				chromedp.WaitVisible("#code:focus"), picture("code-"+scheme))
			run(chromedp.KeyEvent(s.Code(t, paul.Mail)+kb.Enter), chromedp.WaitVisible("#done"))
			if got := <-answer; got.Get("code") == "" || got.Get("iss") != s.Issuer {
				t.Errorf("the application is answered %v", got)
			}
			run(chromedp.Navigate(s.Issuer+"/messages"), picture("messages-"+scheme))
		})
		t.Run("psc "+scheme, func(t *testing.T) {
			ctx := browser(t, scheme)
			address, answer := application(t, s, "kc_idp_hint", "psc")
			err := chromedp.Do(ctx, chromedp.Navigate(address), chromedp.WaitVisible(".card:focus"), picture("cards-"+scheme),
				chromedp.KeyEvent(kb.Enter), // the first card, Claire's, has the focus
				chromedp.WaitVisible("#code:focus"), picture("card-"+scheme),
				chromedp.KeyEvent(s.Claire().CardCode+kb.Enter), chromedp.WaitVisible("#done"))
			if err != nil {
				t.Fatal(err)
			}
			if got := <-answer; got.Get("code") == "" {
				t.Errorf("the application is answered %v", got)
			}
			// The browser is logged in: a second application is answered at once.
			address, answer = application(t, s)
			if err := chromedp.Do(ctx, chromedp.Navigate(address), chromedp.WaitVisible("#done")); err != nil {
				t.Fatal(err)
			}
			if got := <-answer; got.Get("code") == "" {
				t.Errorf("single sign-on answers %v", got)
			}
		})
	}
}

func TestLoginPageIsCancelled(t *testing.T) {
	s := sandboxtest.Shared(t)
	ctx := browser(t, "light")
	address, answer := application(t, s)
	err := chromedp.Do(ctx, chromedp.Navigate(address), chromedp.Click("form.quiet .link"), chromedp.WaitVisible("#done"))
	if err != nil {
		t.Fatal(err)
	}
	if got := <-answer; got.Get("error") != "access_denied" {
		t.Errorf("the application is answered %v", got)
	}
}
