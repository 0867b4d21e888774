package messaging

import (
	"testing"

	"mellium.im/xmpp/jid"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

// ScriptedPeer plays the rest of the world for a client on a scripted wire: it is a messagingtest.Peer.
type ScriptedPeer struct{ w *wiretest.Server }

// NewScripted makes a client of claire@example.org on a scripted wire, locked and not started, and closes it at the end of the test.
func NewScripted(t testing.TB) (*Client, *ScriptedPeer) {
	w := wiretest.New()
	c := newClient(Config{JID: claire.String(), Name: "Dr Claire Martin", Dir: t.TempDir()})
	c.wire, w.Handle = w, c.handle
	t.Cleanup(func() { check(t, c.Close()) })
	return c, &ScriptedPeer{w}
}

func (p *ScriptedPeer) Archived(texts ...string) {
	for _, text := range texts {
		p.w.Says(sophie, text)
	}
}

func (p *ScriptedPeer) Missed(texts ...string) { p.Archived(texts...) }

func (p *ScriptedPeer) Connect()         { p.w.Connect(false) }
func (p *ScriptedPeer) Disconnect()      { p.w.Cut() }
func (p *ScriptedPeer) Acknowledge()     { p.w.Flow() }
func (p *ScriptedPeer) Says(text string) { p.w.Live(p.w.Says(sophie, text)) }

func (p *ScriptedPeer) Invites(text string) {
	m := p.w.Says(sophie, text)
	m.Invite = &xmpp.Invite{Room: garde, From: m.From}
	p.w.Live(m)
}

func (p *ScriptedPeer) Types(on bool) {
	state := "paused"
	if on {
		state = "composing"
	}
	p.w.Live(xmpp.Message{From: phone(sophie), Type: "chat", ChatState: state})
}

func (p *ScriptedPeer) Delivered(id MessageID) {
	p.w.Live(xmpp.Message{From: phone(sophie), Type: "chat", Received: string(id)})
}

func (p *ScriptedPeer) Seen(id MessageID) {
	p.w.Live(xmpp.Message{From: phone(sophie), Type: "chat", Displayed: string(id)})
}

func (p *ScriptedPeer) Refuse(id MessageID, condition string) {
	p.w.Handle(xmpp.Bounced{Message: xmpp.Message{ID: string(id), From: sophie, Type: "error", Error: &xmpp.StanzaError{Condition: condition}}})
}

func (p *ScriptedPeer) Asks(name, text string) {
	p.w.Handle(xmpp.PresenceReceived{Presence: xmpp.Presence{From: jid.MustParse("paul@example.org"), Type: "subscribe", Nick: name, Status: text}})
}

func (p *ScriptedPeer) Answers() (types []string) {
	p.w.Lock()
	defer p.w.Unlock()
	for _, sent := range p.w.Presences {
		if sent.To.String() == "paul@example.org" {
			types = append(types, sent.Type)
		}
	}
	return types
}

func (p *ScriptedPeer) Told() (states []string) {
	p.w.Lock()
	defer p.w.Unlock()
	for _, m := range p.w.Sent {
		if m.ChatState != "" && !m.HasBody {
			states = append(states, m.ChatState)
		}
	}
	return states
}
