//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"discussions/internal/sandboxtest"
	"discussions/messaging"
)

// sharedFiles: a file goes through the real upload service to another person, in order with the texts around it.
func sharedFiles(t *testing.T, s *sandboxtest.Sandbox) {
	claire, paul := start(t, s, s.Claire()), start(t, s, s.Paul())
	from, to := s.Claire().JID, s.Paul().JID
	content := bytes.Repeat([]byte("CANARI Mme B. "), 20_000)
	_, err := claire.Send(to, "avant le fichier")
	check(t, err)
	sent, err := claire.SendFile(messaging.ConversationID(to), messaging.NewFile{
		Name: "ordonnance œil.pdf", MediaType: "application/pdf", Caption: "pour Mme B.", Content: bytes.NewReader(content),
	})
	check(t, err)
	_, err = claire.Send(to, "après le fichier")
	check(t, err)

	paul.until(t, "the text behind the file", func() bool { return paul.has(from, "après le fichier") })
	same(t, "in order", paul.bodies(t, from, 3), []string{"avant le fichier", "pour Mme B.", "après le fichier"})
	claire.until(t, "the outbox is empty", func() bool { return claire.Unsent() == 0 })

	p, err := paul.History(t.Context(), from, messaging.Cursor{}, 3)
	check(t, err)
	m := p.Messages[1]
	f := m.Content.(messaging.File)
	if f.Name != "ordonnance œil.pdf" || f.Size != int64(len(content)) || !strings.Contains(f.Access, "f.bin") || f.URL != "" {
		t.Errorf("%+v", f)
	}
	paul.FetchFile(m, messaging.Asked)
	paul.holdsFile(t, m, content)

	own, err := claire.History(t.Context(), to, messaging.Cursor{}, 3)
	check(t, err)
	same(t, "own message", own.Messages[1].ID, sent.ID)
	same(t, "as the other reads it", own.Messages[1].Content, messaging.Content(f))
}

// askedFiles: a colleague with another program sends files as they are; a picture of a contact is fetched unasked.
func askedFiles(t *testing.T, s *sandboxtest.Sandbox) {
	claire := start(t, s, s.Claire())
	from := s.Sophie().JID
	for question, want := range map[string]messaging.File{
		"Pouvez-vous m’envoyer une photo ?":    {Name: "plaie.jpg", MediaType: "image/jpeg", Width: 1200, Height: 900, Description: "Voici la plaie, ce matin."},
		"Pouvez-vous l’envoyer aussi en PDF ?": {Name: "ordonnance.pdf", MediaType: "application/pdf"},
	} {
		_, err := claire.Send(from, question)
		check(t, err)
		var m messaging.Message
		claire.until(t, want.Name, func() bool {
			return claire.got(func(e messaging.Event) bool {
				added, ok := e.(messaging.MessageAdded)
				f, isFile := added.Message.Content.(messaging.File)
				if ok && isFile && f.Name == want.Name {
					m = added.Message
				}
				return m.ID != ""
			})
		})
		f := m.Content.(messaging.File)
		size := f.Size
		if f.Size, f.URL, f.Access = 0, "", ""; f != want {
			t.Errorf("%+v", f)
		}
		claire.FetchFile(m, messaging.Asking(want.Width == 0))
		claire.until(t, "the file is here", func() bool { return claire.FileState(m).Stage == messaging.FileHere })
		same(t, "size", int64(len(claire.file(t, m))), size)
	}
}

// file reads the file of a message on this computer.
func (d *device) file(t *testing.T, m messaging.Message) []byte {
	t.Helper()
	r, err := d.OpenFile(m)
	check(t, err)
	data, err := io.ReadAll(r)
	check(t, errors.Join(err, r.Close()))
	return data
}

// holdsFile waits for the end of a fetch, after which the file is here.
func (d *device) holdsFile(t *testing.T, m messaging.Message, content []byte) {
	t.Helper()
	d.until(t, "the file", func() bool { return d.FileState(m).Stage != messaging.FileMoving })
	same(t, "state", d.FileState(m), messaging.FileState{Stage: messaging.FileHere})
	if got := d.file(t, m); !bytes.Equal(got, content) {
		t.Errorf("%d of %d bytes", len(got), len(content))
	}
}

// newestFile is the newest message of a conversation, which has a file.
func (d *device) newestFile(t *testing.T, id string) messaging.Message {
	t.Helper()
	p, err := d.History(t.Context(), id, messaging.Cursor{}, 1)
	check(t, err)
	if _, ok := p.Messages[0].Content.(messaging.File); !ok {
		t.Fatalf("%+v", p.Messages[0].Content)
	}
	return p.Messages[0]
}
