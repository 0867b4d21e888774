package messaging

import (
	"strings"
	"testing"
)

func TestAnAnswerQuotesForProgramsThatKnowNoAnswers(t *testing.T) {
	saying(t, func(s *said) {
		t := s.T
		m := s.hears("Donner 1 mg ?\nou 2 mg ?")
		_, err := s.Reply(id(s.to), m.ID, Text{Body: "1 mg"})
		check(t, err)
		s.w.Lock()
		sent := s.w.Sent[len(s.w.Sent)-1]
		s.w.Unlock()
		same(t, "body", sent.Body, "> Donner 1 mg ?\n> ou 2 mg ?\n1 mg")
		want := s.to.String()
		if s.to.Equal(garde) {
			want += "/Sophie"
		}
		same(t, "author", sent.Reply.To.String(), want)
		s.settle()
		same(t, "shown", s.shows(), []string{"Donner 1 mg ?\nou 2 mg ?", "1 mg < Donner 1 mg ?\nou 2 mg ? sent"})
		same(t, "leads to it", s.last().ReplyTo.ID, m.ID)
		long := s.hears(strings.Repeat("œ\n", 3000))
		_, err = s.Reply(id(s.to), long.ID, Text{Body: strings.Repeat("x", MaxBody)})
		check(t, err)
	})
}
