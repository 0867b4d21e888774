package xmpp

import (
	"slices"
	"unicode/utf8"
)

// Elements that this package does not know. The user must learn of a message with content even if it cannot be shown.

const (
	maxUnknown = 8    // namespaces of one message
	maxText    = 2000 // code points of a text beside the body, such as a file name
)

// mayBeContent is false for known namespaces of elements that are no content: they describe the message, or matter only for a moment.
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
		"urn:xmpp:push:0",                         // XEP-0357
		"urn:xmpp:receipts",                       // XEP-0184
		"urn:xmpp:rtt:0",                          // XEP-0301
		"urn:xmpp:sid:0",                          // XEP-0359
		"urn:xmpp:styling:0":                      // XEP-0393
		return false
	}
	return true
}

// unknown returns the namespaces of elements that may be content and were not read.
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

// Unreadable reports whether the message has content that cannot be shown: it is encrypted, or it has neither text nor file but an unknown
// element. It is false for typing notices, receipts and anything not meant to be kept.
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

// cutText limits a text beside the body to maxText.
func cutText(s string) string {
	if len(s) <= maxText || utf8.RuneCountInString(s) <= maxText {
		return s
	}
	return string([]rune(s)[:maxText])
}

// atMost returns the first n of a list that a stranger made.
func atMost[T any](n int, list []T) []T { return list[:min(n, len(list))] }
