package store

import (
	"fmt"
	"testing"

	"github.com/ncruces/go-sqlite3"
)

// steps gives how many instructions SQLite has run so far, for each statement. It does not depend on how fast the computer is.
func (s *Store) steps() map[string]int {
	n := map[string]int{}
	for sql, st := range s.db.stmts {
		n[sql] = st.Status(sqlite3.STMTSTATUS_VM_STEP, false)
	}
	return n
}

// TestAFactCostsTheSameHoweverLongTheConversationIs counts the instructions of SQLite, so that it does not depend on the machine. Each fact
// is taken in live, about an old message.
func TestAFactCostsTheSameHoweverLongTheConversationIs(t *testing.T) {
	facts := map[string]func(i int, target string) Fact{
		"message": func(i int, _ string) Fact { return from(i) },
		"answer": func(i int, target string) Fact {
			m := from(i)
			m.Reply = &Reply{ID: target, Fallback: "said"}
			return m
		},
		"correction": func(i int, target string) Fact { return corrects(i, target) },
		"retraction": func(i int, target string) Fact { return &Retraction{Stanza: from(i).Stanza, Target: target} },
		"reaction":   func(i int, target string) Fact { return reacts(i, target) },
		"receipt":    func(i int, target string) Fact { return &Receipt{Stanza: from(i).Stanza, Target: target} },
		"displayed":  func(i int, target string) Fact { return &Displayed{Stanza: from(i).Stanza, Target: target} },
	}
	fills := map[string]func(i int) Fact{
		"messages":    func(i int) Fact { return from(i) },
		"corrections": func(i int) Fact { return corrects(i, "m0") },
		"answers": func(i int) Fact {
			m := from(i)
			m.Reply = &Reply{ID: "m0", Fallback: "said"}
			return m
		},
		"reactions": func(i int) Fact {
			if i%2 == 0 {
				return from(i)
			}
			return reacts(i, fmt.Sprint("m", i-1))
		},
	}
	for name, fact := range facts {
		for what, fill := range fills {
			t.Run(name+" after "+what, func(t *testing.T) {
				s := open(t, t.TempDir())
				live(t, s, from(0), from(1), from(2), from(3))
				next := 4
				cost := func(target string) (total int, of map[string]int) {
					before := s.steps()
					live(t, s, fact(next, target))
					next++
					of = map[string]int{}
					for sql, n := range s.steps() {
						of[sql] = n - before[sql]
						total += of[sql]
					}
					return total, of
				}
				cost("m1") // prepares what is to be prepared
				few, _ := cost("m2")
				var page []Fact
				for range 150 {
					page = append(page, fill(next))
					next++
				}
				forward(t, s, page)
				many, of := cost("m3")
				if many <= few+few/4 {
					return
				}
				t.Errorf("%d instructions, after 150 %s %d", few, what, many)
				for sql, n := range of {
					if n > 200 {
						t.Logf("%d: %s", n, sql)
					}
				}
			})
		}
	}
}

func reacts(i int, target string) *Reactions {
	return &Reactions{Stanza: from(i).Stanza, Target: target, Emoji: []string{"👍"}}
}

// A client that counts its ids from 1 again, or a stranger who means it, uses one id for all messages.
func TestAnIDThatIsUsedAgainAndAgainCostsTheSame(t *testing.T) {
	s := open(t, t.TempDir())
	next := 0
	say := func(f func(m *NewMessage) Fact) (total int) {
		m := from(next)
		m.MsgID, m.OriginID = "2", ""
		next++
		before := s.steps()
		live(t, s, f(m))
		for sql, n := range s.steps() {
			total += n - before[sql]
		}
		return total
	}
	message := func(m *NewMessage) Fact { return m }
	receipt := func(m *NewMessage) Fact { return &Receipt{Stanza: m.Stanza, Target: "2"} }
	correction := func(m *NewMessage) Fact {
		m.MsgID, m.Replaces = fmt.Sprint("correction ", next), "2"
		return m
	}
	say(correction) // is about none that comes later
	measure := func(f func(m *NewMessage) Fact, upTo int) (cost [2]int) {
		for next < upTo {
			say(f)
		}
		return [2]int{say(message), say(receipt)}
	}
	measure(message, 2*mostNamesakes) // prepares what is to be prepared
	few := measure(message, 2*mostNamesakes+4)
	compare := func(after string, many [2]int) {
		t.Helper()
		for i, what := range []string{"a message", "a receipt"} {
			if many[i] > few[i]+few[i]/4 {
				t.Errorf("%s costs %d steps, after %s %d", what, few[i], after, many[i])
			}
		}
	}
	compare("many messages", measure(message, 6*mostNamesakes))
	compare("many corrections", measure(correction, 9*mostNamesakes))
}
