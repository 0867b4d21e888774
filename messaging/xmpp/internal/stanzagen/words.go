package stanzagen

// elements are names with their namespaces, as they come in stanzas.
var elements = []string{
	"body", "body", "subject", "thread", "error", "show", "status", "priority", "x",
	"request urn:xmpp:receipts", "received urn:xmpp:receipts", "received urn:xmpp:carbons:2", "sent urn:xmpp:carbons:2", "private urn:xmpp:carbons:2",
	"forwarded urn:xmpp:forward:0", "message jabber:client", "presence jabber:client", "iq jabber:client",
	"result urn:xmpp:mam:2", "fin urn:xmpp:mam:2", "set http://jabber.org/protocol/rsm", "max", "count", "first", "last", "before",
	"markable urn:xmpp:chat-markers:0", "displayed urn:xmpp:chat-markers:0", "composing http://jabber.org/protocol/chatstates",
	"origin-id urn:xmpp:sid:0", "stanza-id urn:xmpp:sid:0", "delay urn:xmpp:delay", "store urn:xmpp:hints", "no-store urn:xmpp:hints",
	"replace urn:xmpp:message-correct:0", "retract urn:xmpp:message-retract:1", "retracted urn:xmpp:message-retract:1", "retract urn:xmpp:message-retract:0",
	"apply-to urn:xmpp:fasten:0", "moderated urn:xmpp:message-moderate:1", "moderated urn:xmpp:message-moderate:0", "reason",
	"reactions urn:xmpp:reactions:0", "reaction", "reply urn:xmpp:reply:0", "fallback urn:xmpp:fallback:0", "reference urn:xmpp:reference:0",
	"x jabber:x:oob", "url", "desc", "file-sharing urn:xmpp:sfs:0", "file urn:xmpp:file:metadata:0", "size", "width", "height", "name", "media-type",
	"sources", "url-data http://jabber.org/protocol/url-data", "encrypted urn:xmpp:esfs:0", "hash urn:xmpp:hashes:2",
	"encryption urn:xmpp:eme:0", "encrypted eu.siacs.conversations.axolotl", "encrypted urn:xmpp:omemo:2", "payload", "openpgp urn:xmpp:openpgp:0",
	"x http://jabber.org/protocol/muc", "x http://jabber.org/protocol/muc#user", "history", "invite", "decline", "destroy", "item", "x jabber:x:conference",
	"query jabber:iq:roster", "group", "query http://jabber.org/protocol/disco#info", "feature", "identity", "query http://jabber.org/protocol/muc#admin",
	"vCard vcard-temp", "FN", "PHOTO", "pubsub http://jabber.org/protocol/pubsub", "event http://jabber.org/protocol/pubsub#event", "items", "publish", "conference urn:xmpp:bookmarks:1",
	"ping urn:xmpp:ping", "bind urn:ietf:params:xml:ns:xmpp-bind", "jid", "unknown urn:example:nobody", "text urn:ietf:params:xml:ns:xmpp-stanzas",
	"item-not-found urn:ietf:params:xml:ns:xmpp-stanzas", "close urn:ietf:params:xml:ns:xmpp-framing", "r urn:xmpp:sm:3", "a urn:xmpp:sm:3",
}

var attributes = []string{
	"id", "from", "to", "type", "by", "stamp", "jid", "code", "for", "start", "end", "begin", "uri", "h", "xml:lang", "queryid", "node", "var", "category", "namespace", "name", "nick",
	"affiliation", "role", "maxstanzas", "complete", "autojoin", "target", "algo", "reason", "subscription", "anchor",
}

var values = []string{
	"", " ", "1", "0", "-1", "104", "110", "201", "301", "303", "307", "332", "99999999999999999999", "1e9", "x", "true", "false", "get", "set", "result", "error", "mention",
	"romeo@montague.example", "romeo@montague.example/orchard", "montague.example", "juliet@capulet.example/balcony", "room@muc.example.com/nick", "@", "/", "a@b@c/d/e", "\u200d@\ufeff/·",
	"urn:xmpp:reply:0", "urn:xmpp:message-retract:1", "2002-09-10T23:08:25Z", "yesterday", "9999-99-99T99:99:99Z", "https://example.org/a?b#c", "file:///etc/passwd", "javascript:0", "none", "both",
	"remove", "owner", "member", "moderator", "en", "unavailable",
}
