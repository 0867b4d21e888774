package messaging

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"discussions/messaging/files"
	"discussions/messaging/xmpp"
)

const (
	// fetchedUnasked is the largest picture that is fetched because it is in view.
	fetchedUnasked = 10 << 20
	// fetchAttempts is how often a transfer is tried, and fetchProgress after how many bytes these are counted from 1 again.
	fetchAttempts = 3
	fetchProgress = 64 << 10
	// progressEvery is how often the progress of a transfer is told.
	progressEvery = 150 * time.Millisecond
)

// FileState says where the file of a message is. It looks at the disk.
func (c *Client) FileState(m Message) FileState {
	f, ok := m.Content.(File)
	if !ok {
		return FileState{}
	}
	box, _, err := c.files.opened()
	if err != nil {
		return FileState{}
	}
	w := c.files
	var state FileState
	w.mu.Lock()
	if job := w.jobs[m.ID]; job != nil {
		state = job.state
	}
	w.mu.Unlock()
	if state.Stage != FileMoving && box.Has(refOf(f)) {
		return FileState{Stage: FileHere}
	}
	return state
}

// Asking says whether the user asked for a file.
type Asking bool

// Who fetches a file: the user, or the program so that it is there.
const (
	Asked   Asking = true
	Unasked Asking = false
)

