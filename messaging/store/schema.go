package store

import (
	"fmt"

	"github.com/ncruces/go-sqlite3"
)

// The tables of a new database: what all migrations together make of an empty one. TestANewDatabaseIsAsTheMigrationsMakeIt compares.

const outboxSchema = `
CREATE TABLE outbox (
	seq      INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of sending
	id       TEXT NOT NULL UNIQUE,              -- origin-id and message id
	conv     TEXT NOT NULL,                     -- bare JID
	grp      INTEGER NOT NULL,
	body     TEXT NOT NULL,
	time     INTEGER NOT NULL,                  -- written, in microseconds
	failure  TEXT NOT NULL DEFAULT '',          -- why it was refused; such a message waits for the user
	kind     INTEGER NOT NULL DEFAULT 0,        -- of the content: model.Kind; body is its text
	payload  TEXT NOT NULL DEFAULT '',          -- the rest of the content, in JSON
	replaces TEXT NOT NULL DEFAULT '',          -- the message that it corrects
	reply    TEXT NOT NULL DEFAULT '',          -- what it answers: Reply in JSON
	fact     INTEGER NOT NULL DEFAULT 0,        -- what it is: factKind; but for messages, the rest is in payload
	about    TEXT NOT NULL DEFAULT ''           -- an id of the message that it is about
);
CREATE TABLE drafts (
	conv TEXT PRIMARY KEY,
	body TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE inbox_keys (public TEXT NOT NULL, private TEXT NOT NULL);
CREATE TABLE choices (                          -- of the user, for a conversation
	conv      TEXT PRIMARY KEY,
	muted     INTEGER NOT NULL,                 -- until then, in microseconds; 0: not
	mentions  INTEGER NOT NULL,                 -- messages that mention the user get through
	favourite INTEGER NOT NULL,
	unread    INTEGER NOT NULL,                 -- marked so by hand
	archived  INTEGER NOT NULL,                 -- put away while its newest message lies before this place; 0: not
	due       INTEGER NOT NULL DEFAULT 0        -- the account's other devices are still to be told whether it is marked as unread
) WITHOUT ROWID;
CREATE TABLE pins (                             -- messages that the user keeps at hand
	conv      TEXT NOT NULL,
	at        INTEGER NOT NULL,                 -- place in the conversation
	id        TEXT NOT NULL,                    -- Message.LocalID
	stanza_id TEXT NOT NULL
);
CREATE INDEX pins_conv ON pins (conv);
CREATE TABLE status (                           -- what the account tells its contacts
	id       INTEGER PRIMARY KEY CHECK (id = 1),
	presence INTEGER NOT NULL,
	body     TEXT NOT NULL,
	until    INTEGER NOT NULL,                  -- in microseconds; 0: it does not end
	due      INTEGER NOT NULL DEFAULT 0         -- the account's other devices are still to be told
);
`

