package outbox

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"discussions/messaging/model"
)

const paul = "paul@example.org"

// path applies events to a new message and gives the state after each.
func path(events ...Event) (states []State, done bool) {
	o := New()
	o.Add(Message{ID: "m", Conv: paul})
	m := o.Get("m")
	for _, e := range events {
		done = o.Apply("m", e)
		states = append(states, m.State())
	}
	return states, done
}

func TestTransitionsOfAMessage(t *testing.T) {
	for name, tt := range map[string]struct {
		events []Event
		states []State
		done   bool
	}{
		"sent, acknowledged and seen in the archive":           {[]Event{Hand, Ack, Confirm}, []State{OnWire, Acked, Done}, true},
		"seen before the acknowledgement":                      {[]Event{Hand, Confirm, Ack}, []State{OnWire, Confirmed, Done}, true},
		"received by the other person, which is proof enough":  {[]Event{Hand, Deliver}, []State{OnWire, Done}, true},
		"the session is lost before the acknowledgement":       {[]Event{Hand, Lose, Hand, Ack, Confirm}, []State{OnWire, Uncertain, OnWire, Acked, Done}, true},
		"lost, and the archive has it":                         {[]Event{Hand, Lose, Confirm}, []State{OnWire, Uncertain, Done}, true},
		"acknowledged, and the session is lost":                {[]Event{Hand, Ack, Lose}, []State{OnWire, Acked, Uncertain}, false},
		"seen, and the session is lost: the server has it":     {[]Event{Hand, Confirm, Lose}, []State{OnWire, Confirmed, Done}, true},
		"without stream management the archive alone is proof": {[]Event{HandRaw, Confirm}, []State{Acked, Done}, true},
		"refused, and sent again by the user":                  {[]Event{Hand, Refuse, Resend, Hand}, []State{OnWire, Failed, Queued, OnWire}, false},
		"refused, and received all the same":                   {[]Event{Hand, Refuse, Deliver}, []State{OnWire, Failed, Done}, true},
		"an acknowledgement after the refusal":                 {[]Event{Hand, Refuse, Ack}, []State{OnWire, Failed, Failed}, false},
		"withdrawn before any session has it":                  {[]Event{Recall}, []State{Done}, true},
		"refused, and withdrawn":                               {[]Event{Hand, Refuse, Recall}, []State{OnWire, Failed, Done}, true},
		"withdrawn on its way: it goes on as if it were not":   {[]Event{Hand, Recall, Ack, Confirm}, []State{OnWire, OnWire, Acked, Done}, true},
		"withdrawn while nobody knows":                         {[]Event{Hand, Lose, Recall}, []State{OnWire, Uncertain, Uncertain}, false},
		"an acknowledgement of a former session":               {[]Event{Hand, Lose, Ack}, []State{OnWire, Uncertain, Uncertain}, false},
	} {
		t.Run(name, func(t *testing.T) {
			states, done := path(tt.events...)
			if d := cmp.Diff(tt.states, states); d != "" || done != tt.done {
				t.Errorf("done %v, states (-want +got):\n%s", done, d)
			}
		})
	}
}

// pause is how long after each other an archive is asked: asksBeforeDoubt of them are as long as it may be late.
const pause = LateRow/asksBeforeDoubt + 1

// asked tells an outbox n times that the own archive was read, every few seconds.
func asked(o *Outbox, n int, keeps bool) (done []string, again bool) {
	now := time.Now()
	for range n {
		done, again = o.ArchiveAsked(model.OwnArchive, false, now, func(model.ConversationID) bool { return keeps })
		now = now.Add(pause)
	}
	return done, again
}

