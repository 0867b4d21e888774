package store

import (
	"encoding/json"
	"fmt"
	"time"

	"discussions/messaging/model"
)

// A Fact is one thing that a stanza says: a new message, or something about a message that may not be here yet. Facts are handed to
// [Store.Ingest], wherever they come from. Each kind of fact has a file of its own that applies it.
type Fact interface {
	// Source is the stanza that says it.
	Source() *Stanza
	kind() factKind
}

// Stanza is what all facts of a stanza have in common.
type Stanza struct {
	Conv   model.ConversationID
	Group  bool
	Author string // bare JID, or room/nick where the room hides it
	Nick   string // in a group
	Own    bool   // of this account, from here or from another device
	Time   time.Time

	MsgID    string
	OriginID string
	StanzaID model.StanzaID // the id in the archive that holds the conversation; "" when it is in none
}

// Source implements [Fact].
func (s *Stanza) Source() *Stanza { return s }

// NewMessage is a message with content of its own.
type NewMessage struct {
	Stanza
	Content  model.Content
	Replaces string // XEP-0308: the id of the message that it corrects, "" for none
	Reply    *Reply // XEP-0461
	Markable bool   // XEP-0333: its sender wants a displayed marker
}

// Reply says what a message answers.
type Reply struct {
	ID       string // of the original, as the stanza names it
	Author   string `json:",omitempty"` // bare JID or room/nick of its author, "" when not told
	Fallback string `json:",omitempty"` // the quotation that came with the answer
}

// Retraction withdraws a message (XEP-0424), or is a moderator's (XEP-0425).
type Retraction struct {
	Stanza
	Target    string
	Moderated bool   // by the room: its author need not be the message's
	By        string // of a moderated one: the moderator's JID or nickname, "" when not told
}

// Reactions are all of its author's reactions to a message (XEP-0444); they replace earlier ones.
type Reactions struct {
	Stanza
	Target string
	Emoji  []string
}

// Receipt says that a device of the other person has a message (XEP-0184).
type Receipt struct {
	Stanza
	Target string
}

// Displayed says that its author has seen everything up to a message (XEP-0333).
type Displayed struct {
	Stanza
	Target string
}

// Kept is a fact that nothing applies yet. It is stored as it came, for the version that does.
type Kept struct {
	Stanza
	What  string // such as "invitation"
	Value string // JSON
}

// Returned is an own message that came back. Only the sealed inbox holds it: what becomes of the message is the outbox's.
type Returned struct {
	Stanza    // MsgID is the message's
	Condition string
	ByRoom    bool // by a room itself, or a person without a device
}

// factKind names a kind of fact on disk. The values never change.
type factKind int

const (
	factMessage    factKind = 0
	factReactions  factKind = 1
	factRetraction factKind = 2
	factReceipt    factKind = 3
	factDisplayed  factKind = 4
	factRead       factKind = 5 // like factDisplayed, by this account
	factKept       factKind = 6
	factCopy       factKind = 7 // another place of a message in the archive, see copies.go
	factReturned   factKind = 8
)

func (*NewMessage) kind() factKind { return factMessage }
func (*Retraction) kind() factKind { return factRetraction }
func (*Reactions) kind() factKind  { return factReactions }
func (*Receipt) kind() factKind    { return factReceipt }
func (*Kept) kind() factKind       { return factKept }
func (*Returned) kind() factKind   { return factReturned }

func (d *Displayed) kind() factKind {
	if d.Own {
		return factRead
	}
	return factDisplayed
}

// sealedFact is the form of a fact in the sealed inbox. A fact without Kind was written by version 1, which knew texts only.
type sealedFact struct {
	Kind    factKind
	Fact    json.RawMessage
	Content *sealedContent `json:",omitempty"`
}

type sealedContent struct {
	Kind          model.Kind
	Body, Payload string
}

// messageV1 is a message in the sealed inbox of version 1.
type messageV1 struct {
	Conv, Author, Nick, Body  string
	Group, Own, Markable      bool
	Time                      time.Time
	MsgID, OriginID, StanzaID string
}

func encodeFact(f Fact) ([]byte, error) {
	sealed := sealedFact{Kind: f.kind()}
	if m, ok := f.(*NewMessage); ok {
		kind, body, payload, err := model.Encode(m.Content)
		if err != nil {
			return nil, err
		}
		sealed.Content = &sealedContent{kind, body, payload}
		without := *m
		without.Content = nil
		f = &without
	}
	b, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	sealed.Fact = b
	return json.Marshal(sealed)
}

func decodeFact(b []byte) (Fact, error) {
	var sealed sealedFact
	if err := json.Unmarshal(b, &sealed); err != nil {
		return nil, fmt.Errorf("store: a fact: %w", err)
	}
	if sealed.Fact == nil {
		var m messageV1
		if err := json.Unmarshal(b, &m); err != nil || m.Conv == "" {
			return nil, fmt.Errorf("store: a message of version 1: %w", errOrUnknown(err))
		}
		return &NewMessage{
			Stanza: Stanza{
				Conv: model.ConversationID(m.Conv), Group: m.Group, Author: m.Author, Nick: m.Nick, Own: m.Own, Time: m.Time,
				MsgID: m.MsgID, OriginID: m.OriginID, StanzaID: model.StanzaID(m.StanzaID),
			},
			Content: model.Text{Body: m.Body}, Markable: m.Markable,
		}, nil
	}
	var f Fact
	switch sealed.Kind {
	case factMessage:
		f = &NewMessage{}
	case factReactions:
		f = &Reactions{}
	case factRetraction:
		f = &Retraction{}
	case factReceipt:
		f = &Receipt{}
	case factDisplayed, factRead:
		f = &Displayed{}
	case factKept:
		f = &Kept{}
	case factReturned:
		f = &Returned{}
	default:
		return nil, errUnknownFact
	}
	if err := json.Unmarshal(sealed.Fact, f); err != nil {
		return nil, fmt.Errorf("store: a fact: %w", err)
	}
	if m, ok := f.(*NewMessage); ok {
		if sealed.Content == nil {
			return nil, errUnknownFact
		}
		m.Content = model.Decode(sealed.Content.Kind, sealed.Content.Body, sealed.Content.Payload)
	}
	return f, nil
}

var errUnknownFact = fmt.Errorf("store: a fact of an unknown kind")

func errOrUnknown(err error) error {
	if err != nil {
		return err
	}
	return errUnknownFact
}
