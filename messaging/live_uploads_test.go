//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"discussions/internal/sandboxtest"
	"discussions/internal/secret"
	"discussions/messaging"
	"discussions/messaging/files"
	"discussions/messaging/xmpp"
)

// fileTests are what files do with a real upload service, that of ejabberd and that of Prosody.
var fileTests = []struct {
	name string
	f    func(*testing.T, *sandboxtest.Sandbox)
}{
	{"a file", sharedFiles},
	{"files of another program", askedFiles},
	{"files, with another program", filesElsewhere},
	{"transfers that are cut", cutTransfers},
	{"slots", slots},
	{"a message whose file is cut", cutFile},
	{"a file that the server has deleted", deletedFile},
	{"a quota", quota},
	{"a killed program", killedTransfers},
}

func TestFilesWithProsody(t *testing.T) {
	if os.Getenv(killedWork) != "" {
		workUntilKilled(t)
		return
	}
	s := sandboxtest.Start(t, "--engine", "prosody")
	filesWith(t, s)
	t.Run("a server without the service, and slots that end", func(t *testing.T) { changedService(t, s) })
}

func filesWith(t *testing.T, s *sandboxtest.Sandbox) {
	for _, test := range fileTests {
		t.Run(test.name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			t.Cleanup(func() { goleak.VerifyNone(t, before) })
			test.f(t, s)
		})
	}
}

// lame makes connections that break after so many bytes, in both directions together: of TLS, so at any byte of a request or an answer.
type lame struct {
	transport *http.Transport

	mu    sync.Mutex
	conns []*lameConn
	left  int    // of the connections to come; 0: they are whole
	stuck func() // is called instead of breaking one, which stands still then; nil: it breaks
	moved int    // bytes, since the last limit
}

type lameConn struct {
	net.Conn
	l    *lame
	left int
}

func newLame(t *testing.T, s *sandboxtest.Sandbox) *lame {
	l := &lame{transport: s.Transport(t)}
	l.transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		var d net.Dialer
		c, err := d.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		conn := &lameConn{c, l, l.left}
		if l.left == 0 {
			conn.left = 1 << 40
		}
		l.conns = append(l.conns, conn)
		return conn, nil
	}
	return l
}

// limit makes the next connections break after so many bytes; 0: they are whole.
func (l *lame) limit(left int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left, l.moved = left, 0
}

// move counts what passes.
func (c *lameConn) move(n int) {
	c.l.mu.Lock()
	defer c.l.mu.Unlock()
	c.l.moved += n
}

// spend ends the connection after so many bytes.
func (c *lameConn) spend(n int) {
	c.l.mu.Lock()
	c.left -= n
	over, stuck := c.left <= 0, c.l.stuck
	c.l.mu.Unlock()
	switch {
	case over && stuck != nil:
		stuck()
		select {}
	case over:
		_ = c.Conn.Close()
	}
}

func (c *lameConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b[:min(len(b), max(c.room(), 1))])
	c.move(n)
	c.spend(n)
	return n, err
}

func (c *lameConn) Write(b []byte) (int, error) {
	part := b[:min(len(b), c.room())]
	c.move(len(part)) // first: the answer may come, and the count be looked at, before this goroutine goes on
	n, err := c.Conn.Write(part)
	c.spend(n)
	if err == nil && n < len(b) {
		err = errors.New("the connection is broken")
	}
	return n, err
}

func (c *lameConn) room() int {
	c.l.mu.Lock()
	defer c.l.mu.Unlock()
	return max(c.left, 0)
}

