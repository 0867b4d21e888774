package messaging

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"discussions/internal/secret"
	"discussions/messaging/files"
	"discussions/messaging/model"
	"discussions/messaging/store"
)

// FilePolicy limits the files of an account. The zero value has the defaults.
type FilePolicy struct {
	MaxSize int64    // bytes of one file, sent or fetched; 0: [DefaultMaxFile]
	Types   []string // media types that may be sent, such as "image/*" and "application/pdf"; nil: all, empty: none
	Plain   bool     // files lie on the server as they are, for programs that cannot decrypt them
	Cache   int64    // bytes on this computer of what can be fetched again; 0: [DefaultFileCache]
	Hosts   []string // servers besides the account's upload service from which files may be fetched
}

// The defaults of a [FilePolicy].
const (
	DefaultMaxFile   = 50 << 20
	DefaultFileCache = 500 << 20
)

// Limit is the most bytes that a file may have.
func (p *FilePolicy) Limit() int64 {
	if p.MaxSize <= 0 {
		return DefaultMaxFile
	}
	return p.MaxSize
}

// Takes reports whether files of a type may be sent.
func (p *FilePolicy) Takes(mediaType string) bool {
	for _, t := range p.Types {
		if strings.EqualFold(t, mediaType) || strings.HasSuffix(t, "/*") && strings.HasPrefix(strings.ToLower(mediaType), strings.ToLower(t[:len(t)-1])) {
			return true
		}
	}
	return p.Types == nil
}

// FileStage is how far the file of a message is.
type FileStage int

// The stages.
const (
	FileAbsent  FileStage = iota // on a server, and not here
	FileMoving                   // being fetched, or uploaded
	FileHere                     // on this computer
	FileFailed                   // it was not fetched: see Failure
	FileForeign                  // on a server that may not be contacted
)

// FileFailure says why a file was not fetched, or not sent. Of a message that was not sent it is the Failure.
type FileFailure string

// The failures.
const (
	FileGone        FileFailure = "file-gone"        // not on the server any more, or not on this computer
	FileDamaged     FileFailure = "file-damaged"     // not what the sender announced
	FileTooLarge    FileFailure = "file-too-large"   // larger than announced, or than allowed
	FileUnavailable FileFailure = "file-unavailable" // no network, or the server does not answer
	FileNoRoom      FileFailure = "file-no-room"     // the disk is full, or fails
	FileNoService   FileFailure = "file-no-service"  // the server takes no files
	FileQuota       FileFailure = "file-quota"       // the account has uploaded as much as it may
	FileRefused     FileFailure = "file-refused"     // the server refuses it
)

// FileState is what is known of the file of a message.
type FileState struct {
	Stage       FileStage
	Done, Total int64 // bytes, while it moves; Total is 0 where it is not known
	Failure     FileFailure
}

// fileWork keeps and moves the files of an account. It belongs to no goroutine.
type fileWork struct {
	transfer *files.Transfer
	turn     chan struct{} // holds one for each transfer that runs

	mu     sync.Mutex
	box    *files.Box // nil while locked
	ctx    context.Context
	cancel context.CancelFunc
	jobs   map[MessageID]*fileJob
	probed bool // the upload service of this session was asked where it is

	// keeping is held for reading from the time a file is put into the box until a message names it, and for writing by the deletion of
	// files that no message names.
	keeping  sync.RWMutex
	sweeping sync.Mutex // one sweep at a time
}

// fileJob is a transfer, or how the last one ended.
type fileJob struct {
	state  FileState
	cancel context.CancelFunc
	told   time.Time
	of     Message // that is fetched
	asked  bool    // by the user
}

// transfersAtOnce is how many files are fetched at the same time.
const transfersAtOnce = 2

func newFileWork(cfg *Config) *fileWork {
	w := &fileWork{transfer: files.NewTransfer(cfg.Transport), turn: make(chan struct{}, transfersAtOnce), jobs: map[MessageID]*fileJob{}}
	for _, host := range cfg.Files.Hosts {
		w.transfer.Allow(host)
	}
	return w
}

