package messaging

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"path"
	"strings"

	"discussions/messaging/files"
	"discussions/messaging/outbox"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// The name and type that the upload service gets for an encrypted file: they say nothing about it.
const (
	neutralName = "f.bin"
	neutralType = "application/octet-stream"
)

// slotsTried is how many slots are requested for a file whose slots expire before it is uploaded.
const slotsTried = 3

// NewFile is a file to be sent.
type NewFile struct {
	Name          string
	MediaType     string
	Width, Height int    // of a picture
	Preview       []byte // of a picture: a tiny JPEG
	Caption       string // what the user wrote to it
	Content       io.Reader
}

// SendFile puts a file, and a message with it, into the outbox on disk, and returns the message, Queued. The file is uploaded as soon as
// there is a connection, and then the message goes. Errors: [ErrFileTooLarge], [ErrFileType], those of Content and of [Client.Send].
func (c *Client) SendFile(id ConversationID, n NewFile) (m Message, err error) {
	if !c.cfg.Files.Takes(n.MediaType) {
		return Message{}, ErrFileType
	}
	if len(n.Caption) > 0 {
		if err := sendable(Text{Body: n.Caption}); err != nil {
			return Message{}, err
		}
	}
	box, _, err := c.files.opened()
	if err != nil {
		return Message{}, err
	}
	origin := newID()
	c.files.keeping.RLock()
	defer c.files.keeping.RUnlock()
	limit := c.cfg.Files.Limit()
	size, err := box.Put(files.Pending(origin), io.LimitReader(n.Content, limit+1))
	switch {
	case err == nil && size > limit:
		err = ErrFileTooLarge
	case err == nil && size == 0:
		err = ErrEmpty
	}
	if err == nil {
		m, err = c.sendNew(id, File{
			Name: files.SafeName(n.Name, ""), MediaType: strings.ToLower(n.MediaType), Size: size, Width: n.Width, Height: n.Height, Description: n.Caption,
			Preview: previewText(n.Preview), Local: origin,
		}, "", origin)
	}
	if err != nil {
		_ = box.Remove(files.Pending(origin))
		return Message{}, inOwnTerms(err)
	}
	return m, nil
}

// unready says of a message of the outbox that its file is not on a server yet.
func unready(o *store.Outgoing) bool {
	f, ok := o.Content.(File)
	return ok && f.Local != ""
}

// wakeUploads makes the uploads check the outbox.
func (s *syncer) wakeUploads() {
	if s == nil || s.stop == nil {
		return
	}
	select {
	case s.uploads <- struct{}{}:
	default:
	}
}

// followUploads uploads the files of the outbox, one after another.
func (s *syncer) followUploads(ctx context.Context, wake <-chan struct{}) {
	for {
		for more := true; more && ctx.Err() == nil; {
			_ = s.retry(ctx, "upload a file", func(ctx context.Context) (err error) {
				more, err = s.c.uploadNext(ctx)
				return err
			})
		}
		select {
		case <-ctx.Done():
			return
		case <-wake:
		}
	}
}

// uploadNext uploads the first file that waits. An error is one after which the same can be tried again.
func (c *Client) uploadNext(ctx context.Context) (more bool, err error) {
	o, found, err := c.nextUpload()
	if err != nil || !found {
		return false, err
	}
	box, _, err := c.files.opened()
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m := Message{ID: MessageID(o.ID), Conversation: o.Conv}
	c.files.mu.Lock()
	c.files.jobs[m.ID] = &fileJob{cancel: cancel}
	c.files.mu.Unlock()
	f := o.Content.(File)
	c.tellFile(&m, FileState{Stage: FileMoving, Total: f.Size})
	sent, err := c.upload(ctx, box, &m, f)
	var stanza *xmpp.StanzaError
	switch {
	case err == nil:
		return true, c.uploaded(ctx, box, &o, sent)
	case ctx.Err() != nil: // given up, or the session or the account's opening has ended
		c.tellFile(&m, FileState{})
		return true, nil
	case errors.Is(err, xmpp.ErrFileTooLarge), errors.Is(err, files.ErrTooLarge):
		return true, c.refuseFile(&o, FileTooLarge)
	case errors.Is(err, xmpp.ErrQuota):
		return true, c.refuseFile(&o, FileQuota)
	case errors.Is(err, xmpp.ErrNoUpload):
		return true, c.refuseFile(&o, FileNoService)
	case errors.Is(err, files.ErrAbsent), errors.Is(err, files.ErrDamaged): // the copy on this computer
		return true, c.refuseFile(&o, FileGone)
	case errors.Is(err, files.ErrRefused), errors.Is(err, files.ErrSlotEnded), errors.Is(err, files.ErrHost), errors.As(err, &stanza) && stanza.Type != "wait":
		return true, c.refuseFile(&o, FileRefused)
	}
	c.tellFile(&m, FileState{})
	return true, err
}

// nextUpload finds the first message of the outbox whose file is to be uploaded.
func (c *Client) nextUpload() (o store.Outgoing, found bool, err error) {
	err = c.write(func(s *store.Store) error {
		if c.syncer == nil || !c.syncer.up { // the next session looks again
			return nil
		}
		list, err := s.Outbox()
		for _, o2 := range list {
			if m := c.outbox.Get(o2.ID); err == nil && !found && m != nil && m.State() == outbox.Queued && unready(&o2) {
				o, found = o2, true
			}
		}
		return err
	})
	return o, found, err
}

