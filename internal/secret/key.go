package secret

import (
	"crypto/rand"
	"fmt"
	"log/slog"
)

// KeySize is the length of a [Key] in bytes.
const KeySize = 32

// Key is 32 bytes of key material. Copies share the memory: wiping one wipes all. The zero Key holds nothing.
type Key struct{ p *hold }

// NewKey holds a copy of b, which must be [KeySize] bytes long; anything else is a programming error and panics.
func NewKey(b []byte) Key {
	if len(b) != KeySize {
		panic("secret: a key has 32 bytes")
	}
	return Key{p: newHold(append([]byte(nil), b...))}
}

// RandomKey draws a key from the operating system.
func RandomKey() Key {
	b := make([]byte, KeySize)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return Key{p: newHold(b)}
}

// Bytes returns a copy of the key, nil after Wipe. Clear it after use.
func (k Key) Bytes() []byte { return k.p.copy() }

// Wipe overwrites the key for this value and all its copies.
func (k Key) Wipe() { k.p.wipe() }

// IsZero says whether there is no key, or none any more.
func (k Key) IsZero() bool { return k.p.empty() }

// Copy returns a key of its own memory: wiping one leaves the other.
func (k Key) Copy() Key {
	b := k.p.copy()
	if len(b) == 0 {
		return Key{}
	}
	return Key{p: newHold(b)}
}

// Equal compares two keys in constant time; two empty keys are equal.
func (k Key) Equal(o Key) bool { return Text(k).Equal(Text(o)) }

// Format implements [fmt.Formatter] for every verb.
func (k Key) Format(f fmt.State, _ rune) { writeRedacted(f) }

// String implements [fmt.Stringer].
func (k Key) String() string { return redacted }

// GoString implements [fmt.GoStringer].
func (k Key) GoString() string { return redacted }

// MarshalJSON implements json.Marshaler.
func (k Key) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText implements [encoding.TextMarshaler].
func (k Key) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue implements [slog.LogValuer].
func (k Key) LogValue() slog.Value { return slog.StringValue(redacted) }

// UnmarshalText refuses with [ErrSealed].
func (k *Key) UnmarshalText([]byte) error { return ErrSealed }
