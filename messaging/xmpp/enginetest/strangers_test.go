package enginetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"

	"discussions/internal/sandboxtest"
	"discussions/messaging/xmpp"
	"discussions/messaging/xmpp/internal/stanzagen"
)

// raw is a client that can send anything.
type raw struct {
	ws    *websocket.Conn
	ended chan struct{} // closed when the server has ended the stream, or broken it off
	pongs chan struct{} // one for each answer to settle
}

var errEnded = errors.New("the server ended the stream")

// dialRaw logs an account in, and throws away what the server says afterwards.
func dialRaw(t testing.TB, s *sandboxtest.Sandbox, account string) *raw {
	t.Helper()
	r := &raw{s.Raw(t, account, "infirmier·ère"), make(chan struct{}), make(chan struct{}, 1)}
	go func() {
		defer close(r.ended)
		for {
			// Prosody says that a stream has ended, and leaves the connection for a while.
			_, data, err := r.ws.Read(context.Background())
			if err != nil || bytes.HasPrefix(data, []byte("<close ")) {
				return
			}
			if bytes.HasPrefix(data, []byte("<iq ")) && bytes.Contains(data, []byte("settled-9f3c")) {
				r.pongs <- struct{}{}
			}
		}
	}()
	return r
}

func (r *raw) say(ctx context.Context, text string) error {
	select {
	case <-r.ended:
		return errEnded
	default:
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return r.ws.Write(ctx, websocket.MessageText, []byte(text))
}

// settle returns when the server has handled all that was said: it answers in order.
func (r *raw) settle(ctx context.Context) error {
	if err := r.say(ctx, `<iq xmlns="jabber:client" type="get" id="settled-9f3c"><ping xmlns="urn:xmpp:ping"/></iq>`); err != nil {
		return err
	}
	select {
	case <-r.pongs:
		return nil
	case <-r.ended:
		return errEnded
	case <-time.After(patience):
		return errors.New("the server does not answer")
	}
}

// sender is somebody who sends stanzas of all shapes.
type sender struct {
	who     string // for the log
	account string
	to      []string // whom, in turn
	enters  string   // a room, as its occupant
	kind    string   // of most messages, as the room takes no other
	*raw
	t       *testing.T
	s       *sandboxtest.Sandbox
	streams int
}

// dial gives the sender a stream, and a place in the room.
func (p *sender) dial() {
	if p.raw != nil {
		_ = p.ws.CloseNow()
	}
	p.raw = dialRaw(p.t, p.s, p.account)
	p.streams++
	p.enter()
}

// enter takes the sender's place in the room, again where it was thrown out for what it said.
func (p *sender) enter() {
	if p.enters != "" {
		_ = p.raw.say(p.t.Context(), `<presence xmlns="jabber:client" to="`+p.enters+`"><x xmlns="http://jabber.org/protocol/muc"><history maxstanzas="0"/></x></presence>`)
	}
}

var rootType = regexp.MustCompile(` type="[^"]*"`)

// shape gives most messages the type that the room takes.
func (p *sender) shape(i int, stanza string) string {
	if at := rootType.FindStringIndex(stanza); at != nil && p.kind != "" && i%8 != 0 && strings.HasPrefix(stanza, "<message") {
		return stanza[:at[0]] + ` type="` + p.kind + `"` + stanza[at[1]:]
	}
	return stanza
}

// say says something; the engine ends the stream of who sends what it does not take.
func (p *sender) say(stanza string) {
	if p.raw.say(p.t.Context(), stanza) != nil {
		p.dial()
	}
}

// TestNoStanzaOfAnybodyEndsASession sends 5,000 stanzas of all shapes through each engine: of a contact, of a user of the server of whom nobody
// knows anything, of a member who writes to a group, and of an occupant who writes to another one.
func TestNoStanzaOfAnybodyEndsASession(t *testing.T) {
	sandboxtest.Each(t, noStanzaOfAnybodyEndsASession)
}

func noStanzaOfAnybodyEndsASession(t *testing.T, s *sandboxtest.Sandbox) {
	cfg := config(t, s, s.Claire().JID)
	cfg.PingTimeout = patience // the engine is busy
	claire := begin(t, cfg, nil)
	me := await(claire, func(xmpp.Connected) bool { return true }).JID.String()
	claire.must(claire.SendPresence(xmpp.Presence{}))
	i := slices.IndexFunc(s.Groups, func(g sandboxtest.Group) bool {
		return slices.Contains(g.Members, s.Claire().JID) && slices.Contains(g.Members, s.Paul().JID)
	})
	room := jid.MustParse(s.Groups[i].JID)
	claire.must(claire.Join(t.Context(), room, "Claire"))
	stranger := slices.IndexFunc(s.People, func(p sandboxtest.Person) bool { return p.Pair != 0 }) // a contact of one person, who is not Claire
	const each = 1_250
	g := stanzagen.New(1)
	came, sent := 0, 0
	for _, p := range []*sender{
		{who: "a contact", account: s.Paul().JID, to: []string{me, me, me, claire.jid.String()}},
		{who: "somebody unknown", account: s.People[stranger].JID, to: []string{me, me, me, claire.jid.String()}},
		{who: "a member", account: s.Paul().JID, to: []string{room.String()}, enters: room.String() + "/Paul", kind: "groupchat"},
		{who: "an occupant", account: s.Paul().JID, to: []string{room.String() + "/Claire"}, enters: room.String() + "/Paul", kind: "chat"},
	} {
		p.t, p.s = t, s
		before := came
		p.dial()
		for i := range each {
			p.say(p.shape(i, g.Stanza(p.to[i%len(p.to)])))
			if i%10 == 9 { // else too much is lost after the one that ends the stream
				if p.enter(); p.settle(t.Context()) != nil {
					p.dial()
				}
			}
			if sent++; sent%625 == 0 { // the engine ends a session in which more than its max_ack_queue wait for their acknowledgement
				came += arrives(t, claire, p, fmt.Sprint("after ", sent), me)
			}
		}
		_ = p.ws.CloseNow()
		t.Logf("%s: %d events by %d streams", p.who, came-before, p.streams)
		if came-before < each/20 {
			t.Errorf("of %s the engine let hardly anything through", p.who)
		}
		if in, err := claire.SelfPing(t.Context(), room); !in || err != nil {
			t.Errorf("%s: out of the group, %v", p.who, err)
		}
	}
	t.Logf("refused: %v", claire.Refused())
	claire.must(claire.Leave(room))
}

// arrives sends an ordinary message, and waits for it; what follows a stanza that ends the stream is lost, so it is sent again then. It counts
// the events before.
func arrives(t *testing.T, claire *person, p *sender, id, me string) (came int) {
	ordinary := `<message xmlns="jabber:client" to="` + me + `" type="chat" id="` + id + `"><body>x</body></message>`
	p.say(ordinary)
	for limit := time.After(2 * time.Minute); ; came++ {
		select {
		case e := <-claire.events:
			switch e := e.(type) {
			case xmpp.Disconnected:
				t.Fatalf("%s, after %d events: %v", p.who, came, e.Err)
			case xmpp.MessageReceived:
				if e.Message.ID == id {
					return came
				}
			}
		case <-p.ended:
			p.dial()
			p.say(ordinary)
		case <-limit:
			t.Fatalf("%s: %s did not come", p.who, id)
		}
	}
}

func TestNamesOfAnyKind(t *testing.T) { sandboxtest.Each(t, namesOfAnyKind) }

func namesOfAnyKind(t *testing.T, s *sandboxtest.Sandbox) {
	claire := connect(t, s, s.Claire().JID)
	room := jid.MustParse(s.Groups[0].JID)
	for _, c := range []struct{ nick, here string }{
		{"Claire, infirmière·e", "Claire, infirmière·e"},
		{"👩‍⚕️ Claire", "Claire"},    // ejabberd 23.01 refuses it
		{"می\u200cخواهم", "میخواهم"}, // and normalises this one
		{"Zoé \U0001FAEA", "Zoé"},
	} {
		claire.must(claire.Join(t.Context(), room, c.nick))
		claire.must(claire.Send(xmpp.Message{ID: c.nick, OriginID: c.nick, To: room, Type: "groupchat", Body: c.nick}))
		own := claire.message(withBody(c.nick))
		page, err := claire.Archive(t.Context(), xmpp.ArchiveQuery{Archive: room, UseBefore: true, Max: 1})
		claire.must(err)
		if got := own.From.Resourcepart(); got != c.here || len(page.Messages) != 1 || page.Messages[0].Body != c.nick {
			t.Errorf("%q: live %q, archived %+v", c.nick, got, page.Messages)
		}
		claire.must(claire.Leave(room))
		await(claire, func(l xmpp.RoomLeft) bool { return l.Room.Equal(room) })
	}
	paul := dialRaw(t, s, s.Paul().JID)
	defer paul.ws.CloseNow()
	if err := paul.say(t.Context(), `<message xmlns="jabber:client" to="`+claire.jid.String()+`" type="chat" id="n1"><body>bonjour</body></message>`); err != nil {
		t.Fatal(err)
	}
	if got := claire.message(withBody("bonjour")); got.From.Resourcepart() != "infirmier·ère" {
		t.Errorf("from %q", got.From)
	}
}

func TestCorrectionsRetractionsReactionsAndRepliesGoThrough(t *testing.T) {
	sandboxtest.Each(t, correctionsRetractionsReactionsAndRepliesGoThrough)
}

func correctionsRetractionsReactionsAndRepliesGoThrough(t *testing.T, s *sandboxtest.Sandbox) {
	claire, paul := connect(t, s, s.Claire().JID), connect(t, s, s.Paul().JID)
	body, quotation := xmpp.Quote("Donner 10 mg", "Oui")
	for _, m := range []xmpp.Message{
		{ID: "x1", Body: "Donner 1 mg", HasBody: true, Replaces: "x0"},
		{ID: "x2", Retraction: &xmpp.Retraction{ID: "x0"}, Store: true},
		{ID: "x3", Reactions: &xmpp.Reactions{ID: "x0", Emoji: []string{"👍", "👩‍⚕️"}}, Store: true},
		{ID: "x4", Body: body, HasBody: true, Reply: &xmpp.Reply{ID: "x0", To: paul.jid}, Fallbacks: []xmpp.Fallback{quotation}},
	} {
		m.To, m.Type = paul.jid, "chat"
		claire.must(claire.Send(m))
		got := paul.message(func(in xmpp.Message) bool { return in.ID == m.ID })
		page, err := paul.Archive(t.Context(), xmpp.ArchiveQuery{UseBefore: true, Max: 1})
		paul.must(err)
		for where, in := range map[string]xmpp.Message{"live": got, "archived": page.Messages[0]} {
			in.From, in.To, in.StanzaIDs, in.ArchiveID, in.Delay, in.Store = jid.JID{}, m.To, nil, "", time.Time{}, m.Store
			if diff := cmp.Diff(m, in); diff != "" {
				t.Errorf("%s: %s", where, diff)
			}
		}
	}
}
