package xmpp

import (
	"context"
	"encoding/xml"
	"fmt"
	"time"

	"mellium.im/xmpp/jid"
)

// Requests and answers (RFC 6120 §8.2.3).

// iqRequest is an IQ that is sent.
type iqRequest struct {
	XMLName xml.Name      `xml:"jabber:client iq"`
	ID      string        `xml:"id,attr"`
	To      string        `xml:"to,attr,omitempty"`
	Type    string        `xml:"type,attr"`
	Payload any           // named by its own XMLName
	Error   *errorElement // of an answer
}

// iqStanza is an IQ that comes in, with all payloads that this program knows.
type iqStanza struct {
	XMLName   xml.Name       `xml:"jabber:client iq"`
	ID        string         `xml:"id,attr"`
	From      string         `xml:"from,attr"`
	Type      string         `xml:"type,attr"`
	Error     *errorElement  `xml:"error"`
	Bind      *bindElement   `xml:"urn:ietf:params:xml:ns:xmpp-bind bind"`
	Ping      *empty         `xml:"urn:xmpp:ping ping"`
	Roster    *rosterQuery   `xml:"jabber:iq:roster query"`
	Info      *discoInfo     `xml:"http://jabber.org/protocol/disco#info query"`
	Fin       *archiveFin    `xml:"urn:xmpp:mam:2 fin"`
	PubSub    *pubsubElement `xml:"http://jabber.org/protocol/pubsub pubsub"`
	VCard     *vcardElement  `xml:"vcard-temp vCard"`
	RoomAdmin *roomAdmin     `xml:"http://jabber.org/protocol/muc#admin query"`
}

// pendingIQ waits for the answer of to; zero means the own account or its server.
type pendingIQ struct {
	to     jid.JID
	limit  int         // bytes of the answer; 0: as any stanza
	answer chan answer // holds one
}

type answer struct {
	iq  *iqStanza
	err error
}

// request sends an IQ and waits for its answer, through a short loss of the network too. An error answer is a *StanzaError.
func (c *Client) request(ctx context.Context, to jid.JID, kind string, payload any) (*iqStanza, error) {
	return c.requestLong(ctx, to, kind, payload, 0)
}

// requestLong is request for an answer that may have more bytes than a stanza, up to limit. A longer one is a *GuardError.
func (c *Client) requestLong(ctx context.Context, to jid.JID, kind string, payload any, limit int) (*iqStanza, error) {
	id := newID()
	data, err := encode(iqRequest{ID: id, To: to.String(), Type: kind, Payload: payload})
	if err != nil {
		return nil, err
	}
	p := &pendingIQ{to: to, limit: limit, answer: make(chan answer, 1)}
	c.mu.Lock()
	if c.session == nil {
		c.mu.Unlock()
		return nil, ErrNotConnected
	}
	c.pending[id] = p
	c.session.push(sent{data: data})
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.pending, id)
	}()
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
		return nil, ctx.Err()
	case <-timer.C:
		return nil, fmt.Errorf("%w in %s", ErrNoAnswer, answerTimeout)
	}
}

// answer hands an answer to who waits for it, if it comes from the JID asked. Another's would be a forgery (CVE-2017-5589's family): it
// leaves the request waiting.
func (c *Client) answer(id, from string, a answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.pending[id]
	if p == nil {
		return
	}
	if !c.mayAnswer(p.to, from) {
		c.refuse(RuleAnswer, "iq")
		return
	}
	delete(c.pending, id)
	p.answer <- a
}

// answerLimit implements [answerLimit]: only who was asked may be long.
func (c *Client) answerLimit(f *frame) int {
	if !f.is(nsClient, "iq") || f.kind != "result" && f.kind != "error" {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.pending[f.id]
	if p == nil || p.limit == 0 || !c.mayAnswer(p.to, f.from) {
		return 0
	}
	return p.limit
}

// mayAnswer says whether from may answer what was asked of to. The own account and server answer for each other (RFC 6120 §10.3.3), as
// nobody, as the bare JID or as the domain; that only the server itself can be one of these is the server's to ensure.
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

// receiveIQ hands on an answer, or answers a request.
func (s *session) receiveIQ(iq *iqStanza) Event {
	c := s.client
	switch iq.Type {
	case "result", "error":
		c.answer(iq.ID, iq.From, answer{iq: iq})
		if c.mayAnswer(c.own.Domain(), iq.From) {
			return s.answered(iq.ID)
		}
		return nil
	case "get", "set":
	default:
		return nil
	}
	var event Event
	reply := iqRequest{ID: iq.ID, To: iq.From, Type: "result"}
	switch {
	case iq.Type == "get" && iq.Ping != nil:
	case iq.Type == "get" && iq.Info != nil:
		reply.Payload = ownInfo(iq.Info.Node)
	case iq.Type == "set" && iq.Roster != nil:
		if !c.isOwn(iq.From) {
			c.refuse(RuleRoster, "iq")
			return nil // RFC 6121 §2.1.6
		}
		event = RosterPushed{Items: iq.Roster.decode()}
	default:
		reply.Type, reply.Error = "error", newErrorElement("cancel", "service-unavailable")
	}
	data, err := encode(reply)
	if err != nil {
		c.log.Warn("answer not sent", "error", err)
		return event
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s == c.session && len(s.out) < tooManyAnswers {
		s.push(sent{data: data})
	}
	return event
}
