package xmpp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	coven = "coven@chat.shakespeare.lit"
	crone = coven + "/thirdwitch"
)

func occupantPresence(from, kind, item string, codes ...int) string {
	text := `<presence xmlns="jabber:client" from="` + from + `" type="` + kind + `"><x xmlns="http://jabber.org/protocol/muc#user">` + item
	for _, code := range codes {
		text += fmt.Sprintf(`<status code="%d"/>`, code)
	}
	return text + `</x></presence>`
}

const memberItem = `<item affiliation="member" role="participant"/>`

func join(t *testing.T, r *running) func() error {
	wait := async(func() (struct{}, error) { return struct{}{}, r.Join(t.Context(), jidOf(coven), "thirdwitch") })
	return func() error {
		_, err := wait()
		return err
	}
}

// enter brings a client into the coven.
func enter(t *testing.T, r *running, s *fakeConn) {
	t.Helper()
	wait := join(t, r)
	s.expect("muc")
	s.write(occupantPresence(crone, "", memberItem, 110))
	if err := wait(); err != nil {
		t.Fatal(err)
	}
}

func TestARoomIsEnteredAndLeft(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := join(t, r)
		s.expect(`<presence xmlns="jabber:client" to="`+crone+`">`, `<x xmlns="http://jabber.org/protocol/muc"><history maxstanzas="0">`)
		s.write(occupantPresence(coven+"/firstwitch", "", `<item affiliation="owner" role="moderator" jid="crone1@shakespeare.lit/desktop"/>`))
		first := await[PresenceReceived](r).Presence
		want := &Occupant{JID: jidOf("crone1@shakespeare.lit/desktop"), Affiliation: "owner", Role: "moderator"}
		if diff := cmp.Diff(want, first.Occupant); diff != "" {
			t.Error(diff)
		}
		s.write(occupantPresence(crone, "", memberItem, 110, 210))
		if err := wait(); err != nil {
			t.Fatal(err)
		}
		if self := await[PresenceReceived](r).Presence.Occupant; !self.Self || !cmp.Equal(self.Codes, []int{110, 210}) {
			t.Errorf("self: %+v", self)
		}
		if err := r.Leave(jidOf(coven)); err != nil {
			t.Fatal(err)
		}
		s.expect(`type="unavailable"`, `to="`+crone+`"`)
		s.write(occupantPresence(crone, "unavailable", `<item affiliation="member" role="none"/>`, 110))
		if diff := cmp.Diff(RoomLeft{Room: jidOf(coven)}, await[RoomLeft](r)); diff != "" {
			t.Error(diff)
		}
		if err := r.Leave(jidOf(coven)); err != nil {
			t.Errorf("leave again: %v", err)
		}
	})
}

func TestARoomThatRefuses(t *testing.T) {
	for _, condition := range []string{"registration-required", "forbidden", "conflict", "item-not-found", "service-unavailable", "not-authorized"} {
		t.Run(condition, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				wait := join(t, r)
				s.expect("muc")
				refusal := `" type="error"><x xmlns="http://jabber.org/protocol/muc"/><error by="` + coven + `" type="auth"><` + condition +
					` xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></presence>`
				s.write(`<presence xmlns="jabber:client" from="other@chat.shakespeare.lit/thirdwitch` + refusal) // another room's
				s.write(`<presence xmlns="jabber:client" from="` + crone + refusal)
				err := wait()
				var refused *StanzaError
				if !errors.As(err, &refused) || refused.Condition != condition {
					t.Errorf("error: %v", err)
				}
				if errors.Is(err, ErrItemNotFound) != (condition == "item-not-found") {
					t.Errorf("matches ErrItemNotFound: %v", err)
				}
				r.mu.Lock()
				defer r.mu.Unlock()
				if len(r.rooms) != 0 {
					t.Errorf("%d rooms are kept", len(r.rooms))
				}
			})
		})
	}
}

