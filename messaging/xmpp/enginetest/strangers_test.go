package enginetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"

	"discussions/internal/sandboxtest"
	"discussions/messaging/xmpp"
	"discussions/messaging/xmpp/internal/stanzagen"
)

// raw is a client that says what it likes.
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

// TestNoStanzaOfAColleagueEndsASession sends 5,000 stanzas of all shapes through each engine.
func TestNoStanzaOfAColleagueEndsASession(t *testing.T) {
	sandboxtest.Each(t, noStanzaOfAColleagueEndsASession)
}

func noStanzaOfAColleagueEndsASession(t *testing.T, s *sandboxtest.Sandbox) {
	cfg := config(t, s, s.Claire().JID)
	cfg.PingTimeout = patience // the engine is busy
	claire := begin(t, cfg, nil)
	me := await(claire, func(xmpp.Connected) bool { return true }).JID.String()
	claire.must(claire.SendPresence(xmpp.Presence{}))
	const count = 5_000
	g := stanzagen.New(1)
	paul := dialRaw(t, s, s.Paul().JID)
	streams, came := 1, 0
	redial := func() {
		_ = paul.ws.CloseNow()
		paul = dialRaw(t, s, s.Paul().JID)
		streams++
	}
	say := func(stanza string) {
		if paul.say(t.Context(), stanza) != nil { // the engine ends the stream of who sends what it does not take
			redial()
		}
	}
	defer func() { _ = paul.ws.CloseNow() }()
	// arrives sends an ordinary message, and waits for it; what follows a stanza that ends the stream is lost, so it is sent again then.
	arrives := func(id string) {
		ordinary := `<message xmlns="jabber:client" to="` + me + `" type="chat" id="` + id + `"><body>x</body></message>`
		say(ordinary)
		for limit := time.After(2 * time.Minute); ; came++ {
			select {
			case e := <-claire.events:
				switch e := e.(type) {
				case xmpp.Disconnected:
					t.Fatalf("after %d events: %v", came, e.Err)
				case xmpp.MessageReceived:
					if e.Message.ID == id {
						return
					}
				}
			case <-paul.ended:
				redial()
				say(ordinary)
			case <-limit:
				t.Fatalf("%s did not come", id)
			}
		}
	}
	for i := range count {
		to := me
		if i%4 == 0 {
			to = claire.jid.String()
		}
		say(g.Stanza(to))
		if i%10 == 9 && paul.settle(t.Context()) != nil { // else too much is lost after the one that ends the stream
			redial()
		}
		if i%1000 == 999 { // the engine ends a session in which more than its max_ack_queue wait for their acknowledgement
			arrives(fmt.Sprint("after ", i))
		}
	}
	t.Logf("%d events by %d streams of the sender, refused: %v", came, streams, claire.Refused())
	if came < count/5 {
		t.Error("the engine let hardly anything through")
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
