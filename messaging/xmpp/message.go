package xmpp

import (
	"encoding/xml"
	"time"

	"mellium.im/xmpp/jid"
)

// Direction is how a message arrived.
type Direction int

const (
	// Direct: not a carbon.
	Direct Direction = iota
	// CarbonReceived: a copy of a message that another client of this account received.
	CarbonReceived
	// CarbonSent: a copy of a message that another client of this account sent.
	CarbonSent
)

// Message is a message stanza with the supported extensions, both to send ([Client.Send]) and received. Fields marked "received" are
// ignored when sending.
type Message struct {
	ID   string
	From jid.JID // received; usually a full JID; room/nick in a room
	To   jid.JID
	Type string // chat, groupchat, normal, headline, error; "" is normal

	Body       string
	HasBody    bool // received: there was a body, maybe empty
	Subject    string
	HasSubject bool // without body and thread it is a room's subject
	Thread     string

	OriginID  string     // XEP-0359: the sender's own permanent id
	StanzaIDs []StanzaID // received; only those assigned by the own account or by the room that sent the message
	// Delay is when the message reached the server (received; XEP-0203). Always set in an archive. Live it is zero, for now, unless the
	// server sent the message again after a lost connection; a sender can forge it within the time of the loss.
	Delay time.Time

	ChatState      string // XEP-0085: active, composing, paused, inactive, gone
	RequestReceipt bool   // XEP-0184: the sender wants a receipt
	Received       string // XEP-0184: this is a receipt for the message with this id
	Markable       bool   // XEP-0333: the sender wants a displayed marker
	Displayed      string // XEP-0333: everything up to the message with this id was read
	NoStore        bool   // XEP-0334: do not archive (typing notices)
	Store          bool   // XEP-0334: archive although there is no body (receipts, markers)

	// Relations to another message. Anybody can send them: check that this sender may.
	Replaces   string      // XEP-0308: the id of the message that this one corrects
	Retraction *Retraction // XEP-0424, XEP-0425: this message retracts another one
	Reactions  *Reactions  // XEP-0444
	Reply      *Reply      // XEP-0461

	Fallbacks  []Fallback   // XEP-0428: parts of the texts that are for other programs
	References []Reference  // XEP-0372, such as a mention
	OutOfBand  []OutOfBand  // XEP-0066
	Files      []SharedFile // XEP-0447
	Encryption *Encryption  // received; XEP-0380: the message cannot be read here
	Unknown    []string     // received; namespaces of unknown elements that may be content

	Invite      *Invite  // XEP-0249 direct invitation or, received, XEP-0045 mediated
	Decline     *Decline // XEP-0045: somebody declined an invitation; sent, it goes to the room, and From is the inviter
	GivesUp     bool     // in a room: the sender gives up their place in it, and asks those who run it to take them off its list
	Returns     jid.JID  // in a room: the sender says that this person belongs to it, after having given up their place; zero for nobody
	StatusCodes []int    // received, only from a room itself; XEP-0045 §15.6.2, such as 104: the configuration changed
	// Affiliates are members whose affiliation has changed; received, only from a room itself.
	Affiliates []Affiliate
	// PrivateOf is the bare JID of the room, for a private message between two occupants (XEP-0045 §7.5). The other occupant is From, or To
	// for a message of this account. If this session is not in that room, it is only the sender's claim.
	PrivateOf jid.JID

	Carbon    Direction    // received
	Error     *StanzaError // type error only
	ArchiveID string       // received, archive only: the result's id, the cursor of XEP-0059
	RealJID   jid.JID      // received, archive of a room only: the author, if the room discloses it
	Occupant  string       // received, from an occupant of a room: the occupant-id (XEP-0421), "" for none
	Retracted *Retraction  // received, archive only: this message was retracted and has no content any more
}

// StanzaID is a permanent id that an archive assigned to a message (XEP-0359).
type StanzaID struct {
	By jid.JID
	ID string
}

