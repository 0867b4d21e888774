//go:build linux

package tour

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"discussions/internal/picture/picturetest"
)

// benchmarkPicture is what a photograph of 12 megapixels takes that was copied in its folder: from Ctrl+V until it is in the tray with its
// thumbnail, and from Enter until the other person's client has the message, whose file is on the server by then.
func (d *desk) benchmarkPicture(b *testing.B) {
	other := d.org.Person("Moussa Keïta")
	d.ready(1)
	d.focus(d.conversation("Moussa"))
	path := filepath.Join(b.TempDir(), "plaie.jpg")
	if err := os.WriteFile(path, picturetest.JPEG(picturetest.Wound(4000, 3000)), 0o600); err != nil {
		b.Fatal(err)
	}
	hold(b, "text/uri-list", []byte("file://"+path+"\r\n"))
	tray := series{name: "picture of 12 MP pasted → in the tray", unit: "tray"}
	there := series{name: "Enter → the other person's client has its message", unit: "there"}
	n := len(d.org.Received(b, other.JID))
	for i := range 10 {
		time.Sleep(200*time.Millisecond + phase(i))
		mark := d.p.mark()
		pressed := d.press(b, "ctrl+v")
		line, mark := d.p.next(mark, "file attached")
		tray.add(line.at(b).Sub(pressed))
		pressed = d.press(b, "Return")
		there.add(d.received(b, other.JID, n+i).Sub(pressed))
		d.p.next(mark, "picture drawn")
	}
	tray.report(b)
	there.report(b)
}
