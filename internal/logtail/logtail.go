// Package logtail keeps the newest lines of a log in memory, so that they can be handed over when something has gone wrong.
package logtail

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
)

// Tail is a [slog.Handler] that passes records on and keeps the newest from a level on, as lines of JSON. Make one with [New].
type Tail struct {
	next, lines slog.Handler
	kept        *ring
}

// ring is shared by all handlers that WithAttrs and WithGroup make.
type ring struct {
	mu   sync.Mutex
	buf  bytes.Buffer // the line that is being written
	list []string
	most int
	next int // the oldest line, once the list is full
}

// New returns a handler that passes records to next and keeps the newest `most` of that level and above.
func New(next slog.Handler, level slog.Level, most int) *Tail {
	r := &ring{most: most}
	return &Tail{next: next, lines: slog.NewJSONHandler(&r.buf, &slog.HandlerOptions{Level: level}), kept: r}
}

// Enabled implements [slog.Handler].
func (t *Tail) Enabled(ctx context.Context, level slog.Level) bool {
	return t.next.Enabled(ctx, level) || t.lines.Enabled(ctx, level)
}

// Handle implements [slog.Handler].
func (t *Tail) Handle(ctx context.Context, record slog.Record) error {
	if t.lines.Enabled(ctx, record.Level) {
		if err := t.kept.add(ctx, t.lines, record); err != nil {
			return err
		}
	}
	if t.next.Enabled(ctx, record.Level) {
		return t.next.Handle(ctx, record)
	}
	return nil
}

// WithAttrs implements [slog.Handler].
func (t *Tail) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &Tail{next: t.next.WithAttrs(attrs), lines: t.lines.WithAttrs(attrs), kept: t.kept}
}

// WithGroup implements [slog.Handler].
func (t *Tail) WithGroup(name string) slog.Handler {
	return &Tail{next: t.next.WithGroup(name), lines: t.lines.WithGroup(name), kept: t.kept}
}

// Lines gives the kept lines, the oldest first, each without its line break.
func (t *Tail) Lines() []string {
	t.kept.mu.Lock()
	defer t.kept.mu.Unlock()
	return append(append([]string(nil), t.kept.list[t.kept.next:]...), t.kept.list[:t.kept.next]...)
}

// add writes a record into the buffer, by a handler that writes there, and keeps the line.
func (r *ring) add(ctx context.Context, h slog.Handler, record slog.Record) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.buf.Reset()
	if err := h.Handle(ctx, record); err != nil {
		return err
	}
	line := string(bytes.TrimSuffix(r.buf.Bytes(), []byte("\n")))
	if len(r.list) < r.most {
		r.list = append(r.list, line)
		return nil
	}
	r.list[r.next] = line
	r.next = (r.next + 1) % r.most
	return nil
}