func TestARoomThatThrowsOut(t *testing.T) {
	for _, c := range []struct {
		name, content string
		codes         []int
		want          RoomLeft
	}{
		{"kicked", `<item affiliation="none" role="none"/>`, []int{110, 307}, RoomLeft{Room: jidOf(coven), Codes: []int{307}}},
		{"banned", `<item affiliation="outcast" role="none"/>`, []int{301, 110}, RoomLeft{Room: jidOf(coven), Codes: []int{301}}},
		{"the service stops", `<item affiliation="none" role="none"/>`, []int{110, 332}, RoomLeft{Room: jidOf(coven), Codes: []int{332}}},
		{"destroyed", `<item affiliation="none" role="none"/><destroy jid="coven2@x"><reason>r</reason></destroy>`, []int{110},
			RoomLeft{Room: jidOf(coven), Destroyed: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				enter(t, r, s)
				s.write(occupantPresence(coven+"/firstwitch", "unavailable", memberItem)) // another's leaving is not ours
				s.write(occupantPresence(crone, "unavailable", c.content, c.codes...))
				if diff := cmp.Diff(c.want, await[RoomLeft](r)); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestANewNicknameIsNotADeparture(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		enter(t, r, s)
		s.write(occupantPresence(crone, "unavailable", `<item affiliation="member" nick="oldhag" role="participant"/>`, 303, 110))
		s.write(occupantPresence(coven+"/oldhag", "", memberItem, 110))
		synctest.Wait()
		for _, e := range r.unawaited() {
			if left, ok := e.(RoomLeft); ok {
				t.Errorf("%+v", left)
			}
		}
		if err := r.Leave(jidOf(coven)); err != nil {
			t.Fatal(err)
		}
		s.expect(`to="` + coven + `/oldhag"`)
	})
}

func TestEnteringThatNobodyWaitsForIsTakenBack(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		wait := async(func() (struct{}, error) { return struct{}{}, r.Join(ctx, jidOf(coven), "thirdwitch") })
		s.expect("muc")
		if _, err := wait(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error: %v", err)
		}
		s.expect(`type="unavailable"`, crone)
	})
}

func TestEnteringEndsWithTheSession(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		f := s.fake
		wait := join(t, r)
		s.expect("muc")
		s.close()
		s = f.resuming()
		s.write(`<failed xmlns="urn:xmpp:sm:3"/>`)
		if err := wait(); !errors.Is(err, ErrNotConnected) {
			t.Errorf("error: %v", err)
		}
		s.bind()
		await[Connected](r)
		s.write(occupantPresence(crone, "", memberItem, 110)) // a new session is in no room
		if p := await[PresenceReceived](r).Presence; p.Occupant != nil {
			t.Errorf("an occupant: %+v", p.Occupant)
		}
	})
}

func TestARoomThatIsCreatedByEnteringIsDestroyed(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := join(t, r)
		s.expect("muc")
		s.write(occupantPresence(crone, "", `<item affiliation="owner" role="moderator"/>`, 110, 201))
		s.write(answerTo(s.expect(`to="`+coven+`"`, `type="set"`, `<query xmlns="http://jabber.org/protocol/muc#owner"><destroy>`), coven, ""))
		if err := wait(); !errors.Is(err, ErrItemNotFound) {
			t.Errorf("error: %v", err)
		}
	})
}

func TestASelfPingTellsWhetherTheSessionIsInTheRoom(t *testing.T) {
	for name, c := range map[string]struct {
		kind, condition string // "": an answer
		in, unknown     bool
	}{
		"an answer":                     {in: true},
		"a client that knows no pings":  {"cancel", "feature-not-implemented", true, false},
		"a client that takes none":      {"cancel", "service-unavailable", true, false},
		"not in it":                     {"cancel", "not-acceptable", false, false},
		"nobody of that name":           {"cancel", "item-not-found", false, false},
		"a service that is not there":   {"cancel", "remote-server-not-found", false, true},
		"a service that does not reply": {"wait", "remote-server-timeout", false, true},
		"a busy service":                {"wait", "resource-constraint", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				enter(t, r, s)
				wait := async(func() (bool, error) { return r.SelfPing(t.Context(), jidOf(coven)) })
				q := s.expect(`to="`+crone+`"`, `<ping xmlns="urn:xmpp:ping">`)
				if c.condition == "" {
					s.write(answerTo(q, crone, ""))
				} else {
					s.write(strings.Replace(errorTo(q, crone, c.condition), `type="cancel"`, `type="`+c.kind+`"`, 1))
				}
				in, err := wait()
				if in != c.in || (err != nil) != c.unknown {
					t.Errorf("in: %v, %v", in, err)
				}
				if in || err != nil {
					return
				}
				if in, err := r.SelfPing(t.Context(), jidOf(coven)); in || err != nil { // without asking
					t.Errorf("again: %v, %v", in, err)
				}
				enter(t, r, s)
			})
		})
	}
}

func TestASelfPingOfAnotherRoomIsNotSent(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		if in, err := r.SelfPing(t.Context(), jidOf(coven)); in || err != nil {
			t.Errorf("in: %v, %v", in, err)
		}
	})
}

