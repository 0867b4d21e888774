// Package secret holds passwords, tokens and keys so that they cannot slip into a log, an error or a file by accident.
//
// A [Text] is a token or a code, a [Key] is 32 bytes of key material. Both print as "[secret]" with every verb of
// package fmt, in package log/slog and in JSON, also as unexported fields of other structs. The only ways out are
// [Text.Reveal], [Text.Use] and [Key.Bytes], which are easy to search for.
//
// Whoever makes a secret owns it and wipes it. A function that takes one as an argument does not wipe it, and copies it if it
// keeps it, unless its documentation says otherwise. What is forgotten is wiped when the garbage collector finds it.
//
// Wiping is best effort: strings and the insides of ciphers keep copies that nobody can reach.
package secret

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"sync"
)

// redacted is what every form of printing gives.
const redacted = "[secret]"

// ErrSealed is what decoding into a secret gives: secrets are read back by the owner of their format, never by
// a general decoder.
var ErrSealed = errors.New("a secret cannot be decoded")

// hold leads to the memory behind a secret. Its pointer is the second on the way: fmt, which prints unexported fields without asking
// their methods, follows a pointer only at the top of a value, and so prints an address and no bytes.
type hold struct{ m *memory }

type memory struct {
	mu sync.Mutex
	b  []byte
}

// newHold takes b over.
func newHold(b []byte) *hold {
	h := &hold{&memory{b: b}}
	runtime.AddCleanup(h, (*memory).wipe, h.m)
	return h
}

func (m *memory) wipe() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.b)
	m.b = nil
}

func (h *hold) copy() []byte {
	if h == nil {
		return nil
	}
	h.m.mu.Lock()
	defer h.m.mu.Unlock()
	return append([]byte(nil), h.m.b...)
}

func (h *hold) wipe() {
	if h != nil {
		h.m.wipe()
	}
}

func (h *hold) empty() bool {
	if h == nil {
		return true
	}
	h.m.mu.Lock()
	defer h.m.mu.Unlock()
	return len(h.m.b) == 0
}

// Text is a secret text: a token, a code, a password. Copies share the memory: wiping one wipes all. The zero Text is
// empty.
type Text struct{ p *hold }

// New holds s. The string itself stays wherever the caller got it from.
func New(s string) Text {
	if s == "" {
		return Text{}
	}
	return Text{p: newHold([]byte(s))}
}

// FromBytes holds a copy of b. Clear b after use.
func FromBytes(b []byte) Text {
	if len(b) == 0 {
		return Text{}
	}
	return Text{p: newHold(append([]byte(nil), b...))}
}

// Use calls f with a copy of the text, empty after Wipe, and clears it when f has returned. f must not keep it.
func (t Text) Use(f func(b []byte)) {
	b := t.p.copy()
	defer clear(b)
	f(b)
}

// Copy returns a text of its own memory: wiping one leaves the other.
func (t Text) Copy() Text {
	b := t.p.copy()
	if len(b) == 0 {
		return Text{}
	}
	return Text{p: newHold(b)}
}

// Reveal returns the text, "" after Wipe. The string cannot be wiped: use it where it is needed and keep it nowhere.
func (t Text) Reveal() string { return string(t.p.copy()) }

// Wipe overwrites the text for this value and all its copies.
func (t Text) Wipe() { t.p.wipe() }

// IsZero says whether there is no text, or none any more.
func (t Text) IsZero() bool { return t.p.empty() }

// Equal compares two texts in time that depends only on their lengths.
func (t Text) Equal(o Text) (equal bool) {
	t.Use(func(a []byte) {
		o.Use(func(b []byte) { equal = subtle.ConstantTimeCompare(a, b) == 1 })
	})
	return equal
}

// Format implements [fmt.Formatter] for every verb.
func (t Text) Format(f fmt.State, _ rune) { writeRedacted(f) }

// String implements [fmt.Stringer].
func (t Text) String() string { return redacted }

// GoString implements [fmt.GoStringer].
func (t Text) GoString() string { return redacted }

// MarshalJSON implements json.Marshaler.
func (t Text) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText implements [encoding.TextMarshaler].
func (t Text) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue implements [slog.LogValuer].
func (t Text) LogValue() slog.Value { return slog.StringValue(redacted) }

// UnmarshalText refuses with [ErrSealed], so that a redacted document is never read back as a secret.
func (t *Text) UnmarshalText([]byte) error { return ErrSealed }

func writeRedacted(f fmt.State) { _, _ = io.WriteString(f, redacted) }
