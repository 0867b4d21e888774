//go:build linux

package tour

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"mellium.im/xmpp/jid"

	"discussions/internal/picture/picturetest"
	"discussions/internal/sandboxtest"
	"discussions/messaging/files"
	"discussions/messaging/xmpp"
)

const (
	manyPictures = 200
	// A picture is as high on the screen as its number tells, so that the robot knows which one it sees.
	leastHeight, heights = 96, 50
	// mostGrown bounds the bytes that the program's memory grows by, which the race detector takes several times. Up to 140 MB were seen, and
	// 250 MB where all pictures stay decoded.
	mostGrown = 190e6
)

// pictureHeight is how high the picture of a number is on the screen.
func pictureHeight(number int) int { return leastHeight + number%heights }

// photographer sends Claire many pictures through the real upload service before her program is started, and returns who did.
func (w *walk) photographer() sandboxtest.Person {
	thomas := w.org.Person("Thomas Girard")
	last := fmt.Sprint(manyPictures - 1)
	sent := make(chan struct{})
	wire := w.org.Wire(w.t, thomas.JID, func(e xmpp.Event) {
		if acked, ok := e.(xmpp.Acked); ok && slices.Contains(acked.IDs, last) {
			close(sent)
		}
	})
	service, err := wire.UploadService(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	transfer := files.NewTransfer(w.org.Transport(w.t))
	w.t.Cleanup(transfer.Close)
	preview := base64.StdEncoding.EncodeToString(picturetest.JPEG(image.NewGray(image.Rect(0, 0, 16, 8))))
	drawings := make([][]byte, heights)
	shared := make([]xmpp.SharedFile, manyPictures)
	var uploads errgroup.Group
	uploads.SetLimit(4)
	for i := range shared {
		if i < heights {
			drawings[i] = picturetest.JPEG(picturetest.Wound(640, 2*pictureHeight(i)))
		}
		data := drawings[i%heights]
		uploads.Go(func() error {
			sealed := files.Seal(bytes.NewReader(data), int64(len(data)))
			slot, err := wire.UploadSlot(w.t.Context(), service.JID, "f.bin", "application/octet-stream", sealed.Size())
			if err != nil {
				return err
			}
			f := xmpp.SharedFile{Name: "plaie.jpg", MediaType: "image/jpeg", Size: int64(len(data)), Width: 640, Height: 2 * pictureHeight(i), Thumbnail: preview}
			if err := transfer.Upload(w.t.Context(), slot, sealed, nil); err != nil {
				return err
			}
			sealed.Describe(&f)
			f.Encrypted.Sources = []string{slot.Get}
			shared[i] = f
			return nil
		})
	}
	if err := uploads.Wait(); err != nil {
		w.t.Fatal(err)
	}
	for i, f := range shared {
		if err := wire.Send(xmpp.Message{
			ID: fmt.Sprint(i), OriginID: fmt.Sprint(i), To: jid.MustParse(w.org.Claire().JID), Type: "chat", Body: "📎 plaie.jpg", HasBody: true, Files: []xmpp.SharedFile{f},
			Fallbacks: []xmpp.Fallback{{For: xmpp.NSFileSharing, Body: []xmpp.Range{{End: 11}}}},
		}); err != nil {
			w.t.Fatal(err)
		}
	}
	<-sent
	return thomas
}

// manyPictures: a conversation of many pictures is opened and scrolled from the newest to the oldest and back. Each has its height before it
// is there, nothing moves while they come, each comes, the memory is bounded, and nothing fails.
func (w *walk) manyPictures(from sandboxtest.Person) {
	begun := w.p.mark()
	w.find(from.Name)
	s := &scroll{walk: w, window: w.window(from.Name), oldest: manyPictures}
	s.count(w.p.next(begun, "history shown"))
	w.p.next(begun, "conversation drawn") // with the size that the program has chosen
	w.resize(s.window, 560, 900)
	w.focus(s.window)
	s.until("the newest picture at the foot", func() bool {
		n := len(s.whole)
		return n > 0 && s.whole[n-1].number == manyPictures-1 && s.whole[n-1].foot > s.strip.height-10 && s.follow()
	})
	s.pictures()
	newest, before := s.whole, w.p.memory(w.t)
	for s.oldest > 0 {
		s.turn()
		s.pictures()
	}
	w.picture(s.window, "09-many-pictures")
	s.oldest = manyPictures
	w.keys(slices.Repeat([]string{"Page_Down"}, 60)...)
	s.until("the newest pictures where they were", func() bool { return slices.Equal(s.whole, newest) })
	s.pictures()
	grown := w.p.memory(w.t) - before
	for deadline := time.Now().Add(patience); grown > mostGrown && time.Now().Before(deadline); grown = w.p.memory(w.t) - before {
		time.Sleep(200 * time.Millisecond) // freed memory is returned in small steps
	}
	if grown > mostGrown {
		w.t.Errorf("the program takes %.0f MB more after %d pictures", grown/1e6, manyPictures)
	}
	w.p.nothingFailed(begun)
}

// A scroll is through many pictures. The robot looks at a strip across the left edge of their bubbles.
type scroll struct {
	*walk
	window string
	read   int // messages that the program has read
	line   int // of the log, up to which they are counted

	strip  view
	whole  []seen // the pictures that are in view from top to foot
	oldest int    // the number of the first picture seen so far
}

// seen is a picture in view: its number, and where its bubble is in the strip.
type seen struct{ number, top, foot int }

const (
	// The strip begins here, below the head of the conversation, and ends above its foot.
	stripX, stripTop, stripFoot, stripWidth = 56, 72, 92, 30
	inBubble, inPicture                     = 10, 26 // columns of the strip; the first is left of the bubbles
	bubbleEdge                              = 8      // pixels around a picture
	banner                                  = 40     // what is said of a slow server covers no more
)

// pixel is blue, green and red.
func (s *scroll) pixel(x, y int) []byte { return s.strip.pixels[4*(y*stripWidth+x):][:3] }

// see reads what is in view.
func (s *scroll) see() {
	s.t.Helper()
	window := s.geometry(s.window)
	s.strip = s.lookAt(image.Rect(stripX, stripTop, stripX+stripWidth, window.Dy()-stripFoot).Add(window.Min))
	s.whole = nil
	top, before := -1, true // of a bubble, once it begins in view
	for y := range s.strip.height {
		within := !bytes.Equal(s.pixel(inBubble, y), s.pixel(0, y))
		switch {
		case within && !before:
			top = y
		case !within && before && top >= 0 && y-top >= leastHeight+2*bubbleEdge: // others are texts
			s.whole = append(s.whole, seen{s.number(y - top - 2*bubbleEdge), top, y})
		}
		before = within
	}
}

// follow reports whether the pictures in view follow each other, and those that were seen before.
func (s *scroll) follow() bool {
	for i := range len(s.whole) - 1 {
		if s.whole[i+1].number != s.whole[i].number+1 {
			return false
		}
	}
	n := len(s.whole)
	return n > 0 && s.whole[n-1].number >= s.oldest-2 // one may be cut by two pages
}

// number is that of a picture of this height, near the first that was seen.
func (s *scroll) number(height int) int {
	back := (s.oldest - (height - leastHeight)) % heights
	if back > heights/2 {
		back -= heights
	}
	return s.oldest - back
}

// until looks until it is so.
func (s *scroll) until(what string, so func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		if s.see(); so() {
			return
		}
		if time.Now().After(deadline) {
			s.fail("not in view: " + what)
		}
	}
}

