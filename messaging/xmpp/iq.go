package xmpp

import (
	"context"
	"encoding/xml"
	"fmt"
	"time"

	"mellium.im/xmpp/jid"
)

// IQ requests and answers (RFC 6120 §8.2.3).

// iqRequest is an outgoing IQ.
type iqRequest struct {
	XMLName xml.Name      `xml:"jabber:client iq"`
	ID      string        `xml:"id,attr"`
	To      string        `xml:"to,attr,omitempty"`
	Type    string        `xml:"type,attr"`
	Payload any           // named by its own XMLName
	Error   *errorElement // of an answer
}

// iqStanza is an incoming IQ with all known payloads.
type iqStanza struct {
	XMLName   xml.Name          `xml:"jabber:client iq"`
	ID        string            `xml:"id,attr"`
	From      string            `xml:"from,attr"`
	Type      string            `xml:"type,attr"`
	Error     *errorElement     `xml:"error"`
	Bind      *bindElement      `xml:"urn:ietf:params:xml:ns:xmpp-bind bind"`
	Ping      *empty            `xml:"urn:xmpp:ping ping"`
	Roster    *rosterQuery      `xml:"jabber:iq:roster query"`
	Items     *discoItems       `xml:"http://jabber.org/protocol/disco#items query"`
	Slot      *slotElement      `xml:"urn:xmpp:http:upload:0 slot"`
	Search    *searchElement    `xml:"jabber:iq:search query"`
	Info      *discoInfo        `xml:"http://jabber.org/protocol/disco#info query"`
	Fin       *archiveFin       `xml:"urn:xmpp:mam:2 fin"`
	Prefs     *prefsElement     `xml:"urn:xmpp:mam:2 prefs"`
	PubSub    *pubsubElement    `xml:"http://jabber.org/protocol/pubsub pubsub"`
	VCard     *vcardElement     `xml:"vcard-temp vCard"`
	BlockList *blockListElement `xml:"urn:xmpp:blocking blocklist"`
	Block     *blockElement     `xml:"urn:xmpp:blocking block"`
	Unblock   *unblockElement   `xml:"urn:xmpp:blocking unblock"`
	RoomAdmin *roomAdmin        `xml:"http://jabber.org/protocol/muc#admin query"`
	RoomOwner *ownerQuery       `xml:"http://jabber.org/protocol/muc#owner query"`
}

// openRequest waits for an answer from to; zero: from the own account or its server.
type openRequest struct {
	to     jid.JID
	limit  int         // of the answer, in bytes; 0: as for any stanza
	answer chan answer // holds one
	// givenUp: nobody waits any more, and an answer is no forgery. Guarded by Client.mu.
	givenUp bool
}

type answer struct {
	iq  *iqStanza
	err error
}

// request sends an IQ and waits for its answer, also across a resumed connection. An error answer is a *StanzaError.
func (c *Client) request(ctx context.Context, to jid.JID, kind string, payload any) (*iqStanza, error) {
	return c.requestLong(ctx, to, kind, payload, 0)
}

// requestLong is request with a size limit for the answer, in bytes. A longer answer is a *GuardError.
func (c *Client) requestLong(ctx context.Context, to jid.JID, kind string, payload any, limit int) (*iqStanza, error) {
	id := newID()
	data, err := encode(iqRequest{ID: id, To: to.String(), Type: kind, Payload: payload})
	if err != nil {
		return nil, err
	}
	p := &openRequest{to: to, limit: limit, answer: make(chan answer, 1)}
	c.mu.Lock()
	if c.session == nil {
		c.mu.Unlock()
		return nil, ErrNotConnected
	}
	c.requests[id] = p
	c.session.push(sent{data: data})
	c.mu.Unlock()
	giveUp := func() { // it goes with the stream
		c.mu.Lock()
		defer c.mu.Unlock()
		p.givenUp = true
	}
	timer := time.NewTimer(answerTimeout)
	defer timer.Stop()
	select {
	case a := <-p.answer:
		if a.err != nil {
			return nil, a.err
		}
		if a.iq.Type == "error" {
			return nil, a.iq.Error.decode()
		}
		return a.iq, nil
	case <-ctx.Done():
		giveUp()
		return nil, ctx.Err()
	case <-timer.C:
		giveUp()
		return nil, fmt.Errorf("%w in %s", ErrNoAnswer, answerTimeout)
	}
}

