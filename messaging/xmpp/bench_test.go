package xmpp

import (
	"fmt"
	"testing"

	"mellium.im/xmpp/jid"
)

// A result as ejabberd sends it.
func typicalResult(i int) string {
	return fmt.Sprintf(`<message xmlns='jabber:client' to='claire.martin@spico.test/discussions-1a2b3c4d' from='claire.martin@spico.test'>`+
		`<result xmlns='urn:xmpp:mam:2' queryid='q' id='17000000000%05d'><forwarded xmlns='urn:xmpp:forward:0'>`+
		`<message xmlns='jabber:client' xml:lang='fr' to='claire.martin@spico.test' from='sophie.bernard@spico.test/poste' type='chat' id='0193d7b2-%05d'>`+
		`<archived xmlns='urn:xmpp:mam:tmp' by='claire.martin@spico.test' id='17000000000%05d'/><stanza-id xmlns='urn:xmpp:sid:0' by='claire.martin@spico.test' id='17000000000%05d'/>`+
		`<request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/><origin-id xmlns='urn:xmpp:sid:0' id='0193d7b2-%05d'/>`+
		`<active xmlns='http://jabber.org/protocol/chatstates'/><body>Le pansement de M. Garcia est refait, rendez-vous vendredi à 14 h.</body></message>`+
		`<delay xmlns='urn:xmpp:delay' stamp='2026-01-15T08:30:00.123456Z'/></forwarded></result></message>`, i, i, i, i, i)
}

// BenchmarkArchiveResult is what one result of an archive costs: guard, decoding, checks.
func BenchmarkArchiveResult(b *testing.B) {
	c := New(Config{JID: jid.MustParse("claire.martin@spico.test")})
	s := &session{client: c}
	frames := make([][]byte, 250)
	for i := range frames {
		frames[i] = []byte(typicalResult(i))
	}
	b.SetBytes(int64(len(frames[0])))
	b.ReportAllocs()
	for i := range b.N {
		if i%len(frames) == 0 {
			c.queries["q"] = &archiveQuery{max: len(frames)}
		}
		f, err := decodeFrame(frames[i%len(frames)], nil)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.receive(f); err != nil {
			b.Fatal(err)
		}
	}
	if q := c.queries["q"]; q.messages[0].Body == "" || len(q.messages[0].StanzaIDs) != 1 {
		b.Fatalf("decoded %+v", q.messages[0])
	}
}

// BenchmarkEncodeMessage is what a message costs to write.
func BenchmarkEncodeMessage(b *testing.B) {
	m := Message{ID: "0193d7b2", OriginID: "0193d7b2", To: jid.MustParse("sophie.bernard@spico.test"), Type: "chat",
		Body: "Le pansement de M. Garcia est refait, rendez-vous vendredi à 14 h.", RequestReceipt: true, Markable: true, ChatState: "active"}
	b.ReportAllocs()
	for range b.N {
		if _, err := encode(m.encode()); err != nil {
			b.Fatal(err)
		}
	}
}
