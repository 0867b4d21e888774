package messaging

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"discussions/messaging/xmpp"
)

func TestACorrectionReplacesWhatWasSaid(t *testing.T) {
	saying(t, func(s *said) {
		t := s.T
		m := s.says("Donner 10 mg", true)
		s.sent()
		check(t, s.Correct(id(s.to), m.ID, Text{Body: "Donner 1 mg"}))
		same(t, "at once", s.shows(), []string{"Donner 1 mg (corrected) queued"})
		same(t, "over the wire", s.sent(), []string{"correct " + string(m.ID) + " Donner 1 mg"})
		s.settle()
		same(t, "settled", s.shows(), []string{"Donner 1 mg (corrected) sent"})
		same(t, "unsent", s.Unsent(), 0)
		check(t, s.Correct(id(s.to), m.ID, Text{Body: "Donner 2 mg"}))
		s.settle()
		list, err := s.Versions(id(s.to), m.ID)
		check(t, err)
		same(t, "versions", []string{list[0].Content.(Text).Body, list[1].Content.(Text).Body, fmt.Sprint(len(list))}, []string{"Donner 10 mg", "Donner 1 mg", "2"})
		conv, err := s.Conversation(id(s.to))
		check(t, err)
		same(t, "list", body(*conv.Last), "Donner 2 mg")
		other := s.hears("bien")
		is(t, "somebody else's", s.Correct(id(s.to), other.ID, Text{Body: "x"}), ErrNoMessage)
		is(t, "of another conversation", s.Correct(id(julien), m.ID, Text{Body: "x"}), ErrNoMessage)
		is(t, "nothing", s.Correct(id(s.to), m.ID, Text{}), ErrEmpty)
	})
}

func TestWhatNobodyHasIsWrittenAnewAndNotCorrected(t *testing.T) {
	saying(t, func(s *said) {
		t := s.T
		s.w.Cut()
		m := s.says("un", false)
		check(t, s.Correct(id(s.to), m.ID, Text{Body: "deux"}))
		same(t, "offline", s.shows(), []string{"deux queued"})
		s.online()
		same(t, "over the wire", s.sent(), []string{"deux"})
		same(t, "settled", s.shows(), []string{"deux sent"})

		s.w.Cut()
		check(t, s.Correct(id(s.to), m.ID, Text{Body: "trois"}))
		check(t, s.Correct(id(s.to), m.ID, Text{Body: "quatre"}))
		s.online()
		same(t, "one correction only", s.sent(), []string{"correct " + string(m.ID) + " quatre"})
		same(t, "at the end", s.shows(), []string{"quatre (corrected) sent"})
	})
}

func TestWhatWasSaidAboutAMessageSurvivesTheProgram(t *testing.T) {
	saying(t, func(s *said) {
		t := s.T
		own, kept, other := s.says("à corriger", true), s.says("à retirer", true), s.hears("à saluer")
		s.sent()
		s.w.Cut()
		check(t, s.Correct(id(s.to), own.ID, Text{Body: "corrigé"}))
		check(t, s.Retract(id(s.to), kept.ID))
		check(t, s.React(id(s.to), other.ID, "👍", true))
		_, err := s.Reply(id(s.to), other.ID, Text{Body: "merci"})
		check(t, err)
		name := s.wireID(other)
		want := []string{"corrigé (corrected) queued", "(withdrawn) sent", "à saluer 👍1 true", "merci < à saluer queued"}
		same(t, "at once", s.shows(), want)
		same(t, "unsent", s.Unsent(), 4)
		s.again()
		same(t, "after a restart", s.shows(), want)
		check(t, s.Lock())
		check(t, s.Unlock(key))
		same(t, "after a lock", s.shows(), want)
		withdrawn := s.wireID(kept)
		s.online()
		same(t, "over the wire, in order", s.sent(), []string{
			"correct " + string(own.ID) + " corrigé", "withdraw " + withdrawn, "react " + name + "👍", "answer " + name + " merci",
		})
		same(t, "settled", s.shows(), []string{"corrigé (corrected) sent", "(withdrawn) sent", "à saluer 👍1 true", "merci < à saluer sent"})
		same(t, "left", s.Unsent(), 0)
	})
}

// The wire loses the session before it is known whether the server has what was said.
func TestWhatIsLostOnTheWayIsSaidAgain(t *testing.T) {
	for _, archived := range []bool{false, true} {
		t.Run(fmt.Sprintf("archived=%v", archived), func(t *testing.T) {
			saying(t, func(s *said) {
				t := s.T
				own, other := s.says("à retirer", true), s.hears("à saluer")
				s.sent()
				s.w.Change(func() { s.w.NoAck, s.w.NoReflection, s.w.NoArchive = true, true, !archived })
				check(t, s.React(id(s.to), other.ID, "👍", true))
				check(t, s.Retract(id(s.to), own.ID))
				want := s.sent()
				same(t, "said", len(want), 2)
				s.w.Cut()
				s.w.Change(func() { s.w.NoAck, s.w.NoReflection, s.w.NoArchive = false, false, false })
				s.online()
				if archived {
					want = nil
				}
				same(t, "said again", s.sent(), want)
				same(t, "left", s.Unsent(), 0)
			})
		})
	}
}