// cutTransfers: whatever the byte at which an upload or a download is cut, the next one ends well, and half a file is never taken for one.
func cutTransfers(t *testing.T, s *sandboxtest.Sandbox) {
	w := s.Wire(t, s.Claire().JID, nil)
	service, err := w.UploadService(t.Context())
	check(t, err)
	content := make([]byte, 20_000)
	for i := range content {
		content[i] = byte(rand.Uint32())
	}
	l := newLame(t, s)
	upload := func(cut int) (f xmpp.SharedFile, moved int, err error) {
		sealed := files.Seal(bytes.NewReader(content), int64(len(content)))
		x := files.NewTransfer(l.transport) // with a connection of its own
		defer x.Close()
		slot, err := w.UploadSlot(t.Context(), service.JID, "f.bin", "application/octet-stream", sealed.Size())
		check(t, err)
		l.limit(cut)
		err = x.Upload(t.Context(), slot, sealed, nil)
		sealed.Describe(&f)
		f.Encrypted.Sources = []string{slot.Get}
		l.mu.Lock()
		defer l.mu.Unlock()
		return f, l.moved, err
	}
	fetch := func(f xmpp.SharedFile, cut int) (moved int, err error) {
		x := files.NewTransfer(l.transport)
		defer x.Close()
		x.AllowService(f.Encrypted.Sources[0])
		source, err := files.SourceOf(accessTo(t, xmpp.SharedFile{Size: int64(len(content)), Encrypted: f.Encrypted}))
		check(t, err)
		l.limit(cut)
		part, read := partOf(t)
		d := x.Begin(source, 1<<20, part)
		err = d.Run(t.Context(), nil)
		l.mu.Lock()
		moved = l.moved
		l.mu.Unlock()
		if err != nil && cut > 0 { // the network is whole again
			if !errors.Is(err, files.ErrUnavailable) {
				return moved, err
			}
			l.limit(0)
			err = d.Run(t.Context(), nil)
		}
		if err == nil && !bytes.Equal(read(), content) {
			t.Errorf("cut after %d bytes: another file", cut)
		}
		return moved, err
	}
	whole, up, err := upload(0)
	check(t, err)
	down, err := fetch(whole, 0)
	check(t, err)
	for _, total := range []int{up, down} {
		if total < len(content) {
			t.Fatalf("%d bytes have moved", total)
		}
	}
	const cuts = 40
	for i := range cuts {
		cut := 1 + (i*up+rand.IntN(up))/cuts
		half, _, err := upload(cut)
		switch {
		case err == nil: // the cut came behind the answer
			_, err = fetch(half, 0)
			check(t, err)
		case !errors.Is(err, files.ErrUnavailable):
			t.Errorf("an upload, cut after %d of %d bytes: %v", cut, up, err)
		default:
			// The server may have had all of it. ejabberd 23.01 keeps half a file, too: it is known by its hash, and no message names it.
			if _, err := fetch(half, 0); err != nil && !errors.Is(err, files.ErrGone) && !errors.Is(err, files.ErrDamaged) {
				t.Errorf("an upload, cut after %d of %d bytes, is there: %v", cut, up, err)
			}
		}
		cut = 1 + (i*down+rand.IntN(down))/cuts
		if _, err := fetch(whole, cut); err != nil {
			t.Errorf("a download, cut after %d of %d bytes: %v", cut, down, err)
		}
	}
}

// partOf is where a file is fetched to; read keeps it and gives its content.
func partOf(t *testing.T) (part *files.Part, read func() []byte) {
	t.Helper()
	box, err := files.OpenBox(t.TempDir(), secret.NewKey(make([]byte, secret.KeySize)), 1<<30)
	check(t, err)
	part, err = box.Begin(files.Fetched("x"))
	check(t, err)
	t.Cleanup(func() { part.Discard(); box.Close() })
	return part, func() []byte {
		check(t, part.Keep())
		data, err := box.Read(files.Fetched("x"), 1<<20)
		check(t, err)
		return data
	}
}

