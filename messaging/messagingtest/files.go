package messagingtest

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"

	"discussions/messaging"
	"discussions/messaging/files"
)

// storedFile is the file of a message.
type storedFile struct {
	state   messaging.FileState
	content []byte // on the server, or here
}

// PutFile puts the file of a message on the server, or on this computer, and tells it.
func (c *Client) PutFile(m messaging.Message, content []byte, state messaging.FileState) {
	_ = c.locked(func() error {
		c.files[m.ID] = &storedFile{state, content}
		c.publish(messaging.FileChanged{Conversation: m.Conversation, ID: m.ID, State: state})
		return nil
	})
}

// ForgetFile lets the file of a message go, as the budget does. Nobody is told.
func (c *Client) ForgetFile(m messaging.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.files, m.ID)
}

// SendFile implements the method of [messaging.Client]. The file counts as uploaded when the server acknowledges the message.
func (c *Client) SendFile(id messaging.ConversationID, n messaging.NewFile) (m messaging.Message, err error) {
	if !c.cfg.Files.Takes(n.MediaType) {
		return m, messaging.ErrFileType
	}
	if n.Caption != "" {
		if err := sendable(messaging.Text{Body: n.Caption}); err != nil {
			return m, err
		}
	}
	if err := c.enter(context.Background(), "SendFile"); err != nil {
		return m, err
	}
	limit := c.cfg.Files.Limit()
	content, err := io.ReadAll(io.LimitReader(n.Content, limit+1))
	switch {
	case err != nil:
		return m, err
	case int64(len(content)) > limit:
		return m, messaging.ErrFileTooLarge
	case len(content) == 0:
		return m, messaging.ErrEmpty
	}
	m, err = c.queue(id, messaging.File{
		Name: files.SafeName(n.Name, ""), MediaType: strings.ToLower(n.MediaType), Size: int64(len(content)), Width: n.Width, Height: n.Height,
		Description: n.Caption, Local: "1",
	}, nil)
	if err == nil {
		_ = c.locked(func() error {
			c.files[m.ID] = &storedFile{messaging.FileState{Stage: messaging.FileHere}, content}
			return nil
		})
	}
	return m, err
}

// FetchFile implements the method of [messaging.Client]: what PutFile has put on the server comes at once.
func (c *Client) FetchFile(m messaging.Message, asked messaging.Asking) {
	c.called("fetch %s %v", m.ID, asked)
	_ = c.locked(func() error {
		f := c.files[m.ID]
		switch {
		case f == nil && asked == messaging.Unasked, f != nil && f.state.Stage == messaging.FileHere:
			return nil
		case f == nil:
			f = &storedFile{state: messaging.FileState{Stage: messaging.FileFailed, Failure: messaging.FileGone}}
			c.files[m.ID] = f
		case f.content != nil:
			f.state = messaging.FileState{Stage: messaging.FileHere}
		}
		c.publish(messaging.FileChanged{Conversation: m.Conversation, ID: m.ID, State: f.state})
		return nil
	})
}

// FileState implements the method of [messaging.Client].
func (c *Client) FileState(m messaging.Message) messaging.FileState {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := c.files[m.ID]; f != nil && c.open {
		return f.state
	}
	return messaging.FileState{}
}

// OpenFile implements the method of [messaging.Client].
func (c *Client) OpenFile(m messaging.Message) (io.ReadCloser, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.files[m.ID]
	switch {
	case !c.open:
		return nil, messaging.ErrLocked
	case f == nil || f.state.Stage != messaging.FileHere:
		return nil, files.ErrAbsent
	}
	return io.NopCloser(bytes.NewReader(f.content)), nil
}

// SharedFiles implements the method of [messaging.Client].
func (c *Client) SharedFiles(id messaging.ConversationID, before messaging.Cursor, n int) (list []messaging.Message, more bool, err error) {
	if err := c.enter(context.Background(), "SharedFiles"); err != nil {
		return nil, false, err
	}
	err = c.in(id, func(v *Conversation) error {
		for _, m := range slices.Backward(v.Messages[v.Withheld:]) {
			if m.Parts() != nil && (before.IsZero() || m.Cursor.Before(before)) {
				list = append(list, m)
			}
		}
		if more = len(list) > n; more {
			list = list[:n]
		}
		return nil
	})
	return list, more, err
}

// CancelFile implements the method of [messaging.Client].
func (c *Client) CancelFile(id messaging.MessageID) { c.called("cancel file %s", id) }