// open opens the box. Without it nothing of the account but its files fails.
func (w *fileWork) open(cfg *Config, key secret.Key) error {
	budget := cfg.Files.Cache
	if budget <= 0 {
		budget = DefaultFileCache
	}
	box, err := files.OpenBox(filepath.Join(cfg.Dir, "files"), key, budget)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.box = box
	w.ctx, w.cancel = context.WithCancel(context.Background())
	return nil
}

// close ends all transfers and forgets the key.
func (w *fileWork) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.box != nil {
		w.cancel()
		w.box.Close()
		w.box = nil
	}
	clear(w.jobs)
}

// stop ends all transfers.
func (w *fileWork) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.box != nil {
		w.cancel()
	}
}

// opened gives the box and a context that ends with it.
func (w *fileWork) opened() (*files.Box, context.Context, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.box == nil {
		return nil, nil, ErrLocked
	}
	return w.box, w.ctx, nil
}

// refOf names the file of a message in the box.
func refOf(f File) files.Ref {
	if f.Local != "" {
		return files.Pending(f.Local)
	}
	return files.Fetched(f.Access)
}

// failureOf turns an error of a transfer into one that can be explained to the user.
func failureOf(err error) FileFailure {
	switch {
	case errors.Is(err, files.ErrGone), errors.Is(err, files.ErrAbsent):
		return FileGone
	case errors.Is(err, files.ErrDamaged):
		return FileDamaged
	case errors.Is(err, files.ErrTooLarge):
		return FileTooLarge
	case errors.Is(err, files.ErrDisk):
		return FileNoRoom
	case errors.Is(err, files.ErrRefused), errors.Is(err, files.ErrSlotEnded):
		return FileRefused
	}
	return FileUnavailable
}

// OpenFile reads the file of a message that is on this computer. What is read is checked on the way.
func (c *Client) OpenFile(m Message) (io.ReadCloser, error) {
	f, ok := m.Content.(File)
	if !ok {
		return nil, ErrNoMessage
	}
	box, _, err := c.files.opened()
	if err != nil {
		return nil, err
	}
	r, err := box.Open(refOf(f))
	return r, inOwnTerms(err)
}

// inOwnTerms puts errors of the box into terms of this package.
func inOwnTerms(err error) error {
	switch {
	case errors.Is(err, files.ErrClosed):
		return ErrLocked
	case errors.Is(err, files.ErrDisk):
		return fmt.Errorf("%w: %w", ErrDisk, err)
	}
	return err
}

// sweepFiles deletes in the background the files that no message names any more.
func (c *Client) sweepFiles(s *store.Store) {
	box, ctx, err := c.files.opened()
	if err != nil || c.closed.Load() {
		return
	}
	c.wg.Go(func() {
		w := c.files
		w.sweeping.Lock()
		defer w.sweeping.Unlock()
		if ctx.Err() != nil || box.Empty() {
			return
		}
		w.keeping.Lock()
		defer w.keeping.Unlock()
		var refs []files.Ref
		err := s.Files(func(f model.File) { refs = append(refs, refOf(f)) })
		if err == nil {
			err = box.Keep(refs)
		}
		if err != nil && ctx.Err() == nil {
			c.log.Warn("delete files that nothing names", "err", err)
		}
	})
}

// sweepAfter ends the transfers of messages that have lost their content, and deletes their files. The writer runs it.
func (c *Client) sweepAfter(list []Event) {
	lost := map[MessageID]bool{}
	for _, e := range list {
		switch e := e.(type) {
		case MessageChanged:
			if _, withdrawn := e.Message.Content.(Retracted); withdrawn {
				lost[e.Message.ID] = true
			}
		case MessageRemoved:
			lost[e.ID] = true
		}
	}
	if len(lost) > 0 {
		c.cancelFiles(func(id MessageID) bool { return lost[id.Whole()] })
	}
	if s := c.store.Load(); len(lost) > 0 && s != nil {
		c.sweepFiles(s)
	}
}