// fail keeps a picture of what is in view.
func (s *scroll) fail(what string) {
	s.t.Helper()
	s.picture(s.window, "09-many-pictures-failed")
	s.t.Fatalf("%s; in view are %v, next to number %d, of %d; the log ends\n%s", what, s.whole, s.oldest, s.read, s.p.tail())
}

// pictures waits until those in view are there. They move nothing.
func (s *scroll) pictures() {
	s.t.Helper()
	first := s.whole
	s.oldest = min(s.oldest, first[0].number)
	s.until("the pictures", func() bool {
		for _, p := range s.whole {
			if p.top > banner && !slices.Contains(first, p) {
				s.fail("a picture has moved while others came")
			}
		}
		return !slices.ContainsFunc(s.whole, func(p seen) bool {
			colour := s.pixel(inPicture, p.top+leastHeight/2)
			return int(colour[2])-int(colour[0]) < 30 // that of skin, where the small preview is grey
		})
	})
}

// turn turns a page towards the oldest picture.
func (s *scroll) turn() {
	s.t.Helper()
	for s.read-(manyPictures-s.oldest) < 8 && s.read < manyPictures { // there is no whole page above: the next one is being read
		s.count(s.p.next(s.line+1, "page shown"))
	}
	old := s.whole
	s.keys("Page_Up")
	last := old
	s.until("another page", func() bool {
		stands := slices.Equal(s.whole, last)
		last = s.whole
		return stands && !slices.Equal(s.whole, old) && s.follow()
	})
}

// count counts the messages that the program has read, by a line of its log.
func (s *scroll) count(line logLine, number int) {
	n, _ := line["shown"].(float64)
	s.read, s.line = s.read+int(n), number
}

// nothingFailed since a line of the log.
func (p *program) nothingFailed(from int) {
	p.t.Helper()
	for ; ; from++ {
		line, ok := p.line(from)
		if !ok {
			return
		}
		if level := line["level"]; level == "WARN" || level == "ERROR" {
			p.t.Errorf("logged: %v", line)
		}
	}
}
