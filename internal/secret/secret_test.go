package secret

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"testing"
)

const canary = "canary-7f3c9d"

// traces are the forms in which a leaked secret could show.
func traces(secret []byte) []string {
	decimal := strings.Trim(fmt.Sprint(secret), "[]")
	return []string{
		string(secret), hex.EncodeToString(secret), strings.ToUpper(hex.EncodeToString(secret)),
		fmt.Sprintf("% x", secret), decimal, fmt.Sprintf("%#v", secret),
	}
}

type hidden struct {
	text Text
	key  Key
	ptr  *Text
	list []Text
	dict map[string]Key
	any  any
	deep struct{ inner *hidden }
}

func TestNoVerbNorLoggerNorEncoderShowsASecret(t *testing.T) {
	text := New(canary)
	raw := bytes.Repeat([]byte{0xA7, 0x31}, 16)
	key := NewKey(raw)
	in := hidden{text: text, key: key, ptr: &text, list: []Text{text}, dict: map[string]Key{"k": key}, any: text}
	in.deep.inner = &hidden{text: text, key: key, any: &key}
	type shown struct {
		Text Text
		Key  Key
		Ptr  *Key
		Any  any
	}
	out := shown{text, key, &key, text}
	values := map[string]any{
		"text": text, "pointer to text": &text, "key": key, "pointer to key": &key, "unexported": in, "pointer to unexported": &in,
		"exported": out, "list": []any{text, key}, "map": map[string]any{"a": text, "b": key}, "error": fmt.Errorf("with %v and %q: %w", text, key, errors.New("x")),
	}
	var secrets []string
	secrets = append(append(secrets, traces([]byte(canary))...), traces(raw)...)
	check := func(how, got string) {
		t.Helper()
		for _, s := range secrets {
			if strings.Contains(got, s) {
				t.Errorf("%s shows the secret: %s", how, got)
			}
		}
	}
	for name, v := range values {
		for _, flag := range []string{"", "+", "#", "-", " ", "0", "50", ".90", "+#"} {
			for _, verb := range "vTtbcdoOqxXUeEfFgGsp" {
				format := "%" + flag + string(verb)
				check(name+" "+format, fmt.Sprintf(format, v))
			}
		}
		check(name+" Sprint", fmt.Sprint(v))
		check(name+" Sprintln", fmt.Sprintln(v))
		if b, err := json.Marshal(v); err == nil {
			check(name+" json", string(b))
		}
		if b, err := xml.Marshal(v); err == nil {
			check(name+" xml", string(b))
		}
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})).Debug("m", "v", v, slog.Group("g", "v", v))
		slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})).Debug("m", "v", v, slog.Group("g", "v", v))
		check(name+" slog", log.String())
	}
	for _, v := range []any{text, key} {
		if got := fmt.Sprintf("%v %s %x %#v", v, v, v, v); got != "[secret] [secret] [secret] [secret]" {
			t.Errorf("printed %q", got)
		}
	}
}

func TestAPanicShowsNoSecret(t *testing.T) {
	defer func() {
		if got := fmt.Sprint(recover()); strings.Contains(got, canary) {
			t.Errorf("panic shows %s", got)
		}
	}()
	panic(hidden{text: New(canary)})
}

func TestWipeReachesEveryCopy(t *testing.T) {
	a := New(canary)
	b := a
	b.Wipe()
	if !a.IsZero() || a.Reveal() != "" {
		t.Error("a copy still holds the text")
	}
	k := RandomKey()
	kept, view := k.Copy(), k.Bytes()
	k.Wipe()
	if !k.IsZero() || k.Bytes() != nil {
		t.Error("the key survives its wipe")
	}
	if !bytes.Equal(kept.Bytes(), view) {
		t.Error("Copy shares the memory")
	}
	text := New(canary)
	other := text.Copy()
	text.Wipe()
	if other.Reveal() != canary {
		t.Error("Copy shares the memory of the text")
	}
	Text{}.Wipe()
	Key{}.Wipe()
	if !(Text{}).Copy().IsZero() || !(Key{}).Copy().IsZero() {
		t.Error("a copy of nothing is something")
	}
}

// zero reports whether memory was overwritten.
func zero(b []byte) bool { return bytes.Equal(b, make([]byte, len(b))) }

func TestWipeOverwritesTheMemory(t *testing.T) {
	text, key := FromBytes([]byte(canary)), RandomKey()
	behindText, behindKey := text.p.m.b, key.p.m.b
	text.Wipe()
	key.Wipe()
	if !zero(behindText) || !zero(behindKey) {
		t.Errorf("after Wipe: %x, %x", behindText, behindKey)
	}
}

func TestWhatIsForgottenIsWiped(t *testing.T) {
	forgotten := func() (*memory, []byte) {
		text := FromBytes([]byte(canary))
		return text.p.m, text.p.m.b
	}
	m, behind := forgotten()
	for wiped := false; !wiped; {
		runtime.GC()
		wiped = (&hold{m}).empty()
	}
	if !zero(behind) {
		t.Errorf("left behind: %x", behind)
	}
}

func TestUseClearsItsCopy(t *testing.T) {
	text := FromBytes([]byte(canary))
	var kept []byte
	text.Use(func(b []byte) {
		if string(b) != canary {
			t.Errorf("used %q", b)
		}
		kept = b
	})
	if !zero(kept) || text.Reveal() != canary {
		t.Errorf("after Use: the copy is %x, the text %q", kept, text.Reveal())
	}
	func() {
		defer func() { _ = recover() }()
		text.Use(func(b []byte) { kept = b; panic("in between") })
	}()
	if !zero(kept) {
		t.Errorf("after a panic in Use: the copy is %x", kept)
	}
	text.Wipe()
	text.Use(func(b []byte) {
		if len(b) > 0 {
			t.Errorf("used %q after Wipe", b)
		}
	})
}

func TestFromBytesHoldsACopy(t *testing.T) {
	b := []byte(canary)
	text := FromBytes(b)
	clear(b)
	if text.Reveal() != canary || !FromBytes(nil).IsZero() {
		t.Errorf("held %q", text.Reveal())
	}
}

func TestEqual(t *testing.T) {
	k := RandomKey()
	if !k.Equal(k.Copy()) || k.Equal(RandomKey()) || !New("a").Equal(New("a")) || New("a").Equal(New("b")) || k.Equal(Key{}) {
		t.Error("wrong comparison")
	}
}

func TestDecodingIntoASecretIsRefused(t *testing.T) {
	var v struct{ T Text }
	if err := json.Unmarshal([]byte(`{"T":"[secret]"}`), &v); !errors.Is(err, ErrSealed) {
		t.Errorf("got %v", err)
	}
	var k struct{ K Key }
	if err := json.Unmarshal([]byte(`{"K":"x"}`), &k); !errors.Is(err, ErrSealed) {
		t.Errorf("got %v", err)
	}
}

func TestAKeyOfAnotherLengthPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("31 bytes taken as a key")
		}
	}()
	NewKey(make([]byte, 31))
}
