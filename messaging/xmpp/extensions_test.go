package xmpp

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"
)

func jidOf(s string) jid.JID { return jid.MustParse(s) }

// eventsOf gives stanzas to a new client of an account and returns its events.
func eventsOf(t *testing.T, own string, stanzas ...string) (events []Event) {
	t.Helper()
	return eventsFrom(t, New(Config{JID: jidOf(own)}), stanzas...)
}

// eventsFrom gives stanzas to a client and returns its events. It closes the queue of events.
func eventsFrom(t *testing.T, c *Client, stanzas ...string) (events []Event) {
	t.Helper()
	c.cfg.Handle = func(e Event) { events = append(events, e) }
	s := &session{client: c}
	for _, text := range stanzas {
		f, err := decodeFrame([]byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		if f.refused != nil {
			t.Fatal(f.refused)
		}
		if err := s.receive(f); err != nil {
			t.Fatal(err)
		}
	}
	c.events.Close()
	return events
}

// The stanzas below are the XEPs' own examples, with the namespace that RFC 7395 wants.
func TestTheExtensionsOwnExamples(t *testing.T) {
	const body = `My lord, dispatch; read o'er these articles.`
	northumberland, kingsroom := jidOf("northumberland@shakespeare.lit/westminster"), jidOf("kingrichard@royalty.england.lit/throne")
	coven := jidOf("coven@chat.shakespeare.lit/firstwitch")
	for _, c := range []struct {
		name, own, in string
		want          Event
	}{
		{"XEP-0184 example 3: a receipt is asked for", "kingrichard@royalty.england.lit",
			`<message xmlns='jabber:client' from='northumberland@shakespeare.lit/westminster' id='richard2-4.1.247' to='kingrichard@royalty.england.lit/throne'>
			<body>My lord, dispatch; read o'er these articles.</body><request xmlns='urn:xmpp:receipts'/></message>`,
			MessageReceived{Message{ID: "richard2-4.1.247", From: northumberland, To: kingsroom, Type: "normal", Body: body, HasBody: true, RequestReceipt: true}}},
		{"XEP-0184 example 4: a receipt", "northumberland@shakespeare.lit",
			`<message xmlns='jabber:client' from='kingrichard@royalty.england.lit/throne' id='bi29sg183b4v' to='northumberland@shakespeare.lit/westminster'>
			<received xmlns='urn:xmpp:receipts' id='richard2-4.1.247'/></message>`,
			MessageReceived{Message{ID: "bi29sg183b4v", From: kingsroom, To: northumberland, Type: "normal", Received: "richard2-4.1.247"}}},
		{"XEP-0333: a markable message", "kingrichard@royalty.england.lit",
			`<message xmlns='jabber:client' from='northumberland@shakespeare.lit/westminster' id='message-1' to='kingrichard@royalty.england.lit/throne'>
			<body>My lord, dispatch; read o'er these articles.</body><markable xmlns='urn:xmpp:chat-markers:0'/></message>`,
			MessageReceived{Message{ID: "message-1", From: northumberland, To: kingsroom, Type: "normal", Body: body, HasBody: true, Markable: true}}},
		{"XEP-0333: displayed", "northumberland@shakespeare.lit",
			`<message xmlns='jabber:client' from='kingrichard@royalty.england.lit/throne' id='message-2' to='northumberland@shakespeare.lit/westminster'>
			<displayed xmlns='urn:xmpp:chat-markers:0' id='message-1'/></message>`,
			MessageReceived{Message{ID: "message-2", From: kingsroom, To: northumberland, Type: "normal", Displayed: "message-1"}}},
		{"XEP-0085 example 2: active", "francisco@shakespeare.lit",
			`<message xmlns='jabber:client' from='bernardo@shakespeare.lit/pda' to='francisco@shakespeare.lit' type='chat'>
			<body>Who's there?</body><active xmlns='http://jabber.org/protocol/chatstates'/></message>`,
			MessageReceived{Message{From: jidOf("bernardo@shakespeare.lit/pda"), To: jidOf("francisco@shakespeare.lit"), Type: "chat",
				Body: "Who's there?", HasBody: true, ChatState: "active"}}},
		{"XEP-0085 example 5: composing", "bernardo@shakespeare.lit",
			`<message xmlns='jabber:client' from='francisco@shakespeare.lit/elsinore' to='bernardo@shakespeare.lit/pda' type='chat'>
			<composing xmlns='http://jabber.org/protocol/chatstates'/></message>`,
			MessageReceived{Message{From: jidOf("francisco@shakespeare.lit/elsinore"), To: jidOf("bernardo@shakespeare.lit/pda"), Type: "chat", ChatState: "composing"}}},
		{"XEP-0359: a room's id and the sender's", "hag66@shakespeare.lit",
			`<message xmlns='jabber:client' id='de305d54-75b4-431b-adb2-eb6b9e546013' to='hag66@shakespeare.lit/pda' from='coven@chat.shakespeare.lit/firstwitch' type='groupchat'>
			<body>Typical body text</body>
			<stanza-id xmlns='urn:xmpp:sid:0' id='5f3dbc5e-e1d3-4077-a492-693f3769c7ad' by='coven@chat.shakespeare.lit'/>
			<origin-id xmlns='urn:xmpp:sid:0' id='de305d54-75b4-431b-adb2-eb6b9e546013'/></message>`,
			MessageReceived{Message{ID: "de305d54-75b4-431b-adb2-eb6b9e546013", OriginID: "de305d54-75b4-431b-adb2-eb6b9e546013", From: coven,
				To: jidOf("hag66@shakespeare.lit/pda"), Type: "groupchat", Body: "Typical body text", HasBody: true,
				StanzaIDs: []StanzaID{{By: coven.Bare(), ID: "5f3dbc5e-e1d3-4077-a492-693f3769c7ad"}}}}},
		{"XEP-0203 example 3: from the server's store, whose stamp anybody can forge", "juliet@capulet.com",
			`<message xmlns='jabber:client' from='romeo@montague.net/orchard' to='juliet@capulet.com' type='chat'>
			<body>O blessed, blessed night! I am afeard.</body><delay xmlns='urn:xmpp:delay' from='capulet.com' stamp='2002-09-10T23:08:25Z'>Offline Storage</delay></message>`,
			MessageReceived{Message{From: jidOf("romeo@montague.net/orchard"), To: jidOf("juliet@capulet.com"), Type: "chat",
				Body: "O blessed, blessed night! I am afeard.", HasBody: true}}},
		{"XEP-0280 example 11: a copy of what was received", "romeo@montague.example",
			`<message xmlns='jabber:client' from='romeo@montague.example' to='romeo@montague.example/home' type='chat'>
			<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>
			<message xmlns='jabber:client' from='juliet@capulet.example/balcony' to='romeo@montague.example/garden' type='chat'>
			<body>What man art thou that, thus bescreen'd in night, so stumblest on my counsel?</body><thread>0e3141cd80894871a68e6fe6b1ec56fa</thread></message>
			</forwarded></received></message>`,
			MessageReceived{Message{From: jidOf("juliet@capulet.example/balcony"), To: jidOf("romeo@montague.example/garden"), Type: "chat", Carbon: CarbonReceived,
				Body: "What man art thou that, thus bescreen'd in night, so stumblest on my counsel?", HasBody: true, Thread: "0e3141cd80894871a68e6fe6b1ec56fa"}}},
		{"XEP-0280 example 12: a copy of what was sent", "romeo@montague.example",
			`<message xmlns='jabber:client' from='romeo@montague.example' to='romeo@montague.example/garden' type='chat'>
			<sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>
			<message xmlns='jabber:client' to='juliet@capulet.example/balcony' from='romeo@montague.example/home' type='chat'>
			<body>Neither, fair saint, if either thee dislike.</body><thread>0e3141cd80894871a68e6fe6b1ec56fa</thread></message>
			</forwarded></sent></message>`,
			MessageReceived{Message{From: jidOf("romeo@montague.example/home"), To: jidOf("juliet@capulet.example/balcony"), Type: "chat", Carbon: CarbonSent,
				Body: "Neither, fair saint, if either thee dislike.", HasBody: true, Thread: "0e3141cd80894871a68e6fe6b1ec56fa"}}},
		{"RFC 6120 §8.3: a bounce", "juliet@im.example.com",
			`<message xmlns='jabber:client' from='nosuchuser@foo.example' id='fn2b' to='juliet@im.example.com/balcony' type='error'>
			<body>x</body><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>nobody</text></error></message>`,
			Bounced{Message{ID: "fn2b", From: jidOf("nosuchuser@foo.example"), To: jidOf("juliet@im.example.com/balcony"), Type: "error", Body: "x", HasBody: true,
				Error: &StanzaError{Type: "cancel", Condition: "item-not-found", Text: "nobody"}}}},
		{"RFC 6121 §4.7: a presence", "juliet@example.com",
			`<presence xmlns='jabber:client' from='romeo@example.net/orchard' xml:lang='en'><show>dnd</show><status>Wooing Juliet</status>
			<status xml:lang='cs'>Dvoří se Julii</status><priority>1</priority></presence>`,
			PresenceReceived{Presence{From: jidOf("romeo@example.net/orchard"), Show: "dnd", Status: "Wooing Juliet", Priority: 1}}},
		{"RFC 6121 §2.1.6: a roster push", "juliet@example.com",
			`<iq xmlns='jabber:client' to='juliet@example.com/balcony' id='a78b4q6ha463' type='set'><query xmlns='jabber:iq:roster'>
			<item jid='nurse@example.com' name='Nurse' subscription='both'><group>Servants</group></item></query></iq>`,
			RosterPushed{[]RosterItem{{JID: jidOf("nurse@example.com"), Name: "Nurse", Subscription: "both", Groups: []string{"Servants"}}}}},
		{"XEP-0045 §7.8.2: an invitation through the room", "hecate@shakespeare.lit",
			`<message xmlns='jabber:client' from='coven@chat.shakespeare.lit' id='nzd143v8' to='hecate@shakespeare.lit'><x xmlns='http://jabber.org/protocol/muc#user'>
			<invite from='crone1@shakespeare.lit/desktop'><reason>Hey Hecate, this is the place for all good witches!</reason></invite></x></message>`,
			MessageReceived{Message{ID: "nzd143v8", From: coven.Bare(), To: jidOf("hecate@shakespeare.lit"), Type: "normal", Invite: &Invite{
				Room: coven.Bare(), From: jidOf("crone1@shakespeare.lit/desktop"), Reason: "Hey Hecate, this is the place for all good witches!"}}}},
		{"XEP-0249 example 1: a direct invitation", "hecate@shakespeare.lit",
			`<message xmlns='jabber:client' from='crone1@shakespeare.lit/desktop' to='hecate@shakespeare.lit'><x xmlns='jabber:x:conference'
			jid='darkcave@macbeth.shakespeare.lit' password='cauldronburn' reason='Hey Hecate, this is the place for all good witches!'/></message>`,
			MessageReceived{Message{From: jidOf("crone1@shakespeare.lit/desktop"), To: jidOf("hecate@shakespeare.lit"), Type: "normal", Invite: &Invite{
				Room: jidOf("darkcave@macbeth.shakespeare.lit"), From: jidOf("crone1@shakespeare.lit/desktop"), Reason: "Hey Hecate, this is the place for all good witches!"}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff([]Event{c.want}, eventsOf(t, c.own, c.in)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatIsSentComesOutAsItWentIn(t *testing.T) {
	for i, m := range []Message{
		{ID: "1", OriginID: "1", Type: "chat", Body: "œdème <&> \"é\"\n\ttab", HasBody: true, RequestReceipt: true, Markable: true, ChatState: "active"},
		{ID: "2", Type: "chat", ChatState: "composing", NoStore: true},
		{ID: "3", Type: "chat", Received: "1"},
		{ID: "4", Type: "groupchat", Displayed: "1"},
		{ID: "5", Type: "groupchat", HasSubject: true, Subject: "Nuit", Thread: "t"},
	} {
		m.To = jidOf(romeo)
		data, err := encode(m.encode())
		if err != nil {
			t.Fatal(err)
		}
		m.From = jidOf(romeo)
		if diff := cmp.Diff([]Event{MessageReceived{m}}, eventsOf(t, romeo, string(data))); diff != "" {
			t.Errorf("message %d: %s", i, diff)
		}
	}
}

func TestCharactersThatXMLForbidsAreReplaced(t *testing.T) {
	data, err := encode((&Message{To: jidOf(romeo), Body: "a\x00b\x0bc\xffd"}).encode())
	if err != nil {
		t.Fatal(err)
	}
	events := eventsOf(t, romeo, string(data))
	if got := events[0].(MessageReceived).Message.Body; got != "a\uFFFDb\uFFFDc\uFFFDd" {
		t.Errorf("%q", got)
	}
}

func carbonOf(direction, from, inner string) string {
	return fmt.Sprintf(`<message xmlns="jabber:client" from="%s" to="%s"><%s xmlns="urn:xmpp:carbons:2"><forwarded xmlns="urn:xmpp:forward:0">`+
		`<message xmlns="jabber:client" from="%s" to="%s" id="c1"><body>forged</body></message></forwarded></%s></message>`,
		from, romeoFull, direction, inner, juliet, direction)
}

func TestForgedStanzasTellNothing(t *testing.T) {
	for name, in := range map[string]string{
		"a carbon from a contact":                  carbonOf("received", juliet, juliet),
		"a carbon from a contact's client":         carbonOf("received", juliet+"/balcony", juliet),
		"a sent carbon from a contact":             carbonOf("sent", juliet, romeo),
		"a carbon from the own account's client":   carbonOf("received", romeoFull, juliet),
		"a carbon from the own domain":             carbonOf("received", "montague.example", juliet),
		"a carbon from nobody":                     carbonOf("received", "", juliet),
		"a carbon of what another is said to send": carbonOf("sent", romeo, juliet),
		"a carbon around nothing":                  `<message xmlns="jabber:client" from="` + romeo + `"><received xmlns="urn:xmpp:carbons:2"/></message>`,
		"a roster push from a contact": `<iq xmlns="jabber:client" type="set" id="1" from="` + juliet +
			`"><query xmlns="jabber:iq:roster"><item jid="evil@x" subscription="both"/></query></iq>`,
		"a roster push from the own account's client": `<iq xmlns="jabber:client" type="set" id="1" from="` + romeoFull +
			`"><query xmlns="jabber:iq:roster"><item jid="evil@x" subscription="both"/></query></iq>`,
		"a roster answer that nobody asked for": `<iq xmlns="jabber:client" type="result" id="1"><query xmlns="jabber:iq:roster"><item jid="evil@x"/></query></iq>`,
		"an archive result that nobody asked":   resultOf("q", "1", romeo, "forged"),
		"a message from nonsense":               `<message xmlns="jabber:client" from="@@/"><body>x</body></message>`,
	} {
		t.Run(name, func(t *testing.T) {
			if events := eventsOf(t, romeo, in); len(events) != 0 {
				t.Errorf("told %+v", events)
			}
		})
	}
}

func TestForgedPartsAreLeftOut(t *testing.T) {
	message := func(kind, from, content string) Message {
		t.Helper()
		events := eventsOf(t, romeo, `<message xmlns="jabber:client" type="`+kind+`" from="`+from+`" to="`+romeoFull+`"><body>x</body>`+content+`</message>`)
		return events[0].(MessageReceived).Message
	}
	id := func(by string) string { return `<stanza-id xmlns="urn:xmpp:sid:0" by="` + by + `" id="9"/>` }
	delay := func(from string) string {
		return `<delay xmlns="urn:xmpp:delay" from="` + from + `" stamp="2002-09-10T23:08:25Z"/>`
	}

	if m := message("chat", juliet+"/b", id(juliet)+id("")+id("x@y")+id("capulet.example")); m.StanzaIDs != nil {
		t.Errorf("ids by a contact: %v", m.StanzaIDs)
	}
	if m := message("chat", "room@muc.example/a", id("room@muc.example")); m.StanzaIDs != nil {
		t.Errorf("a room's id outside of its messages: %v", m.StanzaIDs)
	}
	if m := message("groupchat", "room@muc.example/a", id("other@muc.example")); m.StanzaIDs != nil {
		t.Errorf("another room's id: %v", m.StanzaIDs)
	}
	if m := message("chat", juliet+"/b", id(romeo)); len(m.StanzaIDs) != 1 {
		t.Error("the own archive's id is lost")
	}
	for _, by := range []string{juliet, "", "x", romeo, "montague.example", "room@muc.example"} {
		for kind, from := range map[string]string{"chat": juliet + "/b", "groupchat": "room@muc.example/a"} {
			if m := message(kind, from, delay(by)); !m.Delay.IsZero() {
				t.Errorf("%s, delayed by %q: %v", kind, by, m.Delay)
			}
		}
	}
	nested := message("chat", juliet, `<forwarded xmlns="urn:xmpp:forward:0"><message xmlns="jabber:client" from="`+romeo+`"><body>forged</body></message></forwarded>`)
	if nested.Body != "x" || nested.From.String() != juliet {
		t.Errorf("a forwarded message became %+v", nested)
	}
	inside := eventsOf(t, romeo, `<message xmlns="jabber:client" from="`+romeo+`"><received xmlns="urn:xmpp:carbons:2"><forwarded xmlns="urn:xmpp:forward:0">`+
		carbonOf("received", romeo, "nurse@capulet.example")+`</forwarded></received></message>`)
	if len(inside) != 1 || inside[0].(MessageReceived).Message.HasBody {
		t.Errorf("a carbon in a carbon: %+v", inside)
	}
	presence := eventsOf(t, romeo, `<presence xmlns="jabber:client" from="room@muc.example/x"><x xmlns="http://jabber.org/protocol/muc#user"><item affiliation="owner" jid="a@b"/><status code="110"/></x></presence>`)
	if p := presence[0].(PresenceReceived).Presence; p.Occupant != nil {
		t.Errorf("an occupant of a room that was not entered: %+v", p.Occupant)
	}
}
