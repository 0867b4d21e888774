package store

import (
	"fmt"

	"github.com/ncruces/go-sqlite3"
)

// A migration takes a database from the version of its index to the next. Released ones never change.
var outboxMigrations = []string{`
CREATE TABLE outbox (
	seq     INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of sending
	id      TEXT NOT NULL UNIQUE,              -- origin-id and message id
	conv    TEXT NOT NULL,                     -- bare JID
	grp     INTEGER NOT NULL,
	body    TEXT NOT NULL,
	time    INTEGER NOT NULL,                  -- written, in microseconds
	failure TEXT NOT NULL DEFAULT ''           -- why it was refused; such a message waits for the user
);
CREATE TABLE drafts (
	conv TEXT PRIMARY KEY,
	body TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE letterbox (public TEXT NOT NULL, private TEXT NOT NULL);
`}

var cacheMigrations = []string{`
CREATE TABLE cache.meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE cache.conversations (
	id      INTEGER PRIMARY KEY,
	jid     TEXT NOT NULL UNIQUE,
	grp     INTEGER NOT NULL,
	name    TEXT NOT NULL DEFAULT '',          -- of a group, from its bookmark
	nick    TEXT NOT NULL DEFAULT '',          -- own one in a group
	gone    INTEGER NOT NULL DEFAULT 0,        -- no bookmark any more: not in the list
	last    INTEGER NOT NULL DEFAULT 0,        -- row of the newest message
	last_at INTEGER NOT NULL DEFAULT 0,
	unread  INTEGER NOT NULL DEFAULT 0,
	read_at INTEGER NOT NULL DEFAULT 0,        -- messages up to this place were seen
	marker  TEXT NOT NULL DEFAULT ''           -- a displayed marker still to be sent
);
CREATE TABLE cache.messages (
	row       INTEGER PRIMARY KEY AUTOINCREMENT,
	conv      INTEGER NOT NULL,
	at        INTEGER NOT NULL,                -- place in the conversation: time, made strictly rising
	time      INTEGER NOT NULL,                -- shown, in microseconds
	own       INTEGER NOT NULL,
	author    TEXT NOT NULL,                   -- bare JID, or room/nick
	nick      TEXT NOT NULL,
	body      TEXT NOT NULL,
	state     INTEGER NOT NULL,
	failure   TEXT NOT NULL DEFAULT '',
	msg_id    TEXT NOT NULL,
	origin_id TEXT NOT NULL,
	stanza_id TEXT NOT NULL,
	archived  INTEGER NOT NULL,                -- seen in an archive's answer
	markable  INTEGER NOT NULL
);
CREATE INDEX cache.messages_place ON messages (conv, at, row);
CREATE INDEX cache.messages_stanza ON messages (conv, stanza_id) WHERE stanza_id <> '';
CREATE INDEX cache.messages_id ON messages (conv, msg_id) WHERE msg_id <> '';
CREATE INDEX cache.messages_origin ON messages (conv, origin_id) WHERE origin_id <> msg_id AND origin_id <> '';
CREATE INDEX cache.messages_queued ON messages (row) WHERE own = 1 AND state = 1;
CREATE INDEX cache.messages_live ON messages (conv, at) WHERE archived = 0;
CREATE TABLE cache.archives (              -- '' is the account's own
	jid  TEXT PRIMARY KEY,
	last TEXT NOT NULL                         -- everything up to this stanza-id was seen, but for the holes
) WITHOUT ROWID;
CREATE TABLE cache.holes (                 -- stretches of an archive that were never fetched
	conv  INTEGER NOT NULL,
	lo    TEXT NOT NULL,                       -- the last known message before it; '' the beginning of the archive
	hi    TEXT NOT NULL,                       -- the first known message after it; '' the end of the archive
	hi_at INTEGER NOT NULL,                    -- messages at or after this place lie after the hole
	PRIMARY KEY (conv, hi_at)
) WITHOUT ROWID;
CREATE TABLE cache.contacts (
	jid       TEXT PRIMARY KEY,
	roster    INTEGER NOT NULL DEFAULT 0,      -- in the contact list
	name      TEXT NOT NULL DEFAULT '',        -- given there
	full_name TEXT NOT NULL DEFAULT '',        -- of the vCard, as are title and org
	title     TEXT NOT NULL DEFAULT '',
	org       TEXT NOT NULL DEFAULT '',
	vcard_at  INTEGER NOT NULL DEFAULT 0       -- when the vCard was fetched, in microseconds
) WITHOUT ROWID;
CREATE TABLE cache.members (
	conv INTEGER NOT NULL,
	jid  TEXT NOT NULL,
	nick TEXT NOT NULL,
	PRIMARY KEY (conv, jid)
) WITHOUT ROWID;
`}

// prepare sets a schema's pragmas and brings it to the newest version.
func prepare(d *session, schema, synchronous string, migrations []string) error {
	if err := d.conn.Exec("PRAGMA " + schema + ".cache_size=-2048"); err != nil { // KiB
		return err
	}
	version, err := d.number("PRAGMA " + schema + ".user_version")
	if err != nil {
		return err
	}
	if version > int64(len(migrations)) {
		return fmt.Errorf("store: %s has version %d: %w", schema, version, ErrForeign)
	}
	if version == 0 {
		// Adiantum finds no tampering: the checksums make a flipped bit an error instead of a wrong row.
		if err := d.conn.EnableChecksums(schema); err != nil {
			return err
		}
	}
	for _, p := range []string{
		"PRAGMA " + schema + ".journal_mode=WAL",
		"PRAGMA " + schema + ".synchronous=" + synchronous,
		"PRAGMA " + schema + ".journal_size_limit=4194304",
	} {
		if err := d.conn.Exec(p); err != nil {
			return err
		}
	}
	if version == int64(len(migrations)) {
		return nil
	}
	return d.tx(func() error {
		for _, m := range migrations[version:] {
			if err := d.conn.Exec(m); err != nil {
				return err
			}
		}
		return d.conn.Exec(fmt.Sprintf("PRAGMA %s.user_version=%d", schema, len(migrations)))
	})
}

// columns reads a row from its first column on.
type columns struct {
	st *sqlite3.Stmt
	i  int
}

func (c *columns) text() string { c.i++; return c.st.ColumnText(c.i - 1) }
func (c *columns) int() int64   { c.i++; return c.st.ColumnInt64(c.i - 1) }
func (c *columns) bool() bool   { return c.int() != 0 }