const cacheSchema = `
CREATE TABLE cache.meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE cache.conversations (
	id              INTEGER PRIMARY KEY,
	jid             TEXT NOT NULL UNIQUE,
	grp             INTEGER NOT NULL,
	name            TEXT NOT NULL DEFAULT '',    -- of a group, from its bookmark
	nick            TEXT NOT NULL DEFAULT '',    -- own one in a group
	gone            INTEGER NOT NULL DEFAULT 0,  -- no bookmark any more: not in the list
	last            INTEGER NOT NULL DEFAULT 0,  -- row of the newest message
	last_at         INTEGER NOT NULL DEFAULT 0,
	unread          INTEGER NOT NULL DEFAULT 0,
	read_at         INTEGER NOT NULL DEFAULT 0,  -- messages up to this place were seen
	marker          TEXT NOT NULL DEFAULT '',    -- a displayed marker still to be sent
	read_floor      INTEGER NOT NULL DEFAULT 0,  -- read_at is never below this
	got_at          INTEGER NOT NULL DEFAULT 0,  -- the other person has own messages up to here
	peer_read_at    INTEGER NOT NULL DEFAULT 0,  -- and has read those up to here
	got_floor       INTEGER NOT NULL DEFAULT 0,
	peer_read_floor INTEGER NOT NULL DEFAULT 0,
	mark            INTEGER NOT NULL DEFAULT 0,  -- the account's other devices are to know what was seen up to this row
	told            TEXT NOT NULL DEFAULT ''     -- the stanza-id that they were told last, by whichever device
);
CREATE TABLE cache.messages (
	row       INTEGER PRIMARY KEY AUTOINCREMENT,
	conv      INTEGER NOT NULL,
	at        INTEGER NOT NULL,                  -- place in the conversation: time, made strictly rising
	time      INTEGER NOT NULL,                  -- shown, in microseconds
	own       INTEGER NOT NULL,
	author    TEXT NOT NULL,                     -- bare JID, or room/nick
	nick      TEXT NOT NULL,
	body      TEXT NOT NULL,
	state     INTEGER NOT NULL,
	failure   TEXT NOT NULL DEFAULT '',
	msg_id    TEXT NOT NULL,
	origin_id TEXT NOT NULL,
	stanza_id TEXT NOT NULL,
	archived  INTEGER NOT NULL,                  -- seen in an archive's answer
	markable  INTEGER NOT NULL,
	kind      INTEGER NOT NULL DEFAULT 0,        -- of the content: model.Kind; body is its text
	payload   TEXT NOT NULL DEFAULT '',          -- the rest of the content, in JSON
	replaces  TEXT NOT NULL DEFAULT '',          -- the message that it corrects, as it names it
	folded    INTEGER NOT NULL DEFAULT 0,        -- the row of that message, once it is here: then it is not shown
	latest    INTEGER NOT NULL DEFAULT 0,        -- the row of the newest correction of it
	reply     TEXT NOT NULL DEFAULT '',          -- what it answers: Reply in JSON
	reacted   INTEGER NOT NULL DEFAULT 0,        -- there are reactions to it
	mention   INTEGER NOT NULL DEFAULT 0         -- it names this account
);
CREATE INDEX cache.messages_place ON messages (conv, at, row);
CREATE INDEX cache.messages_stanza ON messages (conv, stanza_id) WHERE stanza_id <> '';
CREATE INDEX cache.messages_id ON messages (conv, msg_id) WHERE msg_id <> '';
CREATE INDEX cache.messages_origin ON messages (conv, origin_id) WHERE origin_id <> msg_id AND origin_id <> '';
CREATE INDEX cache.messages_queued ON messages (row) WHERE own = 1 AND state = 1;
CREATE INDEX cache.messages_live ON messages (conv, at) WHERE archived = 0;
CREATE INDEX cache.messages_replaces ON messages (conv, replaces, at) WHERE replaces <> '';   -- the corrections of a message from a place on
CREATE INDEX cache.messages_folded ON messages (folded) WHERE folded <> 0;
CREATE INDEX cache.messages_own ON messages (conv, at) WHERE own = 1 AND author <> '';        -- from other devices
CREATE INDEX cache.messages_mention ON messages (conv, at) WHERE mention = 1;
CREATE INDEX cache.messages_files ON messages (conv, at, row) WHERE kind = 1;                 -- a conversation's pictures and files
CREATE INDEX cache.messages_rich ON messages (conv, at)                                       -- what is more than a plain text
	WHERE (kind <> 0 OR payload <> '' OR reply <> '' OR reacted <> 0 OR folded <> 0 OR latest <> 0 OR replaces <> '' OR failure <> '');
CREATE INDEX cache.messages_answers ON messages (conv, json_extract(reply, '$.ID')) WHERE reply <> ''; -- what answers a message
CREATE TABLE cache.archives (                    -- '' is the account's own
	jid   TEXT PRIMARY KEY,
	last  TEXT NOT NULL,                         -- everything up to this stanza-id was seen, but for the gaps
	stamp INTEGER NOT NULL DEFAULT 0,            -- of that message, and what became of it: see stamp.go; 0 where it is not known
	made  INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE cache.gaps (                        -- stretches of an archive that were never fetched
	conv    INTEGER NOT NULL,
	lo      TEXT NOT NULL,                       -- the last known message before it; '' the beginning of the archive
	hi      TEXT NOT NULL,                       -- the first known message after it; '' the end of the archive
	hi_at   INTEGER NOT NULL,                    -- messages at or after this place lie after the gap
	backlog INTEGER NOT NULL DEFAULT 0,          -- the backlog that it is a part of, and ends with
	upto    INTEGER NOT NULL DEFAULT 0,          -- the newest backlog that it covers: one may lie in several
	PRIMARY KEY (conv, hi_at)
) WITHOUT ROWID;
CREATE TABLE cache.backlogs (                    -- stretches of an archive that were missed and are still to be read
	id       INTEGER PRIMARY KEY AUTOINCREMENT,  -- a later one has a higher id, and lies behind
	archive  TEXT NOT NULL,
	lo       TEXT NOT NULL,                      -- the last known message before it; '' the beginning of the archive
	hi       TEXT NOT NULL,                      -- the first known message after it
	lo_stamp INTEGER NOT NULL DEFAULT 0,         -- as in archives
	lo_made  INTEGER NOT NULL DEFAULT 0,
	hi_stamp INTEGER NOT NULL DEFAULT 0,
	hi_made  INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE cache.contacts (
	jid       TEXT PRIMARY KEY,
	roster    INTEGER NOT NULL DEFAULT 0,        -- in the contact list
	name      TEXT NOT NULL DEFAULT '',          -- given there
	full_name TEXT NOT NULL DEFAULT '',          -- of the vCard, as is what follows
	title     TEXT NOT NULL DEFAULT '',
	org       TEXT NOT NULL DEFAULT '',
	vcard_at  INTEGER NOT NULL DEFAULT 0,        -- when the vCard was fetched, in microseconds
	unit      TEXT NOT NULL DEFAULT '',
	place     TEXT NOT NULL DEFAULT '',
	mail      TEXT NOT NULL DEFAULT '',
	phone     TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE cache.members (
	conv        INTEGER NOT NULL,
	jid         TEXT NOT NULL,
	nick        TEXT NOT NULL,
	affiliation TEXT NOT NULL DEFAULT '',        -- owner, admin, member; '' where an earlier version did not ask
	PRIMARY KEY (conv, jid)
) WITHOUT ROWID;
CREATE TABLE cache.avatars (                     -- of groups
	conv INTEGER PRIMARY KEY,
	hash TEXT NOT NULL,                          -- that the room tells of its picture
	data BLOB NOT NULL                           -- what is kept of it; empty where it is not shown
);
CREATE TABLE cache.relations (                   -- facts about messages, and facts that nothing applies yet
	id        INTEGER PRIMARY KEY,
	conv      INTEGER NOT NULL,
	kind      INTEGER NOT NULL,                  -- factKind
	target    TEXT NOT NULL,                     -- the message, as the stanza names it
	row       INTEGER NOT NULL DEFAULT 0,        -- its row; 0: it is not here yet
	at        INTEGER NOT NULL,                  -- place in the conversation, among messages and relations
	time      INTEGER NOT NULL,
	own       INTEGER NOT NULL,
	author    TEXT NOT NULL,
	nick      TEXT NOT NULL,
	value     TEXT NOT NULL,                     -- JSON
	msg_id    TEXT NOT NULL,
	stanza_id TEXT NOT NULL,
	archived  INTEGER NOT NULL
);
CREATE INDEX cache.relations_target ON relations (conv, target) WHERE target <> '';
CREATE INDEX cache.relations_waiting ON relations (conv) WHERE row = 0;
CREATE INDEX cache.relations_row ON relations (row) WHERE row <> 0;
CREATE INDEX cache.relations_place ON relations (conv, at);
CREATE INDEX cache.relations_stanza ON relations (conv, stanza_id) WHERE stanza_id <> '';
CREATE INDEX cache.relations_marks ON relations (conv, kind, author, row) WHERE kind >= 3 AND kind <= 5 AND row <> 0;
CREATE INDEX cache.relations_own ON relations (conv, msg_id) WHERE own = 1 AND msg_id <> '';   -- they meet their copies
` + searchSchema