func TestAWithdrawnMessageThatNobodyHasIsNotSent(t *testing.T) {
	saying(t, func(s *said) {
		t := s.T
		s.says("avant", true)
		s.sent()
		s.w.Cut()
		m := s.says("à ne pas envoyer", false)
		check(t, s.Retract(id(s.to), m.ID))
		same(t, "gone", s.shows(), []string{"avant sent"})
		// One that may have been sent: the archive tells.
		s.online()
		s.w.Change(func() { s.w.NoAck, s.w.NoReflection, s.w.NoArchive = true, true, true })
		m = s.says("perdu en route", false)
		same(t, "over the wire", s.sent(), []string{"perdu en route"})
		s.w.Cut()
		s.w.Change(func() { s.w.NoAck, s.w.NoReflection, s.w.NoArchive = false, false, false })
		s.again()
		check(t, s.Retract(id(s.to), m.ID))
		same(t, "withdrawn", s.shows(), []string{"avant sent", "(withdrawn) queued"})
		s.again()
		same(t, "after a restart", s.shows(), []string{"avant sent", "(withdrawn) queued"})
		s.online()
		same(t, "said", s.sent(), []string(nil))
		same(t, "left", s.Unsent(), 0)
		same(t, "shown", s.shows(), []string{"avant sent"})
	})
}

func TestAWithdrawnMessageThatSomebodyMayHaveIsWithdrawnThere(t *testing.T) {
	saying(t, func(s *said) {
		t := s.T
		s.w.Change(func() { s.w.NoAck, s.w.NoReflection = true, true })
		m := s.says("en route", false)
		s.w.Cut()
		s.w.Change(func() { s.w.NoAck, s.w.NoReflection = false, false })
		check(t, s.Retract(id(s.to), m.ID))
		s.sent()
		s.online()
		same(t, "said", s.sent(), []string{"withdraw " + s.wireID(m)})
		same(t, "left", s.Unsent(), 0)
		same(t, "shown", s.shows(), []string{"(withdrawn) sent"})
	})
}

// A group names a message by an id of its own, which comes back with the message.
func TestInAGroupOneWaitsForTheNameOfAMessage(t *testing.T) {
	saying(t, func(s *said) {
		t := s.T
		m := s.says("à l’instant", false)
		check(t, s.React(id(s.to), m.ID, "👍", true))
		check(t, s.Retract(id(s.to), m.ID))
		s.says("autre chose", false)
		s.settle()
		name := s.wireID(m)
		list := s.sent()
		for _, want := range []string{"withdraw " + name, "autre chose"} {
			if !strings.Contains(strings.Join(list, "\n"), want) {
				t.Errorf("not said: %s in %q", want, list)
			}
		}
		same(t, "shown", s.shows(), []string{"(withdrawn) sent", "autre chose sent"})
		same(t, "left", s.Unsent(), 0)
	})
}

func TestReactionsAreTheUsersWholeList(t *testing.T) {
	saying(t, func(s *said) {
		t := s.T
		m := s.hears("on se voit à 15 h")
		name := s.wireID(m)
		check(t, s.React(id(s.to), m.ID, "👍", true))
		check(t, s.React(id(s.to), m.ID, "🎉", true))
		check(t, s.React(id(s.to), m.ID, "👍", false))
		check(t, s.React(id(s.to), m.ID, "👍", false)) // again: nothing
		same(t, "said", s.sent(), []string{"react " + name + "👍", "react " + name + "👍🎉", "react " + name + "🎉"})
		s.settle()
		same(t, "shown", s.shows(), []string{"on se voit à 15 h 🎉1 true"})
		is(t, "words are no reaction", s.React(id(s.to), m.ID, "oui", true), ErrEmpty)
		s.w.Cut()
		for _, on := range []bool{false, true, false} {
			check(t, s.React(id(s.to), m.ID, "🎉", on))
		}
		same(t, "unsent", s.Unsent(), 1)
		s.online()
		same(t, "only the last", s.sent(), []string{"react " + name})
		same(t, "taken back", s.shows(), []string{"on se voit à 15 h"})
	})
}

