// Package updates learns of newer versions of the program. Once a day it fetches a notice that the publisher has signed, and never
// the program itself: installations are replaced by those who manage them. See docs/administrators/installation.md.
package updates

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"time"

	"aead.dev/minisign"

	"discussions/internal/atomicfile"
)

const (
	every = 24 * time.Hour   // between two fetches that succeed
	look  = time.Hour        // between two looks at the clock, which goes on while the computer sleeps; a failed fetch waits as long
	first = time.Minute      // after the start, which has more important things to do
	apart = 10 * time.Minute // added by chance, so that a fleet does not come at once
)

// Options configure a watcher.
type Options struct {
	Address   string                          // of the notice; its signature is at the same address with ".minisig" behind
	Key       string                          // the publisher's public minisign key, as in RWQ…
	Running   string                          // the running version
	File      string                          // where the last notice is kept
	Transport func() (*http.Transport, error) // a new one for each fetch
	Changed   func()                          // called on a goroutine of the watcher when State has changed
	Log       *slog.Logger
}

// Watcher fetches notices until it is closed.
type Watcher struct {
	o      Options
	key    minisign.PublicKey
	cancel context.CancelFunc
	done   chan struct{}

	mu   sync.Mutex
	last kept
	seen Notice // the notice of last
}

// kept is the last notice as it came, so that it is checked again when it is read: the file belongs to the user.
type kept struct {
	Fetched   time.Time `json:"fetched"`
	Notice    []byte    `json:"notice"`
	Signature []byte    `json:"signature"`
}

// Watch reads the last notice and starts to watch.
func Watch(o Options) (*Watcher, error) {
	w := &Watcher{o: o, done: make(chan struct{})}
	if err := w.key.UnmarshalText([]byte(o.Key)); err != nil {
		return nil, fmt.Errorf("updates: the publisher's key: %w", err)
	}
	if _, err := parseVersion(o.Running); err != nil {
		return nil, fmt.Errorf("updates: the running version: %w", err)
	}
	if err := w.read(); err != nil {
		o.Log.Warn("the last notice of updates is not used", "error", err)
	}
	if w.State().TooOld {
		o.Log.Warn("this version is older than the publisher's minimum", "running", o.Running, "minimum", w.seen.Minimum)
	}
	var ctx context.Context
	ctx, w.cancel = context.WithCancel(context.Background())
	go w.run(ctx)
	return w, nil
}

// Close ends the watcher and waits for it.
func (w *Watcher) Close() {
	w.cancel()
	<-w.done
}

// State is what the last notice means for the running program.
func (w *Watcher) State() State {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.seen.state(w.o.Running)
}

func (w *Watcher) run(ctx context.Context) {
	defer close(w.done)
	wait := first
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait + rand.N(apart)):
		}
		wait = look
		if !w.due() {
			continue
		}
		before := w.State()
		if err := w.fetch(ctx); err != nil {
			if ctx.Err() == nil {
				w.o.Log.Warn("look for a newer version", "error", err)
			}
			continue
		}
		if after := w.State(); after != before {
			w.o.Log.Info("newer version", "version", after.Newer, "too_old", after.TooOld)
			w.o.Changed()
		}
	}
}

// due reports whether a day has passed since the last fetch, or the clock was set back.
func (w *Watcher) due() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	since := time.Since(w.last.Fetched.Round(0))
	return since >= every || since < 0
}

// fetch gets a notice and keeps it.
func (w *Watcher) fetch(ctx context.Context) error {
	transport, err := w.o.Transport()
	if err != nil {
		return err
	}
	data, signature, err := fetch(ctx, transport, w.o.Address)
	if err != nil {
		return err
	}
	n, err := Open(w.key, data, signature)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := n.follows(w.seen); err != nil {
		return fmt.Errorf("%w: version %s of %s", err, n.Version, n.Published.Format(time.DateOnly))
	}
	w.last, w.seen = kept{Fetched: time.Now(), Notice: data, Signature: signature}, n
	file, err := json.Marshal(w.last)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(w.o.File, file); err != nil {
		return fmt.Errorf("updates: keep the notice: %w", err)
	}
	return nil
}

func (w *Watcher) read() error {
	info, err := os.Stat(w.o.File)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular() || info.Size() > 2*(maxNotice+maxSignature):
		return ErrNotice
	}
	file, err := os.ReadFile(w.o.File)
	if err != nil {
		return err
	}
	var last kept
	if err := json.Unmarshal(file, &last); err != nil {
		return err
	}
	n, err := Open(w.key, last.Notice, last.Signature)
	if err != nil {
		return err
	}
	w.last, w.seen = last, n
	return nil
}