// upload encrypts and uploads a file, and gives what its message says of it.
func (c *Client) upload(ctx context.Context, box *files.Box, m *Message, f File) (sent xmpp.SharedFile, err error) {
	if f.Size > c.cfg.Files.Limit() {
		return sent, files.ErrTooLarge
	}
	service, err := c.wire.UploadService(ctx)
	if err != nil {
		return sent, err
	}
	for range slotsTried {
		if sent, err = c.uploadOnce(ctx, box, m, f, &service); !errors.Is(err, files.ErrSlotEnded) {
			return sent, err
		}
	}
	return sent, err
}

// uploadOnce uploads a file into a slot of its own, while it is read from the box.
func (c *Client) uploadOnce(ctx context.Context, box *files.Box, m *Message, f File, service *xmpp.UploadService) (sent xmpp.SharedFile, err error) {
	r, err := box.Open(refOf(f))
	if err != nil {
		return sent, err
	}
	defer r.Close()
	content, name, mediaType := files.Seal(r, f.Size), neutralName, neutralType
	if c.cfg.Files.Plain {
		content, name, mediaType = files.Plain(r, f.Size), "f"+strings.ToLower(path.Ext(f.Name)), f.MediaType
	}
	if service.MaxSize > 0 && content.Size() > service.MaxSize {
		return sent, xmpp.ErrFileTooLarge
	}
	slot, err := c.wire.UploadSlot(ctx, service.JID, name, mediaType, content.Size())
	if err != nil {
		return sent, err
	}
	if err := c.files.transfer.Upload(ctx, slot, content, func(done, total int64) {
		c.tellProgress(m, FileState{Stage: FileMoving, Done: done, Total: total})
	}); err != nil {
		return sent, err
	}
	c.files.transfer.AllowService(slot.Get)
	sent = xmpp.SharedFile{Name: f.Name, MediaType: f.MediaType, Size: f.Size, Width: f.Width, Height: f.Height, Thumbnail: f.Preview}
	content.Describe(&sent)
	if sent.Encrypted != nil {
		sent.Encrypted.Sources = []string{slot.Get}
	} else {
		sent.Sources = []string{slot.Get}
	}
	return sent, nil
}

// uploaded releases the message of an uploaded file.
func (c *Client) uploaded(ctx context.Context, box *files.Box, o *store.Outgoing, sent xmpp.SharedFile) error {
	before := o.Content.(File)
	after := before
	after.Access, after.Local = access([]xmpp.SharedFile{sent}), ""
	if len(sent.Sources) > 0 {
		after.URL = sent.Sources[0]
	}
	c.files.keeping.RLock()
	defer c.files.keeping.RUnlock()
	var stored store.Message
	found := false
	err := c.write(func(s *store.Store) (err error) {
		if c.outbox.Get(o.ID) == nil { // given up meanwhile
			return nil
		}
		stored, found, err = s.Uploaded(o.Conv, o.ID, after)
		return err
	})
	if err != nil || !found {
		return err
	}
	if err := box.Move(refOf(before), refOf(after)); err != nil {
		c.log.Warn("keep an uploaded file", "err", err) // it can be fetched
	}
	err = c.write(func(*store.Store) error {
		if m := c.outbox.Get(o.ID); m != nil {
			m.Unready = false
		}
		c.publish(MessageChanged{c.message(&stored)})
		c.flush()
		return nil
	})
	// Afterwards: a subscriber then opens the file by its name in the changed message.
	c.tellFile(&Message{ID: MessageID(o.ID), Conversation: o.Conv}, FileState{Stage: FileHere})
	return err
}

// refuseFile marks a message failed whose file cannot be uploaded.
func (c *Client) refuseFile(o *store.Outgoing, why FileFailure) error {
	c.log.Warn("a file cannot be uploaded", "because", string(why))
	c.tellFile(&Message{ID: MessageID(o.ID), Conversation: o.Conv}, FileState{})
	return c.write(func(*store.Store) error {
		if c.outbox.Get(o.ID) == nil {
			return nil
		}
		_, err := c.refuse(o.Conv, o.ID, string(why))
		c.flush() // the messages that waited for it
		return err
	})
}

// fileStanza puts a file into a message. Programs that do not know how to read it show its name, or, of one that is not encrypted, its address.
func fileStanza(m *xmpp.Message, f *File) {
	var shared []xmpp.SharedFile
	_ = json.Unmarshal([]byte(f.Access), &shared) // this program wrote it
	for i := range shared {
		shared[i].Thumbnail = f.Preview
	}
	m.Files = shared
	fallback := "📎 " + f.Name
	if f.URL != "" {
		fallback = f.URL
		m.OutOfBand = []xmpp.OutOfBand{{URL: f.URL}}
	}
	m.Body = fallback
	if f.Description != "" {
		fallback += "\n"
		m.Body = fallback + f.Description
	}
	m.Fallbacks = []xmpp.Fallback{{For: xmpp.NSFileSharing, Body: []xmpp.Range{{End: len([]rune(fallback))}}}}
}

func previewText(jpeg []byte) string {
	text := base64.StdEncoding.EncodeToString(jpeg)
	if len(text) > maxPreview {
		return ""
	}
	return text
}

// maxPreview is the most bytes of a preview, so that a message stays small.
const maxPreview = 4 << 10
