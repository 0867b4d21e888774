// Package store keeps one account's conversations on disk, encrypted.
//
// Two SQLite databases lie in the account's folder, both under the adiantum cipher with sub-keys of the account's cache key:
//
//   - cache.db holds what the server's archive also has: conversations, messages, names, and up to where each archive is known.
//     It may be dropped at any time and filled again; a damaged one is.
//   - outbox.db holds what exists nowhere else: messages that the server has not for certain, and drafts. It is written with
//     every transaction on the disk (synchronous=FULL). A damaged one is set aside, never deleted.
//
// One connection has both, with exclusive locks: several connections, or two processes, gave malformed reads. It belongs to one goroutine,
// on which all methods do their work one after another; no lock is held while the disk is waited for.
//
// What comes in is a list of facts: new messages, and what stanzas say about messages (corrections, retractions, reactions, receipts,
// displayed markers). [Store.Ingest] takes them in, from wherever and in any order, and keeps what is about a message that is not here until
// that comes. A message is shown with its newest correction, and not once it is withdrawn. The order in a conversation is the archive's.
//
// A conversation has gaps where the archive was never read. A page of it ends at a gap, and says what to fetch. What was missed in an absence is
// a backlog: a stretch of the whole archive, which is read backwards after the newest messages, however often that is interrupted.
//
// Nothing here knows the network.
package store
