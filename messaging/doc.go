// Package messaging holds the conversations of one account: what the user reads comes from an encrypted cache on disk
// ([discussions/messaging/store]), what the server has comes over one websocket ([discussions/messaging/xmpp]).
//
// A [Client] ties the two together by a few rules:
//
//   - What the user wrote is in the outbox on disk before [Client.Send] returns. It leaves the outbox only when the server has
//     it for certain: acknowledged by stream management and seen again, by its origin-id or its stanza-id, in the archive, in
//     the reflection of a room, or in the receipt of the other person.
//   - What others wrote is in the store before an [Event] says so.
//   - The position up to which an archive is known moves only by what the archive itself returned, never by a live message.
//   - No method waits for the network, except [Client.History], which takes a context.
//
// A locked client ([Client.Lock]) has no key and no content: it stays connected and counts.
package messaging