// FetchFile fetches the file of a message, in the background; [FileChanged] tells how it goes. Unasked, only a picture of limited size is
// fetched, and only from a known person. Only servers that may be contacted are used.
func (c *Client) FetchFile(m Message, asked Asking) {
	f, ok := m.Content.(File)
	if !ok || f.Local != "" || asked == Unasked && !c.fetchesUnasked(&m, &f) {
		return
	}
	source, err := files.SourceOf(f.Access)
	if err != nil {
		c.tellFile(&m, FileState{Stage: FileFailed, Failure: FileGone})
		return
	}
	box, ctx, err := c.files.opened()
	if err != nil || c.closed.Load() {
		return
	}
	w := c.files
	w.mu.Lock()
	if job := w.jobs[m.ID]; job != nil && (job.state.Stage == FileMoving || asked == Unasked && job.state.Stage != FileAbsent) {
		w.mu.Unlock()
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	w.jobs[m.ID] = &fileJob{state: FileState{Stage: FileMoving, Total: f.Size}, cancel: cancel, of: m, asked: bool(asked)}
	w.mu.Unlock()
	if !c.writer.Put(func() {
		if c.closed.Load() {
			cancel()
			return
		}
		c.wg.Go(func() {
			defer cancel()
			c.fetchFile(ctx, box, m, f, source)
		})
	}) {
		cancel()
	}
}

// fetchAgain retries, now that there is a connection, the fetches that failed without one: at once those that the user requested, the others
// when they are shown.
func (c *Client) fetchAgain() {
	w := c.files
	var asked []Message
	w.mu.Lock()
	for id, job := range w.jobs {
		switch {
		case job.state != FileState{Stage: FileFailed, Failure: FileUnavailable}:
		case job.asked:
			asked = append(asked, job.of)
		default:
			job.state = FileState{}
			c.events.Publish(FileChanged{Conversation: job.of.Conversation, ID: id, State: job.state})
		}
	}
	w.mu.Unlock()
	for _, m := range asked {
		c.FetchFile(m, Asked)
	}
}

// CancelFile ends the transfer of a message's file. A message that is being sent is given up by [Client.Discard].
func (c *Client) CancelFile(id MessageID) {
	c.cancelFiles(func(of MessageID) bool { return of == id })
}

func (c *Client) cancelFiles(which func(MessageID) bool) {
	w := c.files
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, job := range w.jobs {
		if job.cancel != nil && which(id) {
			job.cancel()
		}
	}
}

// fetchesUnasked reports whether a file is fetched automatically when it is in view.
func (c *Client) fetchesUnasked(m *Message, f *File) bool {
	if !strings.HasPrefix(f.MediaType, "image/") || f.Size <= 0 || f.Size > fetchedUnasked {
		return false
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	return m.Own || c.rooms[m.Conversation] != nil || c.people.persons[m.AuthorJID].Contact
}

func (c *Client) fetchFile(ctx context.Context, box *files.Box, m Message, f File, source files.Source) {
	if box.Has(refOf(f)) {
		c.tellFile(&m, FileState{Stage: FileHere})
		return
	}
	c.tellFile(&m, FileState{Stage: FileMoving, Total: f.Size})
	w := c.files
	select {
	case w.turn <- struct{}{}:
		defer func() { <-w.turn }()
	case <-ctx.Done():
		c.tellFile(&m, FileState{})
		return
	}
	err := c.fetchInto(ctx, box, &m, source)
	switch {
	case ctx.Err() != nil:
		c.tellFile(&m, FileState{})
	case errors.Is(err, files.ErrHost):
		c.tellFile(&m, FileState{Stage: FileForeign})
	case err != nil:
		c.log.Warn("fetch a file", "err", err)
		c.tellFile(&m, FileState{Stage: FileFailed, Failure: failureOf(err)})
	default:
		c.tellFile(&m, FileState{Stage: FileHere})
	}
}

// fetchInto fetches a file into the box. It is there when it is whole, and as it was announced.
func (c *Client) fetchInto(ctx context.Context, box *files.Box, m *Message, source files.Source) error {
	part, err := box.Begin(refOf(m.Content.(File)))
	if err != nil {
		return err
	}
	defer part.Discard()
	if err := c.fetchChecked(ctx, m, source, part); err != nil {
		return err
	}
	return c.keepFile(part, m)
}

// fetchChecked fetches a file, from where the network broke it off. It gives up when the network has given hardly anything several times.
func (c *Client) fetchChecked(ctx context.Context, m *Message, source files.Source, part *files.Part) (err error) {
	w := c.files
	progress := func(done, total int64) {
		c.tellProgress(m, FileState{Stage: FileMoving, Done: done, Total: max(total, source.Size)})
	}
	download := w.transfer.Begin(source, c.cfg.Files.Limit(), part)
	most := int64(0) // bytes that came before do not count: a server that always begins anew makes no progress
	for attempt, wait := 1, time.Second; ; attempt, wait = attempt+1, 4*wait {
		if err = c.knowHost(ctx, source); err == nil {
			err = download.Run(ctx, progress)
		}
		if has := download.Has(); has > most+fetchProgress {
			most, attempt, wait = has, 1, time.Second
		}
		if !errors.Is(err, files.ErrUnavailable) || attempt == fetchAttempts {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// keepFile keeps a fetched file, unless its message has lost its content meanwhile.
func (c *Client) keepFile(part *files.Part, m *Message) error {
	c.files.keeping.RLock()
	defer c.files.keeping.RUnlock()
	s, err := c.open()
	if err != nil {
		return err
	}
	now, found, err := s.Message(m.Conversation, m.ID.Whole())
	if err != nil {
		return err
	}
	whole, _ := now.Content.(File)
	ref := refOf(m.Content.(File))
	if !found || !slices.ContainsFunc(whole.Files(), func(f File) bool { return refOf(f) == ref }) {
		return files.ErrGone
	}
	return part.Keep()
}

// knowHost finds out which server the account's upload service serves files from, unless a source is on a known server: it requests a slot,
// which names that server, and does not use it. [files.ErrUnavailable]: this is not possible now.
func (c *Client) knowHost(ctx context.Context, source files.Source) error {
	w := c.files
	w.mu.Lock()
	probed := w.probed
	w.mu.Unlock()
	switch {
	case probed || w.transfer.Allowed(source):
		return nil
	case !c.online():
		return fmt.Errorf("%w: no connection yet", files.ErrUnavailable)
	}
	service, err := c.wire.UploadService(ctx)
	var slot xmpp.UploadSlot
	if err == nil {
		slot, err = c.wire.UploadSlot(ctx, service.JID, neutralName, neutralType, 1)
	}
	switch {
	case err == nil:
		w.transfer.AllowService(slot.Get)
	case !errors.Is(err, xmpp.ErrNoUpload):
		return fmt.Errorf("%w: look for the upload service: %w", files.ErrUnavailable, err)
	}
	w.mu.Lock()
	w.probed = true
	w.mu.Unlock()
	return nil
}

// tellFile notes the state of a message's file and publishes it at once.
func (c *Client) tellFile(m *Message, s FileState) { c.noteFile(m, s, 0) }

// tellProgress notes how far a transfer is, and publishes it from time to time.
func (c *Client) tellProgress(m *Message, s FileState) { c.noteFile(m, s, progressEvery) }

// noteFile notes the state of a message's file. It is published unless another one was within the pause before.
func (c *Client) noteFile(m *Message, s FileState, pause time.Duration) {
	w := c.files
	w.mu.Lock()
	defer w.mu.Unlock()
	job := w.jobs[m.ID]
	if w.box == nil {
		return
	}
	if job == nil {
		job = &fileJob{}
		w.jobs[m.ID] = job
	}
	job.state = s
	if t := time.Now(); t.Sub(job.told) >= pause {
		job.told = t
		c.events.Publish(FileChanged{Conversation: m.Conversation, ID: m.ID, State: s})
	}
}
