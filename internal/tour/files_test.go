//go:build linux

package tour

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"discussions/internal/clipboard/clipboardtest"
	"discussions/internal/picture/picturetest"
	"discussions/internal/sandboxtest"
)

// filesAndPictures: a picture is pasted and sent with words; Sophie sends one when asked; the gallery has both, and opens the viewer.
func (w *walk) filesAndPictures() {
	sophie := w.org.Sophie()
	n := len(w.org.Received(w.t, sophie.JID))
	withSophie := w.window(sophie.Name)
	w.focus(withSophie)
	w.resize(withSophie, 560, 640)

	w.desktop.own(&clipboardtest.Owner{Offers: map[string][]byte{"image/jpeg": picturetest.JPEG(picturetest.Wound(1200, 900))}})
	w.keys("ctrl+v")
	w.p.await("file attached")
	w.write("Avant le pansement")
	w.picture(withSophie, "09-tray")
	w.keys("Return")
	w.org.WaitUntil(w.t, sophie.JID, n, func(r sandboxtest.Received) bool { return strings.Contains(r.Body, "Avant le pansement") })
	w.p.await("picture drawn")

	mark := w.p.mark()
	w.write("Peux-tu m’envoyer une photo ?")
	w.keys("Return")
	w.p.next(mark, "picture drawn")
	w.picture(withSophie, "09-pictures")

	w.keys("ctrl+g")
	w.p.await("files drawn")
	w.picture(withSophie, "09-gallery")
	w.keys("Tab", "Return") // the newest picture
	w.p.await("viewer drawn")
	w.picture(withSophie, "09-viewer")
	w.keys("Escape", "Escape")
}

// hold has something in the clipboard, as another program does. Whoever had it before may offer the same type: the owner must be another one.
func hold(t testing.TB, kind string, content []byte) {
	t.Helper()
	x, err := xgb.NewConn()
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	const name = "CLIPBOARD"
	clipboard, err := xproto.InternAtom(x, false, uint16(len(name)), name).Reply()
	if err != nil {
		t.Fatal(err)
	}
	owner := func() xproto.Window {
		reply, err := xproto.GetSelectionOwner(x, clipboard.Atom).Reply()
		if err != nil {
			t.Fatal(err)
		}
		return reply.Owner
	}
	before := owner()
	c := exec.Command("xclip", "-selection", "clipboard", "-t", kind, "-quiet")
	c.Stdin = bytes.NewReader(content)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	until(t, kind+" in the clipboard", func() bool { now := owner(); return now != before && now != xproto.WindowNone })
}

// pastes: a program that hangs in the middle of what it gives holds up the entry of the paste alone, ten megabytes are refused, and Enter
// sends what was pasted.
func (w *walk) pastes() {
	book := bytes.Repeat([]byte("x"), 10<<20)
	w.desktop.own(&clipboardtest.Owner{Offers: map[string][]byte{"UTF8_STRING": book}, Piece: 100, Hangs: true})
	withSophie := w.window(w.org.Sophie().Name)
	w.focus(withSophie)
	mark := w.p.mark()
	w.keys("ctrl+v")
	w.focus(w.main)
	w.keys("ctrl+shift+f")
	w.p.next(mark, "screen", "name", "search")
	w.p.next(mark, "clipboard not read")
	w.keys("ctrl+v") // into the box of the search
	w.focus(withSophie)
	w.picture(withSophie, "09-hung-clipboard")
	mark = w.p.mark()
	w.keys("a", "BackSpace")
	w.p.next(mark, "typing drawn")
	w.focus(w.main)
	w.keys("Escape") // waits behind the paste
	w.p.next(mark, "screen", "name", "list")
	w.focus(withSophie)

	w.desktop.own(&clipboardtest.Owner{Offers: map[string][]byte{"UTF8_STRING": book}, Piece: 1 << 17})
	mark = w.p.mark()
	w.keys("ctrl+v")
	w.keys("ctrl+g") // waits behind the paste
	w.p.next(mark, "files drawn")
	w.keys("Escape")
	w.picture(withSophie, "09-long-paste")

	w.write("Encore")
	w.keys("ctrl+a", "ctrl+c", "End", "ctrl+v", "Return") // what is pasted comes from the program itself, and is sent
	w.org.WaitReceived(w.t, w.org.Sophie().JID, "EncoreEncore")
}