// slots: one that was used is over, and there is none for a file that is too large or empty.
func slots(t *testing.T, s *sandboxtest.Sandbox) {
	w := s.Wire(t, s.Claire().JID, nil)
	service, err := w.UploadService(t.Context())
	check(t, err)
	same(t, "limit of the service", service.MaxSize, int64(104857600))
	slot, err := w.UploadSlot(t.Context(), service.JID, "f.bin", "application/octet-stream", 3)
	check(t, err)
	x := files.NewTransfer(s.Transport(t))
	defer x.Close()
	check(t, x.Upload(t.Context(), slot, files.Plain(strings.NewReader("abc"), 3), nil))
	// ejabberd answers and closes the connection before it has read the file: the answer may be lost with it. Another slot is asked for either way.
	if err := x.Upload(t.Context(), slot, files.Plain(strings.NewReader("abd"), 3), nil); !errors.Is(err, files.ErrSlotEnded) && !errors.Is(err, files.ErrUnavailable) {
		t.Errorf("a second time: %v", err)
	}
	if _, err := w.UploadSlot(t.Context(), service.JID, "f.bin", "application/octet-stream", service.MaxSize+1); !errors.Is(err, xmpp.ErrFileTooLarge) {
		t.Errorf("too large: %v", err)
	}
	x.AllowService(slot.Get)
	part, read := partOf(t)
	check(t, x.Begin(files.Source{URLs: []string{slot.Get}}, 100, part).Run(t.Context(), nil))
	same(t, "what came first", string(read()), "abc")
}

// cutFile: the message comes once, behind the text before it, although the upload and then the download were cut in the middle.
func cutFile(t *testing.T, s *sandboxtest.Sandbox) {
	from, to := newLame(t, s), newLame(t, s)
	claire, paul := startWith(t, s, s.Claire(), messaging.Config{Dir: t.TempDir(), Transport: from.transport}), startWith(t, s, s.Paul(), messaging.Config{Dir: t.TempDir(), Transport: to.transport})
	content := bytes.Repeat([]byte("CANARI"), 50_000)
	from.limit(150_000)
	_, err := claire.Send(s.Paul().JID, "avant la coupure")
	check(t, err)
	_, err = claire.SendFile(messaging.ConversationID(s.Paul().JID), messaging.NewFile{Name: "scan.pdf", MediaType: "application/pdf", Caption: "coupé", Content: bytes.NewReader(content)})
	check(t, err)
	claire.until(t, "the cut", func() bool { return from.broken() })
	from.limit(0)
	paul.until(t, "the file", func() bool { return paul.has(s.Claire().JID, "coupé") })
	same(t, "once, in order", paul.bodies(t, s.Claire().JID, 2), []string{"avant la coupure", "coupé"})
	m := paul.newestFile(t, s.Claire().JID)
	to.limit(150_000)
	paul.FetchFile(m, messaging.Asked)
	paul.until(t, "the cut", func() bool { return to.broken() })
	to.limit(0)
	paul.holdsFile(t, m, content)
}

func (l *lame) broken() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.conns {
		if c.left <= 0 {
			return true
		}
	}
	return false
}

// deletedFile: the server has deleted the file, as it does after a while.
func deletedFile(t *testing.T, s *sandboxtest.Sandbox) {
	claire, paul := start(t, s, s.Claire()), start(t, s, s.Paul())
	_, err := claire.SendFile(messaging.ConversationID(s.Paul().JID), messaging.NewFile{Name: "vieux.pdf", MediaType: "application/pdf", Caption: "échu", Content: bytes.NewReader([]byte("contenu"))})
	check(t, err)
	paul.until(t, "the file", func() bool { return paul.has(s.Claire().JID, "échu") })
	m := paul.newestFile(t, s.Claire().JID)
	deleted := 0
	engine := filepath.Join(filepath.Dir(s.Config), "engine")
	check(t, filepath.WalkDir(engine, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && filepath.Ext(path) == ".bin" {
			deleted++
			return os.Remove(path)
		}
		return nil
	}))
	if deleted == 0 {
		t.Fatal("the server has no files")
	}
	paul.FetchFile(m, messaging.Asked)
	paul.until(t, "an end", func() bool { return paul.FileState(m).Stage != messaging.FileMoving })
	same(t, "state", paul.FileState(m), messaging.FileState{Stage: messaging.FileFailed, Failure: messaging.FileGone})
}