// errNoContent is an answer without what was asked for. It is not taken for "there is none".
var errNoContent = fmt.Errorf("%w: an answer without its content", ErrProtocol)

// answer delivers an answer to the waiting request if it comes from the JID that was asked. Any other is a forgery (like CVE-2017-5589)
// and is ignored. asked is false if nobody waits for it.
func (c *Client) answer(id, from string, a answer) (asked bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.requests[id]
	if p == nil {
		return false
	}
	if !c.mayAnswer(p.to, from) {
		c.refuse(RuleAnswer, "iq")
		return true
	}
	delete(c.requests, id)
	if !p.givenUp {
		p.answer <- a
	}
	return true
}

// answerLimit implements the type [answerLimit] for the open requests.
func (c *Client) answerLimit(f *frame) int {
	if !f.is(nsClient, "iq") || f.kind != "result" && f.kind != "error" {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.requests[f.id]
	if p == nil || p.givenUp || p.limit == 0 || !c.mayAnswer(p.to, f.from) {
		return 0
	}
	return p.limit
}

// mayAnswer reports whether from may answer a request to to. The own server answers for the own account and for itself, with no from
// attribute, the bare JID or the domain (RFC 6120 §10.3.3); it lets nobody else send as these.
func (c *Client) mayAnswer(to jid.JID, from string) bool {
	domain := c.own.Domain()
	account := isZero(to) || to.Equal(c.own)
	if from == "" {
		return account || to.Equal(domain)
	}
	j, err := ParseJID(from)
	if err != nil {
		return false
	}
	if isZero(to) {
		return j.Equal(c.own) || j.Equal(domain)
	}
	return j.Equal(to)
}

// receiveIQ delivers an answer, or answers a request.
func (s *session) receiveIQ(iq *iqStanza) Event {
	c := s.client
	switch iq.Type {
	case "result", "error":
		asked := c.answer(iq.ID, iq.From, answer{iq: iq})
		own := c.mayAnswer(c.own.Domain(), iq.From)
		if !asked && !own {
			c.refuse(RuleUnasked, "iq")
		}
		if own { // mostly to a ping
			return s.answered(iq.ID)
		}
		return nil
	case "get", "set":
	default:
		c.refuse(RuleUnknown, "iq")
		return nil
	}
	var event Event
	reply := iqRequest{ID: iq.ID, To: iq.From, Type: "result"}
	switch {
	case iq.Type == "get" && iq.Ping != nil:
	case iq.Type == "get" && iq.Info != nil:
		reply.Payload = ownInfo(iq.Info.Node)
	case iq.Type == "get" && iq.Items != nil:
		reply.Payload = discoItems{}
	case iq.Type == "set" && iq.Roster != nil:
		if !c.isOwn(iq.From) {
			c.refuse(RuleRoster, "iq")
			return nil // RFC 6121 §2.1.6
		}
		event = RosterPushed{Items: c.contacts(iq.Roster)}
	case iq.Type == "set" && (iq.Block != nil || iq.Unblock != nil):
		if !c.isOwn(iq.From) {
			c.refuse(RuleBlocking, "iq")
			return nil
		}
		if iq.Block != nil {
			event = BlockListChanged{c.blockedJIDs(iq.Block.Items), true}
		} else {
			event = BlockListChanged{c.blockedJIDs(iq.Unblock.Items), false}
		}
	default:
		reply.Type, reply.Error = "error", newErrorElement("cancel", "service-unavailable")
	}
	s.reply(reply)
	return event
}

// reply answers a request, unless too many answers wait to be sent.
func (s *session) reply(r iqRequest) {
	c := s.client
	data, err := encode(r)
	if err != nil {
		c.log.Warn("answer not sent", "error", err)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case s != c.session: // it ends
	case len(s.out) >= tooManyAnswers:
		c.refuse(RuleFlood, "iq")
	default:
		s.push(sent{data: data})
	}
}
