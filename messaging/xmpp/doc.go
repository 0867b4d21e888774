// Package xmpp keeps up the XMPP session of one account over a WebSocket (RFC 7395) for as long as [Client.Run] runs.
//
// It authenticates (SASL with the access token), binds, acknowledges and resumes (XEP-0198), notices a dead network, and reconnects.
// Incoming stanzas are checked (size, depth, no DTD), decoded once into plain structs, checked against their sender, and passed to
// [Config.Handle] in stream order. Conversations, storage, and sending again after a session was lost for good belong to the package
// above.
//
// A stanza that breaks a limit or a rule is refused: counted ([Client.Refused]), logged without its content, acknowledged so that the server
// does not send it again. It never ends the session. What is not taken of a stanza is counted and logged the same way (parts.go).
//
// Each protocol extension has a file named after it, which reads and writes it; [Extensions] lists them. For the connection and
// for requests:
//
//	XEP-0004 form.go      XEP-0030 disco.go      XEP-0045 muc.go      XEP-0054 vcard.go     XEP-0059 rsm.go
//	XEP-0060 pep.go       XEP-0077 register.go   XEP-0115 caps.go       XEP-0156 discover.go XEP-0172 presence.go  XEP-0198 sm.go
//	XEP-0199 ping.go      XEP-0313 mam.go        XEP-0352 csi.go       XEP-0402 bookmarks.go XEP-0410 selfping.go
//	XEP-0490 displayed.go XEP-0191 blocking.go  XEP-0292 vcard.go     XEP-0055 directory.go  XEP-0363 httpupload.go
//	XEP-0223 private.go   XEP-0048 bookmarks.go  XEP-0441 mamprefs.go    XEP-0153 roompicture.go XEP-0486 roompicture.go
//
// For messages:
//
//	XEP-0066 oob.go          XEP-0082 delay.go       XEP-0085 chatstates.go   XEP-0184 receipts.go      XEP-0203 delay.go
//	XEP-0249 invitations.go  XEP-0280 carbons.go     XEP-0297 forward.go      XEP-0308 correction.go    XEP-0333 markers.go
//	XEP-0334 hints.go        XEP-0359 stanzaid.go    XEP-0372 references.go   XEP-0380 encryption.go    XEP-0421 occupantid.go
//	XEP-0424 retraction.go   XEP-0425 moderation.go  XEP-0428 fallback.go     XEP-0444 reactions.go     XEP-0446 filemetadata.go
//	XEP-0264 thumbnail.go    XEP-0447 filesharing.go  XEP-0448 filesharing.go XEP-0461 replies.go
//
// [Message].Unknown lists the elements of a message that none of them knows (unknown.go).
//
// # Trust
//
// Only the account's own server is trusted, to set the sender of each stanza. These rules, against CVE-2017-5589 and its like, are checked
// before an event is emitted:
//   - carbons only from the own bare JID;
//   - archive results only for a running query and from the archive that was asked;
//   - news of bookmarks, and of what the own devices share, only from the own bare JID;
//   - roster pushes, and news of who is blocked, only without a sender or from the own bare JID;
//   - IQ answers only from the JID that was asked;
//   - stanza-ids only by the own account or by the room of the message;
//   - room elements in presence only from rooms that this session joined, and the hash of a room's picture only from the room itself;
//   - moderated retractions only from the room itself;
//   - delays only from an archive, or after a lost connection (delay.go).
//
// Receipts, markers, bounces, corrections, retractions and reactions are passed on with their sender. The caller knows who wrote a message
// and to whom it was sent, and must check that the sender may speak about it.
package xmpp