// XEP-0045 §7.5, example 52 and its variants.
func TestPrivateMessagesOfARoomsOccupants(t *testing.T) {
	const mark = `<x xmlns="http://jabber.org/protocol/muc#user"/>`
	message := func(kind, from, to, content string) string {
		return `<message xmlns="jabber:client" type="` + kind + `" from="` + from + `" to="` + to + `"><body>I\'ll give thee a wind.</body>` + content + `</message>`
	}
	copyOf := func(inner string) string {
		return `<message xmlns="jabber:client" from="` + romeo + `"><sent xmlns="urn:xmpp:carbons:2"><forwarded xmlns="urn:xmpp:forward:0">` + inner + `</forwarded></sent></message>`
	}
	const second = coven + "/secondwitch"
	for _, c := range []struct {
		name, in     string
		outside, in2 string // the room, of a session outside of it and in it
	}{
		{"with the mark", message("chat", second, romeoFull, mark), coven, coven},
		{"without the mark", message("chat", second, romeoFull, ""), "", coven},
		{"of type normal", message("normal", second, romeoFull, ""), "", coven},
		{"refused", message("error", second, romeoFull, mark), coven, coven},
		{"a copy of what another client sent", copyOf(message("chat", romeo+"/phone", second, mark)), coven, coven},
		{"to all", message("groupchat", second, romeoFull, mark), "", ""},
		{"by the room", message("chat", coven, romeoFull, mark), "", ""},
		{"an invitation", message("normal", coven, romeoFull, `<x xmlns="http://jabber.org/protocol/muc#user"><invite from="`+juliet+`"/></x>`), "", ""},
		{"by a contact", message("chat", juliet+"/balcony", romeoFull, ""), "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for where, want := range map[string]string{"": c.outside, coven: c.in2} {
				client := New(Config{JID: jidOf(romeo)})
				if where != "" {
					client.rooms[where] = &room{nick: "romeo", joined: true}
				}
				var got Message
				switch e := eventsFrom(t, client, c.in)[0].(type) {
				case MessageReceived:
					got = e.Message
				case Bounced:
					got = e.Message
				}
				if got.PrivateOf.String() != want {
					t.Errorf("in %q: of %q, want %q", where, got.PrivateOf, want)
				}
			}
		})
	}
	data, err := encode((&Message{To: jidOf(second), Type: "chat", Body: "x", PrivateOf: jidOf(coven)}).encode())
	if err != nil || !strings.Contains(string(data), `<x xmlns="http://jabber.org/protocol/muc#user"></x>`) {
		t.Errorf("sent: %s, %v", data, err)
	}
}

func TestAnEmptyNicknameIsRefused(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, _ *fakeConn) {
		if err := r.Join(t.Context(), jidOf(coven), ""); !errors.Is(err, ErrProtocol) {
			t.Errorf("error: %v", err)
		}
	})
}

func withoutWhole(list []Affiliate, _ bool, err error) ([]Affiliate, error) { return list, err }

func TestAffiliationsTakeWhatTheRoomGives(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := async(func() ([]Affiliate, error) { return withoutWhole(r.Affiliations(t.Context(), jidOf(coven))) })
		s.write(errorTo(s.expect("muc#admin", `affiliation="owner"`), coven, "forbidden"))
		s.write(answerTo(s.expect(`affiliation="admin"`), coven, `<query xmlns="http://jabber.org/protocol/muc#admin"/>`))
		s.write(answerTo(s.expect(`affiliation="member"`), coven, `<query xmlns='http://jabber.org/protocol/muc#admin'>
			<item affiliation='member' jid='hag66@shakespeare.lit' nick='thirdwitch' role='participant'/></query>`))
		all, err := wait()
		if diff := cmp.Diff([]Affiliate{{JID: jidOf("hag66@shakespeare.lit"), Affiliation: "member", Nick: "thirdwitch"}}, all); diff != "" || err != nil {
			t.Error(diff, err)
		}
		wait = async(func() ([]Affiliate, error) { return withoutWhole(r.Affiliations(t.Context(), jidOf(coven))) })
		for range 3 {
			s.write(errorTo(s.expect("muc#admin"), coven, "forbidden"))
		}
		var refused *StanzaError
		if _, err := wait(); !errors.As(err, &refused) || refused.Condition != "forbidden" {
			t.Errorf("error: %v", err)
		}
	})
}

// A server may take the end of an earlier session, which had the same address, for that of this one.
func TestTheEndOfAnEarlierSessionDoesNotRefuseTheNext(t *testing.T) {
	for name, before := range map[string]func(*testing.T, *running, *fakeConn){
		"a new session": func(*testing.T, *running, *fakeConn) {},
		"already in it": enter,
	} {
		t.Run(name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				before(t, r, s)
				wait := join(t, r)
				s.expect("muc")
				s.write(occupantPresence(crone, "unavailable", `<item affiliation="member" role="none"/>`, 110))
				s.write(occupantPresence(crone, "", memberItem, 110))
				if err := wait(); err != nil || !r.InRoom(jidOf(coven)) {
					t.Errorf("%v, in it: %t", err, r.InRoom(jidOf(coven)))
				}
			})
		})
	}
}
