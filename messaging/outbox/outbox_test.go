package outbox

import (
	"fmt"
	"slices"
	"testing"

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

func TestTheWaysOfAMessage(t *testing.T) {
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

func TestAnArchiveThatHasItNot(t *testing.T) {
	o := New()
	o.Add(Message{ID: "m", Conv: paul})
	o.Apply("m", Hand)
	o.Apply("m", Ack)
	for i := range asksBeforeDoubt {
		if done, again := o.ArchiveAsked(model.OwnArchive, false); len(done) > 0 || !again {
			t.Fatalf("asked %d times: done %v, again %v", i+1, done, again)
		}
	}
	if done, again := o.ArchiveAsked(model.OwnArchive, false); len(done) > 0 || again {
		t.Errorf("acknowledged once: done %v, again %v", done, again) // the server may have lost it: the next session sends it again
	}
	o.NewSession(func(*Message) bool { return false })
	o.Apply("m", Hand)
	o.Apply("m", Ack)
	for range asksBeforeDoubt {
		o.ArchiveAsked(model.OwnArchive, false)
	}
	if done, _ := o.ArchiveAsked(model.OwnArchive, false); !slices.Equal(done, []string{"m"}) {
		t.Errorf("acknowledged in two sessions and archived in none: %v", done)
	}
}

func TestWhereThereIsNoArchiveTheAcknowledgementMustDo(t *testing.T) {
	o := New()
	o.Add(Message{ID: "m", Conv: paul})
	o.Add(Message{ID: "g", Conv: "garde@rooms.example.org", Group: true})
	for _, id := range []string{"m", "g"} {
		o.Apply(id, Hand)
		o.Apply(id, Ack)
	}
	if done, again := o.ArchiveAsked("garde@rooms.example.org", true); !slices.Equal(done, []string{"g"}) || again {
		t.Errorf("done %v, again %v", done, again)
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
		t.Errorf("%+v", list) // the caller drops it: the archive was asked and has it not
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

// TestNothingIsLostOrSentTwice plays an outbox against a server that takes messages over, archives them, and loses sessions at any
// moment. A message is sent again only where the archive has it not, leaves the outbox only when the server has it, and those of one
// conversation arrive in order.
func TestNothingIsLostOrSentTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := New()
		written := 0
		up, asked := false, false
		var archive []string                      // what the server has, in order
		inFlight, toAck := []string{}, []string{} // on the wire; taken over and not yet acknowledged to us
		left := map[string]bool{}
		leave := func(ids ...string) {
			for _, id := range ids {
				if left[id] || !slices.Contains(archive, id) {
					t.Fatalf("%s left the outbox: twice %v, the server has %v", id, left[id], archive)
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
				inFlight = append(inFlight, m.ID)
				apply(m.ID, Hand)
			}
		}
		steps := map[string]func(*rapid.T){
			"write": func(t *rapid.T) {
				o.Add(Message{ID: fmt.Sprintf("%03d", written), Conv: paul})
				written++
				flush()
			},
			"the server takes one over": func(t *rapid.T) {
				if up && len(inFlight) > 0 {
					archive = append(archive, inFlight[0])
					toAck = append(toAck, inFlight[0])
					inFlight = inFlight[1:]
				}
			},
			"an acknowledgement": func(t *rapid.T) {
				if up && len(toAck) > 0 {
					apply(toAck[0], Ack)
					toAck = toAck[1:]
				}
			},
			"the archive is asked": func(t *rapid.T) {
				if !up {
					return
				}
				for _, id := range slices.Clone(archive) {
					apply(id, Confirm)
				}
				done, _ := o.ArchiveAsked(model.OwnArchive, false)
				leave(done...)
				asked = true
				flush()
			},
			"the session is lost": func(t *rapid.T) {
				up, asked = false, false
				if rapid.Bool().Draw(t, "what was on its way arrived") {
					archive = append(archive, inFlight...)
				}
				inFlight, toAck = nil, nil
			},
			"a session begins": func(t *rapid.T) {
				if !up {
					up = true
					leave(o.NewSession(func(*Message) bool { return false })...)
					flush()
				}
			},
			"": func(t *rapid.T) {
				if o.Len()+len(left) != written {
					t.Fatalf("%d in the outbox, %d left, %d written", o.Len(), len(left), written)
				}
				if !slices.IsSorted(archive) || len(slices.Compact(slices.Clone(archive))) != len(archive) {
					t.Fatalf("the server has %v", archive)
				}
			},
		}
		t.Repeat(steps)
		for range 4 { // in the end all is well
			for _, step := range []string{"a session begins", "the archive is asked", "the server takes one over", "an acknowledgement"} {
				for range written + 1 {
					steps[step](t)
				}
			}
		}
		if o.Len() != 0 || len(archive) != written {
			t.Fatalf("%d in the outbox, the server has %d of %d", o.Len(), len(archive), written)
		}
	})
}
