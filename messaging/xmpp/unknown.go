package xmpp

import (
	"slices"
	"unicode/utf8"
)

// What no reader of this package knows. The user is told of a message that may have content, even if it cannot be shown.

const (
	maxUnknown = 8    // namespaces that are kept of one message
	maxText    = 2000 // code points of a text that is not the body, such as a file's name
)

// mayBeContent is false for elements that this program does not read and does not miss: they say something about the message, or
// matter for a moment only.
func mayBeContent(namespace string) bool {
	switch namespace {
	case nsClient, // an element without a namespace of its own
		"google:nosave",
		"http://jabber.org/protocol/address",      // XEP-0033
		"http://jabber.org/protocol/caps",         // XEP-0115
		"http://jabber.org/protocol/muc#user",     // XEP-0045
		"http://jabber.org/protocol/nick",         // XEP-0172
		"http://jabber.org/protocol/pubsub#event", // XEP-0060: news of a node
		"http://jabber.org/protocol/rosterx",      // XEP-0144
		"http://jabber.org/protocol/shim",         // XEP-0131
		"jabber:x:delay",                          // XEP-0091
		"jabber:x:event",                          // XEP-0022
		"urn:xmpp:attention:0",                    // XEP-0224
		"urn:xmpp:bob",                            // XEP-0231
		"urn:xmpp:carbons:2",                      // XEP-0280: private
		"urn:xmpp:chat-markers:0",                 // XEP-0333: received, acknowledged
		"urn:xmpp:fasten:0",                       // XEP-0422
		"urn:xmpp:hints",                          // XEP-0334
		"urn:xmpp:jingle-message:0",               // XEP-0353: a call rings or ends
		"urn:xmpp:mam:tmp",                        // the id of an archive, before XEP-0359
		"urn:xmpp:message-moderate:1",             // XEP-0425
		"urn:xmpp:occupant-id:0",                  // XEP-0421
		"urn:xmpp:push:0",                         // XEP-0357
		"urn:xmpp:receipts",                       // XEP-0184
		"urn:xmpp:rtt:0",                          // XEP-0301
		"urn:xmpp:sid:0",                          // XEP-0359
		"urn:xmpp:styling:0":                      // XEP-0393
		return false
	}
	return true
}

// unknown gives the namespaces of what may be content and was not read.
func (m *messageStanza) unknown(read *Message) (namespaces []string) {
	add := func(namespace string) {
		if len(namespaces) < maxUnknown && !slices.Contains(namespaces, namespace) {
			namespaces = append(namespaces, namespace)
		}
	}
	for _, e := range m.Others {
		call := e.XMLName.Space == "urn:xmpp:jingle-message:0" && e.XMLName.Local == "propose"
		if call || mayBeContent(e.XMLName.Space) {
			add(cutText(e.XMLName.Space))
		}
	}
	if len(m.OutOfBand) > 0 && read.OutOfBand == nil {
		add("jabber:x:oob")
	}
	return namespaces
}

// Unreadable reports whether the sender wrote something that cannot be shown: the message is encrypted, or it has no text or file but
// an element that no reader knows, and it is meant to be kept. Typing notices, receipts and the like are not.
func (m *Message) Unreadable() bool {
	switch {
	case m.Type == "error" || m.Type == "headline" || m.NoStore:
		return false
	case m.Encryption != nil:
		return !m.Encryption.Empty
	case m.Body != "" || m.Subject != "" || m.Files != nil || m.OutOfBand != nil:
		return false
	case m.Retraction != nil || m.Retracted != nil || m.Reactions != nil || m.Invite != nil || m.Decline != nil:
		return false
	}
	return len(m.Unknown) > 0
}

// cutText bounds a text that is shown beside a message.
func cutText(s string) string {
	if len(s) <= maxText || utf8.RuneCountInString(s) <= maxText {
		return s
	}
	return string([]rune(s)[:maxText])
}