func TestWhatTheServerRefusesToTell(t *testing.T) {
	saying(t, func(s *said) {
		t := s.T
		own, other := s.says("texte", true), s.hears("à saluer")
		refuse := func(err error) {
			t.Helper()
			check(t, err)
			s.w.Lock()
			last := s.w.Sent[len(s.w.Sent)-1]
			s.w.Unlock()
			s.w.Handle(xmpp.Bounced{Message: xmpp.Message{ID: last.ID, From: s.to, Type: "error", Error: &xmpp.StanzaError{Condition: "forbidden"}}})
			s.w.Flow() // a pending reflection is never sent
			synctest.Wait()
		}
		takes := func(on bool) { s.w.NoAck, s.w.NoReflection, s.w.NoArchive = !on, !on, !on }
		takes(false)
		refuse(s.React(id(s.to), other.ID, "👍", true))
		same(t, "a reaction is taken back", s.shows(), []string{"texte sent", "à saluer"})
		refuse(s.Correct(id(s.to), own.ID, Text{Body: "texte corrigé"}))
		same(t, "a correction waits for the user", s.shows(), []string{"texte corrigé (corrected) failed", "à saluer"})
		same(t, "unsent", s.Unsent(), 1)
		check(t, s.Discard(own.ID))
		same(t, "or is given up", s.shows(), []string{"texte sent", "à saluer"})
		refuse(s.Correct(id(s.to), own.ID, Text{Body: "texte corrigé"}))
		takes(true)
		check(t, s.Resend(own.ID))
		s.settle()
		takes(false)
		same(t, "or sent again", s.shows(), []string{"texte corrigé (corrected) sent", "à saluer"})
		refuse(s.Retract(id(s.to), own.ID))
		same(t, "a withdrawal waits for the user", s.shows(), []string{"(withdrawn) failed", "à saluer"})
		s.again()
		takes(true)
		same(t, "after a restart", s.shows(), []string{"(withdrawn) failed", "à saluer"})
		s.online()
		check(t, s.Resend(own.ID))
		s.settle()
		same(t, "withdrawn", s.shows(), []string{"(withdrawn) sent", "à saluer"})
		same(t, "left", s.Unsent(), 0)
		is(t, "nothing is said about it", s.React(id(s.to), own.ID, "👍", true), ErrNoMessage)
	})
}

func TestAModeratorWithdrawsWhatOthersWrote(t *testing.T) {
	saying(t, func(s *said) {
		t := s.T
		m := s.hears("nom d’une patiente")
		is(t, "without the role", s.Moderate(t.Context(), id(s.to), m.ID), ErrNoMessage)
		if !s.to.Equal(garde) {
			return // nobody moderates a conversation of two
		}
		role := func(role string) {
			s.w.Handle(xmpp.PresenceReceived{Presence: xmpp.Presence{From: must(garde.WithResource("Claire")), Occupant: &xmpp.Occupant{JID: claire, Self: true, Role: role, Codes: []int{100, 110}}}})
		}
		role("moderator")
		conv, err := s.Conversation(id(s.to))
		check(t, err)
		same(t, "moderator", conv.Moderator, true)
		check(t, s.Moderate(t.Context(), id(s.to), m.ID))
		same(t, "until the group says so", s.shows(), []string{"nom d’une patiente"})
		s.settle()
		same(t, "withdrawn", s.shows(), []string{"(withdrawn)"})
		same(t, "by", s.last().Content.(Retracted).By, "Dr Claire Martin")
		other := s.hears("autre chose")
		s.w.Cut()
		is(t, "offline", s.Moderate(t.Context(), id(s.to), other.ID), ErrOffline)
		s.online()
		s.w.Change(func() { s.w.NoModeration = true })
		s.w.Renamed(garde, "Garde")
		synctest.Wait()
		conv, err = s.Conversation(id(s.to))
		check(t, err)
		same(t, "where the group does not offer it", conv.Moderator, false)
		is(t, "the same", s.Moderate(t.Context(), id(s.to), other.ID), ErrNoMessage)
		s.w.Change(func() { s.w.NoModeration = false })
		s.w.Renamed(garde, "Garde")
		synctest.Wait()
		role("participant")
		is(t, "the role was taken", s.Moderate(t.Context(), id(s.to), other.ID), ErrNoMessage)
	})
}

func TestAReactionToAnOwnMessageIsTold(t *testing.T) {
	saying(t, func(s *said) {
		t := s.T
		own, other := s.says("Merci", true), s.hears("De rien")
		var told []string
		s.Subscribe(func(ev Event) {
			if e, ok := ev.(Reacted); ok {
				told = append(told, body(e.Message)+strings.Join(e.Emoji, ""))
			}
		})
		react := func(to Message, emoji ...string) {
			name := s.wireID(to)
			s.w.Lock()
			s.w.Stanzas++
			m := xmpp.Message{ID: fmt.Sprint("r", s.w.Stanzas), From: phone(sophie), To: claire, Type: "chat", Reactions: &xmpp.Reactions{ID: name, Emoji: emoji}}
			s.w.Unlock()
			if s.to.Equal(garde) {
				m.From, m.Type = must(garde.WithResource("Sophie")), "groupchat"
			}
			s.w.Live(m)
			s.w.Live(m) // a server may give it twice
			synctest.Wait()
		}
		react(own, "👍")
		react(other, "🙏")
		react(own)
		same(t, "told", told, []string{"Merci👍"})
	})
}