// quota: Prosody counts what a person uploads in a day; ejabberd deletes older files instead.
func quota(t *testing.T, s *sandboxtest.Sandbox) {
	if s.Server != "prosody" {
		return
	}
	who := s.Julien()
	w := s.Wire(t, who.JID, nil)
	service, err := w.UploadService(t.Context())
	check(t, err)
	for n := 0; err == nil && n < 20; n++ {
		_, err = w.UploadSlot(t.Context(), service.JID, "f.bin", "application/octet-stream", service.MaxSize)
	}
	if !errors.Is(err, xmpp.ErrQuota) {
		t.Fatalf("the quota is not reached: %v", err)
	}
	d := start(t, s, who)
	m, err := d.SendFile(messaging.ConversationID(s.Claire().JID), messaging.NewFile{Name: "a.pdf", MediaType: "application/pdf", Content: strings.NewReader("contenu")})
	check(t, err)
	d.until(t, "it is refused", func() bool {
		return d.got(func(e messaging.Event) bool {
			changed, ok := e.(messaging.MessageChanged)
			return ok && changed.Message.ID == m.ID && changed.Message.State == messaging.Failed
		})
	})
	same(t, "because", messaging.FileFailure(d.newestFile(t, s.Claire().JID).Failure), messaging.FileQuota)
	check(t, d.Discard(m.ID))
}

func accessTo(t *testing.T, f xmpp.SharedFile) string {
	t.Helper()
	b, err := json.Marshal([]xmpp.SharedFile{f})
	check(t, err)
	return string(b)
}

// filesElsewhere: files go to and from a program that has nothing in common with this one, encrypted and as they are.
func filesElsewhere(t *testing.T, s *sandboxtest.Sandbox) {
	paul := startOther(t, s, s.Paul(), "")
	for name, plain := range map[string]bool{"encrypted": false, "as they are": true} {
		t.Run(name, func(t *testing.T) {
			claire := startWith(t, s, s.Claire(), messaging.Config{Dir: t.TempDir(), Files: messaging.FilePolicy{Plain: plain}})
			content := append([]byte("%PDF-1.4 CANARI œil \x00\xFF "), name...)
			m, err := claire.SendFile(messaging.ConversationID(s.Paul().JID), messaging.NewFile{
				Name: "ordonnance œil.pdf", MediaType: "application/pdf", Caption: "pour vous, " + name, Content: bytes.NewReader(content),
			})
			check(t, err)
			got := paul.until("the file", func(m said) bool { return m.Own == "pour vous, "+name })
			same(t, "there", got.File, saidFile{Name: "ordonnance œil.pdf", Type: "application/pdf", Size: len(content), Encrypted: !plain, Right: true, Data: content})
			same(t, "a link for older programs", got.Link != "", plain)
			claire.until(t, "an empty outbox", func() bool { return claire.Unsent() == 0 })
			same(t, "id", m.ID, claire.newestFile(t, s.Paul().JID).ID)

			content = append([]byte("de là-bas \x00 "), name...)
			paul.do("share", s.Claire().JID, "chat", map[string]any{
				"id": "shared " + name, "body": "en retour, " + name, "file": map[string]any{"name": "../radio.bin", "type": "application/octet-stream", "data": content, "encrypt": !plain},
			})
			claire.until(t, "the other's file", func() bool { return claire.has(s.Paul().JID, "en retour, "+name) })
			m = claire.newestFile(t, s.Paul().JID)
			f := m.Content.(messaging.File)
			same(t, "name and size", []any{f.Name, f.Size}, []any{"radio.bin", int64(len(content))})
			claire.FetchFile(m, messaging.Asked)
			claire.holdsFile(t, m, content)
		})
	}
}
