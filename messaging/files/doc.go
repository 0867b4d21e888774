// Package files keeps and moves the files of one account's messages, and depends on neither messages nor windows.
//
//   - A [Box] holds files on disk, sealed in pieces by a key of its own, up to a budget. A [Part] is one that is being written.
//   - [Transfer] sends to and fetches from the servers that it is allowed to contact, and from no other.
//   - [Seal] and [Source.Receive] are the encryption that a file has on those servers (XEP-0448): AES-256-GCM.
//   - [SafeName] and [Executes] are for what leaves the program.
//
// Nothing here trusts what the sender of a file claims: size, hash and key are checked before a file is kept.
package files