func TestAnArchiveThatHasItNot(t *testing.T) {
	for name, tt := range map[string]struct {
		handed, asked int
		keeps         bool
		state         State
		done, again   bool
	}{
		"it may be late": {1, asksBeforeDoubt, true, Acked, false, true},
		"it keeps what is written there: handed over again":      {1, asksBeforeDoubt + 1, true, Uncertain, false, false},
		"it may keep nothing: only the next session tells":       {1, asksBeforeDoubt + 1, false, Acked, false, false},
		"it has kept nothing of two sessions: the server's word": {2, asksBeforeDoubt + 1, false, Done, true, false},
		"lost twice, or not what it keeps: the server's word":    {2, asksBeforeDoubt + 1, true, Done, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			o := New()
			o.Add(Message{ID: "m", Conv: paul})
			m := o.Get("m")
			for range tt.handed {
				o.NewSession(func(*Message) bool { return false })
				o.Apply("m", Hand)
				o.Apply("m", Ack)
			}
			done, again := asked(o, tt.asked, tt.keeps)
			if m.State() != tt.state || again != tt.again || (len(done) > 0) != tt.done {
				t.Errorf("%v, done %v, again %v", m.State(), done, again)
			}
		})
	}
}

func TestAnArchiveThatIsAskedOftenIsGivenTime(t *testing.T) {
	o := New()
	o.Add(Message{ID: "m", Conv: paul})
	o.Apply("m", Hand)
	o.Apply("m", Ack)
	now := time.Now()
	ask := func() { o.ArchiveAsked(model.OwnArchive, false, now, func(model.ConversationID) bool { return true }) }
	for range 10 * asksBeforeDoubt { // for proof of other messages
		ask()
		now = now.Add(pause / 10)
	}
	if s := o.Get("m").State(); s != Acked {
		t.Errorf("within the time that an archive may take: %v", s)
	}
	now = now.Add(pause)
	if ask(); o.Get("m").State() != Uncertain {
		t.Errorf("after it: %v", o.Get("m").State())
	}
}

func TestWhereThereIsNoArchiveTheAcknowledgementMustDo(t *testing.T) {
	o := New()
	o.Add(Message{ID: "m", Conv: paul})
	o.Apply("m", Hand)
	o.Apply("m", Ack)
	if done, again := o.ArchiveAsked(model.OwnArchive, true, time.Now(), nil); !slices.Equal(done, []string{"m"}) || again {
		t.Errorf("done %v, again %v", done, again)
	}
}

func TestWhereARoomHasNoArchiveItsReflectionIsTheProof(t *testing.T) {
	const room = "garde@rooms.example.org"
	for _, tt := range []struct {
		name   string
		handed int // times that the room did not send it back
		state  State
		again  bool // the room should be waited for
	}{
		{"it is waited for", 0, Acked, true},
		{"it is sent again", 1, Uncertain, false},
		{"a room that sends nothing back", 2, Done, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, now := New(), time.Now()
			o.Add(Message{ID: "g", Conv: room, Group: true})
			m, again := o.Get("g"), false
			ask := func() { _, again = o.ArchiveAsked(room, true, now, nil) }
			for range max(1, tt.handed) {
				o.Apply("g", Hand)
				o.Apply("g", Ack)
				ask()
				for range asksBeforeDoubt * tt.handed {
					now = now.Add(LateRow / 2)
					ask()
				}
			}
			if m.State() != tt.state || again != tt.again || m.IsMissing() != (tt.state == Uncertain) {
				t.Errorf("%v, again %v, missing %v", m.State(), again, m.IsMissing())
			}
		})
	}
}

func TestALaterMessageDoesNotOvertakeAnEarlierOneOfItsConversation(t *testing.T) {
	o := New()
	o.Restore(Message{ID: "1", Conv: "a"}, false)
	o.Add(Message{ID: "2", Conv: "a"})
	o.Add(Message{ID: "3", Conv: "b"})
	o.Restore(Message{ID: "4", Conv: "c"}, true)
	o.Add(Message{ID: "5", Conv: "c"}) // a failed one holds nothing back
	next := func(may func(*Message) bool) (ids []string) {
		for _, m := range o.Next(may) {
			ids = append(ids, m.ID)
		}
		return ids
	}
	if d := cmp.Diff([]string{"3", "5"}, next(func(m *Message) bool { return m.State() != Uncertain })); d != "" {
		t.Errorf("while the archive is not asked: %s", d)
	}
	if d := cmp.Diff([]string{"1", "2", "3", "5"}, next(func(*Message) bool { return true })); d != "" {
		t.Errorf("after it: %s", d)
	}
}

