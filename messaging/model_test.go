package messaging_test

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"discussions/internal/secret"
	"discussions/messaging"
	"discussions/messaging/messagingtest"
	"discussions/messaging/model"
)

// TestTheFakeDoesAsTheClientDoes takes the same random steps with the client and with its fake, and compares what they show
// and publish.
func TestTheFakeDoesAsTheClientDoes(t *testing.T) {
	if raceEnabled { // the database is slow then
		checks := flag.Lookup("rapid.checks")
		before := checks.Value.String()
		defer func() { _ = checks.Value.Set(before) }()
		if err := checks.Value.Set("25"); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.Custom(drawStep), 1, 15).Draw(rt, "steps")
		difference := ""
		synctest.Test(t, func(t *testing.T) { difference = compare(t, steps) })
		if difference != "" {
			rt.Fatal(difference)
		}
	})
}

// step is one thing that happens. message says to which of those that were sent.
type step struct {
	name    string
	message int
}

// deeds are the kinds of steps.
var deeds = map[string]func(s *side, id messaging.MessageID, text string) error{
	"send": func(s *side, _ messaging.MessageID, text string) error {
		m, err := s.Send(messagingtest.Sophie, messaging.Text{Body: text})
		if err == nil {
			s.sent = append(s.sent, m.ID)
		}
		return err
	},
	"says": func(s *side, _ messaging.MessageID, text string) error {
		if s.online {
			s.Says(text)
		} else {
			s.Missed(text)
		}
		return nil
	},
	"delivered": func(s *side, id messaging.MessageID, _ string) error { s.Delivered(id); return nil },
	"seen":      func(s *side, id messaging.MessageID, _ string) error { s.Seen(id); return nil },
	"refuse":    func(s *side, id messaging.MessageID, _ string) error { s.Refuse(id, "forbidden"); return nil },
	"resend":    func(s *side, id messaging.MessageID, _ string) error { return s.Resend(id) },
	"discard":   func(s *side, id messaging.MessageID, _ string) error { return s.Discard(id) },
	"read":      func(s *side, _ messaging.MessageID, _ string) error { return s.MarkRead(messagingtest.Sophie) },
	"draft":     func(s *side, _ messaging.MessageID, text string) error { return s.SetDraft(messagingtest.Sophie, text) },
	"no draft":  func(s *side, _ messaging.MessageID, _ string) error { return s.SetDraft(messagingtest.Sophie, " ") },
	"she types": func(s *side, _ messaging.MessageID, _ string) error { s.Types(true); return nil },
	"she stops": func(s *side, _ messaging.MessageID, _ string) error { s.Types(false); return nil },
	"type": func(s *side, _ messaging.MessageID, _ string) error {
		s.SetTyping(messagingtest.Sophie, true)
		return nil
	},
	"stop": func(s *side, _ messaging.MessageID, _ string) error {
		s.SetTyping(messagingtest.Sophie, false)
		return nil
	},
	"lock":   func(s *side, _ messaging.MessageID, _ string) error { s.locked = true; return s.Lock() },
	"unlock": func(s *side, _ messaging.MessageID, _ string) error { s.locked = false; return s.Unlock(modelKey()) },
	"connect": func(s *side, _ messaging.MessageID, _ string) error {
		if !s.online {
			s.online = true
			s.Connect()
		}
		return nil
	},
	"disconnect": func(s *side, _ messaging.MessageID, _ string) error {
		if s.online {
			s.online = false
			s.Disconnect()
		}
		return nil
	},
	"wait": func(*side, messaging.MessageID, string) error { return nil },
}

func modelKey() secret.Key { return secret.NewKey([]byte("0123456789abcdef0123456789abcdef")) }

func drawStep(t *rapid.T) step {
	names := []string{
		"send", "send", "says", "says", "delivered", "seen", "refuse", "resend", "discard", "read", "draft", "no draft", "she types",
		"she stops", "type", "stop", "connect", "disconnect", "lock", "unlock", "wait",
	}
	return step{rapid.SampledFrom(names).Draw(t, "step"), rapid.IntRange(0, 5).Draw(t, "message")}
}

