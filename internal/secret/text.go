// Package secret holds passwords, tokens and keys so that they cannot slip into a log, an error or a file by accident.
//
// A [Text] is a token or a code, a [Key] is 32 bytes of key material. Both print as "[secret]" with every verb of
// package fmt, in package log/slog and in JSON, also as unexported fields of other structs. The only ways out are
// [Text.Reveal] and [Key.Bytes], which are easy to search for.
//
// Wiping is best effort: Go's garbage collector, strings and the insides of ciphers keep copies that nobody can reach.
package secret

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
)

// redacted is what every form of printing gives.
const redacted = "[secret]"

// ErrSealed is what decoding into a secret gives: secrets are read back by the owner of their format, never by
// a general decoder.
var ErrSealed = errors.New("a secret cannot be decoded")

// hold is the memory behind a secret. It is reached through two pointers: fmt, which prints unexported fields
// without asking their methods, follows a pointer only at the top of a value, and so prints an address and no bytes.
type hold struct {
	mu sync.Mutex
	b  *[]byte
}

func newHold(b []byte) *hold {
	return &hold{b: &b}
}

func (h *hold) copy() []byte {
	if h == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]byte(nil), *h.b...)
}

func (h *hold) wipe() {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(*h.b)
	*h.b = nil
}

func (h *hold) empty() bool {
	if h == nil {
		return true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(*h.b) == 0
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

// Reveal returns the text, "" after Wipe. The string cannot be wiped: use it where it is needed and keep it nowhere.
func (t Text) Reveal() string { return string(t.p.copy()) }

// Wipe overwrites the text for this value and all its copies.
func (t Text) Wipe() { t.p.wipe() }

// IsZero says whether there is no text, or none any more.
func (t Text) IsZero() bool { return t.p.empty() }

// Equal compares two texts in time that depends only on their lengths.
func (t Text) Equal(o Text) bool { return subtle.ConstantTimeCompare(t.p.copy(), o.p.copy()) == 1 }

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
