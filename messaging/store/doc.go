// Package store keeps one account's conversations on disk, encrypted.
//
// Two SQLite databases lie in the account's folder, both under the adiantum cipher with sub-keys of the account's cache key:
//
//   - cache.db holds what the server's archive also has: conversations, messages, names, and up to where each archive is known.
//     It may be dropped at any time and filled again; a damaged one is.
//   - outbox.db holds what exists nowhere else: messages that the server has not for certain, and drafts. It is written with
//     every transaction on the disk (synchronous=FULL). A damaged one is set aside, never deleted.
//
// One connection has both, with exclusive locks: several connections, or two processes, gave malformed reads.
// Nothing here knows the network.
package store