// Format is the version of the databases: it rises with each migration.
func Format() int { return len(outboxMigrations) + len(cacheMigrations) }

// prepare sets a schema's pragmas, and makes its tables or brings them to the newest version.
func prepare(d *conn, schema, synchronous, tables string, migrations []string) error {
	if err := d.db.Exec("PRAGMA " + schema + ".cache_size=-2048"); err != nil { // KiB
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
		if err := d.db.EnableChecksums(schema); err != nil {
			return err
		}
	}
	for _, p := range []string{
		"PRAGMA " + schema + ".secure_delete=ON", // what is withdrawn leaves the file
		"PRAGMA " + schema + ".journal_mode=WAL",
		"PRAGMA " + schema + ".synchronous=" + synchronous,
		"PRAGMA " + schema + ".journal_size_limit=4194304",
	} {
		if err := d.db.Exec(p); err != nil {
			return err
		}
	}
	if version == int64(len(migrations)) {
		return nil
	}
	return d.tx(func() error {
		steps := migrations[version:]
		if version == 0 {
			steps = []string{tables}
		}
		for _, m := range steps {
			if err := d.db.Exec(m); err != nil {
				return err
			}
		}
		return d.db.Exec(fmt.Sprintf("PRAGMA %s.user_version=%d", schema, len(migrations)))
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