func TestWhatIsSaidAboutAMessageWaitsForIt(t *testing.T) {
	next := func(o *Outbox) (ids []string) {
		for _, m := range o.Next(func(m *Message) bool { return m.State() != Uncertain }) {
			ids = append(ids, m.ID)
		}
		return ids
	}
	for _, tt := range []struct {
		name         string
		does         []Event // to the message
		person, room []string
	}{
		{"it waits as well", nil, []string{"m", "correction", "reaction", "answer", "other"}, []string{"m", "correction"}},
		{"it is on the wire", []Event{Hand}, []string{"correction", "reaction", "answer", "other"}, []string{"correction"}},
		{"the server has it", []Event{Hand, Ack}, []string{"correction", "reaction", "answer", "other"}, []string{"correction"}},
		{"it was refused", []Event{Hand, Refuse}, []string{"other"}, []string{"other"}},
		{"nobody knows", []Event{Hand, Lose}, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, group := range []bool{false, true} {
				o := New()
				o.Add(Message{ID: "m", Conv: paul, Group: group})
				o.Add(Message{ID: "correction", Conv: paul, Group: group, About: "m", Corrects: true})
				o.Add(Message{ID: "reaction", Conv: paul, Group: group, About: "m", Relation: true, NamedID: group})
				o.Add(Message{ID: "answer", Conv: paul, Group: group, About: "m", NamedID: group})
				o.Add(Message{ID: "other", Conv: paul, Group: group})
				for _, e := range tt.does {
					o.Apply("m", e)
				}
				want := tt.person
				if group {
					want = tt.room
				}
				if d := cmp.Diff(want, next(o)); d != "" {
					t.Errorf("group=%v: %s", group, d)
				}
				if got := len(o.About("m")); got != 3 || len(o.About("")) != 0 {
					t.Errorf("%d are about it", got)
				}
				if o.Remove("m"); len(next(o)) != 4 {
					t.Errorf("group=%v, once it has left: %v", group, next(o))
				}
			}
		})
	}
}

func TestAWithdrawnMessageIsNotSentAgain(t *testing.T) {
	o := New()
	o.Add(Message{ID: "m", Conv: paul})
	o.Apply("m", Hand)
	if o.Recall("m") || o.Recall("unknown") {
		t.Error("it left, though a session has it")
	}
	o.NewSession(func(*Message) bool { return false })
	list := o.Next(func(*Message) bool { return true })
	if len(list) != 1 || !list[0].Recalled || list[0].State() != Uncertain {
		t.Errorf("%+v", list) // the caller drops it: the archive was read and does not have it
	}
	if !o.Apply("m", Confirm) {
		t.Error("the archive has it, and it stays")
	}
}

func TestTheTableIsComplete(t *testing.T) {
	for s := range State(states) {
		for e := range Event(events) {
			next := transitions[s][e]
			if next != same && (next < 0 || next >= states) {
				t.Errorf("%v, event %d: %d", s, e, next)
			}
			if next == s {
				t.Errorf("%v, event %d: say same", s, e)
			}
		}
		if s.String() == "" {
			t.Errorf("state %d has no name", s)
		}
	}
}

// server is what an outbox is played against: it takes messages over, archives them, or loses one that it has acknowledged.
type server struct {
	archive         []string // in order
	inFlight, toAck []string // on the wire; taken over and not yet acknowledged to us
	handed          map[string]int
	lost            map[string]bool
}

// bare is a conversation of which the archive keeps nothing.
const bare = "nobody@example.org"

func (s *server) take(id string, loses bool) {
	if loses && s.handed[id] == 1 {
		s.lost[id] = true
	} else if !strings.HasSuffix(id, bare) {
		s.archive = append(s.archive, id)
	}
}

