// Package xmpp is the wire of one account: an XMPP session over a WebSocket (RFC 7395) that is kept up for as long as
// [Client.Run] runs.
//
// It frames, authenticates (SASL with the access token), binds, acknowledges and resumes (XEP-0198), notices a dead network,
// and reconnects. What comes in is guarded (size, depth, no DTD), decoded once into plain structs, checked against its sender,
// and handed to [Config.Handle] in stream order. What is a conversation, what is stored and what is sent again after a session
// was lost for good belongs to the package above.
//
// Each protocol extension has a file named after it, which reads and writes it; [Extensions] lists them. For the connection and
// for requests:
//
//	XEP-0004 form.go      XEP-0030 disco.go      XEP-0045 muc.go      XEP-0054 vcard.go     XEP-0059 rsm.go
//	XEP-0060 bookmarks.go XEP-0156 discover.go   XEP-0198 sm.go       XEP-0199 ping.go      XEP-0313 mam.go
//	XEP-0352 csi.go       XEP-0402 bookmarks.go
//
// For messages:
//
//	XEP-0066 oob.go          XEP-0082 delay.go       XEP-0085 chatstates.go   XEP-0184 receipts.go      XEP-0203 delay.go
//	XEP-0249 invitations.go  XEP-0280 carbons.go     XEP-0297 forward.go      XEP-0308 correction.go    XEP-0333 markers.go
//	XEP-0334 hints.go        XEP-0359 stanzaid.go    XEP-0372 references.go   XEP-0380 encryption.go    XEP-0424 retraction.go
//	XEP-0425 moderation.go   XEP-0428 fallback.go    XEP-0444 reactions.go    XEP-0446 filemetadata.go  XEP-0447 filesharing.go
//	XEP-0448 filesharing.go  XEP-0461 replies.go
//
// What a message has and none of them reads is in [Message].Unknown (unknown.go).
//
// # Trust
//
// The account's own server is trusted to stamp the sender of a stanza, and nothing else is. The rules that follow from it
// (CVE-2017-5589 and its family) hold before an event is made: carbons only from the own bare JID; archive results only for a
// query in flight and from the archive that was asked; roster pushes only from nobody or the own bare JID; an IQ answer only
// from the JID asked; a stanza-id only by the own account or by the room that sent it; room presence only for a room that was
// entered; a moderator's retraction only from the room. A receipt, a marker, a bounce, a correction, a retraction, reactions or a
// [Message.Delay] is passed on with its sender: whether that sender may speak about that message is for the caller to check, who knows who
// wrote it and to whom it was sent.
package xmpp
