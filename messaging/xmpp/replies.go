package xmpp

import (
	"strings"
	"unicode/utf8"

	"mellium.im/xmpp/jid"
)

// XEP-0461: Message Replies.

// NSReply is the namespace of replies, and of fallback quotations in their bodies (XEP-0428).
const NSReply = "urn:xmpp:reply:0"

// Reply names the message that is answered. Show that message's text from the own store, never from the reply.
type Reply struct {
	ID string  // in a room the stanza-id, else the origin-id, or the id if there is none
	To jid.JID // the author of that message; zero: not given
}

type replyElements struct {
	Reply *replyElement `xml:"urn:xmpp:reply:0 reply"`
}

type replyElement struct {
	ID string `xml:"id,attr"`
	To string `xml:"to,attr,omitempty"`
}

func newReply(r *Reply) *replyElement {
	if r == nil {
		return nil
	}
	return &replyElement{ID: r.ID, To: r.To.String()}
}

func (e *replyElement) decode() *Reply {
	if e == nil || e.ID == "" {
		return nil
	}
	return &Reply{ID: e.ID, To: parseJID(e.To)}
}

// Quote puts a quotation before an answer, for programs that do not know replies. The fallback marks the quotation.
func Quote(quoted, answer string) (body string, fallback Fallback) {
	quotation := "> " + strings.ReplaceAll(quoted, "\n", "\n> ") + "\n"
	return quotation + answer, Fallback{For: NSReply, Body: []Range{{End: utf8.RuneCountInString(quotation)}}}
}