// TestNothingIsLostOrSentTwice plays an outbox against a server that takes messages over, archives them or not, loses what it has
// acknowledged, and loses sessions at any moment. A message is sent again only where the archive has it not, and within a session only where
// the archive keeps what is written there; it leaves the outbox only when the server has it; and those of one conversation arrive in
// order, but for what the server has lost.
func TestNothingIsLostOrSentTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := New()
		s := &server{handed: map[string]int{}, lost: map[string]bool{}}
		var written []string
		up, asked := false, false
		now := time.Now()
		left := map[string]bool{}
		ofSession := map[string]int{}
		keeps := func(conv model.ConversationID) bool {
			for _, id := range slices.Backward(written) {
				if left[id] && strings.HasSuffix(id, string(conv)) {
					return slices.Contains(s.archive, id)
				}
			}
			return false
		}
		leave := func(ids ...string) {
			for _, id := range ids {
				if left[id] || !slices.Contains(s.archive, id) && (!strings.HasSuffix(id, bare) || s.handed[id] < 2) {
					t.Fatalf("%s left the outbox: already %v, handed over %d times, the archive has %v", id, left[id], s.handed[id], s.archive)
				}
				left[id] = true
				o.Remove(id)
			}
		}
		apply := func(id string, e Event) {
			if o.Apply(id, e) {
				leave(id)
			}
		}
		flush := func() {
			for _, m := range o.Next(func(m *Message) bool { return up && (m.State() != Uncertain || asked) }) {
				s.inFlight = append(s.inFlight, m.ID)
				s.handed[m.ID]++
				ofSession[m.ID]++
				apply(m.ID, Hand)
			}
		}
		steps := map[string]func(*rapid.T){
			"write": func(t *rapid.T) {
				conv := rapid.SampledFrom([]model.ConversationID{paul, paul, bare}).Draw(t, "to")
				written = append(written, fmt.Sprintf("%03d %s", len(written), conv))
				o.Add(Message{ID: written[len(written)-1], Conv: conv})
				flush()
			},
			"the server takes one over": func(t *rapid.T) {
				if up && len(s.inFlight) > 0 {
					s.take(s.inFlight[0], rapid.IntRange(0, 4).Draw(t, "loses") == 4)
					s.toAck = append(s.toAck, s.inFlight[0])
					s.inFlight = s.inFlight[1:]
				}
			},
			"an acknowledgement": func(t *rapid.T) {
				if up && len(s.toAck) > 0 {
					apply(s.toAck[0], Ack)
					s.toAck = s.toAck[1:]
				}
			},
			"the archive is asked": func(t *rapid.T) {
				if !up {
					return
				}
				for _, id := range slices.Clone(s.archive) {
					apply(id, Confirm)
				}
				done, _ := o.ArchiveAsked(model.OwnArchive, false, now, keeps)
				leave(done...)
				asked = true
				now = now.Add(pause)
				flush()
			},
			"the session is lost": func(t *rapid.T) {
				up, asked = false, false
				if rapid.Bool().Draw(t, "what was on its way arrived") {
					for _, id := range s.inFlight {
						s.take(id, false)
					}
				}
				s.inFlight, s.toAck = nil, nil
				clear(ofSession)
			},
			"a session begins": func(t *rapid.T) {
				if !up {
					up = true
					leave(o.NewSession(func(*Message) bool { return false })...)
					flush()
				}
			},
			"": func(t *rapid.T) {
				if o.Len()+len(left) != len(written) {
					t.Fatalf("%d in the outbox, %d left, %d written", o.Len(), len(left), len(written))
				}
				once := slices.DeleteFunc(slices.Clone(s.archive), func(id string) bool { return s.lost[id] })
				if !slices.IsSorted(once) || len(slices.Compact(slices.Sorted(slices.Values(s.archive)))) != len(s.archive) {
					t.Fatalf("the server has %v", s.archive)
				}
				for id, n := range ofSession {
					if n > 1 && !s.lost[id] {
						t.Fatalf("%s was handed over %d times in one session", id, n)
					}
				}
			},
		}
		t.Repeat(steps)
		end := func(times int, names ...string) {
			for range times {
				for _, name := range names {
					steps[name](t)
				}
			}
		}
		for range 6 { // at the end everything has arrived if the session ends once: a first message to somebody may be lost
			end(1, "a session begins", "the archive is asked")
			end(len(written)+1, "the server takes one over")
			end(len(written)+1, "an acknowledgement")
			end(asksBeforeDoubt+1, "the archive is asked")
			end(1, "the session is lost")
		}
		for _, id := range written {
			if !left[id] || !strings.HasSuffix(id, bare) && !slices.Contains(s.archive, id) {
				t.Fatalf("%s: left %v, the server has %v", id, left[id], s.archive)
			}
		}
	})
}
