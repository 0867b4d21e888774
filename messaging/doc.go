// Package messaging holds the conversations of one account: what the user reads comes from an encrypted cache on disk
// ([discussions/messaging/store]), what the server has comes over one websocket ([discussions/messaging/xmpp]).
//
// A [Client] ties the two together by a few rules:
//
//   - What the user wrote is in the outbox on disk before [Client.Send] returns. It leaves the outbox only when the server has
//     it for certain ([discussions/messaging/outbox]).
//   - What others wrote is in the store before an [Event] says so.
//   - There is one way in. [Client.read] makes facts of a stanza, the store takes them in ([store.Store.Ingest]); live stanzas, pages of
//     archives and what came while the account was locked differ only in where they come from.
//   - The position up to which an archive is known moves only by what the archive itself returned, never by a live message.
//   - The file of a message is sealed on disk before the message is in the outbox, and uploaded before the message is sent. What is fetched is
//     checked before it is kept ([discussions/messaging/files]).
//   - No method waits for the network, except [Client.History], which takes a context.
//
// A locked client ([Client.Lock]) has no key and no content: it stays connected and counts.
//
// # Goroutines and locks
//
//	wire's reader ── handle ──┐
//	catch-up, rooms, people ──┼──▶ writer ──▶ store's goroutine (the connection to the database)
//	methods that write ───────┘      │
//	                                 └──▶ events ──▶ subscribers
//
// The writer is one goroutine. Only what runs on it changes the account's state: the store, the outbox, the events' order. The others hand it
// functions and wait ([Client.do]) or not (post); the writer itself never does. It gives stanzas to the wire, which takes them without
// waiting.
//
// Client.mu guards what is read elsewhere as well, to name people and groups. The writer alone changes that, and holds mu while it does;
// readers hold it for reading. It is the innermost lock: neither the store, the wire nor another lock is used while it is held, but for the
// queue of events. No lock is held while the disk or an archive is waited for.
package messaging