// messageStanza is a message on the wire.
type messageStanza struct {
	XMLName  xml.Name      `xml:"jabber:client message"`
	ID       string        `xml:"id,attr,omitempty"`
	From     string        `xml:"from,attr,omitempty"`
	To       string        `xml:"to,attr,omitempty"`
	Type     string        `xml:"type,attr,omitempty"`
	Subjects []textElement `xml:"subject"`
	Bodies   []textElement `xml:"body"`
	Thread   string        `xml:"thread,omitempty"`
	Error    *errorElement `xml:"error"`

	receiptElements
	markerElements
	chatStateElements
	stanzaIDElements
	carbonElements
	hintElements
	correctionElements
	retractionElements
	reactionElements
	replyElements
	fallbackElements
	referenceElements
	outOfBandElements
	fileSharingElements
	encryptionElements
	Delays   []delayElement      `xml:"urn:xmpp:delay delay"`
	Occupant []occupantIDElement `xml:"urn:xmpp:occupant-id:0 occupant-id"`
	Result   *archiveResult      `xml:"urn:xmpp:mam:2 result"`
	Room     *roomUser           `xml:"http://jabber.org/protocol/muc#user x"`
	Direct   *directInvite       `xml:"jabber:x:conference x"`
	Register *registerElement    `xml:"jabber:iq:register query"`
	News     *newsElement        `xml:"http://jabber.org/protocol/pubsub#event event"`
	Others   []named             `xml:",any"`
}

// textElement may be present in several languages (RFC 6121 §5.2.3).
type textElement struct {
	Lang string `xml:"http://www.w3.org/XML/1998/namespace lang,attr,omitempty"`
	Text string `xml:",chardata"`
}

// pick returns the text without a language, else the first.
func pick(texts []textElement) (text string, ok bool) {
	for _, t := range texts {
		if t.Lang == "" {
			return t.Text, true
		}
	}
	if len(texts) > 0 {
		return texts[0].Text, true
	}
	return "", false
}

// hasContent reports whether the user wants to know soon that the server has the message.
func (m *Message) hasContent() bool {
	return m.Body != "" || m.Subject != "" || m.HasSubject || m.Retraction != nil || m.Reactions != nil
}

func (m *Message) encode() *messageStanza {
	s := &messageStanza{ID: m.ID, To: m.To.String(), Type: m.Type, Thread: m.Thread}
	if m.Body != "" || m.HasBody {
		s.Bodies = []textElement{{Text: m.Body}}
	}
	if m.Subject != "" || m.HasSubject {
		s.Subjects = []textElement{{Text: m.Subject}}
	}
	s.Origin = newIDElement(m.OriginID)
	s.receiptElements.Received = newIDElement(m.Received)
	s.Displayed = newIDElement(m.Displayed)
	if m.RequestReceipt {
		s.Request = new(empty)
	}
	if m.Markable {
		s.Markable = new(empty)
	}
	if m.NoStore {
		s.NoStore = new(empty)
	}
	if m.Store {
		s.Store = new(empty)
	}
	s.setState(m.ChatState)
	s.Replace = newIDElement(m.Replaces)
	s.setRetraction(m.Retraction)
	s.reactionElements.Reactions = newReactions(m.Reactions)
	s.Reply = newReply(m.Reply)
	s.Fallbacks = newFallbacks(m.Fallbacks)
	s.References = newReferences(m.References)
	s.outOfBandElements, s.fileSharingElements = newOutOfBand(m.OutOfBand), newFileSharing(m.Files)
	if m.Error != nil {
		s.Error = newErrorElement(m.Error.Type, m.Error.Condition)
	}
	if !isZero(m.PrivateOf) {
		s.Room = new(roomUser)
	}
	if m.Invite != nil {
		s.Direct = &directInvite{JID: m.Invite.Room.Bare().String(), Reason: m.Invite.Reason}
	}
	if m.GivesUp {
		s.Register = &registerElement{Remove: new(empty)}
	}
	if !isZero(m.Returns) {
		s.Register = &registerElement{Registered: new(empty), Username: m.Returns.Bare().String()}
	}
	if m.Decline != nil {
		s.Room = &roomUser{Decline: &mediated{To: m.Decline.From.Bare().String(), Reason: m.Decline.Reason}}
	}
	return s
}

