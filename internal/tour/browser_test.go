//go:build linux

package tour

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"discussions/internal/sandboxtest"

	"github.com/chromedp/chromedp"
)

// A browser is a real headless Chromium with one tab, which keeps its cookies as a person's browser does. It starts when it is needed.
type browser struct {
	t   testing.TB
	ctx context.Context
	org *sandboxtest.Sandbox
	out string // the folder of the pictures

	options []chromedp.ExecAllocatorOption // besides those of every test
}

// start starts Chromium, which ends with the test.
func (b *browser) start() {
	b.t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.DisableGPU,
		chromedp.NoSandbox, // refused to root otherwise; the pages are our own
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.WindowSize(900, 760),
		chromedp.UserDataDir(b.t.TempDir()),
		chromedp.Env("DBUS_SESSION_BUS_ADDRESS=disabled:"), // it would start a notification server of its own
	)
	options = append(options, b.options...)
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			options = append(options, chromedp.ExecPath(path))
			break
		}
	}
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, close := chromedp.NewContext(allocator)
	b.t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits until Chromium has gone, so that its folder can go
		close()
		end()
	})
	// The first action starts the browser, which would end with a context that is bounded in time.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		b.t.Fatalf("start Chromium: %v", err)
	}
	b.ctx = ctx
}

// do carries out actions within the robot's patience.
func (b *browser) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if b.ctx == nil {
		b.start()
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

// withMail logs a person in by mail, password and the one-time code that arrives; name is that of the pictures.
func (b *browser) withMail(address string, who sandboxtest.Person, name string) {
	b.t.Helper()
	b.do("open the login page", chromedp.Navigate(address), chromedp.WaitVisible("#mail"))
	b.picture(name + "-login")
	b.do("type mail and password",
		chromedp.SendKeys("#mail", who.Mail), chromedp.SendKeys("#password", who.Password),
		chromedp.Click("#submit"), chromedp.WaitVisible("#code"))
	b.do("type the one-time code", chromedp.SendKeys("#code", b.org.Code(b.t, who.Mail)), chromedp.Click("#submit"))
	b.back(name)
}

// withCard logs a person in by Pro Santé Connect, with a card and its code: the address says so, and leads there directly.
func (b *browser) withCard(address string, who sandboxtest.Person, name string) {
	b.t.Helper()
	card := `button[name="card"][value="` + who.Card + `"]`
	b.do("see the cards", chromedp.Navigate(address), chromedp.WaitVisible(card))
	b.picture(name + "-cards")
	b.do("type the code of the card", chromedp.Click(card), chromedp.WaitVisible("#code"),
		chromedp.SendKeys("#code", who.CardCode), chromedp.Click("#submit"))
	b.back(name)
}

// open goes to an address that asks for nothing.
func (b *browser) open(address string) {
	b.t.Helper()
	b.do("open "+address, chromedp.Navigate(address))
}

// back waits for the program's own page, which says that one may go back.
func (b *browser) back(name string) {
	b.t.Helper()
	b.do("see the success page", chromedp.WaitVisible("main.done"))
	b.picture(name + "-done")
}

func (b *browser) picture(name string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatalf("picture %s: %v", name, err)
	}
	if err := os.WriteFile(filepath.Join(b.out, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
