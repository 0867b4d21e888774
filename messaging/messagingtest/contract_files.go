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
	c.must(c.Lock())
	if _, err := c.OpenFile(m); !errors.Is(err, messaging.ErrLocked) {
		c.Errorf("locked: %v", err)
	}
}
