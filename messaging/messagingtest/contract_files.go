package messagingtest

import (
	"errors"
	"io"
	"strings"

	"discussions/messaging"
	"discussions/messaging/files"
)

// sendingFiles is what holds before anything is uploaded.
func (c *contract) sendingFiles() {
	c.Archived("bonjour")
	c.online()
	c.Disconnect()
	file := messaging.NewFile{Name: "../ordonnance.pdf", MediaType: "Application/PDF", Caption: "pour Mme B.", Content: strings.NewReader("contenu")}
	m, err := c.SendFile(Sophie, file)
	c.must(err)
	f, ok := m.Content.(messaging.File)
	if !ok || !m.Own || m.State != messaging.Queued {
		c.Fatalf("%+v", m)
	}
	c.same("file", []any{f.Name, f.MediaType, f.Size, f.Description}, []any{"ordonnance.pdf", "application/pdf", int64(7), "pour Mme B."})
	c.same("state", c.FileState(m), messaging.FileState{Stage: messaging.FileHere})
	r, err := c.OpenFile(m)
	c.must(err)
	content, err := io.ReadAll(r)
	c.must(errors.Join(err, r.Close()))
	c.same("content", string(content), "contenu")
	c.same("in the outbox", c.Unsent(), 1)

	for want, n := range map[error]messaging.NewFile{
		messaging.ErrEmpty:   {Name: "a", Content: strings.NewReader("")},
		messaging.ErrTooLong: {Name: "a", Content: strings.NewReader("x"), Caption: strings.Repeat("x", messaging.MaxBody+1)},
	} {
		if _, err := c.SendFile(Sophie, n); !errors.Is(err, want) {
			c.Errorf("%v: %v", want, err)
		}
	}
	c.same("still in the outbox", c.Unsent(), 1)
	if _, err := c.OpenFile(messaging.Message{ID: "unknown", Content: messaging.File{Access: "x"}}); !errors.Is(err, files.ErrAbsent) {
		c.Errorf("an unknown file: %v", err)
	}
	second, err := c.SendFile(Sophie, messaging.NewFile{Name: "b.pdf", MediaType: "application/pdf", Content: strings.NewReader("deux")})
	c.must(err)
	shared := func(before messaging.Cursor, n int, want ...messaging.MessageID) {
		c.Helper()
		list, more, err := c.SharedFiles(Sophie, before, n)
		c.must(err)
		var ids []messaging.MessageID
		for _, m := range list {
			ids = append(ids, m.ID)
		}
		c.same("shared files", ids, want)
		c.same("others", more, len(want) == 1 && want[0] == second.ID)
	}
	shared(messaging.Cursor{}, 10, second.ID, m.ID)
	shared(messaging.Cursor{}, 1, second.ID)
	shared(second.Cursor, 1, m.ID)
	shared(m.Cursor, 10)
	if list, _, err := c.SharedFiles(paul, messaging.Cursor{}, 1); err != nil || list != nil {
		c.Errorf("of a conversation without files: %v, %v", list, err)
	}
	c.must(c.Lock())
	if _, _, err := c.SharedFiles(Sophie, messaging.Cursor{}, 1); !errors.Is(err, messaging.ErrLocked) {
		c.Errorf("files of a locked account: %v", err)
	}
	if _, err := c.OpenFile(m); !errors.Is(err, messaging.ErrLocked) {
		c.Errorf("locked: %v", err)
	}
}
