package messaging

import (
	"testing"

	"discussions/messaging/xmpp"
)

// ScriptedPeer plays the rest of the world for a client on a scripted wire: it is a messagingtest.Peer.
type ScriptedPeer struct{ w *fakeWire }

// NewScripted makes a client of claire@example.org on a scripted wire, locked and not started, and closes it at the end of the test.
func NewScripted(t testing.TB) (*Client, *ScriptedPeer) {
	w := newFake()
	c := newClient(Config{JID: claire.String(), Name: "Dr Claire Martin", Dir: t.TempDir()})
	c.wire, w.c = w, c
	t.Cleanup(func() { check(t, c.Close()) })
	return c, &ScriptedPeer{w}
}

func (p *ScriptedPeer) Archived(texts ...string) {
	for _, text := range texts {
		p.w.says(sophie, text)
	}
}

func (p *ScriptedPeer) Missed(texts ...string) { p.Archived(texts...) }

func (p *ScriptedPeer) Connect()         { p.w.connect(false) }
func (p *ScriptedPeer) Disconnect()      { p.w.cut() }
func (p *ScriptedPeer) Acknowledge()     { p.w.flow() }
func (p *ScriptedPeer) Says(text string) { p.w.live(p.w.says(sophie, text)) }

func (p *ScriptedPeer) Types(on bool) {
	state := "paused"
	if on {
		state = "composing"
	}
	p.w.live(xmpp.Message{From: phone(sophie), Type: "chat", ChatState: state})
}

func (p *ScriptedPeer) Delivered(id MessageID) {
	p.w.live(xmpp.Message{From: phone(sophie), Type: "chat", Received: string(id)})
}

func (p *ScriptedPeer) Seen(id MessageID) {
	p.w.live(xmpp.Message{From: phone(sophie), Type: "chat", Displayed: string(id)})
}

func (p *ScriptedPeer) Refuse(id MessageID, condition string) {
	p.w.c.handle(xmpp.Bounced{Message: xmpp.Message{ID: string(id), From: sophie, Type: "error", Error: &xmpp.StanzaError{Condition: condition}}})
}

func (p *ScriptedPeer) Told() (states []string) {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	for _, m := range p.w.sent {
		if m.ChatState != "" && !m.HasBody {
			states = append(states, m.ChatState)
		}
	}
	return states
}
