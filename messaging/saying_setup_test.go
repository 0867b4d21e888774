package messaging

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

// said is a client that has said something in a conversation, and its wire.
type said struct {
	*testing.T
	*Client
	w   *wiretest.Server
	to  jid.JID
	dir string
}

// saying runs f with a person and with a group.
func saying(t *testing.T, f func(s *said)) {
	for _, group := range []bool{false, true} {
		t.Run(fmt.Sprintf("group=%v", group), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &said{T: t, w: wiretest.New(), to: sophie, dir: t.TempDir()}
				if group {
					s.to = garde
					s.w.Groups = []xmpp.Bookmark{{JID: garde, Name: "Garde", Nick: "Claire", Autojoin: true}}
				}
				s.open()
				s.w.Connect(false)
				synctest.Wait()
				f(s)
			})
		})
	}
}

func (s *said) open() { s.Client = newTest(s.T, s.dir, s.w) }

// hears makes somebody else write, and returns the message.
func (s *said) hears(text string) Message {
	s.Helper()
	if s.to.Equal(garde) {
		s.w.Live(s.w.SaysIn("Sophie", text))
	} else {
		s.w.Live(s.w.Says(sophie, text))
	}
	return s.last()
}

// says sends a message; settles says that the server has it for certain.
func (s *said) says(text string, settles bool) Message {
	s.Helper()
	m, err := s.Send(id(s.to), Text{Body: text})
	check(s, err)
	if settles {
		s.settle()
	}
	return m
}

// settle makes the server send what is pending.
func (s *said) settle() {
	for range 3 {
		synctest.Wait()
		s.w.Flow()
		time.Sleep(provingDelay)
	}
	synctest.Wait()
}

// again ends the program without warning, and starts it.
func (s *said) again() {
	s.w.Cut()
	check(s, s.Close())
	s.open()
}

func (s *said) online() {
	s.w.Connect(false)
	s.settle()
}

func (s *said) all() []Message {
	s.Helper()
	p, err := s.History(s.Context(), id(s.to), Cursor{}, 100, 0)
	check(s, err)
	return p.Messages
}

func (s *said) last() Message {
	s.Helper()
	all := s.all()
	if len(all) == 0 {
		s.Fatal("no message")
	}
	return all[len(all)-1]
}

// shows is what the conversation shows, a line for each message.
func (s *said) shows() (lines []string) {
	s.Helper()
	for _, m := range s.all() {
		line := body(m)
		if _, gone := m.Content.(Retracted); gone {
			line = "(withdrawn)"
		}
		if !m.Edited.IsZero() {
			line += " (corrected)"
		}
		if m.ReplyTo != nil {
			line += " < " + m.ReplyTo.Text
		}
		for _, r := range m.Reactions {
			line += fmt.Sprint(" ", r.Emoji, len(r.By), r.Own)
		}
		if m.Own {
			line += " " + m.State.String()
		}
		lines = append(lines, line)
	}
	return lines
}

// sent lists what went over the wire in the place of a body.
func (s *said) sent() (list []string) {
	s.w.Lock()
	defer s.w.Unlock()
	for _, m := range s.w.Sent {
		switch {
		case m.Retraction != nil:
			list = append(list, "withdraw "+m.Retraction.ID)
		case m.Reactions != nil:
			list = append(list, "react "+m.Reactions.ID+strings.Join(m.Reactions.Emoji, ""))
		case m.Replaces != "":
			list = append(list, "correct "+m.Replaces+" "+m.Body)
		case m.Reply != nil:
			list = append(list, "answer "+m.Reply.ID+" "+m.BodyWithout(xmpp.NSReply))
		case m.Body != "":
			list = append(list, m.Body)
		}
	}
	s.w.Sent = nil
	return list
}

func is(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// wireID is by what the others know a message.
func (s *said) wireID(m Message) string {
	s.Helper()
	stored, found, err := s.store.Load().Message(id(s.to), m.ID)
	check(s, err)
	if !found {
		s.Fatal("no such message")
	}
	name, _ := stored.WireID()
	return name
}
