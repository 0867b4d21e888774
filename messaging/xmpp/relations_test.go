package xmpp

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const exampleRoom = "room@muc.example.com"

// readMessage gives a message of somebody to Romeo.
func readMessage(t *testing.T, kind, from, content string) Message {
	t.Helper()
	events := eventsOf(t, romeo, `<message xmlns="jabber:client" type="`+kind+`" from="`+from+`" to="`+romeoFull+`">`+content+`</message>`)
	return events[0].(MessageReceived).Message
}

// readArchived gives a message in a page of a room's archive.
func readArchived(t *testing.T, message string) Message {
	t.Helper()
	c := New(Config{JID: jidOf(romeo)})
	q := &archiveQuery{archive: jidOf(exampleRoom), max: 1}
	c.queries["f28"] = q
	eventsFrom(t, c, `<message xmlns='jabber:client' from='`+exampleRoom+`'><result xmlns='urn:xmpp:mam:2' queryid='f28' id='stanza-id-1'><forwarded xmlns='urn:xmpp:forward:0'>
		<delay xmlns='urn:xmpp:delay' stamp='2019-09-20T23:18:41Z'/>`+message+`</forwarded></result></message>`)
	return q.messages[0]
}

// The elements are the XEPs' own examples.
func TestWhatAMessageSaysAboutAnother(t *testing.T) {
	juliet := juliet + "/balcony"
	moderated := &Retraction{ID: "stanza-id-1", Moderated: true, By: jidOf(exampleRoom + "/macbeth"),
		Reason: "This message contains inappropriate content for this forum"}
	for _, c := range []struct {
		name, kind, from, in string
		want                 Message
	}{
		{"XEP-0308: a correction", "chat", juliet, `<body>But soft, what light through yonder window breaks?</body><replace id='bad1' xmlns='urn:xmpp:message-correct:0'/>`,
			Message{Body: "But soft, what light through yonder window breaks?", HasBody: true, Replaces: "bad1"}},
		{"XEP-0424: a retraction", "chat", juliet, `<retract id="wrong-recipient-1" xmlns='urn:xmpp:message-retract:1'/>
			<fallback xmlns="urn:xmpp:fallback:0" for='urn:xmpp:message-retract:1'/><body>/me retracted</body><store xmlns="urn:xmpp:hints"/>`,
			Message{Body: "/me retracted", HasBody: true, Store: true, Retraction: &Retraction{ID: "wrong-recipient-1"},
				Fallbacks: []Fallback{{For: NSRetraction, Body: []Range{{0, ToEnd}}, Subject: []Range{{0, ToEnd}}}}}},
		{"XEP-0424 version 0: a retraction", "chat", juliet, `<apply-to id="origin-id-1" xmlns="urn:xmpp:fasten:0"><retract xmlns='urn:xmpp:message-retract:0'/></apply-to>`,
			Message{Retraction: &Retraction{ID: "origin-id-1"}}},
		{"XEP-0424: a retraction of nothing", "chat", juliet, `<retract xmlns='urn:xmpp:message-retract:1'/>`, Message{}},
		{"XEP-0422: something else fastened", "chat", juliet, `<apply-to id="origin-id-1" xmlns="urn:xmpp:fasten:0"><i-like-this xmlns='urn:example:like'/></apply-to>`, Message{}},
		{"XEP-0425: a moderator's retraction", "groupchat", exampleRoom, `<retract id="stanza-id-1" xmlns='urn:xmpp:message-retract:1'>
			<moderated by='room@muc.example.com/macbeth' xmlns='urn:xmpp:message-moderate:1'><occupant-id xmlns="urn:xmpp:occupant-id:0" id="dd72"/></moderated>
			<reason>This message contains inappropriate content for this forum</reason></retract>`, Message{Retraction: moderated}},
		{"XEP-0425 version 0: a moderator's retraction", "groupchat", exampleRoom, `<apply-to id="stanza-id-1" xmlns="urn:xmpp:fasten:0">
			<moderated by='room@muc.example.com/macbeth' xmlns='urn:xmpp:message-moderate:0'><retract xmlns='urn:xmpp:message-retract:0'/>
			<reason>This message contains inappropriate content for this forum</reason></moderated></apply-to>`, Message{Retraction: moderated}},
		{"a moderator's retraction by an occupant", "groupchat", exampleRoom + "/macbeth",
			`<retract id="stanza-id-1" xmlns='urn:xmpp:message-retract:1'><moderated by='room@muc.example.com/witch' xmlns='urn:xmpp:message-moderate:1'/></retract>`, Message{}},
		{"a moderator's retraction by a contact", "chat", "juliet@capulet.example",
			`<apply-to id="1" xmlns="urn:xmpp:fasten:0"><moderated by='a@b' xmlns='urn:xmpp:message-moderate:0'><retract xmlns='urn:xmpp:message-retract:0'/></moderated></apply-to>`, Message{}},
		{"a tombstone outside of an archive", "chat", juliet, `<retracted stamp='2019-09-20T23:09:32Z' xmlns='urn:xmpp:message-retract:1' id='1'/>`, Message{}},
		{"XEP-0444: reactions", "chat", juliet, `<reactions id='744f6e18' xmlns='urn:xmpp:reactions:0'><reaction>👋</reaction><reaction>🐢</reaction></reactions><store xmlns="urn:xmpp:hints"/>`,
			Message{Store: true, Reactions: &Reactions{ID: "744f6e18", Emoji: []string{"👋", "🐢"}}}},
		{"XEP-0444: reactions taken back", "chat", juliet, `<reactions id='744f6e18' xmlns='urn:xmpp:reactions:0'/>`, Message{Reactions: &Reactions{ID: "744f6e18"}}},
		{"reactions given twice, and what is none", "chat", juliet, `<reactions id='1' xmlns='urn:xmpp:reactions:0'><reaction>👋</reaction><reaction>👋</reaction><reaction>lol</reaction>
			<reaction/></reactions>`, Message{Reactions: &Reactions{ID: "1", Emoji: []string{"👋"}}}},
		{"reactions beyond count", "chat", juliet, `<reactions id='1' xmlns='urn:xmpp:reactions:0'>` + strings.Repeat("<reaction>👋</reaction>", 1000) + manyReactions(100) + `</reactions>`,
			Message{Reactions: &Reactions{ID: "1", Emoji: strings.Fields("👋 😁 😂 😃 😄 😅 😆 😇 😈 😉 😊 😋 😌 😍 😎 😏")}}},
		{"reactions to nothing", "chat", juliet, `<reactions xmlns='urn:xmpp:reactions:0'><reaction>👋</reaction></reactions>`, Message{}},
		{"XEP-0461: an answer", "chat", juliet, `<body>Great idea!</body><reply to='anna@example.com/tablet' id='message-id1' xmlns='urn:xmpp:reply:0'/>`,
			Message{Body: "Great idea!", HasBody: true, Reply: &Reply{ID: "message-id1", To: jidOf("anna@example.com/tablet")}}},
		{"XEP-0461: an answer with a quotation", "chat", juliet, `<body>&gt; Anna wrote:&#10;&gt; We should bake a cake&#10;Great idea!</body><reply id='message-id1' xmlns='urn:xmpp:reply:0'/>
			<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start="0" end="38"/></fallback>`,
			Message{Body: "> Anna wrote:\n> We should bake a cake\nGreat idea!", HasBody: true, Reply: &Reply{ID: "message-id1"},
				Fallbacks: []Fallback{{For: NSReply, Body: []Range{{0, 38}}}}}},
		{"an answer to nothing", "chat", juliet, `<body>x</body><reply to='anna@example.com' xmlns='urn:xmpp:reply:0'/>`, Message{Body: "x", HasBody: true}},
		{"XEP-0372 example 3: a mention", "groupchat", exampleRoom + "/romeo", `<reference xmlns='urn:xmpp:reference:0' begin='72' end='78' type='mention' uri='xmpp:juliet@capulet.lit'/>`,
			Message{References: []Reference{{Type: "mention", URI: "xmpp:juliet@capulet.lit", Range: Range{72, 78}}}}},
		{"XEP-0372 example 5: an annotation", "groupchat", exampleRoom + "/romeo",
			`<reference xmlns='urn:xmpp:reference:0' type='data' anchor='xmpp:balcony@channels.shakespeare.lit?;node=messages;item=bnhob' begin='72' end='x' uri='xmpp:fdp'/>
			<reference xmlns='urn:xmpp:reference:0' type='mention'/>`,
			Message{References: []Reference{{Type: "data", URI: "xmpp:fdp", Anchor: "xmpp:balcony@channels.shakespeare.lit?;node=messages;item=bnhob"}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.want.Type, c.want.From, c.want.To = c.kind, jidOf(c.from), jidOf(romeoFull)
			if diff := cmp.Diff(c.want, readMessage(t, c.kind, c.from, c.in)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func manyReactions(n int) (text string) {
	for i := range n {
		text += "<reaction>" + string(rune('😁'+i)) + "</reaction>"
	}
	return text
}

func TestTombstonesOfAnArchive(t *testing.T) {
	const oldhag = `<message xmlns='jabber:client' type="groupchat" from="room@muc.example.com/oldhag" id="message-id-1">`
	stamp := time.Date(2019, 9, 20, 23, 19, 12, 0, time.UTC)
	for _, c := range []struct {
		name, in string
		want     *Retraction
	}{
		{"XEP-0424: withdrawn by its author", `<retracted stamp='2019-09-20T23:19:12Z' xmlns='urn:xmpp:message-retract:1' id='retract-message-1'/>`,
			&Retraction{ID: "retract-message-1", Stamp: stamp}},
		{"XEP-0425: withdrawn by a moderator", `<retracted stamp='2019-09-20T23:19:12Z' xmlns='urn:xmpp:message-retract:1'><moderated by="witch@shakespeare.example" xmlns="urn:xmpp:message-moderate:1"/>
			<reason>This message contains inappropriate content for this forum</reason></retracted>`,
			&Retraction{Moderated: true, By: jidOf("witch@shakespeare.example"), Reason: "This message contains inappropriate content for this forum", Stamp: stamp}},
		{"XEP-0424 version 0", `<retracted stamp='2019-09-20T23:19:12Z' xmlns='urn:xmpp:message-retract:0'><origin-id xmlns='urn:xmpp:sid:0' id='origin-id-1'/></retracted>`,
			&Retraction{Stamp: stamp}},
		{"XEP-0425 version 0", `<moderated by='room@muc.example.com/macbeth' xmlns='urn:xmpp:message-moderate:0'><retracted stamp='2019-09-20T23:19:12Z' xmlns='urn:xmpp:message-retract:0'/><reason>R</reason></moderated>`,
			&Retraction{Moderated: true, By: jidOf(exampleRoom + "/macbeth"), Reason: "R", Stamp: stamp}},
		{"a stamp that is none", `<retracted stamp='yesterday' xmlns='urn:xmpp:message-retract:1' id='1'/>`, &Retraction{ID: "1"}},
		{"beside a body, where its author put it", `<body>still here</body><retracted stamp='2019-09-20T23:19:12Z' xmlns='urn:xmpp:message-retract:1' id='1'/>`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := readArchived(t, oldhag+c.in+`</message>`)
			if diff := cmp.Diff(c.want, m.Retracted); diff != "" || m.Retraction != nil || m.Unreadable() {
				t.Error(diff, m.Retraction)
			}
		})
	}
}

func TestAReactionIsAnEmoji(t *testing.T) {
	for text, want := range map[string]bool{
		"👍": true, "👍🏽": true, "❤️": true, "❤": true, "👩‍⚕️": true, "👨‍👩‍👧‍👦": true, "🇫🇷": true, "1️⃣": true, "#️⃣": true, "‼️": true, "🏴󠁧󠁢󠁥󠁮󠁧󠁿": true, "🫶": true, "©️": true, "☑": true,
		"": false, "1": false, "42": false, "ok": false, "+1": false, ":)": false, "+": false, " ": false, "👍 ": false, "👍a": false, "\u200d": false, "\u202e👍": false, "\n": false,
		strings.Repeat("👍", 17): false,
	} {
		if got := IsEmoji(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestStatusCodesAndRefusalsOfARoom(t *testing.T) {
	configured := `<x xmlns='http://jabber.org/protocol/muc#user'><status code='170'/><status code='nonsense'/><status code='104'/></x>`
	if got := readMessage(t, "groupchat", exampleRoom, configured); !cmp.Equal(got.StatusCodes, []int{170, 104}) || got.Unreadable() {
		t.Errorf("codes: %v", got.StatusCodes)
	}
	if got := readMessage(t, "groupchat", exampleRoom+"/macbeth", configured).StatusCodes; got != nil {
		t.Errorf("codes of an occupant: %v", got)
	}
	// XEP-0045 §7.8.2
	declined := `<x xmlns='http://jabber.org/protocol/muc#user'><decline from='hecate@shakespeare.lit'><reason>Sorry, I'm too busy right now.</reason></decline></x>`
	want := &Decline{Room: jidOf(exampleRoom), From: jidOf("hecate@shakespeare.lit"), Reason: "Sorry, I'm too busy right now."}
	if diff := cmp.Diff(want, readMessage(t, "normal", exampleRoom, declined).Decline); diff != "" {
		t.Error(diff)
	}
	if got := readMessage(t, "normal", exampleRoom+"/macbeth", declined).Decline; got != nil {
		t.Errorf("declined by an occupant: %+v", got)
	}
}

func TestAnInvitationKeepsTheTextBesideIt(t *testing.T) {
	for name, c := range map[string]struct{ from, in, reason string }{
		"direct":            {juliet + "/balcony", `<x xmlns='jabber:x:conference' jid='room@muc.example.com'/>`, ""},
		"direct, a reason":  {juliet + "/balcony", `<x xmlns='jabber:x:conference' jid='room@muc.example.com' reason='Staff'/>`, "Staff"},
		"through the room":  {exampleRoom, `<x xmlns='http://jabber.org/protocol/muc#user'><invite from='juliet@capulet.example/balcony'/></x>`, ""},
		"through, a reason": {exampleRoom, `<x xmlns='http://jabber.org/protocol/muc#user'><invite from='juliet@capulet.example/balcony'><reason>Staff</reason></invite></x>`, "Staff"},
	} {
		m := readMessage(t, "normal", c.from, `<body>Venez !</body>`+c.in)
		want := &Invite{Room: jidOf(exampleRoom), From: jidOf(juliet + "/balcony"), Reason: c.reason}
		if diff := cmp.Diff(want, m.Invite); diff != "" || m.Body != "Venez !" {
			t.Errorf("%s: %q %s", name, m.Body, diff)
		}
	}
}