// compare does the steps on both sides and says where they differ.
func compare(t *testing.T, steps []step) string {
	client, peer := messaging.NewScripted(t)
	fake, fakePeer := messagingtest.NewPeer()
	sides := []*side{newSide(client, peer), newSide(fake, fakePeer)}
	for _, s := range sides {
		if err := s.Unlock(modelKey()); err != nil {
			t.Fatal(err)
		}
		s.Archived("hier")
		s.Start()
		s.Connect()
		s.online = true
		synctest.Wait()
	}
	for i, step := range steps {
		var errs [2]error
		for j, s := range sides {
			id := messaging.MessageID("none")
			if len(s.sent) > 0 {
				id = s.sent[step.message%len(s.sent)]
			}
			if slices.Contains([]string{"delivered", "seen", "refuse", "she types", "she stops"}, step.name) && (s.locked || !s.online) {
				continue // offline nothing comes, and the fake keeps nothing for the time when it is unlocked
			}
			if step.name == "unlock" && !s.online {
				continue // what came while locked is fetched once there is a connection; the fake has it at once
			}
			errs[j] = deeds[step.name](s, id, fmt.Sprint("texte ", i))
			synctest.Wait()
			if s.online && !s.locked {
				s.Acknowledge()
			}
		}
		time.Sleep(time.Second) // what is sent is found in the archive meanwhile
		synctest.Wait()
		for _, known := range []error{messaging.ErrLocked, messaging.ErrNoMessage} {
			if errors.Is(errs[0], known) != errors.Is(errs[1], known) {
				return fmt.Sprintf("step %d, %v: %v by the client, %v by the fake", i, step, errs[0], errs[1])
			}
		}
		if d := cmp.Diff(sides[0].report(t), sides[1].report(t)); d != "" {
			return fmt.Sprintf("after step %d, %v (-client +fake):\n%s", i, step, d)
		}
	}
	return ""
}

// side is one of two clients that are used alike.
type side struct {
	messagingtest.Subject
	messagingtest.Peer
	online bool
	locked bool
	sent   []messaging.MessageID
	states map[messaging.MessageID]messaging.State // as told
	told   []string                                // by the events of this step
}

// body is the text of a message.
func body(m messaging.Message) string { return model.PlainText(m.Content) }

func newSide(c messagingtest.Subject, p messagingtest.Peer) *side {
	s := &side{Subject: c, Peer: p, states: map[messaging.MessageID]messaging.State{}}
	s.Subscribe(func(e messaging.Event) {
		switch e := e.(type) {
		case messaging.MessageAdded:
			s.told = append(s.told, fmt.Sprintf("added %s %v, live %v", body(e.Message), e.Message.State, e.Live))
		case messaging.MessageChanged:
			// The time of another's message is corrected where the archive knows it better. A receipt may tell nothing new.
			if !e.Message.Own || s.states[e.Message.ID] == e.Message.State {
				return
			}
			s.states[e.Message.ID] = e.Message.State
			s.told = append(s.told, fmt.Sprintf("changed %s %v", body(e.Message), e.Message.State))
		case messaging.MessageRemoved:
			s.told = append(s.told, "removed")
		case messaging.TypingChanged:
			s.told = append(s.told, fmt.Sprintf("%d type", len(e.Names)))
		case messaging.ConnectionChanged:
			s.told = append(s.told, fmt.Sprint("connection ", e.Connection.State))
		}
	})
	return s
}

// report is all that a client shows and has told since the last report, without what differs by chance: ids and names.
func (s *side) report(t *testing.T) (list []string) {
	all, err := s.Conversations()
	list = append(list, fmt.Sprintf("%d unread, %d unsent, %d conversations, %v", s.Unread(), s.Unsent(), len(all), err))
	for _, conv := range all {
		last := "nothing"
		if conv.Last != nil {
			last = fmt.Sprintf("%s, %v", body(*conv.Last), conv.Last.State)
		}
		list = append(list, fmt.Sprintf("%s: %d unread, draft %v %q, %d type, last %s", conv.ID, conv.Unread, conv.Draft, s.Draft(conv.ID), len(conv.Typing), last))
		one, err := s.Conversation(conv.ID)
		if err != nil {
			t.Error(err)
		}
		page, err := s.History(t.Context(), conv.ID, messaging.Cursor{}, 100, 0)
		if err != nil {
			t.Error(err)
		}
		for _, m := range page.Messages {
			list = append(list, fmt.Sprintf("  %s, own %v, %v %q, first unread %v", body(m), m.Own, m.State, m.Failure, m.Cursor == one.FirstUnread))
		}
	}
	list = append(list, fmt.Sprint("she was told: ", s.Told()))
	slices.Sort(s.told) // one step changes several messages, in any order
	list = append(list, s.told...)
	s.told = nil
	return list
}
