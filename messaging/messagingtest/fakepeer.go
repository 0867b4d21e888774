package messagingtest

import (
	"slices"

	"discussions/messaging"
)

// NewPeer makes a client of [Claire] that is locked and not started, and the rest of the world around it.
func NewPeer() (*Client, Peer) {
	c := New(messaging.Config{JID: string(Claire), Name: "Dr Claire Martin"})
	return c, &peer{c: c}
}

// peer plays the rest of the world for the fake.
type peer struct {
	c      *Client
	missed []string
}

func (p *peer) Archived(texts ...string) {
	p.c.Edit(Sophie, func(v *Conversation) {
		for _, text := range texts {
			v.Messages = append(v.Messages, messaging.Message{Author: "Sophie", AuthorJID: string(Sophie), Content: messaging.Text{Body: text}})
		}
	})
}

func (p *peer) Missed(texts ...string) { p.missed = append(p.missed, texts...) }

func (p *peer) Connect() {
	for _, text := range p.missed {
		p.c.ReceiveMissed(Sophie, messaging.Message{Content: messaging.Text{Body: text}})
	}
	p.missed = nil
	p.c.SetConnection(messaging.Connection{State: messaging.Online})
}

func (p *peer) Disconnect() {
	p.c.SetConnection(messaging.Connection{State: messaging.Offline, Problem: messaging.Unreachable})
}

func (p *peer) Types(on bool) {
	if on {
		p.c.Types(Sophie, p.c.Get(Sophie).Name)
	} else {
		p.c.Types(Sophie)
	}
}

func (p *peer) Says(text string) { p.c.ReceiveText(Sophie, text) }
func (p *peer) Invites(text string) {
	p.c.Receive(Sophie, messaging.Message{Content: messaging.Invitation{Room: "garde@rooms.example.org", Text: text, By: string(Sophie)}})
}
func (p *peer) Acknowledge()                                { p.c.Acknowledge() }
func (p *peer) Delivered(id messaging.MessageID)            { p.c.Progress(id, messaging.Delivered) }
func (p *peer) Seen(id messaging.MessageID)                 { p.c.Progress(id, messaging.Read) }
func (p *peer) Refuse(id messaging.MessageID, cause string) { p.c.Refuse(id, cause) }
func (p *peer) Asks(name, text string) {
	p.c.Ask(messaging.ContactRequest{From: paul, Name: name, Text: text})
}

func (p *peer) Answers() []string {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	return slices.Clone(p.c.answers)
}

func (p *peer) Told() []string { return p.c.Told(Sophie) }
