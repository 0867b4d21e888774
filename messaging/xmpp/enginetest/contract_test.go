package enginetest

import (
	"slices"
	"testing"

	"discussions/internal/sandboxtest"
	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
	"mellium.im/xmpp/jid"
)

func TestTheRealWireKeepsTheContract(t *testing.T) { sandboxtest.Each(t, theRealWireKeepsTheContract) }

func theRealWireKeepsTheContract(t *testing.T, s *sandboxtest.Sandbox) {
	phone, paul := connect(t, s, s.Claire().JID), connect(t, s, s.Paul().JID)
	cfg := config(t, s, s.Claire().JID)
	n := newNetwork(t, cfg.Transport)
	claire := begin(t, cfg, nil)
	await(claire, func(xmpp.Connected) bool { return true })
	claire.must(claire.SendPresence(xmpp.Presence{}))

	i := slices.IndexFunc(s.Groups, func(g sandboxtest.Group) bool {
		return slices.Contains(g.Members, s.Claire().JID) && slices.Contains(g.Members, s.Paul().JID)
	})
	if i < 0 {
		t.Fatal("no group has both")
	}
	room := jid.MustParse(s.Groups[i].JID)
	paul.must(paul.Join(t.Context(), room, "Paul"))

	write := func(from *person, to jid.JID, kind, body string) {
		from.must(from.Send(xmpp.Message{ID: body, OriginID: body, To: to, Type: kind, Body: body}))
	}
	wiretest.Test(t, &wiretest.World{
		Wire: claire.Client, Idle: xmpp.New(cfg), Events: claire.events, Own: claire.jid.Bare(), Other: paul.jid.Bare(), Room: room,
		Flow:       func() {},
		Says:       func(body string) { write(paul, claire.jid, "chat", body) },
		SaysIn:     func(body string) { write(paul, room, "groupchat", body) },
		OtherSends: func(body string) { write(phone, paul.jid, "chat", body) },
		Lose: func(m xmpp.Message) {
			n.set(silent)
			claire.must(claire.Send(m))
			s.Engine(t, "kill")
			s.Engine(t, "start")
			n.set(up)
		},
	})
}
