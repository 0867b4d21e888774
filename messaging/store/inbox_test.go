package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"discussions/messaging/model"
)

// unarchived is the i-th message without a stanza-id: no archive has it.
func unarchived(i int) *NewMessage {
	m := from(i)
	m.StanzaID = ""
	return m
}

func TestTheSealedInboxKeepsFactsAndGivesThemOnce(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	inbox := must[*SealedInbox](t)(s.SealedInbox())
	check(t, s.Close())
	first := unarchived(1)
	first.Content = text(canary)
	for _, f := range []Fact{first, first, unarchived(2)} {
		check(t, inbox.Add(f))
	}
	b, err := os.ReadFile(filepath.Join(dir, inboxFile))
	check(t, err)
	if bytes.Contains(b, []byte("Zéphyrine")) || bytes.Contains(b, []byte("sophie")) {
		t.Error("in clear")
	}

	s = open(t, dir)
	r, unread, err := s.Drain()
	check(t, err)
	if d := cmp.Diff([]bool{true, false, true}, r.New); d != "" || unread != 0 {
		t.Errorf("%d unread, new (-want +got):\n%s", unread, d)
	}
	if r, _, err := s.Drain(); err != nil || len(r.New) != 0 {
		t.Errorf("drained again: %+v, %v", r, err)
	}
	if got := must[map[model.ConversationID]int](t)(s.Unread()); got[sophie] != 2 {
		t.Errorf("unread %v", got)
	}
	if other := must[*SealedInbox](t)(s.SealedInbox()); other.public != inbox.public {
		t.Error("another key")
	}
}

func TestEveryFactIsTheSameAfterTheSealedInbox(t *testing.T) {
	at := Stanza{Conv: room, Group: true, Author: room + "/Paul", Nick: "Paul", Own: true, Time: morning, MsgID: "m", OriginID: "o", StanzaID: "s"}
	for _, f := range []Fact{
		&NewMessage{Stanza: at, Content: model.Text{Subject: "s", Body: "b"}, Replaces: "r", Reply: &Reply{ID: "i", Author: "a", Fallback: "f"}, Markable: true},
		&NewMessage{Stanza: at, Content: model.File{Name: "n"}},
		&Returned{Stanza: at, Condition: "forbidden", ByRoom: true},
		&Retraction{Stanza: at, Target: "t", Moderated: true, By: "x"},
		&Reactions{Stanza: at, Target: "t", Emoji: []string{"👍", "👩‍⚕️"}},
		&Receipt{Stanza: at, Target: "t"}, &Displayed{Stanza: at, Target: "t"}, &Kept{Stanza: at, What: "invitation", Value: `{"a":1}`},
	} {
		b, err := encodeFact(f)
		check(t, err)
		back, err := decodeFact(b)
		check(t, err)
		if d := cmp.Diff(f, back); d != "" {
			t.Errorf("%T (-want +got):\n%s", f, d)
		}
	}
	for _, b := range []string{``, `{`, `{"Kind":99,"Fact":{}}`, `{"Kind":0,"Fact":{}}`, `{"Kind":1,"Fact":3}`, `{}`, `{"Body":"without a conversation"}`} {
		if f, err := decodeFact([]byte(b)); err == nil {
			t.Errorf("%q gave %+v", b, f)
		}
	}
}

// A write can be cut by a full disk or the end of power.
func TestWhatWasWrittenInPartHidesNothing(t *testing.T) {
	for name, damage := range map[string]func(b []byte, second int) []byte{
		"the last one is cut":                  func(b []byte, second int) []byte { return b[:len(b)-7] },
		"its length alone was written":         func(b []byte, _ int) []byte { return append(b, 0, 0, 1) },
		"an earlier one is cut":                func(b []byte, second int) []byte { return append(b[:second-9:second-9], b[second:]...) },
		"an earlier one has its length alone":  func(b []byte, second int) []byte { return append(b[:4:4], b[second:]...) },
		"zeros were written before the others": func(b []byte, _ int) []byte { return append(make([]byte, 300), b...) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			inbox := must[*SealedInbox](t)(s.SealedInbox())
			for i := range 4 {
				check(t, inbox.Add(unarchived(i)))
			}
			path := filepath.Join(dir, inboxFile)
			b, err := os.ReadFile(path)
			check(t, err)
			second := 4 + int(binary.BigEndian.Uint32(b))
			check(t, os.WriteFile(path, damage(b, second), 0o600))

			inbox = must[*SealedInbox](t)(s.SealedInbox()) // the next lock, before anything was drained
			check(t, inbox.Add(unarchived(9)))
			r, unread, err := s.Drain()
			check(t, err)
			if len(r.New) < 4 || unread > 1 {
				t.Errorf("%d of 5, %d unread", len(r.New), unread)
			}
			aside, err := filepath.Glob(path + ".damaged-*")
			check(t, err)
			if len(aside) != unread {
				t.Errorf("%d unread, set aside: %v", unread, aside)
			}
		})
	}
}

func TestAnAddThatFailsIsCutOffByTheNext(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	inbox := must[*SealedInbox](t)(s.SealedInbox())
	check(t, inbox.Add(unarchived(1)))
	f, err := os.OpenFile(filepath.Join(dir, inboxFile), os.O_APPEND|os.O_WRONLY, 0)
	check(t, err)
	_, err = f.Write([]byte{0, 0, 0, 200, 1, 2, 3}) // as a write that met a full disk
	check(t, errors.Join(err, f.Close()))
	check(t, inbox.Add(unarchived(2)))
	if r, unread, err := s.Drain(); err != nil || len(r.New) != 2 || unread != 0 {
		t.Errorf("%d messages, %d unread, %v", len(r.New), unread, err)
	}
}

func TestAFullSealedInboxSaysSo(t *testing.T) {
	s := open(t, t.TempDir())
	inbox := must[*SealedInbox](t)(s.SealedInbox())
	large := unarchived(1)
	large.Content = text(string(bytes.Repeat([]byte("x"), frameLimit)))
	if err := inbox.Add(large); !errors.Is(err, ErrInboxFull) {
		t.Errorf("got %v", err)
	}
	inbox.end = inboxLimit - 10
	if err := inbox.Add(unarchived(2)); !errors.Is(err, ErrInboxFull) {
		t.Errorf("got %v", err)
	}
}

// FuzzDrain makes the sealed inbox read anything: it lies where others may write.
func FuzzDrain(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 2})
	f.Add([]byte{255, 255, 255, 255})
	s := open(f, f.TempDir())
	inbox := must[*SealedInbox](f)(s.SealedInbox())
	check(f, inbox.Add(from(1)))
	b, err := os.ReadFile(inbox.path)
	check(f, err)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		check(t, os.WriteFile(inbox.path, b, 0o600))
		_, _, err := s.Drain()
		check(t, err)
	})
}

// It lies where others may write: no byte of it is read as a part of two frames, so that reading it costs no more than its length.
func TestTheFramesOfAHostileInboxDoNotOverlap(t *testing.T) {
	list := frames(bytes.Repeat([]byte{0, 0, 1, 0}, inboxLimit/4))
	if len(list) == 0 {
		t.Fatal("no frames: the test is about nothing")
	}
	last := 0
	for _, f := range list {
		if f.start < last || f.end <= f.start {
			t.Fatalf("frame %v after %d", f, last)
		}
		last = f.end
	}
}