// receiveMessage checks and decodes a message. Nil: no event.
func (c *Client) receiveMessage(m *messageStanza, lost outage) Event {
	direction, delays := Direct, m.Delays
	switch {
	case m.Result != nil:
		c.archived(m)
		return nil
	case m.carbonElements.Received != nil || m.carbonElements.Sent != nil:
		var ok bool
		if m, direction, ok = c.carbon(m); !ok {
			return nil
		}
	case (m.News.of(nsBookmarks) || m.News.of(nsOldBookmarks)) && c.isOwn(m.From):
		return BookmarksChanged{}
	case m.News.of(nsDisplayed) && c.isOwn(m.From):
		return ReadMarksChanged{Marks: c.readMarks(m.News.Items.Items)}
	case m.News.of(nsUnread) && c.isOwn(m.From):
		return UnreadMarksChanged{Marks: c.unreadMarks(m.News.Items.Items)}
	case m.News.of(nsStatus) && c.isOwn(m.From):
		return OwnStatusChanged{Status: ownStatus(m.News.Items.Items)}
	}
	decoded, ok := c.decodeMessage(m)
	if !ok {
		return nil
	}
	decoded.Carbon, decoded.Delay = direction, lost.delay(delays, c.own)
	c.mu.Lock()
	decoded.PrivateOf = c.privateOf(m, &decoded)
	c.mu.Unlock()
	if decoded.Type == "error" {
		return Bounced{Message: decoded}
	}
	return MessageReceived{Message: decoded}
}

// decodeMessage decodes a stanza, live or forwarded. ok is false if its sender or addressee is invalid.
func (c *Client) decodeMessage(m *messageStanza) (out Message, ok bool) {
	from, fromOK := c.sender(m.From)
	to, toOK := c.sender(m.To)
	if !fromOK || !toOK {
		c.refuse(RuleAddress, "message")
		return Message{}, false
	}
	out = Message{
		ID: m.ID, From: from, To: to, Type: m.Type, Thread: m.Thread, OriginID: m.Origin.decode(), ChatState: m.state(),
		RequestReceipt: m.Request != nil, Received: m.receiptElements.Received.decode(),
		Markable: m.Markable != nil, Displayed: m.Displayed.decode(), NoStore: m.NoStore != nil, Store: m.Store != nil,
	}
	if out.Type == "" {
		out.Type = "normal"
	}
	out.Body, out.HasBody = pick(m.Bodies)
	out.Subject, out.HasSubject = pick(m.Subjects)
	var room jid.JID
	if out.Type == "groupchat" {
		room = from.Bare()
		out.Occupant = occupantID(m.Occupant)
	}
	if len(m.Stanza) > 0 {
		out.StanzaIDs = m.trusted(c.own, room)
	}
	if m.Type == "error" {
		out.Error = m.Error.decode()
	}
	m.decodeRelations(&out)
	out.Invite, out.Decline = m.invite(from), m.decline(from)
	out.GivesUp, out.Returns = m.Register.givesUp(&out), m.Register.returns(&out)
	if from.Resourcepart() == "" {
		out.StatusCodes = m.Room.codes()
		if out.Invite == nil && out.Decline == nil {
			out.Affiliates = m.Room.affiliates()
		}
	}
	out.References, out.OutOfBand, out.Files = m.referenceElements.decode(), m.outOfBandElements.decode(), m.fileSharingElements.decode()
	out.Encryption = m.encryptionElements.decode(out.Body)
	out.Unknown = m.unknown(&out)
	c.refuseParts(m, &out)
	return out, true
}

// decodeRelations decodes the relations to another message.
func (m *messageStanza) decodeRelations(out *Message) {
	out.Replaces = m.Replace.decode()
	out.Retraction = m.retraction(out.Type == "groupchat" && out.From.Resourcepart() == "")
	out.Reactions = m.reactionElements.Reactions.decode()
	out.Reply = m.Reply.decode()
	out.Fallbacks = m.fallbackElements.decode()
}
