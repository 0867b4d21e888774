package files

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"
)

// watch ends a transfer that stands still or is too slow.
type watch struct {
	idle   time.Duration
	slow   int64
	timer  *time.Timer
	cancel context.CancelCauseFunc

	mu    sync.Mutex
	began time.Time
	bytes int64
}

// watch begins to watch a transfer. Its context ends with the reason.
func (t *Transfer) watch(ctx context.Context) (context.Context, *watch) {
	w := &watch{idle: t.idle, slow: t.slow, began: time.Now()}
	ctx, w.cancel = context.WithCancelCause(ctx)
	w.timer = time.AfterFunc(t.idle, func() { w.cancel(fmt.Errorf("%w: it stands still", ErrUnavailable)) })
	return ctx, w
}

// moved notes that bytes went over the wire.
func (w *watch) moved(n int) {
	w.timer.Reset(w.idle)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.bytes += int64(n)
	if took := time.Since(w.began); took > 2*w.idle && w.bytes < w.slow*int64(took/time.Second) {
		w.cancel(fmt.Errorf("%w: it is too slow", ErrUnavailable))
	}
}

func (w *watch) stop() {
	w.timer.Stop()
	w.cancel(nil)
}

// counted tells how much was read.
type counted struct {
	from        io.Reader
	watch       *watch
	done, total int64
	told        Progress // nil: nobody
}

// Read implements [io.Reader].
func (c *counted) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	if n > 0 {
		c.done += int64(n)
		c.watch.moved(n)
		if c.told != nil {
			c.told(c.done, c.total)
		}
	}
	return n, err
}
